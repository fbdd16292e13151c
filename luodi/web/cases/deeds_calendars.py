"""What can be done with the working days of a unit: each act with its form and its function, for page and programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from luodi.casework.book import weeks
from luodi.web.accounts.access import may, memberships
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.cases import actions_calendars as actions
from luodi.web.cases.acting_forms import ActForm, day
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.models import CalendarDay, UnitCalendar
from luodi.web.words import language, say


class WeekForm(ActForm):
    week = forms.ChoiceField(required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        known = [(one.id, one.title[language()]) for one in weeks().values()]
        self.fields["week"].choices = [("", say("cases.week_above")), *known]


class DayForm(ActForm):
    day = day()
    works = forms.ChoiceField()
    reason = forms.CharField(max_length=300)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["works"].choices = [(key, say(f"cases.works_{key}")) for key in ("no", "yes")]


class TakeBackForm(ActForm):
    """`row` is the day that is taken back."""

    row = forms.IntegerField(min_value=1)


@dataclass(frozen=True)
class Deed:
    """`do(unit, given, by, at)`: what the form asks for."""

    form: type[ActForm]
    do: Callable[[Unit, Mapping[str, Any], User, datetime], object]


def _week(unit: Unit, given: Mapping[str, Any], by: User, at: datetime) -> object:
    return actions.choose_week(unit, given["week"], by=by, at=at, key=given["key"], version=given["version"])


def _day(unit: Unit, given: Mapping[str, Any], by: User, at: datetime) -> object:
    works = given["works"] == "yes"
    return actions.set_day(unit, given["day"], works, given["reason"], by=by, at=at, key=given["key"])


def _take_back(unit: Unit, given: Mapping[str, Any], by: User, at: datetime) -> object:
    """The day, or None where it is gone already."""
    row = CalendarDay.objects.filter(calendar__unit=unit, pk=given["row"]).first()
    if row is not None:
        actions.take_back_day(row, by=by, at=at)
    return row


DEEDS: Final[Mapping[str, Deed]] = {
    "week": Deed(WeekForm, _week),
    "day": Deed(DayForm, _day),
    "take_back": Deed(TakeBackForm, _take_back),
}


def units_of(user: Any) -> QuerySet[Unit]:
    """Those that somebody works in or leads, and those below them."""
    mine = Q(pk__in=[])
    for held in memberships(user, timezone.localdate()):
        if held.unit and held.role in (Role.OFFICER, Role.LEADER):
            mine |= Q(path__startswith=held.unit.path)
    return Unit.objects.filter(mine).order_by("path")


def kept_of(unit: Unit) -> UnitCalendar | None:
    return UnitCalendar.objects.filter(unit=unit).prefetch_related("days__by").first()


def may_keep(user: Any, unit: Unit, kept: UnitCalendar | None) -> bool:
    """Where no calendar is there to be asked about: whether somebody is an officer of the unit or of one above it."""
    if kept is not None:
        return may(user, "keep", kept)
    held = memberships(user, timezone.localdate())
    return any(one.role == Role.OFFICER and one.unit and unit.path.startswith(one.unit.path) for one in held)


def above(unit: Unit) -> Unit | None:
    """The unit whose calendar this one takes up; None where that is mainland China's."""
    keys = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    return Unit.objects.filter(pk__in=keys, calendar__isnull=False).order_by("-path").first()


def next_days(unit: Unit) -> list[Any]:
    """The next ten working days, as the calendar has them now."""
    calendar, on = calendar_of(unit), timezone.localdate()
    return [calendar.add_working_days(on, n) for n in range(1, 11)]
