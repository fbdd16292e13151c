"""Acts that forms and programs send: each has one effect by its `key`, and none on a row that has moved on meanwhile.

    def assign(obstacle, officer, *, by, at, key="", version=None):
        def change(row):                     # the row, locked; decide here, return the fields that change
            return {"state": after(State(row.state), Act.ASSIGN), "officer": officer}
        return perform(obstacle, "assign", change, by=by, at=at, key=key, version=version)

A row has `version`, which rises with each act. A form carries the version that it was made for; where another act came
first, `Moved` says which, and the form is shown again with what was typed. `add` does the same for a new row.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from luodi.errors import LuodiError
from luodi.web.accounts.access import require
from luodi.web.cases.models import Acted
from luodi.web.journal.actions import snapshot, write
from luodi.web.journal.models import Entry

Row = TypeVar("Row", bound=Model)


class Moved(LuodiError):
    """Somebody changed the record after the form was made. `since` are the journal's entries that the form missed."""

    code = "moved-on"

    def __init__(self, row: Model, version: int) -> None:
        super().__init__("cases.moved-on", what=row._meta.verbose_name)
        self.version: int = getattr(row, "version")  # noqa: B009
        self.since = since(row, getattr(row, "version") - version)  # noqa: B009 - rows here have a version by contract


class KeySpent(LuodiError):
    """A key that was sent with another act before."""

    code = "key-spent"


def new_key() -> str:
    """For a form, so that sending it twice has one effect."""
    return secrets.token_urlsafe(16)


def was_done(key: str, by: Any) -> bool:
    """Whether this person sent the key before and it had its effect: what the form asked for may not fit any more."""
    return bool(key) and Acted.objects.filter(key=key, by=by).exists()


def since(row: Model, acts: int) -> list[Entry]:
    """The last acts on a row, the newest first."""
    found = Entry.objects.filter(kind=row._meta.label, subject=str(row.pk)).order_by("-number")
    return list(found[: max(acts, 0)])


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
        raise Moved(locked, version)
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
    spent = Acted.objects.filter(key=key).first() if key else None
    if spent is None:
        return None
    if (spent.act, spent.kind) != (act, kind._meta.label) or _of_another(spent, by):
        raise KeySpent("cases.key-sent-with-another-act")
    return kind._base_manager.filter(pk=spent.subject).first()


def _done(key: str, act: str, row: Model, by: Any) -> bool:
    """Whether the key has had its effect, on this row. Raises `KeySpent` where it was another one."""
    spent = Acted.objects.filter(key=key).first() if key else None
    if spent is None:
        return False
    if (spent.act, spent.kind, spent.subject) != (act, row._meta.label, str(row.pk)) or _of_another(spent, by):
        raise KeySpent("cases.key-sent-with-another-act")
    return True


def _of_another(spent: Acted, by: Any) -> bool:
    """Whether another person sent the key. Whose account is gone may have been anybody."""
    return by is not None and spent.by_id is not None and spent.by_id != by.pk


def _spend(key: str, act: str, row: Model, by: Any, at: datetime) -> None:
    if key:
        Acted.objects.create(key=key, act=act, kind=row._meta.label, subject=str(row.pk), by=by, at=at)


def _saved(row: Model, fields: dict[str, Any], at: datetime) -> None:
    if any(field.name == "changed" for field in row._meta.concrete_fields):
        fields = {**fields, "changed": at}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def _of(values: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: values[name] for name in values if name in names}
