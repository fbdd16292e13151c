"""Editions of the books with their files, and the feed of changes, for programs that keep a copy or follow the law."""

import hashlib
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Query

import luodi
from luodi.documents.marks import marked
from luodi.rules.library import load_book
from luodi.web.api import answers, inputs, paging
from luodi.web.api.endpoints import Document, Listing, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref, translated
from luodi.web.api.values import moment
from luodi.web.library import log, queries
from luodi.web.library.api.reading import there
from luodi.web.library.models import Edition

router = Router(KeyScope.READ)
YAML: Final = "application/yaml"


@router.collection("/books/{book}/editions", "editions", "EditionRow", 404)
def editions(book: str) -> Listing[Edition]:
    (name,) = there(book)
    now = load_book(name).hash
    return Listing(queries.editions(name), lambda row: _row(row, now))


def _row(found: Edition, now: str) -> Document:
    return {
        "book": found.book,
        "hash": found.hash,
        "version": found.version,
        "seen": moment(found.seen),
        "in_use": found.hash == now,
    }


@router.record("/books/{book}/editions/{edition}", translated(ref("Edition")), 404)
def edition(book: str, edition: str) -> Document:
    """What it changed, and its files."""
    found = _edition(book, edition)
    named = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in queries.files(found).items()}
    rows = [{"name": name, "sha256": digest} for name, digest in sorted(named.items())]
    now = load_book(found.book).hash
    return marked({**_row(found, now), "changes": found.changes, "files": rows}, None)


@router.record("/books/{book}/editions/{edition}/files/{path:name}", {}, 404, content=YAML)
def file(request: HttpRequest, book: str, edition: str, name: str) -> HttpResponse:
    """One file as it stood in the book, comments included."""
    text = inputs.existing(queries.files(_edition(book, edition)).get(name), "api.edition-no-such-file")
    return answers.public(request, HttpResponse(text, content_type=YAML))


def _edition(book: str, edition: str) -> Edition:
    (name,) = there(book)
    return inputs.existing(queries.edition(name, edition), "api.book-no-such-edition", name=name)


@router.record("/changes", translated(ref("Changes")), 422)
def changes(request: HttpRequest, limit: int = Query(50, ge=1, le=200), cursor: str | None = None) -> HttpResponse:
    """What this site learned after the cursor, the oldest first; `since` is the cursor for next time."""
    start = 0 if cursor is None else paging.number_of(cursor)
    etag = _etag(request, log.newest())
    if answers.has(request, etag):
        return answers.with_etag(HttpResponseNotModified(), etag)
    rows = list(log.since(start)[: limit + 1])
    shown = rows[:limit]
    last = paging.cursor_of(shown[-1].number if shown else start)
    document = {"changes": log.documents(shown), "next": last if len(rows) > limit else None, "since": last}
    return answers.with_etag(answers.present(marked(document, None)), etag)


def _etag(request: HttpRequest, newest: int) -> str:
    parts = (luodi.__version__, request.get_full_path(), str(newest))
    return f'"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'
