"""The lives of demands, matches, pilots and meetings."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from luodi.casework import demands, matches, meetings, pilots
from luodi.casework.demands import DemandAct, DemandState
from luodi.casework.matches import ASKED_AFTER, MatchAct, MatchState, Part, Reason, Says
from luodi.casework.meetings import MeetingAct, MeetingState, Step
from luodi.casework.pilots import PilotAct, PilotState, Result
from luodi.casework.states import NotNow

DAY = date(2026, 3, 10)


def test_a_demand_is_read_by_another_before_it_is_published() -> None:
    assert demands.after(DemandState.DRAFT, DemandAct.SCREEN) is DemandState.SCREENED
    assert demands.after(DemandState.SCREENED, DemandAct.PUBLISH) is DemandState.PUBLISHED
    with pytest.raises(NotNow):
        demands.after(DemandState.DRAFT, DemandAct.PUBLISH)


@pytest.mark.parametrize("act", list(DemandAct))
@pytest.mark.parametrize("state", [DemandState.CLOSED, DemandState.WITHDRAWN])
def test_nothing_can_be_done_with_a_demand_that_is_over(state: DemandState, act: DemandAct) -> None:
    with pytest.raises(NotNow):
        demands.after(state, act)


def test_invariant_13_the_state_of_a_demand_follows_from_its_matches_and_pilots() -> None:
    published = DemandState.PUBLISHED
    assert demands.followed(published, [], []) is published
    assert demands.followed(published, [MatchState.PROPOSED], []) is DemandState.MATCHING
    assert demands.followed(published, [MatchState.NONE], []) is published
    assert demands.followed(published, [MatchState.PILOT], [PilotState.RUNNING]) is DemandState.PILOTING
    both = [PilotState.NOT_ACCEPTED, PilotState.ACCEPTED]
    assert demands.followed(published, [], both) is DemandState.ACCEPTED
    assert demands.followed(DemandState.ACCEPTED, [], [PilotState.NOT_ACCEPTED]) is DemandState.NOT_ACCEPTED
    assert demands.followed(DemandState.CLOSED, [MatchState.PROPOSED], both) is DemandState.CLOSED


def test_names_need_both_sides() -> None:
    one = {Part.OWNER: Says.YES, Part.PARTNER: Says.ASKED}
    assert matches.said(MatchState.PROPOSED, one) == (MatchState.PROPOSED, None)
    assert matches.said(MatchState.PROPOSED, {**one, Part.PARTNER: Says.YES}) == (MatchState.CONSENTED, None)
    refused = matches.said(MatchState.PROPOSED, {**one, Part.PARTNER: Says.NO})
    assert refused == (MatchState.NONE, Reason.PARTNER_DECLINED)


def test_a_side_that_is_missing_has_not_agreed() -> None:
    assert matches.said(MatchState.PROPOSED, {Part.OWNER: Says.YES}) == (MatchState.PROPOSED, None)


@pytest.mark.parametrize("act", [a for a in MatchAct if a is not MatchAct.NONE])
def test_nothing_goes_on_before_both_sides_agreed(act: MatchAct) -> None:
    with pytest.raises(NotNow):
        matches.after(MatchState.PROPOSED, act)


def test_consent_is_given_before_an_introduction_and_not_after() -> None:
    for state in set(MatchState) - {MatchState.PROPOSED, MatchState.CONSENTED}:
        with pytest.raises(NotNow):
            matches.said(state, {})


@pytest.mark.parametrize(
    ("owner", "partner", "state"),
    [("yes", "yes", "consented"), ("asked", "yes", "proposed"), ("yes", "asked", "proposed"), ("no", "yes", "none")],
)
def test_until_an_introduction_a_match_follows_what_its_sides_say(owner: str, partner: str, state: str) -> None:
    sides = {Part.OWNER: matches.Says(owner), Part.PARTNER: matches.Says(partner)}
    for now in (MatchState.PROPOSED, MatchState.CONSENTED):
        assert matches.said(now, sides)[0] == state


def test_who_sees_which_name() -> None:
    assert not matches.may_name(Part.PARTNER, {Part.OWNER}, revealed=False)
    assert matches.may_name(Part.OWNER, {Part.OWNER}, revealed=False)
    assert not matches.may_name(Part.OWNER, set(), revealed=False)
    assert matches.may_name(Part.PARTNER, set(), revealed=True)


def test_outcomes_are_asked_on_their_day_and_once() -> None:
    assert matches.due(DAY, [], DAY + timedelta(days=29)) is None
    assert matches.due(DAY, [], DAY + timedelta(days=30)) == 30
    assert matches.due(DAY, [30], DAY + timedelta(days=89)) is None
    assert matches.due(DAY, [30], DAY + timedelta(days=90)) == 90
    assert matches.due(DAY, ASKED_AFTER, DAY + timedelta(days=999)) is None


def test_days_that_nobody_asked_on_are_asked_once_and_not_thrice() -> None:
    assert matches.due(DAY, [], DAY + timedelta(days=200)) == 180


def test_a_pilot_is_judged_by_its_tests() -> None:
    passed, failed, open_one = Result(True, True), Result(False, True), Result(None, False)
    assert pilots.after(PilotState.RUNNING, PilotAct.JUDGE, [passed, passed]) is PilotState.ACCEPTED
    assert pilots.after(PilotState.RUNNING, PilotAct.JUDGE, [passed, failed]) is PilotState.NOT_ACCEPTED
    for results in ([], [passed, open_one], [passed, Result(True, False)], [Result(False, False)]):
        with pytest.raises(NotNow):
            pilots.after(PilotState.RUNNING, PilotAct.JUDGE, results)
    with pytest.raises(NotNow):
        pilots.after(PilotState.PLANNED, PilotAct.JUDGE, [passed])


def test_a_meeting_is_announced_before_it_is_held() -> None:
    assert meetings.after(MeetingState.ANNOUNCED, MeetingAct.HOLD) is MeetingState.HELD
    for state, act in ((MeetingState.DRAFT, MeetingAct.HOLD), (MeetingState.HELD, MeetingAct.CANCEL)):
        with pytest.raises(NotNow):
            meetings.after(state, act)


def test_a_pairing_takes_one_step_at_a_time() -> None:
    assert meetings.on(Step.PAIRED, Step.MET) is Step.MET
    for goal in (Step.CONTRACT, Step.PAIRED):
        with pytest.raises(NotNow):
            meetings.on(Step.MET, goal)


def test_a_pairing_counts_at_every_step_it_has_passed() -> None:
    found = meetings.reached([Step.CONTRACT, Step.INTENT, Step.MET, Step.PAIRED])
    assert [(one.step, one.count) for one in found] == [("paired", 4), ("met", 3), ("intent", 2), ("contract", 1)]
    assert [one.of_before for one in found] == [None, Fraction(3, 4), Fraction(2, 3), Fraction(1, 2)]


def test_a_share_of_nobody_is_not_known() -> None:
    assert [one.of_before for one in meetings.reached([])] == [None] * 4
