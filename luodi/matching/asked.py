"""What a run over many companies asks: a book on a day, compiled, beside the columns that answer it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa

from luodi.errors import LuodiError, UnknownKey, did_you_mean
from luodi.matching.batch import Batch, Flags, Words
from luodi.matching.coding import Coder, check_types
from luodi.matching.compile import compile_rules
from luodi.matching.derived import Derivations, derivations_of
from luodi.matching.ids import check_id_type, hashes_of, is_whole
from luodi.matching.inputs import Mapped, map_columns
from luodi.matching.program import Program
from luodi.matching.rejects import Refusals
from luodi.matching.rows import facts_of_row
from luodi.rules.book import Book


class Out(StrEnum):
    COUNTS = "counts"
    PAIRS = "pairs"
    BLOCKS = "blocks"
    COLUMNS = "columns"


@dataclass(frozen=True)
class RunOptions:
    """What is asked. `columns`: column to attribute, beside equal names. `rejects`, `changes`: side files."""

    on: date
    out: Out = Out.COUNTS
    to: Path | None = None
    threads: int = 0
    kernel: str = "numba"
    columns: Mapping[str, str] = field(default_factory=dict)
    id_column: str | None = None
    rejects: Path | None = None
    since: Path | None = None
    changes: Path | None = None
    resume: bool = False


@dataclass(frozen=True)
class Asked:
    """A compiled book over the columns of a table. `id_column`: the one that names a company, if any does."""

    book: Book
    on: date
    derivations: Derivations
    program: Program
    mapped: Mapped
    id_column: str | None
    ids_are_whole: bool

    @classmethod
    def of(
        cls, book: Book, schema: pa.Schema, options: RunOptions, *, written: bool = False, name: str = ""
    ) -> "Asked":
        """`written`: every cell is text, so that no column has a type of its own. `name`: what the table is called.

        Raises `WrongType` for a column that cannot hold its attribute, `UnknownKey` for one that is not there.
        """
        derivations = derivations_of(book, options.on)
        program = compiled(book, options.on, derivations)
        try:
            mapped = map_columns(schema, book.vocabulary, derivations.wanted(program.reads), options.columns)
            id_column = _id_column(book, schema, options)
            check_types(schema, mapped.columns, book.vocabulary, written=written)
        except LuodiError as problem:
            raise problem.located(name) if name else problem from None
        whole = id_column is not None and is_whole(schema.field(id_column).type)
        return cls(book, options.on, derivations, program, mapped.but(id_column), id_column, whole)

    def __reduce__(self) -> tuple[Any, ...]:
        """What follows from the book is found again where this arrives: functions do not travel."""
        return _arrived, (self.book, self.on, self.program, self.mapped, self.id_column, self.ids_are_whole)

    def ids_as_json(self) -> dict[str, str] | None:
        """Who names the companies, and how the names are hashed; None where nobody does."""
        if self.id_column is None:
            return None
        return {"column": self.id_column, "hashed_as": "integer" if self.ids_are_whole else "text"}

    def hashes(self, table: pa.Table) -> tuple[Words, Flags]:
        """A hash of the id of each row, and whether it has one."""
        return hashes_of(table.column(self.id_column), whole=self.ids_are_whole)

    @property
    def columns(self) -> list[str]:
        """The columns that have to be read."""
        wanted = [*self.mapped.columns.values(), *([self.id_column] if self.id_column else [])]
        return list(dict.fromkeys(wanted))

    def batch(self, coder: Coder, table: pa.Table, first: int) -> tuple[Batch, Refusals]:
        """Rows of the table, coded and with whatever follows from their cells. `first`: the number of the first."""
        given, refusals = coder.batch(table, first)
        batch = self.derivations.apply(given, refusals)
        batch.row_facts = facts_of_row(replace(given), self.book, self.on)  # of itself it would never be let go at once
        return batch, refusals


def _arrived(book: Book, on: date, program: Program, mapped: Mapped, id_column: str | None, whole: bool) -> Asked:
    return Asked(book, on, derivations_of(book, on), program, mapped, id_column, whole)


def compiled(book: Book, on: date, derivations: Derivations, only: Iterable[str] | None = None) -> Program:
    """The rules of a book on a day, or those named alone."""
    chosen = None if only is None else set(only)
    rules = [rule for rule in book.rules if chosen is None or rule.id in chosen]
    return compile_rules(rules, book.vocabulary, on, derived=derivations.names, salt=derivations.salt)


def _id_column(book: Book, schema: pa.Schema, options: RunOptions) -> str | None:
    names, column = schema.names, options.id_column
    if column is None:
        column = "id" if "id" in names and "id" not in book.vocabulary else None
    elif column not in names:
        raise UnknownKey("matching.no-column", column=column, meant=did_you_mean(column, names), at="--id")
    if column is not None:
        check_id_type(column, schema.field(column).type)
    return column
