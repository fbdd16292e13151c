"""A fact between two sides: one side proposes it, and it stands when the other one agrees. Silence is no agreement."""

from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class PartySide(StrEnum):
    AGENCY = "agency"
    COMPANY = "company"


class Says(StrEnum):
    PROPOSE = "propose"
    AGREE = "agree"
    DISPUTE = "dispute"
    CONCEDE = "concede"  # whoever proposed it gives in


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
#: What may follow what: (before, said) and whether the other side has to say it.
_FOLLOWS: Final = {
    (Standing.PROPOSED, Says.AGREE): True,
    (Standing.PROPOSED, Says.DISPUTE): True,
    (Standing.DISPUTED, Says.PROPOSE): True,
    (Standing.DISPUTED, Says.CONCEDE): True,
    (Standing.CONCEDED, Says.PROPOSE): False,
}
Last = tuple[PartySide, Says]


def standing(said: Says) -> Standing:
    """Where a fact stands by what was said last."""
    return _STANDING[said]


def after(last: Last | None, side: PartySide, said: Says) -> Standing:
    """What stands once a side has said this after the last statement, None where there is none.

    Raises `NotNow` where it does not fit, and where a side would answer what it said itself.
    """
    if last is None:
        fits = said is Says.PROPOSE
    else:
        other = _FOLLOWS.get((standing(last[1]), said))
        fits = other is not None and (not other or side is not last[0])
    if not fits:
        raise NotNow("casework.cannot-say-now", said=Message(f"act.{said}"))
    return standing(said)
