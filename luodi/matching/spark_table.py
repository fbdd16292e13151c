"""What Spark reads, and where it writes: a session, a table with numbered rows, a folder that is whole or not there.

Rows have the numbers that they have on one machine: files by their path, then as they stand in the file; a table that
lies in no files, as Spark hands it out.
"""

import csv
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import unquote

import pyarrow as pa

from luodi.errors import BadInput, LuodiError, UnreadableFile
from luodi.extras import require
from luodi.files import CannotWrite
from luodi.matching.inputs import single
from luodi.matching.parquet_files import ROWS
from luodi.matching.rejects import Reject
from luodi.matching.spark_worker import Run, TableChanged
from luodi.matching.table import fingerprint
from luodi.message import Message

_BROKEN: Final = "_luodi_broken_line"
_TRIES: Final = 4  # of a task, also where the master is this machine
_SUFFIXES: Final = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".orc": "orc"}
_LOST: Final = ("Python worker exited unexpectedly", "ExecutorLostFailure", "Connection reset")
_UNREADABLE: Final = ("FAILED_READ_FILE", "CANNOT_READ_FILE_FOOTER", "is not a Parquet file", "PATH_NOT_FOUND")
_FILE: Final = ("_metadata.file_path", "_metadata.file_block_start")
_RAISED: Final = re.compile(r"^(?:[A-Za-z_][\w.]*): (.+)$")


class SparkFailed(LuodiError):
    """A run on Spark that ended before it was done."""

    code = "spark-failed"


# ---- a session


@contextmanager
def session(master: str | None, threads: int) -> Iterator[Any]:
    """A session of Spark: the one that runs already, or a new one that ends with the work."""
    require("spark", "Spark")
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    _quiet_at_the_end()
    builder = SparkSession.builder.appName("luodi bulk")
    for name, value in _settings(master, threads).items():
        builder = builder.config(name, value)
    with _starting():
        spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _quiet_at_the_end() -> None:
    """The gateway to Java stays for as long as the process, for the next session, and tells of each connection that it
    closes, of the last one when Python itself ends: by then whatever a log was written to may be closed."""
    log = logging.getLogger("py4j")
    if log.level == logging.NOTSET:
        log.setLevel(logging.WARNING)


def _settings(master: str | None, threads: int) -> dict[str, str]:
    found = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": str(ROWS),
    }
    if master is None and threads:
        master = f"local[{threads}]"
    if master is not None:
        found["spark.master"] = _forgiving(master)
    if master is None or master.startswith("local"):
        found |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        found["spark.sql.shuffle.partitions"] = "16"  # 200 is for many machines
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # which no setting of a session can say
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return found


def _forgiving(master: str) -> str:
    """A local master gives up at the first task that fails, unless its name says how often it may."""
    if master == "local":
        return f"local[1,{_TRIES}]"
    return f"{master[:-1]},{_TRIES}]" if master.startswith("local[") and "," not in master else master


@contextmanager
def _starting() -> Iterator[None]:
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as problem:
        raise BadInput("matching.spark-does-not-start", problem=_said(problem), at="--engine") from None
    except Exception as problem:  # py4j hands on whatever Java throws, such as a master that cannot be
        raise BadInput("matching.spark-does-not-start-2", problem=_said(problem), at="--master") from None


@contextmanager
def in_words(companies: str) -> Iterator[None]:
    """Whatever Spark throws at us, in one sentence."""
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as problem:
        text = str(problem)
        if f"{TableChanged.__name__}: " in text:
            raise TableChanged("matching.spark-says", problem=_said(problem), at=companies) from None
        if isinstance(problem, AnalysisException) or any(sign in text for sign in _UNREADABLE):
            raise UnreadableFile("matching.cannot-read-spark", problem=_said(problem), at=companies) from None
        if any(sign in text for sign in _LOST):
            raise SparkFailed("matching.task-lost-times", tries=_TRIES, at=companies) from None
        raise SparkFailed("matching.nothing-written-since-spark-says", problem=_said(problem), at=companies) from None


def _said(problem: BaseException) -> str:
    """What a problem says: of a Python error inside a task its last line, else the first line."""
    java = getattr(problem, "java_exception", None)
    lines = [line.strip() for line in str(java if java is not None else problem).splitlines() if line.strip()]
    _, trace, after = str(problem).partition("Traceback (most recent call last):")
    raised = [line for line in after.splitlines() if _RAISED.match(line)] if trace else []
    return (raised[0].partition(": ")[2] if raised else next(iter(lines), type(problem).__name__))[:300]


# ---- a table


