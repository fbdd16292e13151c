"""Lists of rows of the database, a page at a time."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from luodi.errors import UnknownValue
from luodi.message import Message, in_key

Row = TypeVar("Row", bound=Model)


def newest(
    noun: str, rows: QuerySet[Row], show: Callable[[Row], dict[str, Any]], limit: int, cursor: str | None
) -> dict[str, Any]:
    """`{noun: rows, "next": cursor or null}`, the newest first. Raises `UnknownValue` for a cursor that is none."""
    rows = rows.order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=number_of(cursor))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return {noun: [show(row) for row in found[:limit]], "next": cursor_of(found[limit - 1].pk) if more else None}


def oldest(
    noun: str, rows: QuerySet[Row], show: Callable[[Row], dict[str, Any]], limit: int, cursor: str | None
) -> dict[str, Any]:
    """As `newest`, in the order in which they came."""
    rows = rows.order_by("pk")
    if cursor is not None:
        rows = rows.filter(pk__gt=number_of(cursor))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return {noun: [show(row) for row in found[:limit]], "next": cursor_of(found[limit - 1].pk) if more else None}


def cursor_of(number: int) -> str:
    return base64.urlsafe_b64encode(str(number).encode()).decode().rstrip("=")


def number_of(cursor: str) -> int:
    """The number in a cursor of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    if not text.isdecimal() or len(text) > 18 or cursor_of(int(text)) != cursor:
        raise UnknownValue("api.cursor-none-list-gave", at=in_key("cursor", Message("place.query")))
    return int(text)
