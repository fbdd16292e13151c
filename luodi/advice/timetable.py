"""When the steps of a plan can start and end: ranges, and the duration until the company may open.

Four schedules of the same steps, each an honest bound. *Low*: every step at its least, and of the steps that a missing
fact may still add, none. *High*: every step at its most, with those that may be added. *Known*: high, with
what is open left out. *Added*: low, with what may be added, for the rows of just these.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from luodi.advice.landing_plan.common import Lane
from luodi.advice.landing_plan.times import Duration, OpensOn, RangesBy, Span
from luodi.advice.schedule import Slot, Task, critical_path, schedule
from luodi.advice.steps import Chosen, StepsBook, host, task
from luodi.advice.timing import OPEN, Rests
from luodi.calendar import WorkingCalendar

FOUNDING: Final = "establishment-registration"
#: The working days of a step, by id, from an offset on.
Days = Callable[[str, int], int]


@dataclass(frozen=True)
class Timetable:
    """The schedules of a plan. Duties are in none of them."""

    book: StepsBook
    chosen: Chosen
    on: date
    calendar: WorkingCalendar

    @cached_property
    def plan(self) -> list[str]:
        return [i for i in self.chosen.plan if not self.book.steps[i].is_duty]

    @cached_property
    def open(self) -> list[str]:
        return [i for i in self.chosen.open if not self.book.steps[i].is_duty]

    def span(self, step: str) -> tuple[Span, Span]:
        """Start and finish of a step."""
        low = self.low.get(step) or self.added[step]
        high = self.high[step]
        return Span(min=low.start, max=_end(high.start)), Span(min=low.finish, max=_end(high.finish))

    def is_critical(self, step: str) -> bool:
        """On the path of the upper ends; a step on the way that is open always is."""
        return step in self.way and (self.high[step].critical or self.rests(step) is Rests.OPEN)

    def rests(self, step: str) -> Rests:
        """What the range of a step rests on here; a guest takes no days of its own."""
        return Rests.WITH if self.host(step) is not None else self.book.steps[step].time.rests

    def host(self, step: str) -> str | None:
        """The step that this one is handed in with."""
        return host(self.book.steps[step], self._present, self.chosen.replaced)

    def lane(self, step: str) -> Lane:
        """Of the company's own preparation, what no opening waits for is for going live."""
        found = self.book.steps[step]
        if found.is_optional:
            return "if_you_want"
        if found.lane == "preparation":
            return "to_open" if step in self.way | self.unsettled else "to_go_live"
        return "to_open" if found.lane == "to_open" else "to_go_live"

    @cached_property
    def critical_path(self) -> list[str]:
        return [i for i in critical_path(self.high, self._tasks(self._present)) if i in self.way]

    @cached_property
    def duration(self) -> Duration | None:
        """None for a plan without a step to open."""
        if not self.way:
            return None
        may_be = self.way | self.unsettled
        low, high, known = (
            _last(run, way) for run, way in ((self.low, self.way), (self.high, may_be), (self.known, may_be))
        )
        by = [self.rests(i) for i in self._of_the_way]
        return Duration(
            min_working_days=low,
            max_working_days=_end(high),
            open=[i for i in self._of_the_way if self._is_open(i)],
            unsettled=[i for i in self.open if i in self.unsettled],
            own=[i for i in self._of_the_way if self.rests(i) is Rests.OWN],
            known=Span(min=low, max=max(known, low)),
            opens_on=OpensOn(earliest=self.day(low), latest=None if high >= OPEN else self.day(high)),
            ranges_by=RangesBy(law=by.count(Rests.LAW), usual=by.count(Rests.USUAL), open=by.count(Rests.OPEN)),
        )

    def day(self, offset: int) -> str:
        return self.calendar.add_working_days(self.on, offset).isoformat()

    @property
    def founded(self) -> date | None:
        """The earliest day on which the company can be there; None where the plan founds none."""
        slot = self.added.get(FOUNDING)
        return None if slot is None else self.calendar.add_working_days(self.on, slot.finish)

    @cached_property
    def last(self) -> int:
        """The furthest offset that is shown."""
        return max((s.finish for run in (self.low, self.known) for s in run.values()), default=0)

    # ---- what lies on the way

    @cached_property
    def way(self) -> frozenset[str]:
        """The steps of the plan that the company must take until it may open, with all they wait for. What they wait
        for only through a step that a missing fact may add is not settled to lie on it."""
        return self._ahead((i for i in self.plan if self._must_open(i)), within=frozenset(self.plan))

    @cached_property
    def unsettled(self) -> frozenset[str]:
        """The steps that may lie on the way, until a fact is known."""
        must = (i for i in (*self.plan, *self.open) if self._must_open(i))
        return self._ahead(must, within=self._present) - self.way

    @cached_property
    def _of_the_way(self) -> list[str]:
        return [i for i in self.plan if i in self.way]

    def _must_open(self, step: str) -> bool:
        found = self.book.steps[step]
        return found.lane == "to_open" and not found.is_optional

    def _ahead(self, ids: Iterable[str], *, within: frozenset[str]) -> frozenset[str]:
        tasks = {t.id: t for t in self._tasks(self._present)}
        found: set[str] = set()
        ahead = list(ids)
        while ahead:
            name = ahead.pop()
            if name in within and name not in found:
                found.add(name)
                one = tasks[name]
                ahead.extend(one.needs | ({one.runs_with} if one.runs_with else set()) | self.high[name].after)
        return frozenset(found)

    def _is_open(self, step: str) -> bool:
        return self.rests(step) is Rests.OPEN

    # ---- the schedules

    @cached_property
    def low(self) -> Mapping[str, Slot]:
        return self._run(self.plan, self._least)

    @cached_property
    def added(self) -> Mapping[str, Slot]:
        return self._run(self._present, self._least)

    @cached_property
    def high(self) -> Mapping[str, Slot]:
        return self._run(self._present, self._most)

    @cached_property
    def known(self) -> Mapping[str, Slot]:
        return self._run(self._present, lambda step, start: 0 if (n := self._most(step, start)) >= OPEN else n)

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset((*self.plan, *self.open))

    def _run(self, present: Collection[str], days: Days) -> Mapping[str, Slot]:
        def days_of(one: Task, start: int) -> int:
            return 0 if one.runs_with is not None else days(one.id, start)

        return schedule(self._tasks(present), days_of)

    def _tasks(self, present: Collection[str]) -> list[Task]:
        there, replaced = set(present), self.chosen.replaced
        steps = (self.book.steps[i] for i in self.book.steps if i in there)
        return [task(step, there, replaced, required=self._must_open(step.id)) for step in steps]

    def _least(self, step: str, start: int) -> int:
        """The least of its own time and that of a step which may come to stand for it or be handed in with it."""
        others = [*self.chosen.may_replace.get(step, ())]
        if (with_ := self.host(step)) is not None:
            others.append(with_)
        day = self._date(start)
        return min(self.book.steps[way].time.low(day, self.calendar) for way in (step, *others))

    def _most(self, step: str, start: int) -> int:
        return self.book.steps[step].time.high(self._date(start), self.calendar)

    def _date(self, start: int) -> date:
        """The day a step starts; behind an open end no day is known, so a length counts from the day of the plan."""
        return self.calendar.add_working_days(self.on, 0 if start >= OPEN else start)


def _end(offset: int) -> int | None:
    return None if offset >= OPEN else offset


def _last(run: Mapping[str, Slot], ids: Collection[str]) -> int:
    return max((slot.finish for name, slot in run.items() if name in ids), default=0)
