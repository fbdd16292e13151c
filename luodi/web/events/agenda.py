"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from luodi.casework.events import EventState
from luodi.web.accounts.models import User
from luodi.web.cases.queries.calendars import late_before_at
from luodi.web.core.agenda import DayRow
from luodi.web.core.pages import url
from luodi.web.core.permissions import in_scope, scope_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.words import both
from luodi.web.events.models import Event

_SOON: Final = timedelta(days=14)  # before a draft begins, its guests should have been asked
_SHOWN: Final = ("reference", "title_zh", "title_en", "starts", "ends", "state", "unit__path")


def day_rows(user: User, on: date, limit: int) -> list[DayRow]:
    """Events of which somebody is the host: those that are over, until it is noted who came; and drafts that begin
    soon, whose invitations have not gone out. The nearest first."""
    over = timezone.make_aware(datetime.combine(on, datetime.min.time()))
    rows = _OWN(user.pk, over, over + _SOON, scope=scope_of(user, Event, "work", on=on), most=limit)
    return [_row(one, on) for one in rows]


def _own(host: int, over: datetime, soon: datetime, *, scope: Q | None, most: int) -> QuerySet[Event]:
    asked = Q(state=EventState.OPEN, ends__lt=over) | Q(state=EventState.DRAFT, starts__lt=soon)
    rows = in_scope(Event.objects.filter(asked, host=host), scope)
    return rows.select_related("unit").only(*_SHOWN).order_by("starts", "pk")[:most]


_OWN: Final[Prepared[Event]] = Prepared(_own, int, datetime, datetime)


def _row(event: Event, on: date) -> DayRow:
    name = "attendance" if event.state == EventState.OPEN else "draft"
    due = timezone.localdate(event.ends if event.state == EventState.OPEN else event.starts)
    return DayRow(
        band="overdue" if due < late_before_at(event.unit.path, on) else "due",
        company=event.title_zh,
        case="",
        what=both(f"events.day_{name}"),
        waiting_on=both("events.day_us"),
        act=both(f"events.act_{name}"),
        address=url("events:event", event.reference),
        due=due,
        names={"zh": event.title_zh, "en": event.title_en},
    )
