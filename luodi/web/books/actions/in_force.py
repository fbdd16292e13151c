"""How another edition comes into force: in one transaction with everything that follows from it, or not at all.

The site does this by itself, for many records in an order of its own: the books are locked first (decision 0039).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from luodi import editions
from luodi.editor.stages import State
from luodi.web.accounts.models import User
from luodi.web.books.folders import is_named, make_folder, write_current
from luodi.web.books.models import Draft, InForce, Publication
from luodi.web.books.queries import in_force, settled
from luodi.web.books.signals import books_changed, entering_force, preparing
from luodi.web.core.journal import write

Chosen = dict[str, Publication]
#: What the apps above found out before the transaction, by their names.
Prepared = Mapping[str, object]


def prepare(at: datetime, wanted: Chosen, also: Mapping[str, Path] | None = None) -> Prepared:
    """What other books would change, for the transaction that brings them; `also` are folders of editions that are not
    published yet. Call it before the transaction: it takes long, and nobody waits for it."""
    with editions.reading(books_of(wanted, also)):
        return dict(preparing.ask(at=at))


def settle(at: datetime, *, by: User | None = None, prepared: Prepared | None = None) -> list[str]:
    """Let those editions be in force that are due at a moment; the books that changed. Repeating it changes nothing.

    Within one transaction the texts of the library are made anew, and stored answers that no longer hold become stale
    and their owners are told, all of it by the books that will be in force. Readers follow when it has ended. Answers
    are asked again before the transaction; in it only those that were kept since.
    """
    on = timezone.localdate(at)
    if settled() == in_force(on):
        return []
    if prepared is None and not transaction.get_connection().in_atomic_block:
        prepared = prepare(at, in_force(on))
    with transaction.atomic():
        lock_books(at)
        wanted, before = in_force(on), settled()
        changed = [book for book in sorted({*wanted, *before}) if wanted.get(book) != before.get(book)]
        for book in changed:
            InForce.objects.filter(book=book).update(publication=wanted.get(book), since=at)
            name_states(book, wanted.get(book), on)
        if changed:
            with editions.reading(books_of(wanted)):
                entering_force.send(None, at=at, prepared=prepared or {}, before=before, after=wanted, by=by)
            for book in changed:
                _write_down(book, before.get(book), wanted.get(book), by, at)
            transaction.on_commit(lambda: bring_out(at))
            transaction.on_commit(lambda: books_changed.send(None))
    return changed


@contextmanager
def by_the_database(at: datetime) -> Iterator[None]:
    """One transaction, in which the books are those in force, and nobody publishes meanwhile."""
    with transaction.atomic():
        lock_books(at)
        with editions.reading(books_of(settled())):
            yield


def follow(at: datetime) -> None:
    """What is due comes into force, and folders and file here say so, whoever published where."""
    settle(at)
    if not is_named(timezone.localdate(at)):
        bring_out(at)


@transaction.atomic
def bring_out(at: datetime) -> None:
    """Make folders and file what the database says. Nobody publishes in the midst of it, so no older state is written
    over a newer one."""
    lock_books(at)
    write_current(timezone.localdate(at))


def lock_books(at: datetime) -> None:
    """One publication at a time, until the transaction ends."""
    for book in editions.shipped():
        InForce.objects.get_or_create(book=book, defaults={"since": at})
    list(InForce.objects.select_for_update().order_by("book"))


def books_of(chosen: Chosen, also: Mapping[str, Path] | None = None) -> editions.Books:
    """The books as they will stand; the folders they need are made."""
    made = {book: make_folder(publication) for book, publication in chosen.items() if book not in (also or {})}
    return editions.of_folders({**editions.shipped(), **made, **(also or {})})


def name_states(book: str, now: Publication | None, on: date) -> None:
    """The state of each draft that became an edition: by what is in force, and what waits for its day."""
    for publication in Publication.objects.filter(book=book).defer("files"):
        waits = publication.first_day > on
        state = State.PUBLISHED if publication == now or waits else State.SUPERSEDED
        state = State.WITHDRAWN if publication.withdrawn_at else state
        Draft.objects.filter(pk=publication.draft_id).exclude(state=state).update(state=state)


def _write_down(book: str, before: Publication | None, now: Publication | None, by: User | None, at: datetime) -> None:
    row = InForce.objects.get(book=book)
    write("come_into_force", row, by=by, before=_details(before), after=_details(now), at=at)


def _details(publication: Publication | None) -> dict[str, object]:
    if publication is None:
        return {"edition": "as it ships"}
    return {"edition": publication.pk, "hash": publication.hash, "first_day": publication.first_day.isoformat()}
