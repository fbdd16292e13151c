"""Working days of units, for programs. `/api/v1/calendars`.

A calendar is named by the number of its unit, since a unit that keeps none has working days too.
"""

from django.utils import timezone

from luodi.errors import UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Unit, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.values import named
from luodi.web.cases.actions.calendars import ON_CALENDAR, act_on_calendar
from luodi.web.cases.queries.unit_calendars import above, kept_of, may_keep, next_days, units_of
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted

router = Router(KeyScope.OFFICE)


@router.collection("/calendars", "calendars", "CalendarRow")
def calendars(user: User) -> Listing[Unit]:
    """Of one's units and those below them."""
    return Listing(units_of(user).select_related("calendar"), calendar_row, oldest_first=True)


@router.record("/calendars/{number}", ref("Calendar"), 404, of={"number": "calendar"})
def calendar(user: User, number: str) -> Document:
    return calendar_whole(user, _unit(user, number))


@router.action(
    "/calendars/{number}/acts/{act}",
    ref("Calendar"),
    lambda **_: ON_CALENDAR,
    asks="ToActOnRow",
    of={"number": "calendar"},
    example={"given": {"day": "2027-05-10", "works": "no", "reason": "The hall is being moved."}},
)
def calendar_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    unit = _unit(user, number)
    if not may_keep(user, unit, kept_of(unit)):
        raise NotPermitted("api.officer-unit-keeps-calendar")
    form = inputs.form_of(action.form, raw)
    if act_on_calendar(unit, action.name, form, by=user, at=timezone.now()) is None:
        raise UnknownValue("api.calendar-no-such-day", at=in_key("row", inputs.AT))
    return calendar_whole(user, unit)


def _unit(user: User, number: str) -> Unit:
    return inputs.existing(units_of(user).filter(pk=inputs.number_of(number)).first(), "api.no-unit-number-you")


def calendar_row(unit: Unit) -> Document:
    """`week` is an id of the book's; null where the unit takes up the week above."""
    kept = getattr(unit, "calendar", None)
    return {
        "unit": named(unit),
        "week": (kept.week or None) if kept else None,
        "version": kept.version if kept else None,
    }


def calendar_whole(user: User, unit: Unit) -> Document:
    kept, upper = kept_of(unit), above(unit)
    return {
        **calendar_row(Unit.objects.select_related("calendar").get(pk=unit.pk)),
        "above": upper.pk if upper else None,
        "days": [
            {"row": one.pk, "day": one.day.isoformat(), "works": one.works, "reason": one.reason}
            for one in (kept.days.all() if kept else ())
        ],
        "next_days": [day.isoformat() for day in next_days(unit)],
        "acts": list(ON_CALENDAR) if may_keep(user, unit, kept) else [],
    }
