"""The steps of a case: what each waits for, and the tracks and the path that follow from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from luodi.advice.landing_plan.steps import OpenStep
from luodi.advice.landing_plan.steps import Step as PlanStep
from luodi.advice.landing_plan.times import Law, Time
from luodi.advice.schedule import Slot, Task, critical_path, schedule
from luodi.advice.timing import NOBODY_BOUND, Rests, working_days
from luodi.calendar import WorkingCalendar
from luodi.casework.book import track_of, tracks
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepState
from luodi.message import Message, joined


class StepBlocked(NotNow):
    """A step that still waits for others; `titles` are theirs, in both languages."""

    def __init__(self, titles: Sequence[Mapping[str, str]]) -> None:
        super().__init__("casework.step-blocked", steps=joined(Message("common.text", text=one) for one in titles))
        self.titles = tuple(titles)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the case holds it. `days` is the most that the plan reckons with, None where nobody tells a time.

    `least` is the fewest, `days` if None. `left` is what remains of it in working days once it runs. `optional`
    steps never move the end. With `own_pace` it waits for nobody but the company. Whether an `unsettled` one is needed
    depends on a fact that nobody has given: until then others wait for it, and it counts for the most, not the least.
    """

    id: str
    track: str
    state: StepState
    needs: frozenset[str] = frozenset()
    runs_with: str | None = None
    days: int | None = None
    least: int | None = None
    left: int | None = None
    optional: bool = False
    own_pace: bool = False
    unsettled: bool = False


def from_plan(rows: Sequence[PlanStep], may_be: Sequence[OpenStep] = ()) -> list[Step]:
    """The steps of a landing plan, all open, with those that it does not settle."""
    return [*map(_of_plan, rows), *map(unsettled, may_be)]


def _of_plan(row: PlanStep) -> Step:
    return Step(
        id=row.id,
        track=track_of(row.id, row.domain),
        state=StepState.OPEN,
        needs=frozenset((*row.needs, *row.waits_on_open)),
        runs_with=row.runs_with,
        days=0 if is_guest(row.time.rests, row.runs_with, row.waits_on_open) else most_days(row.time),
        least=row.time.min_working_days,
        optional=row.is_optional,
        own_pace=row.time.rests in OWN_PACE,
    )


def unsettled(row: OpenStep) -> Step:
    """A step that a plan does not settle."""
    return Step(
        id=row.id,
        track=track_of(row.id, row.domain),
        state=StepState.OPEN,
        needs=frozenset(row.needs),
        runs_with=row.runs_with,
        days=most_days(row.time),
        least=row.time.min_working_days,
        optional=row.lane == "if_you_want",
        own_pace=row.time.rests in OWN_PACE,
        unsettled=True,
    )


def is_guest(rests: str, runs_with: str | None, waits_on_open: Collection[str]) -> bool:
    """Whether a step is handed in with one that is not settled: it takes no days of its own once that is needed."""
    return rests == Rests.WITH and not runs_with and bool(waits_on_open)


#: What a time rests on where nobody but the company is waited for.
OWN_PACE: Final = frozenset((Rests.OWN, Rests.DUTY))


def most_days(time: Time) -> int | None:
    """The working days that a step takes at most: usually, or else by law; None where nobody tells."""
    return time.max_working_days if time.rests in (Rests.LAW, Rests.USUAL) else None


def binding(time: Time) -> Law | None:
    """The time that a text gives the office; None where it binds nobody, or is not known well enough to hold it to."""
    law = time.law
    if law is None or law.confidence == "low" or time.kind in NOBODY_BOUND:
        return None
    return law


def clock_days(law: tuple[int, str] | None, most: int | None, on: date, calendar: WorkingCalendar) -> int | None:
    """The limit of the clock of an office, in working days from the day on which a step was handed in: what the law
    gives it, as a count and its unit; where the law gives none, what it takes at most."""
    return most if law is None else working_days(*law, on, calendar)


def blocked_by(step: Step, steps: Mapping[str, Step]) -> tuple[str, ...]:
    """What an open step still waits for, by id; empty means that it is ready. What is over blocks nothing."""
    if step.state is not StepState.OPEN:
        return ()
    return tuple(sorted(name for name in step.needs if name in steps and not steps[name].state.is_over))


class TrackState(StrEnum):
    """Computed from the steps, never typed."""

    NOT_NEEDED = "not_needed"
    NOT_STARTED = "not_started"
    RUNNING = "running"
    STUCK = "stuck"
    DONE = "done"


