"""The kernel in numpy alone: the same rows of bits, a call for each instead of a loop over words."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from luodi.matching.batch import BLOCK, Ints, Words, pack
from luodi.matching.feeds import Feed, Form
from luodi.matching.program import AND, ANSWER, OPEN, TRUE, Literal, Program

BITS: Final = 64
ALL: Final = ~np.uint64(0)
_WORDS: Final = BLOCK // BITS


class Numpy:
    """Rows of bits for `blocks` blocks at a time: enough to make a call worth its while, few enough for the cache."""

    def __init__(self, program: Program, blocks: int = 4) -> None:
        self.program, self.blocks = program, blocks
        self.width = blocks * BLOCK // BITS
        self.memory = np.zeros((program.rows, 2, self.width), np.uint64)
        self.memory[TRUE] = ALL
        self.memory[OPEN, 1] = ALL
        self.instructions = [tuple(row) for row in program.instructions.tolist()]
        self.arguments = program.arguments.tolist()

    def run(
        self, feeds: tuple[Feed, ...], blocks: tuple[int, int], answered: Words, places: Ints, counts: Ints, out: Words
    ) -> None:
        """Answer whole blocks. See `luodi.matching.engine.Kernel`."""
        rules = (out.shape[1] - 1) // 2 if out.ndim == 3 else 0
        for start in range(*blocks, self.blocks):
            size = min(self.blocks, blocks[1] - start)
            here = slice(start - blocks[0], start - blocks[0] + size)
            mask = np.zeros(self.width, np.uint64)
            part = answered[here.start * _WORDS : here.stop * _WORDS]
            mask[: len(part)] = part
            for rule, rails in self._answers(feeds, start * BLOCK, size * BLOCK):
                masked = rails & mask
                counts[rule] += np.bitwise_count(masked).sum(axis=1, dtype=np.int64)
                if rules:
                    place = 1 + int(places[rule])
                    out[here, place] = masked[0, : size * _WORDS].reshape(size, _WORDS)
                    out[here, place + rules] = masked[1, : size * _WORDS].reshape(size, _WORDS)

    def _answers(self, feeds: tuple[Feed, ...], first: int, rows: int) -> Iterator[tuple[int, Words]]:
        """Each rule with its two rails for some rows from `first` on; the array is used again."""
        self._literals(feeds, first, rows)
        memory = self.memory
        for what, row, start, count in self.instructions:
            if what == ANSWER:
                yield row, memory[start]
                continue
            join = np.bitwise_and if what == AND else np.bitwise_or
            parts = self.arguments[start : start + count]
            out = memory[row]
            join(memory[parts[0]], memory[parts[1]], out=out)
            for part in parts[2:]:
                join(out, memory[part], out=out)

    def _literals(self, feeds: tuple[Feed, ...], first: int, rows: int) -> None:
        sources: dict[int, _Source] = {}
        for literal in self.program.literals:
            source = sources.get(literal.source)
            if source is None:
                source = sources[literal.source] = _Source(feeds[literal.source], first, rows, self.width)
            certain, possible = source.rails(literal)
            if literal.row >= 0:
                self.memory[literal.row, 0], self.memory[literal.row, 1] = certain, possible
            if literal.opposite >= 0:
                np.invert(possible, out=self.memory[literal.opposite, 0])
                np.invert(certain, out=self.memory[literal.opposite, 1])


class _Source:
    """One source over some rows, with what its literals share."""

    def __init__(self, feed: Feed, first: int, rows: int, width: int) -> None:
        self.feed, self.rows, self.width = feed, rows, width
        self.first = first
        self.known = np.zeros(width, np.uint64) if feed.form is Form.ABSENT else self._known()
        self.edges: dict[int, Words] = {}
        self.planes: list[np.ndarray[tuple[int], np.dtype[np.uint8]]] | None = None

    def _known(self) -> Words:
        if self.feed.known is None:
            return self._words(pack(np.ones(self.rows, np.bool_)))
        return self._words(self.feed.known[self.first // 8 : (self.first + self.rows + 7) // 8])

    def _words(self, packed: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Words:
        whole = np.zeros(self.width * 8, np.uint8)
        whole[: len(packed)] = packed
        return whole.view(np.uint64)

    def rails(self, literal: Literal) -> tuple[Words, Words]:
        value = self._value(literal) & self.known
        return value, value if literal.closed else value | ~self.known

    def _value(self, literal: Literal) -> Words:
        match self.feed.form:
            case Form.ABSENT:
                return self.known
            case Form.TRUTHS:
                if literal.tests[0][0]:
                    return self.known
                return self._words(self.feed.data[self.first // 8 : (self.first + self.rows + 7) // 8])
            case Form.WORDS | Form.PLACES:
                return self._bits(literal)
        found = np.zeros(self.width, np.uint64)
        for reached, not_reached in literal.tests:
            found |= self._edge(reached) & ~self._edge(not_reached)
        return found

    def _edge(self, at: int) -> Words:
        """The rows that reach an edge; 0 is reached by all, one past the last by none."""
        found = self.edges.get(at)
        if found is None:
            if at == 0:
                found = np.full(self.width, ALL)
            elif at > len(self.feed.edges):
                found = np.zeros(self.width, np.uint64)
            else:
                data = self.feed.data[self.first : self.first + self.rows]
                found = self._words(pack(data >= data.dtype.type(self.feed.edges[at - 1])))
            self.edges[at] = found
        return found

    def _bits(self, literal: Literal) -> Words:
        if self.planes is None:
            words = self.feed.data[self.first : self.first + self.rows]
            if self.feed.form is Form.PLACES:
                words = self.feed.table.take(words, mode="clip")
            self.planes = list(np.ascontiguousarray(np.ascontiguousarray(words).view(np.uint8).reshape(-1, 8).T))
        found = np.zeros(self.rows, np.bool_)
        for plane, bits in literal.tests:
            found |= (self.planes[plane] & np.uint8(bits)) != 0
        return self._words(pack(found))
