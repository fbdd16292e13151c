"""Every role at every endpoint: pages, exports, feeds, the API, assistants. What comes out is the table of
docs/reference/endpoints.md.

`LUODI_WRITE_ENDPOINTS=1 make test ARGS="luodi/web/test_endpoints.py -n0"` writes the table after
endpoints were added; whoever adds one reads it over. Beside the table, records hold words that give them away: no
answer to somebody who may not see a record may hold its words, whatever the endpoint, the method or the headers.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone
from mcp import MCPError

from luodi.advice.answers import Answers
from luodi.web import test_endpoints_records
from luodi.web.accounts import sessions
from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, Membership, User
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.api import shapes
from luodi.web.api.actions import add_key
from luodi.web.api.models import KeyScope
from luodi.web.conftest import mailed
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import may, visible
from luodi.web.journal.models import Entry
from luodi.web.leads.models import Lead
from luodi.web.mcp import personal, server, tools
from luodi.web.mcp.serving import let_in
from luodi.web.notices.making import NewNotice, make_notices
from luodi.web.notices.models import Notice
from luodi.web.test_endpoints_records import CLOUD, WORDS, Records

pytestmark = pytest.mark.django_db
records = test_endpoints_records.records
PAGE = Path(__file__).parents[2] / "docs/reference/endpoints.md"
LOGIN = "/account/login/"


# ---- every endpoint


@dataclass(frozen=True)
class Endpoint:
    name: str
    pattern: str

    def address(self, given: dict[str, Any]) -> str:
        names = re.findall(r"\(\?P<(\w+)>|<(?:\w+:)?(\w+)>", self.pattern)
        filled = self.pattern.replace("^", "").replace("$", "").replace("\\.", ".")
        for first, second in names:
            name = first or second
            value = str(given.get(f"{self.name} {name}", given.get(name, "1")))
            filled = re.sub(rf"\(\?P<{name}>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?{name}>", lambda _, v=value: v, filled)
        return "/" + re.sub(r"\(\?:|\)\?|[?]", "", filled).replace("//", "/")


def endpoints() -> Iterator[Endpoint]:
    def walk(resolver: Any, space: str, before: str) -> Iterator[Endpoint]:
        for part in resolver.url_patterns:
            text = before + str(part.pattern)
            if isinstance(part, URLPattern):
                name = f"{space}:{part.name}" if space and part.name else part.name or ""
                yield Endpoint(name, text)
            else:
                yield from walk(part, part.namespace or space, text)

    return walk(get_resolver(), "", "")


ENDPOINTS = list(endpoints())
#: What a stranger sends changes something that is the test's own, or leaves the site: other tests go through them.
LEFT_OUT = {"account_logout", "openid_connect_login", "openid_connect_callback"}
#: What it says depends on what else runs.
LEFT_OUT_TOO = {"", "readyz"}


def client_of(user: User | None) -> Client:
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client


def asked(client: Client, method: str, address: str, **headers: str) -> Any:
    """The answer, with nothing of it left in the database."""
    query = f"?{CLOUD}" if "/advisor/" in address else ""
    with transaction.atomic():
        answer = getattr(client, method)(address + query, headers=headers)
        transaction.set_rollback(True)
    return answer


def content(answer: Any) -> str:
    raw = b"".join(answer) if answer.streaming else answer.content
    return f"{raw.decode('utf-8', 'replace')} {dict(answer.items())}"


def outcome(answer: Any) -> str:
    if answer.status_code in (301, 302):
        return "signs in" if LOGIN in answer["location"] else "sent on"
    return {200: "yes", 204: "yes", 403: "no", 404: "hidden", 405: "–", 422: "yes"}.get(
        answer.status_code, str(answer.status_code)
    )


#: As a page asks, as htmx asks, as a program that takes JSON asks.
WAYS: list[tuple[str, dict[str, str]]] = [
    ("get", {}),
    ("post", {}),
    ("head", {}),
    ("options", {}),
    ("get", {"hx-request": "true", "hx-target": "main"}),
    ("get", {"accept": "application/json"}),
]


@dataclass
class Seen:
    """What came out: outcomes for the table, words that were met, and ways that differ from GET."""

    table: list[tuple[str, str, dict[str, str]]]
    words: set[tuple[str, str, str]]
    odd: list[Any]


def look(records: Records) -> Seen:
    """At every endpoint as everybody; where a visitor is let in, as a visitor alone. A method that an endpoint does not
    know for somebody signed in it knows for nobody; and the ways after the first two are tried by one of those who
    fared alike before, since a page tells people apart before it tells ways apart."""
    seen = Seen([], set(), [])
    clients = {name: client_of(user) for name, user in records.users.items()}
    for client in clients.values():
        client.get("/en/account/")  # notes the session; otherwise each of the requests below would, and lose it again
    for endpoint in ENDPOINTS:
        if endpoint.name in LEFT_OUT or endpoint.pattern in LEFT_OUT_TOO:
            continue
        address = endpoint.address(records.given)
        public = outcome(asked(clients["visitor"], "get", address)) == "yes"
        found: dict[str, dict[str, str]] = {"get": {}, "post": {}}
        fared: set[tuple[str, str]] = set()
        for name in ["visitor"] if public else records.users:
            plain = 0
            ways = WAYS if not public and ":" in endpoint.name else WAYS[:3]  # those without are allauth's own
            for number, (method, headers) in enumerate(ways):
                if number == 2:
                    if (how := (found["get"][name], found["post"][name])) in fared:
                        break
                    fared.add(how)
                if number < 2 and any(found[method].get(other) == "–" for other in records.users if other != "visitor"):
                    found[method][name] = "–"
                    plain = plain if number else 405
                    continue
                answer = asked(clients[name], method, address, **headers)
                text = content(answer)
                seen.words |= {(words, name, endpoint.pattern) for words in WORDS if words in text}
                if number < 2:
                    found[method][name] = outcome(answer)
                plain = plain if number else answer.status_code
                if (
                    method in ("get", "head")
                    and "accept" not in headers
                    and answer.status_code not in {plain, 405 if method == "head" else plain}
                ):
                    seen.odd.append((endpoint.pattern, name, method, headers, plain, answer.status_code))
        seen.table += [
            (endpoint.pattern, method.upper(), outcomes)
            for method, outcomes in found.items()
            if set(outcomes.values()) != {"–"}
        ]
    return seen


# ---- the endpoint of assistants


def look_as_assistant(records: Records, seen: Seen) -> None:
    """At every tool, and every resource that is somebody's own, with the key of everybody: let in as over HTTP,
    answered by the functions of the server. What everybody may is a row for everybody."""
    there = dict(zip((uri for uri, _ in personal.TEMPLATES.values()), _own_addresses(records), strict=True))
    found: dict[tuple[str, str], dict[str, str]] = {}
    with transaction.atomic():
        for name, user in records.users.items():
            token = personal.current_caller.set(let_in({"REMOTE_ADDR": "127.0.0.1", **_key(user)}))
            try:
                for endpoint, (how, text) in _assistant(there).items():
                    found.setdefault(endpoint, {})[name] = how
                    seen.words |= {(words, name, f"mcp {endpoint[0]}") for words in WORDS if words in text}
            finally:
                personal.current_caller.reset(token)
        transaction.set_rollback(True)
    for (endpoint, method), outcomes in found.items():
        alike = {"everybody": "yes"} if set(outcomes.values()) == {"yes"} else outcomes
        seen.table.append((f"mcp {endpoint}", method, alike))


def _key(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    _, text = add_key("assistant", list(KeyScope), 10**6, owner=user, at=timezone.now())
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def _own_addresses(records: Records) -> list[str]:
    return [f"{personal.SAVED}{records.given['number']}", f"{personal.ENQUIRY}{records.given['reference']}"]


def _assistant(there: dict[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    """The outcome for the caller at each endpoint, and all answers: what is listed as their own is read too."""
    on, made = timezone.localdate(), {}
    for name in tools.names():
        given = {"words": "xqzv"} if name == "search_law" else shapes.example(name)
        answer = server.called(name, given, on)
        made[name, "CALL"] = "no" if answer.is_error else "yes", str(answer)
    rows = server.listed(None).resources
    made["resources", "LIST"] = (
        "yes",
        " ".join([str(rows), *(_read(row.uri, on)[1] for row in rows if _is_own(row.uri))]),
    )
    made["luodi://rule/{book}/{rule}", "READ"] = _read("luodi://rule/market-access/p24-b11", on)
    return made | {(template, "READ"): _read(address, on) for template, address in there.items()}


def _is_own(address: str) -> bool:
    return address.startswith((personal.SAVED, personal.ENQUIRY))


def _read(address: str, on: Any) -> tuple[str, str]:
    try:
        return "yes", str(server.read_resource(address, on))
    except MCPError as problem:
        return "hidden", str(problem)


SHORT = {"yes": "✓", "no": "✗", "hidden": "404", "signs in": "→", "sent on": "↪"}


def as_table(records: Records, seen: Seen) -> str:
    """Endpoints that are shut to some, then those that are the same for everybody. An endpoint that answers nobody
    without a key has no row."""
    heads = list(records.users)
    shut = [f"| endpoint | method | {' | '.join(heads)} |", "|---|---" + "|---" * len(heads) + "|"]
    same = ["| endpoint | method | everybody |", "|---|---|---|"]
    for pattern, method, found in seen.table:
        if pattern.startswith("api/") and set(found.values()) == {"401"}:
            continue
        endpoint = (pattern[3:] if pattern.startswith("en/") else pattern).replace("|", "\u2758")
        cells = [SHORT.get(cell, cell) for cell in found.values()]
        (shut if len(found) > 1 else same).append(f"| `/{endpoint}` | {method} | {' | '.join(cells)} |")
    return "\n".join([*shut, "", *same])


@pytest.mark.long
def test_invariant_18_every_role_at_every_endpoint(
    records: Records, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages, API and assistants: who gets in is as the page says; no answer holds words of a record that its reader
    may not see; and HEAD and htmx get in where GET does and nowhere else."""
    settings.ANONYMOUS_POSTS = 10**6  # a stranger tries every endpoint within a minute
    monkeypatch.setattr(sessions, "_NOTED_EVERY", 3600)  # what a session notes here is taken back with the answer
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)  # assistants are asked within the test's own
    seen = look(records)
    look_as_assistant(records, seen)
    meant_to_be_read = {
        endpoint.pattern for endpoint in ENDPOINTS if re.search("secret|<str:token>", endpoint.pattern)
    }  # by whoever has the address
    leaks = [one for one in seen.words if one[1] not in WORDS[one[0]] and one[2] not in meant_to_be_read]
    assert leaks == []
    assert {words for words, _, _ in seen.words} == set(WORDS)  # each was met by those who may
    assert seen.odd == []
    made, before = as_table(records, seen), PAGE.read_text(encoding="utf-8")
    head = before[: before.index("| endpoint |")]
    if os.environ.get("LUODI_WRITE_ENDPOINTS"):
        PAGE.write_text(f"{head}{made}\n", encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == f"{head}{made}\n", "write it anew and read it over: see this file"


# ---- what must hold at every endpoint


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999999"])
def test_a_number_that_is_nobodys_is_not_there(records: Records, number: str) -> None:
    """The same answer as for a record of somebody else, so that numbers tell nothing."""
    admin, officer = client_of(records.users["administrator"]), client_of(records.users["officer aside"])
    for address in (
        f"/en/account/people/{number}/",
        f"/en/account/units/{number}/",
        f"/en/account/companies/{number}/",
    ):
        assert admin.get(address).status_code == 404, address
    there = records.given["advisor:received pk"]
    for page in ("", "plan/"):
        gone = officer.get(f"/en/desk/enquiries/{number}/{page}")
        hidden = officer.get(f"/en/desk/enquiries/{there}/{page}")
        assert gone.status_code == hidden.status_code == 404
        assert _without_numbers(gone.text) == _without_numbers(hidden.text)
    for act in ("assign", "answer", "close"):
        assert officer.post(f"/en/desk/enquiries/{there}/{act}/").status_code == 404


def _without_numbers(text: str) -> str:
    return re.sub(r'\d+|value="[^"]*"', "", text)


def test_acts_on_records_of_others_change_nothing(records: Records) -> None:
    """Every endpoint that acts, asked by everybody who may not, with whatever a form would send."""
    given = {
        "act": "end",
        "held": "1",
        "text": "x",
        "language": "en",
        "key": "k" * 20,
        "reason": "x",
        "sure": "on",
        "name": "x",
        "email": "x@example.com",
        "cover": "1",
        "digest": "0",
    }
    acts = [
        endpoint
        for endpoint in ENDPOINTS
        if re.search(r"<(int:)?(pk|user|unit|company|session)|P<pk>", endpoint.pattern)
    ]
    shared = ("companies:act", "companies:compare", "companies:timeline_export")  # companies are those of every officer
    acts = [endpoint for endpoint in acts if endpoint.name not in shared]
    assert len(acts) > 8
    # that unit was asked, and that company is invited, so the answer is their own
    own = {("officer aside", "dealings:act"), ("representative", "events:act_on_invitation")}
    before = _state()
    for name in ("visitor", "signed in", "officer aside", "publisher", "leader aside", "representative"):
        client = client_of(records.users[name])
        for endpoint in acts:
            if (name, endpoint.name) in own:
                continue
            answer = client.post(endpoint.address(records.given), given)
            assert answer.status_code in (302, 403, 404, 405), (name, endpoint.pattern, answer.status_code)
    assert _state() == before


def _state() -> Any:
    acts = Entry.objects.exclude(act__in=["sign_in", "session_over"])
    return User.objects.count(), Membership.objects.count(), acts.count(), EmailAddress.objects.count()


def test_letters_go_to_those_who_may_see_the_record(records: Records) -> None:
    from luodi.web.accounts.models import Unit

    mailed()
    here = Unit.objects.get(pk=records.given["unit"])
    sender = Sender("Mei", "mei-sends@example.com", "en", message="message-xqzv")
    send_enquiry(Answers.of(CLOUD), timezone.localdate(), sender, here, by=None, key=new_key(), at=timezone.now())
    letters = mailed()
    assert {letter.to[0].split("@")[0] for letter in letters} == {"olga", "away", "ines", "mei-sends"}
    assert not any("message-xqzv" in letter.body for letter in letters)


# ---- one place decides


def test_invariant_18_lists_counts_search_and_notices_hold_what_access_holds(records: Records) -> None:
    """For every kind of record that there is, and everybody: what a list holds is what is counted, what each record
    answers by itself, and what one can be told of."""
    kinds = [model for model in apps.get_models() if getattr(getattr(model, "policy", None), "acts", None)]
    kinds.remove(Notice)  # the test makes more of them
    there = [(model, list(model._base_manager.all())) for model in kinds if model._base_manager.exists()]
    assert {model._meta.app_label for model, _ in there} >= {
        "accounts",
        "companies",
        "advisor",
        "cases",
        "dealings",
        "obstacles",
        "mail",
        "leads",
        "docking",
        "workbench",
        "api",
    }
    told: dict[str, set[str]] = {}
    for name, user in records.users.items():
        for model, rows in there:
            seen = {row.pk for row in visible(user, model._base_manager.all())}
            assert visible(user, model._base_manager.all()).count() == len(seen)
            for row in rows:
                assert may(user, "see", row) == (row.pk in seen), (name, row)
            if user is not None:
                make_notices(
                    "case_stage", [NewNotice(user, row, f"test {name}", {}) for row in rows], at=timezone.now()
                )
                got = Notice.objects.filter(user=user, row=model._meta.label, reason=f"test {name}")
                assert {str(key) for key in seen} == set(got.values_list("row_key", flat=True)), (name, model)
            told.setdefault(name, set()).update(f"{model._meta.label} {key}" for key in seen)
    here = {
        "cases.LandingCase",
        "leads.Lead",
        "docking.Demand",
        "dealings.Promise",
        "obstacles.Obstacle",
        "mail.Message",
    }
    for near, far in (("officer", "officer aside"), ("leader above", "leader aside")):
        assert here <= {one.split()[0] for one in told[near] - told[far]}


@pytest.mark.parametrize(
    ("path", "word", "model", "link"),
    [
        ("desk/companies/", "company-xqzv", "accounts.Company", "/companies/{0.pk}/"),
        ("desk/leads/", "lead-xqzv", "leads.Lead", "/leads/{0.pk}/"),
        ("desk/queue/", "company-xqzv", "cases.LandingCase", "case={0.reference}#"),
        ("desk/enquiries/", "Owner", "advisor.Enquiry", "/enquiries/{0.pk}/"),
        ("desk/market/", "demand-xqzv", "docking.Demand", "/{0.reference}/"),
        ("market/", "open", "docking.Demand", "/{0.reference}/"),
        ("matches/", "x", "docking.Match", "/{0.reference}/"),
    ],
)
def test_invariant_25_a_search_leads_those_to_a_record_who_may_see_it(
    records: Records, path: str, word: str, model: str, link: str
) -> None:
    """And tells others nothing, not even that there is one; a word of no record leads nowhere."""
    for company in Company.objects.filter(merged_into=None):
        index_names(company, (company.name_zh, company.name_en))
    rows = list(apps.get_model(model)._base_manager.all())
    met = set()
    for name, user in records.users.items():
        client = client_of(user)
        found, nothing = (content(client.get(f"/en/{path}?words={asked_for}")) for asked_for in (word, "qqqq-nothing"))
        links = {row.pk: link.format(row) for row in rows}
        here = {key for key, address in links.items() if address in found}
        assert here <= {row.pk for row in visible(user, type(rows[0])._base_manager.all())}, name
        assert not any(address in nothing for address in links.values()), name
        met |= {name} if here else set()
    assert met & {"officer", "representative"}


def test_invariant_25_what_is_gone_is_found_no_more(records: Records) -> None:
    """A company that was given up leads to the one it became; one that was taken away, and its lead, to nothing."""
    officer = client_of(records.users["officer"])
    merged = Company.objects.get(name_en="gone")
    page = content(officer.get("/en/desk/companies/?words=gone"))
    assert f"/companies/{records.given['company']}/" in page and f"/companies/{merged.pk}/" not in page
    lead = Lead.objects.get(title="lead-xqzv")
    assert f"/leads/{lead.pk}/" in content(officer.get("/en/desk/leads/?words=lead-xqzv"))
    lead.delete()
    assert f"/leads/{lead.pk}/" not in content(officer.get("/en/desk/leads/?words=lead-xqzv"))
