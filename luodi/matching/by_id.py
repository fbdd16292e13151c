"""Companies of an earlier result, found again by their id wherever they stand now.

The hashes of the earlier ids are put in order on disk and mapped, so that memory holds two bytes a company.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from luodi.files import CannotWrite
from luodi.matching.batch import BLOCK, Flags, Ints, Words, pack
from luodi.matching.blocks import Blocks
from luodi.matching.engine import WORDS
from luodi.matching.ids import Ids, hashes_of, ids_of_rows, wholes

_STEP: Final = 8  # blocks whose ids are read at once


@dataclass(frozen=True)
class Before:
    """Of the rows of a batch, filled up to whole blocks: their row in the earlier result, else -1; who has an id.

    `new`: how many rows have an id that nobody had. `nameless`: how many have none.
    """

    rows: Ints
    named: Words
    new: int
    nameless: int

    def block(self, at: int) -> tuple[Ints, Words]:
        return self.rows[at * BLOCK : (at + 1) * BLOCK], self.named[at]


class ById:
    """Looks up companies of an earlier result. Where an id stood twice, its first row speaks for it.

    `is_whole`: whether the ids of now are hashed as whole numbers. Where only one side is, both are compared as texts.
    """

    def __init__(self, old: Blocks, *, is_whole: bool) -> None:
        self.old = old
        self.was_whole = old.document["ids"]["hashed_as"] == "integer"
        self.as_whole = self.was_whole and is_whole
        self.nameless = 0
        self.first: Flags = np.zeros(old.rows, np.bool_)  # of each company the first row
        self.seen: Flags = np.zeros(old.rows, np.bool_)  # of these, who is there still
        self.hashes, self.rows = self._in_order()
        self.flat = old.whole.reshape(-1).view(np.uint8)
        self.counts = [rule["yes"] for rule in old.document["rules"]]

    # -- the earlier ids in order

    def _in_order(self) -> tuple[Words, Words]:
        ids = Ids()
        try:
            for block in range(0, self.old.head.blocks, _STEP):
                self.old.check(block, _STEP)
                hashes, known = self._keys(block, _STEP)
                ids.add(ids.sorted(hashes, known, block * BLOCK))
            self.nameless = ids.nameless
            with tempfile.TemporaryFile() as hashes_file, tempfile.TemporaryFile() as rows_file:
                for hashes, rows in ids.ordered():
                    self.first[rows[np.append(True, hashes[1:] != hashes[:-1])[: len(rows)]].astype(np.int64)] = True
                    hashes_file.write(hashes.tobytes())
                    rows_file.write(rows.tobytes())
                return _mapped(hashes_file), _mapped(rows_file)
        except OSError as problem:
            raise CannotWrite.because(problem, Path(tempfile.gettempdir())) from None
        finally:
            ids.close()

    def _keys(self, block: int, blocks: int) -> tuple[Words, Flags]:
        """What the earlier rows of some blocks are compared by, and which of them have an id."""
        hashes, known = ids_of_rows(self.old.ids[block : block + blocks])
        rows = min(self.old.rows - block * BLOCK, len(hashes))
        hashes, known = hashes[:rows], known[:rows]
        if self.was_whole and not self.as_whole:
            hashes, _ = hashes_of(pa.chunked_array([pa.array(wholes(hashes))]), whole=False)
        return hashes, known

    # -- who was where

    def find(self, ids: pa.ChunkedArray, first: int) -> Before:
        """Rows of now, of which the first is row `first`, in the earlier result; from any thread.

        A company that stood at the very same place is compared with that row, also where its id stood twice.
        """
        hashes, known = hashes_of(ids, whole=self.as_whole)
        found: Ints = np.full(-(-len(hashes) // BLOCK) * BLOCK, -1, np.int64)
        named = np.zeros(len(found), np.bool_)
        named[: len(known)] = known
        if len(self.hashes):
            there = self._look_up(hashes, known, found)
            self._own_place(hashes, there, found, first)
        new = int(np.count_nonzero(named & (found < 0)))
        words: Words = pack(named).view(np.uint64).reshape(-1, WORDS)
        return Before(found, words, new, len(known) - int(np.count_nonzero(known)))

    def _look_up(self, hashes: Words, known: Flags, found: Ints) -> Flags:
        order = np.argsort(hashes)  # in order, neighbours are found near each other
        at = np.empty(len(hashes), np.int64)
        at[order] = np.minimum(np.searchsorted(self.hashes, hashes[order]), len(self.hashes) - 1)
        there: Flags = known & (self.hashes[at] == hashes)
        rows = self.rows[at[there]].astype(np.int64)
        found[: len(hashes)][there] = rows
        self.seen[rows] = True
        return there

    def _own_place(self, hashes: Words, there: Flags, found: Ints, first: int) -> None:
        if first >= self.old.rows:
            return
        old, known = self._keys(first // BLOCK, -(-len(hashes) // BLOCK))
        size = min(len(old), len(hashes))
        same = np.flatnonzero(there[:size] & known[:size] & (old[:size] == hashes[:size]))
        found[same] = same + first

    # -- what was answered

    def yes(self, rows: Ints, places: Sequence[int]) -> Words:
        """Of earlier rows, one block of them, who matched the rules at some places; nobody where either is -1."""
        there = np.flatnonzero(rows >= 0)
        block, inside = np.divmod(rows[there], BLOCK)
        starts = block * (self.old.whole.shape[1] * WORDS * 8) + (inside >> 3)
        bit = np.uint8(1) << (inside & 7).astype(np.uint8)
        rules, flags = self.old.head.rules, np.zeros((len(places), BLOCK), np.bool_)
        for at, place in enumerate(places):
            if place >= 0 and self.counts[place]:
                certain = starts + (1 + place) * WORDS * 8
                flags[at, there] = self.flat[certain] & self.flat[certain + rules * WORDS * 8] & bit != 0
        words: Words = np.packbits(flags, axis=1, bitorder="little").view(np.uint64)
        return words

    # -- who is gone

    @property
    def gone(self) -> Flags:
        """By earlier row: the first one of each company that is there no more. True once all rows of now were found."""
        return self.first & ~self.seen

    def gone_blocks(self) -> Iterator[tuple[int, Words, Words]]:
        """Blocks with gone companies: number, bits of who is gone, answers."""
        gone = self.gone
        for block in np.unique(np.flatnonzero(gone) // BLOCK).tolist():
            flags = np.zeros(BLOCK, np.bool_)
            part = gone[block * BLOCK : (block + 1) * BLOCK]
            flags[: len(part)] = part
            yield block, pack(flags).view(np.uint64), self.old.words[block]

    def names(self, rows: Ints, kind: pa.DataType) -> Any:
        """The ids of earlier rows in a type; null where they are known by a hash alone."""
        is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
        if not self.was_whole or not (is_text or kind == pa.int64()):
            return pa.nulls(len(rows), kind)
        block, inside = np.divmod(rows, BLOCK)
        hashes = np.asarray(self.old.ids[block, inside // WORDS, inside % WORDS])
        return pa.array(wholes(hashes)).cast(kind)


def _mapped(file: Any) -> Words:
    size = file.tell()
    file.flush()
    return np.memmap(file, np.uint64, "r") if size else np.zeros(0, np.uint64)
