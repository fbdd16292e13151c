"""A book over a table on Spark: the kernel of one machine inside every task, and the same result.

First the rows of each partition are counted, without reading them; then every task knows the numbers of its rows.
Parquet that the tasks can open they read themselves (`spark_files`); everything else Spark reads for them. What they
found is kept on their disks until it was fetched, so nothing is evaluated twice but what was lost. Pairs and columns
are written by the tasks, beside the name, and renamed at the end.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from luodi.errors import BadInput
from luodi.files import whole_file
from luodi.matching import spark_worker as worker
from luodi.matching.asked import Asked, Out, RunOptions
from luodi.matching.blocks import HEAD, Writer, block_bytes
from luodi.matching.engine import Counts, Engine
from luodi.matching.ids import Twice
from luodi.matching.rejects import SHOWN, Reject
from luodi.matching.results import document_of
from luodi.matching.run import Progress, Report
from luodi.matching.spark_files import FileTable, local_files
from luodi.matching.spark_table import Folder, Table, in_words, session
from luodi.rules.book import Book


def spark_bulk(
    book: Book,
    companies: str,
    options: RunOptions,
    *,
    to: str | None = None,
    master: str | None = None,
    table_format: str | None = None,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Answer every rule of a book for every row of a table that Spark reads.

    `companies`: an address that Spark can read, or with the format `table` the name of a table of its catalogue. `to`:
    an address as well for pairs and columns, a path of this machine for blocks. `master`: such as `local[2]`; what
    Spark is set up with, or this machine, if left out. Raises `LuodiError`.
    """
    if options.since is not None or options.resume:
        raise BadInput("matching.earlier-result-compared-gone-from", at="--engine")
    if options.out is not Out.COUNTS and to is None:
        raise BadInput("matching.say-with-where-go", out=options.out.value)
    start = perf_counter()
    with session(master, options.threads) as spark, in_words(companies):
        started = perf_counter() - start
        files = local_files(spark, companies, table_format)
        table = Table(spark, companies, table_format) if files is None else FileTable(spark, files)
        run = _SparkRun(book, table, options, to, progress)
        run.seconds["start"] = started
        return run.whole()


