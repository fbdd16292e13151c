"""A table of companies that is read once, some blocks at a time, whatever file it comes from."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa

from luodi.errors import UnreadableFile
from luodi.matching.parquet_files import ROWS, short
from luodi.matching.rejects import Lines, Reject

_EDGE_BYTES: Final = 1 << 20

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
    lines: Callable[[], Lines] | None = None
    broken: list[Reject] = field(default_factory=list)
    paths: tuple[Path, ...] = ()  # files and folders that are read

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
        raise UnreadableFile("matching.cannot-read-after-rows", rows=rows, problem=short(problem), at=name) from None


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
