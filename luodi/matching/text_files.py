"""Companies in CSV and TSV: every cell is text, and a line that is no row is told with its number."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import pyarrow as pa
import pyarrow.csv as pcsv

from luodi.errors import BadInput, UnreadableFile
from luodi.matching.parquet_files import short
from luodi.matching.rejects import Reject
from luodi.matching.table import Input, fingerprint
from luodi.message import Message, in_line

_BYTES: Final = 16 << 20  # read at a time
_BROKEN: Final = 100_000  # lines that are no row: so many, and more than half, and the file is no such table
_NAMES: Final = {",": "commas", "\t": "tabs"}
_OTHERS: Final = (";", "\t", "|", ",")

csv.field_size_limit((1 << 31) - 1)


def open_text(path: Path, delimiter: str) -> Input:
    """The table of a text file in UTF-8. Raises `UnreadableFile`, `BadInput`."""
    names = _header(path, delimiter)
    broken: list[Reject] = []

    def bad(row: pcsv.InvalidRow) -> str:
        cells = (
            Message("matching.1-cell")
            if row.actual_columns == 1
            else Message("matching.cells", actual_columns=row.actual_columns)
        )
        reason = Message("matching.line-header", cells=cells, expected_columns=row.expected_columns)
        broken.append(Reject(None, None, row.text[:200], "bad-input", reason, row.number))
        return "skip"

    def read(columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
        broken.clear()
        rows = 0
        for batch in _batches(path, delimiter, columns, bad):
            rows += batch.num_rows
            _check_broken(broken, rows, path, delimiter)
            dropped = min(skip, batch.num_rows)
            skip -= dropped
            yield batch.slice(dropped)
        _check_broken(broken, rows, path, delimiter)
        _check_quotes(path, delimiter)

    return Input(
        path.name,
        pa.schema([(name, pa.string()) for name in names]),
        read,
        written=True,
        fingerprint=fingerprint([path]),
        lines=lambda: TextLines(path, delimiter),
        broken=broken,
        paths=(path,),
    )


def _batches(path: Path, delimiter: str, columns: Sequence[str], bad: object) -> Iterator[pa.RecordBatch]:
    if _only_header(path, delimiter):
        return
    reader = pcsv.open_csv(
        path,
        read_options=pcsv.ReadOptions(block_size=_BYTES, use_threads=False),
        parse_options=pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=bad),
        convert_options=pcsv.ConvertOptions(
            column_types={name: pa.string() for name in columns},
            include_columns=list(columns),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    rows = 0
    try:
        for batch in reader:
            rows += batch.num_rows
            yield batch
    except pa.ArrowInvalid as problem:
        if "UTF8" not in str(problem):
            raise
        raise _no_text(path, delimiter, f"in one of the rows from {rows:,} on, counted from 0") from None


def _check_broken(broken: Sequence[Reject], rows: int, path: Path, delimiter: str) -> None:
    if len(broken) <= max(_BROKEN, rows):
        return
    raise BadInput(
        "matching.lines-rows",
        count=len(broken),
        rows=rows,
        names=_NAMES[delimiter],
        why=broken[0].reason,
        at=in_line(path.name, broken[0].line or 1),
    )


def _no_text(path: Path, delimiter: str, where: str) -> UnreadableFile:
    return UnreadableFile(
        "matching.no-text-utf-8-with",
        names=_NAMES[delimiter],
        where=where,
        at=path.name,
    )


# ---- what stands in the file before and beside the rows


def _text(path: Path) -> IO[str]:
    return io.TextIOWrapper(pa.input_stream(str(path)), encoding="utf-8-sig", newline="")


def _header(path: Path, delimiter: str) -> list[str]:
    try:
        with _text(path) as file:
            names = next(csv.reader(file, delimiter=delimiter), [])
    except (UnicodeDecodeError, csv.Error) as problem:
        raise _no_text(path, delimiter, short(problem)) from None
    except OSError as problem:
        raise UnreadableFile("matching.cannot-read", problem=short(problem), at=path.name) from None
    if not names:
        raise UnreadableFile("matching.file-empty", at=path.name)
    other = next((mark for mark in _OTHERS if mark != delimiter and mark in names[0]), None)
    if len(names) == 1 and other is not None:
        raise BadInput(
            "matching.header-cell-with",
            other=other,
            at=in_line(path.name, 1),
        )
    return names


def _only_header(path: Path, delimiter: str) -> bool:
    with _text(path) as file:
        rows = csv.reader(file, delimiter=delimiter)
        next(rows)
        try:
            return not any(rows)
        except (UnicodeDecodeError, csv.Error):
            return False


def _check_quotes(path: Path, delimiter: str) -> None:
    """A quotation mark that is never closed swallows all rows behind it. Raises `UnreadableFile`."""
    with pa.input_stream(str(path)) as file:
        marks = sum(block.count(b'"') for block in iter(lambda: file.read(_BYTES), b""))
    if marks % 2 == 0:
        return
    with _text(path) as text:
        rows, start = csv.reader(text, delimiter=delimiter, strict=False), 1
        last = start
        for _ in rows:
            last, start = start, rows.line_num + 1
    if _is_open(path, delimiter, last):
        raise UnreadableFile(
            "matching.quotation-mark-never-closed", at=Message("place.from-line", name=path.name, line=last)
        )


def _is_open(path: Path, delimiter: str, line: int) -> bool:
    """Whether the row that begins on a line, the last one, ends inside quotation marks."""
    with _text(path) as file:
        for _ in range(line - 1):
            file.readline()
        try:
            list(csv.reader(file, delimiter=delimiter, strict=True))
        except csv.Error as problem:
            return "unexpected end" in str(problem)
    return False


class TextLines:
    """The line of each row, asked in rising order. Made only when a row is refused or a line is none."""

    def __init__(self, path: Path, delimiter: str) -> None:
        self.file = _text(path)
        self.reader = csv.reader(self.file, delimiter=delimiter)
        self.width = len(next(self.reader))
        self.row, self.line = -1, 1
        self.broken: list[int] = []

    def of(self, row: int) -> int | None:
        while self.row < row:
            if not self._next():
                return None
        return self.line

    def rest(self) -> None:
        while self._next():
            pass

    def _next(self) -> bool:
        """Go on by a line that is not empty; False at the end."""
        line = self.reader.line_num + 1
        cells = next(self.reader, None)
        if cells is None:
            return False
        if len(cells) == self.width:
            self.row, self.line = self.row + 1, line
        elif cells:
            self.broken.append(line)
        return True