def track_state(steps: Iterable[Step]) -> TrackState:
    """Of the steps of one track; optional ones that nobody took up do not count."""
    counted = [s for s in steps if s.state is not StepState.NOT_NEEDED and not _idle(s)]
    if not counted:
        return TrackState.NOT_NEEDED
    states = {step.state for step in counted}
    if states & {StepState.REFUSED, StepState.QUESTION}:
        return TrackState.STUCK
    if states == {StepState.GRANTED}:
        return TrackState.DONE
    if states & {StepState.SUBMITTED, StepState.GRANTED}:
        return TrackState.RUNNING
    return TrackState.NOT_STARTED


def track_states(steps: Sequence[Step]) -> dict[str, TrackState]:
    """Of every track of the book, in its order."""
    return {track.id: track_state(s for s in steps if s.track == track.id) for track in tracks()}


def _idle(step: Step) -> bool:
    return step.optional and step.state is StepState.OPEN


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left to do. Offsets are working days from today; `path` is the longest chain that decides the end.

    `slots` and `days` take each step at its most, with those that may be needed; `soonest` and `least` at its least,
    without them, as is the path; both leave out what nobody tells.
    """

    slots: Mapping[str, Slot]
    path: tuple[str, ...]
    days: int
    soonest: Mapping[str, Slot]
    least: int
    untimed: tuple[str, ...]  # needed steps for which nobody tells a time: the end may lie later
    unsettled: tuple[str, ...]  # steps that may be needed, until a fact is known
    is_open: bool  # whether nobody can tell a last day
    open_starts: frozenset[str]  # steps that wait for one whose end nobody can tell
    open_ends: frozenset[str]  # these, and those that are open themselves


def remaining(steps: Sequence[Step]) -> Remaining:
    """The schedule of what is left over all tracks. What is over takes no time; what runs takes what is left of it. A
    step that was withdrawn or refused is to be done again, or dropped as not needed: others wait for it until then."""
    ahead = [step for step in steps if not step.state.is_over]
    slots = schedule([_task(step, step.days or 0, step.left or 0) for step in ahead])
    sure = [step for step in ahead if not step.unsettled]
    tasks = [_task(step, step.days or 0, step.left or 0) for step in sure]
    soonest = schedule([_task(step, _least(step), 0) for step in sure])
    counted = [step for step in ahead if not step.optional]
    needed = [step for step in counted if not step.unsettled]
    starts, ends = _open(ahead, slots)
    return Remaining(
        slots=slots,
        path=tuple(critical_path(schedule(tasks), tasks)),
        days=_last(slots, counted),
        soonest=soonest,
        least=_last(soonest, needed),
        untimed=tuple(step.id for step in needed if _is_untimed(step)),
        unsettled=tuple(step.id for step in counted if step.unsettled),
        is_open=any(step.id in ends for step in counted),
        open_starts=starts,
        open_ends=ends,
    )


def _open(steps: Iterable[Step], slots: Mapping[str, Slot]) -> tuple[frozenset[str], frozenset[str]]:
    starts, ends = set(), {step.id for step in steps if _is_untimed(step)}
    for name, slot in slots.items():  # in order, so that what a step waits for comes before it
        if slot.after & ends:
            starts.add(name)
            ends.add(name)
    return frozenset(starts), frozenset(ends)


def open_by_plan(steps: Iterable[Step]) -> frozenset[str]:
    """The steps without a planned day, whatever became of them since: nobody tells the time of the step itself or of
    one that comes before it."""
    there = list(steps)
    found = {step.id for step in there if _is_untimed(step)}
    while more := {step.id for step in there if step.id not in found and (step.needs | {step.runs_with}) & found}:
        found |= more
    return frozenset(found)


def _is_untimed(step: Step) -> bool:
    return step.days is None and step.runs_with is None and not step.own_pace


def _last(slots: Mapping[str, Slot], steps: Iterable[Step]) -> int:
    return max((slots[step.id].finish for step in steps), default=0)


def _least(step: Step) -> int:
    return step.days or 0 if step.least is None else step.least


def _task(step: Step, days: int, left: int) -> Task:
    if step.state.runs:
        return Task(step.id, max(left, 0), frozenset(), required=not step.optional)
    return Task(step.id, days, step.needs, runs_with=step.runs_with, required=not step.optional)
