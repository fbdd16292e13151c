"""Meetings of supply and demand: their life, the steps of a pairing, and what came of it step by step."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from luodi.casework.states import NotNow
from luodi.message import Message


class MeetingState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    HELD = "held"
    CANCELLED = "cancelled"


class MeetingAct(StrEnum):
    ANNOUNCE = "announce"
    HOLD = "hold"
    CANCEL = "cancel"


_TABLE: Final = {
    (MeetingState.DRAFT, MeetingAct.ANNOUNCE): MeetingState.ANNOUNCED,
    (MeetingState.ANNOUNCED, MeetingAct.HOLD): MeetingState.HELD,
    (MeetingState.DRAFT, MeetingAct.CANCEL): MeetingState.CANCELLED,
    (MeetingState.ANNOUNCED, MeetingAct.CANCEL): MeetingState.CANCELLED,
}


def after(state: MeetingState, act: MeetingAct) -> MeetingState:
    """Raises `NotNow` where the act does not fit."""
    found = _TABLE.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-meeting", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


class Step(StrEnum):
    """How far a pairing has come: each one has passed those before it."""

    PAIRED = "paired"
    MET = "met"
    INTENT = "intent"
    CONTRACT = "contract"

    @property
    def number(self) -> int:
        return STEPS.index(self)


STEPS: Final = tuple(Step)


def on(now: Step, goal: Step) -> Step:
    """The next step of a pairing. Raises `NotNow` for one that is behind or not the next."""
    if goal.number != now.number + 1:
        raise NotNow("casework.pairing-does-not-become", now=Message(f"state.{now}"), goal=Message(f"state.{goal}"))
    return goal


@dataclass(frozen=True)
class Conversion:
    """How many came to a step, and which part of those at the step before; None at the first, or of nobody."""

    step: str
    count: int
    of_before: Fraction | None


def conversions(counts: Iterable[tuple[str, int]]) -> tuple[Conversion, ...]:
    """Counts of steps in their order, each with its share of the one before."""
    found: list[Conversion] = []
    before: int | None = None
    for step, count in counts:
        share = Fraction(count, before) if before else None
        found.append(Conversion(step, count, share))
        before = count
    return tuple(found)


def reached(steps: Iterable[Step]) -> tuple[Conversion, ...]:
    """The funnel of pairings: a pairing counts at its step and at every one before."""
    found = [step.number for step in steps]
    return conversions((step.value, sum(number >= step.number for number in found)) for step in STEPS)
