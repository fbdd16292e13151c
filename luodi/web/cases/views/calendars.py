"""The page of a unit's working days: its week, the days that differ, and who changed them."""

from typing import Final

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from luodi.casework.book import weeks
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.actions.calendars import act_on_calendar, take_back_day
from luodi.web.cases.forms import CalendarDayForm, WeekForm
from luodi.web.cases.models import CalendarDay, UnitCalendar
from luodi.web.cases.queries.unit_calendars import above, kept_of, may_keep, next_days, units_of
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, attempt
from luodi.web.core.words import say
from luodi.web.journal.models import Entry

_staff = only(Role.OFFICER, Role.LEADER)
_PAST: Final = 30  # acts that are shown


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
    kept = kept_of(found)
    keeps = may_keep(request.user, found, kept)
    tried, bound = Attempt(), ""
    made: dict[str, ActionForm] = {"week": _week(kept), "day": CalendarDayForm()}
    if request.method == "POST":
        if not keeps:
            raise Http404
        bound = request.POST.get("act", "")
        if bound == "take_back":
            return _taken_back(request, found)
        if bound not in made:
            raise Http404
        made[bound] = _week(kept, request.POST) if bound == "week" else CalendarDayForm(request.POST)
        tried = attempt(
            made[bound], lambda _: act_on_calendar(found, bound, made[bound], by=_user(request), at=timezone.now())
        )
        if tried.done is not None:
            messages.success(request, say("cases.said_done"))
            return redirect("cases:calendar", found.pk)
    return page(
        request,
        "cases/calendar",
        tried.status,
        unit=found,
        kept=kept,
        keeps=keeps,
        forms=made,
        bound=bound,
        tried=tried,
        units=units_of(request.user)[:200],
        weeks=weeks(),
        above=above(found),
        next_days=next_days(found),
        past=_past(kept),
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _week(kept: UnitCalendar | None, data: Data = None) -> WeekForm:
    return WeekForm(data, row=kept, initial={"week": kept.week if kept else ""}, auto_id="week_%s")


def _taken_back(request: HttpRequest, unit: Unit) -> HttpResponse:
    number = request.POST.get("row", "")
    pk = int(number) if number.isdecimal() and len(number) < 19 else 0
    row = CalendarDay.objects.filter(calendar__unit=unit, pk=pk).first()
    if row is not None:  # sent twice, it is gone
        take_back_day(row, by=_user(request), at=timezone.now())
        messages.success(request, say("cases.said_done"))
    return redirect("cases:calendar", unit.pk)


def _past(kept: UnitCalendar | None) -> list[Entry]:
    """What was changed, by the journal, the newest first."""
    if kept is None:
        return []
    mine = Q(kind="cases.UnitCalendar", subject=str(kept.pk))
    days = Q(kind="cases.CalendarDay", after__calendar=kept.pk) | Q(kind="cases.CalendarDay", before__calendar=kept.pk)
    return list(Entry.objects.filter(mine | days).order_by("-number")[:_PAST])
