"""What apps show of themselves in others, by convention: a app may have a `parts.py` with any of these.

    case_panels(user, case, on) -> list[Panel]      what the page of a case shows of this app
    case_dues(user, case, by) -> list[Dues]         what of a case is due by a day, for one question to the database
    case_facts(case, on) -> dict[str, value]        facts that gates may ask of this app
    case_events(user, company, on) -> list[Event]   rows of a company's time line
    day_rows(user, on, limit) -> list[DayRow]       rows of "my day", by indexed queries with a limit
    new_rows(user, on, limit) -> list[DayRow]       those in the band "new" without a day, of which a full day has none
    case_moves(old_company, new_company)            what a merge of companies does with the relations of this app
    enquiry_arrived(enquiry, at)                    within the transaction in which an enquiry was sent
    relied_on() -> Q                                determinations that are looked at again when the books change
    open_cases() -> dict[int, int]                  of each determination, how many open cases rest on it
    row_checks() -> dict[Key, date]                 rows of the books that somebody checked, with the last day
    went_stale(determination, at)                   one of them no longer holds: tell whom it concerns
    books_changed()                                 other editions are in force: have computed anew what rests on them

So a app shows what stands above it without importing it. Rooms are asked in the order of `ROOMS`, lowest first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Literal

from django.conf import settings
from django.db.models import F, QuerySet, Value

Band = Literal["overdue", "due", "waiting", "new"]


@dataclass(frozen=True)
class Panel:
    """A part of the case page: a template with its context. `key` is its id on the page, and its words' key."""

    key: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Due:
    """Something of a case that has a day, as its overview shows it: what it is, who is to act, and what to do about it.
    By the working days of the unit at `path` it is late."""

    due: date
    words: str
    kind: Mapping[str, str]
    whom: Mapping[str, str]
    act: Mapping[str, str]
    address: str
    path: str


@dataclass(frozen=True)
class Dues:
    """Rows of one kind that have a day, as a query; `shown` makes a `Due` of each by the names of `DUE_COLUMNS`. Of
    `words`, `zh`, `en` (who is to act) and `path` these are the fields, or expressions; `due` is the row's own."""

    kind: str
    rows: QuerySet[Any]
    words: Any
    zh: Any
    en: Any
    path: str
    shown: Callable[[Mapping[str, Any]], Due]

    def read(self) -> QuerySet[Any]:
        """For a union with those of other kinds, which cannot have an order of its own."""
        columns = {
            "of_kind": Value(self.kind),
            "row": F("pk"),
            "in_words": self.words,
            "whom_zh": self.zh,
            "whom_en": self.en,
            "of_path": self.path,
        }
        asked = {name: F(one) if isinstance(one, str) else one for name, one in columns.items()}
        return self.rows.order_by().annotate(**asked).values_list(*DUE_COLUMNS)


DUE_COLUMNS: Final = ("of_kind", "row", "due", "in_words", "whom_zh", "whom_en", "of_path")


@dataclass(frozen=True)
class Event:
    """One row of a time line, in both languages; `address` is where it can be read in full, perhaps nowhere."""

    at: datetime
    kind: str
    zh: str
    en: str
    address: str = ""


@dataclass(frozen=True)
class DayRow:
    """One row of somebody's day. Texts are `{"zh", "en"}`; `due` sorts within a band, None last.

    `clock` is a reading of `luodi.casework.clocks`, None where nothing runs.
    """

    band: Band
    company: str
    case: str
    what: Mapping[str, str]
    waiting_on: Mapping[str, str]
    act: Mapping[str, str]
    address: str
    due: date | None = None
    clock: Any = None
    names: Mapping[str, str] = field(default_factory=dict)  # of the company, in both languages where it has them


def names_of(company: Any) -> dict[str, str]:
    """For a `DayRow`; empty without a company."""
    return {"zh": company.name_zh, "en": company.name_en} if company else {}


@cache
def every(name: str, but: str = "") -> tuple[Callable[..., Any], ...]:
    """The functions of that name, of every app that has one, lowest app first; `but` one app."""
    apps = [app for app in settings.LUODI_APPS if app != but and find_spec(f"luodi.web.{app}.receivers")]
    found = (getattr(import_module(f"luodi.web.{app}.receivers"), name, None) for app in apps)
    return tuple(function for function in found if function is not None)


def case_panels(user: Any, case: Any, on: date) -> list[Panel]:
    return [panel for part in every("case_panels") for panel in part(user, case, on)]


def case_dues(user: Any, case: Any, by: date, most: int = 20) -> list[Due]:
    """What all apps have due by a day, the nearest first, in one question; none where no app has anything."""
    found = [dues for part in every("case_dues") for dues in part(user, case, by)]
    if not found:
        return []
    first, *others = (dues.read() for dues in found)
    joint = (first.union(*others, all=True) if others else first).order_by("due", "row")
    shown = {dues.kind: dues.shown for dues in found}
    rows = (dict(zip(DUE_COLUMNS, row, strict=True)) for row in joint[:most])
    return [shown[row["of_kind"]](row) for row in rows]


def case_facts(case: Any, on: date) -> dict[str, Any]:
    """The facts of all apps. Raises `ValueError` where two apps answer for one fact."""
    found: dict[str, Any] = {}
    for part in every("case_facts"):
        more = part(case, on)
        if twice := found.keys() & more.keys():
            raise ValueError(f"two apps answer for the fact {', '.join(sorted(twice))}")
        found |= more
    return found


def case_events(user: Any, company: Any, on: date, most: int = 100) -> list[Event]:
    """The time line of a company as somebody may see it, the newest first."""
    found = [event for part in every("case_events") for event in part(user, company, on)]
    return sorted(found, key=lambda event: event.at, reverse=True)[:most]


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Somebody's day: what is overdue, due, waiting and new, each with the nearest day first. What is new and has no
    day comes last, and is asked for only while there is app."""
    order = ("overdue", "due", "waiting", "new")
    found = [row for part in every("day_rows") for row in part(user, on, limit)]
    for part in every("new_rows"):
        if len(found) < limit:
            found += part(user, on, _tens(limit - len(found)))
    return sorted(found, key=lambda row: (order.index(row.band), row.due or date.max))[:limit]


def _tens(app: int) -> int:
    """At least `app`: a query is prepared for each limit, of which there are so no more than a few."""
    return -(-app // 10) * 10


def case_moves(old_company: Any, new_company: Any) -> None:
    """In a merge, within its transaction: every app takes its relations over."""
    for part in every("case_moves"):
        part(old_company, new_company)


def enquiry_arrived(enquiry: Any, at: datetime) -> None:
    """Rooms above the advisor take up what it received, within its transaction."""
    for part in every("enquiry_arrived"):
        part(enquiry, at)


def books_changed() -> None:
    """Once readers follow the editions that have come into force."""
    for part in every("books_changed"):
        part()
