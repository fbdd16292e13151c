"""What may happen to a draft in which state; no Django in it."""

from enum import StrEnum
from typing import Final

from luodi.errors import LuodiError
from luodi.message import Message


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"  # in force, or waiting for its day
    SUPERSEDED = "superseded"  # another edition followed
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"  # ended without publication, by its author or by a reviewer

    @property
    def is_open(self) -> bool:
        """Whether it may still become an edition."""
        return self in (State.DRAFT, State.IN_REVIEW, State.APPROVED)


class DraftAction(StrEnum):
    CHANGE = "change"
    CATCH_UP = "catch_up"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    DISCARD = "discard"


class DraftNotNow(LuodiError):
    """The action does not fit the state that the draft is in."""

    code = "draft-not-now"


_AFTER: Final = {
    (State.DRAFT, DraftAction.CHANGE): State.DRAFT,
    (State.DRAFT, DraftAction.SUBMIT): State.IN_REVIEW,
    (State.IN_REVIEW, DraftAction.APPROVE): State.APPROVED,
    (State.IN_REVIEW, DraftAction.SEND_BACK): State.DRAFT,
    (State.APPROVED, DraftAction.SEND_BACK): State.DRAFT,
    (State.APPROVED, DraftAction.PUBLISH): State.PUBLISHED,
    **{(state, DraftAction.CATCH_UP): State.DRAFT for state in State if state.is_open},
    **{(state, DraftAction.DISCARD): State.REFUSED for state in State if state.is_open},
}


def after(state: State, act: DraftAction) -> State:
    """Raises `DraftNotNow`."""
    found = _AFTER.get((state, act))
    if found is None:
        raise DraftNotNow("books.draft-not-now", state=Message(f"state.{state}"), act=Message(f"act.{act}"))
    return found


def possible(state: State) -> frozenset[DraftAction]:
    """The actions that fit a state."""
    return frozenset(act for at, act in _AFTER if at is state)
