"""Reading keys."""

import hashlib
import hmac
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from luodi.web.api.models import ApiKey
from luodi.web.api.refusals import BadApiKey
from luodi.web.core.permissions import visible

LENGTH = 14  # of the beginning: luodi_ and eight characters


def start_of(text: str) -> str:
    return text[:LENGTH]


def hash_of(text: str) -> str:
    """Keys are random and long, so that a plain hash keeps them; a slow one would be paid on every request."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(text: str, *, at: datetime) -> ApiKey:
    """The key that somebody shows. Raises `BadApiKey`, the same for a wrong and an unknown one."""
    is_possible = text.isascii() and text.isprintable() and len(text) < 200
    found = _with_owner(start_of(text)) if is_possible else None
    if found is None or not hmac.compare_digest(found.hash, hash_of(text)):
        raise BadApiKey("api.no-such-api-key")
    if found.is_revoked:
        raise BadApiKey("api.api-key-revoked", start=found.start)
    if found.expires is not None and found.expires <= at:
        raise BadApiKey("api.api-key-ended", start=found.start, expires=found.expires)
    if found.owner is not None and not found.owner.is_active:
        raise BadApiKey("api.user-api-key-shut-out", start=found.start)
    return found


def _with_owner(start: str) -> ApiKey | None:
    """A key and whose it is, as the database has them at this moment.

    The rows are read every time, so whatever changes, a revocation before all, holds from the next request on. What
    takes long is to make SQL and objects; the objects of the time before serve again while the rows are the same.
    """
    row = _row(start)
    if row is None:
        return None
    known = _made.get(start)
    if known is not None and known[0] == row:
        return known[1]
    found = ApiKey.objects.select_related("owner").filter(start=start).first()
    if found is not None:
        if len(_made) >= _MOST:
            _made.clear()
        _made[start] = row, found
    return found


def _row(start: str) -> tuple[object, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(_sql(), [start])
        found: tuple[object, ...] | None = cursor.fetchone()
        return found


@cache
def _sql() -> str:
    """Every column of a key and of its owner."""
    sql: str = ApiKey.objects.select_related("owner").filter(start="?").order_by().query.sql_with_params()[0]
    return sql


#: The rows of a key, and what was made of them.
_made: Final[dict[str, tuple[tuple[object, ...], ApiKey]]] = {}
_MOST: Final = 1_000


def keys() -> list[ApiKey]:
    return list(ApiKey.objects.select_related("owner"))


def keys_of(user: Any) -> QuerySet[ApiKey]:
    """Those of one person, the newest first."""
    return visible(user, ApiKey.objects.filter(owner=user)).order_by("-made", "-id")


def good_keys(user: object, *, at: datetime) -> int:
    """How many keys of a person still let somebody in."""
    return keys_of(user).filter(Q(expires=None) | Q(expires__gt=at), revoked=None).count()
