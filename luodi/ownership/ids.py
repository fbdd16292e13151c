"""Ids as numbers: the place of each id among the nodes, found by hashing, whole columns at a time.

Whole numbers that lie close have a table; others, and texts, an open-addressing table of places beside a part of the
hash, so that nearly every look at an id itself is at the right one.
"""

from typing import Any, Final

import numba
import numpy as np
import pyarrow as pa

from luodi.ownership import sweep as kernel
from luodi.ownership.condense import njit, parallel

_NOT: Final = -1


class Ids:
    """The ids of the nodes in their order, text or whole numbers; `doubles` are the places of ids that stood before."""

    def __init__(self, ids: Any) -> None:
        self.ids = ids
        self.text = not pa.types.is_integer(ids.type)
        self.first, self.table = self._table()
        if self.table is not None:
            self.doubles = self._twice_in_table()
            return
        self._keys: Any = _texts(ids) if self.text else (ids.cast(pa.int64()).to_numpy(zero_copy_only=False),)
        self._slots, self.doubles = self._hashed()

    def _table(self) -> tuple[int, Any]:
        """For whole numbers that lie close: the place of each by the number itself."""
        if self.text or not len(self.ids):
            return 0, None
        values = self.ids.cast(pa.int64()).to_numpy(zero_copy_only=False)
        first, last = int(values.min()), int(values.max())
        if last - first >= 4 * len(values) + 1000:
            return 0, None
        table = np.full(last - first + 1, _NOT, np.int32)
        _fill_table(values, first, table)
        return first, table

    def _twice_in_table(self) -> Any:
        if int(np.count_nonzero(self.table >= 0)) == len(self.ids):
            return np.empty(0, np.int64)
        places = self.table[self.ids.cast(pa.int64()).to_numpy(zero_copy_only=False) - self.first]
        return np.flatnonzero(places != np.arange(len(places)))

    def _hashed(self) -> tuple[Any, Any]:
        slots = np.zeros(1 << max(4, int(2 * len(self.ids)).bit_length()), np.uint64)
        twice = np.zeros(len(self.ids), np.bool_)
        fill: Any = _fill_texts if self.text else _fill_numbers
        fill(*self._keys, slots, twice)
        return slots, np.flatnonzero(twice)

    def find(self, column: Any) -> Any:
        """The place of each id of a column, -1 for those that no node has and for empty cells."""
        found = np.empty(len(column), np.int32)
        start = 0
        for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            part = found[start : start + len(chunk)]
            self._find(chunk, part)
            if chunk.null_count:
                part[chunk.is_null().to_numpy(zero_copy_only=False)] = _NOT
            start += len(chunk)
        return found

    def _find(self, chunk: Any, into: Any) -> None:
        if self.text:
            bounds, letters = self._keys
            _find_texts(bounds, letters, self._slots, *_texts(chunk), into)
            return
        values = chunk.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        if self.table is not None:
            kernel.translate(values, self.first, self.table, into)
        else:
            _find_numbers(self._keys[0], self._slots, values, into)


def _texts(column: Any) -> tuple[Any, Any]:
    """Where each text begins and ends, and all their bytes."""
    column = column.cast(pa.large_string())
    _, ends, letters = column.buffers()
    if ends is None or not len(column):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    bounds = np.frombuffer(ends, np.int64)[column.offset : column.offset + len(column) + 1]
    return bounds, np.frombuffer(letters, np.uint8) if letters else np.zeros(0, np.uint8)


_LOW: Final = np.uint64(0xFFFFFFFF)


@njit
def _spread(x: Any) -> Any:
    x = (x ^ (x >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    x = (x ^ (x >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return x ^ (x >> np.uint64(33))


@njit
def _hash_text(bounds: Any, letters: Any, i: int) -> Any:
    x = np.uint64(0xCBF29CE484222325)
    for k in range(bounds[i], bounds[i + 1]):
        x = (x ^ np.uint64(letters[k])) * np.uint64(0x100000001B3)
    return _spread(x)


@njit
def _same_text(bounds: Any, letters: Any, i: int, others: Any, signs: Any, j: Any) -> bool:
    size = bounds[i + 1] - bounds[i]
    if size != others[j + 1] - others[j]:
        return False
    for k in range(size):  # noqa: SIM110 - numba compiles loops
        if letters[bounds[i] + k] != signs[others[j] + k]:
            return False
    return True


@njit
def _fill_texts(bounds: Any, letters: Any, slots: Any, twice: Any) -> None:
    """A slot holds 32 bits of the hash and the place plus one; 0 is empty."""
    mask = np.uint64(len(slots) - 1)
    for i in range(len(bounds) - 1):
        h = _hash_text(bounds, letters, i)
        at = h & mask
        while slots[at] != 0:
            j = np.int64(slots[at] & _LOW) - 1
            if slots[at] >> np.uint64(32) == h >> np.uint64(32) and _same_text(bounds, letters, i, bounds, letters, j):
                twice[i] = True
                break
            at = (at + np.uint64(1)) & mask
        if slots[at] == 0:
            slots[at] = (h & ~_LOW) | np.uint64(i + 1)


@parallel
def _find_texts(bounds: Any, letters: Any, slots: Any, others: Any, signs: Any, into: Any) -> None:
    mask = np.uint64(len(slots) - 1)
    for i in numba.prange(len(others) - 1):
        h = _hash_text(others, signs, i)
        at = h & mask
        into[i] = -1
        while slots[at] != 0:
            j = np.int64(slots[at] & _LOW) - 1
            if slots[at] >> np.uint64(32) == h >> np.uint64(32) and _same_text(others, signs, i, bounds, letters, j):
                into[i] = j
                break
            at = (at + np.uint64(1)) & mask


@njit
def _fill_table(keys: Any, first: int, table: Any) -> None:
    """The first place of each number."""
    for i in range(len(keys)):
        if table[keys[i] - first] < 0:
            table[keys[i] - first] = i


@njit
def _fill_numbers(keys: Any, slots: Any, twice: Any) -> None:
    mask = np.uint64(len(slots) - 1)
    for i in range(len(keys)):
        h = _spread(np.uint64(keys[i]))
        at = h & mask
        while slots[at] != 0:
            if keys[np.int64(slots[at] & _LOW) - 1] == keys[i]:
                twice[i] = True
                break
            at = (at + np.uint64(1)) & mask
        if slots[at] == 0:
            slots[at] = (h & ~_LOW) | np.uint64(i + 1)


@parallel
def _find_numbers(keys: Any, slots: Any, values: Any, into: Any) -> None:
    mask = np.uint64(len(slots) - 1)
    for i in numba.prange(len(values)):
        at = _spread(np.uint64(values[i])) & mask
        into[i] = -1
        while slots[at] != 0:
            j = np.int64(slots[at] & _LOW) - 1
            if keys[j] == values[i]:
                into[i] = j
                break
            at = (at + np.uint64(1)) & mask
