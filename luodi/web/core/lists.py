"""Lists of records, declared once: what narrows them, their order, and the columns of a file of them.

    INBOX = RecordList(Lead, "leads", "leads:inbox", filters=(words("title"), day("from", "received__date__gte")), ..)
    INBOX.read(request.GET)                       the criteria that it knows
    INBOX.found(user, criteria)                   the records that somebody may see
    INBOX.page(user, criteria, number)            a page of them, and whether another follows

Pages, saved views, followers, exports and programs read the same declaration.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import chain
from operator import or_
from typing import Final, Generic, TypeAlias, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.dateparse import parse_date

from luodi.documents.report import Cell
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser

Row = TypeVar("Row", bound=Model)
Criteria: TypeAlias = Mapping[str, str]
_MOST_WORDS: Final = 8


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, and by which criteria: a filter may depend on all of them."""

    user: AnyUser
    on: date
    criteria: Criteria


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """`clean` gives "" for a text that the filter does not know. `default` stands where nothing was asked; it is told
    apart from "", which asks for all. `always` where it also narrows when nothing was asked."""

    name: str
    clean: Callable[[str], str]
    narrow: Callable[[QuerySet[Row], str, Asked], QuerySet[Row]]
    choices: tuple[str, ...] = ()
    default: str = ""
    always: bool = False


def choice(
    name: str,
    choices: Iterable[str],
    narrow: Callable[[QuerySet[Row], str, Asked], QuerySet[Row]],
    *,
    default: str = "",
    always: bool = False,
) -> Filter[Row]:
    known = tuple(choices)
    return Filter(name, lambda text: text if text in known else "", narrow, known, default, always)


def words(*lookups: str) -> Filter[Row]:
    """Each of the words is in one of the fields."""

    def narrow(rows: QuerySet[Row], text: str, asked: Asked) -> QuerySet[Row]:
        for word in text.split()[:_MOST_WORDS]:
            rows = rows.filter(reduce(or_, (Q(**{f"{lookup}__icontains": word}) for lookup in lookups)))
        return rows

    return Filter("words", clean_text, narrow)


def clean_text(text: str) -> str:
    """As a database takes it, and no longer than anybody types."""
    return text.replace("\0", "").strip()[:200]


def day(name: str, lookup: str) -> Filter[Row]:
    return Filter(name, clean_day, lambda rows, text, asked: rows.filter(**{lookup: text}))


def clean_day(text: str) -> str:
    """Blank for what is no day."""
    return text[:10] if day_asked(text) else ""


def day_asked(text: str) -> date | None:
    """None for what is no day."""
    try:
        return parse_date(text[:10])
    except ValueError:  # the thirtieth of February
        return None


def text(name: str, *lookups: str) -> Filter[Row]:
    """Exactly this text, in one of the fields."""

    def narrow(rows: QuerySet[Row], value: str, asked: Asked) -> QuerySet[Row]:
        return rows.filter(reduce(or_, (Q(**{lookup: value}) for lookup in lookups)))

    return Filter(name, lambda value: value.replace("\0", "").strip()[:240], narrow)


def of_unit(path: str = "unit__path") -> Filter[Row]:
    """Those of a unit and of the units below it."""
    return Filter(
        "unit",
        lambda text: text if re.fullmatch(r"[0-9]{1,9}", text) else "",
        lambda rows, text, asked: rows.filter(**{f"{path}__contains": f"/{text}/"}),
    )


@dataclass(frozen=True)
class Column(Generic[Row]):
    """Of a file: its heading is `app.head_name`, a cell depends on the record and the language."""

    name: str
    cell: Callable[[Row, str], Cell]


@dataclass(frozen=True)
class Columns(Generic[Row]):
    """Columns side by side that depend on the reader, or that many records share a query for: a tuple of cells for each
    of the records, in their order."""

    names: tuple[str, ...]
    cells: Callable[[Sequence[Row], AnyUser, str], Iterable[tuple[Cell, ...]]]


@dataclass(frozen=True)
class RecordList(Generic[Row]):
    """`app` is where its words are, `address` the name of its page; `only` is what every record of it is, `act` what
    its readers may do to it. `related` is read with each record, `prefetched` once for many of them; `fields` are all
    that is read, where any are named. `by_keys` sorts keys alone and reads one page of wide records.
    """

    model: type[Row]
    app: str
    address: str
    filters: tuple[Filter[Row], ...] = ()
    order: tuple[str | OrderBy, ...] = ("-pk",)
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    only: Q = field(default_factory=Q)
    act: str = "see"
    columns: tuple[Column[Row] | Columns[Row], ...] = field(default=(), repr=False)
    page_size: int = 50
    by_keys: bool = False

    def read(self, given: Criteria) -> dict[str, str]:
        """What was asked of the list, without what it does not know."""
        found = {one.name: one.clean(given.get(one.name, one.default)) for one in self.filters}
        return {one.name: found[one.name] for one in self.filters if found[one.name] or one.default}

    def filled(self, criteria: Criteria) -> dict[str, str]:
        """Every criterion by its name, as a form shows it: blank where nothing was asked."""
        return {one.name: criteria.get(one.name, "") for one in self.filters}

    def query(self, criteria: Criteria) -> str:
        """The criteria as they stand behind the address of the list."""
        return urlencode(self.read(criteria))

    def found(self, user: AnyUser, criteria: Criteria, *, act: str = "", on: date | None = None) -> QuerySet[Row]:
        """The records to which somebody may do `act`, and that fit, in the order of the list."""
        asked = Asked(user, on or timezone.localdate(), criteria)
        rows = visible(user, self.model._default_manager.filter(self.only), act or self.act, on=asked.on)
        return self.complete(self.narrowed(rows, asked))

    def narrowed(self, rows: QuerySet[Row], asked: Asked) -> QuerySet[Row]:
        """Those that fit, whoever may see them."""
        for one in self.filters:
            if (value := asked.criteria.get(one.name, "")) or one.always:
                rows = one.narrow(rows, value, asked)
        return rows

    def complete(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """With all that a row shows, in the order of the list."""
        if self.related:  # without a name it would read every relation
            rows = rows.select_related(*self.related)
        if self.fields:
            rows = rows.only(*self.fields)
        return rows.prefetch_related(*self.prefetched).order_by(*self.order)

    def page(self, user: AnyUser, criteria: Criteria, number: int) -> tuple[list[Row], bool]:
        """One page, and whether another follows; nothing is counted."""
        start = self.page_size * (max(number, 1) - 1)
        found = self.found(user, criteria)
        if self.by_keys:
            keys = list(found.values_list("pk", flat=True)[start : start + self.page_size + 1])
            found, start = self.complete(self.model._default_manager.filter(pk__in=keys)), 0
        rows = list(found[start : start + self.page_size + 1])
        return rows[: self.page_size], len(rows) > self.page_size

    @property
    def heads(self) -> tuple[str, ...]:
        """The names of the columns."""
        names = ((one.name,) if isinstance(one, Column) else one.names for one in self.columns)
        return tuple(chain.from_iterable(names))

    def cells(self, rows: Sequence[Row], user: AnyUser, lang: str) -> Iterator[list[Cell]]:
        """Of some records, as one reader sees them."""
        parts = [
            [(one.cell(row, lang),) for row in rows] if isinstance(one, Column) else one.cells(rows, user, lang)
            for one in self.columns
        ]
        return (list(chain.from_iterable(row)) for row in zip(*parts, strict=True))


def page_number(text: str) -> int:
    """The page that an address asks for; the first for what is no number."""
    return max(int(text), 1) if re.fullmatch(r"[0-9]{1,5}", text) else 1
