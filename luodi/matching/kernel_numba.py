"""The kernel in numba: literals of a column in one pass over it, then and/or nodes, all in rows that stay in the cache.

It is one function for every book: the program is data, so that the compiled code is kept on disk and found again.
"""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
from numba import config, njit

from luodi.matching import vector_code
from luodi.matching.batch import BLOCK, Ints, Words
from luodi.matching.columns import Codes, Members
from luodi.matching.feeds import Feed, Form
from luodi.matching.program import OPEN, TRUE, Program
from luodi.matching.vector_code import (
    GROUP,
    any_bit,
    combine,
    compare_32,
    compare_64,
    compare_doubles,
    count_masked,
    load_place,
    load_word,
    narrow,
    store_word,
    take_row,
    take_span,
    unzip,
    write_literal,
)

ROW: Final = GROUP * 8
CHUNK: Final = GROUP  # words of a row in work: 2,048 companies, so that all rows of bits fit the second cache
_ALL: Final = ~np.uint64(0)
_NONE: Final = np.uint64(0)
_ABSENT, _TRUTHS, _WORDS, _PLACES = int(Form.ABSENT), int(Form.TRUTHS), int(Form.WORDS), int(Form.PLACES)
_INT32, _INT64, _DOUBLES, _NARROW = int(Form.INT32), int(Form.INT64), int(Form.DOUBLES), int(Form.NARROW)
_FORM, _DATA, _KNOWN, _FIRST, _LAST, _TABLE, _SIZE, _EDGES, _COUNT, _SLOT, _SLOTS_END = range(11)  # of `sources`
_TESTS, _TESTS_END, _ROW, _OPPOSITE, _CLOSED = range(5)  # the columns of `literals`
_FEW: Final = 8  # a literal of so many bits is put together from those of each; of more, its bytes are looked at


def cache_folder() -> Path:
    """Where compiled kernels are kept, by the text of the code that makes them."""
    home = os.environ.get("LUODI_HOME")
    base = Path(home) / "cache" if home else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "luodi"
    text = Path(__file__).read_bytes() + Path(vector_code.__file__).read_bytes()
    return base / "kernels" / hashlib.sha256(text).hexdigest()[:16]


def _cached(function: Any) -> Any:
    """Compiled at first use and kept; where no folder can be written, compiled again by each process."""
    folder, before = cache_folder(), config.CACHE_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        config.CACHE_DIR = str(folder)
        return njit(nogil=True, cache=True)(function)
    except (OSError, RuntimeError) as problem:
        print(f"luodi: the compiled kernel cannot be kept at {folder} ({problem})", file=sys.stderr)
        return njit(nogil=True)(function)
    finally:
        config.CACHE_DIR = before


@njit(nogil=True, inline="always")
def _numbers(source, first, edges, room, reached):
    """A row of the room for each edge; the first is all, one past the last none."""
    form, data, count, at = source[_FORM], source[_DATA], source[_COUNT], source[_EDGES]
    for word in range(GROUP):
        target = reached + word * 8
        store_word(target, _ALL)
        store_word(target + (count + 1) * ROW, _NONE)
        if form == _INT64:
            numbers = data + (first + word * 64) * 8
            for edge in range(count):
                compare_64(numbers, edges[at + edge], target + (edge + 1) * ROW)
        elif form == _DOUBLES:
            numbers = data + (first + word * 64) * 8
            for edge in range(count):
                compare_doubles(numbers, edges[at + edge], target + (edge + 1) * ROW)
        elif form == _NARROW:
            low = edges[at] - 1
            narrow(data + (first + word * 64) * 8, room, low, edges[at + count - 1])
            for edge in range(count):
                compare_32(room, edges[at + edge] - low, target + (edge + 1) * ROW)
        else:
            numbers = data + (first + word * 64) * 4
            for edge in range(count):
                compare_32(numbers, edges[at + edge], target + (edge + 1) * ROW)


@njit(nogil=True, inline="always")
def _words(source, first, slots, masks, room, values):
    """A row of the room for each slot of 64 bits a row, or of places in a table of such."""
    words, planes = room, room + 512
    for word in range(GROUP):
        row = first + word * 64
        if source[_FORM] == _PLACES:
            data, table, last = source[_DATA] + row * 4, source[_TABLE], source[_SIZE] - 1
            for at in range(64):
                place = max(0, min(load_place(data + at * 4), last))
                store_word(words + at * 8, load_word(table + place * 8))
            unzip(words, planes)
        else:
            unzip(source[_DATA] + row * 8, planes)
        for at in range(source[_SLOT], source[_SLOTS_END]):
            value = _NONE
            for mask in range(slots[at, 0], slots[at, 1]):
                value |= any_bit(planes + masks[mask, 0] * 64, masks[mask, 1])
            store_word(values + (at - source[_SLOT]) * ROW + word * 8, value)


