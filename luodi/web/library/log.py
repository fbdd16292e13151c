"""The changes in the order in which this site learned them, for programs that ask what is new since they asked last.

A day says when a change takes effect; a new edition of a book may tell of a day long past. So what was learned is
written down once, with a number that only grows.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Max, QuerySet

from luodi.web.core.types import Json
from luodi.web.library.changes import Change, changes
from luodi.web.library.models import Learned

LANGUAGES: Final = ("zh", "en")


def learn(at: datetime) -> int:
    """Write down what is new in the books, and what they no longer say; how much that was. Repeating it adds nothing.

    Call it in the transaction that brings the index up to the books: one at a time.
    """
    known, now = _known(), {change.id.hex: change for change in changes()}
    new = [change for key, change in now.items() if key not in known]
    rows = [_row(change, at) for change in sorted(new, key=lambda change: (change.on, change.kind, change.name))]
    rows += [_withdrawn(row, at) for key, row in known.items() if key not in now]
    Learned.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _known() -> Mapping[str, Learned]:
    """What holds by the log: the last row of each change, unless it took the change back."""
    last = Learned.objects.values("change").annotate(last=Max("number")).values("last")
    return {row.change: row for row in Learned.objects.filter(number__in=last, withdrawn=False)}


def _row(change: Change, at: datetime) -> Learned:
    kind, name = change.key or ("", "")
    book, version, edition = change.name.split("@") if change.key is None else ("", "", "")
    return Learned(
        change=change.id.hex,
        on=change.on,
        kind=change.kind,
        entry_kind=kind,
        entry=name,
        book=book,
        version=version,
        edition=edition,
        title={lang: change.headline(lang) for lang in LANGUAGES},
        figures=list(change.figures),
        at=at,
    )


def _withdrawn(row: Learned, at: datetime) -> Learned:
    same = ("change", "on", "kind", "entry_kind", "entry", "book", "version", "edition", "title", "figures")
    return Learned(**{name: getattr(row, name) for name in same}, withdrawn=True, at=at)


def since(number: int) -> QuerySet[Learned]:
    """What was learned after that number, in order."""
    return Learned.objects.filter(number__gt=number).order_by("number")


def newest() -> int:
    """The number of the last row; 0 where nothing was learned yet."""
    return int(Learned.objects.aggregate(last=Max("number"))["last"] or 0)


def documents(rows: Iterable[Learned]) -> list[Json]:
    return [_document(row) for row in rows]


def _document(row: Learned) -> Json:
    return {
        "id": row.change,
        "on": row.on.isoformat(),
        "kind": row.kind,
        "entry": {"kind": row.entry_kind, "id": row.entry} if row.entry else None,
        "edition": {"book": row.book, "version": row.version, "hash": row.edition} if row.book else None,
        "title": row.title,
        "figures": row.figures,
        "withdrawn": row.withdrawn,
        "learned": row.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
