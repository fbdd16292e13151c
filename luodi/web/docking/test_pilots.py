"""Pilots are judged by their tests, and what was accepted is shown and repeated."""

import re
from datetime import date, timedelta

import pytest

from luodi.casework.agreement import Says as Agreement
from luodi.casework.agreement import Standing
from luodi.casework.demands import DemandAct, DemandState
from luodi.casework.matches import MatchAct, MatchState
from luodi.casework.pilots import PilotAct, PilotState
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.web.cases.actions.agreements import remind_sides
from luodi.web.cases.models import Statement
from luodi.web.cases.queries import agreements
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.docking.actions import matches as actions_matches
from luodi.web.docking.actions import pilots as actions_pilots
from luodi.web.docking.actions.ending import put_down
from luodi.web.docking.conftest import NOW, TODAY, Market
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Pilot, PilotTest
from luodi.web.docking.queries import market as queries
from luodi.web.docking.queries import meetings as queries_meetings
from luodi.web.docking.queries import results
from luodi.web.docking.test_matches import agreed, proposed
from luodi.web.notices.models import Notice

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
        test = actions_pilots.report(test, "96 %", passed, "report 7", by=market.rolf, at=NOW)
        actions_pilots.answer_result(test, Agreement.AGREE, by=market.mei, at=NOW)
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


def running(market: Market) -> tuple[Pilot, PilotTest]:
    pilot = actions_pilots.move(pilot_of(market), PilotAct.START, by=market.olga, at=NOW)
    test = pilot.tests.first()
    assert test is not None
    return pilot, actions_pilots.report(test, "96 %", True, "report 7", by=market.rolf, at=NOW)


def test_invariant_31_a_result_stands_once_the_other_side_agrees(market: Market) -> None:
    pilot, test = running(market)
    second = pilot.tests.exclude(pk=test.pk).get()
    actions_pilots.report(second, "2 minutes", True, "report 8", by=market.mei, at=NOW)
    with pytest.raises(NotNow):
        actions_pilots.move(pilot, PilotAct.JUDGE, by=market.olga, at=NOW)
    for by in (market.rolf, market.olga):  # whoever reported it, and an officer who stands on no side
        with pytest.raises(NotNow):
            actions_pilots.answer_result(test, Agreement.AGREE, by=by, at=NOW)
    for by in (market.max, market.lee, market.clara):
        with pytest.raises(NotPermitted):
            actions_pilots.answer_result(test, Agreement.AGREE, by=by, at=NOW)
    actions_pilots.answer_result(test, Agreement.AGREE, by=market.mei, at=NOW)
    actions_pilots.answer_result(second, Agreement.AGREE, by=market.rolf, at=NOW)
    pilot.refresh_from_db()
    assert actions_pilots.move(pilot, PilotAct.JUDGE, by=market.olga, at=NOW).state == PilotState.ACCEPTED


def test_invariant_31_a_disputed_result_is_kept_goes_to_the_leader_and_is_measured_anew(market: Market) -> None:
    pilot, test = running(market)
    with pytest.raises(MissingKey):
        actions_pilots.answer_result(test, Agreement.DISPUTE, " ", by=market.mei, at=NOW)
    actions_pilots.answer_result(test, Agreement.DISPUTE, "Half of the images.", by=market.mei, at=NOW)
    assert results.agreements([test])[test.pk] is Standing.DISPUTED
    assert [one.user.name for one in Notice.objects.filter(kind="disagreement")] == ["Lee"]
    (row,) = agreements.day_rows(market.lee, TODAY, 9)
    assert row.address.endswith(f"/matches/{pilot.match.reference}/")
    for by in (market.mei, market.olga):  # whoever disagrees does not put their own result in its place
        with pytest.raises(NotNow):
            actions_pilots.report(test, "50 %", False, "report 9", by=by, at=NOW)
    test.refresh_from_db()
    actions_pilots.report(test, "91 %", False, "report 9", by=market.rolf, at=NOW)
    actions_pilots.answer_result(test, Agreement.AGREE, by=market.mei, at=NOW)
    said = [(one.side, one.says, one.words) for one in agreements.statements(results.RESULT, test.pk)]
    assert said[0] == ("owner", "propose", "✓ 96 % · report 7") and said[1][2] == "Half of the images."
    assert [says for _, says, _ in said] == ["propose", "dispute", "propose", "agree"]
    assert agreements.open_disagreements(market.lee) == 0


def test_a_result_that_was_taken_back_is_none_and_either_side_reports_another(market: Market) -> None:
    _, test = running(market)
    with pytest.raises(NotNow):
        actions_pilots.take_back_result(test, by=market.mei, at=NOW)
    test = actions_pilots.take_back_result(test, by=market.rolf, at=NOW)
    assert (test.measured, test.passed, test.at) == ("", None, None)
    test = actions_pilots.report(test, "91 %", False, "report 9", by=market.mei, at=NOW)
    assert results.agreements([test])[test.pk] is Standing.PROPOSED


def test_a_result_of_before_both_sides_were_asked_is_not_yet_agreed(market: Market) -> None:
    _, test = running(market)
    Statement.objects.all().delete()
    assert results.agreements([test])[test.pk] is Standing.PROPOSED
    with pytest.raises(NotNow):
        actions_pilots.answer_result(test, Agreement.AGREE, by=market.rolf, at=NOW)
    actions_pilots.answer_result(test, Agreement.AGREE, by=market.mei, at=NOW)
    assert results.agreements([test])[test.pk] is Standing.AGREED


def test_the_other_side_of_a_result_is_notified_and_reminded_once(market: Market) -> None:
    running(market)
    late = NOW + timedelta(days=8)
    assert [remind_sides(late), remind_sides(late)] == [1, 0]
    told = Notice.objects.filter(kind="agreement_asked").values_list("user__name", flat=True)
    assert list(told) == ["Mei"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_sides_read_on_the_match_what_was_said_of_a_result(market: Market, lang: str) -> None:
    pilot, test = running(market)
    words = {"zh": ("对方尚未确认", "双方有分歧"), "en": ("not yet agreed", "disputed")}[lang]
    place = f"/{lang}/matches/{pilot.match.reference}/"
    mei, rolf = market.client("mei"), market.client("rolf")
    assert words[0] in mei.get(place).text and 'id="pilot_answer_test"' in mei.get(place).text
    assert 'id="pilot_answer_test"' not in rolf.get(place).text and 'id="pilot_take_back_test"' in rolf.get(place).text
    sent = {"key": new_key(), "test": f"{test.pk}-{test.version}", "says": "dispute", "words": ""}
    assert mei.post(f"{place}pilot_answer/", sent).status_code == 422
    assert mei.post(f"{place}pilot_answer/", {**sent, "key": new_key(), "words": "Half of it."}).status_code == 302
    for who in ("mei", "rolf", "olga", "lee"):
        assert "Half of it." in market.client(who).get(place).text
    assert words[1] in rolf.get(place).text and market.client("max").get(place).status_code == 404


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
