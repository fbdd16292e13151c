"""Reading the working days of units: whose calendar somebody may see and keep, and what it says."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from luodi.web.accounts.models import Unit
from luodi.web.cases.models import UnitCalendar
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core.permissions import may, memberships
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser


def units_of(user: AnyUser) -> QuerySet[Unit]:
    """Those that somebody works in or leads, and those below them."""
    mine = Q(pk__in=[])
    for held in memberships(user, timezone.localdate()):
        if held.unit and held.role in (Role.OFFICER, Role.LEADER):
            mine |= Q(path__startswith=held.unit.path)
    return Unit.objects.filter(mine).order_by("path")


def kept_of(unit: Unit) -> UnitCalendar | None:
    return UnitCalendar.objects.filter(unit=unit).prefetch_related("days__by").first()


def may_keep(user: AnyUser, unit: Unit, kept: UnitCalendar | None) -> bool:
    """Where no calendar is there to be asked about: whether somebody is an officer of the unit or of one above it."""
    if kept is not None:
        return may(user, "keep", kept)
    held = memberships(user, timezone.localdate())
    return any(one.role == Role.OFFICER and one.unit and unit.path.startswith(one.unit.path) for one in held)


def above(unit: Unit) -> Unit | None:
    """The unit whose calendar this one takes up; None where that is mainland China's."""
    keys = [int(part) for part in unit.path.strip("/").split("/")][:-1]
    return Unit.objects.filter(pk__in=keys, calendar__isnull=False).order_by("-path").first()


def next_days(unit: Unit) -> list[date]:
    """The next ten working days, as the calendar has them now."""
    calendar, on = calendar_of(unit), timezone.localdate()
    return [calendar.add_working_days(on, n) for n in range(1, 11)]
