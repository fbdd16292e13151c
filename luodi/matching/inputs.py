"""Tables of companies: Parquet, CSV, Arrow and anything that hands over record batches, read a few blocks at a time."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from luodi.errors import BadInput, UnknownKey, UnreadableFile, did_you_mean
from luodi.matching.batch import BLOCK
from luodi.matching.coding import is_text
from luodi.matching.rejects import Reject
from luodi.profiles.vocabulary import Vocabulary

ROWS: Final = 8 * BLOCK  # of one batch: what is in memory at any time
_CSV_BYTES: Final = 16 << 20
_EDGE_BYTES: Final = 1 << 20
_LARGE_SHARE: Final = 8  # distinct texts that fill more than an eighth of their column are not looked up while reading

Tables = Iterator[pa.Table]


@dataclass
class Input:
    """A table to be read once. `read(columns, skip)` gives record batches from row `skip` on.

    `written`: every cell is text. `lines`: the line of a row in a text file. `broken`: lines that could not be split.
    """

    name: str
    schema: pa.Schema
    read: Callable[[Sequence[str], int], Iterator[pa.RecordBatch]]
    rows: int | None = None
    written: bool = False
    fingerprint: str = ""
    lines: Callable[[], "Lines"] | None = None
    broken: list[Reject] = field(default_factory=list)

    def tables(self, columns: Sequence[str], *, skip: int = 0, rows: int = ROWS) -> Tables:
        """Tables of `rows` rows, only the last one shorter."""
        wanted = list(columns) or self.schema.names[:1]
        return _rechunked(_told(self.read(wanted, skip), self.name), rows)


def _told(batches: Iterable[pa.RecordBatch], name: str) -> Iterator[pa.RecordBatch]:
    rows = 0
    try:
        for batch in batches:
            rows += batch.num_rows
            yield batch
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile(f"cannot be read on after {rows:,} rows ({_short(problem)})", at=name) from None


def _short(problem: BaseException) -> str:
    return str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__


def _rechunked(batches: Iterable[pa.RecordBatch], rows: int) -> Tables:
    waiting, count = list[pa.RecordBatch](), 0
    for batch in batches:
        while batch.num_rows:
            part = batch.slice(0, rows - count)
            waiting.append(part)
            count += part.num_rows
            batch = batch.slice(part.num_rows)
            if count == rows:
                yield pa.Table.from_batches(waiting)
                waiting, count = [], 0
    if count:
        yield pa.Table.from_batches(waiting)


# ---- which column is which attribute


@dataclass(frozen=True)
class Mapped:
    """`columns`: attribute to column; `ignored`: columns nobody reads; `hints`: ignored ones that look misspelt."""

    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    hints: tuple[str, ...]


def map_columns(
    schema: pa.Schema, vocabulary: Vocabulary, reads: Iterable[str], chosen: Mapping[str, str] | None = None
) -> Mapped:
    """Columns by their attribute. `chosen` (column to attribute) goes before equal names."""
    names = single(schema.names)
    by_attribute = {name: name for name in names if name in vocabulary and name not in (chosen or {})}
    for column, attribute in (chosen or {}).items():
        if column not in names:
            raise UnknownKey(f"there is no column `{column}`.{did_you_mean(column, names)}", at=f"{column}={attribute}")
        vocabulary.attribute(attribute, at=f"{column}={attribute}")
        by_attribute[attribute] = column
    wanted = {name: by_attribute[name] for name in sorted(reads) if name in by_attribute}
    known = set(by_attribute.values())
    ignored = tuple(name for name in names if name not in known)
    near = {name: get_close_matches(name, vocabulary.attributes, n=1, cutoff=0.8) for name in ignored}
    hints = tuple(f"the column `{name}` is no attribute. Did you mean `{hit[0]}`?" for name, hit in near.items() if hit)
    return Mapped(wanted, ignored, hints)


def single(names: Sequence[str]) -> Sequence[str]:
    """The names, if each is there once."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(f"the column `{twice[0]}` stands twice", at="header")
    return names


