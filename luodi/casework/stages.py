"""The stages of a case, its health and its end, and which move fits which of them."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class Stage(StrEnum):
    """How far a case has come. Each is entered through its gate, see `gates`."""

    OPENED = "opened"
    SCOPED = "scoped"
    PLANNED = "planned"
    ESTABLISHING = "establishing"
    OPERATING = "operating"
    CLAIMED = "landing_claimed"
    VERIFIED = "landing_verified"
    AFTERCARE = "aftercare"

    @property
    def next(self) -> "Stage | None":
        """The one that follows; None at the end."""
        place = ORDER.index(self) + 1
        return ORDER[place] if place < len(ORDER) else None

    @property
    def has_landed(self) -> bool:
        return self in (Stage.VERIFIED, Stage.AFTERCARE)


ORDER: Final = tuple(Stage)


class Health(StrEnum):
    """How a case goes, said by a person with a reason; apart from the stage."""

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    DELAYED = "delayed"
    PAUSED = "paused"


class End(StrEnum):
    """Whether and how a case has ended; apart from the stage, which stays where it was."""

    NONE = "none"
    LOST = "lost"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"

    @property
    def is_open(self) -> bool:
        return self is End.NONE


class Move(StrEnum):
    """What may be done with the stage."""

    ADVANCE = "advance"  # to the next stage, through its gate
    OVERRIDE = "override"  # the same although something is missing: with permission and a reason
    BACK = "back"  # to the stage before, with a reason
    CLAIM = "claim"
    VERIFY = "verify"
    REJECT = "reject"  # a claim does not hold


#: Stages that are entered by an act of their own, since another person has to come in.
OWN_ACT: Final = {Stage.CLAIMED: Move.CLAIM, Stage.VERIFIED: Move.VERIFY}
_BACK: Final = {Stage.SCOPED, Stage.PLANNED, Stage.ESTABLISHING, Stage.OPERATING}


def after(stage: Stage, move: Move, end: End = End.NONE) -> Stage:
    """The stage that a move leads to. Raises `NotNow` where it does not fit."""
    if not end.is_open:
        raise NotNow("casework.case-ended", end=Message(f"state.{end}"))
    found = _after(stage, move)
    if found is None:
        raise NotNow("casework.nobody-can-case", move=Message(f"act.{move}"), stage=Message(f"state.{stage}"))
    return found


def _after(stage: Stage, move: Move) -> Stage | None:
    if move is Move.REJECT:
        return Stage.OPERATING if stage is Stage.CLAIMED else None
    if move is Move.BACK:
        return ORDER[ORDER.index(stage) - 1] if stage in _BACK else None
    following = stage.next
    wanted = OWN_ACT.get(following) if following else None
    if wanted is None:
        return following if move in (Move.ADVANCE, Move.OVERRIDE) else None
    return following if move is wanted else None


def ended(now: End, end: End) -> End:
    """Raises `NotNow` for an end of what has ended, and for reopening what is open."""
    if now.is_open == end.is_open:
        raise NotNow("casework.case-ended-already" if end is not End.NONE else "casework.case-open")
    return end
