"""Lists of rows of the database a page at a time, and answers with an ETag made from what they say."""

import base64
import binascii
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from luodi.errors import UnknownValue
from luodi.message import Message, in_key
from luodi.web.api.answers import present

Row = TypeVar("Row", bound=Model)


def own(request: HttpRequest, document: Any) -> HttpResponse:
    """For the asker alone; 304 where they have it already."""
    response = public(request, present(document))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def public(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For everybody; 304 where the asker has it already."""
    etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return told(HttpResponseNotModified() if has(request, etag) else response, etag)


def has(request: HttpRequest, etag: str) -> bool:
    return bool({etag, f"W/{etag}", "*"} & set(parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))))


def told(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


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
