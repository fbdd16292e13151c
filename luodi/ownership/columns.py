"""Tables on disk, CSV or Parquet, read a column at a time, and texts as numbers."""

from datetime import date
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np

from luodi.dates import BadDate, parse_day
from luodi.errors import (
    DuplicateKey,
    LuodiError,
    MissingKey,
    OutOfRange,
    UnknownKey,
    UnreadableFile,
    WrongType,
    did_you_mean,
)
from luodi.message import Message, joined
from luodi.ownership.faults import SHOWN, Faults
from luodi.ownership.interval import Share, parse_share
from luodi.ownership.thresholds import LIMITS, WIDTH, honest

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
                raise UnknownKey("ownership.no-column", column=column, meant=did_you_mean(column, known), at=self.name)
        if len(self.columns) < self.wide:
            raise DuplicateKey("ownership.column-stands-twice", at=self.name)
        for column in needed:
            if column not in self.columns:
                raise MissingKey("ownership.column-missing", column=column, at=self.name)

    def _names(self) -> set[str]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self.path.is_file():
            raise UnreadableFile("ownership.no-such-file", at=self.name)
        try:
            if self.path.suffix.lower() == ".csv":
                self.whole = self._csv()
            names = self.whole.column_names if self.whole is not None else pq.read_schema(self.path).names
            self.wide = len(names)
            return set(names)
        except (pa.ArrowException, OSError) as problem:
            raise self._unreadable(problem) from None

    def _csv(self) -> Any:
        """All columns as text; a blank cell is null."""
        from pyarrow import csv, string

        try:
            with self.path.open(encoding="utf-8-sig") as file:
                names = file.readline().strip().split(",")
        except UnicodeDecodeError:
            raise UnreadableFile("ownership.file-not-utf-8-text", at=self.name) from None
        kinds = {name.strip('"'): string() for name in names}
        options = csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""])
        return csv.read_csv(self.path, convert_options=options)

    def _unreadable(self, problem: Exception) -> UnreadableFile:
        return UnreadableFile("ownership.no-readable-table", problem=str(problem).splitlines()[0][:200], at=self.name)

    def at(self, column: str, row: int | None = None) -> str:
        """ "stakes.parquet, row 7, column `share`"; rows are counted as they stand in the file."""
        if row is None:
            return Message("place.column", name=self.name, column=column)
        return self.place(column, int(row if self.kept is None else np.flatnonzero(self.kept)[row]))

    def place(self, column: str, row: int) -> str:
        """The same of a row as it stands in the file."""
        return Message("place.cell", name=self.name, row=row + 1, column=column)

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

    def rows(self, kept: Any) -> Any:
        """Rows of the day as they stand in the file."""
        return kept if self.kept is None else np.flatnonzero(self.kept)[kept]

    def only_on(self, day: date, faults: Faults) -> None:
        """From now on only rows of that day: from `from`, and before `to`."""
        read = {name: self._days(name, faults) for name in ("from", "to") if name in self.columns}
        if len(read) == 2:
            self._in_order(read["from"], read["to"], faults)
        kept: Any = None
        for column, days in read.items():
            holds = (days <= _number(day)) if column == "from" else ((days > _number(day)) | (days == _OPEN))
            kept = holds if kept is None else kept & holds
        if kept is not None and not kept.all():
            self.kept = kept

    def _in_order(self, first: Any, end: Any, faults: Faults) -> None:
        wrong = np.flatnonzero((end < first) & (end != _OPEN))
        if len(wrong):
            text = Message("ownership.lies-before-from", told=told(wrong))
            faults.add(BadDate(text, at=self.place("to", int(wrong[0]))), len(wrong))

    def _days(self, column: str, faults: Faults) -> Any:
        """Days as numbers, the least number where the cell is empty."""
        import pyarrow as pa
        import pyarrow.compute as pc

        days = self[column]
        if pa.types.is_dictionary(days.type):
            days = days.cast(days.type.value_type)
        if not (is_text(days.type) or pa.types.is_temporal(days.type) or pa.types.is_null(days.type)):
            raise WrongType("ownership.holds-not-days", column=column, kind=days.type, at=self.at(column))
        if is_text(days.type):
            return self._written_days(days, column, faults)
        days = days.cast(pa.date32()).cast(pa.int32())
        return pc.fill_null(days, _OPEN).to_numpy(zero_copy_only=False)

    def _written_days(self, days: Any, column: str, faults: Faults) -> Any:
        """Each different text is read once."""
        codes, texts = _coded(days)
        found = np.full(len(texts) + 1, _OPEN, np.int32)
        for code, text in enumerate(texts.to_pylist()):
            try:
                found[code] = _number(parse_day(text))
            except LuodiError as problem:
                rows = np.flatnonzero(codes == code)
                problem.message = joined((problem.message, told(rows)), "")
                faults.add(problem.located(self.place(column, int(rows[0]))), len(rows))
        return found[codes]


_OPEN: Final = -(2**31)


