"""Who may do what to which row. Lists, search, counts, exports, the API, tools and notices all ask here.

    visible(user, Answer.objects.all())             the rows a person may see
    visible(user, Answer.objects.all(), "export")   those they may export
    require(user, "change", answer)                 raises `NotPermitted`

A new row is saved first and asked about after, in one transaction: the refusal takes it away again. Where the row
itself gives a right, as a role does, ask before, about the row that the right is given on.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from luodi.web.accounts.models import Cover, Membership
from luodi.web.core.errors import NotPermitted
from luodi.web.core.policy import ITSELF, Policy, policy_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import OF_A_COMPANY, Role, RoleLevel, Standing, Who

Row = TypeVar("Row", bound=Model)


def visible(user: Any, rows: QuerySet[Row], act: str = "see", *, on: date | None = None) -> QuerySet[Row]:
    """Those of `rows` to which `user` may do `act` on a day, today if left out. `user` may be None or anonymous."""
    return in_scope(rows, scope_of(user, rows.model, act, on=on))


def scope_of(user: Any, model: type[Model], act: str = "see", *, on: date | None = None) -> Q | None:
    """The condition by which `visible` chooses: empty for every row, None for none. For queries that are prepared."""
    return _whole_reach(policy_of(model), act, user, on or timezone.localdate())


def in_scope(rows: QuerySet[Row], scope: Q | None) -> QuerySet[Row]:
    """Those of `rows` that lie within what `reach_of` found for their model."""
    if scope is None:
        return rows.none()
    if not scope:
        return rows
    # A condition across a relation with many rows would count a row twice; a subquery cannot.
    return (
        rows.filter(pk__in=rows.model._base_manager.filter(scope).values("pk"))
        if _multiplies(rows.model)
        else rows.filter(scope)
    )


def may(user: Any, act: str, row: Model, *, on: date | None = None) -> bool:
    """Asked of one row by several parts of a page that only reads, it is answered once for all of them."""
    seen = _seen(user, on or timezone.localdate())
    key = (type(row), row.pk, act)
    if seen is not None and seen.reads_only and key in seen.answers:
        return seen.answers[key]
    if seen is None or not seen.reads_only:
        return visible(user, type(row)._base_manager.filter(pk=row.pk), act, on=on).exists()
    scope = scope_of(user, type(row), act, on=seen.on)
    found = False if scope is None else matches(scope, row)
    if found is None:
        found = visible(user, type(row)._base_manager.filter(pk=row.pk), act, on=on).exists()
    seen.answers[key] = found
    return found


def require(user: Any, act: str, row: Model, *, on: date | None = None) -> None:
    """Raises `NotPermitted`; what the row is called is not said, since even that may be more than one may see."""
    if not may(user, act, row, on=on):
        raise NotPermitted(
            "accounts.your-roles-do-not-let", act=act.replace("_", " "), verbose_name=row._meta.verbose_name
        )


def may_without(user: Any, act: str, row: Model, others: Collection[int], *, on: date | None = None) -> bool:
    """Whether somebody may do it by a role of their own, or by one that they fill for an officer who is not among
    `others`: what those may not do, nobody does in their place."""
    policy = policy_of(type(row))
    who = policy.acts.get(act, frozenset())
    for held in memberships(user, on or timezone.localdate()):
        if held.role in who and held.user_id not in others and _within(held, act):
            scope = _by_role(policy, held)
            if scope is not None and type(row)._base_manager.filter(scope, pk=row.pk).exists():
                return True
    return False


def has_role(user: Any, roles: Iterable[Role], *, on: date | None = None) -> bool:
    """Does somebody hold one of the roles on a day, for whatever unit or company?"""
    wanted = set(roles)
    return any(held.role in wanted for held in memberships(user, on or timezone.localdate()))


def request_memberships(request: HttpRequest) -> list[Membership]:
    """The roles of whoever asks for a page, read once for the guard before it, the frame around it and the rows that it
    shows. In a request that changes nothing they are those of the whole answer; in one that may, whether somebody may
    do anything but see a row is asked anew: see `require`."""
    if not hasattr(request, "_held"):
        user, today = getattr(request, "user", None), timezone.localdate()
        request._held = memberships(user, today)
        if user is not None and request._held:
            # this user object lives as long as the request
            user._seen_with = _Seen(today, request._held, request.method in ("GET", "HEAD"))
    found: list[Membership] = request._held
    return found


@dataclass(frozen=True)
class _Seen:
    """The roles at the door, and what was answered with them of single rows."""

    on: date
    held: list[Membership]
    reads_only: bool
    answers: dict[tuple[type[Model], Any, str], bool] = field(default_factory=dict)


def _seen(user: Any, on: date) -> _Seen | None:
    seen: _Seen | None = getattr(user, "_seen_with", None)
    return seen if seen is not None and seen.on == on else None


def _held_for(act: str, user: Any, on: date) -> list[Membership]:
    seen = _seen(user, on)
    return seen.held if seen is not None and act == "see" else memberships(user, on)


def memberships(user: Any, on: date) -> list[Membership]:
    """The roles somebody holds on a day, those included that they fill for an officer who is away; such a role has
    another `user_id`. None for a visitor, or for a person who was shut out."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    seen = _seen(user, on)
    if seen is not None and seen.reads_only:
        return list(seen.held)
    found = _HELD(user.pk, on)
    if any(held.role == Role.OFFICER and held.user_id == user.pk for held in found):
        return found
    return [held for held in found if held.user_id == user.pk]  # only an officer stands in for one


