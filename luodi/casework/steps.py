"""The steps of a case: what each waits for, and the tracks and the path that follow from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from luodi.advice.landing_plan import OpenStep
from luodi.advice.landing_plan import Step as PlanStep
from luodi.advice.schedule import Slot, Task, critical_path, schedule
from luodi.casework.book import track_of, tracks
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepState


class StepBlocked(NotNow):
    """A step that still waits for others; `titles` are theirs, in both languages."""

    def __init__(self, titles: Sequence[Mapping[str, str]]) -> None:
        super().__init__(f"this step still waits for: {'; '.join(one['en'] for one in titles)}")
        self.titles = tuple(titles)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as the case holds it. `days` is what it takes by its limit, None where no text gives a time.

    `left` is what remains of it in working days once it runs; `optional` steps never move the end.
    """

    id: str
    track: str
    state: StepState
    needs: frozenset[str] = frozenset()
    runs_with: str | None = None
    days: int | None = None
    left: int | None = None
    optional: bool = False


def from_plan(rows: Sequence[PlanStep]) -> list[Step]:
    """The steps of a landing plan, all open."""
    return [
        Step(
            id=row.id, track=track_of(row.id, row.domain), state=StepState.OPEN, needs=frozenset(row.needs),
            runs_with=row.runs_with, days=clock_days(row), optional=row.is_optional,
        )
        for row in rows
    ]  # fmt: skip


def clock_days(row: PlanStep | OpenStep) -> int | None:
    """The working days that an office has for a step once it was handed in, at most; None where nobody tells."""
    return row.time.max_working_days if row.time.rests in ("law", "usual") else None


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
    """What is left to do. Offsets are working days from today; `path` is the longest chain that decides the end."""

    slots: Mapping[str, Slot]
    path: tuple[str, ...]
    days: int
    untimed: tuple[str, ...]  # needed steps for which no text gives a time: the end may lie later


def remaining(steps: Sequence[Step]) -> Remaining:
    """The schedule of what is left over all tracks. What is over takes no time; what runs takes what is left of it. A
    step that was withdrawn or refused is to be done again, or dropped as not needed: others wait for it until then."""
    ahead = [step for step in steps if not step.state.is_over]
    tasks = [_task(step) for step in ahead]
    slots = schedule(tasks)
    needed = [step for step in ahead if not step.optional]
    return Remaining(
        slots=slots,
        path=tuple(critical_path(slots, tasks)),
        days=max((slots[step.id].finish for step in needed), default=0),
        untimed=tuple(step.id for step in needed if step.days is None and step.runs_with is None),
    )


def _task(step: Step) -> Task:
    if step.state.runs:
        return Task(step.id, max(step.left or 0, 0), frozenset(), required=not step.optional)
    return Task(step.id, step.days or 0, step.needs, runs_with=step.runs_with, required=not step.optional)
