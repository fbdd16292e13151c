"""The roles of a person on a day, for `core.permissions`."""

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from luodi.web.accounts.models import Cover, Membership, User
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role


def memberships_of(user: User, on: date) -> list[Membership]:
    """Those of the person, and, for an officer, those of every officer whom they stand in for."""
    found = _PREPARED(user.pk, on)
    if any(one.role == Role.OFFICER and one.user_id == user.pk for one in found):
        return found
    return [one for one in found if one.user_id == user.pk]  # only an officer stands in for one


def _query(user: int, on: date) -> QuerySet[Membership]:
    covered = Cover.objects.filter(stand_in_id=user, starts__lte=on, ends__gt=on, away__is_active=True)
    theirs = Q(user_id=user) | Q(role=Role.OFFICER, user_id__in=covered.values("away_id"))
    return Membership.objects.in_force(on).filter(theirs).select_related("unit")


_PREPARED: Final[Prepared[Membership]] = Prepared(_query, int, date)
