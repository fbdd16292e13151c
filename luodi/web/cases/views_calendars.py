"""The page of a unit's working days: its week, the days that differ, and who changed them."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.casework.book import weeks
from luodi.web.accounts.access import may, memberships
from luodi.web.accounts.doors import only
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.cases import actions_calendars as actions
from luodi.web.cases.acting_forms import ActForm, Tried, attempt, day
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.models import CalendarDay, UnitCalendar
from luodi.web.journal.models import Entry
from luodi.web.pages import page
from luodi.web.words import language, say

_staff = only(Role.OFFICER, Role.LEADER)
_PAST: Final = 30  # acts that are shown


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


def units_of(user: Any) -> QuerySet[Unit]:
    """Those that somebody works in or leads, and those below them."""
    mine = Q(pk__in=[])
    for held in memberships(user, timezone.localdate()):
        if held.unit and held.role in (Role.OFFICER, Role.LEADER):
            mine |= Q(path__startswith=held.unit.path)
    return Unit.objects.filter(mine).order_by("path")


@require_safe
@_staff
def calendars(request: HttpRequest) -> HttpResponse:
    """To the first of one's units."""
    first = units_of(request.user).first()
    if first is None:
        raise Http404
    return redirect("cases:calendar", first.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@_staff
def calendar(request: HttpRequest, unit: int) -> HttpResponse:
    """One unit: what it keeps, and for whoever may, the forms to change it."""
    found = get_object_or_404(units_of(request.user), pk=unit)
    kept = UnitCalendar.objects.filter(unit=found).prefetch_related("days__by").first()
    keeps = may(request.user, "keep", kept or UnitCalendar(unit=found)) if kept else _may_begin(request.user, found)
    tried, bound = Tried(), ""
    made: dict[str, ActForm] = {"week": _week(kept), "day": DayForm()}
    if request.method == "POST":
        if not keeps:
            raise Http404
        bound = request.POST.get("act", "")
        if bound == "take_back":
            return _taken_back(request, found)
        if bound not in made:
            raise Http404
        made[bound] = _week(kept, request.POST) if bound == "week" else DayForm(request.POST)
        tried = attempt(made[bound], lambda given: _do(bound, found, given, request))
        if tried.done is not None:
            messages.success(request, say("cases.said_done"))
            return redirect("cases:calendar", found.pk)
    return page(
        request, "cases/calendar", tried.status, unit=found, kept=kept, keeps=keeps, forms=made, bound=bound,
        tried=tried, units=units_of(request.user)[:200], weeks=weeks(), above=_above(found),
        next_days=_next_days(found), past=_past(kept),
    )  # fmt: skip


def _may_begin(user: Any, unit: Unit) -> bool:
    """Whether somebody is an officer of the unit or of one above it, where no calendar is there to be asked about."""
    held = memberships(user, timezone.localdate())
    return any(one.role == Role.OFFICER and one.unit and unit.path.startswith(one.unit.path) for one in held)


def _week(kept: UnitCalendar | None, data: Any = None) -> WeekForm:
    return WeekForm(data, row=kept, initial={"week": kept.week if kept else ""}, auto_id="week_%s")


def _do(act: str, unit: Unit, given: dict[str, Any], request: HttpRequest) -> Any:
    assert isinstance(request.user, User)
    by, at = request.user, timezone.now()
    if act == "week":
        return actions.choose_week(unit, given["week"], by=by, at=at, key=given["key"], version=given["version"])
    works = given["works"] == "yes"
    return actions.set_day(unit, given["day"], works, given["reason"], by=by, at=at, key=given["key"])


def _taken_back(request: HttpRequest, unit: Unit) -> HttpResponse:
    assert isinstance(request.user, User)
    number = request.POST.get("row", "")
    rows = CalendarDay.objects.filter(calendar__unit=unit)
    row = rows.filter(pk=int(number) if number.isdecimal() and len(number) < 19 else 0).first()
    if row is not None:  # sent twice, it is gone already
        actions.take_back_day(row, by=request.user, at=timezone.now())
        messages.success(request, say("cases.said_done"))
    return redirect("cases:calendar", unit.pk)


def _above(unit: Unit) -> Unit | None:
    """The unit whose calendar this one takes up; None where that is mainland China's."""
    above = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    return Unit.objects.filter(pk__in=above, calendar__isnull=False).order_by("-path").first()


def _next_days(unit: Unit) -> list[Any]:
    """The next ten working days, as the calendar has them now."""
    calendar, on = calendar_of(unit), timezone.localdate()
    return [calendar.add_working_days(on, n) for n in range(1, 11)]


def _past(kept: UnitCalendar | None) -> list[Entry]:
    """What was changed, by the journal, the newest first."""
    if kept is None:
        return []
    mine = Q(kind="cases.UnitCalendar", subject=str(kept.pk))
    days = Q(kind="cases.CalendarDay", after__calendar=kept.pk) | Q(kind="cases.CalendarDay", before__calendar=kept.pk)
    return list(Entry.objects.filter(mine | days).order_by("-number")[:_PAST])
