"""Clocks in working days: how long something has run, how long it was paused, and what is left of its limit.

Days are counted as the calendar counts a limit: the day of the start does not count. A pause covers the working days
after its first day up to and including its last, so that total = running + paused on every day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from luodi.calendar import WorkingCalendar
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange


class Mark(StrEnum):
    """How far a limit is used up."""

    NONE = "none"  # no limit, or less than half
    HALF = "half"
    EIGHTY = "eighty"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Pause:
    """From `first` to `last`, with its cause; `last` None while it goes on."""

    first: date
    last: date | None
    cause: str

    def __post_init__(self) -> None:
        if not self.cause.strip():
            raise MissingKey("casework.pause-cause", at="cause")
        if self.last is not None and self.last < self.first:
            raise OutOfRange("casework.pause-ends-day-began-or", at="last")


@dataclass(frozen=True, slots=True)
class Clock:
    """What is counted: from the day it was started to the day it stopped, None while it runs.

    `limit` in working days; None where no text gives one. Pauses lie one after another and within the clock.
    """

    started: date
    limit: int | None = None
    stopped: date | None = None
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock on a day, in working days. `left` and `due` are None without a limit; `left` is negative when over."""

    total: int
    running: int
    paused: int
    limit: int | None
    left: int | None
    due: date | None
    mark: Mark
    is_paused: bool
    has_stopped: bool
    cause: str = ""

    @property
    def is_over(self) -> bool:
        return self.mark is Mark.OVER

    @property
    def used(self) -> int:
        """Of the limit, in percent, 100 at most; 0 without one."""
        if not self.limit:
            return 100 if self.is_over else 0
        return min(100, 100 * self.running // self.limit)

    def as_json(self) -> dict[str, object]:
        return {
            "total": self.total,
            "running": self.running,
            "paused": self.paused,
            "limit": self.limit,
            "left": self.left,
            "due": self.due.isoformat() if self.due else None,
            "mark": self.mark.value,
            "is_paused": self.is_paused,
        }


def read(clock: Clock, on: date, calendar: WorkingCalendar) -> Reading:
    """The clock as it stands on a day. Raises `OutOfRange` for pauses that overlap or lie before the start."""
    _in_order(clock)
    end = max(clock.started, min(on, clock.stopped or on))
    running, paused = _counted(clock, end, calendar)
    open_pause = next((p for p in clock.pauses if p.first <= end and p.last is None), None)
    has_stopped = clock.stopped is not None and clock.stopped <= on
    left = None if clock.limit is None else clock.limit - running
    return Reading(
        total=calendar.working_days_between(clock.started, end),
        running=running,
        paused=paused,
        limit=clock.limit,
        left=left,
        due=_due(clock, end, left, calendar),
        mark=_mark(clock.limit, running),
        is_paused=open_pause is not None and not has_stopped,
        has_stopped=has_stopped,
        cause=open_pause.cause if open_pause else "",
    )


def ran(clock: Clock, on: date, calendar: WorkingCalendar) -> int:
    """The working days in which it ran until a day, as in its reading, for whoever needs nothing else of thousands."""
    _in_order(clock)
    return _counted(clock, max(clock.started, min(on, clock.stopped or on)), calendar)[0]


def _in_order(clock: Clock) -> None:
    before = clock.started
    for number, pause in enumerate(clock.pauses):
        if pause.first < before:
            raise OutOfRange("casework.pauses-lie-after-another-none", at="pauses")
        if pause.last is None and number < len(clock.pauses) - 1:
            raise OutOfRange("casework.pause-goes-last", at="pauses")
        before = pause.last or pause.first


def _counted(clock: Clock, end: date, calendar: WorkingCalendar) -> tuple[int, int]:
    """Working days in which it ran, and in which it was paused, each counted over its own spans."""
    running = paused = 0
    at = clock.started
    for pause in clock.pauses:
        first, last = min(pause.first, end), min(pause.last or end, end)
        running += calendar.working_days_between(at, first)
        paused += calendar.working_days_between(first, last)
        at = last
    return running + calendar.working_days_between(at, end), paused


def _due(clock: Clock, end: date, left: int | None, calendar: WorkingCalendar) -> date | None:
    """The last day of the limit: ahead if it goes on without a further pause, behind where it is used up.

    It is over from the next working day that runs; so a limit that ended on a Friday ends then on Saturday too.
    """
    if left is None:
        return None
    if left > 0:
        return calendar.add_working_days(end, left)
    last = end if left == 0 else _first_over(clock, end, calendar) - timedelta(days=1)
    return max(clock.started, calendar.working_day_up_to(last))


def _first_over(clock: Clock, end: date, calendar: WorkingCalendar) -> date:
    """The first day on which more than the limit had run."""
    day = clock.started
    low, high = 0, (end - day).days
    while low < high:
        middle = (low + high) // 2
        if _counted(clock, day + timedelta(days=middle), calendar)[0] > (clock.limit or 0):
            high = middle
        else:
            low = middle + 1
    return day + timedelta(days=low)


def _mark(limit: int | None, running: int) -> Mark:
    """Over is past the last day of the limit; the last day itself is not."""
    if limit is None:
        return Mark.NONE
    if running > limit:
        return Mark.OVER
    if limit and 100 * running >= 80 * limit:
        return Mark.EIGHTY
    return Mark.HALF if limit and 2 * running >= limit else Mark.NONE


def paused(clock: Clock, pauses: Sequence[Pause], pause: Pause) -> tuple[Pause, ...]:
    """The pauses with one more. Raises `NotNow` where the clock has stopped or is paused already."""
    if clock.stopped is not None:
        raise NotNow("casework.clock-stopped")
    if any(p.last is None for p in pauses):
        raise NotNow("casework.clock-paused-already")
    found = (*pauses, pause)
    _in_order(Clock(clock.started, clock.limit, None, found))
    return found
