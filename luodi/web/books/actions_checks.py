"""Acts on checks of rows: somebody records what they found, and a second person confirms what raises confidence."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from luodi.documents import wording
from luodi.errors import BadInput, LuodiError, MissingKey, UnknownValue
from luodi.rules.kept_rows import KeptRow, Key
from luodi.rules.library import book_names, load_book
from luodi.web.accounts.models import User
from luodi.web.books import actions, mail
from luodi.web.books.archive import unpack
from luodi.web.books.marking import Mark, changes, kept_row, marked, raises, row_of
from luodi.web.books.models import Draft
from luodi.web.books.models_checks import Check, CheckState, Found
from luodi.web.books.queries import last_edition
from luodi.web.books.stages import State
from luodi.web.core.permissions import require
from luodi.web.journal.actions import snapshot, write


class CheckedMeanwhile(LuodiError):
    """Somebody else decided on the check since it was read."""

    code = "check-decided"


class NotWaiting(LuodiError):
    """The check waits for nobody."""

    code = "check-not-waiting"


class DayAhead(BadInput):
    """A check of a day that has not come."""

    code = "check-ahead"


@dataclass(frozen=True)
class Said:
    """What somebody says that they found. `confidence` and `verification` are empty where the row keeps its own."""

    on: date
    where: str
    found: Found
    note: str = ""
    confidence: str = ""
    verification: str = ""

    @property
    def mark(self) -> Mark:
        return Mark(self.on, self.where.strip(), self.confidence, self.verification)


@transaction.atomic
def record(user: User, key: Key, said: Said, *, at: datetime) -> Check:
    """A row was checked. Nothing changed: the check counts at once. Whatever is to stand in the book otherwise opens a
    draft, in which the row has the day and what was read already; what raises confidence waits for a second person.

    Raises `DayAhead` for a day after today, `MissingKey` without a place, `UnknownValue` for a row that is not there.
    """
    if said.on > timezone.localdate(at):
        raise DayAhead("books.not-come", on=said.on, at="on")
    if not said.where.strip():
        raise MissingKey("books.say-where-you-read", at="where")
    kept = kept_or_none(key)
    if kept is None:
        raise UnknownValue("books.books-no-row", key=key)
    edition = last_edition(key.book)
    stands = row_of(edition.files, kept)
    raised = said.found is Found.SAME and raises(stands, said.mark)
    writes = said.found is not Found.SAME or changes(stands, said.mark)
    check = Check.objects.create(
        book=key.book,
        table=key.table,
        row=key.id,
        edition=edition.hash,
        on=said.on,
        where=said.where.strip()[:500],
        found=said.found,
        note=said.note.strip(),
        confidence=said.confidence,
        verification=said.verification,
        state=CheckState.WAITS if raised else CheckState.DRAFT if writes else CheckState.COUNTS,
        by=user,
        made=at,
    )
    require(user, "record", check)
    if writes:
        check.draft = _drafted(user, kept, said, at)
        check.save(update_fields=["draft"])
    write("record", check, by=user, after=snapshot(check))
    if raised:
        mail.check_wanted(check, kept.title, timezone.localdate(at), at)
    return check


def kept_or_none(key: Key) -> KeptRow | None:
    return kept_row(load_book(key.book), key) if key.book in book_names() else None


def _drafted(user: User, kept: KeptRow, said: Said, at: datetime) -> Draft:
    """A draft of the book in which the row is marked; what else changed is written by hand."""
    title = f"{wording.pick(kept.title, 'zh')} · {kept.key.id}"
    draft = actions.begin(user, kept.key.book, title, at=at)
    files = marked(unpack(draft.files), kept, said.mark)
    note = "\n".join(filter(None, (said.where.strip(), said.note.strip())))
    return actions.change(user, draft, files, draft.version, at=at, note=note)


@transaction.atomic
def confirm(user: User, check: Check, seen_version: int, *, at: datetime) -> Check:
    """A second person read the same. The check counts; the draft takes it into the book by the usual way.

    Raises `OwnWork` for the one who checked, `NotWaiting`, and `CheckedMeanwhile`.
    """
    found = _waiting(user, check, "confirm", seen_version)
    return _decided(user, found, "confirm", at, state=CheckState.COUNTS)


@transaction.atomic
def refuse(user: User, check: Check, reason: str, seen_version: int, *, at: datetime) -> Check:
    """A second person read something else: the check does not count, and its draft ends. Raises as `confirm` does, and
    `MissingKey` without a reason."""
    found = _waiting(user, check, "refuse", seen_version)
    if not reason.strip():
        raise MissingKey("books.say-why-since-whoever-checked", at="reason")
    if found.draft is not None and State(found.draft.state).is_open:
        actions.discard(user, found.draft, reason, at=at)
    return _decided(user, found, "refuse", at, state=CheckState.REFUSED, reason=reason.strip())


def _waiting(user: User, check: Check, act: str, seen_version: int) -> Check:
    found = Check.objects.select_for_update().get(pk=check.pk)
    require(user, act, found)
    if found.version != seen_version:
        raise CheckedMeanwhile("books.somebody-else-decided-check-meanwhile")
    if found.state != CheckState.WAITS:
        raise NotWaiting("books.check-waits-nobody")
    if found.by_id == user.pk:
        raise actions.OwnWork("books.what-raises-confidence-confirmed-somebody")
    return found


def _decided(user: User, check: Check, act: str, at: datetime, **fields: Any) -> Check:
    before = snapshot(check)
    for name, value in {**fields, "second": user, "second_at": at, "version": check.version + 1}.items():
        setattr(check, name, value)
    check.save()
    write(act, check, by=user, before=before, after=snapshot(check), reason=check.reason)
    return check
