"""Days as the law counts them: read strictly, kept in spans, and counted in months and years."""

import calendar
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Final, Generic, TypeVar

from luodi.errors import BadInput, LuodiError
from luodi.message import Message

_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

T = TypeVar("T")


class BadDate(BadInput):
    """A text that is no day, or days that cannot stand in that order."""

    code = "bad-date"


class NotInForce(LuodiError):
    """A day before the first value took effect."""

    code = "not-in-force"


def parse_day(text: str) -> date:
    """The day written as `YYYY-MM-DD`; nothing else is read, since 03/04 is March here and April there.

    Raises `BadDate`, which says what is wrong.
    """
    shape = _ISO.fullmatch(text)
    if shape is None:
        raise BadDate("dates.not-day", text=text[:40])
    year, month, day = map(int, shape.groups())
    wrong = _impossible(year, month, day)
    if wrong:
        raise BadDate("dates.not-day-2", text=text, wrong=wrong)
    return date(year, month, day)


def _impossible(year: int, month: int, day: int) -> str:
    """What is wrong with a day of the right shape, or an empty text."""
    if year < MINYEAR:
        return Message("dates.no-year-0")
    if not 1 <= month <= 12:
        return Message("dates.no-month", month=month)
    last = calendar.monthrange(year, month)[1]
    return "" if 1 <= day <= last else Message("dates.days-01", months=_MONTHS[month - 1], year=year, last=last)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` up to, not including, `end`; None is open on that side.

    Files say `until` inclusive: read them with `Span.through`. Raises `BadDate` if `end` lies before `first`.
    """

    first: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.end is not None and self.end < self.first:
            raise BadDate("dates.lies-before-no-day-between", end=self.end, first=self.first)

    @classmethod
    def through(cls, first: date | None, last: date | None) -> "Span":
        """The days from `first` to `last`, both included. Raises `BadDate` if `last` lies before `first`."""
        if first is not None and last is not None and last < first:
            raise BadDate("dates.until-lies-before-from", last=last, first=first)
        return cls(first, None if last is None or last == date.max else last + timedelta(days=1))

    @property
    def last(self) -> date | None:
        """The last day included, as files write `until`; None if open."""
        return None if self.end is None else self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: "Span") -> bool:
        """Whether at least one day is in both."""
        first = max(self.first or date.min, other.first or date.min)
        ends = [end for end in (self.end, other.end) if end is not None]
        return not ends or first < min(ends)


@dataclass(frozen=True, slots=True, init=False)
class Dated(Generic[T]):
    """Values that keep the day they take effect; each holds until the next one starts."""

    days: tuple[date, ...]
    values: tuple[T, ...]

    def __init__(self, values: Mapping[date, T]) -> None:
        days = tuple(sorted(values))
        object.__setattr__(self, "days", days)
        object.__setattr__(self, "values", tuple(values[day] for day in days))

    def on(self, day: date) -> T:
        """The value in force on `day`. Raises `NotInForce` before the first."""
        position = bisect_right(self.days, day)
        if position:
            return self.values[position - 1]
        since = (
            Message("dates.first-value-takes-effect", days=self.days[0]) if self.days else Message("dates.no-value-all")
        )
        raise NotInForce("dates.nothing-force", day=day, since=since)


def add_months(day: date, n: int) -> date:
    """The same day `n` months later (earlier if negative), or the last day of that month if it has no such day.

    Raises `BadDate` outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise BadDate("dates.months-outside-years", day=day, n=n, minyear=MINYEAR, maxyear=MAXYEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, n: int) -> date:
    """The same day `n` years later; 29 February becomes 28 February where the year has no 29th."""
    return add_months(day, 12 * n)


def in_year(year: int, month: int, day: int) -> date:
    """A day of every year: the last of its month where that year has none of this number, as with 29 February."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def age_days(since: date, on: date) -> int:
    """Days from `since` to `on`: 0 on the day itself, negative before it."""
    return (on - since).days


def months_reached(since: date, n: int, on: date) -> bool:
    """Whether `n` whole months have gone by since `since`: true from the day itself."""
    return on >= add_months(since, n)


def years_not_passed(since: date, n: int, on: date) -> bool:
    """Whether `on` is at most `n` years after `since`: true through the day itself."""
    return on <= add_years(since, n)
