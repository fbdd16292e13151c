"""Working days of China: weekends, public holidays and the weekend days worked in exchange for them.

The days that the State Council's office announced come from `chinesecalendar`. Beyond the last announced year
nobody knows the exchanged days yet; there the holidays stand as the law lists them, the lunar ones from `borax`.
`WorkingCalendar.announced_through` tells where that begins, so that a plan can say it.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Final

from luodi.dates import add_months
from luodi.errors import LuodiError, OutOfRange

FIRST_YEAR: Final = 2004  # the first that chinesecalendar holds
LAST_YEAR: Final = 2100  # the last that borax computes
_DAY: Final = timedelta(days=1)


class OutsideCalendar(LuodiError):
    """A day whose working days nobody can tell."""

    code = "outside-calendar"


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Counts working days; every answer is the same on any day it is asked.

    `announced_through` is the last day whose exchanged working days are known. The announcement for the next year
    may still turn a weekend in its last week into working days, as happened in 2005 and 2006.
    `working_days_of` gives the working days of a year in order; it is asked once a year.
    """

    announced_through: date
    working_days_of: Callable[[int], tuple[date, ...]]
    _years: dict[int, tuple[date, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @staticmethod
    def china() -> "WorkingCalendar":
        """The calendar of mainland China, 2004 to 2100; other days raise `OutsideCalendar`."""
        return _china()

    @staticmethod
    def week(rests: frozenset[int]) -> "WorkingCalendar":
        """A week and no holidays: every day but those of the week that `rests` names, Monday 1 to Sunday 7."""
        return _week(rests)

    def changed(self, closed: frozenset[date], opened: frozenset[date]) -> "WorkingCalendar":
        """The same with some days on which nobody works, and others on which people do."""
        if not closed and not opened:
            return self

        def days(year: int) -> tuple[date, ...]:
            more = {day for day in opened if day.year == year}
            return tuple(sorted((set(self._year(year)) | more) - closed))

        return WorkingCalendar(self.announced_through, days)

    def is_working_day(self, day: date) -> bool:
        days = self._year(day.year)
        position = bisect_right(days, day)
        return position > 0 and days[position - 1] == day

    def working_day_up_to(self, day: date) -> date:
        """The day itself, or the last working day before it. Raises `OutsideCalendar` before the first there is."""
        year, days = day.year, self._year(day.year)
        position = bisect_right(days, day)
        while position == 0:
            year -= 1
            days = self._year(year)
            position = len(days)
        return days[position - 1]

    def add_working_days(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`; for 0 the day itself, working or not. Raises `OutOfRange` if negative."""
        _not_negative(n)
        if n == 0:
            return day
        year, days = day.year, self._year(day.year)
        position = bisect_right(days, day) + n - 1
        while position >= len(days):
            position -= len(days)
            year += 1
            days = self._year(year)
        return days[position]

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and including `end`; negative if `end` is before `start`."""
        if end < start:
            return -self.working_days_between(end, start)
        whole = sum(len(self._year(year)) for year in range(start.year, end.year))
        return whole + bisect_right(self._year(end.year), end) - bisect_right(self._year(start.year), start)

    def days_of_calendar_days(self, start: date, n: int) -> int:
        """How many working days after `start` a limit of `n` calendar days ends.

        The day of `start` does not count; a last day that is no working day moves to the next one (Civil Code,
        articles 201 and 203). A limit of 0 days ends at once: 0. Raises `OutOfRange` if negative.
        """
        _not_negative(n)
        if n > (date.max - start).days:
            raise OutsideCalendar("dates.days-after-beyond-every-calendar", n=n, start=start)
        return self._until(start, start + timedelta(days=n))

    def days_of_months(self, start: date, n: int) -> int:
        """How many working days after `start` a limit of `n` months ends.

        It ends on the day of the same number, or on the last of a month that has no such day (Civil Code, article
        202), moved to the next working day where needed. Raises `OutOfRange` if negative.
        """
        _not_negative(n)
        return self._until(start, add_months(start, n))

    def _until(self, start: date, last: date) -> int:
        """Working days from `start` to `last`, or to the next working day where `last` is none."""
        moved = last > start and not self.is_working_day(last)
        return self.working_days_between(start, last) + moved

    def _year(self, year: int) -> tuple[date, ...]:
        days = self._years.get(year)
        if days is None:
            days = self._years[year] = self.working_days_of(year)
        return days


def _not_negative(n: int) -> None:
    if n < 0:
        raise OutOfRange("dates.limit-days-or-months-cannot", n=n)


@cache
def _china() -> WorkingCalendar:
    from chinese_calendar.constants import holidays

    return WorkingCalendar(date(max(holidays).year, 12, 31), _working_days)


@cache
def _week(rests: frozenset[int]) -> WorkingCalendar:
    def days(year: int) -> tuple[date, ...]:
        _known(year)
        return tuple(day for day in _days(year) if day.isoweekday() not in rests)

    return WorkingCalendar(date(LAST_YEAR, 12, 31), days)


def _known(year: int) -> None:
    """Raises `OutsideCalendar`."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise OutsideCalendar(
            "dates.working-days-known-years-not", first_year=FIRST_YEAR, last_year=LAST_YEAR, year=year
        )


def _working_days(year: int) -> tuple[date, ...]:
    """Every working day of a year, in order. Raises `OutsideCalendar`."""
    _known(year)
    rests = _announced if year <= _china().announced_through.year else _lawful
    return tuple(day for day in _days(year) if not rests(day))


def _days(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _DAY


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def _announced(day: date) -> bool:
    """Whether people rest on a day of an announced year."""
    from chinese_calendar.constants import holidays, workdays

    return day in holidays or (_is_weekend(day) and day not in workdays)


def _lawful(day: date) -> bool:
    """Whether people rest on a day of a year that is not announced yet."""
    return _is_weekend(day) or day in _weekdays_off(day.year)


@cache
def _weekdays_off(year: int) -> frozenset[date]:
    """The weekdays on which the law alone gives a rest in `year`.

    A holiday on a weekend is made up for on the next working day (article 6 of the holiday measures). So is one that
    falls on another holiday, as when Mid-Autumn fell into the National Day of 2009 and of 2020.
    """
    holidays = _holidays(year)
    off = {day for day in holidays if not _is_weekend(day)}
    owed = [day for day, n in Counter(holidays).items() for _ in range(n - (day in off))]
    for day in owed:
        while _is_weekend(day) or day in off:
            day += _DAY
        off.add(day)
    return frozenset(off)


def _holidays(year: int) -> list[date]:
    """The thirteen holidays of everybody in their order (holiday measures of 2024, in force since 2025)."""
    from borax.calendars.lunardate import LunarDate, TermUtils

    def lunar(month: int, day: int) -> date:
        found: date = LunarDate(year, month, day).to_solar_date()
        return found

    spring = lunar(1, 1)
    return sorted(
        [
            date(year, 1, 1),
            *(spring + n * _DAY for n in (-1, 0, 1, 2)),
            TermUtils.nth_term_day(year, term_name="清明"),
            *(date(year, 5, n) for n in (1, 2)),
            lunar(5, 5),
            lunar(8, 15),
            *(date(year, 10, n) for n in (1, 2, 3)),
        ]
    )
