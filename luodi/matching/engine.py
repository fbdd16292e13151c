"""Batches through a kernel: whole blocks as they lie in memory, the last one filled up, failures put right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Final, Protocol

import numpy as np

from luodi.matching.batch import BLOCK, Batch, Flags, Ints, Words, pack
from luodi.matching.feeds import Fed, Feed, Feeder, Form, Gather
from luodi.matching.program import Program
from luodi.rules.evaluate import Answer, evaluate

WORDS: Final = BLOCK // 64
_STEP: Final = 1  # blocks between two calls of a consumer: what it gets is still in the cache
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


def _kernels(name: str, program: Program, count: int) -> tuple[list[Kernel], Gather | None]:
    """Kernels for that many threads, and how the kind gathers sets. numba is loaded only where it is used."""
    if name == "numpy":
        from luodi.matching.kernel_numpy import Numpy

        return [Numpy(program) for _ in range(count)], None
    from luodi.matching.kernel_numba import Numba, gather_words

    return [Numba(program) for _ in range(count)], gather_words


Failures = Mapping[int, Sequence[int]]  # by rule, the rows of the batch in which it is in error


class Engine:
    """A program ready to answer batches, from as many threads as it has kernels.

    `places[i]` is where rule i stands among `rules` rules of the output.
    """

    def __init__(
        self,
        program: Program,
        *,
        kernel: str = "numba",
        threads: int = 1,
        places: Ints | None = None,
        rules: int | None = None,
    ) -> None:
        self.program = program
        self.places = np.arange(len(program.rules)) if places is None else places
        self.rules = len(program.rules) if rules is None else rules
        kernels, gather = _kernels(kernel, program, threads)
        self.feeder = Feeder(program, gather)
        self.kernels: SimpleQueue[Kernel] = SimpleQueue()
        for each in kernels:
            self.kernels.put(each)

    def warm(self) -> None:
        """Compile the kernel, or find it compiled, before the first row comes."""
        kernel = self.kernels.get()
        feeds = (Feed(Form.ABSENT),) * len(self.program.sources)
        for out in (_NO_OUT, np.zeros((1, 1 + 2 * self.rules, WORDS), np.uint64)):
            kernel.run(feeds, (0, 0), np.zeros(0, np.uint64), self.places, self._none(), out)
        self.kernels.put(kernel)

    def run(self, batch: Batch, consume: Consume | None = None) -> Counts:
        """Answer a batch. `consume` gets its blocks, numbered from the first of the batch; the array is only lent."""
        fed = self.feeder.feed(batch)
        failures = self._failures(fed, batch)
        words = _words(fed.answered)
        whole, rest = divmod(batch.rows, BLOCK)
        kernel = self.kernels.get()
        try:
            total = self._part(fed.feeds, whole, 0, words, kernel, consume, failures)
            if rest:
                tail = tuple(feed.block(whole * BLOCK, rest) for feed in fed.feeds)
                total += self._part(tail, 1, whole, words, kernel, consume, failures)
        finally:
            self.kernels.put(kernel)
        error = np.zeros(len(self.program.rules), np.int64)
        for rule, rows in failures.items():
            error[rule] = len(rows)
        answered = int(np.count_nonzero(fed.answered))
        return Counts(total[:, 0], total[:, 1] - total[:, 0] - error, error, answered, batch.rows - answered)

    def _none(self) -> Ints:
        return np.zeros((len(self.program.rules), 2), np.int64)

    def _part(
        self,
        feeds: tuple[Feed, ...],
        blocks: int,
        first: int,
        answered: Words,
        kernel: Kernel,
        consume: Consume | None,
        failures: Failures,
    ) -> Ints:
        """The blocks of some feeds, of which the first is block `first` of the batch."""
        counts = self._none()
        if consume is None:
            mask = answered[first * WORDS : (first + blocks) * WORDS]
            kernel.run(feeds, (0, blocks), mask, self.places, counts, _NO_OUT)
            return counts
        out = np.zeros((min(_STEP, blocks), 1 + 2 * self.rules, WORDS), np.uint64)
        for at in range(0, blocks, _STEP):
            size = min(_STEP, blocks - at)
            mask = answered[(first + at) * WORDS : (first + at + size) * WORDS]
            kernel.run(feeds, (at, at + size), mask, self.places, counts, out[:size])
            out[:size, 0] = mask.reshape(size, WORDS)
            self._put_right(out[:size], first + at, failures)
            consume(first + at, out[:size])
        return counts

    # -- formulas that fail

    def _failures(self, fed: Fed, batch: Batch) -> Failures:
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
        return rows

    def _put_right(self, out: Words, first: int, failures: Failures) -> None:
        """Of an error the certain rail says yes and the possible one no."""
        for rule, rows in failures.items():
            place = int(self.places[rule])
            for row in rows:
                block, inside = divmod(row - first * BLOCK, BLOCK)
                if 0 <= block < len(out):
                    bit = np.uint64(1 << inside % 64)
                    out[block, 1 + place, inside // 64] |= bit
                    out[block, 1 + self.rules + place, inside // 64] &= ~bit


def _words(flags: Flags) -> Words:
    """One bit a row, filled up to whole blocks."""
    whole = np.zeros(-(-len(flags) // BLOCK) * BLOCK // 8, np.uint8)
    packed = pack(flags)
    whole[: len(packed)] = packed
    return whole.view(np.uint64)
