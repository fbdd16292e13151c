"""Telling the sides of a match what happened: whom, and in which words. No notice holds a name (invariant 14)."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from luodi.casework.matches import Part
from luodi.web.accounts.models import Membership, User
from luodi.web.accounts.roles import Role, Scope
from luodi.web.docking.models import Match, Side
from luodi.web.notices.tell import tell
from luodi.web.pages import place


def people_of(side: Side, at: datetime) -> Iterator[User]:
    """Who speaks for a side: those who act for the company, or the officers of the unit."""
    held = Membership.objects.in_force(timezone.localdate(at)).select_related("user").filter(user__is_active=True)
    if side.company_id:
        held = held.filter(role=Role.REPRESENTATIVE, company_id=side.company_id, scope=Scope.ACT)
    else:
        held = held.filter(role=Role.OFFICER, unit_id=side.unit_id)
    yield from {one.user_id: one.user for one in held}.values()


def tell_sides(match: Match, kind: str, reason: str, at: datetime, *, parts: tuple[Part, ...] = tuple(Part)) -> int:
    """Tell everybody on some sides of a match; how many people. Call it in the transaction of the act."""
    values = {"reference": match.reference, "title": match.of.titles}
    people = [person for side in Side.objects.filter(match=match, part__in=parts) for person in people_of(side, at)]
    return sum(tell(kind, person, match, reason, at=at, **values) for person in people)


def to_match(match: Match, lang: str) -> dict[str, str]:
    return {"place": place("docking:match", lang, match.reference)}