class Table:
    """What Spark reads. `written`: every cell is text. `broken`: lines that could not be split."""

    def __init__(self, spark: Any, companies: str, table_format: str | None) -> None:
        self.spark, self.name = spark, companies
        self.delimiter = "\t" if ".tsv" in companies else ","
        kind = table_format or _SUFFIXES.get(Path(companies).suffix, "parquet")
        self.written = kind == "csv"
        self.broken: list[Reject] = []
        if kind == "table":
            self.frame = spark.table(companies)
        elif self.written:
            self.frame = self._text()
        else:
            self.frame = spark.read.format(kind).load(companies)
        self.in_files = self._is_in_files()
        self.schema: pa.Schema = self.frame.limit(0).toArrow().schema
        single(self.schema.names)

    @property
    def fingerprint(self) -> str:
        """As the run on one machine has it, of files that this machine can see; else an empty text."""
        path = Path(self.name)
        paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path] if path.is_file() else []
        return fingerprint(paths) if paths else ""

    def _is_in_files(self) -> bool:
        from pyspark.errors import AnalysisException

        try:
            return bool(self.frame.select(*_FILE).schema)
        except AnalysisException:
            return False

    # -- text files: every cell as it is written, and lines with too many or too few cells set apart

    def _text(self) -> Any:
        names = self._header()
        schema = ", ".join(f"`{name}` STRING" for name in [*names, _BROKEN])
        frame = self.spark.read.csv(
            self.name,
            schema,
            sep=self.delimiter,
            header=True,
            multiLine=True,
            escape='"',
            mode="PERMISSIVE",
            columnNameOfCorruptRecord=_BROKEN,
            maxCharsPerColumn=-1,
            enforceSchema=True,
        )
        self.spark.conf.set("spark.sql.csv.parser.columnPruning.enabled", "false")
        for row in frame.where(f"`{_BROKEN}` IS NOT NULL").toLocalIterator():
            line = row[_BROKEN]
            reason = Message("matching.line-cells-header", count=len(self._cells(line)), count2=len(names))
            self.broken.append(Reject(None, None, line[:200], "bad-input", reason))
        return frame.where(f"`{_BROKEN}` IS NULL").drop(_BROKEN)

    def _header(self) -> list[str]:
        first = self.spark.read.text(self.name).first()
        if first is None:
            raise UnreadableFile("matching.file-empty", at=self.name)
        names = self._cells(first[0].removeprefix("\ufeff"))
        single(names)
        return names

    def _cells(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self.delimiter), [])

    # -- the numbers of rows

    def runs(self) -> tuple[dict[int, tuple[Run, ...]], int]:
        """The rows of each partition by their numbers, and how many there are in all."""
        from pyspark.sql import functions as f

        by = ["partition", *(name.partition(".")[2] for name in _FILE)] if self.in_files else ["partition"]
        frame = self.frame.select(
            f.spark_partition_id().alias("partition"),
            f.monotonically_increasing_id().alias("at"),
            *(_FILE if self.in_files else ()),
            *(f"`{name}`" for name in self.schema.names[: int(self.written)]),  # Spark tells no broken line from none
        )
        first = f.count(f"`{self.schema.names[0]}`") if self.written else f.lit(0)
        parts = frame.groupBy(*by).agg(f.min("at").alias("at"), f.count("*").alias("rows"), first).collect()
        found: dict[int, list[tuple[int, Run]]] = {}
        rows = 0
        for part in sorted(parts, key=self._order):
            found.setdefault(part.partition, []).append((part.at, Run(rows, part.rows)))
            rows += part.rows
        return {at: tuple(run for _, run in sorted(runs, key=lambda pair: pair[0])) for at, runs in found.items()}, rows

    def _order(self, part: Any) -> tuple[Any, ...]:
        return (unquote(part.file_path), part.file_block_start) if self.in_files else (part.at,)

    def source(self, columns: list[str]) -> tuple[Any, Callable[..., Iterable[pa.RecordBatch]]]:
        """A frame of the cells of `columns` in the order of `runs`, and what a task does with them first: nothing."""
        return self.frame.select(*(f"`{name}`" for name in columns or self.schema.names[:1])), _as_they_come


def _as_they_come(partition: int, batches: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    return batches


# ---- a result


class Folder:
    """A folder of a file system that Spark knows: written beside its name, and renamed when it is whole."""

    def __init__(self, context: Any, to: str) -> None:
        self.to, self.unfinished, self.before = to, f"{to}.partial", f"{to}.before"
        self.path = context._jvm.org.apache.hadoop.fs.Path
        self.files = self.path(to).getFileSystem(context._jsc.hadoopConfiguration())

    def __enter__(self) -> str:
        return self.unfinished

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._settle()
        finally:
            self.files.delete(self.path(self.unfinished), True)

    def _settle(self) -> None:
        stood = self.files.exists(self.path(self.to))
        if stood:
            self._rename(self.to, self.before)
        self._rename(self.unfinished, self.to)
        if stood:
            self.files.delete(self.path(self.before), True)

    def _rename(self, old: str, new: str) -> None:
        if not self.files.rename(self.path(old), self.path(new)):
            raise CannotWrite("matching.cannot-written", old=old, at=self.to)
