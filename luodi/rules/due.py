"""What of the books is to be checked next: rows that end soon, were not checked for long, or were never read well.

The first to check is the one on which most rests: stored answers and open cases where there is a site, else the rows
of the books that name it. Why and how: docs/methods/upkeep.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from luodi.dates import add_months
from luodi.rules.book import Book
from luodi.rules.kept_rows import KeptRow, Key, kept_rows

#: How long before its end, or before a promised day, a row is to be looked at.
SOON: Final = timedelta(days=90)
#: How many months a check lasts.
LASTS: Final = 6


class Reason(StrEnum):
    """Why a row is due; the words are the family `due` of the terms."""

    ENDS = "ends"
    REVIEW = "review"
    OLD = "old"
    ELSEWHERE = "elsewhere"
    NOT_READ = "not_read"
    NO_LINK = "no_link"


@dataclass(frozen=True)
class Due:
    """A row to check, why, and how much rests on it. `checked` is the last day on which a person checked it; what its
    book says of when it was gathered is `row.gathered`."""

    row: KeptRow
    reasons: tuple[Reason, ...]
    checked: date | None
    rests: int = 0

    @property
    def key(self) -> Key:
        return self.row.key

    @property
    def ends(self) -> date | None:
        return self.row.span.last

    def as_json(self) -> dict[str, Any]:
        """Its place, reasons and days."""
        return {
            "book": self.key.book,
            "table": self.key.table,
            "id": self.key.id,
            "title": dict(self.row.title),
            "reasons": [reason.value for reason in self.reasons],
            "ends": _iso(self.ends),
            "review_by": _iso(self.row.review_by),
            "checked": _iso(self.checked),
            "gathered": _iso(self.row.gathered),
            "read": self.row.read,
            "rests": self.rests,
        }


def due_rows(
    book: Book, on: date, checks: Mapping[Key, date] | None = None, rests: Mapping[Key, int] | None = None
) -> list[Due]:
    """The rows of a book that are to be checked as of a day, the one on which most rests first.

    `checks` are days on which somebody checked a row and found nothing changed, beside those that the book has.
    """
    found = (_due(row, on, checks or {}, rests or {}) for row in kept_rows(book))
    return ranked(one for one in found if one is not None)


def ranked(rows: Iterable[Due]) -> list[Due]:
    """The one on which most rests first; of those alike, the one that ends first, then by more reasons."""
    return sorted(rows, key=lambda one: (-one.rests, one.ends or date.max, -len(one.reasons), one.key))


def _due(row: KeptRow, on: date, checks: Mapping[Key, date], rests: Mapping[Key, int]) -> Due | None:
    last = row.span.last
    if last is not None and last < on:
        return None
    days = [day for day in (row.checked, checks.get(row.key)) if day is not None and day <= on]
    by_person = max(days, default=None)
    reasons = tuple(_reasons(row, on, by_person))
    return Due(row, reasons, by_person, rests.get(row.key, 0)) if reasons else None


def _reasons(row: KeptRow, on: date, by_person: date | None) -> Iterator[Reason]:
    """Those that a check does not answer. A day of the book as a whole says that the book was gathered, not that
    somebody looked at this row: it counts for age alone."""
    if _is_near(row.span.last, on, by_person):
        yield Reason.ENDS
    if _is_near(row.review_by, on, by_person):
        yield Reason.REVIEW
    looked = max((day for day in (by_person, row.gathered) if day is not None), default=None)
    if looked is None or _is_old(looked, on):
        yield Reason.OLD
    if by_person is not None and not _is_old(by_person, on):
        return
    if row.read in (Reason.ELSEWHERE, Reason.NOT_READ):
        yield Reason(row.read)
    if not row.links and (row.read or row.key.table == "instruments"):
        yield Reason.NO_LINK


def _is_near(day: date | None, on: date, by_person: date | None) -> bool:
    """Whether a day is near or over, and nobody looked since it came near."""
    if day is None or day - on > SOON:
        return False
    return by_person is None or by_person < day - SOON


def _is_old(checked: date, on: date) -> bool:
    """More than six months ago: six months to the day is not."""
    return add_months(checked, LASTS) < on


# ---- figures


@dataclass(frozen=True)
class Counts:
    """Of a book on a day: its rows in force by how they were read, and how many are to be checked, by why.

    A row with two reasons counts for both and once in `due`."""

    book: str
    rows: int
    read: Mapping[str, int]
    due: int
    reasons: Mapping[str, int]

    @property
    def not_rated(self) -> int:
        """Rows that rest on others and have no text of their own that somebody read."""
        return self.rows - sum(self.read.values())


def counts(book: Book, on: date, checks: Mapping[Key, date] | None = None) -> Counts:
    """The figures that the public page about the books shows."""
    rows = [row for row in kept_rows(book) if row.span.last is None or on <= row.span.last]
    due = due_rows(book, on, checks)
    return Counts(
        book=book.id,
        rows=len(rows),
        read=Counter(row.read for row in rows if row.read),
        due=len(due),
        reasons=Counter(reason.value for one in due for reason in one.reasons),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
