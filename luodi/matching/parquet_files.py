"""Parquet files with the same columns as one table, read a row group at a time, texts as they are stored."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from luodi.errors import BadInput, UnreadableFile
from luodi.matching.batch import BLOCK
from luodi.matching.coding import is_text
from luodi.message import Message, system_words

ROWS: Final = 8 * BLOCK  # of one batch: what is in memory at any time
_LARGE_SHARE: Final = 8  # distinct texts that fill more than an eighth of their column are not looked up while reading


@dataclass(frozen=True)
class RowGroup:
    """Rows that lie together in a file. `bytes`: of their columns, packed, as the file says."""

    path: Path
    at: int
    rows: int
    bytes: int


class ParquetFiles:
    """One file, or those of a folder in the order of their names.

    Raises `UnreadableFile` for a file that is not whole, `BadInput` where one has other columns than the first.
    """

    def __init__(self, path: Path) -> None:
        self.paths = _paths(path)
        if not self.paths:
            raise UnreadableFile("matching.no-parquet-file-folder", at=str(path))
        files = [open_parquet(each) for each in self.paths]
        self.schema: pa.Schema = files[0].schema_arrow
        for each, file in zip(self.paths, files, strict=True):
            if file.schema_arrow.names != self.schema.names or file.schema_arrow.types != self.schema.types:
                raise BadInput(_difference(file.schema_arrow, self.schema, self.paths[0].name), at=each.name)
        self.groups = [g for each, file in zip(self.paths, files, strict=True) for g in _groups(each, file.metadata)]
        self.rows = sum(group.rows for group in self.groups)

    def texts(self, columns: Sequence[str]) -> list[str]:
        """The text columns that are read as they are stored: of all files alike, since batches of two may meet."""
        return _texts(open_parquet(self.paths[0]), columns)

    def read(self, columns: Sequence[str], skip: int) -> Iterator[pa.RecordBatch]:
        """Batches from row `skip` on."""
        at, left = 0, skip
        while at < len(self.groups) and left >= self.groups[at].rows:
            left -= self.groups[at].rows
            at += 1
        for batch in read_groups(self.groups[at:], columns, self.texts(columns)):
            dropped = min(left, batch.num_rows)
            left -= dropped
            yield batch.slice(dropped)


def read_groups(groups: Iterable[RowGroup], columns: Sequence[str], texts: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Each by itself: a batch across two groups would join two dictionaries of a list column."""
    for path, of_file in groupby(groups, lambda group: group.path):
        file = open_parquet(path, texts)
        for group in of_file:
            yield from file.iter_batches(ROWS, row_groups=[group.at], columns=list(columns))


def open_parquet(path: Path, texts: Sequence[str] = ()) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, read_dictionary=list(texts), pre_buffer=False, buffer_size=1 << 16)
    except (pa.ArrowException, OSError) as problem:
        raise UnreadableFile("matching.no-whole-parquet-file", problem=short(problem), at=path.name) from None


def short(problem: BaseException) -> str:
    """What a library or the system says, in one line."""
    if isinstance(problem, OSError) and problem.errno:
        return system_words(problem)
    return str(problem).splitlines()[0][:200] if str(problem) else type(problem).__name__


def _paths(path: Path) -> list[Path]:
    return sorted(each for each in path.glob("*.parquet") if each.name[0] not in "._") if path.is_dir() else [path]


def _groups(path: Path, metadata: pq.FileMetaData) -> Iterator[RowGroup]:
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        packed = sum(group.column(column).total_compressed_size for column in range(group.num_columns))
        yield RowGroup(path, at, group.num_rows, packed)


def _difference(one: pa.Schema, first: pa.Schema, name: str) -> str:
    """In what the columns of a file differ from those of the first one."""
    for column in first.names:
        if column not in one.names:
            return Message("matching.no-column-3", column=column, name=name)
        if one.field(column).type != first.field(column).type:
            return Message(
                "matching.type", column=column, kind=one.field(column).type, name=name, kind2=first.field(column).type
            )
    more = [column for column in one.names if column not in first.names]
    return (
        Message("matching.column-does-not", more=more[0], name=name)
        if more
        else Message("matching.another-order", name=name)
    )


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
