"""Actions that are not in the registry yet. Each app leaves this file as it is brought onto `actions`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from luodi.web.accounts.access import require
from luodi.web.core.actions import _save as _saved
from luodi.web.core.actions import since
from luodi.web.core.errors import KeyReused, StaleVersion
from luodi.web.core.keys import find_key
from luodi.web.core.models import ActionKey
from luodi.web.journal.actions import snapshot, write

Row = TypeVar("Row", bound=Model)


@transaction.atomic
def perform(
    row: Row,
    act: str,
    change: Callable[[Row], dict[str, Any]],
    *,
    by: Any,
    at: datetime,
    key: str = "",
    version: int | None = None,
    permit: str | None = None,
    reason: str = "",
    told: dict[str, Any] | None = None,
) -> Row:
    """Lock, permit, decide, save, write down; the row as it is then. `by` None is the site itself.

    `permit` names the act of `access` where it is another than `act`. `change` may store more rows of the same act, and
    fill `told` with what the journal is to say beside the fields that changed.
    Raises `NotPermitted`, `KeySpent`, `Moved`, and what `change` raises; then nothing has changed.
    """
    locked = type(row)._base_manager.select_for_update().get(pk=row.pk)
    if by is not None:
        require(by, permit or act, locked)
    if _done(key, act, locked, by):
        return locked
    found: int = getattr(locked, "version")  # noqa: B009
    if version is not None and version != found:
        raise StaleVersion(str(locked._meta.verbose_name), version=found, since=since(locked, found - version))
    before = snapshot(locked)
    _saved(locked, {**change(locked), "version": found + 1}, at)
    _spend(key, act, locked, by, at)
    after = snapshot(locked)
    changed = {name for name in after if before.get(name) != after[name]}
    write(
        act,
        locked,
        by=by,
        before=_of(before, changed),
        after={**_of(after, changed), **(told or {})},
        reason=reason,
        at=at,
    )
    return locked


def add(
    kind: type[Row],
    make: Callable[[], Row],
    act: str,
    *,
    by: Any,
    at: datetime,
    key: str = "",
    permit: str | None = None,
    permit_on: Model | None = None,
    reason: str = "",
) -> Row:
    """A new row by `make`, once for each key. Permission is asked about the new row, or about `permit_on`.

    Where somebody else stored the same meanwhile, `make` is asked once more: it finds that now, and says what is wrong.
    """
    given = (kind, make, act, by, at, key, permit or act, permit_on, reason)
    try:
        with transaction.atomic():
            return _added(*given)
    except IntegrityError:  # two at once: the other one came first
        with transaction.atomic():
            return _added(*given)


def _added(
    kind: type[Row],
    make: Callable[[], Row],
    act: str,
    by: Any,
    at: datetime,
    key: str,
    permit: str,
    permit_on: Model | None,
    reason: str,
) -> Row:
    if by is not None and permit_on is not None:
        require(by, permit, permit_on)
    found = _row_of(key, act, kind, by)
    if found is not None:
        if by is not None and permit_on is None:
            require(by, permit, found)
        return found
    made = make()
    if by is not None and permit_on is None:
        require(by, permit, made)
    _spend(key, act, made, by, at)
    write(act, made, by=by, after=snapshot(made), reason=reason, at=at)
    return made


def _row_of(key: str, act: str, kind: type[Row], by: Any) -> Row | None:
    done = find_key(key, f"{kind._meta.label}.{act}", by)
    return None if done is None else kind._base_manager.filter(pk=done.target.partition(" ")[2]).first()


def _done(key: str, act: str, row: Model, by: Any) -> bool:
    done = find_key(key, f"{row._meta.label}.{act}", by)
    if done is not None and done.target != f"{row._meta.label} {row.pk}":
        raise KeyReused
    return done is not None


def _spend(key: str, act: str, row: Model, by: Any, at: datetime) -> None:
    if key:
        name, target = f"{row._meta.label}.{act}", f"{row._meta.label} {row.pk}"
        ActionKey.objects.create(key=key, action=name, target=target, person=by, at=at)


def _of(values: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: values[name] for name in values if name in names}
