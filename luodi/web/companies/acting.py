"""What every act of a form has: a key, so that it has one effect however often it is sent, and the version that the
form was made from, so that nobody overwrites what they have not seen."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from luodi.errors import LuodiError
from luodi.web.companies.models import Sent

Row = TypeVar("Row", bound=models.Model)


class ChangedMeanwhile(LuodiError):
    """Somebody else changed the record after the form was shown."""

    code = "changed-meanwhile"


class KeySpent(LuodiError):
    """The key of a form that was sent for another record before."""

    code = "key-spent"


def new_key() -> str:
    return secrets.token_urlsafe(16)


def once(key: str, row: models.Model, at: datetime, act: Callable[[], Any]) -> bool:
    """Do the act unless a form with this key has done it; whether it was done now. `row` is locked already, so that of
    two that come at once the second one waits and finds the first."""
    if not key:
        act()
        return True
    subject = f"{row._meta.label} {row.pk}"
    done = Sent.objects.filter(key=key).first()
    if done is not None and done.subject != subject:
        raise KeySpent("companies.form-sent-another-record")
    if done is not None:
        return False
    act()
    Sent.objects.create(key=key, subject=subject, at=at)
    return True


def unchanged(row: Any, version: int | None) -> None:
    """Raises `ChangedMeanwhile` for a form that was made from an older version; `None` asks nothing."""
    if version is not None and row.version != version:
        raise ChangedMeanwhile("companies.somebody-changed-record-after-you")


def locked(model: type[Row], pk: Any) -> Row:
    return model._default_manager.select_for_update(of=("self",)).get(pk=pk)
