"""Reading: books, rules, texts of law, services and places over GET, with ETags made from the hashes of the books."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Query

import luodi
from luodi.advice import shelf
from luodi.advice.lines import day_of, shipped_book
from luodi.documents.marks import marked
from luodi.errors import LuodiError, UnknownValue
from luodi.message import Message, in_key
from luodi.rules.library import book_names, load_book
from luodi.web.api.answers import has, present, with_etag
from luodi.web.api.endpoints import Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import a_list, ref, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import today
from luodi.web.core.types import Json
from luodi.web.library.law import search_law

router = Router(KeyScope.READ)
MOST: Final = 200
ACCESS: Final = "market-access"
Limit = Query(50, ge=1, le=MOST)
T = TypeVar("T")


@router.record("/books", translated(a_list("books", "BookRow")), 422)
def books(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "books", shelf.books, "name", limit, cursor, book_names())


@router.record("/books/{book}", translated(ref("BookRow")), 404)
def book(request: HttpRequest, book: str) -> HttpResponse:
    return cached(request, lambda: shelf.book(book), there(book))


@router.record("/books/{book}/rules", translated(a_list("rules", "RuleRow")), 404, 422)
def rules(request: HttpRequest, book: str, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "rules", lambda: shelf.rules(book), "rule", limit, cursor, there(book))


@router.record("/books/{book}/rules/{rule}", translated(ref("Rule")), 404, 422)
def rule(request: HttpRequest, book: str, rule: str, on: str | None = None) -> HttpResponse:
    names, day = there(book), day_asked(on)
    return cached(request, lambda: found(lambda: shelf.rule(rule, book, on=day)), [*names, "law"], day)


@router.record("/requirements", translated(a_list("requirements", "Name")), 422)
def requirements(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "requirements", shelf.requirements, "name", limit, cursor, [ACCESS])


@router.record("/services", translated(a_list("services", "Row")), 422)
def services(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "services", shelf.services, "id", limit, cursor, [ACCESS])


@router.record("/places", translated(a_list("places", "Row")), 422)
def places(request: HttpRequest, on: str | None = None, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    day = None if on is None else day_asked(on)
    return listed(request, "places", lambda: shelf.places(day), "id", limit, cursor, [ACCESS])


@router.record("/instruments", translated(a_list("instruments", "Row")), 422)
def instruments(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "instruments", shelf.instruments, "id", limit, cursor, shelf.INSTRUMENTS)


@router.record("/instruments/{instrument}", translated(ref("Instrument")), 404)
def instrument(request: HttpRequest, instrument: str) -> HttpResponse:
    return cached(request, lambda: found(lambda: shelf.instrument(instrument)), book_names())


@router.record("/search", translated(ref("Hits")), 422)
def search(
    request: HttpRequest, q: str, on: str | None = None, current: bool = False, limit: int = Query(20, ge=1, le=50)
) -> HttpResponse:
    day = day_asked(on)
    return cached(request, lambda: search_law(q, on=day, limit=limit, current=current), book_names(), day)


# ---- what they share


def day_asked(on: str | None) -> date:
    return today() if on is None else day_of(on, key="on", at=Message("place.query"))


def there(name: str) -> list[str]:
    """The book as a list of its name. Raises `NoSuchAddress` for one that does not ship."""
    return [found(lambda: shipped_book(name)).id]


def found(look: Callable[[], T]) -> T:
    """What an address names. Raises `NoSuchAddress` in the words of the book where it names nothing."""
    try:
        return look()
    except LuodiError as problem:
        raise NoSuchAddress(problem.message, at=problem.at, code=problem.code) from None


def listed(
    request: HttpRequest,
    noun: str,
    rows: Callable[[], list[Json]],
    key: str,
    limit: int,
    cursor: str | None,
    names: Iterable[str],
) -> HttpResponse:
    """One page of a list: `{noun: rows, "next": cursor or null}`."""
    return cached(request, lambda: page(noun, rows(), key, limit, cursor), names)


def page(noun: str, rows: list[Json], key: str, limit: int, cursor: str | None) -> Json:
    """The rows after the one that the cursor names. Raises `UnknownValue` for a cursor that we did not give."""
    start = 0 if cursor is None else _after(rows, key, cursor)
    shown = rows[start : start + limit]
    more = start + limit < len(rows)
    return {noun: shown, "next": _cursor(shown[-1][key]) if more else None}


def _cursor(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def _after(rows: list[Json], key: str, cursor: str) -> int:
    try:
        last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        last = ""
    place = next((n for n, row in enumerate(rows) if row[key] == last), None)
    if place is None:
        raise UnknownValue("api.cursor-none-list-gave", at=in_key("cursor", Message("place.query")))
    return place + 1


def cached(
    request: HttpRequest, build: Callable[[], Json], names: Iterable[str], on: date | None = None
) -> HttpResponse:
    """The document, or 304 where the asker has it already: same address, same books, same day, same version of ours."""
    parts = [luodi.__version__, request.get_full_path(), str(on), *(load_book(name).hash for name in names)]
    etag = f'"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'
    return with_etag(HttpResponseNotModified() if has(request, etag) else present(marked(build(), on)), etag)
