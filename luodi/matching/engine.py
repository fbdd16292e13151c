"""Batches through a kernel: whole blocks shared out among threads, the last one filled up, failures put right."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Protocol

import numpy as np

from luodi.matching.batch import BLOCK, Batch, Flags, Ints, Words, pack
from luodi.matching.feeds import Fed, Feed, Feeder
from luodi.matching.program import Program
from luodi.rules.evaluate import Answer, evaluate

WORDS: Final = BLOCK // 64
_STEP: Final = 2  # blocks between two calls of a consumer: what it gets is still in the cache
_NO_OUT: Final = np.zeros(0, np.uint64)

Consume = Callable[
    [int, Words], None
]  # first block, and for each block: answered, certain of each rule, possible of each


@dataclass
class Counts:
    """Answers by rule, in the order of the rules."""

    yes: Ints
    unknown: Ints
    error: Ints
    rows: int = 0
    refused: int = 0

    @classmethod
    def none(cls, rules: int) -> "Counts":
        return cls(np.zeros(rules, np.int64), np.zeros(rules, np.int64), np.zeros(rules, np.int64))

    @property
    def no(self) -> Ints:
        return self.rows - self.yes - self.unknown - self.error

    def add(self, other: "Counts") -> None:
        self.yes += other.yes
        self.unknown += other.unknown
        self.error += other.error
        self.rows += other.rows
        self.refused += other.refused


class Kernel(Protocol):
    """One thread's kernel."""

    def run(
        self, feeds: tuple[Feed, ...], blocks: tuple[int, int], answered: Words, places: Ints, counts: Ints, out: Words
    ) -> None:
        """Answer whole blocks. `counts`: certain and possible by rule; `out`: see `Consume`, or empty."""


def kernel_names() -> tuple[str, ...]:
    return ("numba", "numpy")


def make_kernel(name: str, program: Program) -> Kernel:
    if name == "numpy":
        from luodi.matching.kernel_numpy import Numpy

        return Numpy(program)
    from luodi.matching.kernel_numba import Numba

    return Numba(program)


@dataclass
class _Shift:
    """Errors of one batch: by rule, the rows that fail."""

    rows: dict[int, list[int]] = field(default_factory=dict)


class Engine:
    """A program ready to answer batches. `places[i]` is where rule i stands among `rules` rules of the output."""

    def __init__(
        self,
        program: Program,
        *,
        kernel: str = "numba",
        threads: int | None = None,
        places: Ints | None = None,
        rules: int | None = None,
    ) -> None:
        self.program = program
        self.threads = max(1, threads or os.cpu_count() or 1)
        self.places = np.arange(len(program.rules)) if places is None else places
        self.rules = len(program.rules) if rules is None else rules
        self.feeder = Feeder(program)
        self.kernels = [make_kernel(kernel, program) for _ in range(self.threads)]
        self.pool = ThreadPoolExecutor(self.threads) if self.threads > 1 else None

    def run(self, batch: Batch, consume: Consume | None = None) -> Counts:
        """Answer a batch. `consume` gets its blocks, numbered from the first of the batch, in any order and from any
        thread; the array is only lent."""
        fed = self.feeder.feed(batch)
        failures = self._failures(fed, batch)
        words = _words(fed.answered)
        whole = batch.rows // BLOCK
        parts = [(start, stop) for start, stop in _shares(whole, self.threads) if stop > start]
        found = self._each(
            parts, lambda part, kernel: self._part(fed.feeds, part, part[0], words, kernel, consume, failures)
        )
        rest = batch.rows - whole * BLOCK
        if rest:
            tail = tuple(feed.block(whole * BLOCK, rest) for feed in fed.feeds)
            found.append(self._part(tail, (0, 1), whole, words, self.kernels[0], consume, failures))
        total = sum(found, np.zeros((len(self.program.rules), 2), np.int64))
        error = np.zeros(len(self.program.rules), np.int64)
        for rule, rows in failures.rows.items():
            error[rule] = len(rows)
        answered = int(np.count_nonzero(fed.answered))
        return Counts(total[:, 0], total[:, 1] - total[:, 0] - error, error, answered, batch.rows - answered)

    def _each(self, parts: list[tuple[int, int]], work: Callable[[tuple[int, int], Kernel], Ints]) -> list[Ints]:
        if self.pool is None or len(parts) < 2:
            return [work(part, self.kernels[0]) for part in parts]
        return list(self.pool.map(work, parts, self.kernels))

    def _part(
        self, feeds: tuple[Feed, ...], part: tuple[int, int], first: int, answered: Words, kernel: Kernel,
        consume: Consume | None, failures: _Shift,
    ) -> Ints:  # fmt: skip
        """Blocks `part` of the feeds, of which the first is block `first` of the batch."""
        counts = np.zeros((len(self.program.rules), 2), np.int64)
        start, stop = part
        if consume is None:
            kernel.run(
                feeds, part, answered[first * WORDS : (first + stop - start) * WORDS], self.places, counts, _NO_OUT
            )
            return counts
        out = np.zeros((min(_STEP, stop - start), 1 + 2 * self.rules, WORDS), np.uint64)
        for at in range(start, stop, _STEP):
            size = min(_STEP, stop - at)
            here = first + at - start
            part_answered = answered[here * WORDS : (here + size) * WORDS]
            kernel.run(feeds, (at, at + size), part_answered, self.places, counts, out[:size])
            out[:size, 0] = part_answered.reshape(size, WORDS)
            self._put_right(out[:size], here, failures)
            consume(here, out[:size])
        return counts

    # -- formulas that fail

    def _failures(self, fed: Fed, batch: Batch) -> _Shift:
        """Rules whose answer is an error, by the walk; there are few, or the book is wrong."""
        found: dict[int, set[int]] = {}
        for formula, flags in fed.failed.items():
            for rule in self.program.readers.get(formula, ()):
                found.setdefault(rule, set()).update(np.flatnonzero(flags & fed.answered).tolist())
        rows: dict[int, list[int]] = {}
        for rule, candidates in found.items():
            tree = self.program.trees[rule]
            wrong = [
                row
                for row in sorted(candidates)
                if evaluate(tree, batch.row_facts(row), self.program.on).answer is Answer.ERROR
            ]
            if wrong:
                rows[rule] = wrong
        return _Shift(rows)

    def _put_right(self, out: Words, first: int, failures: _Shift) -> None:
        """Of an error the certain rail says yes and the possible one no."""
        for rule, rows in failures.rows.items():
            place = int(self.places[rule])
            for row in rows:
                block, inside = divmod(row - first * BLOCK, BLOCK)
                if 0 <= block < len(out):
                    bit = np.uint64(1 << inside % 64)
                    out[block, 1 + place, inside // 64] |= bit
                    out[block, 1 + self.rules + place, inside // 64] &= ~bit


def _shares(blocks: int, threads: int) -> list[tuple[int, int]]:
    ends = [blocks * at // threads for at in range(threads + 1)]
    return list(pairwise(ends))


def _words(flags: Flags) -> Words:
    """One bit a row, filled up to whole blocks."""
    whole = np.zeros(-(-len(flags) // BLOCK) * BLOCK // 8, np.uint8)
    packed = pack(flags)
    whole[: len(packed)] = packed
    return whole.view(np.uint64)