@njit(nogil=True, inline="always")
def _literals(source, first, place, size, rail, edges, literals, tests, slots, masks, room, values):
    """A row of the room of every literal of a source, to their rows."""
    form, known, value = source[_FORM], room + 1024, room + 1024 + ROW
    for word in range(GROUP):
        at = source[_KNOWN] + (first + word * 64) // 8
        bits = _NONE if form == _ABSENT else _ALL if source[_KNOWN] == 0 else load_word(at)
        store_word(known + word * 8, bits)
        if form == _TRUTHS:
            store_word(values + word * 8, load_word(source[_DATA] + (first + word * 64) // 8))
    if form >= _INT32:
        _numbers(source, first, edges, room, values)
    elif form >= _WORDS:
        _words(source, first, slots, masks, room, values)
    for at in range(source[_FIRST], source[_LAST]):
        start, end = literals[at, _TESTS], literals[at, _TESTS_END]
        here = known
        if form >= _INT32:
            here = value
            for test in range(start, end):
                take_span(value, values + tests[test, 0] * ROW, values + tests[test, 1] * ROW, test - start)
            if start == end:
                here = values + (source[_COUNT] + 1) * ROW
        elif form >= _WORDS:
            here = value
            if end - start == 1:
                here = values + tests[start, 0] * ROW
            else:
                for test in range(start, end):
                    take_row(value, values + tests[test, 0] * ROW, test - start)
        elif form == _TRUTHS and tests[start, 0] == 0:
            here = values
        row, opposite = literals[at, _ROW], literals[at, _OPPOSITE]
        yes = place + row * size if row >= 0 else 0
        no = place + opposite * size if opposite >= 0 else 0
        write_literal(here, known, yes, no, rail, literals[at, _CLOSED])


def _evaluate(
    sources,
    edges,
    literals,
    tests,
    slots,
    masks,
    instructions,
    arguments,
    places,
    chunks,
    answered,
    room,
    memory,
    rows,
    counts,
    out,
    rules,
):
    """Chunks `chunks[0]` to `chunks[1]`; bits of answers are counted and, where `out` has room, written by block."""
    size = CHUNK * 8
    rail = rows * size
    base = memory.ctypes.data
    scratch = room.ctypes.data
    values = scratch + 1024 + 2 * ROW
    arguments_at = arguments.ctypes.data
    for chunk in range(chunks[0], chunks[1]):
        for at in range(sources.shape[0]):
            for word in range(0, CHUNK, GROUP):
                first = (chunk * CHUNK + word) * 64
                place = base + word * 8
                _literals(sources[at], first, place, size, rail, edges, literals, tests, slots, masks, scratch, values)
        mask = answered.ctypes.data + (chunk - chunks[0]) * size
        block, half = divmod((chunk - chunks[0]) * CHUNK, 128)
        for i in range(instructions.shape[0]):
            what, row, start, count = instructions[i, 0], instructions[i, 1], instructions[i, 2], instructions[i, 3]
            if what < 2:
                at = arguments_at + start * 8
                combine(base, size, row, at, count, what)
                combine(base + rail, size, row, at, count, what)
                continue
            target = 0
            if out.size:
                target = out.ctypes.data + ((block * (1 + 2 * rules) + 1 + places[row]) * 128 + half) * 8
            counts[row, 0] += count_masked(base + start * size, mask, target, size)
            if out.size:
                target += rules * 1024
            counts[row, 1] += count_masked(base + rail + start * size, mask, target, size)


def _gather_words(starts, places, table, words):
    """See `luodi.matching.feeds.gather_words`."""
    for row in range(len(words)):
        found = _NONE
        for at in range(starts[row], starts[row + 1]):
            found |= table[places[at]]
        words[row] = found


evaluate = _cached(_evaluate)
gather_words = _cached(_gather_words)


class _Slots:
    """Rows of the room for sets and codes: one for each bit that is asked, or for all bits of a literal of many."""

    def __init__(self) -> None:
        self.ranges: list[tuple[int, int]] = []
        self.masks: list[tuple[int, int]] = []
        self.at: dict[tuple[tuple[int, int], ...], int] = {}
        self.first = 0

    def begin(self) -> int:
        """Another source begins, which shares none with those before."""
        self.at.clear()
        self.first = len(self.ranges)
        return self.first

    def of(self, tests: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
        """The slots of which any holds, counted from the source's first."""
        single = [((plane, 1 << bit),) for plane, bits in tests for bit in range(8) if bits >> bit & 1]
        return [(self._slot(asked), 0) for asked in (single if 0 < len(single) <= _FEW else [tests])]

    def _slot(self, asked: tuple[tuple[int, int], ...]) -> int:
        if asked not in self.at:
            self.at[asked] = len(self.ranges) - self.first
            self.ranges.append((len(self.masks), len(self.masks) + len(asked)))
            self.masks += asked
        return self.at[asked]


class Numba:
    """One thread's room for a program; the kernel itself is shared."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.memory = np.zeros((2, program.rows, CHUNK), np.uint64)
        self.memory[:, TRUE] = _ALL
        self.memory[1, OPEN] = _ALL
        self.ranges = np.zeros((len(program.sources), 2), np.int64)  # of each source its literals
        self.slots_of = np.zeros((len(program.sources), 2), np.int64)
        self._lay_out()
        edges = max((len(getattr(plan, "edges", ())) for plan in program.plans), default=0)
        most = max((self.slots_of[:, 1] - self.slots_of[:, 0]).tolist(), default=0)
        self.room = np.zeros(128 + GROUP * (2 + max(edges + 2, most)), np.uint64)

    def _lay_out(self) -> None:
        """Tables of literals by source, of their tests, and of the slots that those of sets and codes share."""
        program, literals, tests = self.program, [], list[tuple[int, int]]()
        slots = _Slots()
        order = sorted(range(len(program.literals)), key=lambda at: program.literals[at].source)
        for place, at in enumerate(order):
            literal = program.literals[at]
            span, slot_span = self.ranges[literal.source], self.slots_of[literal.source]
            if span[1] == 0:
                span[0], slot_span[0] = place, slots.begin()
            plan = program.plans[program.sources[literal.source].plan]
            own = slots.of(literal.tests) if isinstance(plan, Codes | Members) else literal.tests
            literals.append((len(tests), len(tests) + len(own), literal.row, literal.opposite, literal.closed))
            tests += own
            span[1], slot_span[1] = place + 1, len(slots.ranges)
        self.literals = np.array(literals, np.int64).reshape(-1, 5)
        self.tests = np.array(tests, np.int64).reshape(-1, 2)
        self.slots = np.array(slots.ranges, np.int64).reshape(-1, 2)
        self.masks = np.array(slots.masks, np.int64).reshape(-1, 2)

    def sources(self, feeds: tuple[Feed, ...]) -> tuple[Ints, Ints]:
        """The table of sources for the kernel: addresses, so the feeds must outlive it."""
        rows, edges = [], list[Ints]()
        count = 0
        places = zip(feeds, self.ranges.tolist(), self.slots_of.tolist(), strict=True)
        for feed, (first, last), slots in places:
            known = 0 if feed.known is None else feed.known.ctypes.data
            form = feed.form if feed.form is not Form.NARROW or len(feed.edges) else Form.INT64
            rows.append(
                (
                    int(form),
                    feed.data.ctypes.data,
                    known,
                    first,
                    last,
                    feed.table.ctypes.data,
                    len(feed.table),
                    count,
                    len(feed.edges),
                    *slots,
                )
            )
            edges.append(feed.edges.view(np.int64))
            count += len(feed.edges)
        table = np.array(rows, np.int64).reshape(-1, 11)
        return table, np.concatenate(edges) if edges else np.zeros(0, np.int64)

    def run(
        self, feeds: tuple[Feed, ...], blocks: tuple[int, int], answered: Words, places: Ints, counts: Ints, out: Words
    ) -> None:
        """Answer whole blocks of the feeds. `out` holds `1 + 2 * rules` rows a block; empty, answers are only counted.

        `answered` has a word for every 64 rows of these blocks; `places[i]` is where rule i stands in `out`.
        """
        table, edges = self.sources(feeds)
        chunks = np.array([blocks[0], blocks[1]], np.int64) * (BLOCK // 64 // CHUNK)
        rules = (out.shape[1] - 1) // 2 if out.ndim == 3 else 0
        program = self.program
        evaluate(
            table,
            edges,
            self.literals,
            self.tests,
            self.slots,
            self.masks,
            program.instructions,
            program.arguments,
            places,
            chunks,
            answered,
            self.room,
            self.memory,
            program.rows,
            counts,
            out.reshape(-1),
            rules,
        )
