"""Checks of rows: somebody records what they found, and a second person confirms what raises confidence."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from luodi.documents import wording
from luodi.editor.archive import unpack
from luodi.editor.stages import State
from luodi.errors import BadInput, LuodiError, MissingKey, UnknownValue
from luodi.rules.kept_rows import KeptRow, Key
from luodi.web.accounts.models import User
from luodi.web.books.actions import notices
from luodi.web.books.actions.drafts import OwnWork, begin, change, discard
from luodi.web.books.forms import CheckForm, ReasonForm
from luodi.web.books.models import Check, CheckState, Draft, Found
from luodi.web.books.queries import last_edition, row_of_books
from luodi.web.books.row_checks import CheckResult, changes, marked, raises, row_of
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.forms import ActionForm


class NotWaiting(LuodiError):
    """The check waits for nobody."""

    code = "check-not-waiting"


class DayAhead(BadInput):
    """A check of a day that has not come."""

    code = "check-ahead"


@action("record", model=Check, form=CheckForm, permission="record", creates=True)
def record(row: Key, result: CheckResult, *, actor: User, at: datetime) -> Created:
    """A row was checked. Nothing changed: the check counts at once. Whatever is to stand in the book otherwise opens a
    draft, in which the row has the day and what was read already; what raises confidence waits for a second person.

    Raises `DayAhead` for a day after today, `MissingKey` without a place, `UnknownValue` for a row that is not there.
    """
    if result.on > timezone.localdate(at):
        raise DayAhead("books.not-come", on=result.on, at="on")
    result = replace(result, where=result.where.strip()[:500])
    if not result.where:
        raise MissingKey("books.say-where-you-read", at="where")
    kept = row_of_books(row)
    if kept is None:
        raise UnknownValue("books.books-no-row", key=row)
    edition = last_edition(row.book)
    stands = row_of(edition.files, kept)
    raised = result.found is Found.SAME and raises(stands, result)
    writes = result.found is not Found.SAME or changes(stands, result)
    check = Check.objects.create(
        book=row.book,
        table=row.table,
        row=row.id,
        edition=edition.hash,
        on=result.on,
        where=result.where,
        found=result.found,
        note=result.note.strip(),
        confidence=result.confidence,
        verification=result.verification,
        state=CheckState.WAITS if raised else CheckState.DRAFT if writes else CheckState.COUNTS,
        by=actor,
        made=at,
        draft=_drafted(actor, kept, result, at) if writes else None,
    )
    return Created(check, notify=(lambda one: notices.check_wanted(one, kept.title, at)) if raised else None)


def _drafted(user: User, kept: KeptRow, result: CheckResult, at: datetime) -> Draft:
    """A draft of the book in which the row is marked; what else changed is written by hand."""
    draft: Draft = begin(kept.key.book, f"{wording.pick(kept.title, 'zh')} · {kept.key.id}", by=user, at=at)
    files = marked(unpack(draft.files), kept, result)
    note = "\n".join(filter(None, (result.where, result.note.strip())))
    done: Draft = change(draft, files, by=user, at=at, note=note)
    return done


@action("confirm", model=Check, form=ActionForm, permission="confirm")
def confirm(check: Check, *, actor: User, at: datetime) -> Changed:
    """A second person read the same. The check counts; the draft takes it into the book by the usual way.

    Raises `OwnWork` for the one who checked, and `NotWaiting`.
    """
    _require_waiting(check, actor)
    return Changed({"state": CheckState.COUNTS, "second": actor, "second_at": at})


@action("refuse", model=Check, form=ReasonForm, permission="refuse")
def refuse(check: Check, reason: str, *, actor: User, at: datetime) -> Changed:
    """A second person read something else: the check does not count, and its draft ends. Raises as `confirm` does, and
    `MissingKey` without a reason."""
    _require_waiting(check, actor)
    if not reason.strip():
        raise MissingKey("books.say-why-since-whoever-checked", at="reason")
    if check.draft is not None and State(check.draft.state).is_open:
        discard(check.draft, reason, by=actor, at=at)
    values = {"state": CheckState.REFUSED, "second": actor, "second_at": at, "reason": reason.strip()}
    return Changed(values, reason=reason.strip())


def _require_waiting(check: Check, user: User) -> None:
    if check.state != CheckState.WAITS:
        raise NotWaiting("books.check-waits-nobody")
    if check.by_id == user.pk:
        raise OwnWork("books.what-raises-confidence-confirmed-somebody")
