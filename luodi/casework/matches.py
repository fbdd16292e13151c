"""Two sides that may fit: who agrees, when names are shown, what came of it, and when that is asked."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class Part(StrEnum):
    """The two sides of a match."""

    OWNER = "owner"  # whose demand, need or offer of a park it is
    PARTNER = "partner"  # who may fit it


class Says(StrEnum):
    """What a side says to being named to the other."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"


class MatchState(StrEnum):
    PROPOSED = "proposed"
    CONSENTED = "consented"  # both sides agreed: from here on each sees who the other is
    INTRODUCED = "introduced"
    IN_TALKS = "in_talks"
    PILOT = "pilot"
    DEAL = "deal"
    NONE = "none"

    @property
    def is_open(self) -> bool:
        return self in OPEN

    @property
    def needs_names(self) -> bool:
        """States that no match reaches before both sides have agreed."""
        return self in NAMED


OPEN: Final = frozenset({MatchState.PROPOSED, MatchState.CONSENTED, MatchState.INTRODUCED, MatchState.IN_TALKS})
NAMED: Final = frozenset(set(MatchState) - {MatchState.PROPOSED, MatchState.NONE})


class MatchAct(StrEnum):
    INTRODUCE = "introduce"
    TALK = "talk"
    PILOT = "pilot"
    DEAL = "deal"
    NONE = "none"  # nothing comes of it, with a reason


class Reason(StrEnum):
    """Why nothing came of a match."""

    OWNER_DECLINED = "owner_declined"
    PARTNER_DECLINED = "partner_declined"
    PRICE = "price"
    FIT = "fit"  # it did not do what was wanted
    TIMING = "timing"
    TERMS = "terms"
    SILENT = "silent"
    OTHER_CHOSEN = "other_chosen"
    WITHDRAWN = "withdrawn"


_TALKING: Final = frozenset({MatchState.INTRODUCED, MatchState.IN_TALKS})
_TABLE: Final[dict[MatchAct, tuple[frozenset[MatchState], MatchState]]] = {
    MatchAct.INTRODUCE: (frozenset({MatchState.CONSENTED}), MatchState.INTRODUCED),
    MatchAct.TALK: (frozenset({MatchState.INTRODUCED}), MatchState.IN_TALKS),
    MatchAct.PILOT: (_TALKING, MatchState.PILOT),
    MatchAct.DEAL: (_TALKING | {MatchState.PILOT}, MatchState.DEAL),
    MatchAct.NONE: (OPEN | {MatchState.PILOT}, MatchState.NONE),
}


def after(state: MatchState, act: MatchAct) -> MatchState:
    """The state that an act leads to. Raises `NotNow` where it does not fit."""
    allowed, goal = _TABLE[act]
    if state not in allowed:
        raise NotNow("casework.nobody-can-match", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return goal


#: States in which a side may still say something else: names may be known, and nobody was introduced.
SAYING: Final = frozenset({MatchState.PROPOSED, MatchState.CONSENTED})


def said(state: MatchState, sides: Mapping[Part, Says]) -> tuple[MatchState, Reason | None]:
    """What a match becomes by what its sides say, and why nothing came of it where one said no. Who takes a yes back
    before the introduction is as if they had not said it. Raises `NotNow` from the introduction on."""
    if state not in SAYING:
        raise NotNow("casework.both-sides-said-what-they")
    for part, reason in ((Part.OWNER, Reason.OWNER_DECLINED), (Part.PARTNER, Reason.PARTNER_DECLINED)):
        if sides.get(part) is Says.NO:
            return MatchState.NONE, reason
    agreed = all(sides.get(part) is Says.YES for part in Part)
    return (MatchState.CONSENTED if agreed else MatchState.PROPOSED), None


def may_name(part: Part, own: Collection[Part], *, revealed: bool) -> bool:
    """Whether somebody who stands on the sides `own` may see who the side `part` is."""
    return revealed or part in own


#: Days after an introduction on which both sides are asked what came of it.
ASKED_AFTER: Final = (30, 90, 180)


def due(introduced: date, asked: Iterable[int], on: date) -> int | None:
    """Which of `ASKED_AFTER` is to be asked on a day; the latest one, where days went by without asking."""
    passed = [days for days in ASKED_AFTER if introduced + timedelta(days=days) <= on]
    return passed[-1] if passed and passed[-1] not in set(asked) else None


class Outcome(StrEnum):
    """What a side answers when it is asked what came of an introduction."""

    TALKS = "talks"
    PILOT = "pilot"
    CONTRACT = "contract"
    NOTHING = "nothing"
