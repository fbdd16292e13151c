"""What a Spark task does with its rows: the same coder and the same kernel as on one machine, batch by batch.

Nothing here needs pyspark but the number of the task's partition; a worker gets a `Task` and Arrow batches.
"""

import gc
import json
import pickle
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Any, Final

import numpy as np
import pyarrow as pa

from luodi.errors import LuodiError
from luodi.matching.asked import Asked, Out
from luodi.matching.batch import BLOCK, Flags, Words
from luodi.matching.coding import Coder
from luodi.matching.engine import WORDS, Counts, Engine
from luodi.matching.ids import Ids, rows_of_ids
from luodi.matching.pairs import columns_of, pairs_of
from luodi.matching.parquet_files import ROWS
from luodi.matching.rejects import Refusals

COUNTS, REJECT, BLOCKS = 0, 1, 2  # what a row of `TOLD` is about
TOLD: Final = pa.schema([("kind", pa.int8()), ("first", pa.int64()), ("body", pa.binary())])
HASHES: Final = pa.schema([("hash", pa.int64()), ("row", pa.int64())])
ROW: Final = "row"


class TableChanged(LuodiError):
    """A table that had other rows when it was counted than when it was read."""

    code = "table-changed"


@dataclass(frozen=True)
class Run:
    """Consecutive rows of the table within one partition: the number of the first, and how many."""

    first: int
    rows: int


@dataclass(frozen=True)
class Job:
    """What every task is told. `token`: one for each job, so that a worker that stays alive prepares it once."""

    token: str
    asked: Asked
    out: Out
    kernel: str
    written: bool
    runs: dict[int, tuple[Run, ...]]


@dataclass(frozen=True)
class Sent:
    """A job on its way. A task opens it once, with the collector held: it would look through every rule many times."""

    token: str
    body: bytes

    @classmethod
    def of(cls, job: Job) -> "Sent":
        return cls(job.token, pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL))

    def open(self) -> Job:
        if self.token not in _OPENED:
            _OPENED.clear()
            collecting = gc.isenabled()
            gc.disable()
            try:
                _OPENED[self.token] = pickle.loads(self.body)
            finally:
                if collecting:
                    gc.enable()
        return _OPENED[self.token]


@dataclass
class _Ready:
    engine: Engine
    coder: Coder


_OPENED: Final[dict[str, Job]] = {}
_READY: Final[dict[str, _Ready]] = {}


def _ready(job: Job) -> _Ready:
    if job.token not in _READY:
        _READY.clear()
        asked = job.asked
        _READY[job.token] = _Ready(
            Engine(asked.program, kernel=job.kernel),
            Coder(asked.book.vocabulary, asked.mapped.columns, written=job.written),
        )
    return _READY[job.token]


# ---- the three things a task may be asked for


