"""Queries that nearly every request asks: composed and compiled once, then only bound and run.

    HELD = Prepared(lambda user, day: Membership.objects.filter(user_id=user, starts__lte=day), int, date)
    HELD(user.pk, today)                            the rows, as a list

Composing a query and turning it into SQL takes Django several times as long as a small database takes to answer it.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any, Final, Generic, TypeVar

from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

Row = TypeVar("Row", bound=Model)

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

    compiler: Any
    sql: str
    given: tuple[tuple[int | None, Any], ...]


class Prepared(Generic[Row]):
    """A query by its values, of which the kinds are given: int, str, date or datetime. `rows` hands each of them to the
    database as it is (no `if`, no sum, no `startswith`: a `ValueError` says so); it may select related rows and leave
    out columns, and nothing else but rows of a model comes out."""

    def __init__(self, rows: Callable[..., QuerySet[Row]], *kinds: type) -> None:
        self._rows, self._kinds = rows, kinds
        self._statement = cache(self._compiled)

    def __call__(self, *values: Any) -> list[Row]:
        statement = self._statement(self._using)
        compiler = copy(statement.compiler)  # each thread has a connection of its own
        compiler.connection = connections[self._using]
        adapted = [_adapted(compiler.connection, value) for value in values]
        bound = tuple(fixed if place is None else adapted[place] for place, fixed in statement.given)
        compiler.as_sql = lambda: (statement.sql, bound)
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        return list(ModelIterable(SimpleNamespace(db=self._using, query=query, _known_related_objects={})))

    @cached_property
    def _using(self) -> str:
        return router.db_for_read(self._rows(*self._marks(0)).model)

    def _marks(self, start: int) -> list[Any]:
        return [_MARKS[kind](number) for number, kind in enumerate(self._kinds, start)]

    def _compiled(self, using: str) -> _Statement:
        """From two sets of marks: whatever differs between them must be a mark."""
        ours, other = (self._with(self._marks(start), using) for start in (0, len(self._kinds)))
        used = {place for place, _ in ours.given if place is not None}
        if (ours.sql, ours.given) != (other.sql, other.given) or used != set(range(len(self._kinds))):
            raise ValueError("a value is not handed to the database as it is")
        return ours

    def _with(self, marks: list[Any], using: str) -> _Statement:
        compiler = self._rows(*marks).query.get_compiler(using=using)
        sql, params = compiler.as_sql()
        adapted = [_adapted(compiler.connection, mark) for mark in marks]
        given = tuple((adapted.index(param), None) if param in adapted else (None, param) for param in params)
        compiler.connection = None
        return _Statement(compiler, sql, given)


def _adapted(connection: Any, value: Any) -> Any:
    """As fields of its kind hand it to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
