"""The state tables of referrals, promises, propositions, tasks, obstacles and policy questions, act by act."""

from datetime import date
from itertools import product

import pytest

from luodi.casework import obstacles, promises, propositions, referrals, tasks
from luodi.casework.obstacles import IssueAct, IssueState, ObstacleAct, ObstacleState
from luodi.casework.promises import PromiseAct, PromiseState
from luodi.casework.propositions import OfferAct, OfferState
from luodi.casework.referrals import GroupState, ReferralAct, ReferralState, group_state
from luodi.casework.states import NotNow
from luodi.casework.tasks import TaskAct, TaskState
from luodi.errors import MissingKey

S, A = ReferralState, ReferralAct


def fits(after: object, state: object, act: object) -> bool:
    try:
        after(state, act)
    except NotNow:
        return False
    return True


def test_a_referral_is_answered_worked_on_and_closed_by_an_act_alone() -> None:
    found = {(s.value, a.value) for s, a in product(S, A) if fits(referrals.after, s, a)}
    assert found == {
        ("sent", "accept"),
        ("sent", "decline"),
        ("sent", "finish"),
        ("sent", "lapse"),
        ("accepted", "decline"),
        ("accepted", "finish"),
    }
    assert A.LAPSE not in referrals.acts_on(S.SENT) and referrals.acts_on(S.DONE) == ()
    assert {s for s in S if s.is_open} == {S.SENT, S.ACCEPTED}


@pytest.mark.parametrize(
    ("states", "group"),
    [
        ([S.SENT], GroupState.WAITING),
        ([S.DONE, S.SENT], GroupState.WAITING),
        ([S.ACCEPTED, S.DONE], GroupState.RUNNING),
        ([S.DONE, S.DECLINED, S.LAPSED], GroupState.DONE),
        ([S.DECLINED], GroupState.DECLINED),
        ([S.DECLINED, S.LAPSED], GroupState.UNANSWERED),
        ([S.LAPSED], GroupState.UNANSWERED),
    ],
)
def test_invariant_13_the_state_of_a_hand_off_follows_from_its_referrals(
    states: list[ReferralState], group: GroupState
) -> None:
    assert group_state(states) is group is group_state(reversed(states))


def test_a_hand_off_to_nobody_has_no_state() -> None:
    with pytest.raises(ValueError, match="at least one"):
        group_state([])


def test_a_promise_is_settled_once() -> None:
    assert [promises.after(PromiseState.OPEN, act) for act in PromiseAct] == list(PromiseState)[1:]
    assert not any(fits(promises.after, s, a) for s, a in product(list(PromiseState)[1:], PromiseAct))


def test_invariant_22_a_promise_is_ready_with_an_owner_and_a_day() -> None:
    promises.must_be_ready("anna", date(2026, 3, 1))
    for owner, due, at in ((None, date(2026, 3, 1), "owner"), ("anna", None, "due")):
        with pytest.raises(MissingKey) as missing:
            promises.must_be_ready(owner, due)
        assert missing.value.at == at


def test_a_proposition_is_answered_once_after_it_was_offered() -> None:
    found = {(s.value, a.value) for s, a in product(OfferState, OfferAct) if fits(propositions.after, s, a)}
    assert found == {
        ("draft", "offer"),
        ("offered", "accept"),
        ("offered", "decline"),
        ("offered", "withdraw"),
        ("offered", "lapse"),
    }
    assert [s for s in OfferState if not s.is_shown] == [OfferState.DRAFT]


def test_a_task_is_done_or_dropped_once() -> None:
    assert [tasks.after(TaskState.OPEN, act) for act in TaskAct] == [TaskState.DONE, TaskState.DROPPED]
    assert not any(fits(tasks.after, s, a) for s, a in product([TaskState.DONE, TaskState.DROPPED], TaskAct))


def test_an_obstacle_goes_its_way_and_the_company_has_the_last_word() -> None:
    state = ObstacleState.RECEIVED
    for act in ("accept", "assign", "answer", "reopen", "assign", "answer", "confirm", "close"):
        state = obstacles.after(state, ObstacleAct(act))
    assert state is ObstacleState.CLOSED and not obstacles.acts_on(state)
    assert not fits(obstacles.after, ObstacleState.RECEIVED, ObstacleAct.ANSWER)
    assert not fits(obstacles.after, ObstacleState.ASSIGNED, ObstacleAct.CONFIRM)
    assert obstacles.after(ObstacleState.OUT_OF_SCOPE, ObstacleAct.REOPEN) is ObstacleState.REOPENED
    assert {s for s in ObstacleState if not s.is_open} == {
        ObstacleState.OUT_OF_SCOPE,
        ObstacleState.ANSWERED,
        ObstacleState.CONFIRMED,
        ObstacleState.CLOSED,
    }


def test_a_policy_question_is_settled_once() -> None:
    assert obstacles.issue_after(IssueState.RAISED, IssueAct.STUDY) is IssueState.UNDER_STUDY
    assert obstacles.issue_acts_on(IssueState.UNDER_STUDY) == (IssueAct.CHANGE, IssueAct.EXPLAIN, IssueAct.DECLINE)
    for state, act in product((IssueState.CHANGED, IssueState.EXPLAINED, IssueState.DECLINED), IssueAct):
        with pytest.raises(NotNow):
            obstacles.issue_after(state, act)
    with pytest.raises(NotNow):
        obstacles.issue_after(IssueState.UNDER_STUDY, IssueAct.STUDY)
