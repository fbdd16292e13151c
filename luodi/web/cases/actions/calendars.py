"""Acts on the calendars of units. Each works out the last days of the clocks that it touches, in its transaction."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Min, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.timezone import localdate

from luodi.calendar import FIRST_YEAR, LAST_YEAR
from luodi.casework.book import weeks
from luodi.errors import DuplicateKey, MissingKey, OutOfRange, UnknownValue, did_you_mean
from luodi.web.accounts.models import Unit, User
from luodi.web.cases import forms
from luodi.web.cases.models import Clock, InfoRequest, LandingCase, Pause
from luodi.web.cases.models.calendars import CalendarDay, UnitCalendar
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.calendars import calendar_of, let_go
from luodi.web.core.actions import Action, Changed, Created, Deleted, action
from luodi.web.core.forms import ActionForm

_AT_ONCE = 500  # cases


@action("begin", model=UnitCalendar, form=forms.WeekForm, permission="keep", creates=True, entries=["choose"])
def begin_calendar(unit: Unit, week: str = "", *, at: datetime) -> Created:
    """The first calendar of a unit that had none."""
    _is_known(week)
    return Created(UnitCalendar.objects.create(unit=unit, week=week, changed=at), notify=lambda _: work_out(unit, at))


@action("week", model=UnitCalendar, form=forms.WeekForm, permission="keep", entries=["choose"])
def change_week(calendar: UnitCalendar, week: str, *, at: datetime) -> Changed:
    _is_known(week)
    return Changed({"week": week}, notify=lambda row: work_out(row.unit, at))


def choose_week(
    unit: Unit, week: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> UnitCalendar:
    """The week that a unit keeps from now on; blank for that of the unit above. Raises `UnknownValue`."""
    found = UnitCalendar.objects.filter(unit=unit).first()
    if found is None or begin_calendar.was_done(key):
        made: UnitCalendar = begin_calendar(unit, week, by=by, at=at, key=key)
        return made
    changed: UnitCalendar = change_week(found, week, by=by, at=at, key=key, version=version)
    return changed


def _is_known(week: str) -> None:
    if week and week not in weeks():
        raise UnknownValue("cases.no-week", week=week[:40], meant=did_you_mean(week, weeks()), at="week")


@action("day", model=CalendarDay, form=forms.CalendarDayForm, permission="keep", parent=Unit, entries=["set_day"])
def set_day(unit: Unit, day: date, works: bool, reason: str, *, actor: User | None, at: datetime) -> Created:
    """A day on which the unit works, or does not, whatever its week says.

    Raises `MissingKey` without a reason, `DuplicateKey` for a day that is set already or is so anyway, `OutOfRange` for
    one beyond every calendar.
    """
    reason = reason.strip()
    if not reason:
        raise MissingKey("cases.say-why-since-deadlines-move", at="reason")
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise OutOfRange("cases.working-days-known-years", first_year=FIRST_YEAR, last_year=LAST_YEAR, at="day")
    found = UnitCalendar.objects.filter(unit=unit).first() or begin_calendar(unit, by=actor, at=at)
    if found.days.filter(day=day).exists():
        raise DuplicateKey("cases.day-set-already", at="day")
    if calendar_of(unit).is_working_day(day) == works:
        raise DuplicateKey("cases.calendar-says-day-already", at="day")
    made = CalendarDay.objects.create(calendar=found, day=day, works=works, reason=reason[:300], by=actor, at=at)
    return Created(made, reason=reason, notify=lambda _: work_out(unit, at))


@action("take_back", model=CalendarDay, form=forms.TakeBackForm, permission="keep")
def take_back_day(day: CalendarDay, *, at: datetime) -> Deleted:
    """The week says of that day again; the journal keeps what was set."""
    return Deleted(notify=lambda row: work_out(row.calendar.unit, at))


#: What can be done with the working days of a unit.
ON_CALENDAR: Final[Mapping[str, Action]] = {"week": change_week, "day": set_day, "take_back": take_back_day}


def act_on_calendar(unit: Unit, name: str, form: ActionForm, *, by: User, at: datetime) -> object:
    """One of these, by its valid form; None where the day that is taken back is gone already."""
    given = form.cleaned_data
    if name == "week":
        return choose_week(unit, given["week"], by=by, at=at, key=given["key"], version=given["version"])
    if name == "day":
        return set_day.submit(form, unit, by=by, at=at)
    row = CalendarDay.objects.filter(calendar__unit=unit, pk=given["row"]).first()
    return None if row is None else take_back_day(row, by=by, at=at)


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


def _clocks(cases: list[int]) -> QuerySet[Clock]:
    pauses = Prefetch("pauses", Pause.objects.order_by("first", "id"))
    rows = Clock.objects.filter(case__in=cases, stopped=None).select_related("case__unit")
    return rows.prefetch_related(pauses)


def _moves(clock: Clock, on: date) -> bool:
    """Whether its last day is another now, which it then has."""
    reading = clock.reading(on, calendar_of(clock.case.unit))
    due = None if reading.is_paused else reading.due
    before, clock.due = clock.due, due
    return before != due
