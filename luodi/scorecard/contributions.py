"""A contribution: one thing that is claimed for one indicator, and whether it counts. What a value is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from luodi.errors import LuodiError
from luodi.message import Message


class NotNow(LuodiError):
    """The act does not fit the state that the contribution is in."""

    code = "not-now"


class State(StrEnum):
    CLAIMED = "claimed"  # somebody says that it counts
    CHECKING = "checking"  # another person looks at it
    COUNTED = "counted"
    REJECTED = "rejected"  # stays visible, with the reason
    REVERSED = "reversed"  # was counted and no longer is

    @property
    def is_open(self) -> bool:
        return self in (State.CLAIMED, State.CHECKING)

    @property
    def counts(self) -> bool:
        return self is State.COUNTED


class Act(StrEnum):
    CLAIM = "claim"  # the first time, and again after it was rejected or reversed
    CHECK = "check"
    COUNT = "count"
    REJECT = "reject"
    REVERSE = "reverse"
    KEEP = "keep"  # it counts although a reversal was asked for

    @property
    def needs_reason(self) -> bool:
        return self in (Act.REJECT, Act.REVERSE, Act.KEEP)

    @property
    def is_of_the_checker(self) -> bool:
        """Whether nobody may do it who prepared the thing."""
        return self is not Act.CLAIM


class Asked(StrEnum):
    """Why a reversal of what counts is asked for. A person decides: it is reversed, or kept with a reason."""

    ENDED = "ended"  # the case has ended
    REOPENED = "reopened"  # the case had ended and goes on
    MERGED = "merged"  # its company turned out to be one that counts already
    DAY = "day"  # its day was corrected to one that the indicator does not take


#: Which act leads from which state to which; what is not here does not fit.
TABLE: Final[dict[tuple[State, Act], State]] = {
    (State.CLAIMED, Act.CHECK): State.CHECKING,
    (State.CHECKING, Act.COUNT): State.COUNTED,
    (State.CHECKING, Act.REJECT): State.REJECTED,
    (State.COUNTED, Act.REVERSE): State.REVERSED,
    (State.COUNTED, Act.KEEP): State.COUNTED,
    (State.REJECTED, Act.CLAIM): State.CLAIMED,
    (State.REVERSED, Act.CLAIM): State.CLAIMED,
}


def after(state: State, act: Act) -> State:
    """The state that an act leads to. Raises `NotNow`."""
    found = TABLE.get((state, act))
    if found is None:
        raise NotNow("scorecard.nobody-can-contribution", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


def acts_on(state: State) -> tuple[Act, ...]:
    return tuple(act for (found, act) in TABLE if found is state)


class Thing(StrEnum):
    """What an indicator counts. Each is a record of its own, so that it can be counted once and opened."""

    LANDING = "landing"  # a case with a verified landing
    PROJECT = "project"  # a demonstration project out of an accepted pilot
    PLATFORM = "platform"


class Distinct(StrEnum):
    """What an indicator counts once: each thing; or each company, or each group of companies, of its landings."""

    THING = "thing"
    COMPANY = "company"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Counted:
    """A contribution that counts, with the company that it is of and the head of that company's group, by number."""

    thing: str
    company: int | None = None
    group: int | None = None

    def by(self, distinct: Distinct) -> str | int:
        """What it is counted as. A thing without a company is counted as itself, a company without a head as itself."""
        if distinct is Distinct.THING or self.company is None:
            return self.thing
        return self.company if distinct is Distinct.COMPANY else self.group or self.company


def number(counted: Iterable[Counted], distinct: Distinct) -> int:
    """The value of an indicator: how many distinct things, companies or groups count."""
    return len({one.by(distinct) for one in counted})


@dataclass(frozen=True, slots=True)
class Said:
    """What an act did to a contribution on a day, in the order in which it was done."""

    indicator: str
    thing: str  # such as `landing LD-2026-0001`
    state: State
    day: date


def states_on(history: Iterable[Said], day: date) -> dict[tuple[str, str], State]:
    """The state of every thing of every indicator at the end of a day, from what was said until then, in order."""
    return {(said.indicator, said.thing): said.state for said in history if said.day <= day}


def value(history: Iterable[Said], indicator: str, day: date) -> int:
    """How many distinct things of an indicator count at the end of a day."""
    return sum(state.counts for (found, _), state in states_on(history, day).items() if found == indicator)


# ---- which things an indicator takes


@dataclass(frozen=True, slots=True)
class Filter:
    """Of the things of its kind, those that an indicator takes. What is left out asks nothing.

    `first` and `last` bound the day of the thing; `foreign` wants a company from outside the mainland (or inside, for
    False); `places` and `services` want one of them, or one below it.
    """

    first: date | None = None
    last: date | None = None
    foreign: bool | None = None
    places: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a thing. None is not known. `places` and `services` hold those above them, too."""

    day: date | None = None
    foreign: bool | None = None
    places: frozenset[str] | None = None
    services: frozenset[str] | None = None


def fits(wanted: Filter, facts: Facts) -> tuple[bool | None, str]:
    """Whether a filter takes a thing, and by which of its parts not: True, False or None for not known.

    A known no decides, whatever else is not known.
    """
    found = [
        ("day", _within(wanted, facts.day)),
        ("foreign", _is(wanted.foreign, facts.foreign)),
        ("places", _meets(wanted.places, facts.places)),
        ("services", _meets(wanted.services, facts.services)),
    ]
    for answer in (False, None):
        part = next((name for name, truth in found if truth is answer), None)
        if part is not None:
            return answer, part
    return True, ""


def _is(wanted: bool | None, found: bool | None) -> bool | None:
    return True if wanted is None else None if found is None else wanted is found


def _within(wanted: Filter, day: date | None) -> bool | None:
    if wanted.first is None and wanted.last is None:
        return True
    if day is None:
        return None
    return (wanted.first is None or wanted.first <= day) and (wanted.last is None or day <= wanted.last)


def _meets(wanted: frozenset[str], found: frozenset[str] | None) -> bool | None:
    if not wanted:
        return True
    return None if found is None else bool(wanted & found)
