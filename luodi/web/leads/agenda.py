"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet

from luodi.casework.leads import Lead as State
from luodi.web.core.agenda import DayRow, names_of
from luodi.web.core.pages import url
from luodi.web.core.permissions import in_scope, scope_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.words import both
from luodi.web.leads.models import Lead
from luodi.web.leads.scoring import points_shown

_BOTH = ("zh", "en")


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """One's own that are new or being looked at."""
    own = _OWN(user.pk, most=limit)
    return [_row(one, "waiting", "convert" if one.state == State.QUALIFIED else "qualify") for one in own]


def new_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Those that nobody has taken on."""
    return [_row(one, "new", "assign") for one in _NEW(scope=scope_of(user, Lead, "work", on=on), most=limit)]


def _best(found: QuerySet[Lead]) -> QuerySet[Lead]:
    shown = ("title", "company_name", "state", "low", "high", "company__name_zh", "company__name_en")
    return found.select_related("company").only(*shown).order_by("-high", "-received")


def _own(user: int, *, most: int) -> QuerySet[Lead]:
    return _best(Lead.objects.filter(officer=user, state__in=[state for state in State if state.is_worked_on]))[:most]


def _new(*, scope: Q | None, most: int) -> QuerySet[Lead]:
    return _best(in_scope(Lead.objects.filter(state=State.NEW, officer=None), scope))[:most]


_OWN: Final[Prepared[Lead]] = Prepared(_own, int)
_NEW: Final[Prepared[Lead]] = Prepared(_new)


def _row(lead: Lead, band: Any, act: str) -> DayRow:
    return DayRow(
        band=band,
        company=str(lead.company) if lead.company else lead.company_name or lead.title,
        case="",
        what=both("leads.day_what", low=points_shown(lead.low), high=points_shown(lead.high)),
        waiting_on=both("leads.day_nobody" if band == "new" else "leads.day_us"),
        act=both(f"leads.act_{act}"),
        address=url("leads:lead", lead.pk),
        names=names_of(lead.company),
    )
