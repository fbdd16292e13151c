"""Reading about drafts and editions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from luodi import editions
from luodi.editor.archive import Files, book_hash, files_of, unpack
from luodi.editor.stages import State
from luodi.rules.book import UnknownBook
from luodi.rules.kept_rows import KeptRow, Key, kept_rows
from luodi.rules.library import book_names, load_book
from luodi.web.accounts.models import Membership, User
from luodi.web.books.models import Draft, InForce, Publication
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser


def standing(book: str) -> list[Publication]:
    """The editions of a book that were not withdrawn, in the order in which they were published."""
    return list(Publication.objects.filter(book=book, withdrawn_at=None).order_by("id").defer("files"))


def in_force(on: date, but: int | None = None) -> dict[str, Publication]:
    """Of each book the publication in force on a day; a book without one is answered from as it ships. `but` is the key
    of one that is left out."""
    by_book: dict[str, list[Publication]] = {}
    for publication in Publication.objects.filter(~Q(pk=but), withdrawn_at=None).order_by("id").defer("files"):
        by_book.setdefault(publication.book, []).append(publication)
    found = {book: editions.in_force(rows, on) for book, rows in by_book.items()}
    return {book: publication for book, publication in found.items() if publication is not None}


def settled() -> dict[str, Publication]:
    """Of each book the publication that the site answers from, by what the last transaction settled."""
    rows = InForce.objects.exclude(publication=None).select_related("publication").defer("publication__files")
    return {row.book: row.publication for row in rows if row.publication}


def waiting(on: date) -> dict[str, list[Publication]]:
    """Of each book the publications whose day has not come, in the order in which they were published."""
    found: dict[str, list[Publication]] = {}
    for row in Publication.objects.filter(withdrawn_at=None, first_day__gt=on).order_by("id").defer("files"):
        found.setdefault(row.book, []).append(row)
    return found


@dataclass(frozen=True)
class Edition:
    """A state of a book that drafts begin from. `publication` is None for the one that ships."""

    files: Files
    publication: Publication | None

    @property
    def hash(self) -> str:
        return book_hash(self.files)

    @property
    def first_day(self) -> date | None:
        return self.publication.first_day if self.publication else None


def last_edition(book: str) -> Edition:
    """The edition that the next one follows: the last of those published, whether its day has come or not.

    Raises `UnknownBook` for a name that no book has.
    """
    if book not in editions.shipped():
        raise UnknownBook("books.no-book", book=book, shipped=editions.shipped())
    rows = standing(book)
    if not rows:
        return Edition(files_of(editions.shipped()[book]), None)
    return Edition(unpack(Publication.objects.get(pk=rows[-1].pk).files), rows[-1])


def writers(draft: Draft) -> set[int]:
    """Who wrote some of it: ids of its author and of everybody who changed it."""
    found = set(draft.revisions.exclude(by=None).exclude(files=None).values_list("by_id", flat=True))
    return found | ({draft.author_id} if draft.author_id else set())


def wrote_meanwhile(draft: Draft, seen: int, files: Iterable[str]) -> bool:
    """Did somebody write one of these files since a version of the draft?"""
    if seen == draft.version:
        return False
    written = draft.revisions.filter(version__gt=seen).exclude(files=None).values_list("files", flat=True)
    return any(name in unpack(raw) for raw in written if raw is not None for name in files)


def row_of_books(key: Key) -> KeptRow | None:
    """The row that a key names; None where there is none."""
    if key.book not in book_names():
        return None
    return next((one for one in kept_rows(load_book(key.book)) if one.key == key), None)


def policy_officers(on: date) -> list[User]:
    """Everybody who keeps the books on a day."""
    held = Membership.objects.in_force(on).filter(role=Role.POLICY_OFFICER).values("user_id")
    return list(User.objects.filter(pk__in=held, is_active=True).order_by("pk"))


def base_of(book: str, digest: str) -> str | None:
    """The hash of the edition from which one that was published here was made."""
    rows = Publication.objects.filter(book=book, hash=digest).order_by("-id")
    return rows.values_list("draft__base", flat=True).first()


def withdrawn() -> list[tuple[str, str, datetime]]:
    """Book, hash and moment of every edition that was withdrawn; who and why is for the desk."""
    rows = Publication.objects.exclude(withdrawn_at=None).order_by("id")
    found = rows.values_list("book", "hash", "withdrawn_at")
    return [(book, digest, at) for book, digest, at in found if at is not None]


# ---- what the desk shows


def drafts_of(user: AnyUser) -> QuerySet[Draft]:
    return visible(user, Draft.objects.defer("files", "base_files").select_related("author", "reviewer"))


def publications_of(user: AnyUser, book: str | None = None) -> QuerySet[Publication]:
    rows = visible(user, Publication.objects.defer("files").select_related("draft", "published_by", "withdrawn_by"))
    return rows.filter(book=book) if book else rows


def wanted_of(user: User) -> list[Draft]:
    """Drafts that this person may review or publish, and has not written."""
    found = drafts_of(user).filter(state__in=(State.IN_REVIEW, State.APPROVED)).order_by("first_day", "id")
    return [draft for draft in found if user.pk not in writers(draft)]


def coming(user: AnyUser, on: date) -> QuerySet[Publication]:
    """Editions whose day has not come."""
    return publications_of(user).filter(withdrawn_at=None, first_day__gt=on).order_by("first_day", "id")
