"""Acts on the calendars of units. Each works out the last days of the clocks that it touches, in its transaction."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min, OuterRef, Prefetch, Subquery
from django.utils.timezone import localdate

from luodi.calendar import FIRST_YEAR, LAST_YEAR
from luodi.casework.book import weeks
from luodi.errors import DuplicateKey, MissingKey, OutOfRange, UnknownValue, did_you_mean
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.acting import add, perform
from luodi.web.cases.calendars import calendar_of, let_go
from luodi.web.cases.models import Clock, InfoRequest, LandingCase, Pause
from luodi.web.cases.models_calendars import CalendarDay, UnitCalendar
from luodi.web.cases.models_steps import RequestState
from luodi.web.journal.actions import snapshot, write

_AT_ONCE = 500  # cases


def choose_week(
    unit: Unit, week: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> UnitCalendar:
    """The week that a unit keeps from now on; blank for that of the unit above. Raises `UnknownValue`."""
    if week and week not in weeks():
        raise UnknownValue("cases.no-week", week=week[:40], meant=did_you_mean(week, weeks()), at="week")
    with transaction.atomic():
        found = UnitCalendar.objects.filter(unit=unit).first()
        if found is None:
            made = add(UnitCalendar, lambda: _new(unit, week, at), "choose", by=by, at=at, key=key, permit="keep")
        else:
            made = perform(
                found, "choose", lambda _: {"week": week}, by=by, at=at, key=key, version=version, permit="keep"
            )
        work_out(unit, at)
    return made


def _new(unit: Unit, week: str, at: datetime) -> UnitCalendar:
    return UnitCalendar.objects.create(unit=unit, week=week, changed=at)


def set_day(
    unit: Unit, day: date, works: bool, reason: str, *, by: User | None, at: datetime, key: str = ""
) -> CalendarDay:
    """A day on which the unit works, or does not, whatever its week says.

    Raises `MissingKey` without a reason, `DuplicateKey` for a day that is set already or is so anyway, `OutOfRange` for
    one beyond every calendar.
    """
    if not reason.strip():
        raise MissingKey("cases.say-why-since-deadlines-move", at="reason")
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise OutOfRange("cases.working-days-known-years", first_year=FIRST_YEAR, last_year=LAST_YEAR, at="day")

    def make() -> CalendarDay:
        found = UnitCalendar.objects.filter(unit=unit).first() or _begun(unit, by, at)
        if found.days.filter(day=day).exists():
            raise DuplicateKey("cases.day-set-already", at="day")
        if calendar_of(unit).is_working_day(day) == works:
            raise DuplicateKey("cases.calendar-says-day-already", at="day")
        return CalendarDay.objects.create(
            calendar=found, day=day, works=works, reason=reason.strip()[:300], by=by, at=at
        )

    with transaction.atomic():
        made = add(CalendarDay, make, "set_day", by=by, at=at, key=key, permit="keep", reason=reason.strip())
        work_out(unit, at)
    return made


def _begun(unit: Unit, by: User | None, at: datetime) -> UnitCalendar:
    made = _new(unit, "", at)
    write("choose", made, by=by, after=snapshot(made), at=at)
    return made


@transaction.atomic
def take_back_day(row: CalendarDay, *, by: User | None, at: datetime) -> None:
    """The week says of that day again; the journal keeps what was set."""
    from luodi.web.accounts.access import require

    found = CalendarDay.objects.select_for_update().filter(pk=row.pk).select_related("calendar__unit").first()
    if found is None:
        return
    if by is not None:
        require(by, "keep", found)
    write("take_back", found, by=by, before=snapshot(found), at=at)
    unit = found.calendar.unit
    found.delete()
    work_out(unit, at)


def work_out(unit: Unit, at: datetime) -> int:
    """The last days of running clocks of a unit and those below it, by the calendars as they are now; how many moved.

    Cases are locked in the order of their keys, so that acts on one of them wait and see what came out.
    """
    let_go()
    on, moved = localdate(at), 0
    for batch in _batches(unit):
        moved += _worked_out(batch, on)
    return moved


def _batches(unit: Unit) -> Iterator[list[int]]:
    after = 0
    with_clocks = Clock.objects.filter(stopped=None).values("case_id")
    while True:
        rows = LandingCase.objects.filter(unit__path__startswith=unit.path, pk__gt=after, pk__in=with_clocks)
        batch = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
        if not batch:
            return
        yield batch
        after = batch[-1]


def _worked_out(cases: list[int], on: date) -> int:
    list(LandingCase.objects.select_for_update().filter(pk__in=cases).order_by("pk").values_list("pk", flat=True))
    moved = [clock for clock in _clocks(cases) if _moves(clock, on)]
    if not moved:
        return 0
    by_day: dict[date | None, list[int]] = {}
    for clock in moved:
        by_day.setdefault(clock.due, []).append(clock.pk)
    for day, clocks in by_day.items():  # days are few, and clocks many
        Clock.objects.filter(pk__in=clocks).update(due=day)
        if day is not None:
            InfoRequest.objects.filter(clock__in=clocks, state=RequestState.OPEN).update(due=day)
    nearest = Clock.objects.filter(case=OuterRef("pk"), stopped=None).order_by().values("case").annotate(n=Min("due"))
    LandingCase.objects.filter(pk__in=cases).update(next_due=Subquery(nearest.values("n")))
    return len(moved)


def _clocks(cases: list[int]) -> Any:
    pauses = Prefetch("pauses", Pause.objects.order_by("first", "id"))
    rows = Clock.objects.filter(case__in=cases, stopped=None).select_related("case__unit")
    return rows.prefetch_related(pauses)


def _moves(clock: Clock, on: date) -> bool:
    """Whether its last day is another now, which it then has."""
    reading = clock.reading(on, calendar_of(clock.case.unit))
    due = None if reading.is_paused else reading.due
    before, clock.due = clock.due, due
    return before != due
