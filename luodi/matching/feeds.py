"""What a kernel is fed: for each source a plain array, the rows that are known, and edges or a table to read it by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from fractions import Fraction
from math import ceil, floor, inf, nextafter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from luodi.matching.batch import (
    BLOCK,
    EPOCH,
    SAFE,
    Batch,
    Bytes,
    DayCells,
    Flags,
    Ints,
    Known,
    MapCells,
    NumberCells,
    RatioCells,
    SetCells,
    TextCells,
    TruthCells,
    Words,
    pack,
)
from luodi.matching.columns import WORD, Codes, Edge, Members, Numbers, Truths
from luodi.matching.program import Program
from luodi.matching.reckon import Reckoned, reckon
from luodi.values import Number

_NARROW: Final = (1 << 31) - 4


class Form(IntEnum):
    """How the kernel reads the array of a source."""

    ABSENT = 0  # nobody's value is known
    TRUTHS = 1  # a bit a row
    WORDS = 2  # 64 bits a row
    PLACES = 3  # a place in `table`, whose words have 64 bits
    INT32 = 4  # a number against `edges`
    INT64 = 5
    DOUBLES = 6
    NARROW = 7  # 64-bit numbers whose edges lie so near each other that 32 bits tell them apart


_WIDTH: Final = {
    Form.TRUTHS: 8,
    Form.WORDS: 1,
    Form.PLACES: 1,
    Form.INT32: 1,
    Form.INT64: 1,
    Form.DOUBLES: 1,
    Form.NARROW: 1,
}
_NO_WORDS: Final = np.zeros(1, np.uint64)
_NO_EDGES: Final = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Feed:
    form: Form
    data: NDArray[Any] = field(default_factory=lambda: _NO_WORDS)
    known: Bytes | None = None
    edges: NDArray[Any] = field(default_factory=lambda: _NO_EDGES)
    table: Words = field(default_factory=lambda: _NO_WORDS)

    def block(self, first: int, rows: int) -> "Feed":
        """Up to one block from a row on, in arrays of its own that are filled up to a whole block."""
        known = None if self.known is None else _filled(self.known[first // 8 : (first + rows + 7) // 8], BLOCK // 8)
        if self.form is Form.ABSENT:
            return self
        wide = _WIDTH[self.form]
        data = _filled(self.data[first // wide : -(-(first + rows) // wide)], BLOCK // wide)
        return replace(self, data=data, known=known)


def _filled(part: NDArray[Any], size: int) -> NDArray[Any]:
    whole = np.zeros(size, part.dtype)
    whole[: len(part)] = part
    return whole


@dataclass(frozen=True)
class Fed:
    """The feeds of a batch in the order of the program's sources, and the rows in which a formula failed."""

    rows: int
    feeds: tuple[Feed, ...]
    answered: Flags
    failed: Mapping[int, Flags]


Gather = Callable[[Ints, NDArray[np.int32], Words, Words], None]


def gather_words(starts: Ints, places: NDArray[np.int32], table: Words, words: Words) -> None:
    """Into each row's word the words, by a table, of all its places: those from its start to the next."""
    filled = np.flatnonzero(starts[1:] > starts[:-1])
    if len(filled):
        words[filled] = np.bitwise_or.reduceat(table[places[: starts[-1]]], starts[filled])


