"""What this room shows of itself in others: new leads in the day of an officer, leads on the time line of a company,
and the enquiries of the advisor, which arrive here."""

from datetime import date, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from luodi.casework.leads import Lead as State
from luodi.web.accounts.models import Company
from luodi.web.advisor.models import Enquiry
from luodi.web.core.agenda import DayRow, Event, names_of
from luodi.web.core.pages import url
from luodi.web.core.permissions import in_scope, scope_of, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.words import say
from luodi.web.leads.actions import from_enquiry
from luodi.web.leads.models import Lead
from luodi.web.leads.scoring import points_shown

_BOTH = ("zh", "en")


def enquiry_arrived(enquiry: Enquiry, at: datetime) -> None:
    from_enquiry(enquiry, at)


def books_changed() -> None:
    """Leads are scored by books, and ask them."""
    from luodi.web.leads.tasks import rescore_leads

    rescore_leads.enqueue()


def case_events(user: Any, company: Company, on: date) -> list[Event]:
    """When leads to this company came."""
    found = visible(user, Lead.objects.filter(company=company)).order_by("-received")[:30]
    return [
        Event(
            one.received,
            "lead",
            **{lang: say("leads.event", lang, title=one.title) for lang in _BOTH},
            address=_address(one),
        )
        for one in found
    ]


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """One's own that are being looked at."""
    own = _OWN(user.pk, most=limit)
    return [_row(one, "waiting", "convert" if one.state == State.QUALIFIED else "qualify") for one in own]


def new_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Those that nobody has taken on."""
    return [_row(one, "new", "assign") for one in _NEW(scope=scope_of(user, Lead, "work", on=on), most=limit)]


def _best(found: QuerySet[Lead]) -> QuerySet[Lead]:
    shown = ("title", "company_name", "state", "low", "high", "company__name_zh", "company__name_en")
    return found.select_related("company").only(*shown).order_by("-high", "-received")


def _own(user: int, *, most: int) -> QuerySet[Lead]:
    return _best(Lead.objects.filter(officer=user, state__in=[State.SCREENING, State.QUALIFIED]))[:most]


def _new(*, scope: Q | None, most: int) -> QuerySet[Lead]:
    return _best(in_scope(Lead.objects.filter(state=State.NEW, officer=None), scope))[:most]


_OWN: Final[Prepared[Lead]] = Prepared(_own, int)
_NEW: Final[Prepared[Lead]] = Prepared(_new)


def _row(lead: Lead, band: Any, act: str) -> DayRow:
    def words(key: str, **more: Any) -> dict[str, str]:
        return {lang: say(key, lang, **more) for lang in _BOTH}

    return DayRow(
        band=band,
        company=str(lead.company) if lead.company else lead.company_name or lead.title,
        case="",
        what=words("leads.day_what", low=points_shown(lead.low), high=points_shown(lead.high)),
        waiting_on=words("leads.day_nobody" if band == "new" else "leads.day_us"),
        act=words(f"leads.act_{act}"),
        address=_address(lead),
        names=names_of(lead.company),
    )


def _address(lead: Lead) -> str:
    return url("leads:lead", lead.pk)
