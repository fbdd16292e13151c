"""People's data: given to them, erased when they ask, and erased when its term is over. The rules are in `personal`."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import reduce
from importlib import import_module

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import DateTimeField, Model, Q, QuerySet
from django.utils import timezone

from luodi.errors import LuodiError
from luodi.web.accounts.models import User
from luodi.web.core.permissions import memberships
from luodi.web.core.personal_data import Personal, Rule, rules
from luodi.web.core.policy import ITSELF
from luodi.web.core.roles import STAFF
from luodi.web.journal.models import Entry


class HoldsARole(LuodiError):
    """Somebody who works here asks to be erased."""

    code = "holds-a-role"


# ---- what is about a person


def rows_of(user: User) -> Iterator[tuple[type[Model], Rule, QuerySet[Model]]]:
    """Everything about a person, model by model."""
    for model, rule in rules().items():
        condition = _about(user, rule)
        if condition is not None:
            yield model, rule, model._base_manager.filter(condition).order_by("pk")


def _about(user: User, rule: Rule) -> Q | None:
    owner, address = getattr(rule, "owner", None), getattr(rule, "address", None)
    found = Q(pk__in=[])
    for path in (owner, getattr(rule, "also", None)):
        if path:
            found |= Q(**{"pk" if path == ITSELF else path: user.pk})
    if address:
        found |= Q(**{f"{address}__iexact": user.email})
    return found if owner or address else None


def own_data(user: User, *, at: datetime) -> bytes:
    """A ZIP of what the site knows about a person: `data.json`, and files that rows of theirs hold under `files/`."""
    told: dict[str, object] = {"at": at, "person": user.pk}
    files: dict[str, bytes] = {}
    for model, rule, rows in rows_of(user):
        told[model._meta.label] = [_fields(row, rule) for row in rows]
        for row in rows:
            files |= _files_of(row)
    told["journal.Entry"] = list(
        Entry.objects.filter(Q(actor=user.pk) | Q(kind="accounts.User", subject=str(user.pk)))
        .order_by("number")
        .values("number", "at", "act", "kind", "subject", "reason")
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1, cls=_Plain))
        for name, content in sorted(files.items()):
            archive.writestr(f"files/{name}", content)
    return out.getvalue()


class _Plain(DjangoJSONEncoder):
    def default(self, o: object) -> object:
        return None if isinstance(o, bytes | memoryview) else super().default(o)


def _fields(row: Model, rule: Rule) -> dict[str, object]:
    secret = getattr(rule, "secret", ())
    return {one.name: one.value_from_object(row) for one in row._meta.concrete_fields if one.name not in secret}


def _files_of(row: Model) -> dict[str, bytes]:
    """What a row gives besides its fields: `own_files() -> {name: content}`, where its model has that."""
    own: Callable[[], Mapping[str, bytes]] | None = getattr(row, "own_files", None)
    return dict(own()) if own is not None else {}


# ---- erased because they ask


def works_here(user: User) -> bool:
    """Whether somebody holds a role of those who work here, by themselves."""
    return any(held.role in STAFF and held.user_id == user.pk for held in memberships(user, timezone.localdate()))


def erase_rows(user: User, *, at: datetime) -> dict[str, int]:
    """Take away every row about a person but that of the account; how many of which kind."""
    found = {}
    for model, rule, rows in rows_of(user):
        if model is not User:
            found[model._meta.label] = sum(_taken(row, rule, at) for row in list(rows))
    return {label: number for label, number in found.items() if number}


def _taken(row: Model, rule: Rule, at: datetime) -> int:
    if type(row)._base_manager.filter(pk=row.pk).exists():  # it may have gone with another one
        erase_row(row, rule, at=at)
        return 1
    return 0


def erase_row(row: Model, rule: Rule, *, at: datetime) -> None:
    """As its rule says."""
    if named := getattr(rule, "erase", ""):
        _function(named)(row, at=at)
    else:
        row.delete()


def _function(named: str) -> Callable[..., object]:
    module, _, name = named.rpartition(".")
    found: Callable[..., object] = getattr(import_module(module), name)
    return found


# ---- erased because its term is over


def over(model: type[Model], rule: Personal, at: datetime) -> QuerySet[Model]:
    """The rows that are past their term, those that their rule spares among them."""
    limit = at - rule.term
    first, *way = rule.since.split("__")
    last = reduce(lambda field, name: field.related_model._meta.get_field(name), way, model._meta.get_field(first))
    is_moment = isinstance(last, DateTimeField)
    before = limit if is_moment else timezone.localdate(limit)
    found = Q(**{f"{rule.since}__lt": before})
    if rule.or_since:
        found |= Q(**{f"{rule.since}__isnull": True, f"{rule.or_since}__lt": before})
    return model._base_manager.filter(rule.where, found).order_by("pk")


def is_spared(row: Model, rule: Personal) -> bool:
    return bool(rule.spared) and bool(_function(rule.spared)(row))


def holds_a_role(user: User) -> bool:
    return bool(memberships(user, timezone.localdate()))
