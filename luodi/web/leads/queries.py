"""Reading leads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from luodi.casework.leads import Lead as State
from luodi.radar.lead_score import Evidence as Said
from luodi.radar.lead_score import stability, weights
from luodi.web.accounts.models import Company, Unit
from luodi.web.companies.queries import alike
from luodi.web.core.actions import actions_on
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.leads.models import Evidence, Lead

PAGE: Final = 50
#: What the inbox can be narrowed to, beside the states.
ASKED: Final = ("open", "mine", "unassigned")
STATES: Final = (*ASKED, *(state.value for state in State))
_OPEN: Final = [state.value for state in State if state.is_worked_on]
_LOOKED_AT: Final = 50  # leads whose order the stability is told of


def cleaned(given: Mapping[str, str]) -> dict[str, str]:
    """What was asked of the inbox, without what it does not know; those to do where no state was named."""
    state, words = given.get("state", "open"), given.get("words", "").replace("\0", "").strip()[:200]
    days = {name: given[name][:10] for name in ("from", "until") if _is_day(given.get(name, ""))}
    number = given.get("unit", "")
    days |= {"unit": number} if number.isascii() and number.isdecimal() and len(number) < 10 else {}
    known = state if state in STATES else ""
    return {"state": known, **({"words": words} if words else {}), **days}


def _is_day(text: str) -> bool:
    try:
        return parse_date(text[:10]) is not None
    except ValueError:  # the thirtieth of February
        return False


def leads(user: Any, asked: Mapping[str, str]) -> QuerySet[Lead]:
    """Those that somebody may see, by `state`, `words`, days `from` and `until`, `unit` with those below it; the
    highest middle comes first."""
    found = visible(user, Lead.objects.select_related("company", "officer", "unit"))
    state = asked.get("state", "")
    if state == "open":
        found = found.filter(state__in=_OPEN)
    elif state == "mine":
        found = found.filter(officer=user, state__in=_OPEN)
    elif state == "unassigned":
        found = found.filter(officer=None, state=State.NEW)
    elif state in set(State):
        found = found.filter(state=state)
    if asked.get("from"):
        found = found.filter(received__date__gte=asked["from"])
    if asked.get("until"):
        found = found.filter(received__date__lte=asked["until"])
    if asked.get("unit"):
        found = found.filter(unit__path__contains=f"/{asked['unit']}/")
    for word in asked.get("words", "").split()[:8]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(company_name__icontains=word)
            | Q(summary__icontains=word)
            | Q(company__name_zh__icontains=word)
            | Q(company__name_en__icontains=word)
        )
    return found.order_by((F("low") + F("high")).desc(), "-received", "-pk")  # the middle, as `stability` orders them


def page_of(user: Any, asked: Mapping[str, str], number: int) -> tuple[list[Lead], bool]:
    """One page, and whether another follows; nothing is counted."""
    found = list(leads(user, asked)[PAGE * (number - 1) : PAGE * number + 1])
    return found[:PAGE], len(found) > PAGE


def lead_of(user: Any, pk: int) -> Lead | None:
    whole = Lead.objects.select_related(
        "company", "officer", "unit", "case", "duplicate_of", "determination", "enquiry"
    )
    return visible(user, whole).filter(pk=pk).first()


def companies_like(user: Any, lead: Lead) -> QuerySet[Company]:
    """Companies that somebody may see, with the name that the lead gives."""
    return visible(user, alike([lead.company_name] if lead.company_name else []))[:10]


def unit_of(user: Any) -> Unit | None:
    """The unit that an officer works in, the first of several; None for whoever is no officer."""
    held = [
        one for one in memberships(user, timezone.localdate()) if one.role == Role.OFFICER and one.user_id == user.pk
    ]
    return held[0].unit if held else None


def leads_like(user: Any, lead: Lead) -> QuerySet[Lead]:
    """Other open leads of the same company or the same name."""
    same = Q(pk__in=[])
    if lead.company_id:
        same |= Q(company=lead.company_id)
    if lead.company_name:
        same |= Q(company_name__iexact=lead.company_name)
    return visible(user, Lead.objects.filter(same)).exclude(pk=lead.pk).order_by("-received")[:10]


def steady(leads: Sequence[Lead], *, on: date) -> tuple[int, int]:
    """How many of the best ten of these stay so whichever weight is given a fifth more or less, and of how many."""
    rows: dict[int, list[Said]] = {lead.pk: [] for lead in leads[:_LOOKED_AT]}
    for one in Evidence.objects.filter(lead__in=rows):
        rows[one.lead_id].append(Said(one.part, one.value, one.day, one.source))
    return stability(list(rows.values()), weights(), on=on)


def now_possible(lead: Lead) -> list[str]:
    """The actions that fit the state the lead is in."""
    return [name for name, one in actions_on(Lead).items() if one.fits(lead)]
