"""How long offices really took: the steps that they decided within a year, by step and office.

What is counted, and why, is in docs/methods/observed-times.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from luodi.advice.landing_plan.times import Observed, Span
from luodi.advice.observed import Key
from luodi.calendar import WorkingCalendar
from luodi.casework.clocks import Clock, ran
from luodi.casework.step_states import StepState

#: Of fewer procedures nothing is shown: a range of a few says little of the office and much of each company.
ENOUGH: Final = 10
#: The days of the window, its last one included.
DAYS: Final = 365
#: The ends of a range, in percent of the procedures: the tenth and the ninetieth percentile.
LOW, HIGH = 10, 90
#: The states in which an office has decided. What a company withdrew, or what nobody needs, it has not.
DECIDED: Final = (StepState.GRANTED, StepState.REFUSED)


@dataclass(frozen=True, slots=True)
class Decided:
    """A procedure: `clock` runs from the day of filing to that of the decision, and its pauses are the days on which
    the office waited for the company. Two rows of one `company` with the same step, office and days are one procedure.
    """

    step: str
    office: str
    company: int
    clock: Clock
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Took:
    """Working days of a procedure: in which the office had it, and in all."""

    office: int
    whole: int


@dataclass(frozen=True, slots=True)
class Times:
    """`observed` is None for fewer than `ENOUGH` procedures."""

    n: int
    observed: Observed | None


def window(on: date) -> tuple[date, date]:
    """The first and the last of the days on which a procedure must have been decided to count."""
    return on - timedelta(days=DAYS - 1), on


def took(clock: Clock, calendar: WorkingCalendar) -> Took:
    """Of a clock that has stopped. The day of filing does not count, as in any limit."""
    assert clock.stopped is not None
    whole = calendar.working_days_between(clock.started, clock.stopped)
    return Took(ran(clock, clock.stopped, calendar), whole)


def times(procedures: Iterable[Decided], on: date) -> dict[Key, Times]:
    """Of the procedures decided in the window that ends with `on`, each once."""
    first, last = window(on)
    found: dict[Key, dict[object, Took]] = defaultdict(dict)
    for one in procedures:
        stopped = one.clock.stopped
        if stopped is not None and first <= stopped <= last:
            same = (one.company, one.clock.started, stopped)
            found[one.step, one.office][same] = took(one.clock, one.calendar)
    return {key: _times([*rows.values()], first, last) for key, rows in found.items()}


def _times(rows: Sequence[Took], first: date, last: date) -> Times:
    if len(rows) < ENOUGH:
        return Times(len(rows), None)
    office, whole = sorted(one.office for one in rows), sorted(one.whole for one in rows)
    observed = Observed(
        min=percentile(office, LOW),
        max=percentile(office, HIGH),
        n=len(rows),
        first=first.isoformat(),
        last=last.isoformat(),
        whole=Span(min=percentile(whole, LOW), max=percentile(whole, HIGH)),
    )
    return Times(len(rows), observed)


def percentile(ordered: Sequence[int], percent: int) -> int:
    """By nearest rank: the smallest value that at least so many percent do not exceed, so that each end is a time that
    some procedure took. Of ten values the tenth percentile is the first, and the ninetieth the ninth."""
    return ordered[max(1, -(-percent * len(ordered) // 100)) - 1]
