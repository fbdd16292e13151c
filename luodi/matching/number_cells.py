"""Columns of numbers from Arrow arrays: whole multiples of one unit, in the range that the vocabulary allows."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pyarrow as pa

from luodi.errors import LuodiError, WrongType
from luodi.matching.arrays import known_of, values_of
from luodi.matching.batch import SAFE, Flags, Known, NumberCells
from luodi.matching.rejects import Refusals
from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.values import Number, exact, plain

_MOST_DECIMALS: Final = 12
_LONGEST: Final = 30


def numbers(attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> NumberCells:
    if pa.types.is_float64(array.type):
        cells = _doubles(attribute, column, array, refusals)
    elif pa.types.is_decimal(array.type):
        cells = _decimals(array)
    else:
        cells = _whole_numbers(array)
    if attribute.kind is not Kind.DECIMAL:
        cells = _made_whole(attribute, column, cells, refusals)
    return _in_range(attribute, column, cells, refusals)


def _whole_numbers(array: pa.Array) -> NumberCells:
    known = known_of(array)
    kind = array.type.to_pandas_dtype()
    values = values_of(array, kind)
    if kind is np.uint64:
        wide = np.flatnonzero((values >= np.uint64(SAFE)) & known.flags)
    else:
        values = values.astype(np.int64, copy=False)
        beyond = len(values) > 0 and (int(values.max()) >= SAFE or int(values.min()) <= -SAFE)
        wide = np.flatnonzero((np.abs(values) >= SAFE) & known.flags) if beyond else np.zeros(0, np.int64)
    odd: dict[int, Number] = {row: int(values[row]) for row in wide.tolist()}
    if odd:
        values = values.astype(np.int64)
        values[list(odd)] = 0
    return NumberCells(values.astype(np.int64, copy=False), known, 0, odd)


def _decimals(array: pa.Array) -> NumberCells:
    if not pa.types.is_decimal128(array.type):
        try:
            array = array.cast(pa.decimal128(38, array.type.scale))
        except (pa.ArrowInvalid, ValueError):
            return _wide_decimals(array)
    pairs = _values_wide(array)
    known, scale = known_of(array), array.type.scale
    low, high = pairs[:, 0], pairs[:, 1]
    odd: dict[int, Number] = {}
    wide = ((high != low >> 63) | (np.abs(low) >= SAFE)) & known.flags
    unit = 1
    if scale > _MOST_DECIMALS or scale < 0:
        unit = 10 ** max(scale - _MOST_DECIMALS, 0)
        wide |= (low % unit != 0) & known.flags
    for row in np.flatnonzero(wide).tolist():
        whole = (int(high[row]) << 64) | (int(low[row]) & (1 << 64) - 1)
        odd[row] = exact(Fraction(whole) / Fraction(10) ** scale)
    values = np.where(wide, 0, low // unit) if unit > 1 or odd else np.ascontiguousarray(low)
    if scale < 0:
        return NumberCells(values * 10**-scale, known, 0, odd)
    return NumberCells(values, known, min(scale, _MOST_DECIMALS), odd)


def _wide_decimals(array: pa.Array) -> NumberCells:
    """Numbers of more than 38 digits, one by one."""
    cells = enumerate(array.to_pylist())
    odd = {row: exact(Fraction(value)) for row, value in cells if value is not None}
    return NumberCells(np.zeros(len(array), np.int64), known_of(array), 0, odd)


def _values_wide(array: pa.Array) -> np.ndarray[Any, Any]:
    pairs = np.frombuffer(array.buffers()[1], np.int64).reshape(-1, 2)
    return pairs[array.offset : array.offset + len(array)]


def _doubles(attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> NumberCells:
    """What is no number (NaN) is absent; an infinite one is refused."""
    values, known = values_of(array, np.float64), known_of(array)
    finite = np.isfinite(values)
    if finite.all():
        return NumberCells(values, known)
    infinite = np.flatnonzero(np.isinf(values) & known.flags)
    refusals.add(column, infinite, lambda row: (str(values[row]), WrongType("matching.not-number", values=values[row])))
    return NumberCells(np.where(finite, values, 0.0), known.but(~finite))


def _made_whole(attribute: Attribute, column: str, cells: NumberCells, refusals: Refusals) -> NumberCells:
    """Numbers of an attribute that has only whole ones."""
    values, unit = cells.values, 10**cells.scale
    if cells.are_doubles:
        fits = (np.rint(values) == values) & (np.abs(values) < 2.0**53)
        whole = np.where(fits, values, 0).astype(np.int64)
    elif unit == 1:
        fits, whole = None, values
    else:
        fits, whole = values % unit == 0, values // unit
    part = {row for row, value in cells.odd.items() if not isinstance(value, int)}
    if fits is None and not part:
        return cells
    flags = np.zeros(len(values), np.bool_) if fits is None else ~fits
    flags[list(cells.odd)] = False
    flags[list(part)] = True
    flags &= cells.known.flags
    _refuse(attribute, column, cells, flags, refusals)
    odd = {row: value for row, value in cells.odd.items() if row not in part}
    return NumberCells(whole, cells.known.but(flags), 0, odd)


def _in_range(attribute: Attribute, column: str, cells: NumberCells, refusals: Refusals) -> NumberCells:
    low, high = attribute.minimum, attribute.maximum
    if (low is None and high is None) or not len(cells.values):
        return cells
    unit = 1 if cells.are_doubles else 10**cells.scale
    flags = np.zeros(len(cells.values), np.bool_)
    if low is not None and cells.values.min() < low * unit:
        flags |= cells.values < _edge(low * unit, cells)
    if high is not None and cells.values.max() > high * unit:
        flags |= cells.values > _edge(high * unit, cells)
    for row, value in cells.odd.items():
        flags[row] = (low is not None and value < low) or (high is not None and value > high)
    if not flags.any():
        return cells
    flags &= cells.known.flags
    _refuse(attribute, column, cells, flags, refusals)
    return NumberCells(cells.values, cells.known.but(flags), cells.scale, cells.odd)


def _edge(value: Number, cells: NumberCells) -> Any:
    return float(value) if cells.are_doubles else value if isinstance(value, int) else float(value)


def _refuse(attribute: Attribute, column: str, cells: NumberCells, flags: Flags, refusals: Refusals) -> None:
    def tell(row: int) -> tuple[str, LuodiError]:
        value = number_at(cells, row)
        try:
            Vocabulary("", {attribute.name: attribute}).parse(attribute.name, _as_written(value))
        except LuodiError as problem:
            problem.at = None
            return plain(value), problem
        return plain(value), WrongType("matching.double-may-already-rounded", value=plain(value))

    refusals.add(column, np.flatnonzero(flags), tell)


def _as_written(value: Number) -> Number | str:
    """A number as a person would have written it, so that it is told in that way."""
    text = plain(value)
    return text if isinstance(value, Fraction) and len(text) <= _LONGEST else value


def number_at(cells: NumberCells, row: int) -> Number:
    if row in cells.odd:
        return cells.odd[row]
    value = cells.values[row]
    return exact(Fraction(repr(float(value)))) if cells.are_doubles else exact(Fraction(int(value), 10**cells.scale))


def settled(cells: NumberCells, odd: Mapping[int, Number], known: Known) -> NumberCells:
    """Numbers read one by one go into the array where they fit."""
    values, left, unit = cells.values.copy(), dict[int, Number](), 10**cells.scale
    for row, value in odd.items():
        scaled = value * unit
        if scaled.denominator == 1 and abs(scaled) < SAFE:
            values[row] = int(scaled)
        else:
            left[row] = value
    return NumberCells(values, known, cells.scale, left)
