"""Pilots are judged by their tests, and what was accepted is shown and repeated."""

import re
from datetime import date

import pytest

from luodi.casework.demands import DemandAct, DemandState
from luodi.casework.matches import MatchAct, MatchState
from luodi.casework.pilots import PilotAct, PilotState
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.actions.ending import put_down
from luodi.web.docking.conftest import NOW, TODAY, Market
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Pilot
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries import meetings as queries_meetings
from luodi.web.docking.test_matches import agreed, proposed

pytestmark = pytest.mark.django_db
DAYS = (TODAY, date(2026, 6, 30))
TESTS = [("Sensitivity", "at least 95 %"), ("Minutes a case", "at most 3")]
TEXTS = {"title_zh": "阅片", "title_en": "Reading", "text_zh": "阅片示范。", "text_en": "Images are read."}


def pilot_of(market: Market, key: str = "") -> Pilot:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    return actions_pilots.plan(match, "Ward 3", DAYS, TESTS, by=market.olga, at=NOW, key=key)


def judged(market: Market, *results: bool) -> Pilot:
    pilot = actions_pilots.move(pilot_of(market), PilotAct.START, by=market.olga, at=NOW)
    for test, passed in zip(pilot.tests.all(), results, strict=True):
        actions_pilots.report(test, "96 %", passed, "report 7", by=market.rolf, at=NOW)
    return actions_pilots.move(pilot, PilotAct.JUDGE, by=market.olga, at=NOW)


def test_a_pilot_begins_after_an_introduction_and_has_tests(market: Market) -> None:
    with pytest.raises(NotNow):
        actions_pilots.plan(proposed(market), "Ward 3", DAYS, TESTS, by=market.olga, at=NOW)
    pilot = pilot_of(market)
    pilot.match.refresh_from_db()
    assert pilot.match.state == MatchState.PILOT
    assert [test.text for test in pilot.tests.all()] == ["Sensitivity", "Minutes a case"]


@pytest.mark.parametrize(
    ("site", "days", "tests", "error"),
    [
        ("", DAYS, TESTS, MissingKey),
        ("Ward", DAYS[::-1], TESTS, OutOfRange),
        ("Ward", DAYS, [], MissingKey),
        ("Ward", DAYS, [("Speed", "")], MissingKey),
    ],
)
def test_a_pilot_that_nobody_could_judge_is_refused_and_the_match_stays(
    market: Market, site: str, days: tuple[date, date], tests: list[tuple[str, str]], error: type[Exception]
) -> None:
    match = agreed(market)
    actions_matches.go_on(match, MatchAct.INTRODUCE, by=market.olga, at=NOW)
    with pytest.raises(error):
        actions_pilots.plan(match, site, days, tests, by=market.olga, at=NOW)
    match.refresh_from_db()
    assert match.state == MatchState.INTRODUCED


def test_invariant_13_the_demand_follows_its_pilot(market: Market) -> None:
    demand = judged(market, True, True).match.of
    demand.refresh_from_db()
    assert demand.state == DemandState.ACCEPTED


def test_one_failed_test_is_enough_not_to_accept(market: Market) -> None:
    pilot = judged(market, True, False)
    assert pilot.state == PilotState.NOT_ACCEPTED
    demand = pilot.match.of
    demand.refresh_from_db()
    assert demand.state == DemandState.NOT_ACCEPTED
    with pytest.raises(NotNow):
        actions_pilots.demonstrate(pilot, TEXTS, "Ward 3", TODAY, by=market.olga, at=NOW)


def test_a_pilot_is_not_judged_while_a_result_is_missing(market: Market) -> None:
    pilot = actions_pilots.move(pilot_of(market), PilotAct.START, by=market.olga, at=NOW)
    with pytest.raises(NotNow):
        actions_pilots.move(pilot, PilotAct.JUDGE, by=market.olga, at=NOW)


