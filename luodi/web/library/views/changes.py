"""Changes of the law with their feeds, and the books with their versions."""

from collections.abc import Sequence
from itertools import groupby

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from luodi.documents import wording
from luodi.library.entry import Entry
from luodi.library.shelf import shelf
from luodi.rules.book import Book
from luodi.rules.due import counts
from luodi.rules.kept_rows import RULE_KINDS
from luodi.rules.library import book_names, load_book
from luodi.web.books import maintenance
from luodi.web.core.words import language, say
from luodi.web.library.changes import Change
from luodi.web.library.changes import changes as changes_of
from luodi.web.library.feeds import MOST, Feed
from luodi.web.library.models import Edition
from luodi.web.library.views.shared import library_page

_FED = ("service", "place")


@require_safe
def changes(request: HttpRequest, kind: str = "", name: str = "") -> HttpResponse:
    of = _subject(kind, name)
    on = timezone.localdate()
    found = changes_of(of.key if of else None)
    past = [change for change in found if change.on <= on]
    years = [(year, list(group)) for year, group in groupby(past, key=lambda change: change.on.year)]
    coming = [change for change in reversed(found) if change.on > on]
    return library_page(request, "library/changes", of=of, years=years, coming=coming)


@require_safe
@conditional_page
def atom(request: HttpRequest, kind: str = "", name: str = "") -> HttpResponse:
    feed, found = _feed(request, _subject(kind, name))
    return HttpResponse(feed.atom(found), content_type="application/atom+xml; charset=utf-8")


@require_safe
@conditional_page
def as_json(request: HttpRequest, kind: str = "", name: str = "") -> HttpResponse:
    feed, found = _feed(request, _subject(kind, name))
    return HttpResponse(feed.as_json(found), content_type="application/feed+json; charset=utf-8")


def _subject(kind: str, name: str) -> Entry | None:
    """The service or place whose changes are asked for. Raises `Http404` for anything else."""
    if not kind:
        return None
    found = shelf().get(kind, name) if kind in _FED else None
    if found is None:
        raise Http404(f"{kind} {name[:100]}")
    return found


def _feed(request: HttpRequest, of: Entry | None) -> tuple[Feed, Sequence[Change]]:
    lang, on = language(), timezone.localdate()
    about = wording.pick(of.title, lang) if of else say("library.feed_all", lang)
    address = reverse("library:changes_of", args=of.key) if of else reverse("library:changes")
    whole = request.build_absolute_uri
    feed = Feed(
        say("library.feed_title", lang, name=about),
        lang,
        whole(address),
        whole(request.path),
        lambda change: whole(link(change)),
    )
    found = [change for change in changes_of(of.key if of else None) if change.on <= on]
    return feed, found[:MOST]


def link(change: Change) -> str:
    """The page that says more about a change."""
    if change.key:
        return reverse("library:entry", args=change.key)
    book, _, edition = change.name.split("@")
    return reverse("library:edition", args=(book, edition))


# ---- books


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    rows = [load_book(name) for name in book_names()]
    on, checked = timezone.localdate(), maintenance.checks()
    read = [counts(book, on, checked) for book in rows]
    return library_page(request, "library/books", books=rows, seen=_seen(), read=[one for one in read if one.rows])


def _seen() -> dict[str, Edition]:
    """The edition in use of each book, where it is kept."""
    current = {load_book(name).hash for name in book_names()}
    return {edition.book: edition for edition in _bare_editions() if edition.hash in current}


def _bare_editions() -> QuerySet[Edition]:
    return Edition.objects.defer("files", "changes")


@require_safe
def book(request: HttpRequest, book: str) -> HttpResponse:
    found = _book(book)
    kind = RULE_KINDS.get(found.kind)
    entries = [entry for entry in shelf().entries.values() if entry.book.id == found.id]
    kinds = {k: sum(entry.kind == k for entry in entries) for k in dict.fromkeys(entry.kind for entry in entries)}
    editions = list(_bare_editions().filter(book=found.id))
    return library_page(request, "library/book", book=found, kind=kind, kinds=kinds, editions=editions)


@require_safe
def edition(request: HttpRequest, book: str, edition: str) -> HttpResponse:
    """What one version of a book changed."""
    found = _book(book)
    found_edition = Edition.objects.defer("files").filter(book=found.id, hash__startswith=edition).first()
    if found_edition is None or len(edition) < 12:
        raise Http404(f"{book} {edition[:64]}")
    changed = found_edition.changes
    nothing = changed is not None and not any(changed.get(key) for key in ("added", "removed", "changed", "tables"))
    return library_page(
        request,
        "library/edition",
        book=found,
        edition=found_edition,
        changes=changed,
        nothing=nothing,
        kind=RULE_KINDS.get(found.kind),
    )


def _book(name: str) -> Book:
    if name not in book_names():
        raise Http404(name[:100])
    return load_book(name)
