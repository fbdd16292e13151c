"""My day loses nothing: its lists together hold every open case, lead, task, promise and request of that person."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from luodi.casework.leads import Lead as LeadState
from luodi.casework.obstacles import ObstacleKind
from luodi.casework.stages import End
from luodi.web.accounts.models import User
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions.requests import ask
from luodi.web.cases.conftest import NOW, TODAY, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.core.agenda import DayRow
from luodi.web.dealings.models import HandOff, Promise, Referral, Task
from luodi.web.leads.models import Lead
from luodi.web.obstacles.actions import raise_obstacle
from luodi.web.workbench.conftest import clocked
from luodi.web.workbench.queries import day
from luodi.web.workbench.queries.bands import CASE_BANDS
from luodi.web.workbench.queries.day import Day, day_of
from luodi.web.workbench.queries.team import team_of


def test_a_case_where_nothing_runs_has_no_next_step(bench: Bench) -> None:
    case = bench.open()
    found = day_of(bench.anna, TODAY)
    assert found.counts == {"no_step": 1}
    (line,) = found.lines
    assert (line.case, line.band) == (case.reference, "no_step") and line.address.endswith("/new/task/")


def test_a_case_without_contact_for_longer_than_the_limit_is_quiet_the_day_after(bench: Bench) -> None:
    case = bench.open()
    task(case, bench.ben, NOW.date() + timedelta(days=90))
    assert day_of(bench.anna, date(2026, 4, 8)).counts == {"waiting": 1}  # 20 working days, with the festival between
    found = day_of(bench.anna, date(2026, 4, 9))
    assert found.counts == {"quiet": 1} and "10 March 2026" in found.lines[0].what["en"]
    actions.note_contact(case, at=NOW + timedelta(days=29))
    assert day_of(bench.anna, date(2026, 4, 9)).counts == {"waiting": 1}


def test_what_a_colleague_has_to_do_makes_a_case_due(bench: Bench) -> None:
    task(bench.open(), bench.ben, TODAY)
    (line,) = day_of(bench.anna, TODAY).lines
    assert (line.band, line.due, line.waiting_on["en"]) == ("due", TODAY, "a colleague")


def test_a_case_stands_once_and_the_rest_of_it_below(bench: Bench) -> None:
    case = bench.open()
    clocked(case, kind="verification", started=TODAY, limit=20, due=TODAY + timedelta(days=30))
    task(case, bench.anna, TODAY)
    (line,) = day_of(bench.anna, TODAY).lines
    assert line.what["en"] == "a task" and [one.due for one in line.also] == [TODAY + timedelta(days=30)]


@pytest.mark.parametrize("seed", range(8))
def test_invariant_28_the_lists_of_a_day_together_hold_everything_of_a_person(
    bench: Bench, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day, "PAGE", 3)
    _world(bench, Random(seed))
    for who in (bench.anna, bench.ben):
        days = _pages(who)
        assert sum(days[0].counts.values()) == days[0].total
        lines = [line for one in days for line in one.lines]
        cases = list(LandingCase.objects.filter(officer=who, end=End.NONE).values_list("reference", flat=True))
        assert sorted(line.case for line in lines) == sorted(cases)
        assert [CASE_BANDS.index(line.band) for line in lines] == sorted(CASE_BANDS.index(line.band) for line in lines)
        things = [row for line in lines for row in (line, *line.also)] + list(days[0].rows)
        addresses = [row.address for row in things]
        for kind, rows in (
            ("task", Task.objects.filter(owner=who, state="open")),
            ("promise", Promise.objects.filter(owner=who, state="open")),
            ("referral", Referral.objects.filter(hand_off__case__officer=who, hand_off__case__end=End.NONE)),
        ):
            for row in rows:
                assert any(f"/{kind}/{row.pk}/" in one for one in addresses), (kind, row.pk)
        for lead in Lead.objects.filter(officer=who, state__in=[LeadState.SCREENING, LeadState.QUALIFIED]):
            assert sum(one.endswith(f"/leads/{lead.pk}/") for one in addresses) == 1
        asked = {case: n for case, n in _asked(who).items() if n}
        assert {case: _answers(things, case) for case in asked} == asked


def _pages(who: User) -> list[Day]:
    first = day_of(who, TODAY)
    return [first, *(day_of(who, TODAY, page=number) for number in range(2, first.pages + 1))]


def _asked(who: User) -> dict[str, int]:
    cases = LandingCase.objects.filter(officer=who, end=End.NONE)
    return {case.reference: case.requests.filter(state="open").count() for case in cases}


def _answers(things: list[DayRow], case: str) -> int:
    return sum(row.case == case and row.what["en"] == "The company's answer" for row in things)


def _world(bench: Bench, chance: Random) -> None:
    """Cases in every state, with and without what belongs to them, of two officers."""
    people = [bench.anna, bench.ben]
    for _ in range(11):
        officer = chance.choice(people)
        case = actions.open_case(bench.company, bench.here, by=officer, at=NOW - timedelta(days=chance.randint(0, 60)))
        some = TODAY + timedelta(days=chance.randint(-9, 30))
        if chance.random() < 0.4:
            task(case, chance.choice(people), some)
        if chance.random() < 0.3:
            due = chance.choice([None, some])
            owner = chance.choice(people)
            Promise.objects.create(case=case, what="a promise", owner=owner, due=due, at=NOW, changed=NOW)
        if chance.random() < 0.3:
            ask(case, "Where?", by=officer, at=NOW)
        if chance.random() < 0.2:
            raise_obstacle(bench.company, ObstacleKind.COMPLAINT, "slow", by=bench.mei, at=NOW, case=case)
        if chance.random() < 0.3:
            made = HandOff.objects.create(case=case, question="?", by=officer, at=NOW)
            Referral.objects.create(hand_off=made, unit=bench.aside, due=some, sent=TODAY, changed=NOW)
        if chance.random() < 0.2:
            actions.end_case(case, End.LOST, "elsewhere", by=officer, at=NOW)
    for state in (LeadState.SCREENING, LeadState.QUALIFIED):
        Lead.objects.create(
            unit=bench.here, title="a lead", state=state, officer=chance.choice(people), received=NOW, changed=NOW
        )


def task(case: LandingCase, owner: User, due: date) -> Task:
    return Task.objects.create(case=case, what="a task", owner=owner, due=due, at=NOW, changed=NOW)


# ---- the page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_adds_up_and_leads_to_what_is_missing(bench: Bench, lang: str) -> None:
    cases = [bench.open() for _ in range(3)]
    page = bench.client("anna").get(f"/{lang}/desk/").content.decode()
    assert all(case.reference in page for case in cases) and 'id="no_step"' in page
    assert f"/{lang}/desk/cases/{cases[0].reference}/new/task/" in page


def test_eighty_cases_take_as_many_questions_as_one(bench: Bench, django_assert_max_num_queries: Any) -> None:
    client = bench.client("anna")
    task(bench.open(), bench.anna, TODAY)
    client.get("/en/desk/")
    with django_assert_max_num_queries(30) as few:
        client.get("/en/desk/")
    for number in range(79):
        task(bench.open(), bench.anna, TODAY + timedelta(days=number))
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = client.get("/en/desk/").content.decode()
    assert page.count('<th scope="row">') == 80


# ---- the team, and handing over


def test_a_leader_sees_each_officers_cases_and_nobody_else_does(bench: Bench) -> None:
    case, _ = bench.open(), actions.open_case(bench.company, bench.here, by=bench.ben, at=NOW)
    rows = {row.officer.name: row.total for row in team_of(bench.lee, TODAY) if row.officer}
    assert rows == {"Anna": 1, "Ben": 1, "Clara": 0}
    assert case.reference in bench.client("lee").get(f"/en/desk/team/{bench.anna.pk}/").content.decode()
    for lang in ("zh", "en"):
        assert "Anna" in bench.client("lee").get(f"/{lang}/desk/team/").content.decode()
    assert bench.client("clara").get(f"/en/desk/team/{bench.anna.pk}/").status_code == 404
    assert bench.client("mei").get("/en/desk/team/").status_code == 403