def test_a_result_has_its_proof_and_comes_from_a_side(market: Market) -> None:
    pilot = actions_pilots.move(pilot_of(market), PilotAct.START, by=market.olga, at=NOW)
    test = pilot.tests.first()
    assert test is not None
    with pytest.raises(MissingKey):
        actions_pilots.report(test, "96 %", True, " ", by=market.mei, at=NOW)
    with pytest.raises(NotPermitted):
        actions_pilots.report(test, "96 %", True, "report 7", by=market.max, at=NOW)


def test_invariant_20_planning_twice_with_one_key_makes_one_pilot(market: Market) -> None:
    key = new_key()
    pilot = pilot_of(market, key)
    second = actions_pilots.plan(pilot.match, "Ward 3", DAYS, TESTS, by=market.olga, at=NOW, key=key)
    assert second == pilot and pilot.tests.count() == 2


def test_an_accepted_pilot_is_shown_to_everybody_and_repeated_elsewhere(market: Market) -> None:
    pilot = judged(market, True, True)
    project = actions_pilots.demonstrate(pilot, TEXTS, "Ward 3", TODAY, by=market.olga, at=NOW, shown=True)
    actions_pilots.repeat(project, "Chengdu", date(2026, 9, 1), "a newspaper", by=market.olga, at=NOW)
    for place in ("Chengdu", "Ward 3"):
        with pytest.raises(NotNow):
            actions_pilots.repeat(project, place, date(2026, 9, 2), "x", by=market.olga, at=NOW)
    [seen] = queries_meetings.projects(None)
    assert [one.place for one in seen.replications.all()] == ["Chengdu"]


def test_a_project_that_is_not_shown_is_seen_by_its_unit_alone(market: Market) -> None:
    actions_pilots.demonstrate(judged(market, True, True), TEXTS, "Ward 3", TODAY, by=market.olga, at=NOW)
    assert not queries_meetings.projects(None).exists()
    assert queries_meetings.projects(market.lee).exists()
    assert not queries_meetings.projects(market.clara).exists()


def test_a_demand_that_is_withdrawn_stops_its_pilot_and_ends_its_match(market: Market) -> None:
    pilot = actions_pilots.move(pilot_of(market), PilotAct.START, by=market.olga, at=NOW)
    put_down(pilot.match.of, DemandAct.WITHDRAW, "The ward closes.", by=market.rolf, at=NOW)
    pilot.refresh_from_db()
    match = pilot.match
    match.refresh_from_db()
    assert (pilot.state, pilot.reason, match.state, match.reason) == (
        "stopped",
        "The ward closes.",
        "none",
        "withdrawn",
    )
    assert (match.ask_next, match.of.state) == (None, DemandState.WITHDRAWN)
    with pytest.raises(NotNow):
        actions_pilots.move(pilot, PilotAct.JUDGE, by=market.olga, at=NOW)


def test_a_demand_that_is_withdrawn_leaves_what_was_accepted(market: Market) -> None:
    pilot = judged(market, True, True)
    put_down(pilot.match.of, DemandAct.WITHDRAW, "Enough.", by=market.rolf, at=NOW)
    pilot.refresh_from_db()
    assert (pilot.state, pilot.match.state) == (PilotState.ACCEPTED, MatchState.PILOT)


def test_the_funnel_counts_how_far_matches_came_whatever_became_of_them(market: Market) -> None:
    pilot = pilot_of(market)
    put_down(pilot.match.of, DemandAct.WITHDRAW, "The ward closes.", by=market.rolf, at=NOW)
    proposed(market)
    found = {one.step: one.count for one in queries.counted(market.olga, {})}
    assert found == {"proposed": 2, "consented": 1, "introduced": 1, "pilot": 1, "deal": 0}
    for step, count in found.items():  # each opens to its rows
        assert MATCHES.found(market.olga, {"reached": step}).count() == count, step
        page = market.client("olga").get("/en/matches/", {"reached": step}).text
        assert len(set(re.findall(r"/en/matches/(MT-[0-9-]+)/", page))) == count
