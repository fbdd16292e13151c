"""Many criteria over many companies at once: the rules as one program over columns, a block of companies at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from luodi.casework.criteria import book_of, facts, typed
from luodi.matching.asked import Asked, RunOptions
from luodi.matching.batch import BLOCK, Words
from luodi.matching.coding import Coder
from luodi.matching.engine import Engine
from luodi.profiles.vocabulary import Attribute, Kind, Value
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate

_TYPES: Final = {
    Kind.INTEGER: pa.int64(),
    Kind.MONEY: pa.int64(),
    Kind.DECIMAL: pa.decimal128(27, 9),
    Kind.DATE: pa.date32(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.SET: pa.list_(pa.string()),
}
Rows = NDArray[np.intp]
Found = tuple[int, int, Answer]  # row of the table, place of the rule, match or need_info


class BatchMatcher:
    """Rules ready to answer tables on a day. What columns cannot hold is answered by the plain walk."""

    def __init__(self, rules: Sequence[Rule], on: date, *, kernel: str = "numba", threads: int = 1) -> None:
        self.rules, self.on, self.kernel, self.threads = list(rules), on, kernel, threads
        self.book = book_of(self.rules)
        self.places = {rule.id: place for place, rule in enumerate(self.rules)}
        self._ready: tuple[pa.Schema, Asked, Engine, Coder] | None = None

    def answers(self, table: pa.Table) -> Iterator[Found]:
        """Every match and every pair that lacks a fact; what does not match is not said."""
        found: list[Found] = []

        def take(place: int, fit: Rows, lacking: Rows) -> None:
            found.extend((int(row), place, Answer.YES) for row in fit)
            found.extend((int(row), place, Answer.UNKNOWN) for row in lacking)

        self.each(table, take)
        yield from found

    def each(self, table: pa.Table, take: Callable[[int, Rows, Rows], None]) -> None:
        """Call `take` with the place of a rule, the rows that match and those that lack a fact, in order: for every
        rule that has any, once a block. A pair is an element of an array and no object by itself."""
        asked, engine, coder = self._engine(table.schema)
        places = [self.places[rule] for rule in asked.program.ids]
        batch, _ = asked.batch(coder, table, 0)

        def consume(block: int, words: Words) -> None:
            for place, *both in _read(block, words, places):
                fit, lacking = (rows[rows < table.num_rows] for rows in both)
                take(place, fit, lacking)

        engine.run(batch, consume)

    def counts(self, table: pa.Table) -> tuple[int, int]:
        """How many pairs match, and how many lack a fact."""
        asked, engine, coder = self._engine(table.schema)
        batch, _ = asked.batch(coder, table, 0)
        counts = engine.run(batch)
        return int(counts.yes.sum()), int(counts.unknown.sum())

    def left_out(self, schema: pa.Schema) -> list[Rule]:
        """Rules that columns cannot hold."""
        program = self._engine(schema)[0].program
        return [rule for rule in self.rules if rule.id in {refused.rule for refused in program.refused}]

    def _engine(self, schema: pa.Schema) -> tuple[Asked, Engine, Coder]:
        if self._ready is None or self._ready[0] != schema:
            asked = Asked.of(self.book, schema, RunOptions(self.on, kernel=self.kernel))
            engine = Engine(asked.program, kernel=self.kernel, threads=self.threads)
            self._ready = schema, asked, engine, Coder(self.book.vocabulary, asked.mapped.columns)
        return self._ready[1:]


def _read(block: int, words: Words, places: Sequence[int]) -> Iterator[tuple[int, Rows, Rows]]:
    rules = len(places)
    for within, bits in enumerate(words):
        certain, possible = bits[1 : 1 + rules], bits[1 + rules : 1 + 2 * rules]
        first = (block + within) * BLOCK
        fit, lacking = certain & possible, possible & ~certain
        for at in np.flatnonzero((fit | lacking).any(axis=1)).tolist():
            yield places[at], first + _set(fit[at]), first + _set(lacking[at])


def _set(bits: NDArray[np.uint64]) -> Rows:
    """The places of the bits that are set."""
    return np.flatnonzero(np.unpackbits(bits.view(np.uint8), bitorder="little"))


# ---- tables of facts


def table_of(rows: Sequence[Mapping[str, object]], attributes: Mapping[str, Attribute]) -> tuple[pa.Table, set[int]]:
    """Facts of companies as columns, and the rows that have a figure without a last decimal, which no column holds.

    Every attribute has its column, so that rules are compiled once for all tables.
    """
    cells = [typed(row) for row in rows]
    odd = {at for at, given in enumerate(cells) if any(_decimal(value) is None for value in given.values())}
    columns = {
        name: pa.array([_cell(given.get(name)) for given in cells], _TYPES.get(one.kind, pa.string()))
        for name, one in attributes.items()
        if one.kind is not Kind.MAP
    }
    return pa.table(columns), odd


def _cell(value: Value | None) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return _decimal(value) if isinstance(value, Fraction) else value


def _decimal(value: object) -> object:
    """The value; of a fraction its exact decimal, None where there is none of nine places."""
    if not isinstance(value, Fraction):
        return value
    with localcontext() as context:
        context.traps[Inexact] = True
        try:
            found = Decimal(value.numerator) / Decimal(value.denominator)
            return found if found == found.quantize(Decimal("1e-9")) else None
        except Inexact:
            return None


def one_by_one(rules: Sequence[Rule], row: Mapping[str, object], on: date) -> list[Answer]:
    """The same by the plain walk, one company at a time."""
    known = facts(row, on)
    return [evaluate(rule.tree(on), known, on).answer if on in rule.span else Answer.NO for rule in rules]