def tell(job: Job, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Counts of the task, its refused rows, and where blocks are wanted its blocks, as rows of `TOLD`."""
    ready, total = _ready(job), Counts.none(len(job.asked.program.rules))
    clock = {"read": 0.0, "evaluate": 0.0}
    for first, table in _timed(_numbered(job, partition, batches), clock):
        start = perf_counter()
        counts, refusals, blocks = _answer(job, ready, table, first)
        total.add(counts)
        clock["evaluate"] += perf_counter() - start
        yield from _refused(refusals)
        yield from blocks
    yield _told(COUNTS, partition, _packed(total, clock))


def pairs(job: Job, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Row, rule and answer of every answer other than no."""
    names = pa.array(job.asked.program.ids, pa.string())
    for first, words, _ in _words(job, partition, batches):
        table = pairs_of(first, words, names)
        yield from pa.table([_plain(column) for column in table.columns], table.column_names).to_batches()


def columns(job: Job, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The number of each row, since tables of Spark have no order, and a column for each rule."""
    for first, words, rows in _words(job, partition, batches):
        table = columns_of(words, rows, list(job.asked.program.ids))
        yield from table.add_column(0, ROW, pa.array(np.arange(first, first + rows))).to_batches()


def hashes(job: Job, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """A hash of each id with its row, as the run on one machine has them; no hash where a row has no id."""
    ids = Ids()
    try:
        for first, table in _numbered(job, partition, batches):
            found = ids.sorted(*job.asked.hashes(table), first)
            both = found.both.view(np.int64)
            yield pa.record_batch([pa.array(both[:, 0]), pa.array(both[:, 1])], schema=HASHES)
            if len(found.nameless):
                none = pa.nulls(len(found.nameless), pa.int64())
                yield pa.record_batch([none, pa.array(found.nameless)], schema=HASHES)
    finally:
        ids.close()


def _plain(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.dictionary_decode() if pa.types.is_dictionary(whole.type) else whole


# ---- rows with their numbers


def _numbered(job: Job, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.Table]]:
    """Tables of consecutive rows with the number of the first; none reaches over the end of a run.

    A table that begins inside a block ends with that block, so that the next ones are whole.
    """
    source = _Rows(batches)
    for run in job.runs.get(partition, ()):
        done = 0
        while done < run.rows:
            first = run.first + done
            most = BLOCK - first % BLOCK if first % BLOCK else ROWS
            table = source.take(min(most, run.rows - done))
            yield first, table
            done += table.num_rows
    source.must_be_empty()


class _Rows:
    """Takes any number of rows from batches of any size."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self.batches = iter(batches)
        self.left: pa.RecordBatch | None = None

    def take(self, rows: int) -> pa.Table:
        parts, count = list[pa.RecordBatch](), 0
        while count < rows:
            batch = self._next()
            if batch is None:
                raise TableChanged("matching.table-fewer-rows-than-when")
            part = batch.slice(0, rows - count)
            self.left = batch.slice(part.num_rows) if part.num_rows < batch.num_rows else None
            parts.append(part)
            count += part.num_rows
        return pa.Table.from_batches(parts)

    def _next(self) -> pa.RecordBatch | None:
        batch, self.left = self.left, None
        while batch is None or not batch.num_rows:
            batch = next(self.batches, None)
            if batch is None:
                return None
        return batch

    def must_be_empty(self) -> None:
        if self._next() is not None:
            raise TableChanged("matching.table-more-rows-than-when")


def _timed(tables: Iterator[tuple[int, pa.Table]], clock: dict[str, float]) -> Iterator[tuple[int, pa.Table]]:
    while True:
        start = perf_counter()
        found = next(tables, None)
        clock["read"] += perf_counter() - start
        if found is None:
            return
        yield found


# ---- answers


def _answer(job: Job, ready: _Ready, table: pa.Table, first: int) -> tuple[Counts, Refusals, list[pa.RecordBatch]]:
    if job.out is not Out.BLOCKS:
        batch, refusals = job.asked.batch(ready.coder, table, first)
        return ready.engine.run(batch), refusals, []
    blocks: list[pa.RecordBatch] = []
    ids = None if job.asked.id_column is None else rows_of_ids(*job.asked.hashes(table), before=first % BLOCK)

    def keep(block: int, words: Words) -> None:
        words[:, 1:] &= words[:, :1]
        if ids is not None:
            words = np.concatenate([words, ids[block : block + len(words)]], axis=1)
        blocks.append(_told(BLOCKS, first // BLOCK + block, words.tobytes()))

    counts, refusals = _in_place(job, ready, table, first, keep)
    return counts, refusals, blocks


def _in_place(
    job: Job, ready: _Ready, table: pa.Table, first: int, consume: Callable[[int, Words], None]
) -> tuple[Counts, Refusals]:
    """Answer rows at the places that they have in their block: before them stand rows that nobody answers."""
    before = first % BLOCK
    if before:
        table = pa.concat_tables(
            [pa.table([pa.nulls(before, f.type) for f in table.schema], table.schema.names), table]
        )
    batch, refusals = job.asked.batch(ready.coder, table, first - before)
    if before:
        refused: Flags = np.zeros(table.num_rows, np.bool_) if batch.refused is None else batch.refused.copy()
        refused[:before] = True
        batch.refused = refused
    counts = ready.engine.run(batch, consume)
    counts.refused -= before
    return counts, refusals


def _words(job: Job, partition: int, batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, Words, int]]:
    """First row, blocks and number of rows, a few blocks at a time."""
    ready = _ready(job)
    for first, table in _numbered(job, partition, batches):
        blocks: list[Words] = []
        batch, _ = job.asked.batch(ready.coder, table, first)
        ready.engine.run(batch, partial(_copied, blocks))
        yield first, np.concatenate(blocks), table.num_rows


def _copied(blocks: list[Words], block: int, words: Words) -> None:
    blocks.append(words.copy())


# ---- rows of `TOLD`


def _told(kind: int, first: int, body: bytes) -> pa.RecordBatch:
    return pa.record_batch([pa.array([kind], pa.int8()), pa.array([first]), pa.array([body], pa.binary())], schema=TOLD)


def _refused(refusals: Refusals) -> Iterator[pa.RecordBatch]:
    found = [(reject.row, json.dumps(reject.as_json(), ensure_ascii=False).encode()) for reject in refusals.rejects()]
    if found:
        rows, texts = zip(*found, strict=True)
        kinds = pa.array([REJECT] * len(found), pa.int8())
        yield pa.record_batch([kinds, pa.array(rows, pa.int64()), pa.array(texts, pa.binary())], schema=TOLD)


def _packed(counts: Counts, clock: dict[str, float]) -> bytes:
    numbers: dict[str, Any] = {name: getattr(counts, name).tolist() for name in ("yes", "unknown", "error")}
    return json.dumps({**numbers, "rows": counts.rows, "refused": counts.refused, **clock}).encode()


def unpacked(body: bytes) -> tuple[Counts, dict[str, float]]:
    """What a task counted, and the seconds it read and evaluated."""
    found = json.loads(body)
    yes, unknown, error = (np.array(found[name], np.int64) for name in ("yes", "unknown", "error"))
    clock = {name: found[name] for name in ("read", "evaluate")}
    return Counts(yes, unknown, error, found["rows"], found["refused"]), clock


def block_of(body: bytes) -> Words:
    return np.frombuffer(bytes(body), np.uint64).reshape(1, -1, WORDS).copy()
