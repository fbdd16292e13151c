"""The life of an obstacle that a company reports, and of the policy question that obstacles roll up to."""

from enum import StrEnum
from typing import Final

from luodi.casework.agreement import Says
from luodi.casework.states import NotNow
from luodi.message import Message


class ObstacleKind(StrEnum):
    REQUEST = "request"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"


class Against(StrEnum):
    """Whom a complaint is about. They never handle it."""

    OFFICER = "officer"  # of the case
    UNIT = "unit"  # of the case
    NOBODY = "nobody"  # of those who could handle it


class ObstacleState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    OUT_OF_SCOPE = "out_of_scope"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"  # the company says that it is over
    REOPENED = "reopened"  # the company says that it is not
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        """Whether the responsible unit has something to do."""
        return self in _OPEN


class ObstacleAct(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"  # out of scope, with a reason
    ASSIGN = "assign"
    ANSWER = "answer"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"


_OPEN: Final = frozenset(
    {ObstacleState.RECEIVED, ObstacleState.ACCEPTED, ObstacleState.ASSIGNED, ObstacleState.REOPENED}
)
_AFTER: Final = {
    (ObstacleState.RECEIVED, ObstacleAct.ACCEPT): ObstacleState.ACCEPTED,
    (ObstacleState.RECEIVED, ObstacleAct.REFUSE): ObstacleState.OUT_OF_SCOPE,
    (ObstacleState.ACCEPTED, ObstacleAct.REFUSE): ObstacleState.OUT_OF_SCOPE,
    **{
        (state, ObstacleAct.ASSIGN): ObstacleState.ASSIGNED
        for state in (ObstacleState.ACCEPTED, ObstacleState.ASSIGNED, ObstacleState.REOPENED)
    },
    (ObstacleState.ASSIGNED, ObstacleAct.ANSWER): ObstacleState.ANSWERED,
    (ObstacleState.ANSWERED, ObstacleAct.CONFIRM): ObstacleState.CONFIRMED,
    (ObstacleState.ANSWERED, ObstacleAct.REOPEN): ObstacleState.REOPENED,
    (ObstacleState.OUT_OF_SCOPE, ObstacleAct.REOPEN): ObstacleState.REOPENED,
    **{
        (state, ObstacleAct.CLOSE): ObstacleState.CLOSED
        for state in (ObstacleState.CONFIRMED, ObstacleState.OUT_OF_SCOPE)
    },
}
#: What each says of whether the obstacle is solved: the unit proposes it, the company agrees or does not.
SAYS: Final = {
    ObstacleAct.ANSWER: Says.PROPOSE,
    ObstacleAct.REFUSE: Says.PROPOSE,
    ObstacleAct.CONFIRM: Says.AGREE,
    ObstacleAct.REOPEN: Says.DISPUTE,
}
#: Those of the company itself.
OF_THE_COMPANY: Final = frozenset({ObstacleAct.CONFIRM, ObstacleAct.REOPEN})
#: Acts that have words: why, or what is answered.
WITH_WORDS: Final = frozenset({ObstacleAct.REFUSE, ObstacleAct.ANSWER, ObstacleAct.REOPEN})


def after(state: ObstacleState, act: ObstacleAct) -> ObstacleState:
    """Raises `NotNow` where the act does not fit."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-obstacle", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


def acts_on(state: ObstacleState) -> tuple[ObstacleAct, ...]:
    """What may be done with an obstacle in this state."""
    return tuple(act for before, act in _AFTER if before is state)


class IssueState(StrEnum):
    RAISED = "raised"
    UNDER_STUDY = "under_study"
    CHANGED = "changed"
    EXPLAINED = "explained"
    DECLINED = "declined"

    @property
    def is_open(self) -> bool:
        return self in (IssueState.RAISED, IssueState.UNDER_STUDY)


class IssueAct(StrEnum):
    STUDY = "study"
    CHANGE = "change"  # the rule or practice has changed
    EXPLAIN = "explain"
    DECLINE = "decline"


_ISSUE_AFTER: Final = {
    IssueAct.STUDY: IssueState.UNDER_STUDY,
    IssueAct.CHANGE: IssueState.CHANGED,
    IssueAct.EXPLAIN: IssueState.EXPLAINED,
    IssueAct.DECLINE: IssueState.DECLINED,
}


def issue_after(state: IssueState, act: IssueAct) -> IssueState:
    """Raises `NotNow` for an act on what was settled, and for studying what is under study."""
    found = _ISSUE_AFTER[act]
    if not state.is_open or found is state:
        raise NotNow("casework.question-already", state=Message(f"state.{state}"))
    return found


def issue_acts_on(state: IssueState) -> tuple[IssueAct, ...]:
    return tuple(act for act, found in _ISSUE_AFTER.items() if state.is_open and found is not state)