# ---- files


def open_input(path: Path, *, stream: IO[bytes] | None = None) -> Input:
    """The table of a file by its name: .parquet (or a folder of such), .csv, .tsv, .arrow. `stream`: Arrow, too."""
    if stream is not None:
        return _stream(stream, "standard input")
    if not path.exists():
        raise UnreadableFile("there is no such file", at=path.name)
    if path.is_dir() or path.suffix in (".parquet", ".pq"):
        return _parquet(path)
    if path.suffix in (".arrow", ".arrows", ".feather", ".ipc"):
        return _arrow(path)
    if path.suffixes and {".csv", ".tsv", ".txt"} & set(path.suffixes[-2:]):
        return _csv(path)
    raise BadInput(
        "a table of companies is .parquet, .csv, .tsv or .arrow, or an Arrow stream on standard input", at=path.name
    )


def fingerprint(paths: Iterable[Path]) -> str:
    """Of names, sizes, times and both ends of files: enough to notice that a table is another one."""
    digest = hashlib.sha256()
    for path in paths:
        state = path.stat()
        digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode())
        with path.open("rb") as file:
            digest.update(file.read(_EDGE_BYTES))
            file.seek(max(0, state.st_size - _EDGE_BYTES))
            digest.update(file.read())
    return digest.hexdigest()


def _parquet(path: Path) -> Input:
    paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not paths:
        raise UnreadableFile("there is no .parquet file in this folder", at=path.name)
    files = [_open_parquet(each) for each in paths]
    schema = files[0].schema_arrow
    for each, file in zip(paths, files, strict=True):
        if file.schema_arrow.names != schema.names or file.schema_arrow.types != schema.types:
            raise BadInput(f"the columns differ from those of {paths[0].name}", at=each.name)

    def read(columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
        texts = _texts(files[0], columns)  # of all files alike, since batches of two may come to lie in one table
        for each in paths:
            file = _open_parquet(each)
            count = file.metadata.num_rows
            if skip >= count:
                skip -= count
                continue
            file = _open_parquet(each, texts)
            yield from _row_groups(file, columns, skip)
            skip = 0

    return Input(
        path.name, schema, read, rows=sum(file.metadata.num_rows for file in files), fingerprint=fingerprint(paths)
    )


def _open_parquet(path: Path, texts: Sequence[str] = ()) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, read_dictionary=list(texts), pre_buffer=False, buffer_size=1 << 16)
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile(f"this is no whole Parquet file ({_short(problem)})", at=path.name) from None


def _texts(file: pq.ParquetFile, columns: Sequence[str]) -> list[str]:
    """The paths of text columns, to be read as dictionaries, as they are stored."""
    wanted = set(columns)
    found = []
    for at in range(len(file.schema)):
        column = file.schema.column(at)
        root = column.path.split(".")[0]
        field_type = file.schema_arrow.field(root).type
        inner = (
            field_type.value_type if pa.types.is_list(field_type) or pa.types.is_large_list(field_type) else field_type
        )
        if root in wanted and is_text(inner) and _repeats(file, at):
            found.append(column.path)
    return found


def _repeats(file: pq.ParquetFile, at: int) -> bool:
    """Whether a column's texts stand in it many times. Names and ids do not: to look up each of them takes long."""
    if not file.metadata.num_row_groups:
        return False
    chunk = file.metadata.row_group(0).column(at)
    if not chunk.has_dictionary_page or chunk.dictionary_page_offset is None:
        return False
    distinct = chunk.data_page_offset - chunk.dictionary_page_offset
    return bool(distinct * _LARGE_SHARE < chunk.total_compressed_size) or chunk.num_values < BLOCK


