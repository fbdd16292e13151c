"""Who may do what to which row. Lists, search, counts, exports, the API, tools and notices all ask here.

    visible(user, Answer.objects.all())             the rows a person may see
    visible(user, Answer.objects.all(), "export")   those they may export
    require(user, "change", answer)                 raises `NotPermitted`

A new row is saved first and asked about after, in one transaction: the refusal takes it away again. Where the row
itself gives a right, as a role does, ask before, about the row that the right is given on.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from luodi.errors import LuodiError
from luodi.web.accounts.models import Cover, Membership
from luodi.web.accounts.ownership import ITSELF, Access, access_of
from luodi.web.accounts.roles import OF_A_COMPANY, Role, Scope, Standing, Who

Row = TypeVar("Row", bound=Model)


class NotPermitted(LuodiError):
    """Somebody wants to do what their roles do not let them do."""

    code = "not-permitted"


def visible(user: Any, rows: QuerySet[Row], act: str = "see", *, on: date | None = None) -> QuerySet[Row]:
    """Those of `rows` to which `user` may do `act` on a day, today if left out. `user` may be None or anonymous."""
    access = access_of(rows.model)
    reach = _whole_reach(access, act, user, on or timezone.localdate())
    if reach is None:
        return rows.none()
    if not reach:
        return rows
    # A condition across a relation with many rows would count a row twice; a subquery cannot.
    return (
        rows.filter(pk__in=rows.model._base_manager.filter(reach).values("pk"))
        if _joins(access)
        else rows.filter(reach)
    )


def may(user: Any, act: str, row: Model, *, on: date | None = None) -> bool:
    return visible(user, type(row)._base_manager.filter(pk=row.pk), act, on=on).exists()


def require(user: Any, act: str, row: Model, *, on: date | None = None) -> None:
    """Raises `NotPermitted`; what the row is called is not said, since even that may be more than one may see."""
    if not may(user, act, row, on=on):
        raise NotPermitted(f"your roles do not let you {act.replace('_', ' ')} this {row._meta.verbose_name}")


def has_role(user: Any, roles: Iterable[Role], *, on: date | None = None) -> bool:
    """Does somebody hold one of the roles on a day, for whatever unit or company?"""
    wanted = set(roles)
    return any(held.role in wanted for held in memberships(user, on or timezone.localdate()))


def at_the_door(request: HttpRequest) -> list[Membership]:
    """The roles of whoever asks for a page, read once for the guard before it, the frame around it and the rows that it
    shows. Whether somebody may do anything else to a row is asked anew: see `require`."""
    if not hasattr(request, "_held"):
        user, today = getattr(request, "user", None), timezone.localdate()
        request._held = memberships(user, today)
        if user is not None and request._held:
            user._seen_with = (today, request._held)  # this user object lives as long as the request
    found: list[Membership] = request._held
    return found


def _held_for(act: str, user: Any, on: date) -> list[Membership]:
    day, held = getattr(user, "_seen_with", (None, []))
    return held if act == "see" and day == on else memberships(user, on)


def memberships(user: Any, on: date) -> list[Membership]:
    """The roles somebody holds on a day, those included that they fill for an officer who is away; such a role has
    another `user_id`. None for a visitor, or for a person who was shut out."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    covered = Cover.objects.filter(stand_in_id=user.pk, starts__lte=on, ends__gt=on, away__is_active=True)
    theirs = Q(user_id=user.pk) | Q(role=Role.OFFICER, user_id__in=covered.values("away_id"))
    found = list(Membership.objects.in_force(on).filter(theirs).select_related("unit"))
    if any(held.role == Role.OFFICER and held.user_id == user.pk for held in found):
        return found
    return [held for held in found if held.user_id == user.pk]  # only an officer stands in for one


# ---- how far somebody reaches: None is nowhere, an empty condition everywhere


def _whole_reach(access: Access, act: str, user: Any, on: date) -> Q | None:
    """With what lies beside it."""
    own = _reach(access, act, user, on)
    if own is not None and access.where:
        own = own & access.where
    other = _whole_reach(access.beside, act, user, on) if access.beside else None
    if own is None or other is None:
        return other if own is None else own
    return own | other if own and other else Q()


def _reach(access: Access, act: str, user: Any, on: date) -> Q | None:
    who = access.acts.get(act, frozenset())
    parts = [*_by_standing(access, who, user)]
    if who & set(Role):
        parts += [
            _by_role(access, held) for held in _held_for(act, user, on) if held.role in who and _within(held, act)
        ]
    known = [part for part in parts if part is not None]
    if not known:
        return None
    if not all(known):
        return Q()
    joined = known[0]
    for part in known[1:]:
        joined |= part
    return joined


def _within(held: Membership, act: str) -> bool:
    """Whether the scope of a role holds the act."""
    return held.scope == Scope.ACT or act == "see"


def _by_standing(access: Access, who: frozenset[Who], user: Any) -> list[Q | None]:
    present = user is not None and user.is_authenticated and user.is_active
    return [
        access.public if Standing.ANYBODY in who else None,
        Q() if Standing.SIGNED_IN in who and present else None,
        Q(**{_key(access.user): user.pk}) if Standing.OWNER in who and present and access.user else None,
    ]


def _by_role(access: Access, held: Membership) -> Q | None:
    if held.role in OF_A_COMPANY:
        return Q(**{_key(access.company): held.company_id}) if access.company else None
    if access.unit is None or held.unit is None:
        return Q()
    below = "path__startswith" if access.unit == ITSELF else f"{access.unit}__path__startswith"
    return Q(**{below: held.unit.path})


def _key(path: str | None) -> str:
    return "pk" if path == ITSELF else str(path)


def _joins(access: Access) -> bool:
    here = any("__" in path for path in (access.user, access.company, access.unit) if path)
    return here or (access.beside is not None and _joins(access.beside))
