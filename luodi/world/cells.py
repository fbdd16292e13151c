"""Columns on their way to a table: numpy arrays with the attribute's type, empty cells where nothing is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa

from luodi.profiles.vocabulary import Kind, Vocabulary
from luodi.world.draws import Draws

DIGITS: Final = 18  # of decimals: what fits into 64 bits


@dataclass(frozen=True)
class Cells:
    """`values`: whole numbers (decimals in units of their last place), truths, days since 1970, places in `words`, or
    for a set a truth for each word. `lacks`: rows that have no value."""

    values: Any
    lacks: Any = None
    words: list[str] = field(default_factory=list)
    places: int = 0


Columns = dict[str, Cells]


def schema_of(columns: Mapping[str, Cells], vocabulary: Vocabulary) -> pa.Schema:
    return pa.schema([(name, _type(name, cells, vocabulary)) for name, cells in columns.items()])


def _type(name: str, cells: Cells, vocabulary: Vocabulary) -> pa.DataType:
    match vocabulary[name].kind:
        case Kind.DECIMAL:
            return pa.decimal128(DIGITS, cells.places)
        case Kind.DATE:
            return pa.date32()
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.SET:
            return pa.list_(pa.dictionary(pa.int32(), pa.string()))
        case Kind.MAP:
            return pa.map_(pa.string(), pa.date32())
        case Kind.INTEGER | Kind.MONEY:
            return pa.int64()
        case _:
            return pa.dictionary(pa.int32(), pa.string())


def array_of(name: str, cells: Cells, draws: Draws, rate: float, vocabulary: Vocabulary) -> pa.Array:
    """The column, with some more cells left empty."""
    empty = draws.chance(f"missing {name}", rate)
    if cells.lacks is not None:
        empty |= cells.lacks
    match vocabulary[name].kind:
        case Kind.DECIMAL:
            return decimals(cells.values, cells.places, empty)
        case Kind.DATE:
            return pa.array(cells.values.astype(np.int32), mask=empty).cast(pa.date32())
        case Kind.SET:
            return _sets(cells, empty)
        case Kind.MAP:
            return _days_by_word(cells, empty)
        case Kind.STRING | Kind.ENUM:
            places = pa.array(cells.values.astype(np.int32), mask=empty)
            return pa.DictionaryArray.from_arrays(places, pa.array(cells.words))
        case _:
            return pa.array(cells.values, mask=empty)


def decimals(values: Any, places: int, empty: Any, digits: int = DIGITS) -> pa.Array:
    """Decimals from whole numbers of units of the last place."""
    pairs = np.empty((len(values), 2), np.int64)
    pairs[:, 0] = values
    pairs[:, 1] = pairs[:, 0] >> 63
    bits = None if empty is None else pa.py_buffer(np.packbits(~empty, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(digits, places), len(values), [bits, pa.py_buffer(pairs)])


def _members(has: Any, empty: Any) -> tuple[Any, Any]:
    """Where each row's members start, and the place of each member."""
    has = has & ~empty[:, None]
    starts = np.zeros(len(has) + 1, np.int32)
    starts[1:] = has.sum(axis=1, dtype=np.int32).cumsum(dtype=np.int32)
    return starts, np.nonzero(has)[1].astype(np.int32)


def _sets(cells: Cells, empty: Any) -> pa.Array:
    starts, places = _members(cells.values, empty)
    members = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(cells.words))
    return pa.ListArray.from_arrays(pa.array(starts), members, mask=pa.array(empty))


def _days_by_word(cells: Cells, empty: Any) -> pa.Array:
    """A mapping: for each word of a row its day; 0 is none."""
    has = cells.values != 0
    starts, places = _members(has, empty)
    days = cells.values[has & ~empty[:, None]].astype(np.int32)
    keys = pa.array(cells.words).take(pa.array(places))
    return pa.MapArray.from_arrays(pa.array(starts), keys, pa.array(days).cast(pa.date32()), mask=pa.array(empty))


# ---- ids

_ZERO: Final = ord("0")


def names_of(letters: Any, numbers: Any) -> pa.Array:
    """Ids as text: a letter and nine digits."""
    text = np.empty((len(numbers), 10), np.uint8)
    text[:, 0] = letters
    rest = numbers.astype(np.int64, copy=True)
    for at in range(9, 0, -1):
        tens = rest // 10
        text[:, at] = rest - tens * 10 + _ZERO
        rest = tens
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * 10
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(ends), pa.py_buffer(text))
