"""What may happen to an enquiry in which state."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message

__all__ = ["Act", "NotNow", "State", "after"]


class State(StrEnum):
    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def is_open(self) -> bool:
        return self is not State.CLOSED


class Act(StrEnum):
    ASSIGN = "assign"
    ANSWER = "answer"
    CLOSE = "close"


_AFTER: Final = {
    (State.NEW, Act.ASSIGN): State.ASSIGNED,
    (State.ASSIGNED, Act.ASSIGN): State.ASSIGNED,
    (State.ANSWERED, Act.ASSIGN): State.ANSWERED,
    **{(state, Act.ANSWER): State.ANSWERED for state in State if state.is_open},
    **{(state, Act.CLOSE): State.CLOSED for state in State if state.is_open},
}


def after(state: State, act: Act) -> State:
    """Raises `NotNow` for an act on what is closed."""
    found = _AFTER.get((state, act))
    if found is None:
        raise NotNow("advisor.enquiry-nobody-can-any-more", state=Message(f"state.{state}"), act=Message(f"act.{act}"))
    return found
