"""What changes drafts and editions, one function an act: lock, permit, decide, save, write down, then tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.rules.finding import Finding
from luodi.web.accounts.models import User
from luodi.web.books import mail
from luodi.web.books.archive import book_hash, differing, digest_of, fitting, pack, unpack
from luodi.web.books.entering import Prepared, books_of, bring_out, lock_books, name_states, prepare, settle
from luodi.web.books.folders import make_folder_of
from luodi.web.books.judging import NotReady, judge
from luodi.web.books.merging import BaseMoved, merge
from luodi.web.books.models import CheckState, Draft, InForce, Publication, Revision
from luodi.web.books.queries import Edition, in_force, last_edition, standing, writers
from luodi.web.books.stages import Act, DraftNotNow, State, after
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import may, require
from luodi.web.journal.actions import snapshot, write


class EditedMeanwhile(LuodiError):
    """Somebody else saved the draft since it was read. `draft` is what stands now."""

    code = "edited-meanwhile"

    def __init__(self, draft: Draft) -> None:
        super().__init__("books.edited-meanwhile", version=draft.version)
        self.draft = draft


class OwnWork(NotPermitted):
    """Nobody approves or publishes what they wrote."""

    code = "own-work"


class WrongDay(BadInput):
    """A day on which no edition can come into force."""

    code = "wrong-day"


@dataclass(frozen=True)
class Ahead:
    """What was found out before a transaction. It holds for what it was found out about, and is used for that alone."""

    judged: tuple[tuple[Any, ...], list[Finding]] | None = None
    prepared: Prepared | None = None


# ---- writing


@transaction.atomic
def begin(user: User, book: str, title: str, *, at: datetime) -> Draft:
    """A draft from the last edition of a book. Raises `UnknownBook`, or `MissingKey` without a title."""
    if not title.strip():
        raise MissingKey("books.say-few-words-what-draft", at="title")
    edition = last_edition(book)
    files = pack(edition.files)
    draft = Draft.objects.create(
        book=book,
        base=edition.hash,
        base_files=files,
        title=title.strip()[:200],
        author=user,
        files=files,
        created=at,
        changed=at,
    )
    require(user, Act.CHANGE.value, draft)
    write("begin", draft, by=user, after=snapshot(draft))
    return draft


@transaction.atomic
def change(
    user: User,
    draft: Draft,
    files: Mapping[str, str | None],
    seen_version: int,
    *,
    at: datetime,
    note: str | None = None,
) -> Draft:
    """Write some files of a draft, by their names in the book; None takes one away, others stay as they are.

    Line ends become those of the book (LF), since a browser sends others. Nothing is checked but names and sizes: a
    draft may be half done. Raises `EditedMeanwhile` where `seen_version` is not that of the draft.
    """
    draft = _locked(draft, Act.CHANGE, user)
    after(State(draft.state), Act.CHANGE)
    _seen(draft, seen_version)
    present = unpack(draft.files)
    given = {name: None if text is None else text.replace("\r\n", "\n") for name, text in files.items()}
    wanted = {name: text for name, text in {**present, **given}.items() if text is not None}
    fitting(wanted)
    touched = list(differing(present, wanted))
    if not touched and (note is None or note == draft.note):
        return draft
    before = snapshot(draft)
    draft.note = draft.note if note is None else note
    _keep(draft, Act.CHANGE, wanted, {name: wanted.get(name) for name in touched}, user, at)
    write("change", draft, by=user, before=before, after={**snapshot(draft), **_files(draft, touched)})
    return draft


@transaction.atomic
def catch_up(user: User, draft: Draft, seen_version: int, *, at: datetime) -> Draft:
    """Take the last edition over into a draft that began from an earlier one. A review has to be asked for again.

    Raises `BaseMoved` with the files that both changed: these are written anew by hand, see `take_over`.
    """
    draft = _locked(draft, Act.CATCH_UP, user)
    state = after(State(draft.state), Act.CATCH_UP)
    _seen(draft, seen_version)
    edition, ours = last_edition(draft.book), unpack(draft.files)
    merged = merge(unpack(draft.base_files), ours, edition.files)
    if merged.clashing:
        raise BaseMoved(merged.clashing)
    return _onto(draft, edition, merged.files, state, user, at)


@transaction.atomic
def take_over(user: User, draft: Draft, keep: Mapping[str, bool], seen_version: int, *, at: datetime) -> Draft:
    """The same where both changed files: of each of them `keep` says whether the draft's text stays.

    A file that is not kept becomes that of the last edition. Raises `BaseMoved` where one of them is not named.
    """
    draft = _locked(draft, Act.CATCH_UP, user)
    state = after(State(draft.state), Act.CATCH_UP)
    _seen(draft, seen_version)
    edition, ours = last_edition(draft.book), unpack(draft.files)
    merged = merge(unpack(draft.base_files), ours, edition.files)
    if set(merged.clashing) - set(keep):
        raise BaseMoved(merged.clashing)
    theirs = {name: edition.files.get(name) for name in merged.clashing if not keep[name]}
    files = {name: text for name, text in {**merged.files, **theirs}.items() if text is not None}
    return _onto(draft, edition, files, state, user, at)


def _onto(draft: Draft, edition: Edition, files: dict[str, str], state: State, user: User, at: datetime) -> Draft:
    before, present = snapshot(draft), unpack(draft.files)
    draft.base, draft.base_files = edition.hash, pack(edition.files)
    draft.state, draft.reviewer, draft.reviewed = state, None, None
    touched = list(differing(present, files))
    _keep(draft, Act.CATCH_UP, files, {name: files.get(name) for name in touched}, user, at)
    write("catch_up", draft, by=user, before=before, after={**snapshot(draft), **_files(draft, touched)})
    return draft


@transaction.atomic
def discard(user: User, draft: Draft, reason: str, *, at: datetime) -> Draft:
    """End a draft without an edition: its author drops it, or a reviewer refuses it. Raises `MissingKey`."""
    draft = _locked(draft, Act.DISCARD, user)
    state = after(State(draft.state), Act.DISCARD)
    done = _changed(draft, Act.DISCARD, user, at, state=state, reason=_reason(reason))
    if draft.author and draft.author != user:
        mail.to(draft.author, "draft_refused", done, at, why=done.reason)
    return done


# ---- review and publication


def submit(user: User, draft: Draft, first_day: date, *, at: datetime) -> Draft:
    """Ask for a review, for an edition in force from `first_day` on. The draft is judged before the transaction, which
    holds nobody up for that long.

    Raises `NotReady` with everything that is wrong, `BaseMoved` where another edition followed the one it began from,
    and `BadInput` for a day that cannot be.
    """
    return _submit(user, draft, first_day, _before_submitting(user, draft, first_day, at), at)


def _before_submitting(user: User, draft: Draft, first_day: date, at: datetime) -> Ahead:
    """Nothing where the act itself will say why it cannot be."""
    found = Draft.objects.get(pk=draft.pk)
    is_late = first_day < timezone.localdate(at)
    if is_late or found.state != State.DRAFT or not may(user, Act.SUBMIT.value, found):
        return Ahead()
    return Ahead(_judged(found, first_day))


@transaction.atomic
def _submit(user: User, draft: Draft, first_day: date, ahead: Ahead, at: datetime) -> Draft:
    draft = _locked(draft, Act.SUBMIT, user)
    state = after(State(draft.state), Act.SUBMIT)
    _on_base(draft)
    _fitting_day(draft, first_day, timezone.localdate(at))
    if not list(differing(unpack(draft.base_files), unpack(draft.files))):
        raise DraftNotNow("books.draft-changes-nothing-yet-nothing")
    if draft.checks.filter(state=CheckState.WAITS).exists():
        raise DraftNotNow("books.rests-check-second-person-not")
    _ready(draft, first_day, ahead)
    done = _changed(
        draft, Act.SUBMIT, user, at, state=state, first_day=first_day, reason="", reviewer=None, reviewed=None
    )
    mail.review_wanted(done, writers(done), timezone.localdate(at), at)
    return done


@transaction.atomic
def approve(user: User, draft: Draft, *, at: datetime) -> Draft:
    """Agree that it be published. Raises `OwnWork` for whoever wrote some of it."""
    draft = _locked(draft, Act.APPROVE, user)
    state = after(State(draft.state), Act.APPROVE)
    _not_own(draft, user)
    _on_base(draft)
    return _changed(draft, Act.APPROVE, user, at, state=state, reviewer=user, reviewed=at, reason="")


@transaction.atomic
def send_back(user: User, draft: Draft, reason: str, *, at: datetime) -> Draft:
    """Give it back to be changed, with the reason; its author takes it back in the same way. Raises `MissingKey`."""
    draft = _locked(draft, Act.SEND_BACK, user)
    state = after(State(draft.state), Act.SEND_BACK)
    done = _changed(draft, Act.SEND_BACK, user, at, state=state, reason=_reason(reason), reviewer=None, reviewed=None)
    if done.author and done.author != user:
        mail.to(done.author, "draft_back", done, at, why=done.reason)
    return done


def publish(user: User, draft: Draft, *, at: datetime) -> Publication:
    """Make it an edition, in force from its day on; at once where that day has come.

    Raises `OwnWork`, `BaseMoved`, and `NotReady` where another book changed so that it no longer holds. Whatever fails
    while stored answers are looked through leaves everything as it was. They are asked again before the transaction,
    which then holds others up for as long as it takes to mark those that differ.
    """
    return _publish(user, draft, _before_publishing(user, draft, at), at)


def _before_publishing(user: User, draft: Draft, at: datetime) -> Ahead:
    """Nothing where the act itself will say why it cannot be."""
    found, today = Draft.objects.get(pk=draft.pk), timezone.localdate(at)
    if found.state != State.APPROVED or not may(user, Act.PUBLISH.value, found) or user.pk in writers(found):
        return Ahead()
    first_day = max(found.first_day or today, today)
    judged = _judged(found, first_day)
    if judged[1] or first_day > today:
        return Ahead(judged)
    folder = make_folder_of(found.book, unpack(found.files))
    return Ahead(judged, prepare(at, in_force(today), {found.book: folder}))


@transaction.atomic
def _publish(user: User, draft: Draft, ahead: Ahead, at: datetime) -> Publication:
    lock_books(at)
    draft = _locked(draft, Act.PUBLISH, user)
    state = after(State(draft.state), Act.PUBLISH)
    _not_own(draft, user)
    _on_base(draft)
    today = timezone.localdate(at)
    first_day = max(draft.first_day or today, today)
    _fitting_day(draft, first_day, today)
    _ready(draft, first_day, ahead)
    files = unpack(draft.files)
    made = Publication.objects.create(
        book=draft.book,
        hash=book_hash(files),
        digest=digest_of(files),
        files=bytes(draft.files),
        first_day=first_day,
        draft=draft,
        published_by=user,
        at=at,
    )
    _changed(draft, Act.PUBLISH, user, at, state=state, first_day=first_day)
    write("publish", made, by=user, after=snapshot(made))
    _settled(at, user, ahead.prepared)
    for person in {draft.author, draft.reviewer} - {user, None}:
        mail.to(person, "edition_published", draft, at, day=str(first_day))
    return made


def withdraw(user: User, publication: Publication, reason: str, *, at: datetime) -> Publication:
    """Take the last edition of a book back: the one before it is in force again, at once.

    Raises `DraftNotNow` where another edition followed it, which would have to be withdrawn first, and `MissingKey`.
    """
    prepared = None
    if may(user, "withdraw", publication) and reason.strip():
        prepared = prepare(at, in_force(timezone.localdate(at), but=publication.pk))
    return _withdraw(user, publication, reason, prepared, at)


@transaction.atomic
def _withdraw(
    user: User, publication: Publication, reason: str, prepared: Prepared | None, at: datetime
) -> Publication:
    lock_books(at)
    found = Publication.objects.select_for_update().get(pk=publication.pk)
    require(user, "withdraw", found)
    if found.withdrawn_at:
        raise DraftNotNow("books.edition-withdrawn-already")
    if standing(found.book)[-1] != found:
        raise DraftNotNow("books.another-edition-book-followed-builds")
    before = snapshot(found)
    found.withdrawn_at, found.withdrawn_by, found.reason = at, user, _reason(reason)
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])
    name_states(found.book, in_force(timezone.localdate(at)).get(found.book), timezone.localdate(at))
    write("withdraw", found, by=user, before=before, after=snapshot(found), reason=found.reason)
    _settled(at, user, prepared)
    for person in {found.draft.author, found.draft.reviewer, found.published_by} - {user, None}:
        mail.to(person, "edition_withdrawn", found.draft, at, why=found.reason)
    return found


def _settled(at: datetime, user: User, prepared: Prepared | None) -> None:
    """What is due comes into force now; what waits is named to those who read the folders."""
    if not settle(at, by=user, prepared=prepared):
        transaction.on_commit(lambda: bring_out(at))


# ---- what the acts share


def _locked(draft: Draft, act: Act, by: User) -> Draft:
    found = Draft.objects.select_for_update().get(pk=draft.pk)
    require(by, act.value, found)
    return found


def _seen(draft: Draft, version: int) -> None:
    if draft.version != version:
        raise EditedMeanwhile(draft)


def _not_own(draft: Draft, user: User) -> None:
    if user.pk in writers(draft):
        raise OwnWork("books.nobody-approves-or-publishes-what")


def _on_base(draft: Draft) -> None:
    edition, base = last_edition(draft.book), unpack(draft.base_files)
    if dict(edition.files) != base:
        raise BaseMoved(merge(base, unpack(draft.files), edition.files).clashing)


def _fitting_day(draft: Draft, first_day: date, today: date) -> None:
    if first_day < today:
        raise WrongDay("books.first-day-over", day=first_day, at="first_day")
    before = last_edition(draft.book).first_day
    if before and first_day < before:
        raise WrongDay("books.first-day-early", day=before, at="first_day")


def _ready(draft: Draft, first_day: date, ahead: Ahead) -> None:
    """Among the other books as they will stand on its day."""
    known = ahead.judged
    findings = known[1] if known and known[0] == _about(draft, first_day) else _judged(draft, first_day)[1]
    if findings:
        raise NotReady(findings)


def _judged(draft: Draft, first_day: date) -> tuple[tuple[Any, ...], list[Finding]]:
    """The findings, and what they are about."""
    among = books_of(in_force(first_day))
    about = _about(draft, first_day)
    return about, judge(draft.book, unpack(draft.files), unpack(draft.base_files), first_day, among)


def _about(draft: Draft, first_day: date) -> tuple[Any, ...]:
    """All that a judgement depends on: other files, another day or other books may be judged otherwise."""
    here = books_of(in_force(first_day)).mark
    return draft.pk, bytes(draft.files), bytes(draft.base_files), first_day, here


def _reason(text: str) -> str:
    if not text.strip():
        raise MissingKey("books.say-why-since-author-reads", at="reason")
    return text.strip()


def _keep(
    draft: Draft, act: Act, files: Mapping[str, str], touched: Mapping[str, str | None], user: User, at: datetime
) -> None:
    draft.files, draft.version, draft.changed = pack(files), draft.version + 1, at
    draft.save()
    Revision.objects.create(draft=draft, version=draft.version, act=act, by=user, at=at, files=pack(touched))


def _files(draft: Draft, touched: list[str]) -> dict[str, Any]:
    return {"changed_files": touched, "hash": book_hash(unpack(draft.files))}


def _changed(draft: Draft, act: Act, by: User, at: datetime, **fields: Any) -> Draft:
    before = snapshot(draft)
    for name, value in {**fields, "changed": at}.items():
        setattr(draft, name, value)
    draft.save(update_fields=[*fields, "changed"])
    Revision.objects.create(draft=draft, version=draft.version, act=act, by=by, at=at, reason=fields.get("reason", ""))
    write(act.value, draft, by=by, before=before, after=snapshot(draft), reason=fields.get("reason", ""))
    return draft


__all__ = [
    "EditedMeanwhile",
    "InForce",
    "OwnWork",
    "approve",
    "begin",
    "catch_up",
    "change",
    "discard",
    "publish",
    "send_back",
    "submit",
    "take_over",
    "withdraw",
]
