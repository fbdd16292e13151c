"""Tables on disk, CSV or Parquet, read a column at a time, and texts as numbers."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from luodi.errors import LuodiError, MissingKey, OutOfRange, UnknownKey, UnreadableFile, WrongType, did_you_mean
from luodi.ownership.interval import parse_share

SHOWN: Final = 3
_PLAIN: Final = r"^(0(\.[0-9]{1,15})?|1(\.0{1,15})?)$"


class Table:
    """One file whose columns are known to be ours; `table[name]` reads a column, after `only_on` of one day."""

    def __init__(self, path: Path, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
        self.path = path
        self.name = path.name
        self.whole: Any = None
        self.kept: Any = None
        self.columns = self._names()
        for column in self.columns:
            if column not in known:
                raise UnknownKey(f"there is no column `{column}`.{did_you_mean(column, known)}", at=self.name)
        for column in needed:
            if column not in self.columns:
                raise MissingKey(f"the column `{column}` is missing", at=self.name)

    def _names(self) -> set[str]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self.path.is_file():
            raise UnreadableFile("there is no such file", at=self.name)
        try:
            if self.path.suffix.lower() == ".csv":
                self.whole = self._csv()
                return set(self.whole.column_names)
            return set(pq.read_schema(self.path).names)
        except (pa.ArrowException, OSError) as problem:
            raise self._unreadable(problem) from None

    def _csv(self) -> Any:
        """All columns as text; a blank cell is null."""
        from pyarrow import csv, string

        with self.path.open(encoding="utf-8-sig") as file:
            names = file.readline().strip().split(",")
        kinds = {name.strip('"'): string() for name in names}
        options = csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""])
        return csv.read_csv(self.path, convert_options=options)

    def _unreadable(self, problem: Exception) -> UnreadableFile:
        return UnreadableFile(f"no readable table ({str(problem).splitlines()[0][:200]})", at=self.name)

    def at(self, column: str, row: int | None = None) -> str:
        """ "stakes.parquet, row 7, column `share`"; rows are counted as they stand in the file."""
        if row is not None and self.kept is not None:
            row = int(np.flatnonzero(self.kept)[row])
        return f"{self.name}, column `{column}`" if row is None else f"{self.name}, row {row + 1}, column `{column}`"

    def __getitem__(self, column: str) -> Any:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            if self.whole is not None:
                found = self.whole[column]
            else:
                words = ["kind"] if column == "kind" else None
                found = pq.read_table(self.path, columns=[column], read_dictionary=words)[column]
        except (pa.ArrowException, OSError) as problem:
            raise self._unreadable(problem) from None
        return found if self.kept is None else found.filter(pa.array(self.kept))

    def only_on(self, day: date) -> None:
        """From now on only rows of that day: from `from`, and before `to`."""
        kept: Any = None
        for column in ("from", "to"):
            if column in self.columns:
                keeps = self._holds(column, day)
                kept = keeps if kept is None else kept & keeps
        if kept is not None and not kept.all():
            self.kept = kept

    def _holds(self, column: str, day: date) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        days = self[column]
        if not (pa.types.is_string(days.type) or pa.types.is_temporal(days.type) or pa.types.is_null(days.type)):
            raise WrongType(f"`{column}` holds {days.type}, not days", at=self.at(column))
        try:
            days = days.cast(pa.date32())
        except pa.ArrowInvalid as problem:
            raise WrongType(f"not a day: {problem}; write days such as 2024-10-23", at=self.at(column)) from None
        holds = pc.less_equal(days, day) if column == "from" else pc.greater(days, day)
        return pc.fill_null(holds, True).to_numpy(zero_copy_only=False)


def whole(column: Any) -> Any:
    """A column as one array; long texts get room for more than two gigabytes."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


class Texts:
    """A column of few different texts: the text of a row, kept as a number."""

    def __init__(self, codes: Any, texts: list[Any]) -> None:
        self.codes = codes
        self.texts = texts

    def __getitem__(self, row: int) -> Any:
        code = int(self.codes[row])
        return None if code < 0 else self.texts[code]


class Decimals:
    """A column of decimals: the text of a row."""

    def __init__(self, column: Any) -> None:
        self.column = column

    def __getitem__(self, row: int) -> str | None:
        value = self.column[int(row)].as_py()
        return None if value is None else format(value, "f") if not isinstance(value, int) else str(value)


def shares(column: Any, table: Table, name: str) -> tuple[Any, Any, Any]:
    """Least and greatest share of each row as floats, one array where nothing is open, and the column as written."""
    import pyarrow as pa

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _written(column, table, name)
    if not (pa.types.is_floating(column.type) or pa.types.is_decimal(column.type) or pa.types.is_integer(column.type)):
        raise WrongType(f"shares are decimals or text, not {column.type}", at=table.at(name))
    column = whole(column)
    values = column.cast(pa.float64(), safe=False)
    unknown = values.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
    known = values.to_numpy(zero_copy_only=False)
    if unknown.any():
        known = np.where(unknown, 0.0, known)
    if len(known) and not (known.min() >= 0.0 and known.max() <= 1.0):
        _outside(np.flatnonzero((known < 0.0) | (known > 1.0)), known, table, name)
    text = known if pa.types.is_floating(column.type) and not unknown.any() else Decimals(column)
    if not unknown.any():
        return known, known, text
    return known, np.where(unknown, 1.0, known), text


def _outside(rows: Any, known: Any, table: Table, name: str) -> None:
    shown = ", ".join(f"{table.at(name, int(row))}: {known[row]}" for row in rows[:SHOWN])
    raise OutOfRange(f"{len(rows):,} shares lie outside 0 to 1: {shown}", at=table.at(name))


def _written(column: Any, table: Table, name: str) -> tuple[Any, Any, Any]:
    """Each different text is read once; plain decimals in one go."""
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = whole(column).dictionary_encode()
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    texts = coded.dictionary
    plain = pc.match_substring_regex(texts, _PLAIN).to_numpy(zero_copy_only=False)
    low = np.zeros(len(texts) + 1)
    low[:-1][plain] = texts.filter(pa.array(plain)).cast(pa.float64()).to_numpy(zero_copy_only=False)
    high = low.copy()
    high[-1] = 1.0  # null, which is the last code, -1
    for code in np.flatnonzero(~plain):
        try:
            share = parse_share(texts[int(code)].as_py())
        except LuodiError as problem:
            raise problem.located(table.at(name, int(np.argmax(codes == code)))) from None
        low[code], high[code] = float(share.low), float(share.high)
    written = Texts(codes, texts.to_pylist())
    least = low[codes]
    greatest = least if (high[:-1] == low[:-1]).all() and not (codes < 0).any() else high[codes]
    return least, greatest, written
