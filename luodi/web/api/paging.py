"""Lists of rows of the database, a page at a time."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from luodi.errors import UnknownValue
from luodi.message import Message, in_key
from luodi.web.core.types import Json

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """Rows in the order in which they came, the newest first; each is shown by itself, or a page of them at once."""

    rows: QuerySet[Row]
    show: Callable[[Row], Json] | None = None
    show_all: Callable[[Sequence[Row]], list[Json]] | None = None
    oldest_first: bool = False

    def shown(self, rows: Sequence[Row]) -> list[Json]:
        if self.show_all is not None:
            return self.show_all(rows)
        assert self.show is not None
        return [self.show(row) for row in rows]


def page(noun: str, listing: Listing[Row], limit: int, cursor: str | None) -> Json:
    """`{noun: rows, "next": cursor or null}`. Raises `UnknownValue` for a cursor that is none."""
    rows = listing.rows.order_by("pk" if listing.oldest_first else "-pk")
    if cursor is not None:
        rows = rows.filter(**{"pk__gt" if listing.oldest_first else "pk__lt": number_of(cursor)})
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return {noun: listing.shown(found[:limit]), "next": cursor_of(found[limit - 1].pk) if more else None}


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
