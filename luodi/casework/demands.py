"""The life of a demand: which act leads where, and what its state is by what came of it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from luodi.casework.matches import MatchState
from luodi.casework.pilots import PilotState
from luodi.casework.states import NotNow
from luodi.message import Message


class DemandKind(StrEnum):
    SCENARIO = "scenario"  # something new may be tried out here
    PURCHASE = "purchase"
    RESEARCH = "research"  # joint research
    SPACE = "space"


class DemandState(StrEnum):
    """`matching` to `not_accepted` follow from matches and pilots; nobody types them (see `followed`)."""

    DRAFT = "draft"
    SCREENED = "screened"
    PUBLISHED = "published"
    MATCHING = "matching"
    PILOTING = "piloting"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it, as far as its visibility lets them."""
        return self in PUBLIC

    @property
    def takes_offers(self) -> bool:
        return self in (DemandState.PUBLISHED, DemandState.MATCHING)

    @property
    def is_over(self) -> bool:
        return self in (DemandState.CLOSED, DemandState.WITHDRAWN)


class DemandAct(StrEnum):
    SCREEN = "screen"  # somebody else than who wrote it has read it
    RETURN = "return"  # back to whoever wrote it, with a reason
    PUBLISH = "publish"
    CLOSE = "close"
    WITHDRAW = "withdraw"


_AFTER_MATCHES: Final = (
    DemandState.PUBLISHED,
    DemandState.MATCHING,
    DemandState.PILOTING,
    DemandState.ACCEPTED,
    DemandState.NOT_ACCEPTED,
)
PUBLIC: Final = frozenset(_AFTER_MATCHES)
_TABLE: Final[dict[DemandAct, tuple[frozenset[DemandState], DemandState]]] = {
    DemandAct.SCREEN: (frozenset({DemandState.DRAFT}), DemandState.SCREENED),
    DemandAct.RETURN: (frozenset({DemandState.SCREENED}), DemandState.DRAFT),
    DemandAct.PUBLISH: (frozenset({DemandState.SCREENED}), DemandState.PUBLISHED),
    DemandAct.CLOSE: (frozenset(_AFTER_MATCHES), DemandState.CLOSED),
    DemandAct.WITHDRAW: (
        frozenset({DemandState.DRAFT, DemandState.SCREENED, *_AFTER_MATCHES}),
        DemandState.WITHDRAWN,
    ),
}


def after(state: DemandState, act: DemandAct) -> DemandState:
    """The state that an act leads to. Raises `NotNow` where it does not fit."""
    allowed, goal = _TABLE[act]
    if state not in allowed:
        raise NotNow("casework.nobody-can-demand", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return goal


def followed(state: DemandState, matches: Iterable[MatchState], pilots: Iterable[PilotState]) -> DemandState:
    """What a published demand is by its matches and pilots; any other state stays as it is.

    A pilot that runs counts before one that is over, and an accepted one before one that was not.
    """
    if state not in _AFTER_MATCHES:
        return state
    found = set(pilots)
    if found & {PilotState.PLANNED, PilotState.RUNNING}:
        return DemandState.PILOTING
    if PilotState.ACCEPTED in found:
        return DemandState.ACCEPTED
    if any(one.is_open for one in matches):
        return DemandState.MATCHING
    return DemandState.NOT_ACCEPTED if PilotState.NOT_ACCEPTED in found else DemandState.PUBLISHED
