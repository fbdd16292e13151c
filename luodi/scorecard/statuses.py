"""Three statuses of a task, side by side and never one colour: what the unit declares, what a reviewer found evidence
for, and where it stands against its day."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Declared(StrEnum):
    """Said by the unit that answers for the task."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


class Evidenced(StrEnum):
    """Found by somebody outside the unit. No evidence is not "not done": which of the two it is, is said."""

    NO_EVIDENCE = "no_evidence"
    NOT_STARTED = "not_started"
    LIMITED = "limited"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"


class Timing(StrEnum):
    NO_DAY = "no_day"
    ON_TIME = "on_time"
    DUE = "due"  # today
    LATE = "late"
    OVER = "over"  # nothing is awaited any more


@dataclass(frozen=True, slots=True)
class Schedule:
    """Computed; `days` late, 0 otherwise."""

    timing: Timing
    days: int = 0


def schedule(due: date | None, declared: Declared | None, done: date | None, *, on: date) -> Schedule:
    """Of a task on a day. `done` is the day on which it was declared done: late by so many days stays late."""
    if declared is Declared.DROPPED:
        return Schedule(Timing.OVER)
    if due is None:
        return Schedule(Timing.NO_DAY)
    until = done if declared is Declared.DONE and done is not None else on
    if until > due:
        return Schedule(Timing.LATE, (until - due).days)
    if declared is Declared.DONE:
        return Schedule(Timing.ON_TIME)
    return Schedule(Timing.DUE if until == due else Timing.ON_TIME)


def check_by(claimed: date, submit: int, check: int) -> date:
    """The day by which a claim is checked: of the same month if it was handed in by `submit`, else of the next one."""
    if claimed.day <= submit:
        return claimed.replace(day=check)
    return (claimed.replace(day=28) + timedelta(days=4)).replace(day=check)
