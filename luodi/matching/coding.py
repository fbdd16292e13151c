"""From Arrow arrays to typed columns, by the vocabulary: the same checks, and the same words, as for one profile.

Types are looked at before a row is read (`check_types`). Then whatever a vector can check is checked as a vector, texts
once per distinct value, and only a cell that is wrong or unusual is looked at by itself.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from luodi.errors import LuodiError, WrongType
from luodi.matching.arrays import (
    bits_of,
    flags_of,
    known_of,
    lists_of,
    one_array,
    rows_with_any,
    taken,
    usual_list,
    values_of,
)
from luodi.matching.batch import (
    EPOCH,
    Batch,
    Cells,
    DayCells,
    Known,
    MapCells,
    NumberCells,
    SetCells,
    TextCells,
    TruthCells,
    pack,
    spread,
)
from luodi.matching.number_cells import numbers, settled
from luodi.matching.rejects import Refusals
from luodi.message import Message, joined
from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary

_TEXT_DECIMALS: Final = 9
_WHOLE_TEXT: Final = r"^-?[0-9]{1,18}$"
_DECIMAL_TEXT: Final = r"^-?[0-9]{1,8}(\.[0-9]{1,9})?$"
_KEPT: Final = 1_000_000
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
            array = one_array(table.column(column))
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
                return numbers(attribute, column, array, refusals)
            case Kind.DATE:
                return _days(attribute, column, array, refusals)
            case Kind.BOOLEAN:
                return TruthCells(bits_of(array, 1), known_of(array))
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
        return values_of(indices, np.int32), texts

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
        known = known_of(array)
        empty = np.array([value is None or isinstance(value, LuodiError) for value in values] or [False])
        if not empty.any():
            return places, values, known
        wrong = np.array([isinstance(value, LuodiError) for value in values])
        rows = np.flatnonzero(taken(wrong, places) & known.flags)
        refusals.add(column, rows, lambda row: (texts[places[row]], values[places[row]]))
        return places, values, known.but(taken(empty, places))

    def _texts(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> TextCells:
        places, values, known = self._distinct(attribute, column, array, refusals)
        return TextCells(places.astype(np.int32, copy=False), [v if isinstance(v, str) else "" for v in values], known)

    def _sets(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> SetCells:
        if is_text(array.type):
            return self._written_sets(attribute, column, array, refusals)
        starts, members = lists_of(usual_list(array))
        places, texts = self._encoded(column, members)
        values = [self._parse(attribute, text) for text in texts]
        word = [min(value) if isinstance(value, frozenset) and value else "" for value in values]
        wrong = np.array([isinstance(value, LuodiError) for value in values] or [False])
        blank = np.array([not text for text in word] or [False])
        known = known_of(array)
        if wrong.any():
            bad = taken(wrong, places) & known_of(members).flags
            rows = np.flatnonzero(rows_with_any(bad, starts) & known.flags)
            told = {int(np.searchsorted(starts, at, side="right")) - 1: at for at in np.flatnonzero(bad).tolist()[::-1]}
            refusals.add(column, rows, lambda row: (texts[places[told[row]]], values[places[told[row]]]))
        if blank.any() or members.null_count:
            useless = taken(blank, places) | ~known_of(members).flags
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
                return DayCells(taken(np.array(days or [0], np.int32), places), known)
            case Kind.BOOLEAN:
                places, values, known = self._distinct(attribute, column, array, refusals)
                return TruthCells(pack(taken(np.array([value is True for value in values] or [False]), places)), known)
            case _:
                return self._texts(attribute, column, array, refusals)

    def _written_sets(self, attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> SetCells:
        """`a|b` is a set of two; a bar alone is an empty set, a blank cell says nothing."""
        places, texts = self._encoded(column, array)
        values = [self._parse_set(attribute, text) for text in texts]
        known = known_of(array)
        wrong = np.array([isinstance(value, LuodiError) for value in values] or [False])
        rows = np.flatnonzero(taken(wrong, places) & known.flags)
        refusals.add(column, rows, lambda row: (texts[places[row]], values[places[row]]))
        empty = np.array([not isinstance(value, frozenset) for value in values] or [False])
        known = known.but(taken(empty, places))
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
        cells = numbers(attribute, column, pc.cast(pc.if_else(usual, text, None), kind), refusals)
        rest = np.flatnonzero(~flags_of(usual) & known_of(array).flags)
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
        return settled(cells, odd, Known.of(cells.known.flags | gained))


# ---- days and mappings


def _days(attribute: Attribute, column: str, array: pa.Array, refusals: Refusals) -> DayCells:
    array = array if pa.types.is_date32(array.type) else array.cast(pa.date32(), safe=False)
    days, known = values_of(array, np.int32), known_of(array)
    beyond = ((days < _FIRST_DAY) | (days > _LAST_DAY)) & known.flags
    if not beyond.any():
        return DayCells(days, known)
    wrong = WrongType("matching.day-lies-outside-years-1")
    refusals.add(column, np.flatnonzero(beyond), lambda row: (f"{days[row]} days after 1970-01-01", wrong))
    return DayCells(np.where(beyond, 0, days).astype(np.int32), known.but(beyond))


def _maps(array: pa.Array) -> MapCells:
    known = known_of(array)
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
