"""The pages of leads: what officers see and do there, what visitors send, and what nobody else does."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from luodi.web.accounts.models import Company, Unit, User
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.actions import actions_on
from luodi.web.core.roles import Role
from luodi.web.journal.models import ExportRecord
from luodi.web.leads.models import Lead
from luodi.web.leads.test_leads import NOW, TODAY, came

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Unit:
    return unit("Here", unit("City"))


@pytest.fixture
def officer(here: Unit) -> Client:
    return as_(person("olga", Role.OFFICER, here))


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def hidden(page: str, act: str) -> dict[str, str]:
    form = page[page.index(f"/{act}/") :]
    return dict(re.findall(r'<input type="hidden" name="(key|version)" value="([^"]*)">', form)[:2])


def send(client: Client, lead: Lead, act: str, **given: object) -> int:
    address = f"/en/desk/leads/{lead.pk}/"
    answer = client.post(f"{address}{act}/", {**hidden(client.get(address).text, act), **given})
    return answer.status_code


def test_another_company_of_the_same_name_is_made_only_by_who_says_so(officer: Client, here: Unit) -> None:
    lead, there = came(here, "Mill"), add_company("", "Mill Ltd")
    for act in ("assign", "qualify"):
        send(officer, lead, act)
    assert send(officer, lead, "convert", company="") == 422 and Company.objects.count() == 1
    assert send(officer, lead, "convert", company="new") == 302 and Company.objects.count() == 2
    again = came(here, "Mill Limited", company_name="Mill")
    for act in ("assign", "qualify"):
        send(officer, again, act)
    assert send(officer, again, "convert", company=there.pk) == 302
    again.refresh_from_db()
    assert (again.company, Company.objects.count()) == (there, 2)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_inbox_and_a_lead_say_why_it_scores_as_it_does(officer: Client, here: Unit, lang: str) -> None:
    lead = came(here, summary="Looks for a site")
    listed = officer.get(f"/{lang}/desk/leads/").text
    assert f"/{lang}/desk/leads/{lead.pk}/" in listed and "0 – 100" in listed
    shown = officer.get(f"/{lang}/desk/leads/{lead.pk}/").text
    for text in ("Looks for a site", "怎样会更高" if lang == "zh" else "What would raise it", "fair of 2026"):
        assert text in shown


def test_every_act_of_the_page_does_what_it_says(officer: Client, here: Unit) -> None:
    lead, other = came(here), came(here, "Other")
    ahead = TODAY + timedelta(days=9)
    steps: list[tuple[str, dict[str, object], str]] = [
        ("assign", {}, "screening"),
        (
            "describe",
            {
                "title": "Amber Quay 2",
                "company_name": "琥珀港",
                "country": "nl",
                "service": "B11",
                "place": "BJ",
                "share": "100",
            },
            "screening",
        ),
        ("evidence", {"said": "fit several", "day": TODAY.isoformat(), "source": "their site"}, "screening"),
        ("adjust", {"points": "5", "reason": "met them"}, "screening"),
        ("park", {"until": ahead.isoformat(), "reason": "later"}, "parked"),
        ("wake", {}, "screening"),
        ("refuse", {"reason": "no plan"}, "refused"),
        ("reopen", {"reason": "they came back"}, "screening"),
        ("duplicate", {"of": other.pk}, "duplicate"),
        ("reopen", {"reason": "not the same"}, "screening"),
        ("qualify", {}, "qualified"),
        ("convert", {"company": ""}, "converted"),
    ]
    for act, given, state in steps:
        assert send(officer, lead, act, **given) == 302, act
        lead.refresh_from_db()
        assert lead.state == state, act
    assert {act for act, _, _ in steps} == set(actions_on(Lead))
    assert lead.case is not None and lead.case.company.name_zh == "琥珀港" and lead.case.plans == lead.plans
    page = officer.get(f"/en/desk/leads/{lead.pk}/").text
    assert lead.case.reference in page and "What to do" not in page


def test_a_stale_form_answers_409_and_keeps_what_was_typed(officer: Client, here: Unit) -> None:
    lead = came(here)
    stale = hidden(officer.get(f"/en/desk/leads/{lead.pk}/").text, "refuse")
    assert send(officer, lead, "assign") == 302
    answer = officer.post(f"/en/desk/leads/{lead.pk}/refuse/", {**stale, "reason": "typed reason"})
    assert answer.status_code == 409 and "typed reason" in answer.text
    again = {**hidden(answer.text, "refuse"), "reason": "typed reason"}
    assert officer.post(f"/en/desk/leads/{lead.pk}/refuse/", again).status_code == 302


@pytest.mark.parametrize(
    ("act", "given"),
    [
        ("refuse", {"reason": ""}),
        ("park", {"until": "2020-01-01", "reason": "x"}),
        ("adjust", {"points": "99", "reason": "x"}),
        ("evidence", {"said": "openness allowed", "day": "2026-01-01", "source": "x"}),
        ("duplicate", {"of": "0"}),
    ],
)
def test_a_bad_form_is_shown_again(officer: Client, here: Unit, act: str, given: dict[str, str]) -> None:
    lead = came(here)
    assert send(officer, lead, act, **given) == 422
    lead.refresh_from_db()
    assert (lead.state, lead.version) == ("new", 1)


def test_an_officer_adds_a_lead_once(officer: Client, here: Unit) -> None:
    given = {
        "key": "k" * 16,
        "title": "Amber Quay",
        "company_name": "Amber Quay",
        "country": "nl",
        "kind": "fair",
        "source": "fair",
    }
    for _ in range(2):
        assert officer.post("/en/desk/leads/new/", given).status_code == 302
    lead = Lead.objects.get()
    assert (lead.unit, lead.country, lead.signals.get().kind) == (here, "NL", "fair")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_somebody_without_an_account_tells_what_they_plan_once(client: Client, here: Unit, lang: str) -> None:
    page = client.get(f"/{lang}/interest/").text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    given = {
        "key": key[1],
        "company_name": "Amber Quay",
        "country": "nl",
        "name": "Anna",
        "email": "anna@example.com",
        "message": "We look for a site.",
        "consent": "on",
    }
    assert client.post(f"/{lang}/interest/", {**given, "consent": ""}).status_code == 422
    for _ in range(2):
        assert client.post(f"/{lang}/interest/", given).status_code == 302
    lead = Lead.objects.get()
    assert (lead.unit.name_en, lead.email, lead.language, lead.signals.get().kind) == (
        "City",
        "anna@example.com",
        lang,
        "form",
    )
    assert client.get(f"/{lang}/interest/sent/").status_code == 200


def test_nobody_else_comes_to_a_lead(here: Unit) -> None:
    lead = came(here)
    clara, leader = as_(person("clara", Role.OFFICER, unit("Aside"))), as_(person("lee", Role.LEADER, here))
    address = f"/en/desk/leads/{lead.pk}/"
    assert clara.get(address).status_code == 404 and Client().get(address).status_code == 302
    assert clara.post(f"{address}assign/", {"key": "k" * 16}).status_code == 404
    assert leader.get(address).status_code == 200 and "What to do" not in leader.get(address).text
    assert leader.post(f"{address}assign/", {"key": "k" * 16}).status_code == 403
    assert "Amber Quay" not in clara.get("/en/desk/leads/").text
    lead.refresh_from_db()
    assert lead.state == "new" and lead.received == NOW and timezone.now() >= NOW


def test_words_that_are_no_search_answer_a_page(officer: Client, here: Unit) -> None:
    came(here)
    for query in ("words=%00", "state=nothing", "page=0", "page=x", "page=99999", "page=999999", "words=%25"):
        assert officer.get(f"/en/desk/leads/?{query}").status_code == 200, query


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_many_leads_are_chosen_in_the_inbox_looked_at_and_refused(officer: Client, here: Unit, lang: str) -> None:
    rows = [came(here, f"Lead {number}") for number in range(2)]
    place = f"/{lang}/desk/leads/"
    chosen = re.findall(r'name="lead" value="(\d+:\d+)"', officer.get(place).text)
    assert len(chosen) == 2
    assert officer.post(f"{place}many/", {"lead": chosen, "act": ""}).status_code == 422  # which act?
    missing = officer.post(f"{place}many/", {"lead": chosen, "act": "park", "reason": "later", "until": "soon"})
    assert missing.status_code == 422 and "later" in missing.text
    looked = officer.post(f"{place}many/", {"lead": chosen, "act": "refuse", "reason": "no site"}).text
    assert all(one.title in looked for one in rows) and not Lead.objects.filter(state="refused").exists()
    key = re.findall(r'name="key" value="([^"]*)"', looked)[-1]
    sent = {"lead": chosen, "act": "refuse", "reason": "no site", "confirmed": "1", "key": key}
    done = [officer.post(f"{place}many/", sent).text for _ in range(2)]
    assert all(("已变更2件" if lang == "zh" else "2 changed") in page for page in done)
    assert set(Lead.objects.values_list("state", "reason", "version")) == {("refused", "no site", 2)}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_19_the_inbox_leaves_as_it_is_shown_and_is_written_down(
    officer: Client, here: Unit, lang: str
) -> None:
    came(here, "灯屿云", country="SG", contact="Mei", email="mei@example.com")
    came(unit("Elsewhere"), "Hidden")
    refused = came(here, "Amber Quay")
    send(officer, refused, "refuse", reason="no plan")
    address = f"/{lang}/desk/leads/export/"
    assert f'action="{address}"' in officer.get(f"/{lang}/desk/leads/").text
    answer = officer.post(address, {"state": "open", "form": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0][:2] == (["编号", "线索"] if lang == "zh" else ["Number", "Lead"])
    assert [(row[1], row[3], row[4], row[5]) for row in rows[1:]] == [("灯屿云", "SG", "0", "100")]
    assert not any("mei" in cell.casefold() for row in rows for cell in row)
    record = ExportRecord.objects.get()
    assert (record.rows, record.form, record.asked) == (1, "csv", {"state": "open"})
    assert officer.post(address, {"state": "", "form": "xlsx"}).content[:2] == b"PK"
    assert ExportRecord.objects.filter(form="xlsx").get().rows == 2


def test_what_a_visitor_typed_wrong_is_said_in_their_language(here: Unit) -> None:
    given = {
        "key": "k" * 16,
        "company_name": "Amber Quay",
        "country": "zz",
        "name": "Mei",
        "email": "mei@example.com",
        "message": "We would like to come.",
        "consent": "on",
    }
    for lang, words in (("zh", "“ZZ”不是国家或地区的两位字母代码"), ("en", "is no country code")):
        answer = Client().post(f"/{lang}/interest/", given)
        assert answer.status_code == 422 and words in answer.text