def _row_groups(file: pq.ParquetFile, columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
    groups, at = list(range(file.metadata.num_row_groups)), 0
    while groups and skip >= file.metadata.row_group(groups[0]).num_rows:
        skip -= file.metadata.row_group(groups.pop(0)).num_rows
        at += 1
    for group in groups:  # each by itself: a batch across two groups would join two dictionaries of a list column
        for batch in file.iter_batches(ROWS, row_groups=[group], columns=list(columns)):
            if skip:
                dropped = min(skip, batch.num_rows)
                skip -= dropped
                batch = batch.slice(dropped)
            yield batch


def _arrow(path: Path) -> Input:
    with path.open("rb") as file:
        is_stream = file.read(6) != b"ARROW1"
    try:
        if is_stream:
            source = pa.memory_map(str(path))
            return _stream(source, path.name, fingerprint([path]))
        reader = pa.ipc.open_file(pa.memory_map(str(path)))
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile(f"this is no whole Arrow file ({_short(problem)})", at=path.name) from None
    batches = (reader.get_batch(at) for at in range(reader.num_record_batches))
    return of_batches(path.name, reader.schema, batches, fingerprint([path]))


def _stream(source: Any, name: str, print_: str = "") -> Input:
    try:
        reader = pa.ipc.open_stream(source)
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile(f"this is no Arrow stream ({_short(problem)})", at=name) from None
    return of_batches(name, reader.schema, reader, print_)


def of_batches(
    name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], print_: str = "", rows: int | None = None
) -> Input:
    """An input of record batches in memory or on their way, such as those of a query."""

    def read(columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            dropped = min(skip, batch.num_rows)
            skip -= dropped
            yield batch.select(list(columns)).slice(dropped)

    return Input(name, schema, read, rows=rows, fingerprint=print_)


# ---- text files


def _csv(path: Path) -> Input:
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    names = _header(path, delimiter)
    broken: list[Reject] = []

    def bad(row: pcsv.InvalidRow) -> str:
        reason = f"the line has {row.actual_columns} cells, and the header has {row.expected_columns}"
        broken.append(Reject(None, None, row.text[:200], "bad-input", reason, row.number))
        return "skip"

    def read(columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
        kept = {name: pa.string() for name in columns}
        reader = pcsv.open_csv(
            path,
            read_options=pcsv.ReadOptions(block_size=_CSV_BYTES, use_threads=False),
            parse_options=pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=bad),
            convert_options=pcsv.ConvertOptions(
                column_types=kept, include_columns=list(columns), null_values=[""], strings_can_be_null=True
            ),
        )
        for batch in reader:
            dropped = min(skip, batch.num_rows)
            skip -= dropped
            yield batch.slice(dropped)

    return Input(
        path.name,
        pa.schema([(name, pa.string()) for name in names]),
        read,
        written=True,
        fingerprint=fingerprint([path]),
        lines=lambda: Lines(path, delimiter),
        broken=broken,
    )


def _text(path: Path) -> IO[str]:
    return io.TextIOWrapper(pa.input_stream(str(path)), encoding="utf-8-sig", newline="")


def _header(path: Path, delimiter: str) -> list[str]:
    try:
        with _text(path) as file:
            names = next(csv.reader(file, delimiter=delimiter), [])
    except (UnicodeDecodeError, csv.Error, OSError) as problem:
        raise UnreadableFile(
            f"no text in UTF-8 with {delimiter!r} between cells ({_short(problem)})", at=path.name
        ) from None
    if not names:
        raise UnreadableFile("the file is empty", at=path.name)
    return names


class Lines:
    """The line of each row of a text file, asked in rising order. Made only when a row is refused."""

    def __init__(self, path: Path, delimiter: str) -> None:
        self.file = _text(path)
        self.reader = csv.reader(self.file, delimiter=delimiter)
        self.width = len(next(self.reader))
        self.row, self.line = -1, 1

    def of(self, row: int) -> int:
        while self.row < row:
            before = self.reader.line_num
            cells = next(self.reader)
            if len(cells) == self.width:
                self.row, self.line = self.row + 1, before + 1
        return self.line
