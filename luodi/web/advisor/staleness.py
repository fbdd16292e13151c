"""Answers that people rely on, looked through when the books have changed, or a day has passed.

One transaction: whoever reads sees either the old books' answers standing or all that differ marked as stale.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from luodi.advice.plan_difference import between
from luodi.casework.enquiries import State
from luodi.web.advisor import signals
from luodi.web.advisor.determinations import answers_of, books_now, document_of
from luodi.web.advisor.differences import in_words
from luodi.web.advisor.mail import sender_of
from luodi.web.advisor.models import Checked, Determination, Stale
from luodi.web.advisor.result import plan_of
from luodi.web.core.types import Json
from luodi.web.notices import changes
from luodi.web.notices.making import NewNotice, make_notices


@dataclass(frozen=True)
class Changed:
    """How an answer differs from today's: as it is stored, thing by thing, and in words."""

    ids: Json
    changes: list[Json]
    said: dict[str, str]


@dataclass(frozen=True)
class Looked:
    """What became of the answers that people rely on, by some books on some day. None for one that is as it was.

    An answer is never edited, so this holds for as long as books and day are these. `states` are those of what people
    asked to be told of, by fingerprint.
    """

    books: str
    day: date
    found: dict[int, Changed | None]
    states: changes.States


def look(at: datetime, *, daily: bool = False) -> Looked:
    """Ask every answer anew by the books of this thread. It takes long and writes nothing: call it before the
    transaction that acts on it, so that nobody waits meanwhile."""
    books, day = books_now(), timezone.localdate(at)
    if Checked.objects.filter(_done(books, day, daily)).exists():
        return Looked(books, day, {}, {})
    new_books = not Checked.objects.filter(books=books).exists()
    found = {key: _changed(key, day) for key in _relied_on(new_books)}
    return Looked(books, day, found, changes.states_on(day, new_books=new_books))


def refresh(at: datetime, *, daily: bool = False, looked: Looked | None = None) -> int:
    """Mark what no longer holds and tell its owners; how many became stale. Repeating it changes nothing.

    Whoever asked for notices is told in the same transaction. When books have changed, every answer is asked again.
    With `daily`, so are those that name no day, since law begins and ends by itself. What `look` found is not asked
    again; what was kept since then is.
    """
    books, day = books_now(), timezone.localdate(at)
    if Checked.objects.filter(_done(books, day, daily)).exists():
        return 0
    known = looked if looked is not None and (looked.books, looked.day) == (books, day) else Looked(books, day, {}, {})
    with transaction.atomic():
        Checked.objects.get_or_create(pk=1)
        checked = Checked.objects.select_for_update().get(pk=1)
        if Checked.objects.filter(_done(books, day, daily)).exists():
            return 0
        new_books = checked.books != books
        stale = _mark_all(_relied_on(new_books), known, at, checked.day)
        changes.look_through(at, new_books=new_books, states=known.states)
        checked.books = books
        checked.day = day if daily or checked.day is None else checked.day
        checked.save()
        return stale


def _done(books: str, day: date, daily: bool) -> Q:
    return Q(pk=1, books=books, day=day) if daily else Q(pk=1, books=books)


def relied_on() -> QuerySet[Determination]:
    """Standing answers that are saved, part of an enquiry that is open, or held by another room."""
    held = Q(saved__isnull=False) | Q(enquiry__isnull=False) & ~Q(enquiry__state=State.CLOSED)
    for others in signals.relied_on.ask():
        held |= others
    there = Determination.objects.filter(held).order_by().values("pk")
    return Determination.objects.filter(pk__in=there, stale=None).order_by("pk")


def _relied_on(new_books: bool) -> list[int]:
    found = relied_on()
    return list((found if new_books else found.filter(has_day=False)).values_list("pk", flat=True))


def _changed(key: int, today: date) -> Changed | None:
    """One at a time, since each holds a whole plan; None where it is as it was, or gone."""
    determination = Determination.objects.filter(pk=key).first()
    if determination is None:
        return None
    now = plan_of(answers_of(determination), determination.on if determination.has_day else today)
    found = between(document_of(determination), now)
    if found.same:
        return None
    changes = [one.as_json() for one in found.changes]
    return Changed(found.ids, changes, {lang: "\n".join(in_words(found, lang)) for lang in ("zh", "en")})


def _mark_all(keys: list[int], known: Looked, at: datetime, since: date | None) -> int:
    """Many at a time, since others wait meanwhile; how many no longer hold."""
    asked = ((key, known.found[key] if key in known.found else _changed(key, known.day)) for key in keys)
    changed = {key: found for key, found in asked if found is not None}
    held = Determination.objects.defer("packed").select_related("saved__user", "enquiry__sender").in_bulk(changed)
    ordered = [held[key] for key in changed]
    Stale.objects.bulk_create(
        [Stale(determination=one, at=at, difference=changed[one.pk].ids) for one in ordered], batch_size=500
    )
    make_notices("plan_changed", [told for one in ordered for told in _owners(one, changed[one.pk])], at=at)
    if ordered:
        pairs = [(one, changed[one.pk].changes) for one in ordered]
        signals.went_stale.send(None, changed=pairs, since=since, at=at)
    return len(ordered)


def _owners(determination: Determination, found: Changed) -> Iterator[NewNotice]:
    saved, enquiry = getattr(determination, "saved", None), getattr(determination, "enquiry", None)
    reason = f"determination {determination.pk}"
    if saved is not None:
        yield NewNotice(saved.user, saved, reason, {"name": saved.name, "difference": found.said})
    if enquiry is not None:
        yield NewNotice(sender_of(enquiry), enquiry, reason, {"name": enquiry.reference, "difference": found.said})
