"""Reading the market: what is posted, who may fit, matches and how far they came."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from luodi.casework.meetings import Conversion, conversions
from luodi.web.accounts.models import Company, Unit
from luodi.web.core.lists import Asked
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.core.types import AnyUser
from luodi.web.docking.lists import KINDS, MATCHES, STEPS
from luodi.web.docking.models import Match, Posted, Side

_BY_SERIES: Final = {kind.SERIES: kind for kind in KINDS.values()}


# ---- what is posted


def posted_of(user: AnyUser, reference: str) -> Posted | None:
    """By its reference, as far as somebody may see it: published, their own, of their unit, or matched with them."""
    kind = _BY_SERIES.get(reference[:2])
    if kind is None:
        return None
    rows = kind._base_manager.select_related("unit", "company").filter(reference=reference)
    matched = Q(matches__in=visible(user, Match.objects.all()))
    return visible(user, rows).first() or rows.filter(matched).first()


def posted_by_own(user: AnyUser, on: date, most: int = 20) -> list[Posted]:
    """What the companies that somebody acts for have posted, drafts included, the newest first of each kind."""
    own = may_act_for(user, on)
    kinds = KINDS.values() if own else ()
    return [one for kind in kinds for one in kind._base_manager.filter(company__in=own).order_by("-pk")[:most]]


def may_act_for(user: AnyUser, on: date) -> list[Company]:
    """The companies that somebody acts for."""
    acting = [m for m in memberships(user, on) if m.role == Role.REPRESENTATIVE and m.scope == RoleLevel.FULL]
    companies = [one.company_id for one in acting if one.company_id]
    return list(Company.objects.filter(pk__in=companies, merged_into=None).order_by("pk"))


def units_of(user: AnyUser, on: date) -> list[Unit]:
    """Those in which somebody is an officer."""
    units = [m.unit for m in memberships(user, on) if m.role == Role.OFFICER and m.unit]
    return sorted({unit.pk: unit for unit in units}.values(), key=lambda unit: unit.path)


# ---- matches


def match_of(user: AnyUser, reference: str) -> Match | None:
    return visible(user, Match.objects.select_related(*MATCHES.related)).filter(reference=reference).first()


def own_sides(user: AnyUser, match: Match) -> list[Side]:
    """The sides of a match that somebody speaks for."""
    return list(visible(user, Side.objects.filter(match=match), "consent").select_related("company", "unit"))


def of_posted(user: AnyUser, posted: Posted) -> QuerySet[Match]:
    """Matches of what is posted, as far as somebody may see them."""
    return MATCHES.complete(visible(user, posted.matches.all()))


def counted(user: AnyUser, asked: Mapping[str, str]) -> tuple[Conversion, ...]:
    """The funnel of matches that somebody may see: how many came to each step, and which part of those before.

    What came to nothing later still came as far as it did. Names count for nothing here: words are looked for as in the
    list, and no figure is stored by company.
    """
    criteria = {"words": asked.get("words", "")}
    rows = MATCHES.narrowed(visible(user, Match.objects.all()), Asked(user, today(), criteria))
    counts = rows.aggregate(**{name: Count("pk", filter=step) for name, step in STEPS.items()})
    return conversions((name, counts[name]) for name in STEPS)


def today() -> date:
    return timezone.localdate()
