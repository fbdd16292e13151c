"""A fact between two sides: one side proposes it, and it stands when the other one agrees. Silence is no agreement."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class PartySide(StrEnum):
    AGENCY = "agency"
    COMPANY = "company"
    OWNER = "owner"  # of a match: whoever posted the demand
    PARTNER = "partner"


class Says(StrEnum):
    PROPOSE = "propose"
    AGREE = "agree"
    DISPUTE = "dispute"
    CONCEDE = "concede"  # whoever proposed it gives in, or takes it back


class Standing(StrEnum):
    PROPOSED = "proposed"  # not yet agreed
    AGREED = "agreed"
    DISPUTED = "disputed"
    CONCEDED = "conceded"


#: What stands after the last statement.
_STANDING: Final = {
    Says.PROPOSE: Standing.PROPOSED,
    Says.AGREE: Standing.AGREED,
    Says.DISPUTE: Standing.DISPUTED,
    Says.CONCEDE: Standing.CONCEDED,
}


class _Speaker(StrEnum):
    """Who says it, seen from whoever spoke last."""

    OTHER = "other"
    SAME = "same"
    EITHER = "either"


#: What may follow what: (before, said) and which side says it.
_FOLLOWS: Final = {
    (Standing.PROPOSED, Says.AGREE): _Speaker.OTHER,
    (Standing.PROPOSED, Says.DISPUTE): _Speaker.OTHER,
    (Standing.PROPOSED, Says.CONCEDE): _Speaker.SAME,
    (Standing.DISPUTED, Says.PROPOSE): _Speaker.OTHER,
    (Standing.DISPUTED, Says.CONCEDE): _Speaker.OTHER,
    (Standing.CONCEDED, Says.PROPOSE): _Speaker.EITHER,
}
Last = tuple[PartySide, Says]


def standing(said: Says) -> Standing:
    """Where a fact stands by what was said last."""
    return _STANDING[said]


def fits(last: Last | None, side: PartySide, said: Says) -> bool:
    """Whether a side may say this after the last statement, None where there is none."""
    if last is None:
        return said is Says.PROPOSE
    speaker = _FOLLOWS.get((standing(last[1]), said))
    return speaker in (_Speaker.EITHER, _Speaker.SAME if side is last[0] else _Speaker.OTHER)


def after(last: Last | None, side: PartySide, said: Says) -> Standing:
    """What stands once a side has said this after the last statement, None where there is none.

    Raises `NotNow` where it does not fit, and where a side would answer what it said itself.
    """
    if not fits(last, side, said):
        raise NotNow("casework.cannot-say-now", said=Message(f"act.{said}"))
    return standing(said)
