"""What every change of a company has until it is in the registry of actions: a key, so that it has one effect however
often it is sent, and the version that the form was made from, so that nobody overwrites what they have not seen."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from luodi.web.core.errors import KeyReused, StaleVersion
from luodi.web.core.journal import last_entries
from luodi.web.core.keys import find_key
from luodi.web.core.models import ActionKey

Row = TypeVar("Row", bound=models.Model)
_NAME = "companies.form"


def once(key: str, row: models.Model, at: datetime, act: Callable[[], Any], by: Any = None) -> bool:
    """Do it unless a form with this key has done it; whether it was done now. `row` is locked already, so that of two
    that come at once the second one waits and finds the first."""
    done = find_key(key, _NAME, by)
    if done is not None and done.target != f"{row._meta.label} {row.pk}":
        raise KeyReused
    if done is not None:
        return False
    act()
    spend(key, row, at, by)
    return True


def spend(key: str, row: models.Model, at: datetime, by: Any) -> None:
    if key:
        target = f"{row._meta.label} {row.pk}"
        ActionKey.objects.create(key=key, person=by, action=_NAME, target=target, at=at)


def unchanged(row: Any, version: int | None) -> None:
    """Raises `StaleVersion` for a form that was made from another version; `None` asks nothing."""
    if version is not None and row.version != version:
        missed = last_entries(row, row.version - version)
        raise StaleVersion(row, version=row.version, since=missed)


def locked(model: type[Row], pk: Any) -> Row:
    return model._default_manager.select_for_update(of=("self",)).get(pk=pk)
