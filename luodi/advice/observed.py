"""What offices really took, told beside the times of a plan; it decides no day (docs/methods/observed-times.md)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, TypeVar

import msgspec

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.landing_plan.common import Office
from luodi.advice.landing_plan.steps import OpenStep, Step
from luodi.advice.landing_plan.times import Observed
from luodi.advice.timing import Rests
from luodi.dates import parse_day

#: A step of the book, and the Chinese name of the office that decided it.
Key = tuple[str, str]
#: What rests on no office has no observed time.
OF_OFFICES: Final = frozenset((Rests.LAW, Rests.USUAL, Rests.OPEN))
Some = TypeVar("Some", Step, OpenStep)


@dataclass(frozen=True)
class Observations:
    """What was observed of each step at each office. Two of them with the same rows are the same, so a cache may go by
    them."""

    rows: tuple[tuple[Key, Observed], ...] = ()

    def of(self, step: str, office: Office) -> Observed | None:
        return self._by_key.get((step, office.zh))

    @cached_property
    def _by_key(self) -> Mapping[Key, Observed]:
        return dict(self.rows)


NOTHING: Final = Observations()
#: What was observed until a day, itself included.
Observing = Callable[[date], Observations]


def beside(plan: LandingPlan, observed: Observations) -> LandingPlan:
    """The plan with what was observed of its steps. What was counted after the day of the plan is left out."""
    if not observed.rows:
        return plan
    on = parse_day(plan.on)
    return msgspec.structs.replace(
        plan,
        steps=_told(plan.steps, observed, on),
        open_steps=_told(plan.open_steps, observed, on),
        offered_steps=_told(plan.offered_steps, observed, on),
    )


def _told(rows: Iterable[Some], observed: Observations, on: date) -> list[Some]:
    return [_one(row, observed, on) for row in rows]


def _one(row: Some, observed: Observations, on: date) -> Some:
    found = observed.of(row.id, row.authority) if row.time.rests in OF_OFFICES else None
    if found is None or parse_day(found.last) > on:
        return row
    return msgspec.structs.replace(row, time=msgspec.structs.replace(row.time, observed=found))
