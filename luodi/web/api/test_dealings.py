"""Hand-offs, promises, offers, obstacles, policy questions over HTTP: the same acts for the same people as on pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from luodi.casework.book import proof_kinds
from luodi.uploads.conftest import GOOD
from luodi.web.accounts.models import User
from luodi.web.api.conftest import Program
from luodi.web.api.models import KeyScope
from luodi.web.api.test_personal import key
from luodi.web.cases.actions import cases
from luodi.web.cases.conftest import Bench, bench, proof_files
from luodi.web.cases.models import Proof
from luodi.web.dealings.models import Referral
from luodi.web.files.models import StoredFile
from luodi.web.journal.models import Entry
from luodi.web.obstacles.models import Obstacle

__all__ = ["bench", "proof_files"]
pytestmark = pytest.mark.django_db
KIND = next(iter(proof_kinds()))
SOON = (timezone.localdate() + timedelta(days=9)).isoformat()


class Desk:
    """A case, and programs of the people around it."""

    def __init__(self, bench: Bench, program: Program) -> None:
        self.bench, self.program = bench, program
        self.case = cases.open_case(bench.company, bench.here, by=bench.anna, at=timezone.now())

    def get(self, address: str, who: User, *scopes: KeyScope) -> Any:
        return self.program.get(f"/api/v1/{address}", **key(who, *scopes))

    def post(self, address: str, who: User, body: Any = None, **more: Any) -> Any:
        return self.program.ask(address, body or {}, **key(who), **more)

    def added(self, addition: str, **given: Any) -> Any:
        return self.post(f"cases/{self.case.reference}/additions/{addition}", self.bench.anna, {"given": given})


@pytest.fixture
def desk(bench: Bench, program: Program) -> Desk:
    return Desk(bench, program)


def test_a_question_goes_to_another_unit_and_comes_back_with_what_came_out(desk: Desk) -> None:
    made = desk.added("hand_off", question="Who files?", units=[desk.bench.aside.pk], due=SOON)
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    clara = desk.bench.clara
    (row,) = desk.get("referrals?state=open", clara).json()["referrals"]
    assert (row["question"], row["case"]) == ("Who files?", desk.case.reference)
    place = f"dealings/referral/{row['number']}"
    assert desk.get(place, clara).json()["acts"] == ["accept", "decline", "finish"]
    assert desk.get(f"cases/{desk.case.reference}/dealings", clara).status_code == 404  # the case is not hers
    accepted = desk.post(f"{place}/acts/accept", clara, {"version": 1})
    assert (accepted.json()["state"], accepted.json()["version"]) == ("accepted", 2)
    stale = desk.post(f"{place}/acts/finish", clara, {"version": 1, "given": {"words": "We do."}})
    assert (stale.status_code, stale.json()["code"]) == (409, "moved-on")
    assert desk.post(f"{place}/acts/finish", desk.bench.anna, {"given": {"words": "We do."}}).status_code == 403
    assert desk.post(f"{place}/acts/finish", clara, {"given": {"words": "We do."}}).json()["state"] == "done"
    (found,) = desk.get(f"cases/{desk.case.reference}/dealings", desk.bench.anna).json()["hand_offs"]
    assert (found["state"], found["referrals"][0]["words"]) == ("done", "We do.")


def test_a_company_reads_a_promise_once_it_was_shown_and_takes_an_offer(desk: Desk) -> None:
    mei, place = desk.bench.mei, f"cases/{desk.case.reference}/dealings"
    promised = desk.added("promise", what="A desk", owner=desk.bench.anna.pk, due=SOON).json()
    offered = desk.added("proposition", title="Package", text="Two desks", last_day=SOON).json()
    desk.added("talk", kind="call", note="Two racks")
    desk.added("task", what="Call", owner=desk.bench.anna.pk, due=SOON)
    found = desk.get(place, mei).json()
    assert {name: found[name] for name in found if name != "case"} == {
        "hand_offs": [],
        "promises": [],
        "propositions": [],
        "talks": [],
        "tasks": [],
    }
    assert desk.get(f"dealings/promise/{promised['number']}", mei).status_code == 404
    for kind, made, act in (("promise", promised, "show"), ("proposition", offered, "offer")):
        assert desk.post(f"dealings/{kind}/{made['number']}/acts/{act}", desk.bench.anna).status_code == 200
    found = desk.get(place, mei).json()
    assert ([row["what"] for row in found["promises"]], found["talks"]) == (["A desk"], [])
    taken = desk.post(f"dealings/proposition/{offered['number']}/acts/accept", mei)
    assert (taken.status_code, taken.json()["state"]) == (200, "accepted")
    assert desk.post(f"dealings/promise/{promised['number']}/acts/keep", mei).status_code == 403


def test_an_obstacle_from_the_report_to_the_rating_and_the_policy_question(desk: Desk) -> None:
    anna, mei, clara = desk.bench.anna, desk.bench.mei, desk.bench.clara
    body = {"kind": "complaint", "text": "Paper only.", "about": "step/icp-filing", "case": desk.case.reference}
    made = desk.post("obstacles", mei, body, HTTP_IDEMPOTENCY_KEY="once-1")
    assert (made.status_code, made["location"]) == (201, f"/api/v1/obstacles/{made.json()['number']}")
    place = f"obstacles/{made.json()['number']}"
    assert desk.get(place, clara).status_code == 404
    assert desk.get("obstacles?state=open", clara).json()["obstacles"] == []
    for act, given in (("accept", {}), ("assign", {}), ("answer", {"words": "Online now."})):
        assert desk.post(f"{place}/acts/{act}", mei, {"given": given}).status_code == 403
        assert desk.post(f"{place}/acts/{act}", anna, {"given": given}).status_code == 200, act
    assert desk.get(place, mei).json()["acts"] == ["confirm", "reopen", "rate"]
    assert desk.post(f"{place}/acts/rate", mei, {"given": {"rating": 4}}).json()["rating"] == 4
    given = {"title": "Filing on paper", "text": "Why?", "unit": desk.bench.here.pk, "due": SOON}
    raised = desk.post(f"{place}/issue", anna, {"given": given})
    assert (raised.status_code, raised.json()["companies"]) == (201, 1)
    issue = f"issues/{raised.json()['number']}"
    assert desk.get(issue, mei).status_code == 404
    settled = desk.post(f"{issue}/acts/explain", anna, {"given": {"answer": "The law asks for it."}})
    assert settled.json()["state"] == "explained"
    assert desk.get(place, mei).json()["issue_answer"] == "The law asks for it."
    (counted,) = desk.get("obstacles/by-rule", anna).json()["rules"]
    assert (counted["about"], counted["all"], counted["rating"]) == ("step/icp-filing", 1, 4.0)


def test_the_same_report_sent_twice_is_one(desk: Desk) -> None:
    body = {"kind": "request", "text": "A form in English.", "case": desk.case.reference}
    held = key(desk.bench.mei)
    asked = [desk.program.ask("obstacles", body, **held, HTTP_IDEMPOTENCY_KEY="7") for _ in range(2)]
    assert [answer.status_code for answer in asked] == [201, 201]
    assert asked[0].json() == asked[1].json() and Obstacle.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "body", "status", "code"),
    [
        ("cases/{case}/additions/party", {"given": {}}, 404, "no-such-address"),
        ("cases/{case}/additions/task", {}, 422, "missing-key"),
        ("cases/{case}/additions/task", {"given": {"wat": "x"}}, 422, "unknown-key"),
        ("cases/{case}/additions/task", {"given": {"what": ["x"]}}, 422, "unknown-value"),
        ("cases/{case}/additions/task", {"given": {"what": "x", "owner": 10**30, "due": SOON}}, 422, "unknown-value"),
        ("cases/{case}/additions/hand_off", {"given": {"question": "x", "units": "1"}}, 422, "unknown-value"),
        ("dealings/party/1/acts/accept", {}, 404, "no-such-address"),
        ("dealings/referral/1/acts/dance", {}, 404, "no-such-address"),
        ("dealings/referral/99999999999999999999/acts/accept", {}, 404, "no-such-address"),
        ("obstacles", {"kind": "grudge", "text": "x"}, 422, "unknown-value"),
        ("obstacles", {"kind": "request", "text": "x", "company": 0}, 422, "unknown-value"),
        ("obstacles", {"kind": "request", "text": "x", "case": "LD-1"}, 422, "unknown-value"),
        ("issues/0/acts/study", {}, 404, "no-such-address"),
    ],
)
def test_what_cannot_be_done_is_a_problem_with_a_code(
    desk: Desk, address: str, body: Any, status: int, code: str
) -> None:
    refused = desk.post(address.format(case=desk.case.reference), desk.bench.anna, body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not Referral.objects.exists() and not Obstacle.objects.exists()


@pytest.mark.parametrize("address", ["referrals", "obstacles", "issues", "dealings/task/1"])
def test_the_scope_of_dealings_is_needed(desk: Desk, address: str) -> None:
    assert desk.get(address, desk.bench.anna, KeyScope.OFFICE).status_code == 403
    assert desk.program.get(f"/api/v1/{address}").status_code == 401


# ---- documents


def send(desk: Desk, who: User, content: bytes, query: str) -> Any:
    address = f"/api/v1/cases/{desk.case.reference}/proofs?{query}"
    return desk.program.post(address, content, content_type="application/octet-stream", **key(who))


def test_a_document_is_sent_once_looked_over_and_taken_by_those_who_may(desk: Desk, proof_files: None) -> None:
    held, licence = key(desk.bench.mei), GOOD["plan.pdf"]()
    place = f"/api/v1/cases/{desk.case.reference}/proofs"
    made = [
        desk.program.post(
            f"{place}?proves={KIND}&name=licence.pdf&issued=2026-01-01",
            licence,
            HTTP_IDEMPOTENCY_KEY="doc-1",
            content_type="application/octet-stream",
            **held,
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201] and Proof.objects.count() == 1
    assert (made[0].json()["size"], made[0].json()["name"]) == (len(licence), "licence.pdf")
    taken = desk.program.post(made[0]["location"], **key(desk.bench.anna))
    assert b"".join(taken) == licence and "licence.pdf" in taken["Content-Disposition"]
    assert Entry.objects.filter(act="download", actor=desk.bench.anna.pk).count() == 1
    assert desk.program.post(made[0]["location"], **key(desk.bench.clara)).status_code == 404
    assert send(desk, desk.bench.clara, b"x", f"proves={KIND}&name=a.txt").status_code == 404
    assert Proof.objects.get().by == desk.bench.mei


@pytest.mark.parametrize(
    ("content", "query", "status", "code"),
    [
        (b"MZ", "proves={kind}&name=a.exe", 422, "refused-file"),
        (b"no picture", "proves={kind}&name=a.png", 422, "refused-file"),
        (b"x", "proves=nothing&name=a.txt", 422, "unknown-value"),
        (b"x", "name=a.txt", 422, "missing-key"),
        (b"certificate!", "proves={kind}&name=a.txt", 422, "no-document"),
        (b"x", "proves={kind}&name=a.txt&issued=soon", 422, "bad-input"),
    ],
)
def test_a_document_that_is_not_taken_is_told_why_and_nothing_is_kept(
    desk: Desk, proof_files: None, content: bytes, query: str, status: int, code: str
) -> None:
    refused = send(desk, desk.bench.mei, content, query.format(kind=KIND))
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not Proof.objects.exists() and not StoredFile.objects.exists()


def test_a_decision_of_a_talk_is_a_task_that_names_its_talk(desk: Desk) -> None:
    talk = desk.added("talk", kind="meeting", note="Site and racks").json()["number"]
    given = {"what": "Send the floor plan", "owner": desk.bench.ben.pk, "due": SOON}
    assert desk.post(f"talks/{talk}/decisions", desk.bench.clara, {"given": given}).status_code == 404
    made = desk.post(f"talks/{talk}/decisions", desk.bench.anna, {"given": given})
    assert (made.status_code, made.json()["talk"]) == (201, talk)
    desk.added("task", what="Call", owner=desk.bench.anna.pk, due=SOON)
    found = desk.get(f"cases/{desk.case.reference}/dealings", desk.bench.anna).json()["tasks"]
    assert {row["what"]: row["talk"] for row in found} == {"Send the floor plan": talk, "Call": None}
    refused = desk.post(f"talks/{talk}/decisions", desk.bench.anna, {"given": {**given, "due": "1900-01-01"}})
    assert refused.status_code == 422
