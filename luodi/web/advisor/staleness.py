"""Answers that people rely on, looked through when the books have changed, or a day has passed.

One transaction: whoever reads sees either the old books' answers standing or all that differ marked as stale.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from luodi.web.advisor.determinations import answers_of, books_now, document_of
from luodi.web.advisor.differences import in_words
from luodi.web.advisor.letters import sender_of
from luodi.web.advisor.models import Checked, Determination, Stale
from luodi.web.advisor.result import Since, between, plan_of
from luodi.web.advisor.stages import State
from luodi.web.notices import due
from luodi.web.notices.tell import tell
from luodi.web.parts import every


def refresh(at: datetime, *, daily: bool = False) -> int:
    """Mark what no longer holds and tell its owners; how many became stale. Repeating it changes nothing.

    Whoever asked for notices is told in the same transaction. When books have changed, every answer is asked again.
    With `daily`, so are those that name no day, since law begins and ends by itself.
    """
    books, day = books_now(), timezone.localdate(at)
    if Checked.objects.filter(_done(books, day, daily)).exists():
        return 0
    with transaction.atomic():
        Checked.objects.get_or_create(pk=1)
        checked = Checked.objects.select_for_update().get(pk=1)
        if Checked.objects.filter(_done(books, day, daily)).exists():
            return 0
        new_books = checked.books != books
        stale = [d for d in _relied_on(new_books) if _mark(d, day, at)]
        due.look_through(at, new_books=new_books)
        checked.books = books
        checked.day = day if daily or checked.day is None else checked.day
        checked.save()
        return len(stale)


def _done(books: str, day: date, daily: bool) -> Q:
    return Q(pk=1, books=books, day=day) if daily else Q(pk=1, books=books)


def relied_on() -> QuerySet[Determination]:
    """Standing answers that are saved, part of an enquiry that is open, or held by another room."""
    held = Q(saved__isnull=False) | Q(enquiry__isnull=False) & ~Q(enquiry__state=State.CLOSED)
    for part in every("relied_on"):
        held |= part()
    there = Determination.objects.filter(held).order_by().values("pk")
    return Determination.objects.filter(pk__in=there, stale=None).order_by("pk")


def _relied_on(new_books: bool) -> Iterator[Determination]:
    found = relied_on()
    if not new_books:
        found = found.filter(has_day=False)
    for key in list(found.values_list("pk", flat=True)):  # one at a time: each holds a whole plan
        yield Determination.objects.get(pk=key)


def _mark(determination: Determination, today: date, at: datetime) -> bool:
    now = plan_of(answers_of(determination), determination.on if determination.has_day else today)
    found = between(document_of(determination), now)
    if found.same:
        return False
    Stale.objects.create(determination=determination, at=at, difference=found.ids)
    _tell_owner(determination, found, at)
    for part in every("went_stale"):
        part(determination, at)
    return True


def _tell_owner(determination: Determination, found: Since, at: datetime) -> None:
    saved, enquiry = getattr(determination, "saved", None), getattr(determination, "enquiry", None)
    if saved is not None:
        _tell(saved.user, saved, saved.name, determination, found, at)
    if enquiry is not None:
        _tell(sender_of(enquiry), enquiry, enquiry.reference, determination, found, at)


def _tell(to: Any, row: Model, name: str, determination: Determination, found: Since, at: datetime) -> None:
    difference = {lang: "\n".join(in_words(found, lang)) for lang in ("zh", "en")}
    tell("plan_changed", to, row, f"determination {determination.pk}", at=at, name=name, difference=difference)
