"""The typed columns of some rows: what the vocabulary makes of an input, before any rule looks at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from luodi.values import Number

BLOCK: Final = 8192  # rows that are decided together; also the unit of the blocks format
EPOCH: Final = 719163  # the ordinal of 1970-01-01, the day that Arrow counts from
SAFE: Final = 1 << 62  # whole numbers stay below, so that edges and sums fit into 64 bits

Flags = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """Which rows have a value: one bit a row, the first row lowest; no bits at all where every row has one."""

    rows: int
    bits: Bytes | None = None

    @classmethod
    def of(cls, flags: Flags) -> "Known":
        return cls(len(flags)) if bool(flags.all()) else cls(len(flags), pack(flags))

    @cached_property
    def flags(self) -> Flags:
        return np.ones(self.rows, np.bool_) if self.bits is None else unpack(self.bits, self.rows)

    def but(self, flags: Flags | None) -> "Known":
        """Without the rows of `flags`."""
        return self if flags is None or not flags.any() else Known.of(self.flags & ~flags)


def pack(flags: Flags) -> Bytes:
    return np.packbits(flags, bitorder="little")


def unpack(bits: Bytes, rows: int) -> Flags:
    return np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_)


@dataclass(frozen=True)
class NumberCells:
    """Exact numbers `values / 10**scale`, or doubles that stand for their shortest decimal text.

    `odd` holds, by row, the few numbers that fit neither; their place in `values` means nothing.
    """

    values: NDArray[Any]
    known: Known
    scale: int = 0
    odd: Mapping[int, Number] = field(default_factory=dict)

    @property
    def are_doubles(self) -> bool:
        return self.values.dtype == np.float64


@dataclass(frozen=True)
class DayCells:
    """Days since 1970-01-01."""

    days: NDArray[np.int32]
    known: Known


@dataclass(frozen=True)
class TruthCells:
    bits: Bytes
    known: Known


@dataclass(frozen=True)
class TextCells:
    """Places in a list of distinct texts. Where nothing is known the place means nothing."""

    places: NDArray[np.int32]
    texts: Sequence[str]
    known: Known


@dataclass(frozen=True)
class SetCells:
    """The members of row i stand from `starts[i]` to `starts[i + 1]`, as places in a list of distinct texts."""

    starts: Ints
    places: NDArray[np.int32]
    texts: Sequence[str]
    known: Known


@dataclass(frozen=True)
class MapCells:
    """Only whether there is something; the entries serve derivations: row, name and value of each."""

    known: Known
    rows: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    names: Sequence[str] = ()
    values: Sequence[Any] = ()


@dataclass(frozen=True)
class RatioCells:
    """Numbers worked out as `parts / wholes * unit` in the rows of `derived`, elsewhere as given; `odd` as above."""

    parts: Ints
    wholes: Ints
    unit: Fraction
    derived: Flags
    known: Known
    given: NumberCells | None = None
    odd: Mapping[int, Number] = field(default_factory=dict)


Cells = NumberCells | RatioCells | DayCells | TruthCells | TextCells | SetCells | MapCells


@dataclass
class Batch:
    """Consecutive rows. Columns that the input does not have are not there: every row of theirs is unknown."""

    first: int
    rows: int
    columns: dict[str, Cells]
    refused: Flags | None = None  # rows that cannot be answered, since a cell is wrong
    row_facts: Any = None  # a function from a row of the batch to its facts, for what only the walk can do

    @property
    def answered(self) -> Flags:
        return np.ones(self.rows, np.bool_) if self.refused is None else ~self.refused


def spread(sets: Sequence[frozenset[str]], places: NDArray[Any], known: Known) -> SetCells:
    """A set for each row from the set of each distinct value."""
    words = sorted(frozenset().union(*sets))
    at = {word: place for place, word in enumerate(words)}
    sizes = np.array([len(each) for each in sets] or [0], np.int64)
    flat = np.array([at[word] for each in sets for word in each] or [0], np.int32)
    inside = np.where(known.flags, places, 0)
    lengths = np.where(known.flags, sizes[inside], 0)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    first = (np.cumsum(sizes) - sizes)[inside]
    return SetCells(starts, flat[np.arange(starts[-1]) + np.repeat(first - starts[:-1], lengths)], words, known)
