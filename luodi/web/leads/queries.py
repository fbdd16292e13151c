"""Reading leads."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from luodi.radar.lead_score import Evidence as Said
from luodi.radar.lead_score import stability, weights
from luodi.web.accounts.models import Company, Unit
from luodi.web.companies.queries import alike
from luodi.web.core.actions import actions_on
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.leads.models import Evidence, Lead

_LOOKED_AT: Final = 50  # leads whose order the stability is told of


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
