"""Where answers go: counts, pairs, blocks or columns, written beside the file they will be and renamed at the end.

A run that is stopped leaves `NAME.partial` with what was done and `NAME.partial.json` with how far it went; another
one with the same question can go on from there. Nothing half done ever has the final name.
"""

import json
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from luodi.errors import BadInput
from luodi.files import settle
from luodi.matching.asked import Asked, Out
from luodi.matching.batch import BLOCK, Words
from luodi.matching.blocks import HEAD, Writer, block_bytes
from luodi.matching.engine import Counts
from luodi.matching.pairs import SCHEMA, columns_of, pairs_of

_HELD: Final = 24 << 20  # bytes of answers in a batch of pairs or columns; some batches are under way at a time
# rows rise within a rule, so that their differences are small; of rule and answer every value stands in every part
_AS_PAIRS: Final = {
    "use_dictionary": ["rule", "answer"],
    "column_encoding": {"row": "DELTA_BINARY_PACKED"},
    "write_statistics": ["row"],
}


class Partial:
    """The file beside the result and the note how far it went."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.with_name(f"{path.name}.partial")
        self.note = path.with_name(f"{path.name}.partial.json")

    @property
    def is_arrow(self) -> bool:
        return self.path.suffix.lower() in (".arrow", ".arrows", ".feather", ".ipc")

    def read(self, question: Mapping[str, Any]) -> dict[str, Any] | None:
        """What an earlier run noted, if it asked the same."""
        try:
            state: dict[str, Any] = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return state if state.get("question") == question else None

    def keep(self, question: Mapping[str, Any], state: Mapping[str, Any]) -> None:
        beside = self.note.with_suffix(".new")
        beside.write_text(json.dumps({"question": question, **state}), encoding="utf-8")
        os.replace(beside, self.note)

    def done(self) -> None:
        if self.file.exists():
            settle(self.file, self.path)
        self.note.unlink(missing_ok=True)

    def drop(self) -> None:
        for path in (self.file, self.note, self.note.with_suffix(".new")):
            with suppress(OSError):
                path.unlink(missing_ok=True)


def can_resume(out: Out, partial: Partial, state: Mapping[str, Any], rules: int, *, ids: bool) -> bool:
    """Whether what an earlier run wrote is there and whole as far as its note says."""
    if out is Out.COUNTS:
        return True
    if not partial.file.is_file():
        return False
    if out is Out.BLOCKS:
        done = -(-int(state["rows"]) // BLOCK)
        return partial.file.stat().st_size >= HEAD + done * block_bytes(rules, ids=ids)
    return bool(state["closed"]) and _is_table(partial)


def _is_table(partial: Partial) -> bool:
    try:
        if partial.is_arrow:
            return pa.ipc.open_stream(pa.memory_map(str(partial.file))).schema is not None
        return pq.ParquetFile(partial.file).schema_arrow is not None
    except (pa.ArrowException, OSError):
        return False


class Sink(Protocol):
    """Takes answers. `takes_any_order`: blocks go to `take` as they are found; else batches in order to `end_batch`.

    `rows_at_once`: the most rows of a batch. `resumes_after_a_kill`: what is written can be gone on from as it stands.
    """

    seconds: float
    rows_at_once: int
    takes_any_order: bool
    resumes_after_a_kill: bool

    def take(self, row: int, words: Words, ids: Words | None) -> None:
        """Blocks from a row on, from any thread; the array is only lent. `ids`: their rows of ids, if there are any."""

    def end_batch(self, first: int, rows: int, words: Words | None) -> None:
        """The batch that begins with row `first` is complete."""

    def stop(self) -> None:
        """Leave what is there so that another run can go on."""

    def finish(self, rows: int, document: Mapping[str, Any]) -> None: ...


class BlockSink:
    takes_any_order = True
    resumes_after_a_kill = True

    def __init__(self, partial: Partial, rules: int, *, ids: bool, resumed: bool, most: int) -> None:
        self.partial, self.seconds, self.rows_at_once = partial, 0.0, most
        self.lock = threading.Lock()
        self.file = os.open(partial.file, os.O_RDWR | os.O_CREAT | (0 if resumed else os.O_TRUNC), 0o644)
        self.writer = Writer(self.file, rules, ids=ids)

    def take(self, row: int, words: Words, ids: Words | None) -> None:
        start = perf_counter()
        self.writer.put(row // BLOCK, words if ids is None else np.concatenate([words, ids], axis=1))
        with self.lock:
            self.seconds += perf_counter() - start

    def end_batch(self, first: int, rows: int, words: Words | None) -> None:
        """Everything is written already."""

    def stop(self) -> None:
        os.close(self.file)

    def finish(self, rows: int, document: Mapping[str, Any]) -> None:
        start = perf_counter()
        self.writer.finish(rows, document)
        os.close(self.file)
        self.partial.done()
        self.seconds += perf_counter() - start


class TableSink:
    """Pairs, a table for each block, or columns, one for each batch."""

    takes_any_order = False
    resumes_after_a_kill = False

    def __init__(self, partial: Partial, rules: list[str], out: Out, *, resumed: bool, most: int) -> None:
        self.partial, self.rules, self.out, self.seconds = partial, rules, out, 0.0
        self.names = pa.array(rules, pa.string())
        self.rows_at_once = min(most, max(1, _HELD // block_bytes(len(rules))) * BLOCK)
        schema = SCHEMA if out is Out.PAIRS else pa.schema([(name, pa.bool_()) for name in rules])
        before = partial.file.with_suffix(".before")
        if resumed:
            os.replace(partial.file, before)
        self.writer = self._open(schema)
        if resumed:
            self._copy(before, schema)

    def _open(self, schema: pa.Schema) -> Any:
        if self.partial.is_arrow:
            return pa.ipc.new_stream(str(self.partial.file), schema)
        more = _AS_PAIRS if self.out is Out.PAIRS else {}
        return pq.ParquetWriter(self.partial.file, schema, compression="zstd", compression_level=1, **more)

    def _copy(self, before: Path, schema: pa.Schema) -> None:
        if isinstance(self.writer, pq.ParquetWriter):
            for batch in pq.ParquetFile(before).iter_batches():
                self.writer.write_table(pa.Table.from_batches([batch]).cast(schema))
        else:
            for batch in pa.ipc.open_stream(pa.memory_map(str(before))):
                self.writer.write_batch(batch)
        before.unlink()

    def take(self, row: int, words: Words, ids: Words | None) -> None:
        raise AssertionError("tables are written batch by batch")

    def end_batch(self, first: int, rows: int, words: Words | None) -> None:
        assert words is not None
        start = perf_counter()
        if self.out is Out.COLUMNS:
            self.writer.write_table(columns_of(words, rows, self.rules))
        else:
            for block in range(len(words)):  # pairs of a whole batch take much more room than its bits
                table = pairs_of(first + block * BLOCK, words[block : block + 1], self.names)
                if table.num_rows:
                    self.writer.write_table(table)
        self.seconds += perf_counter() - start

    def stop(self) -> None:
        self.writer.close()

    def finish(self, rows: int, document: Mapping[str, Any]) -> None:
        start = perf_counter()
        self.writer.close()
        self.partial.done()
        self.seconds += perf_counter() - start


def open_sink(
    out: Out, partial: Partial | None, rules: list[str], *, ids: bool, resumed: bool, most: int
) -> Sink | None:
    """The sink of a result; None for counts, which need none. `ids`: whether the table names its companies."""
    if partial is None:
        if out is not Out.COUNTS:
            raise BadInput("matching.say-with-where-go", out=out.value)
        return None
    partial.path.parent.mkdir(parents=True, exist_ok=True)
    if out is Out.COUNTS:
        return None
    if out is Out.BLOCKS:
        return BlockSink(partial, len(rules), ids=ids, resumed=resumed, most=most)
    return TableSink(partial, rules, out, resumed=resumed, most=most)


def document_of(asked: Asked, counts: Counts, rows: int, fingerprint: str) -> dict[str, Any]:
    """What goes with a result, so that it can be told later what it is of. `fingerprint`: of the table."""
    program = asked.program
    answers = zip(program.ids, program.fingerprints, counts.yes, counts.unknown, counts.no, counts.error, strict=True)
    return {
        "book": asked.book.as_json(),
        "on": asked.on.isoformat(),
        "input": fingerprint,
        "columns": dict(asked.mapped.columns),
        "ids": asked.ids_as_json(),
        "rows": rows,
        "rejected": counts.refused,
        "rules": [
            {"id": rule, "fingerprint": print_, "yes": int(y), "unknown": int(u), "no": int(n), "error": int(e)}
            for rule, print_, y, u, n, e in answers
        ],
    }
