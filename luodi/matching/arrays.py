"""What Arrow arrays hold, as numpy sees it: bits, flags, values and lists, each from the first row on."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from luodi.matching.batch import Bytes, Flags, Ints, Known, pack, unpack


def one_array(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def taken(table: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    return table.take(places, mode="clip")


def bits_of(array: pa.Array, at: int) -> Bytes:
    """One of an array's bitmaps, from its first row on."""
    bits = np.frombuffer(array.buffers()[at], np.uint8)
    if array.offset % 8 == 0:
        return bits[array.offset // 8 : (array.offset + len(array) + 7) // 8]
    return pack(unpack(bits, array.offset + len(array))[array.offset :])


def known_of(array: pa.Array) -> Known:
    return Known(len(array), bits_of(array, 0) if array.null_count else None)


def flags_of(array: pa.Array) -> Flags:
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return unpack(bits_of(array, 1), len(array))


def values_of(array: pa.Array, kind: Any) -> np.ndarray[Any, Any]:
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def usual_list(array: pa.Array) -> pa.Array:
    """Lists of one length, or of nothing but nulls, as lists of text."""
    inner = array.type.value_type
    if pa.types.is_null(inner):
        return array.cast(pa.list_(pa.string()))
    return array.cast(pa.list_(inner)) if pa.types.is_fixed_size_list(array.type) else array


def lists_of(array: pa.Array) -> tuple[Ints, pa.Array]:
    """Where each row's members start, counted from the first of these rows, and the members.

    An absent list may still point at members; whoever reads them asks first whether the row is known.
    """
    wide = pa.types.is_large_list(array.type)
    size = len(array) + 1
    starts = np.frombuffer(array.buffers()[1], np.int64 if wide else np.int32)[array.offset : array.offset + size]
    members = array.values.slice(int(starts[0]), int(starts[-1] - starts[0]))
    starts = starts.astype(np.int64) - int(starts[0])
    return starts, members


def rows_with_any(flags: Flags, starts: Ints) -> Flags:
    """Rows with any flagged member."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags)])
    return before[starts[1:]] > before[starts[:-1]]