def _held(user: int, on: date) -> QuerySet[Membership]:
    """Also those of every officer whom somebody covers."""
    covered = Cover.objects.filter(stand_in_id=user, starts__lte=on, ends__gt=on, away__is_active=True)
    theirs = Q(user_id=user) | Q(role=Role.OFFICER, user_id__in=covered.values("away_id"))
    return Membership.objects.in_force(on).filter(theirs).select_related("unit")


_HELD: Final[Prepared[Membership]] = Prepared(_held, int, date)


# ---- a condition on a row that was read with its owners


def matches(condition: Q, row: Any) -> bool | None:
    """Whether a condition holds for a row as it was read; None where what was read does not say so, and the database is
    to be asked. It knows what owners are found by: equal keys, and the beginning of a unit's path."""
    parts = [matches(one, row) if isinstance(one, Q) else _fits(row, *one) for one in condition.children]
    if condition.connector == Q.OR and parts:
        found = True if True in parts else None if None in parts else False
    elif condition.connector == Q.XOR:
        found = None
    else:
        found = False if False in parts else None if None in parts else True
    return found if found is None or not condition.negated else None


def _fits(row: Any, lookup: str, wanted: Any) -> bool | None:
    *way, last = lookup.removesuffix("__startswith").split("__")
    try:
        for name in way:
            if not row._meta.get_field(name).is_cached(row):
                return None
            row = getattr(row, name)
            if row is None:
                return False
        field = row._meta.pk if last == "pk" else row._meta.get_field(last)
        there = row.__dict__[field.attname]
    except (FieldDoesNotExist, KeyError, AttributeError):
        return None  # another lookup, or a column that was not read
    if lookup.endswith("__startswith"):
        return isinstance(there, str) and there.startswith(wanted)
    by_key = (field.is_relation or field.primary_key) and isinstance(wanted, int)
    return (there == wanted if there is not None else False) if by_key else None


# ---- how far somebody reaches: None is nowhere, an empty condition everywhere


def _whole_reach(policy: Policy, act: str, user: Any, on: date) -> Q | None:
    """With what lies beside it."""
    own = _reach(policy, act, user, on)
    if own is not None and policy.where:
        own = own & policy.where
    other = _whole_reach(policy.beside, act, user, on) if policy.beside else None
    if own is None or other is None:
        return other if own is None else own
    return own | other if own and other else Q()


def _reach(policy: Policy, act: str, user: Any, on: date) -> Q | None:
    who = policy.acts.get(act, frozenset())
    parts = [*_by_standing(policy, who, user)]
    if who & set(Role):
        parts += [
            _by_role(policy, held) for held in _held_for(act, user, on) if held.role in who and _within(held, act)
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
    """Whether the scope of a role includes the act."""
    return held.scope == RoleLevel.FULL or act == "see"


def _by_standing(policy: Policy, who: frozenset[Who], user: Any) -> list[Q | None]:
    present = user is not None and user.is_authenticated and user.is_active
    return [
        policy.public if Standing.ANYBODY in who else None,
        Q() if Standing.SIGNED_IN in who and present else None,
        Q(**{_key(policy.user): user.pk}) if Standing.OWNER in who and present and policy.user else None,
    ]


def _by_role(policy: Policy, held: Membership) -> Q | None:
    if held.role in OF_A_COMPANY:
        return Q(**{_key(policy.company): held.company_id}) if policy.company else None
    if policy.unit is None or held.unit is None:
        return Q()
    below = "path__startswith" if policy.unit == ITSELF else f"{policy.unit}__path__startswith"
    return Q(**{below: held.unit.path})


def _key(path: str | None) -> str:
    return "pk" if path == ITSELF else str(path)


@cache
def _multiplies(model: type[Model]) -> bool:
    """Whether a path to the owners of its rows leads to many rows, as from a match to its sides."""
    return any(_leads_to_many(model, path) for path in _paths(policy_of(model)))


def _paths(policy: Policy) -> Iterator[str]:
    yield from (path for path in (policy.user, policy.company, policy.unit) if path and path != ITSELF)
    if policy.beside is not None:
        yield from _paths(policy.beside)


def _leads_to_many(model: Any, path: str) -> bool:
    for name in path.split("__"):
        relation = model._meta.get_field(name)
        if not (relation.many_to_one or relation.one_to_one):
            return True
        model = relation.related_model
    return False
