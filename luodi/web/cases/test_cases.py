"""A case: opened once, numbered without gaps, seen by those it belongs to, changed by acts that lose nothing."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from luodi.casework.stages import End, Health
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.conftest import NOW, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.money import Money
from luodi.web.core.errors import KeyReused, NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db


def test_references_have_no_gaps_though_an_opening_fails(bench: Bench) -> None:
    first = bench.open()
    with pytest.raises(NotPermitted):
        actions.open_case(bench.company, bench.aside, by=bench.anna, at=NOW)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bench.open()
        1 / 0  # noqa: B018
    second = bench.open()
    assert [first.reference, second.reference] == ["LD-2026-0001", "LD-2026-0002"]


def test_references_begin_anew_each_year(bench: Bench) -> None:
    bench.open()
    later = actions.open_case(bench.company, bench.here, by=bench.anna, at=NOW.replace(year=2027))
    assert later.reference == "LD-2027-0001"


def test_invariant_20_opening_twice_with_one_key_makes_one_case(bench: Bench) -> None:
    key = new_key()
    assert bench.open(key=key) == bench.open(key=key)
    assert LandingCase.objects.count() == 1
    assert Entry.objects.filter(act="open", kind="cases.LandingCase").count() == 1


def test_invariant_20_an_act_twice_with_one_key_has_one_effect(bench: Bench) -> None:
    case, key = bench.open(), new_key()
    for _ in range(2):
        done = actions.set_health(case, Health.AT_RISK, "no premises", by=bench.anna, at=NOW, key=key, version=1)
    assert done.version == 2
    assert Entry.objects.filter(act="set_health").count() == 1


def test_a_key_of_another_person_is_refused(bench: Bench) -> None:
    """Nobody is told that an act of theirs was done which they did not do."""
    case, key = bench.open(), new_key()
    actions.set_health(case, Health.AT_RISK, "no premises", by=bench.anna, at=NOW, key=key)
    with pytest.raises(KeyReused):
        actions.set_health(case, Health.AT_RISK, "no premises", by=bench.ben, at=NOW, key=key)


def test_a_key_of_another_act_is_refused(bench: Bench) -> None:
    case, key = bench.open(), new_key()
    actions.set_health(case, Health.ON_TRACK, "", by=bench.anna, at=NOW, key=key)
    with pytest.raises(KeyReused):
        actions.end_case(case, End.LOST, "price", by=bench.anna, at=NOW, key=key)
    with pytest.raises(KeyReused):
        bench.open(key=key)


def test_a_stale_form_changes_nothing_and_learns_what_came_first(bench: Bench) -> None:
    case = bench.open()
    actions.set_health(case, Health.DELAYED, "customs", by=bench.ben, at=NOW, version=1)
    with pytest.raises(StaleVersion) as moved:
        actions.end_case(case, End.LOST, "price", by=bench.anna, at=NOW, version=1)
    assert [entry.act for entry in moved.value.since] == ["set_health"]
    case.refresh_from_db()
    assert (case.end, case.version) == (End.NONE, 2)


def test_the_journal_keeps_what_changed_and_why(bench: Bench) -> None:
    case = bench.open()
    actions.set_health(case, Health.DELAYED, "customs", by=bench.anna, at=NOW)
    entry = Entry.objects.get(act="set_health")
    assert (entry.before["health"], entry.after["health"]) == ("on_track", "delayed")
    assert (entry.reason, entry.actor) == ("customs", bench.anna.pk)
    assert "reference" not in entry.after


def test_nobody_from_elsewhere_sees_or_changes_a_case(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(NotPermitted):
        actions.set_health(case, Health.ON_TRACK, "", by=bench.clara, at=NOW)
    assert bench.client("clara").get(f"/en/desk/cases/{case.reference}/").status_code == 404
    assert case.reference not in bench.client("clara").get("/en/desk/cases/?state=", follow=True).content.decode()


@pytest.mark.parametrize("who", ["lee", "mei"])
def test_a_leader_and_the_company_read_and_do_not_work_on_it(bench: Bench, who: str) -> None:
    case = bench.open()
    with pytest.raises(NotPermitted):
        actions.set_health(case, Health.ON_TRACK, "", by=getattr(bench, who), at=NOW)


def test_who_verifies_is_another_officer(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(UnknownValue):
        actions.name_assurance(case, bench.anna, by=bench.anna, at=NOW)
    with pytest.raises(UnknownValue):
        actions.name_assurance(case, bench.mei, by=bench.anna, at=NOW)
    assert actions.name_assurance(case, bench.ben, by=bench.anna, at=NOW).assurance == bench.ben


@pytest.mark.parametrize("health", [Health.AT_RISK, Health.DELAYED, Health.PAUSED])
def test_trouble_has_a_reason(bench: Bench, health: Health) -> None:
    with pytest.raises(MissingKey):
        actions.set_health(bench.open(), health, " ", by=bench.anna, at=NOW)


def test_a_case_ends_once_with_a_reason_and_can_go_on(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(MissingKey):
        actions.end_case(case, End.LOST, "", by=bench.anna, at=NOW)
    actions.end_case(case, End.LOST, "price", by=bench.anna, at=NOW, lost_to="Elsewhere")
    with pytest.raises(NotNow):
        actions.end_case(case, End.WITHDRAWN, "again", by=bench.anna, at=NOW)
    with pytest.raises(NotNow):
        actions.set_health(case, Health.ON_TRACK, "", by=bench.anna, at=NOW)
    assert actions.reopen(case, "they came back", by=bench.anna, at=NOW).is_open


def test_invariant_17_an_amount_keeps_currency_kind_and_day(bench: Bench) -> None:
    money = Money(5_000_000, "USD", "investment", date(2026, 3, 1))
    case = actions.describe(bench.open(), money=money, by=bench.anna, at=NOW)
    assert case.money == money
    for bad in ({"amount": -1}, {"currency": "usd"}, {"kind": "hope"}):
        values: Any = {"amount": 1, "currency": "USD", "kind": "investment", "as_of": date(2026, 3, 1), **bad}
        with pytest.raises((OutOfRange, UnknownValue)):
            Money(**values)


def test_talks_are_noted_by_their_latest_day(bench: Bench) -> None:
    case = bench.open()
    for days in (3, 1):
        actions.note_contact(case, at=NOW + timedelta(days=days))
    case.refresh_from_db()
    assert case.contacted == (NOW + timedelta(days=3)).date()


# ---- pages


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_case_has_a_page_in_both_languages(bench: Bench, lang: str) -> None:
    case = bench.open()
    page = bench.client("anna").get(f"/{lang}/desk/cases/{case.reference}/").content.decode()
    assert case.reference in page
    assert ("灯屿云" if lang == "zh" else "Lantern Isle Cloud") in page


def test_the_company_finds_its_case(bench: Bench) -> None:
    case = bench.open()
    assert case.reference in bench.client("mei").get("/en/cases/").content.decode()
    assert bench.client("mei").get(f"/en/desk/cases/{case.reference}/").status_code == 403
