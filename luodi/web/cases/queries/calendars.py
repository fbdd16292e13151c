"""Working days of units: the week and the days that a unit keeps, else those of the unit above, at the root China's.

Deadlines are working days of the unit that is responsible: what was due on a Friday is late once a working day has
begun after it. Lists, pages, figures and calendars ask `late` and `late_before`, so that they agree on every day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q

from luodi.calendar import WorkingCalendar
from luodi.casework.book import weeks
from luodi.web.accounts.models import Unit
from luodi.web.cases.models.calendars import UnitCalendar
from luodi.web.core.context import kept
from luodi.web.core.prepared import Prepared


@dataclass(frozen=True)
class Own:
    """What a unit keeps of its own, by the path of the unit."""

    path: str
    week: str
    closed: frozenset[date]
    opened: frozenset[date]


#: Under which they are kept for the request under way; an act that changes one lets them go.
_KEPT: Final = "calendars of units"
_DAY: Final = timedelta(days=1)


def calendar_of(unit: Unit) -> WorkingCalendar:
    """The working days of a unit: its own, or those of the nearest unit above that has some, or mainland China's."""
    return calendar_at(unit.path)


def calendar_at(path: str) -> WorkingCalendar:
    """The same by the path of a unit, for rows of which no more was read."""
    return _of_path(path, _calendars())


def _of_path(path: str, known: Mapping[str, WorkingCalendar]) -> WorkingCalendar:
    near = max((one for one in known if path.startswith(one)), key=len, default="")
    return known[near] if near else WorkingCalendar.china()


def _calendars() -> Mapping[str, WorkingCalendar]:
    """Every calendar that units keep of their own, by the path of the unit; read once for a request."""
    held: Mapping[str, WorkingCalendar] | None = kept().get(_KEPT)
    if held is not None:
        return held
    made: dict[str, WorkingCalendar] = {}
    for one in sorted(_kept(), key=lambda own: len(own.path)):  # from the root down
        week = weeks().get(one.week)
        base = week.calendar if week else _of_path(one.path, made)
        made[one.path] = base.changed(one.closed, one.opened)
    kept()[_KEPT] = made
    return made


def _kept() -> list[Own]:
    """In one question; a calendar without days of its own comes with None for a day."""
    weeks_of: dict[str, str] = {}
    days: dict[tuple[str, bool], set[date]] = defaultdict(set)
    for path, week, day, works in _ROWS():
        weeks_of[path] = week
        if day is not None:
            days[path, works].add(day)
    return [
        Own(path, week, frozenset(days[path, False]), frozenset(days[path, True])) for path, week in weeks_of.items()
    ]


_ROWS: Final[Prepared[Any]] = Prepared(
    lambda: UnitCalendar.objects.order_by().values_list("unit__path", "week", "days__day", "days__works")
)


def let_go() -> None:
    """A calendar was changed: what is asked next is read anew."""
    kept().pop(_KEPT, None)


# ---- what is late


def late_before(unit: Unit, on: date) -> date:
    """What was due before this day is late: the last working day of the unit up to `on`."""
    return late_before_at(unit.path, on)


def late_before_at(path: str, on: date) -> date:
    """The same by the path of a unit."""
    return calendar_at(path).working_day_up_to(on)


def is_late(due: date, unit: Unit, on: date) -> bool:
    return due < late_before(unit, on)


def late(on: date, field: str, unit: str) -> Q:
    """The rows whose `field` is a day that is over, by the working days of their unit, as a condition for the database.

    `unit` is the path to the unit, such as `case__unit`.
    """
    return before(lambda calendar: calendar.working_day_up_to(on), field, unit)


def silent(on: date, field: str, unit: str, most: int) -> Q:
    """The rows whose `field` is a day with more than `most` working days of their unit since then."""

    def first(calendar: WorkingCalendar) -> date:
        day = on
        while calendar.working_days_between(day, on) <= most:
            day -= _DAY
        return day + _DAY

    return before(first, field, unit)


def before(first: Callable[[WorkingCalendar], date], field: str, unit: str) -> Q:
    """The rows whose `field` is a day before the `first` that the calendar of their unit gives. One comparison where
    all units work on the same days, else one more for each unit that does otherwise."""
    known = _calendars()
    default = first(WorkingCalendar.china())
    ends = {path: first(calendar) for path, calendar in known.items()}
    if all(day == default for day in ends.values()):
        return Q(**{f"{field}__lt": default})
    found = Q(**{f"{field}__lt": default}) & ~_below(unit, ends)
    for path, day in ends.items():
        inside = [other for other in ends if other != path and other.startswith(path)]
        here = Q(**{f"{unit}__path__startswith": path, f"{field}__lt": day})
        found |= here & ~_below(unit, inside) if inside else here
    return found


def _below(unit: str, paths: Iterable[str]) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{f"{unit}__path__startswith": path})
    return found
