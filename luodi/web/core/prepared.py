"""Queries that nearly every request asks: composed and compiled once, then only bound and run.

    HELD = Prepared(lambda user, day: Membership.objects.filter(user_id=user, starts__lte=day), int, date)
    HELD(user.pk, today)                            the rows, as a list
    OWN = Prepared(lambda user, *, reach, most: within(Lead.objects.filter(officer=user), reach)[:most], int)
    OWN(user.pk, reach=reach_of(user, Lead), most=50)

Composing a query and turning it into SQL takes Django several times as long as a small database takes to answer it.
Processor time for a page of an officer with thirty cases, in one process on SQLite, on a busy machine, the median of
twelve rounds of two, with these queries and with ordinary ones: the day 19 and 38 ms, the board 7 and 31 ms, the queue
16 and 22 ms, a case 40 and 60 ms, its steps 62 and 68 ms. `workbench/test_ordinary_queries.py` compares the pages.
"""

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

Row = TypeVar("Row")

#: Kept of one query, by what is fixed in it, some 40 kB each: people who see the same share one.
_SHAPES: Final = 128
#: Values that no query holds by itself, so that they show where in the SQL a value belongs; by number, far apart.
_MARKS: Final[dict[type, Callable[[int], Any]]] = {
    int: lambda number: 7_316_550_819_022_000 + 1_000_000 * number,
    str: lambda number: f"\ue000 mark {number} \ue000",
    date: lambda number: date(1801 + 10 * number, 3, 2),
    datetime: lambda number: datetime(1801 + 10 * number, 3, 2, tzinfo=UTC),
}


@dataclass(frozen=True)
class _Statement:
    """`given` holds for each place of the SQL either which value it takes or what always stands there."""

    rows: Any  # a query, of which more is asked than Django publishes
    compiler: Any
    converters: Any  # of the columns
    sql: str
    given: tuple[tuple[int | None, Any], ...]


class _Ready:
    """A query as Django's readers of rows ask it, which was turned into SQL before."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query, self._compiler = query, compiler

    def get_compiler(self, *_: object, **__: object) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Prepared(Generic[Row]):
    """A query by its values, of which the kinds are given: int, str, date or datetime. `rows` hands each of them to the
    database as it is (no `if`, no sum, no `startswith`: a `ValueError` says so).

    What else it depends on is given by name, such as `reach_of` for what somebody may see: it becomes part of what is
    compiled, so it is hashable and takes few values. `rows` must depend on nothing beside, and may not ask for other
    rows with `prefetch_related`.
    """

    def __init__(self, rows: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._rows, self._kinds = rows, kinds
        self._statement = lru_cache(maxsize=_SHAPES)(self._compiled)

    def __call__(self, *values: object, **fixed: Hashable) -> list[Row]:
        statement = self._statement(tuple(fixed.items()))
        if statement is None:
            return []
        compiler = copy(statement.compiler)  # each thread has a connection of its own
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        adapted = [_adapted(compiler.connection, value) for value in values]
        bound = tuple(always if place is None else adapted[place] for place, always in statement.given)
        compiler.as_sql = lambda *_, **__: (statement.sql, bound)
        compiler.get_converters = lambda _: statement.converters
        asked = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            query=_Ready(statement.rows.query, compiler),
            model=statement.rows.model,
            _fields=statement.rows._fields,
            _known_related_objects={},
        )
        return list(statement.rows._iterable_class(asked))

    def _compiled(self, fixed: tuple[tuple[str, Any], ...]) -> _Statement | None:
        """From two sets of marks: whatever differs between them must be a mark. None for what no row can answer."""
        marks = [_MARKS[kind](number) for number, kind in enumerate((*self._kinds, *self._kinds))]
        half = len(self._kinds)
        ours, other = (self._with(some, dict(fixed)) for some in (marks[:half], marks[half:]))
        if ours is None or other is None:
            if ours is not other:
                raise ValueError("whether there can be rows depends on a value")
            return None
        used = {place for place, _ in ours.given if place is not None}
        if (ours.sql, ours.given) != (other.sql, other.given) or used != set(range(half)):
            raise ValueError("a value is not handed to the database as it is")
        return ours

    def _with(self, marks: list[object], fixed: dict[str, Any]) -> _Statement | None:
        rows: Any = self._rows(*marks, **fixed)
        if rows._prefetch_related_lookups:
            raise ValueError("related rows are not read with prefetch_related")
        compiler = rows.query.get_compiler(using=DEFAULT_DB_ALIAS)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        adapted = [_adapted(compiler.connection, mark) for mark in marks]
        given = tuple((adapted.index(param), None) if param in adapted else (None, param) for param in params)
        converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])
        compiler.connection = None
        return _Statement(rows, compiler, converters, sql, given)


def _adapted(connection: Any, value: Any) -> Any:
    """As fields of its kind hand it to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
