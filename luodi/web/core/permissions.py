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
from typing import Any, Protocol, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from luodi.web.core import signals
from luodi.web.core.errors import NotPermitted
from luodi.web.core.policy import ITSELF, Policy, policy_of
from luodi.web.core.record_names import permission_name, record_name
from luodi.web.core.roles import OF_A_COMPANY, Role, RoleLevel, Standing, Who
from luodi.web.core.types import AnyUser

Row = TypeVar("Row", bound=Model)


class Membership(Protocol):
    """A role of a person, as `accounts.models.Membership` has it."""

    @property
    def role(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def user_id(self) -> int: ...
    @property
    def company_id(self) -> int | None: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def unit(self) -> Any: ...


def visible(user: AnyUser, rows: QuerySet[Row], act: str = "see", *, on: date | None = None) -> QuerySet[Row]:
    """Those of `rows` to which `user` may do `act` on a day, today if left out. `user` may be None or anonymous."""
    return in_scope(rows, scope_of(user, rows.model, act, on=on))


def scope_of(user: AnyUser, model: type[Model], act: str = "see", *, on: date | None = None) -> Q | None:
    """The condition by which `visible` chooses: empty for every row, None for none. For queries that are prepared."""
    return _scope(policy_of(model), act, user, on or timezone.localdate())


def in_scope(rows: QuerySet[Row], scope: Q | None) -> QuerySet[Row]:
    """Those of `rows` that lie within the scope of `scope_of` for their model."""
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


def may(user: AnyUser, act: str, row: Model, *, on: date | None = None) -> bool:
    """Asked of one row by several parts of a page that only reads, it is answered once for all of them."""
    cached = _cached_roles(user, on or timezone.localdate())
    key = (type(row), row.pk, act)
    if cached is not None and cached.reads_only and key in cached.answers:
        return cached.answers[key]
    if cached is None or not cached.reads_only:
        return visible(user, type(row)._base_manager.filter(pk=row.pk), act, on=on).exists()
    scope = scope_of(user, type(row), act, on=cached.on)
    found = False if scope is None else matches(scope, row)
    if found is None:
        found = visible(user, type(row)._base_manager.filter(pk=row.pk), act, on=on).exists()
    cached.answers[key] = found
    return found


def require(user: AnyUser, act: str, row: Model, *, on: date | None = None) -> None:
    """Raises `NotPermitted`; what the row is called is not said, since even that may be more than one may see."""
    if not may(user, act, row, on=on):
        raise NotPermitted("accounts.your-roles-do-not-let", act=permission_name(act), what=record_name(row))


def may_without(user: AnyUser, act: str, row: Model, others: Collection[int], *, on: date | None = None) -> bool:
    """Whether somebody may do it by a role of their own, or by one that they fill for an officer who is not among
    `others`: what those may not do, nobody does in their place."""
    policy = policy_of(type(row))
    who = policy.acts.get(act, frozenset())
    for membership in memberships(user, on or timezone.localdate()):
        if membership.role in who and membership.user_id not in others and _permits(membership, act):
            scope = _by_role(policy, membership)
            if scope is not None and type(row)._base_manager.filter(scope, pk=row.pk).exists():
                return True
    return False


def has_role(user: AnyUser, roles: Iterable[Role], *, on: date | None = None) -> bool:
    """Does somebody hold one of the roles on a day, for whatever unit or company?"""
    wanted = set(roles)
    return any(membership.role in wanted for membership in memberships(user, on or timezone.localdate()))


def request_memberships(request: HttpRequest) -> list[Membership]:
    """The roles of the person who sent a request, read once for the guard, the frame and the rows of a page. A GET uses
    them for the whole answer; in a POST every permission but "see" is asked anew: see `require`."""
    cached: list[Membership] | None = vars(request).get("_memberships")
    if cached is not None:
        return cached
    user, today = getattr(request, "user", None), timezone.localdate()
    found = memberships(user, today)
    vars(request)["_memberships"] = found
    if user is not None and found:
        # this user object lives as long as the request
        user._cached_roles = _CachedRoles(today, found, request.method in ("GET", "HEAD"))
    return found


@dataclass(frozen=True)
class _CachedRoles:
    """The roles of a request, and what they permit on single rows."""

    on: date
    memberships: list[Membership]
    reads_only: bool
    answers: dict[tuple[type[Model], object, str], bool] = field(default_factory=dict)


def _cached_roles(user: AnyUser, on: date) -> _CachedRoles | None:
    cached: _CachedRoles | None = getattr(user, "_cached_roles", None)
    return cached if cached is not None and cached.on == on else None


def _memberships_for(act: str, user: AnyUser, on: date) -> list[Membership]:
    cached = _cached_roles(user, on)
    return cached.memberships if cached is not None and act == "see" else memberships(user, on)


def memberships(user: AnyUser, on: date) -> list[Membership]:
    """The roles of a person on a day, with those they fill for an officer who is away; these have another `user_id`.
    None for a visitor or a closed account."""
    if user is None or not user.is_authenticated or not user.is_active:
        return []
    cached = _cached_roles(user, on)
    if cached is not None and cached.reads_only:
        return list(cached.memberships)
    return list(signals.memberships.ask(user=user, on=on))


# ---- a condition on a row that was read with its owners


def matches(condition: Q, row: Model) -> bool | None:
    """Whether a condition holds for a row as it was read; None where what was read does not say so, and the database is
    to be asked. It knows what owners are found by: equal keys, and the beginning of a unit's path."""
    parts = [_part_matches(one, row) for one in condition.children]
    if condition.connector == Q.OR and parts:
        found = True if True in parts else None if None in parts else False
    elif condition.connector == Q.XOR:
        found = None
    else:
        found = False if False in parts else None if None in parts else True
    return found if found is None or not condition.negated else None


def _part_matches(part: Any, row: Model) -> bool | None:
    """`part` is a condition, or a lookup with the value that it wants."""
    return matches(part, row) if isinstance(part, Q) else _fits(row, *part)


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


# ---- scopes: None is no row, an empty condition every row


def _scope(policy: Policy, act: str, user: AnyUser, on: date) -> Q | None:
    """With the other owners of the same rows."""
    own = _own_scope(policy, act, user, on)
    if own is not None and policy.where:
        own = own & policy.where
    other = _scope(policy.beside, act, user, on) if policy.beside else None
    if own is None or other is None:
        return other if own is None else own
    return own | other if own and other else Q()


def _own_scope(policy: Policy, act: str, user: AnyUser, on: date) -> Q | None:
    who = policy.acts.get(act, frozenset())
    parts = [*_by_standing(policy, who, user)]
    if who & set(Role):
        held = _memberships_for(act, user, on)
        parts += [
            _but_about(policy, act, _by_role(policy, membership), membership, held, user)
            for membership in held
            if membership.role in who and _permits(membership, act)
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


def _permits(membership: Membership, act: str) -> bool:
    """Whether the scope of a role includes the act."""
    return membership.scope == RoleLevel.FULL or act == "see"


def _by_standing(policy: Policy, who: frozenset[Who], user: AnyUser) -> list[Q | None]:
    present = user if user is not None and user.is_authenticated and user.is_active else None
    return [
        policy.public if Standing.ANYBODY in who else None,
        Q() if Standing.SIGNED_IN in who and present is not None else None,
        Q(**{_key(policy.user): present.pk}) if Standing.OWNER in who and present is not None and policy.user else None,
    ]


def _by_role(policy: Policy, membership: Membership) -> Q | None:
    if membership.role in OF_A_COMPANY:
        return Q(**{_key(policy.company): membership.company_id}) if policy.company else None
    if policy.unit is None or membership.unit is None:
        return Q()
    below = "path__startswith" if policy.unit == ITSELF else f"{policy.unit}__path__startswith"
    return Q(**{below: membership.unit.path})


def _but_about(
    policy: Policy, act: str, scope: Q | None, membership: Membership, held: list[Membership], user: AnyUser
) -> Q | None:
    """Without the rows that are about the reader, or about whom they stand in for."""
    if scope is None or act != "see" or membership.role in OF_A_COMPANY or user is None:
        return scope
    if policy.about_user:
        for person in (user.pk, membership.user_id):
            scope = scope & ~Q(**{policy.about_user: person})
    if policy.about_unit:
        theirs = [one for one in held if one is membership or one.user_id == user.pk]
        for number in sorted({int(part) for one in theirs if one.unit for part in one.unit.path.strip("/").split("/")}):
            scope = scope & ~Q(**{policy.about_unit: number})
    return scope


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