class _SparkRun:
    def __init__(
        self, book: Book, table: Table | FileTable, options: RunOptions, to: str | None, progress: Progress
    ) -> None:
        self.book, self.table, self.options, self.to, self.progress = book, table, options, to, progress
        self.seconds = {"start": 0.0, **dict.fromkeys(("read", "compile", "evaluate", "write", "ids"), 0.0)}
        begin = perf_counter()
        self.asked = Asked.of(book, table.schema, options, written=table.written)
        Engine(self.asked.program, kernel=options.kernel).warm()
        self.seconds["compile"] = perf_counter() - begin
        self.context = table.spark.sparkContext
        self.threads = self.context.defaultParallelism
        self.runs, self.rows = table.runs()
        self.counts = Counts.none(len(self.asked.program.rules))
        self.first_rejects: list[Reject] = []
        self.sent: Any = None

    def whole(self) -> Report:
        job = worker.Job(uuid4().hex, self.asked, self.options.out, self.options.kernel, self.table.written, self.runs)
        from pyspark import StorageLevel

        told = self._frame(job, worker.tell, worker.TOLD, self.asked.columns).persist(StorageLevel.DISK_ONLY)
        try:
            self._work(told)
            twice = self._twice(job)
            self._write(job, told)
            self._list_rejects(told)
        finally:
            told.unpersist()
        return self._report(twice)

    def _frame(self, job: worker.Job, work: Callable[..., Any], schema: pa.Schema, columns: list[str]) -> Any:
        """Every partition's batches through one function of the worker."""
        from pyspark import TaskContext
        from pyspark.sql.pandas.types import from_arrow_schema

        sent = self._sent(job)
        frame, read = self.table.source(columns)

        def task(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            context = TaskContext.get()
            assert context is not None
            partition = context.partitionId()
            yield from work(sent.value.open(), partition, read(partition, batches))

        return frame.mapInArrow(task, from_arrow_schema(schema))

    def _sent(self, job: worker.Job) -> Any:
        """The job where every machine finds it: sent once, however many frames are made of it."""
        if self.sent is None:
            self.sent = self.context.broadcast(worker.Sent.of(job))
        return self.sent

    def _work(self, told: Any) -> None:
        """Let every task do its part, show how many are done, and add up what they counted."""
        done = threading.Event()
        watch = threading.Thread(target=partial(self._watch, done), daemon=True)
        watch.start()
        try:
            counted = told.where(f"kind = {worker.COUNTS}").collect()
        finally:
            done.set()
            watch.join()
        self.progress(self.rows, self.rows)
        for row in counted:
            counts, clock = worker.unpacked(row.body)
            self.counts.add(counts)
            for name, value in clock.items():
                self.seconds[name] += value / self.threads
        self.counts.refused += len(self.table.broken)

    def _watch(self, done: threading.Event) -> None:
        tracker = self.context.statusTracker()
        while not done.wait(0.5):
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info is not None and info.numTasks:
                    self.progress(self.rows * info.numCompletedTasks // info.numTasks, self.rows)

    def _twice(self, job: worker.Job) -> Twice:
        if self.asked.id_column is None:
            return Twice()
        from pyspark.sql import functions as f

        start = perf_counter()
        ids = self._frame(job, worker.hashes, worker.HASHES, [self.asked.id_column])
        nameless = ids.where("hash is null").select("row")
        without = nameless.count()
        same = ids.groupBy("hash").agg(f.min("row").alias("same_as"), f.count("*").alias("rows")).where("rows > 1")
        pairs = ids.join(same, "hash").where("row > same_as").select("row", "same_as")
        count = pairs.count()
        first = pairs.orderBy("row").limit(SHOWN).collect() if count else []
        alone = nameless.orderBy("row").limit(SHOWN).collect() if without else []
        self.seconds["ids"] = perf_counter() - start
        shown = tuple((row.row, row.same_as) for row in first)
        return Twice(count, shown, without, tuple(row.row for row in alone))

    # -- what is written

    def _write(self, job: worker.Job, told: Any) -> None:
        if self.to is None:
            return
        start = perf_counter()
        match self.options.out:
            case Out.BLOCKS:
                self._write_blocks(told, Path(self.to))
            case Out.COUNTS:
                with whole_file(Path(self.to)) as unfinished:
                    text = json.dumps(self._document(), ensure_ascii=False, indent=2)
                    unfinished.write_text(text, encoding="utf-8")
            case _:
                self._write_table(job, self.to)
        self.seconds["write"] = perf_counter() - start

    def _write_blocks(self, told: Any, to: Path) -> None:
        """One file on the machine that asked, as the run on one machine writes it."""
        rules, ids = len(self.asked.program.rules), self.asked.id_column is not None
        to.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(to) as unfinished, unfinished.open("wb+") as file:
            writer, size = Writer(file.fileno(), rules, ids=ids), block_bytes(rules, ids=ids)
            for row in told.where(f"kind = {worker.BLOCKS}").select("first", "body").toLocalIterator():
                words = worker.block_of(row.body)
                file.seek(HEAD + row.first * size)
                before = file.read(size)  # a block that two partitions share comes in two parts
                if before:
                    words |= np.frombuffer(before.ljust(size, b"\0"), np.uint64).reshape(words.shape)
                writer.put(row.first, words)
            writer.finish(self.rows, self._document())

    def _write_table(self, job: worker.Job, to: str) -> None:
        """A folder of Parquet, written by the tasks."""
        rules = self.asked.program.ids
        if self.options.out is Out.PAIRS:
            work, fields = worker.pairs, [("row", pa.int64()), ("rule", pa.string()), ("answer", pa.string())]
        else:
            work, fields = worker.columns, [(worker.ROW, pa.int64()), *((rule, pa.bool_()) for rule in rules)]
        frame = self._frame(job, work, pa.schema(fields), self.asked.columns)
        with Folder(self.context, to) as unfinished:
            frame.write.mode("overwrite").option("compression", "zstd").parquet(unfinished)

    def _document(self) -> dict[str, Any]:
        return document_of(self.asked, self.counts, self.rows, self.table.fingerprint)

    # -- refused rows

    def _list_rejects(self, told: Any) -> None:
        """In the order of the rows; what could not be split into cells at the end."""
        if not self.counts.refused:
            return
        refused = told.where(f"kind = {worker.REJECT}").orderBy("first", "body").select("body")
        lines = (json.loads(bytes(row.body)) for row in refused.toLocalIterator())
        self._keep_rejects([*lines] if self.options.rejects is None else lines)

    def _keep_rejects(self, lines: Iterable[dict[str, Any]]) -> None:
        if self.options.rejects is None:
            self.first_rejects = [*(Reject(**line) for line in lines), *self.table.broken][:SHOWN]
            return
        self.options.rejects.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(self.options.rejects) as unfinished, unfinished.open("w", encoding="utf-8") as file:
            for line in (*lines, *(reject.as_json() for reject in self.table.broken)):
                if len(self.first_rejects) < SHOWN:
                    self.first_rejects.append(Reject(**line))
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _report(self, twice: Twice) -> Report:
        return Report(
            options=self.options,
            book=self.book,
            program=self.asked.program,
            mapped=self.asked.mapped,
            counts=self.counts,
            seconds=self.seconds,
            first_rejects=self.first_rejects,
            twice=twice,
            rejects=self.options.rejects if self.counts.refused else None,
            resumed_at=0,
            changes=None,
            to=self.to,
        )
