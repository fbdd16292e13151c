"""Publishing a draft as an edition, and withdrawing the last edition of a book."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from luodi.editor.archive import book_hash, digest_of, unpack
from luodi.editor.stages import DraftAction, DraftNotNow, State, after
from luodi.web.accounts.models import User
from luodi.web.books.actions import notices
from luodi.web.books.actions.drafts import (
    Judgement,
    judged,
    require_base,
    require_day,
    require_other,
    require_ready,
    required_reason,
    reviewed,
)
from luodi.web.books.actions.in_force import Prepared, bring_out, lock_books, name_states, prepare, settle
from luodi.web.books.folders import make_folder_of
from luodi.web.books.forms import ReasonForm
from luodi.web.books.models import Draft, Publication
from luodi.web.books.queries import in_force, standing, writers
from luodi.web.core.actions import Changed, action
from luodi.web.core.forms import ActionForm
from luodi.web.core.journal import write
from luodi.web.core.permissions import may
from luodi.web.core.snapshots import snapshot


@dataclass(frozen=True)
class Ahead:
    """What was found out before a transaction. It holds for what it was found out about, and is used for that alone."""

    judged: Judgement | None = None
    prepared: Prepared | None = None


@contextmanager
def _publishing(draft: Draft, *, by: User, at: datetime) -> Iterator[Ahead]:
    """The books are locked before the draft, as in everything that brings editions into force; what takes long is done
    before that."""
    ahead = _before_publishing(draft, by, at)
    with transaction.atomic():
        lock_books(at)
        yield ahead


def _before_publishing(draft: Draft, by: User, at: datetime) -> Ahead:
    """Nothing where the action will say why it cannot be."""
    found, today = Draft.objects.get(pk=draft.pk), timezone.localdate(at)
    if found.state != State.APPROVED or not may(by, DraftAction.PUBLISH.value, found) or by.pk in writers(found):
        return Ahead()
    first_day = _first_day(found, today)
    judgement = judged(found, first_day)
    if judgement[1] or first_day > today:
        return Ahead(judgement)
    folder = make_folder_of(found.book, unpack(found.files))
    return Ahead(judgement, prepare(at, in_force(today), {found.book: folder}))


def _first_day(draft: Draft, today: date) -> date:
    """Its day, or today where that is over."""
    return max(draft.first_day or today, today)


@action("publish", model=Draft, form=ActionForm, permission=DraftAction.PUBLISH.value, around=_publishing)
def publish(draft: Draft, *, actor: User, at: datetime, prepared: Ahead) -> Changed:
    """Make it an edition (`draft.publication`), in force from its day on; at once where that day has come.

    Raises `OwnWork`, `BaseMoved`, and `NotReady` where another book changed so that it no longer holds. Whatever fails
    while stored answers are looked through leaves everything as it was.
    """
    state, today = after(State(draft.state), DraftAction.PUBLISH), timezone.localdate(at)
    first_day = _first_day(draft, today)
    require_other(draft, actor)
    require_base(draft)
    require_day(draft, first_day, today)
    require_ready(draft, first_day, prepared.judged)
    files = unpack(draft.files)
    made = Publication.objects.create(
        book=draft.book,
        hash=book_hash(files),
        digest=digest_of(files),
        files=bytes(draft.files),
        first_day=first_day,
        draft=draft,
        published_by=actor,
        at=at,
    )
    _settle(at, actor, prepared.prepared)  # before anything is written down, which keeps others from the journal
    write("publish", made, by=actor, after=snapshot(made), at=at)

    def finish(done: Draft) -> None:
        notices.people((done.author, done.reviewer), actor, "edition_published", done, at, day=str(first_day))

    return reviewed(draft, DraftAction.PUBLISH, state, actor, at, notify=finish, first_day=first_day)


@contextmanager
def _withdrawing(publication: Publication, reason: str, *, by: User, at: datetime) -> Iterator[Prepared | None]:
    ahead = None
    if may(by, "withdraw", publication) and reason.strip():
        ahead = prepare(at, in_force(timezone.localdate(at), but=publication.pk))
    with transaction.atomic():
        lock_books(at)
        yield ahead


@action("withdraw", model=Publication, form=ReasonForm, permission="withdraw", around=_withdrawing)
def withdraw(publication: Publication, reason: str, *, actor: User, at: datetime, prepared: Prepared | None) -> Changed:
    """Take the last edition of a book back: the one before it is in force again, at once.

    Raises `DraftNotNow` where another edition followed it, which would have to be withdrawn first, and `MissingKey`.
    """
    if publication.withdrawn_at:
        raise DraftNotNow("books.edition-withdrawn-already")
    if standing(publication.book)[-1] != publication:
        raise DraftNotNow("books.another-edition-book-followed-builds")
    why = required_reason(reason)

    def finish(done: Publication) -> None:
        today = timezone.localdate(at)
        name_states(done.book, in_force(today).get(done.book), today)
        _settle(at, actor, prepared)
        people = (done.draft.author, done.draft.reviewer, done.published_by)
        notices.people(people, actor, "edition_withdrawn", done.draft, at, why=why)

    return Changed({"withdrawn_at": at, "withdrawn_by": actor, "reason": why}, reason=why, notify=finish)


def _settle(at: datetime, user: User, prepared: Prepared | None) -> None:
    """What is due comes into force now; what waits is named to those who read the folders."""
    if not settle(at, by=user, prepared=prepared):
        transaction.on_commit(lambda: bring_out(at))
