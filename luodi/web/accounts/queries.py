"""Reading about people."""

from collections.abc import Iterable
from datetime import date
from typing import TypedDict

from django.db.models import Model, Prefetch, Q, QuerySet
from django.http import HttpRequest

from luodi.web.accounts.models import Company, Cover, Membership, Unit, User
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.journal.models import Entry


def user_of(request: HttpRequest) -> User:
    """Who sent a request that a guard let in."""
    assert isinstance(request.user, User)
    return request.user


class Person(TypedDict):
    email: str
    name: str
    active: bool
    roles: list[str]


def everybody(*, on: date) -> list[Person]:
    """For the operator's own command."""
    held = Membership.objects.in_force(on).select_related("unit", "company")
    people = User.objects.order_by("email").prefetch_related(Prefetch("memberships", held, to_attr="held"))
    return [
        {"email": one.email, "name": one.name, "active": one.is_active, "roles": [str(m) for m in one.held]}
        for one in people
    ]


def history(user: AnyUser, row: Model, most: int = 50) -> list[Entry]:
    """What the journal says of a record, the newest first, as far as somebody may read the journal."""
    entries = visible(user, Entry.objects.all()).filter(kind=row._meta.label, subject=str(row.pk))
    return list(entries.order_by("-number")[:most])


def officers_beside(user: User, *, on: date) -> QuerySet[User]:
    """Who could stand in for somebody: every other officer of the same tree of units."""
    own = Membership.objects.in_force(on).filter(user=user, role=Role.OFFICER).select_related("unit")
    roots = {held.unit.path.split("/")[1] for held in own if held.unit}
    scope = Q(pk__in=[])
    for root in roots:
        scope |= Q(unit__path__startswith=f"/{root}/")
    held = Membership.objects.in_force(on).filter(scope, role=Role.OFFICER)
    return User.objects.filter(pk__in=held.values("user_id"), is_active=True).exclude(pk=user.pk).order_by("email")


def covers_of(user: User, *, on: date) -> tuple[list[Cover], list[Cover]]:
    """Who stands in for somebody from today on, and for whom they stand in."""
    ahead = Cover.objects.filter(ends__gt=on).select_related("away", "stand_in").order_by("starts")
    return list(ahead.filter(away=user)), list(ahead.filter(stand_in=user))


def stand_ins_of(people: Iterable[User], *, on: date) -> list[User]:
    """Who stands in for somebody on a day."""
    held = Cover.objects.filter(away__in=list(people), starts__lte=on, ends__gt=on, stand_in__is_active=True)
    return [one.stand_in for one in held.select_related("stand_in")]


def open_units(on: date) -> QuerySet[Unit]:
    """Those that are not closed on a day."""
    return Unit.objects.filter(Q(closes=None) | Q(closes__gt=on))


def officers_of(unit: Unit, *, on: date) -> list[User]:
    """Those of the very unit, and whoever stands in for one; where it has none, of the nearest unit above with one."""
    for key in reversed([int(part) for part in unit.path.strip("/").split("/")]):
        held = Membership.objects.in_force(on).filter(unit_id=key, role=Role.OFFICER, user__is_active=True)
        people = {one.user for one in held.select_related("user")}
        if people:
            return sorted(people | set(stand_ins_of(people, on=on)), key=lambda one: one.pk)
    return []


def representatives_of(company: Company, *, on: date) -> list[User]:
    """Who may act for a company on a day."""
    held = Membership.objects.in_force(on).filter(company=company, role=Role.REPRESENTATIVE, user__is_active=True)
    return sorted({one.user for one in held.select_related("user")}, key=lambda one: one.pk)


def colleagues_of(user: User, *, on: date) -> list[User]:
    """Officers of the units that somebody works in or leads, and of those below; 300 at most."""
    own = [one.unit for one in memberships(user, on) if one.unit and one.role in (Role.OFFICER, Role.LEADER)]
    inside = Q(pk__in=[])
    for unit in own:
        inside |= Q(unit__path__startswith=unit.path)
    held = Membership.objects.in_force(on).filter(inside, role=Role.OFFICER, user__is_active=True)
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("email")[:300])
