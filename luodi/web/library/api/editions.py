"""Editions of the books with their files, and the feed of changes, for programs that keep a copy or follow the law."""

import hashlib
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Query, Router

import luodi
from luodi.documents.marks import marked
from luodi.rules.library import load_book
from luodi.web.api import answers, paging
from luodi.web.api.admission import admit
from luodi.web.api.answers import present
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import OPERATIONS, a_list, reading, ref, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import moment
from luodi.web.library import log, queries
from luodi.web.library.api.reading import there
from luodi.web.library.models import Edition

router = Router()
YAML = "application/yaml"


@router.get("/books/{book}/editions", operation_id="editions")
def editions(
    request: HttpRequest, book: str, limit: int = Query(50, ge=1, le=200), cursor: str | None = None
) -> HttpResponse:
    admit(request, KeyScope.READ)
    (name,) = there(book)
    now = load_book(name).hash
    document = paging.newest("editions", queries.editions(name), lambda row: _row(row, now), limit, cursor)
    return answers.public(request, present(document))


def _row(found: Edition, now: str) -> dict[str, Any]:
    return {
        "book": found.book,
        "hash": found.hash,
        "version": found.version,
        "seen": moment(found.seen),
        "in_use": found.hash == now,
    }


@router.get("/books/{book}/editions/{edition}", operation_id="edition")
def edition(request: HttpRequest, book: str, edition: str) -> HttpResponse:
    """What it changed, and its files."""
    admit(request, KeyScope.READ)
    found = _edition(book, edition)
    named = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in queries.files(found).items()}
    rows = [{"name": name, "sha256": digest} for name, digest in sorted(named.items())]
    now = load_book(found.book).hash
    return answers.public(request, present(marked({**_row(found, now), "changes": found.changes, "files": rows}, None)))


@router.get("/books/{book}/editions/{edition}/files/{path:name}", operation_id="file")
def file(request: HttpRequest, book: str, edition: str, name: str) -> HttpResponse:
    """One file as it stood in the book, comments included."""
    admit(request, KeyScope.READ)
    found = queries.files(_edition(book, edition)).get(name)
    if found is None:
        raise NoSuchAddress("api.edition-no-such-file")
    return answers.public(request, HttpResponse(found, content_type=YAML))


def _edition(book: str, edition: str) -> Edition:
    (name,) = there(book)
    found = queries.edition(name, edition)
    if found is None:
        raise NoSuchAddress("api.book-no-such-edition", name=name)
    return found


@router.get("/changes", operation_id="changes")
def changes(request: HttpRequest, limit: int = Query(50, ge=1, le=200), cursor: str | None = None) -> HttpResponse:
    """What this site learned after the cursor, the oldest first; `since` is the cursor for next time."""
    admit(request, KeyScope.READ)
    start = 0 if cursor is None else paging.number_of(cursor)
    etag = _etag(request, log.newest())
    if answers.has(request, etag):
        return answers.with_etag(HttpResponseNotModified(), etag)
    rows = list(log.since(start)[: limit + 1])
    shown = rows[:limit]
    last = paging.cursor_of(shown[-1].number if shown else start)
    document = {"changes": log.documents(shown), "next": last if len(rows) > limit else None, "since": last}
    return answers.with_etag(present(marked(document, None)), etag)


def _etag(request: HttpRequest, newest: int) -> str:
    parts = (luodi.__version__, request.get_full_path(), str(newest))
    return f'"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'


OPERATIONS.update(
    {
        "editions": reading(a_list("editions", "EditionRow"), 404, 422),
        "edition": reading(translated(ref("Edition")), 404),
        "file": replace(reading({}, 404), content="application/yaml"),
        "changes": reading(translated(ref("Changes")), 422),
    }
)
