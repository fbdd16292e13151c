"""The life of a promise to an investor."""

from datetime import date
from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.errors import MissingKey
from luodi.message import Message


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    RELEASED = "released"  # the company does not ask for it any more


class PromiseAct(StrEnum):
    KEEP = "keep"
    BREAK = "break"
    RELEASE = "release"


_AFTER: Final = {
    PromiseAct.KEEP: PromiseState.KEPT,
    PromiseAct.BREAK: PromiseState.BROKEN,
    PromiseAct.RELEASE: PromiseState.RELEASED,
}
#: Acts that say why.
WITH_REASON: Final = frozenset({PromiseAct.BREAK, PromiseAct.RELEASE})


def after(state: PromiseState, act: PromiseAct) -> PromiseState:
    """Raises `NotNow` where it is settled already."""
    if state is not PromiseState.OPEN:
        raise NotNow("casework.promise-already", state=Message(f"state.{state}"))
    return _AFTER[act]


def must_be_ready(owner: object | None, due: date | None) -> None:
    """What the investor may see has somebody who keeps it and a day by which. Raises `MissingKey`."""
    if owner is None:
        raise MissingKey("casework.name-who-keeps-promise-before", at="owner")
    if due is None:
        raise MissingKey("casework.give-day-kept-before-company", at="due")
