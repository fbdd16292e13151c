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
from luodi.matching.feeds import Feed, Form
from luodi.matching.program import OPEN, TRUE, Program
from luodi.matching.vector_code import (
    any_bit,
    combine,
    count_masked,
    load_place,
    load_word,
    narrow,
    reached_32,
    reached_64,
    store_word,
    unzip,
)

CHUNK: Final = 64  # words of a row in work: 4,096 rows of companies, so that all rows of bits fit the second cache
_ALL: Final = ~np.uint64(0)
_NONE: Final = np.uint64(0)
_ABSENT, _TRUTHS, _WORDS, _PLACES = int(Form.ABSENT), int(Form.TRUTHS), int(Form.WORDS), int(Form.PLACES)
_INT32, _INT64, _NARROW = int(Form.INT32), int(Form.INT64), int(Form.NARROW)
_FORM, _DATA, _KNOWN, _FIRST, _LAST, _TABLE, _SIZE, _EDGES, _COUNT = range(9)  # the columns of `sources`
_TESTS, _TESTS_END, _ROW, _OPPOSITE, _CLOSED = range(5)  # the columns of `literals`


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
def _write(literals, at, value, known, place, size, rail):
    """One word of a literal on both rails, for its yes and its no."""
    value &= known
    possible = value if literals[at, _CLOSED] else value | ~known
    row, opposite = literals[at, _ROW], literals[at, _OPPOSITE]
    if row >= 0:
        store_word(place + row * size, value)
        store_word(place + row * size + rail, possible)
    if opposite >= 0:
        store_word(place + opposite * size, ~possible)
        store_word(place + opposite * size + rail, ~value)


@njit(nogil=True, inline="always")
def _numbers(form, data, first, count, edges, edges_at, reached, room):
    """The word of each edge: `reached[0]` is all, one past the last is none."""
    reached[0] = _ALL
    if form == _NARROW:
        low = edges[edges_at] - 1
        narrow(data + first * 8, room, low, edges[edges_at + count - 1])
        for at in range(count):
            reached[at + 1] = reached_32(room, edges[edges_at + at] - low)
    elif form == _INT64:
        for at in range(count):
            reached[at + 1] = reached_64(data + first * 8, edges[edges_at + at])
    else:
        for at in range(count):
            reached[at + 1] = reached_32(data + first * 4, edges[edges_at + at])
    reached[count + 1] = _NONE


def _evaluate(
    sources,
    edges,
    literals,
    tests,
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
    words = room.ctypes.data
    planes = words + 512
    arguments_at = arguments.ctypes.data
    answered_at = answered.ctypes.data
    out_at = out.ctypes.data
    reached = room[128:]
    for chunk in range(chunks[0], chunks[1]):
        for s in range(sources.shape[0]):
            form, data, known_at = sources[s, _FORM], sources[s, _DATA], sources[s, _KNOWN]
            first_literal, last_literal = sources[s, _FIRST], sources[s, _LAST]
            for word in range(CHUNK):
                first = (chunk * CHUNK + word) * 64
                place = base + word * 8
                known = _ALL if known_at == 0 else load_word(known_at + first // 8)
                if form >= _INT32:
                    _numbers(form, data, first, sources[s, _COUNT], edges, sources[s, _EDGES], reached, planes)
                    for at in range(first_literal, last_literal):
                        value = _NONE
                        for t in range(literals[at, _TESTS], literals[at, _TESTS_END]):
                            value |= reached[tests[t, 0]] & ~reached[tests[t, 1]]
                        _write(literals, at, value, known, place, size, rail)
                elif form >= _WORDS:
                    if form == _PLACES:
                        table, last = sources[s, _TABLE], sources[s, _SIZE] - 1
                        for at in range(64):
                            here = max(0, min(load_place(data + (first + at) * 4), last))
                            room[at] = load_word(table + here * 8)
                        unzip(words, planes)
                    else:
                        unzip(data + first * 8, planes)
                    for at in range(first_literal, last_literal):
                        value = _NONE
                        for t in range(literals[at, _TESTS], literals[at, _TESTS_END]):
                            value |= any_bit(planes + tests[t, 0] * 64, tests[t, 1])
                        _write(literals, at, value, known, place, size, rail)
                else:
                    truths = _NONE
                    if form == _TRUTHS:
                        truths = load_word(data + first // 8)
                    else:
                        known = _NONE
                    for at in range(first_literal, last_literal):
                        asks = literals[at, _TESTS] < literals[at, _TESTS_END] and tests[literals[at, _TESTS], 0] == 0
                        _write(literals, at, truths if asks else known, known, place, size, rail)
        mask = answered_at + (chunk - chunks[0]) * size
        block, half = divmod((chunk - chunks[0]) * CHUNK, 128)
        for i in range(instructions.shape[0]):
            what, row, start, count = instructions[i, 0], instructions[i, 1], instructions[i, 2], instructions[i, 3]
            if what < 2:
                at = arguments_at + start * 8
                combine(base, size, row, at, count, what)
                combine(base + rail, size, row, at, count, what)
            else:
                target = 0
                if out.size:
                    target = out_at + ((block * (1 + 2 * rules) + 1 + places[row]) * 128 + half) * 8
                counts[row, 0] += count_masked(base + start * size, mask, target, size)
                if out.size:
                    target += rules * 1024
                counts[row, 1] += count_masked(base + rail + start * size, mask, target, size)


evaluate = _cached(_evaluate)


class Numba:
    """One thread's room for a program; the kernel itself is shared."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.memory = np.zeros((2, program.rows, CHUNK), np.uint64)
        self.memory[:, TRUE] = _ALL
        self.memory[1, OPEN] = _ALL
        edges = max((len(getattr(plan, "edges", ())) for plan in program.plans), default=0)
        self.room = np.zeros(128 + edges + 2, np.uint64)
        literals, tests = [], list[tuple[int, int]]()
        order = sorted(range(len(program.literals)), key=lambda at: program.literals[at].source)
        self.ranges = np.zeros((len(program.sources), 2), np.int64)
        for place, at in enumerate(order):
            literal = program.literals[at]
            literals.append(
                (len(tests), len(tests) + len(literal.tests), literal.row, literal.opposite, literal.closed)
            )
            tests += literal.tests
            span = self.ranges[literal.source]
            span[:] = (place if span[1] == 0 else span[0], place + 1)
        self.literals = np.array(literals, np.int64).reshape(-1, 5)
        self.tests = np.array(tests, np.int64).reshape(-1, 2)

    def sources(self, feeds: tuple[Feed, ...]) -> tuple[Ints, Ints]:
        """The table of sources for the kernel: addresses, so the feeds must outlive it."""
        rows, edges = [], list[Ints]()
        count = 0
        for feed, (first, last) in zip(feeds, self.ranges.tolist(), strict=True):
            known = 0 if feed.known is None else feed.known.ctypes.data
            form = feed.form if feed.form is not Form.NARROW or len(feed.edges) else Form.INT64
            rows.append((int(form), feed.data.ctypes.data, known, first, last, feed.table.ctypes.data,
                         len(feed.table), count, len(feed.edges)))  # fmt: skip
            edges.append(feed.edges)
            count += len(feed.edges)
        table = np.array(rows, np.int64).reshape(-1, 9)
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
        evaluate(
            table, edges, self.literals, self.tests, self.program.instructions, self.program.arguments, places,
            chunks, answered, self.room, self.memory, self.program.rows, counts, out.reshape(-1), rules,
        )  # fmt: skip
