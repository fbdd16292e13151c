"""The states of a step, and what may happen in which; no book is read for it."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class StepState(StrEnum):
    """What is stored of a step. Whether an open one is blocked or ready is computed from what it needs."""

    NOT_NEEDED = "not_needed"
    OPEN = "open"
    SUBMITTED = "submitted"
    QUESTION = "question_open"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_over(self) -> bool:
        """Nothing waits for it any more."""
        return self in (StepState.NOT_NEEDED, StepState.GRANTED)

    @property
    def runs(self) -> bool:
        return self in (StepState.SUBMITTED, StepState.QUESTION)


class StepAct(StrEnum):
    SUBMIT = "submit"
    QUESTION = "question"  # the authority asks something
    ANSWER = "answer"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    DROP = "drop"  # it is not needed
    REOPEN = "reopen"


_AFTER: Final = {
    (StepState.OPEN, StepAct.SUBMIT): StepState.SUBMITTED,
    (StepState.OPEN, StepAct.GRANT): StepState.GRANTED,  # done over the counter, or before the case was opened
    (StepState.OPEN, StepAct.DROP): StepState.NOT_NEEDED,
    (StepState.SUBMITTED, StepAct.QUESTION): StepState.QUESTION,
    (StepState.SUBMITTED, StepAct.GRANT): StepState.GRANTED,
    (StepState.SUBMITTED, StepAct.REFUSE): StepState.REFUSED,
    (StepState.SUBMITTED, StepAct.WITHDRAW): StepState.WITHDRAWN,
    (StepState.QUESTION, StepAct.ANSWER): StepState.SUBMITTED,
    (StepState.QUESTION, StepAct.REFUSE): StepState.REFUSED,
    (StepState.QUESTION, StepAct.WITHDRAW): StepState.WITHDRAWN,
    (StepState.REFUSED, StepAct.REOPEN): StepState.OPEN,
    (StepState.WITHDRAWN, StepAct.REOPEN): StepState.OPEN,
    (StepState.NOT_NEEDED, StepAct.REOPEN): StepState.OPEN,
    (StepState.REFUSED, StepAct.DROP): StepState.NOT_NEEDED,
    (StepState.WITHDRAWN, StepAct.DROP): StepState.NOT_NEEDED,
}
#: Acts that say why.
WITH_REASON: Final = frozenset({StepAct.REFUSE, StepAct.WITHDRAW, StepAct.DROP, StepAct.REOPEN, StepAct.QUESTION})


def after(state: StepState, act: StepAct) -> StepState:
    """Raises `NotNow` where the act does not fit."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-step", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


def acts_on(state: StepState) -> tuple[StepAct, ...]:
    """What may be done with a step in this state."""
    return tuple(act for before, act in _AFTER if before is state)
