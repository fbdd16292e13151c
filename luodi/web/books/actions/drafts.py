"""Writing a draft, its review, and its end without an edition."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

from django.utils import timezone

from luodi.editor.archive import book_hash, differing, fitting, pack, unpack
from luodi.editor.merging import BaseMoved, merge
from luodi.editor.readiness import NotReady, judge
from luodi.editor.stages import DraftAction, DraftNotNow, State, after
from luodi.errors import BadInput, MissingKey
from luodi.rules.finding import Finding
from luodi.web.accounts.models import User
from luodi.web.books.actions import notices
from luodi.web.books.actions.in_force import books_of
from luodi.web.books.forms import BeginForm, CatchUpForm, ReasonForm, SubmitForm
from luodi.web.books.models import CheckState, Draft
from luodi.web.books.queries import in_force, last_edition, writers
from luodi.web.core.actions import Changed, Created, Notify, Unchanged, action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.forms import ActionForm
from luodi.web.core.permissions import may

#: What was judged (the draft, both books, the day and the books beside it), and what keeps it from being published.
Judgement = tuple[tuple[object, ...], list[Finding]]


class OwnWork(NotPermitted):
    """Nobody approves or publishes what they wrote."""

    code = "own-work"


class WrongDay(BadInput):
    """A day on which no edition can come into force."""

    code = "wrong-day"


# ---- writing


@action("begin", model=Draft, form=BeginForm, permission=DraftAction.CHANGE.value, creates=True)
def begin(book: str, title: str, *, actor: User, at: datetime) -> Created:
    """A draft from the last edition of a book. Raises `UnknownBook`, or `MissingKey` without a title."""
    if not title.strip():
        raise MissingKey("books.say-few-words-what-draft", at="title")
    edition = last_edition(book)
    files = pack(edition.files)
    return Created(
        Draft.objects.create(
            book=book,
            base=edition.hash,
            base_files=files,
            title=title.strip()[:200],
            author=actor,
            files=files,
            created=at,
            changed=at,
        )
    )


@action("change", model=Draft, form=ActionForm, permission=DraftAction.CHANGE.value)
def change(
    draft: Draft, files: Mapping[str, str | None], *, actor: User, at: datetime, note: str | None = None
) -> Changed | Unchanged:
    """Write some files of a draft, by their names in the book; None takes one away, others stay as they are.

    Line ends become those of the book (LF), since a browser sends others. Nothing is checked but names and sizes: a
    draft may be half done.
    """
    after(State(draft.state), DraftAction.CHANGE)
    given = {name: None if text is None else text.replace("\r\n", "\n") for name, text in files.items()}
    wanted = {name: text for name, text in {**unpack(draft.files), **given}.items() if text is not None}
    fitting(wanted)
    if note is None or note == draft.note:
        return _write(draft, DraftAction.CHANGE, wanted, actor, at) if wanted != unpack(draft.files) else Unchanged()
    return _write(draft, DraftAction.CHANGE, wanted, actor, at, note=note)


@action("catch_up", model=Draft, form=CatchUpForm, permission=DraftAction.CATCH_UP.value)
def catch_up(draft: Draft, keep: Mapping[str, bool] | None = None, *, actor: User, at: datetime) -> Changed:
    """Take the last edition over into a draft that began from an earlier one. A review has to be asked for again.

    Of each file that both changed `keep` says whether the draft's text stays; otherwise it becomes that of the last
    edition. Raises `BaseMoved` where one of them is not named.
    """
    state, keep = after(State(draft.state), DraftAction.CATCH_UP), keep or {}
    edition = last_edition(draft.book)
    merged = merge(unpack(draft.base_files), unpack(draft.files), edition.files)
    if set(merged.clashing) - set(keep):
        raise BaseMoved(merged.clashing)
    theirs = {name: edition.files.get(name) for name in merged.clashing if not keep[name]}
    files = {name: text for name, text in {**merged.files, **theirs}.items() if text is not None}
    values = {"state": state, "base": edition.hash, "base_files": pack(edition.files)}
    return _write(draft, DraftAction.CATCH_UP, files, actor, at, **values, reviewer=None, reviewed=None)


def _write(
    draft: Draft, act: DraftAction, files: Mapping[str, str], actor: User, at: datetime, **values: object
) -> Changed:
    touched = list(differing(unpack(draft.files), files))
    written = pack({name: files.get(name) for name in touched})
    draft.revisions.create(version=draft.version + 1, act=act, by=actor, at=at, files=written)
    return Changed({"files": pack(files), **values}, {"changed_files": touched, "hash": book_hash(files)})


# ---- review


@contextmanager
def _judged_before(draft: Draft, first_day: date, *, by: User, at: datetime) -> Iterator[Judgement | None]:
    """A draft is judged before the transaction, which holds nobody up for that long; not at all where the action will
    say why it cannot be."""
    found = Draft.objects.get(pk=draft.pk)
    is_late = first_day < timezone.localdate(at)
    if is_late or found.state != State.DRAFT or not may(by, DraftAction.SUBMIT.value, found):
        yield None
    else:
        yield judged(found, first_day)


@action("submit", model=Draft, form=SubmitForm, permission=DraftAction.SUBMIT.value, around=_judged_before)
def submit(draft: Draft, first_day: date, *, actor: User, at: datetime, prepared: Judgement | None = None) -> Changed:
    """Ask for a review, for an edition in force from `first_day` on.

    Raises `NotReady` with everything that is wrong, `BaseMoved` where another edition followed the one it began from,
    and `WrongDay` for a day that cannot be.
    """
    state = after(State(draft.state), DraftAction.SUBMIT)
    require_base(draft)
    require_day(draft, first_day, timezone.localdate(at))
    if unpack(draft.base_files) == unpack(draft.files):
        raise DraftNotNow("books.draft-changes-nothing-yet-nothing")
    if draft.checks.filter(state=CheckState.WAITS).exists():
        raise DraftNotNow("books.rests-check-second-person-not")
    require_ready(draft, first_day, prepared)
    return reviewed(
        draft,
        DraftAction.SUBMIT,
        state,
        actor,
        at,
        notify=lambda done: notices.review_wanted(done, actor, at),
        first_day=first_day,
        reviewer=None,
        reviewed=None,
    )


@action("approve", model=Draft, form=ActionForm, permission=DraftAction.APPROVE.value)
def approve(draft: Draft, *, actor: User, at: datetime) -> Changed:
    """Agree that it be published. Raises `OwnWork` for whoever wrote some of it."""
    state = after(State(draft.state), DraftAction.APPROVE)
    require_other(draft, actor)
    require_base(draft)
    return reviewed(draft, DraftAction.APPROVE, state, actor, at, reviewer=actor, reviewed=at)


@action("send_back", model=Draft, form=ReasonForm, permission=DraftAction.SEND_BACK.value)
def send_back(draft: Draft, reason: str, *, actor: User, at: datetime) -> Changed:
    """Give it back to be changed, with the reason; its author takes it back in the same way. Raises `MissingKey`."""
    state = after(State(draft.state), DraftAction.SEND_BACK)
    return reviewed(
        draft,
        DraftAction.SEND_BACK,
        state,
        actor,
        at,
        reason=required_reason(reason),
        notify=lambda done: notices.people([done.author], actor, "draft_back", done, at, why=done.reason),
        reviewer=None,
        reviewed=None,
    )


@action("discard", model=Draft, form=ReasonForm, permission=DraftAction.DISCARD.value)
def discard(draft: Draft, reason: str, *, actor: User, at: datetime) -> Changed:
    """End a draft without an edition: its author drops it, or a reviewer refuses it. Raises `MissingKey`."""
    state = after(State(draft.state), DraftAction.DISCARD)
    return reviewed(
        draft,
        DraftAction.DISCARD,
        state,
        actor,
        at,
        reason=required_reason(reason),
        notify=lambda done: notices.people([done.author], actor, "draft_refused", done, at, why=done.reason),
    )


# ---- what the actions share


def reviewed(
    draft: Draft,
    act: DraftAction,
    state: State,
    actor: User,
    at: datetime,
    *,
    reason: str = "",
    notify: Notify | None = None,
    **values: object,
) -> Changed:
    """The draft in another state. Its version is that of its files, which stay as they are."""
    draft.revisions.create(version=draft.version, act=act, by=actor, at=at, reason=reason)
    return Changed({**values, "state": state, "reason": reason, "version": draft.version}, reason=reason, notify=notify)


def required_reason(text: str) -> str:
    if not text.strip():
        raise MissingKey("books.say-why-since-author-reads", at="reason")
    return text.strip()


def require_other(draft: Draft, user: User) -> None:
    """Nobody approves or publishes what they wrote."""
    if user.pk in writers(draft):
        raise OwnWork("books.nobody-approves-or-publishes-what")


def require_base(draft: Draft) -> None:
    edition, base = last_edition(draft.book), unpack(draft.base_files)
    if dict(edition.files) != base:
        raise BaseMoved(merge(base, unpack(draft.files), edition.files).clashing)


def require_day(draft: Draft, first_day: date, today: date) -> None:
    if first_day < today:
        raise WrongDay("books.first-day-over", day=first_day, at="first_day")
    before = last_edition(draft.book).first_day
    if before and first_day < before:
        raise WrongDay("books.first-day-early", day=before, at="first_day")


def require_ready(draft: Draft, first_day: date, known: Judgement | None) -> None:
    """Among the other books as they will stand on its day. A judgement holds for what was judged alone."""
    findings = known[1] if known and known[0] == _subject(draft, first_day) else judged(draft, first_day)[1]
    if findings:
        raise NotReady(findings)


def judged(draft: Draft, first_day: date) -> Judgement:
    among = books_of(in_force(first_day))
    return _subject(draft, first_day), judge(
        draft.book, unpack(draft.files), unpack(draft.base_files), first_day, among
    )


def _subject(draft: Draft, first_day: date) -> tuple[object, ...]:
    """What a judgement is about: another text, another day or other books may be judged otherwise."""
    return draft.pk, bytes(draft.files), bytes(draft.base_files), first_day, books_of(in_force(first_day)).mark
