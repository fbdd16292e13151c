"""Maintenance of the books: rows to check next with what rests on them, and the checks that were made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Max, QuerySet

from luodi.documents import wording
from luodi.editor.stages import State
from luodi.rules.due import Due, Reason, due_rows, ranked
from luodi.rules.kept_rows import Key, kept_books, kept_rows
from luodi.rules.library import load_book
from luodi.terms import term
from luodi.web.accounts.models import User
from luodi.web.books.models import Check, CheckState
from luodi.web.books.signals import rows_relied_on
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say

PAGE: Final = 50
HEADS: Final = (
    "rank",
    "row",
    "book",
    "table",
    "id",
    "answers",
    "cases",
    "reasons",
    "ends",
    "checked",
    "gathered",
    "read",
    "link",
)


@dataclass(frozen=True)
class Resting:
    """Stored answers and open cases that rest on a row."""

    answers: int = 0
    cases: int = 0

    @property
    def whole(self) -> int:
        return self.answers + self.cases


def resting() -> dict[Key, Resting]:
    """Of each row that anything rests on."""
    return {key: Resting(answers, cases) for key, answers, cases in rows_relied_on.ask()}


def checks() -> dict[Key, date]:
    """The last day on which each row was checked and nothing was found changed."""
    rows = Check.objects.filter(state=CheckState.COUNTS).order_by().values_list("book", "table", "row")
    return {Key(book, table, row): on for book, table, row, on in rows.annotate(last=Max("on"))}


def checks_of(user: AnyUser, key: Key | None = None) -> QuerySet[Check]:
    """Those that a person may see, the newest first; of one row where it is named."""
    rows = visible(user, Check.objects.select_related("by", "second", "draft"))
    return rows if key is None else rows.filter(book=key.book, table=key.table, row=key.id)


def waiting_for(user: User) -> list[tuple[Check, Mapping[str, str]]]:
    """Checks that this person may confirm, the oldest first, each with the title of its row."""
    found = list(checks_of(user).filter(state=CheckState.WAITS).exclude(by=user).order_by("made", "id"))
    titles = {row.key: row.title for book in {one.book for one in found} for row in kept_rows(load_book(book))}
    return [(one, titles.get(one.key) or {"zh": one.row, "en": one.row}) for one in found]


@dataclass(frozen=True)
class Line:
    """A row that is due, with what rests on it and the check of it that is under way."""

    due: Due
    resting: Resting
    under_way: Check | None = None


@dataclass(frozen=True)
class DueRows:
    """The rows wanted, the one on which most rests first; `whole` counts those of all reasons and books."""

    lines: tuple[Line, ...]
    whole: int
    reasons: Mapping[str, int]
    books: Mapping[str, int]


def due(on: date, reason: str = "", book: str = "") -> DueRows:
    """What is due on a day, for one reason and of one book where they are given."""
    rests, checked, open_ = resting(), checks(), _under_way()
    whole = {key: one.whole for key, one in rests.items()}
    rows = ranked(row for name in kept_books() for row in due_rows(load_book(name), on, checked, whole))
    in_book = [row for row in rows if book in ("", row.key.book)]
    for_reason = [row for row in rows if not reason or reason in row.reasons]
    wanted = [row for row in in_book if not reason or reason in row.reasons]
    return DueRows(
        tuple(Line(row, rests.get(row.key, Resting()), open_.get(row.key)) for row in wanted),
        len(rows),
        {one.value: sum(one in row.reasons for row in in_book) for one in Reason},
        {name: sum(row.key.book == name for row in for_reason) for name in kept_books()},
    )


def _under_way() -> dict[Key, Check]:
    """Checks that wait for a second person, or for their draft to come into force."""
    rows = Check.objects.filter(state__in=(CheckState.WAITS, CheckState.DRAFT)).select_related("draft", "by")
    return {one.key: one for one in rows.order_by("made") if one.draft is None or _is_open(one)}


def _is_open(check: Check) -> bool:
    return check.draft is not None and State(check.draft.state).is_open


# ---- as a table


def heads(lang: str) -> list[str]:
    return [say(f"books.due_{name}", lang) for name in HEADS]


def rows_of(found: DueRows, lang: str) -> Iterator[list[str]]:
    """In the order of the page."""
    for number, line in enumerate(found.lines, 1):
        row, key = line.due.row, line.due.key
        yield [
            str(number),
            wording.pick(row.title, lang),
            key.book,
            key.table,
            key.id,
            str(line.resting.answers),
            str(line.resting.cases),
            "; ".join(term("due", reason).word(lang) for reason in line.due.reasons),
            str(line.due.ends or ""),
            str(line.due.checked or ""),
            str(row.gathered or ""),
            term("read", row.read).word(lang) if row.read else "",
            row.links[0] if row.links else "",
        ]
