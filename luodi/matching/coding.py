"""From Arrow arrays to typed columns, by the vocabulary: the same checks, and the same words, as for one profile.

Types are looked at before a row is read (`check_types`). Then whatever a vector can check is checked as a vector, texts
once per distinct value, and only a cell that is wrong or unusual is looked at by itself.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from luodi.errors import LuodiError, WrongType
from luodi.matching.batch import (
    EPOCH,
    SAFE,
    Batch,
    Bytes,
    Cells,
    DayCells,
    Flags,
    Ints,
    Known,
    MapCells,
    NumberCells,
    SetCells,
    TextCells,
    TruthCells,
    pack,
    spread,
    unpack,
)
from luodi.matching.rejects import Refusals
from luodi.message import Message, joined
from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.values import Number, exact, plain

_MOST_DECIMALS: Final = 12
_TEXT_DECIMALS: Final = 9
_WHOLE_TEXT: Final = r"^-?[0-9]{1,18}$"
_DECIMAL_TEXT: Final = r"^-?[0-9]{1,8}(\.[0-9]{1,9})?$"
_KEPT: Final = 1_000_000
_LONGEST: Final = 30
_FIRST_DAY, _LAST_DAY = date.min.toordinal() - EPOCH, date.max.toordinal() - EPOCH


# ---- types


def check_types(
    schema: pa.Schema, columns: Mapping[str, str], vocabulary: Vocabulary, *, written: bool = False
) -> None:
    """Refuse columns whose type cannot hold their attribute. `columns`: attribute to name of the column.

    `written`: every cell is text, which can hold everything but a mapping.
    """
    wrong = []
    for name, column in columns.items():
        if written:
            if vocabulary[name].kind is Kind.MAP:
                wrong.append(Message("matching.column-text-wants-mappings-text", column=column, name=name))
            continue
        wanted = _wanted(vocabulary[name], schema.field(column).type)
        if wanted:
            wrong.append(
                Message(
                    "matching.column-type-wants",
                    column=column,
                    kind=schema.field(column).type,
                    name=name,
                    wanted=wanted,
                )
            )
    if wrong:
        raise WrongType(joined(wrong))


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def is_text(kind: pa.DataType) -> bool:
    kind = _plain_type(kind)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_list(kind: pa.DataType) -> bool:
    """Views of lists are no lists here: pyarrow 26 crashes where it casts those of a file."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _wanted(attribute: Attribute, kind: pa.DataType) -> Message | None:
    """What the attribute wants instead of this type; None where it fits."""
    kind = _plain_type(kind)
    if pa.types.is_null(kind):
        return None
    match attribute.kind:
        case Kind.INTEGER | Kind.MONEY | Kind.DECIMAL:
            if pa.types.is_float32(kind) or pa.types.is_float16(kind):
                return Message("matching.exact-numbers")
            fits = pa.types.is_integer(kind) or pa.types.is_float64(kind) or pa.types.is_decimal(kind)
            return None if fits else Message("noun.numbers")
        case Kind.DATE:
            naive = pa.types.is_timestamp(kind) and kind.tz is None
            return None if pa.types.is_date(kind) or naive else Message("noun.dates")
        case Kind.BOOLEAN:
            return None if pa.types.is_boolean(kind) else Message("noun.booleans")
        case Kind.SET:
            inside = _is_list(kind) and (is_text(kind.value_type) or pa.types.is_null(kind.value_type))
            return None if inside or is_text(kind) else Message("matching.lists-text")
        case Kind.MAP:
            return None if pa.types.is_map(kind) or pa.types.is_struct(kind) else Message("noun.mappings")
        case _:
            return None if is_text(kind) or pa.types.is_integer(kind) else Message("noun.text")


# ---- one batch