class Feeder:
    """Turns batches into feeds. What it learns of a dictionary or a way of storing numbers it keeps."""

    def __init__(self, program: Program, gather: Gather | None = None) -> None:
        self.program, self.on = program, program.on
        self.gather = gather or gather_words
        self.kept: dict[tuple[Any, ...], NDArray[Any]] = {}
        self.words: dict[tuple[int, str], tuple[int, ...]] = {}
        self.tables: dict[int, tuple[Sequence[str], list[Words]]] = {}

    def feed(self, batch: Batch) -> Fed:
        program, found, failed = self.program, dict[int, list[Feed]](), dict[int, Flags]()
        tested = len(program.plans) - len(program.reckoned)
        for at in range(tested):
            found[at] = self._column(at, batch)
        for at, leaf in enumerate(program.reckoned):
            result = reckon(leaf, batch, program.vocabulary, self.on)
            found[tested + at] = [_truths(result)]
            if result.failed is not None:
                failed[at] = result.failed
        feeds = tuple(found[source.plan][source.word] for source in program.sources)
        return Fed(batch.rows, feeds, batch.answered, failed)

    def _column(self, at: int, batch: Batch) -> list[Feed]:
        plan = self.program.plans[at]
        cells = batch.columns.get(plan.name)
        words = _words_of(plan)
        match plan, cells:
            case _, None:
                return [Feed(Form.ABSENT)] * words
            case Numbers(), NumberCells():
                return [self._numbers(plan, cells)]
            case Numbers(), RatioCells():
                return [_ratios(plan, cells)]
            case Numbers(), DayCells(days=days, known=known):
                edges = np.array([int(value) - EPOCH for value, _ in plan.edges], np.int64)
                return [Feed(Form.INT32, days, known.bits, edges)]
            case Codes(), TextCells(places=places, texts=texts, known=known):
                return [Feed(Form.PLACES, places, known.bits, table=table) for table in self._codes(at, plan, texts)]
            case Members(), SetCells():
                return self._sets(plan, cells)
            case Truths(), TruthCells(bits=bits, known=known):
                return [Feed(Form.TRUTHS, bits, known.bits)]
            case Truths(), MapCells(known=known):
                return [Feed(Form.TRUTHS, pack(known.flags), known.bits)]
        raise AssertionError(f"{plan.name}: {type(plan).__name__} and {type(cells).__name__}")

    # -- numbers

    def _numbers(self, plan: Numbers, cells: NumberCells) -> Feed:
        if cells.odd:
            return _ranked(plan, cells)
        key = (plan.name, cells.are_doubles, cells.scale)
        edges = self.kept.get(key)
        if edges is None:
            edges = self.kept[key] = stored_edges(plan.edges, cells)
        if cells.are_doubles:
            return Feed(Form.DOUBLES, cells.values, cells.known.bits, edges)
        near = len(edges) > 0 and int(edges[-1]) - int(edges[0]) < _NARROW
        return Feed(Form.NARROW if near else Form.INT64, cells.values, cells.known.bits, edges)

    # -- texts and sets

    def _sets(self, plan: Members, cells: SetCells) -> list[Feed]:
        """One word a row for each 64 members: the members' bits together."""
        bits = [plan.bit(text) for text in cells.texts] or [0]
        found = []
        for word in range(plan.words):
            table = np.array([1 << bit - word * WORD if bit // WORD == word else 0 for bit in bits], np.uint64)
            words = np.zeros(len(cells.starts) - 1, np.uint64)
            self.gather(cells.starts, cells.places, table, words)
            found.append(Feed(Form.WORDS, words, cells.known.bits))
        return found

    def _codes(self, at: int, plan: Codes, texts: Sequence[str]) -> list[Words]:
        last = self.tables.get(at)
        if last is not None and (last[0] is texts or last[0] == texts):
            return last[1]
        rows = [self._code(at, plan, text) for text in texts] or [(0,) * _words_of(plan)]
        tables = [np.array(column, np.uint64) for column in zip(*rows, strict=True)]
        self.tables[at] = (texts, tables)
        return tables

    def _code(self, at: int, plan: Codes, text: str) -> tuple[int, ...]:
        found = self.words.get((at, text))
        if found is None:
            if len(self.words) > 1_000_000:
                self.words.clear()
            found = self.words[at, text] = plan.words(text, self.on)
        return found


def _words_of(plan: Any) -> int:
    match plan:
        case Codes(tests=tests):
            return -(-len(tests) // WORD)
        case Members():
            return plan.words
    return 1


def _truths(found: Reckoned) -> Feed:
    return Feed(Form.TRUTHS, pack(found.truth), Known.of(found.known).bits)


def stored_edges(edges: Sequence[Edge], cells: NumberCells) -> NDArray[Any]:
    """The smallest stored value that reaches each edge."""
    if cells.are_doubles:
        return np.array([_double(value, past) for value, past in edges], np.float64)
    unit = 10**cells.scale
    wanted = [floor(value * unit) + 1 if past else ceil(value * unit) for value, past in edges]
    return np.array([min(max(value, -SAFE), SAFE) for value in wanted], np.int64)


def _double(value: Number, past: bool) -> float:
    """The smallest double whose shortest decimal text is at least `value`, or larger with `past`."""

    def reached(double: float) -> bool:
        shown = Fraction(repr(double))
        return shown > value if past else shown >= value

    found = float(value)
    while reached(found):
        found = nextafter(found, -inf)
    while not reached(found):
        found = nextafter(found, inf)
    return found


def _ranked(plan: Numbers, cells: NumberCells) -> Feed:
    """Where some numbers do not fit the array: how many edges each one reaches, in place of itself."""
    return _by_rank(plan, _ranks(plan, cells), cells.known)


def _by_rank(plan: Numbers, ranks: NDArray[np.int32], known: Known) -> Feed:
    return Feed(Form.INT32, ranks, known.bits, np.arange(1, len(plan.edges) + 1, dtype=np.int64))


def _ranks(plan: Numbers, cells: NumberCells) -> NDArray[np.int32]:
    ranks = np.searchsorted(stored_edges(plan.edges, cells), cells.values, side="right").astype(np.int32)
    for row, value in cells.odd.items():
        ranks[row] = rank(plan.edges, value)
    return ranks


def _ratios(plan: Numbers, cells: RatioCells) -> Feed:
    """Ratios by multiplying out: `part * a >= whole * b`, exactly; what 64 bits do not hold goes one by one."""
    sign = np.sign(cells.wholes)
    parts, wholes = cells.parts * sign, cells.wholes * sign
    ranks = np.zeros(len(parts), np.int32)
    wide = np.zeros(len(parts), np.bool_)
    for value, past in plan.edges:
        edge = Fraction(value) / cells.unit
        for side, by in ((parts, edge.denominator), (wholes, edge.numerator)):
            wide |= np.abs(side.astype(np.float64)) * abs(by) >= SAFE
        if max(edge.denominator, abs(edge.numerator)) >= SAFE:
            wide[:] = True
            continue
        left, right = parts * edge.denominator, wholes * edge.numerator
        ranks += left > right if past else left >= right
    for row in np.flatnonzero(wide & cells.derived).tolist():
        ranks[row] = rank(plan.edges, Fraction(int(parts[row]), int(wholes[row])) * cells.unit)
    for row, odd in cells.odd.items():
        ranks[row] = rank(plan.edges, odd)
    if cells.given is not None:
        ranks = np.where(cells.derived, ranks, _ranks(plan, cells.given)).astype(np.int32)
    return _by_rank(plan, ranks, cells.known)


def rank(edges: Sequence[Edge], value: Number) -> int:
    """How many edges a number reaches."""
    return sum(value > edge if past else value >= edge for edge, past in edges)
