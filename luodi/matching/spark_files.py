"""Parquet files on a file system that the tasks see: each task opens them itself, as the run on one machine does.

Spark's own reader hands rows over one by one, which takes ten times as long as to answer a thousand rules for them.
The parts are as large as Spark would make them (`spark.sql.files.maxPartitionBytes`, the cores there are) and end with
a row group.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from luodi.errors import UnreadableFile
from luodi.matching.inputs import single
from luodi.matching.parquet_files import ParquetFiles, RowGroup, read_groups, short
from luodi.matching.rejects import Reject
from luodi.matching.spark_worker import Run, TableChanged
from luodi.matching.table import fingerprint

_HIDDEN: Final = ("_", ".")


class FileTable:
    """Files that lie beside each other. Raises what `ParquetFiles` raises."""

    written = False

    def __init__(self, spark: Any, path: Path) -> None:
        self.spark, self.name = spark, str(path)
        self.broken: list[Reject] = []
        self.files = ParquetFiles(path)
        self.fingerprint = fingerprint(self.files.paths)
        self.schema: pa.Schema = self.files.schema
        single(self.schema.names)
        self.parts = _cut(self.files.groups, self._part_bytes())

    def _part_bytes(self) -> int:
        """As Spark cuts files: one part for each core if there is enough, and none larger than it is told."""
        conf = self.spark._jsparkSession.sessionState().conf()
        whole = sum(group.bytes for group in self.files.groups)
        share = -(-whole // self.spark.sparkContext.defaultParallelism)
        most, least = int(conf.filesMaxPartitionBytes()), int(conf.filesOpenCostInBytes())
        return min(most, max(least, int(share)))

    def runs(self) -> tuple[dict[int, tuple[Run, ...]], int]:
        """The rows of each partition by their numbers, and how many there are in all."""
        found, first = dict[int, tuple[Run, ...]](), 0
        for at, part in enumerate(self.parts):
            rows = sum(group.rows for group in part)
            found[at] = (Run(first, rows),)
            first += rows
        return found, first

    def source(self, columns: list[str]) -> tuple[Any, "Reader"]:
        """A frame with one row for each task, and how a task comes from that row to the cells of `columns`."""
        wanted = columns or self.schema.names[:1]
        count = len(self.parts)
        return self.spark.range(0, count, 1, max(1, count)), Reader(self.parts, wanted, self.files.texts(wanted))


@dataclass(frozen=True)
class Reader:
    """Reads a task's row groups in place of the row that the task was handed."""

    parts: list[list[RowGroup]]
    columns: list[str]
    texts: list[str]

    def __call__(self, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        if not sum(batch.num_rows for batch in batches):  # read to their end, else Spark ends the worker with its task
            return
        try:
            yield from read_groups(self.parts[partition], self.columns, self.texts)
        except (UnreadableFile, OSError, pa.ArrowException, IndexError) as problem:
            raise TableChanged("matching.file-cannot-read-when-counted", problem=short(problem)) from None


def _cut(groups: Iterable[RowGroup], most: int) -> list[list[RowGroup]]:
    """Groups in their order, a list for each task: as many as `most` bytes hold, and one at least."""
    parts, size = list[list[RowGroup]](), 0
    for group in groups:
        if not parts or size + group.bytes > most:
            parts.append([])
            size = 0
        parts[-1].append(group)
        size += group.bytes
    return parts


def local_files(spark: Any, companies: str, table_format: str | None) -> Path | None:
    """The file, or the folder of files, if tasks can open them as they are: no folders of partitions in it."""
    address = urlsplit(companies)
    if table_format not in (None, "parquet") or address.scheme not in ("", "file") or address.netloc:
        return None
    if not address.scheme and not _this_file_system_is_meant(spark):
        return None
    path = Path(unquote(address.path)) if address.scheme else Path(companies)
    if path.is_file():
        return path if path.suffix in (".parquet", ".pq") or table_format else None
    inside = [each for each in path.iterdir() if not each.name.startswith(_HIDDEN)] if path.is_dir() else []
    return path if inside and all(each.is_file() and each.suffix == ".parquet" for each in inside) else None


def _this_file_system_is_meant(spark: Any) -> bool:
    """An address without a scheme may be one of Hadoop's."""
    return str(spark.sparkContext._jsc.hadoopConfiguration().get("fs.defaultFS", "file:///")).startswith("file:")
