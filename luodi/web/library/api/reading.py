"""Reading: books, rules, texts of law, services and places over GET, with ETags made from the hashes of the books."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from ninja import Query, Router

import luodi
from luodi.advice import shelf
from luodi.advice.lines import day_of, shipped_book
from luodi.documents.marks import marked
from luodi.errors import LuodiError, UnknownValue
from luodi.message import Message, in_key
from luodi.rules.library import book_names, load_book
from luodi.web.api.admission import admit
from luodi.web.api.answers import present
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import OPERATIONS, a_list, reading, ref, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import today
from luodi.web.library.law import search_law

router = Router()
MOST: Final = 200
ACCESS: Final = "market-access"
Limit = Query(50, ge=1, le=MOST)
T = TypeVar("T")


@router.get("/books", operation_id="books")
def books(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "books", shelf.books, "name", limit, cursor, book_names())


@router.get("/books/{book}", operation_id="book")
def book(request: HttpRequest, book: str) -> HttpResponse:
    return kept(request, lambda: shelf.book(book), there(book))


@router.get("/books/{book}/rules", operation_id="rules")
def rules(request: HttpRequest, book: str, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "rules", lambda: shelf.rules(book), "rule", limit, cursor, there(book))


@router.get("/books/{book}/rules/{rule}", operation_id="rule")
def rule(request: HttpRequest, book: str, rule: str, on: str | None = None) -> HttpResponse:
    names, day = there(book), day_asked(on)
    return kept(request, lambda: found(lambda: shelf.rule(rule, book, on=day)), [*names, "law"], day)


@router.get("/requirements", operation_id="requirements")
def requirements(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "requirements", shelf.requirements, "name", limit, cursor, [ACCESS])


@router.get("/services", operation_id="services")
def services(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "services", shelf.services, "id", limit, cursor, [ACCESS])


@router.get("/places", operation_id="places")
def places(request: HttpRequest, on: str | None = None, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    day = None if on is None else day_asked(on)
    return listed(request, "places", lambda: shelf.places(day), "id", limit, cursor, [ACCESS])


@router.get("/instruments", operation_id="instruments")
def instruments(request: HttpRequest, limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    return listed(request, "instruments", shelf.instruments, "id", limit, cursor, shelf.INSTRUMENTS)


@router.get("/instruments/{instrument}", operation_id="instrument")
def instrument(request: HttpRequest, instrument: str) -> HttpResponse:
    return kept(request, lambda: found(lambda: shelf.instrument(instrument)), book_names())


@router.get("/search", operation_id="search")
def search(
    request: HttpRequest, q: str, on: str | None = None, current: bool = False, limit: int = Query(20, ge=1, le=50)
) -> HttpResponse:
    day = day_asked(on)
    return kept(request, lambda: search_law(q, on=day, limit=limit, current=current), book_names(), day)


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
    rows: Callable[[], list[dict[str, Any]]],
    key: str,
    limit: int,
    cursor: str | None,
    names: Iterable[str],
) -> HttpResponse:
    """One page of a list: `{noun: rows, "next": cursor or null}`."""
    return kept(request, lambda: page(noun, rows(), key, limit, cursor), names)


def page(noun: str, rows: list[dict[str, Any]], key: str, limit: int, cursor: str | None) -> dict[str, Any]:
    """The rows after the one that the cursor names. Raises `UnknownValue` for a cursor that we did not give."""
    start = 0 if cursor is None else _after(rows, key, cursor)
    shown = rows[start : start + limit]
    more = start + limit < len(rows)
    return {noun: shown, "next": _cursor(shown[-1][key]) if more else None}


def _cursor(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def _after(rows: list[dict[str, Any]], key: str, cursor: str) -> int:
    try:
        last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        last = ""
    place = next((n for n, row in enumerate(rows) if row[key] == last), None)
    if place is None:
        raise UnknownValue("api.cursor-none-list-gave", at=in_key("cursor", Message("place.query")))
    return place + 1


def kept(request: HttpRequest, build: Callable[[], Any], names: Iterable[str], on: date | None = None) -> HttpResponse:
    """The document, or 304 where the asker has it already: same address, same books, same day, same version of ours."""
    admit(request, KeyScope.READ)
    parts = [luodi.__version__, request.get_full_path(), str(on), *(load_book(name).hash for name in names)]
    etag = f'"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'
    known = parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))
    if {etag, f"W/{etag}", "*"} & set(known):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = present(marked(build(), on))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "no-cache"
    return response


OPERATIONS.update(
    {
        "books": reading(translated(a_list("books", "BookRow")), 422),
        "book": reading(translated(ref("BookRow")), 404),
        "rules": reading(translated(a_list("rules", "RuleRow")), 404, 422),
        "rule": reading(translated(ref("Rule")), 404, 422),
        "requirements": reading(translated(a_list("requirements", "Name")), 422),
        "services": reading(translated(a_list("services", "Row")), 422),
        "places": reading(translated(a_list("places", "Row")), 422),
        "instruments": reading(translated(a_list("instruments", "Row")), 422),
        "instrument": reading(translated(ref("Instrument")), 404),
        "search": reading(translated(ref("Hits")), 422),
    }
)