def _number(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()


def is_text(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _coded(column: Any) -> tuple[Any, Any]:
    """A column of text as numbers, -1 where empty, and its different texts."""
    import pyarrow.compute as pc

    coded = whole(column).dictionary_encode()
    return pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False), coded.dictionary


def rows_told(rows: Any) -> str:
    """ "12 rows: 3, 7, 9, ..", counted as they stand in the file."""
    shown = ", ".join(f"{int(row) + 1}" for row in rows[:SHOWN])
    return (
        Message("ownership.row", shown=shown)
        if len(rows) == 1
        else Message("ownership.rows", rows=len(rows), shown=shown, more=", .." * (len(rows) > SHOWN))
    )


def told(rows: Any) -> str:
    """The same where there is more than the row that is named anyway."""
    return Message("ownership.rows-told", rows=rows_told(rows)) if len(rows) > 1 else ""


def whole(column: Any) -> Any:
    """A column as one array; long texts get room for more than two gigabytes."""
    import pyarrow as pa

    if pa.types.is_string(column.type):
        column = column.cast(pa.large_string())
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


class Texts:
    """A column of few different texts: the text of a row, kept as a number."""

    def __init__(self, codes: Any, texts: list[Any], exact: Any) -> None:
        self.codes = codes
        self.texts = texts
        self.exact = exact

    def marks(self) -> Any:
        """Per row, a number that differs where shares differ by less than floats tell; 0 for plain decimals."""
        return self.exact[self.codes]

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


def shares(column: Any, table: Table, name: str, faults: Faults) -> tuple[Any, Any, Any]:
    """Least and greatest share of each row as floats, one array where nothing is open, and the column as written."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if is_text(column.type):
        return _written(column, table, name, faults)
    kinds = (pa.types.is_floating, pa.types.is_decimal, pa.types.is_integer, pa.types.is_null)
    if not any(is_kind(column.type) for is_kind in kinds):
        raise WrongType("ownership.shares-decimals-or-text-not", kind=column.type, at=table.at(name))
    column = whole(column)
    values = column.cast(pa.float64(), safe=False)
    unknown = values.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
    known = values.to_numpy(zero_copy_only=False)
    if unknown.any():
        known = np.where(unknown, 0.0, known)
    if pa.types.is_decimal(column.type):
        known = _honest(column, known)
    if len(known) and not (known.min() >= 0.0 and known.max() <= 1.0):
        _outside(np.flatnonzero((known < 0.0) | (known > 1.0)), known, table, name, faults)
    text = known if pa.types.is_floating(column.type) and not unknown.any() else Decimals(column)
    if not unknown.any():
        return known, known, text
    return known, np.where(unknown, 1.0, known), text


def _honest(column: Any, known: Any) -> Any:
    """Decimals near a threshold once more: Arrow's floats of them may be a step away."""
    import pyarrow as pa

    from luodi.ownership.sweep import near

    rows = near(known, np.ones(len(known), np.bool_), np.array(list(LIMITS)), WIDTH)
    if not len(rows):
        return known
    coded = column.take(pa.array(rows)).dictionary_encode()
    exact = np.array([honest(Fraction(value)) for value in coded.dictionary.to_pylist()])
    found = np.array(known)
    found[rows] = exact[coded.indices.to_numpy()]
    return found


def _outside(wrong: Any, known: Any, table: Table, name: str, faults: Faults) -> None:
    rows = table.rows(wrong)
    text = Message("ownership.share-lies-outside-0-1-2", known=known[wrong[0]], told=told(rows))
    faults.add(OutOfRange(text, at=table.place(name, int(rows[0]))), len(rows))


def _written(column: Any, table: Table, name: str, faults: Faults) -> tuple[Any, Any, Any]:
    """Each different text is read once; plain decimals in one go."""
    import pyarrow as pa
    import pyarrow.compute as pc

    codes, texts = _coded(column)
    plain = pc.match_substring_regex(texts, _PLAIN).to_numpy(zero_copy_only=False)
    low = np.zeros(len(texts) + 1)
    low[:-1][plain] = texts.filter(pa.array(plain)).cast(pa.float64()).to_numpy(zero_copy_only=False)
    high = low.copy()
    high[-1] = 1.0  # null, which is the last code, -1
    exact = np.zeros(len(texts) + 1, np.uint64)
    wrong: dict[str, tuple[LuodiError, list[int]]] = {}
    for code in np.flatnonzero(~plain).tolist():
        try:
            share = parse_share(texts[code].as_py())
        except LuodiError as problem:
            wrong.setdefault(problem.code, (problem, []))[1].append(code)
            continue
        low[code], high[code] = honest(share.low), honest(share.high)
        exact[code] = _mark(share)
    for first, bad in wrong.values():
        rows = table.rows(np.flatnonzero(np.isin(codes, bad)))
        first.message = joined((first.message, told(rows)), "")
        faults.add(first.located(table.place(name, int(rows[0]))), len(rows))
    least = low[codes]
    greatest = least if (high[:-1] == low[:-1]).all() and not (codes < 0).any() else high[codes]
    return least, greatest, Texts(codes, texts.to_pylist(), exact)


def _mark(share: Share) -> Any:
    """A number for what a float may not tell of a share: its fractions, and ends that are left out."""
    text = f"{share.low} {share.high} {share.over} {share.under}"
    return np.frombuffer(blake2b(text.encode(), digest_size=8).digest(), np.uint64)[0]
