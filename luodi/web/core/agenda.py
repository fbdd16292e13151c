"""Rows that apps show in the pages of others: panels of a case, events of a time line, rows of somebody's day.

They are asked for by the signals of `cases` and `companies`, and by `workbench.day`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from django.db.models import F, Model, QuerySet, Value
from django.db.models.expressions import Combinable

from luodi.casework.clocks import Reading
from luodi.web.core.words import Named, both

Band = Literal["overdue", "due", "no_step", "quiet", "waiting", "new"]


@dataclass(frozen=True)
class Panel:
    """A part of the case page: a template with its context. `key` is its id on the page, and its words' key."""

    key: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)


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

    @classmethod
    def of(cls, row: Mapping[str, Any], kind: str, act: str, address: str, words: str = "") -> "Due":
        """From a row with the names of `DUE_COLUMNS`; `kind` and `act` are keys of words."""
        whom = {"zh": row["whom_zh"], "en": row["whom_en"]}
        return cls(row["due"], words or row["in_words"], both(kind), whom, both(act), address, row["of_path"])


@dataclass(frozen=True)
class Dues:
    """Rows of one kind that have a day, as a query; `shown` makes a `Due` of each by the names of `DUE_COLUMNS`. Of
    `words`, `zh`, `en` (who is to act) and `path` these are the fields, or expressions; `due` is the row's own."""

    kind: str
    rows: QuerySet[Model]
    words: str | Combinable
    zh: str | Combinable
    en: str | Combinable
    path: str
    shown: Callable[[Mapping[str, Any]], Due]

    def read(self) -> QuerySet[Model, tuple[Any, ...]]:
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

    `clock` is a reading of `luodi.casework.clocks`, None where nothing runs. `also` is what else its case has.
    """

    band: Band
    company: str
    case: str
    what: Mapping[str, str]
    waiting_on: Mapping[str, str]
    act: Mapping[str, str]
    address: str
    due: date | None = None
    clock: Reading | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # of the company, in both languages where it has them
    also: tuple["DayRow", ...] = ()


def names_of(company: Named | None) -> dict[str, str]:
    """For a `DayRow`; empty without a company."""
    return {"zh": company.name_zh, "en": company.name_en} if company else {}
