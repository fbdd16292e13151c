"""One row of a table by itself: what the columns answer, and the facts to explain it with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from luodi.errors import OutOfRange
from luodi.matching.batch import Words
from luodi.matching.blocks import ANSWERS
from luodi.matching.coding import Coder, check_types
from luodi.matching.compile import compile_rules
from luodi.matching.derived import derivations_of
from luodi.matching.engine import Engine
from luodi.matching.inputs import map_columns
from luodi.matching.rejects import Reject
from luodi.matching.rows import facts_of_row
from luodi.matching.table import Input
from luodi.message import Message
from luodi.profiles.facts import Facts
from luodi.rules.book import Book


@dataclass(frozen=True)
class Row:
    """A company of a table. `answers`: by rule, of the rules that columns can hold; none where the row is refused."""

    facts: Facts
    answers: Mapping[str, str]
    rejects: tuple[Reject, ...]


def row_of(book: Book, source: Input, row: int, *, on: date, columns: Mapping[str, str], kernel: str) -> Row:
    """Row `row` of a table, counted from 0. Raises `OutOfRange` past its end."""
    derivations = derivations_of(book, on)
    program = compile_rules(book.rules, book.vocabulary, on, derived=derivations.names, salt=derivations.salt)
    mapped = map_columns(
        source.schema, book.vocabulary, derivations.wanted(frozenset(book.vocabulary.attributes)), columns
    )
    check_types(source.schema, mapped.columns, book.vocabulary, written=source.written)
    table = next(source.tables(list(mapped.columns.values()), skip=row, rows=1), None) if row >= 0 else None
    if table is None:
        rows = "" if source.rows is None else Message("matching.problem", rows=source.rows)
        raise OutOfRange("matching.no-row-counted-from-0", row=row, rows=rows, at=source.name)
    given, refusals = Coder(book.vocabulary, mapped.columns, written=source.written).batch(table, row)
    batch = derivations.apply(given, refusals)
    batch.row_facts = facts_of_row(given, book, on)
    line = source.lines().of(row) if refusals.found and source.lines is not None else None
    rejects = tuple(replace(reject, line=line) for reject in refusals.rejects())
    if rejects:
        return Row(batch.row_facts(0), {}, rejects)
    found: dict[str, str] = {}

    def consume(block: int, words: Words) -> None:
        bits = words[0, :, 0] & np.uint64(1)
        certain, possible = bits[1 : 1 + len(program.rules)], bits[1 + len(program.rules) :]
        for rule, c, p in zip(program.ids, certain, possible, strict=True):
            found[rule] = ANSWERS[int(p + 2 * c)]

    Engine(program, kernel=kernel).run(batch, consume)
    return Row(batch.row_facts(0), found, ())