class Coder:
    """Codes batches of one input. `columns`: attribute to column. `written`: every cell is text, as in CSV."""

    def __init__(self, vocabulary: Vocabulary, columns: Mapping[str, str], *, written: bool = False) -> None:
        self.vocabulary, self.columns, self.written = vocabulary, columns, written
        self.parsed: dict[tuple[str, str], Any] = {}
        self.lists: dict[str, tuple[Any, list[str]]] = {}  # the last dictionary of each column, and its texts

    def batch(self, table: pa.Table, first: int) -> tuple[Batch, Refusals]:
        refusals = Refusals(first, table.num_rows)
        found: dict[str, Cells] = {}
        for name, column in self.columns.items():
            array = _one(table.column(column))
            if not pa.types.is_null(array.type) and array.null_count < len(array):
                found[name] = self._cells(self.vocabulary[name], column, array, refusals)
        return Batch(first, table.num_rows, found, refusals.flags), refusals

    def _cells(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> Cells:
        if self.written:
            return self._written(attribute, column, array, refusals)
        if pa.types.is_dictionary(array.type) and not attribute.kind.is_text and attribute.kind is not Kind.SET:
            array = array.dictionary_decode()
        match attribute.kind:
            case Kind.INTEGER | Kind.MONEY | Kind.DECIMAL:
                return _numbers(attribute, column, array, refusals)
            case Kind.DATE:
                return _days(attribute, column, array, refusals)
            case Kind.BOOLEAN:
                return TruthCells(_bits(array, 1), _known(array))
            case Kind.SET:
                return self._sets(attribute, column, array, refusals)
            case Kind.MAP:
                return _maps(array)
            case _:
                return self._texts(attribute, column, array, refusals)

    # -- texts: every distinct value is parsed once

    def _encoded(self, column: str, array: pa.Array) -> tuple[NDArray[Any], list[str]]:
        """The place of each row in the list of distinct texts; where a row has none it means nothing."""
        if not pa.types.is_dictionary(array.type):
            array = (array if is_text(array.type) else array.cast(pa.string())).dictionary_encode()
        indices = array.indices if array.indices.type == pa.int32() else array.indices.cast(pa.int32())
        before, texts = self.lists.get(column, (None, []))
        if before is None or not before.equals(array.dictionary):
            texts = ["" if text is None else str(text) for text in array.dictionary.to_pylist()]
            self.lists[column] = (array.dictionary, texts)
        if not len(indices):
            return np.zeros(0, np.int32), texts
        return _values(indices, np.int32), texts

    def _parse(self, attribute: Attribute, text: str) -> Any:
        """The value of a text, None where it says nothing, or the error."""
        key = (attribute.name, text)
        if key not in self.parsed:
            if len(self.parsed) > _KEPT:
                self.parsed.clear()
            try:
                self.parsed[key] = self.vocabulary.parse(attribute.name, text)
            except LuodiError as problem:
                self.parsed[key] = problem
        return self.parsed[key]

    def _distinct(
        self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals
    ) -> tuple[NDArray[Any], list[Any], Known]:
        """Places, the parsed value of each distinct text, and the rows that have one."""
        places, texts = self._encoded(column, array)
        values = [self._parse(attribute, text) for text in texts]
        known = _known(array)
        empty = np.array([value is None or isinstance(value, LuodiError) for value in values] or [False])
        if not empty.any():
            return places, values, known
        wrong = np.array([isinstance(value, LuodiError) for value in values])
        rows = np.flatnonzero(_at(wrong, places) & known.flags)
        refusals.add(column, rows, lambda row: (texts[places[row]], values[places[row]]))
        return places, values, known.but(_at(empty, places))

    def _texts(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> TextCells:
        places, values, known = self._distinct(attribute, column, array, refusals)
        return TextCells(places.astype(np.int32, copy=False), [v if isinstance(v, str) else "" for v in values], known)

    def _sets(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> SetCells:
        if is_text(array.type):
            return self._written_sets(attribute, column, array, refusals)
        starts, members = _lists(_usual_list(array))
        places, texts = self._encoded(column, members)
        values = [self._parse(attribute, text) for text in texts]
        word = [min(value) if isinstance(value, frozenset) and value else "" for value in values]
        wrong = np.array([isinstance(value, LuodiError) for value in values] or [False])
        blank = np.array([not text for text in word] or [False])
        known = _known(array)
        if wrong.any():
            bad = _at(wrong, places) & _known(members).flags
            rows = np.flatnonzero(_counts(bad, starts) & known.flags)
            told = {int(np.searchsorted(starts, at, side="right")) - 1: at for at in np.flatnonzero(bad).tolist()[::-1]}
            refusals.add(column, rows, lambda row: (texts[places[told[row]]], values[places[told[row]]]))
        if blank.any() or members.null_count:
            useless = _at(blank, places) | ~_known(members).flags
            before = np.concatenate([np.zeros(1, np.int64), np.cumsum(~useless)])
            starts, places = before[starts], places[~useless]
        return SetCells(starts, places.astype(np.int32, copy=False), word, known)

    # -- cells of a text file

    def _written(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> Cells:
        match attribute.kind:
            case Kind.INTEGER | Kind.MONEY | Kind.DECIMAL:
                return self._written_numbers(attribute, column, array, refusals)
            case Kind.SET:
                return self._written_sets(attribute, column, array, refusals)
            case Kind.MAP:
                raise WrongType(
                    "matching.mapping-text-file-cannot-hold",
                    attribute=attribute.name,
                    at=Message("place.column-alone", column=column),
                )
            case Kind.DATE:
                places, values, known = self._distinct(attribute, column, array, refusals)
                days = [value.toordinal() - EPOCH if isinstance(value, date) else 0 for value in values]
                return DayCells(_at(np.array(days or [0], np.int32), places), known)
            case Kind.BOOLEAN:
                places, values, known = self._distinct(attribute, column, array, refusals)
                return TruthCells(pack(_at(np.array([value is True for value in values] or [False]), places)), known)
            case _:
                return self._texts(attribute, column, array, refusals)

    def _written_sets(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> SetCells:
        """`a|b` is a set of two; a bar alone is an empty set, a blank cell says nothing."""
        places, texts = self._encoded(column, array)
        values = [self._parse_set(attribute, text) for text in texts]
        known = _known(array)
        wrong = np.array([isinstance(value, LuodiError) for value in values] or [False])
        rows = np.flatnonzero(_at(wrong, places) & known.flags)
        refusals.add(column, rows, lambda row: (texts[places[row]], values[places[row]]))
        empty = np.array([not isinstance(value, frozenset) for value in values] or [False])
        known = known.but(_at(empty, places))
        return spread([value if isinstance(value, frozenset) else frozenset() for value in values], places, known)

    def _parse_set(self, attribute: Attribute, text: str) -> Any:
        if not text.strip():
            return None
        try:
            return self.vocabulary.parse(attribute.name, [part for part in text.split("|") if part.strip()])
        except LuodiError as problem:
            return problem

    def _written_numbers(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> NumberCells:
        text = pc.utf8_trim_whitespace(array.dictionary_decode() if pa.types.is_dictionary(array.type) else array)
        whole = attribute.kind is not Kind.DECIMAL
        usual = pc.fill_null(pc.match_substring_regex(text, _WHOLE_TEXT if whole else _DECIMAL_TEXT), False)
        kind = pa.int64() if whole else pa.decimal128(18, _TEXT_DECIMALS)
        cells = _numbers(attribute, column, pc.cast(pc.if_else(usual, text, None), kind), refusals)
        rest = np.flatnonzero(~_flags(usual) & _known(array).flags)
        if not len(rest):
            return cells
        odd, gained = dict(cells.odd), np.zeros(len(array), np.bool_)
        wrong: dict[int, LuodiError] = {}
        for row in rest.tolist():
            value = self._parse(attribute, str(text[row]))
            if isinstance(value, LuodiError):
                wrong[row] = value
            elif value is not None:
                odd[row], gained[row] = value, True
        refusals.add(column, np.array(list(wrong), np.int64), lambda row: (str(text[row]), wrong[row]))
        return _settled(cells, odd, Known.of(cells.known.flags | gained))


# ---- arrays


def _one(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    return column.combine_chunks() if column.num_chunks else pa.array([], column.type)


def _at(table: NDArray[Any], places: NDArray[Any]) -> NDArray[Any]:
    return table.take(places, mode="clip")


def _bits(array: pa.Array, at: int) -> Bytes:
    """One of an array's bitmaps, from its first row on."""
    bits = np.frombuffer(array.buffers()[at], np.uint8)
    if array.offset % 8 == 0:
        return bits[array.offset // 8 : (array.offset + len(array) + 7) // 8]
    return pack(unpack(bits, array.offset + len(array))[array.offset :])


def _known(array: pa.Array) -> Known:
    return Known(len(array), _bits(array, 0) if array.null_count else None)


def _flags(array: pa.Array) -> Flags:
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    return unpack(_bits(array, 1), len(array))


def _values(array: pa.Array, kind: Any) -> np.ndarray[Any, Any]:
    return np.frombuffer(array.buffers()[1], kind)[array.offset : array.offset + len(array)]


def _usual_list(array: pa.Array) -> pa.Array:
    """Lists of one length, or of nothing but nulls, as lists of text."""
    inner = array.type.value_type
    if pa.types.is_null(inner):
        return array.cast(pa.list_(pa.string()))
    return array.cast(pa.list_(inner)) if pa.types.is_fixed_size_list(array.type) else array


def _lists(array: pa.Array) -> tuple[Ints, pa.Array]:
    """Where each row's members start, counted from the first of these rows, and the members.

    An absent list may still point at members; whoever reads them asks first whether the row is known.
    """
    wide = pa.types.is_large_list(array.type)
    size = len(array) + 1
    starts = np.frombuffer(array.buffers()[1], np.int64 if wide else np.int32)[array.offset : array.offset + size]
    members = array.values.slice(int(starts[0]), int(starts[-1] - starts[0]))
    starts = starts.astype(np.int64) - int(starts[0])
    return starts, members


def _counts(flags: Flags, starts: Ints) -> Flags:
    """Rows with any flagged member."""
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags)])
    return before[starts[1:]] > before[starts[:-1]]


# ---- numbers


def _numbers(attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> NumberCells:
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
    known = _known(array)
    kind = array.type.to_pandas_dtype()
    values = _values(array, kind)
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
    known, scale = _known(array), array.type.scale
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
    return NumberCells(np.zeros(len(array), np.int64), _known(array), 0, odd)


def _values_wide(array: pa.Array) -> np.ndarray[Any, Any]:
    pairs = np.frombuffer(array.buffers()[1], np.int64).reshape(-1, 2)
    return pairs[array.offset : array.offset + len(array)]


def _doubles(attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> NumberCells:
    """What is no number (NaN) is absent; an infinite one is refused."""
    values, known = _values(array, np.float64), _known(array)
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


def _settled(cells: NumberCells, odd: Mapping[int, Number], known: Known) -> NumberCells:
    """Numbers read one by one go into the array where they fit."""
    values, left, unit = cells.values.copy(), dict[int, Number](), 10**cells.scale
    for row, value in odd.items():
        scaled = value * unit
        if scaled.denominator == 1 and abs(scaled) < SAFE:
            values[row] = int(scaled)
        else:
            left[row] = value
    return NumberCells(values, known, cells.scale, left)


# ---- days and mappings


def _days(attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> DayCells:
    array = array if pa.types.is_date32(array.type) else array.cast(pa.date32(), safe=False)
    days, known = _values(array, np.int32), _known(array)
    beyond = ((days < _FIRST_DAY) | (days > _LAST_DAY)) & known.flags
    if not beyond.any():
        return DayCells(days, known)
    wrong = WrongType("matching.day-lies-outside-years-1")
    refusals.add(column, np.flatnonzero(beyond), lambda row: (f"{days[row]} days after 1970-01-01", wrong))
    return DayCells(np.where(beyond, 0, days).astype(np.int32), known.but(beyond))


def _maps(array: pa.Array) -> MapCells:
    known = _known(array)
    if pa.types.is_struct(array.type):
        rows, names, values = [], list[str](), list[Any]()
        for name, column in zip((f.name for f in array.type), array.flatten(), strict=True):
            held = np.flatnonzero(pc.is_valid(column).to_numpy(zero_copy_only=False) & known.flags)
            rows.append(held)
            names += [name] * len(held)
            values += column.take(pa.array(held)).to_pylist()
        return MapCells(known, np.concatenate(rows) if rows else np.zeros(0, np.int64), names, values)
    found = [
        (row, name, value)
        for row, some in enumerate(array.to_pylist())
        for name, value in some or ()
        if value is not None
    ]
    at = np.array([row for row, _, _ in found], np.int64)
    return MapCells(known, at, [str(name) for _, name, _ in found], [value for _, _, value in found])
