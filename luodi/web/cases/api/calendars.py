"""Working days of units for programs: what a unit keeps, its next days, and the acts of its page. `/api/v1/calendars`.

A calendar is named by the number of its unit, since a unit that keeps none has working days too.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Unit, User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import ON_ROW, act_of, number_of, read
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.cases.actions_calendars import ON_CALENDAR, act_on_calendar
from luodi.web.cases.queries_calendars import above, kept_of, may_keep, next_days, units_of
from luodi.web.core.errors import NotPermitted

router = Router()
Limit: Final[Any] = Query(50, ge=1, le=200)


@router.get("/calendars", operation_id="calendars")
def calendars(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    """Of one's units and those below them."""
    _, user = admit_user(request, KeyScope.OFFICE)
    rows = units_of(user).select_related("calendar")
    return answers.own(request, paging.oldest("calendars", rows, calendar_row, limit, cursor))


@router.get("/calendars/{number}", operation_id="calendar")
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    return answers.own(request, calendar_whole(user, _unit(user, number)))


@router.post("/calendars/{number}/acts/{act}", operation_id="calendar_act")
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    action = act_of(ON_CALENDAR, act)
    raw, text = given.body_of(request, ON_ROW)

    def acted() -> HttpResponse:
        unit = _unit(user, number)
        if not may_keep(user, unit, kept_of(unit)):
            raise NotPermitted("api.officer-unit-keeps-calendar")
        form = read(action.form, raw)
        if act_on_calendar(unit, act, form, by=user, at=timezone.now()) is None:
            raise UnknownValue("api.calendar-no-such-day", at=in_key("row", given.AT))
        return stored(calendar_whole(user, unit))

    return once(request, caller, text, acted)


def _unit(user: User, number: str) -> Unit:
    found = units_of(user).filter(pk=number_of(number)).first()
    if found is None:
        raise NoSuchAddress("api.no-unit-number-you")
    return found


def calendar_row(unit: Unit) -> dict[str, Any]:
    """`week` is an id of the book's; null where the unit takes up the week above."""
    kept = getattr(unit, "calendar", None)
    return {
        "unit": {"id": unit.pk, "name": {"zh": unit.name_zh, "en": unit.name_en}},
        "week": (kept.week or None) if kept else None,
        "version": kept.version if kept else None,
    }


def calendar_whole(user: User, unit: Unit) -> dict[str, Any]:
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


OPERATIONS.update(
    {
        "calendars": own(a_list("calendars", "CalendarRow"), 422, scope=KeyScope.OFFICE),
        "calendar": own(ref("Calendar"), 404, scope=KeyScope.OFFICE, of={"number": "calendar"}),
        "calendar_act": storing(
            KeyScope.OFFICE,
            ref("Calendar"),
            *ACTED,
            asks="ToActOnRow",
            given={"day": "2027-05-10", "works": "no", "reason": "The hall is being moved."},
            of={"number": "calendar"},
        ),
    }
)
