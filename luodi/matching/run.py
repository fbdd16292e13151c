"""A book over a table of companies, from the first row to the result under its name."""

import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa

from luodi.errors import LuodiError
from luodi.files import CannotWrite
from luodi.matching.asked import Asked, RunOptions, compiled
from luodi.matching.batch import BLOCK, Batch, Words
from luodi.matching.blocks import Blocks, counted
from luodi.matching.by_id import Before
from luodi.matching.changes import ChangeList, Changes, type_in_list
from luodi.matching.coding import Coder
from luodi.matching.engine import WORDS, Counts, Engine
from luodi.matching.ids import Hashed, Ids, Twice, rows_of_ids
from luodi.matching.inputs import Mapped
from luodi.matching.parquet_files import ROWS
from luodi.matching.program import Program
from luodi.matching.rejects import Refusals, Reject, RejectList
from luodi.matching.results import Partial, Sink, can_resume, document_of, open_sink
from luodi.matching.since import Since
from luodi.matching.table import Input
from luodi.matching.targets import check_targets
from luodi.rules.book import Book

Progress = Callable[[int, int | None], None]


@dataclass
class Report:
    """What was done; `as_json` is the document of the command."""

    options: RunOptions
    book: Book
    program: Program
    mapped: Mapped
    counts: Counts
    seconds: dict[str, float]
    first_rejects: list[Reject]
    twice: Twice
    rejects: Path | None
    resumed_at: int
    changes: dict[str, Any] | None
    to: str | None = None

    @property
    def is_clean(self) -> bool:
        return not (self.counts.refused or self.first_rejects or self.twice.count or self.twice.nameless)

    def as_json(self) -> dict[str, Any]:
        found = self.counts
        columns = zip(self.program.ids, found.yes, found.unknown, found.no, found.error, strict=True)
        rules = [
            {"id": rule, "yes": int(yes), "unknown": int(unknown), "no": int(no), **({"error": int(e)} if e else {})}
            for rule, yes, unknown, no, e in columns
        ]
        return {
            "rows": found.rows + found.refused,
            "seconds": {name: round(value, 4) for name, value in self.seconds.items()},
            "rules": rules,
            "left_out": [refused.as_json() for refused in self.program.refused],
            "rejected": found.refused,
            "first_rejects": [reject.as_json() for reject in self.first_rejects],
            "rejects": None if self.rejects is None else str(self.rejects),
            "duplicates": self.twice.count,
            "first_duplicates": [{"row": row, "same_as": first} for row, first in self.twice.first],
            "without_id": self.twice.nameless,
            "first_without_id": list(self.twice.first_nameless),
            "columns": dict(self.mapped.columns),
            "ignored": list(self.mapped.ignored),
            "hints": list(self.mapped.hints),
            "changes": self.changes,
            "resumed_at": self.resumed_at,
            "out": self.options.out.value,
            "to": self.to,
            "on": self.options.on.isoformat(),
            "books": [self.book.as_json()],
        }


def bulk(book: Book, source: Input, options: RunOptions, *, progress: Progress = lambda done, total: None) -> Report:
    """Answer every rule of a book for every row of a table.

    Raises `LuodiError` for input that cannot be used at all; rows that cannot are refused, counted and listed.
    """
    return _Run(book, source, options, progress).whole()


@dataclass
class _Done:
    """One batch with its answers; `words` for sinks that want batches in order."""

    first: int
    rows: int
    counts: Counts
    refusals: Refusals
    words: Words | None
    differences: list[Changes]
    before: Before | None
    names: Any
    hashes: Hashed | None
    seconds: float
    sorting: float


class _Run:
    def __init__(self, book: Book, source: Input, options: RunOptions, progress: Progress) -> None:
        self.book, self.source, self.options, self.progress = book, source, options, progress
        self.threads = options.threads or os.cpu_count() or 1
        self.seconds = dict.fromkeys(("read", "compile", "evaluate", "write", "ids", "settle"), 0.0)
        start = perf_counter()
        check_targets(options, source.paths, to=options.to)
        self.asked = Asked.of(book, source.schema, options, written=source.written, name=source.name)
        self.program, self.mapped, self.id_column = self.asked.program, self.asked.mapped, self.asked.id_column
        self.since = self._since()
        self.engine = self._engine()
        self.seconds["compile"] = perf_counter() - start
        self.coder = Coder(book.vocabulary, self.mapped.columns, written=source.written)
        self.partial = None if options.to is None else Partial(options.to)
        self.counts = Counts.none(len(self.program.rules))
        self.done = 0
        self.rejects = RejectList(options.rejects, source.lines, source.broken)

    # -- what is asked

    def _since(self) -> Since | None:
        if self.options.since is None:
            return None
        columns = dict(self.mapped.columns)
        return Since(
            Blocks(self.options.since),
            self.program,
            book=self.book.id,
            rows=self.source.rows,
            input_print=self.source.fingerprint,
            columns=columns,
            ids=self.asked.ids_as_json(),
        )

    def _engine(self) -> Engine:
        """Of all rules, or of those that have to be evaluated again."""
        program, places = self.program, None
        if self.since is not None and len(self.since.again) < len(self.program.rules):
            program = compiled(self.book, self.options.on, self.asked.derivations, self.since.again)
            at = {rule: place for place, rule in enumerate(self.program.ids)}
            places = np.array([at[rule] for rule in program.ids], np.int64)
        engine = Engine(
            program, kernel=self.options.kernel, threads=self.threads, places=places, rules=len(self.program.rules)
        )
        engine.warm()
        return engine

    @property
    def question(self) -> dict[str, Any]:
        """Two runs with the same question have the same result."""
        text = json.dumps([*zip(self.program.ids, self.program.fingerprints, strict=True)])
        return {
            "rules": sha256(text.encode()).hexdigest(),
            "input": self.source.fingerprint,
            "columns": dict(self.mapped.columns),
            "ids": self.asked.ids_as_json(),
            "out": self.options.out.value,
            "since": None if self.options.since is None else str(self.options.since),
        }

    # -- the work

    def whole(self) -> Report:
        state = self._state()
        sink: Sink | None = None
        changes: ChangeList | None = None
        ids = Ids() if self.id_column is not None else None
        try:
            self._open_since()
            changes = self._change_list()
            sink = self._sink(state)
            self._batches(sink, changes, ids)
            self.rejects.end()
            self.counts.refused += len(self.source.broken)
            twice = self._twice(ids)
            self._end_since(changes)
            self._finish(sink, changes)
        except (KeyboardInterrupt, SystemExit):
            self._leave(sink, changes)
            raise
        except BaseException as problem:
            self._abandon(sink, changes)
            if isinstance(problem, OSError) and not isinstance(problem, LuodiError):
                raise CannotWrite.because(problem, self.options.to or Path("result")) from None
            raise
        finally:
            if ids is not None:
                ids.close()
        return Report(
            options=self.options,
            book=self.book,
            program=self.program,
            mapped=self.mapped,
            counts=self.counts,
            seconds=self.seconds,
            first_rejects=self.rejects.first,
            twice=twice,
            rejects=self.options.rejects if self.rejects.size else None,
            resumed_at=state["rows"] if state else 0,
            changes=None if self.since is None or changes is None else self.since.as_json(changes),
            to=None if self.options.to is None else str(self.options.to),
        )

    def _batches(self, sink: Sink | None, changes: ChangeList | None, ids: Ids | None) -> None:
        most = ROWS if sink is None else sink.rows_at_once
        waiting: deque[Future[_Done]] = deque()
        pool = ThreadPoolExecutor(self.threads)
        ending = ThreadPoolExecutor(1)  # signals reach the first thread only: a batch is ended wholly or not at all
        try:
            if ids is not None and self.done:
                self._ids_before(ids, most)
            for first, table in self._tables(most):
                waiting.append(pool.submit(self._answer, table, first, sink, changes, ids))
                if len(waiting) > self.threads:
                    ending.submit(self._end, waiting.popleft().result(), sink, changes, ids).result()
            while waiting:
                ending.submit(self._end, waiting.popleft().result(), sink, changes, ids).result()
        finally:
            ending.shutdown(wait=True)
            pool.shutdown(wait=True, cancel_futures=True)

    def _tables(self, most: int) -> Iterator[tuple[int, pa.Table]]:
        tables = self.source.tables(self.asked.columns, skip=self.done, rows=most)
        first = self.done
        while True:
            start = perf_counter()
            table = next(tables, None)
            self.seconds["read"] += perf_counter() - start
            if table is None:
                return
            yield first, table
            first += table.num_rows

    def _ids_before(self, ids: Ids, most: int) -> None:
        """The ids of rows that an earlier run has done."""
        first = 0
        for table in self.source.tables([self.id_column or ""], rows=most):
            part = table.slice(0, self.done - first)
            ids.add(ids.sorted(*self.asked.hashes(part), first))
            first += part.num_rows
            if first >= self.done:
                return

    def _answer(
        self, table: pa.Table, first: int, sink: Sink | None, changes: ChangeList | None, ids: Ids | None
    ) -> _Done:
        start = perf_counter()
        hashes, keys, kept = None, None, None
        if ids is not None:
            keys = self.asked.hashes(table)
            hashes = ids.sorted(*keys, first)
            kept = rows_of_ids(*keys) if sink is not None and sink.takes_any_order else None
        sorting = perf_counter() - start
        start += sorting
        batch, refusals = self.asked.batch(self.coder, table, first)
        before = None if self.since is None else self.since.find(table, first)
        held, differences, spent = self._room(sink, batch), list[Changes](), [0.0]
        more = Counts.none(len(self.program.rules))

        def consume(block: int, words: Words) -> None:
            row = first + block * BLOCK
            if self.since is not None:
                self.since.copy(row, words)
                words[:, 1:] &= words[:, :1]
                more.add(counted(words))
                differences.append(self.since.differences(row, words, first + table.num_rows, before, first))
            if held is not None:
                held[block : block + len(words)] = words
            elif sink is not None:
                began = perf_counter()
                sink.take(row, words, None if kept is None else kept[block : block + len(words)])
                spent[0] += perf_counter() - began

        wants_bits = sink is not None or self.since is not None
        counts = self.engine.run(batch, consume if wants_bits else None)
        if self.since is not None:
            more.refused = counts.refused
            counts = more
        names = table.column(self.id_column) if changes is not None and self.id_column else None
        seconds = perf_counter() - start - spent[0]
        return _Done(
            first, table.num_rows, counts, refusals, held, differences, before, names, hashes, seconds, sorting
        )

    def _room(self, sink: Sink | None, batch: Batch) -> Words | None:
        if sink is None or sink.takes_any_order:
            return None
        return np.zeros((-(-batch.rows // BLOCK), 1 + 2 * len(self.program.rules), WORDS), np.uint64)

    def _end(self, done: _Done, sink: Sink | None, changes: ChangeList | None, ids: Ids | None) -> None:
        """What has to happen in the order of the rows."""
        if ids is not None and done.hashes is not None:
            start = perf_counter()
            ids.add(done.hashes)
            self.seconds["ids"] += perf_counter() - start + done.sorting / self.threads
        self.seconds["evaluate"] += done.seconds / self.threads
        self.rejects.add(done.refusals.rejects())
        if changes is not None:
            changes.add(
                Changes.joined(done.differences), lambda found: done.names.take(pa.array(found.rows - done.first))
            )
        if self.since is not None and done.before is not None:
            self.since.new += done.before.new
            self.since.nameless += done.before.nameless
        if sink is not None:
            sink.end_batch(done.first, done.rows, done.words)
        self.counts.add(done.counts)
        self.done = done.first + done.rows
        self._note(closed=False)
        self.progress(self.done, self.source.rows)

    def _twice(self, ids: Ids | None) -> Twice:
        start = perf_counter()
        found = Twice() if ids is None else ids.twice()
        self.seconds["ids"] += perf_counter() - start
        return found

    # -- an earlier run, and the end of this one

    def _state(self) -> dict[str, Any] | None:
        if self.partial is None or not self.options.resume or self.options.since is not None:
            return None
        state = self.partial.read(self.question)
        if state is None or not self.source.fingerprint or not self._fits(state):
            return None
        yes, unknown, error = (np.array(state[name], np.int64) for name in ("yes", "unknown", "error"))
        self.counts = Counts(yes, unknown, error)
        self.counts.rows, self.counts.refused, self.done = state["answered"], state["refused"], state["rows"]
        self.rejects.resume(state)
        return state

    def _fits(self, state: dict[str, Any]) -> bool:
        """Whether what an earlier run wrote is still there, so that this one can go on from it."""
        assert self.partial is not None
        rules, ids = len(self.program.rules), self.id_column is not None
        whole = can_resume(self.options.out, self.partial, state, rules, ids=ids)
        return whole and self.rejects.can_resume(state)

    def _note(self, *, closed: bool) -> None:
        if self.partial is None or not self.source.fingerprint or self.options.since is not None:
            return
        found, rejects = self.counts, self.rejects.state()
        self.partial.keep(
            self.question,
            {
                "rows": self.done,
                "answered": found.rows,
                "refused": found.refused,
                "closed": closed,
                "yes": found.yes.tolist(),
                "unknown": found.unknown.tolist(),
                "error": found.error.tolist(),
                **rejects,
            },
        )

    def _sink(self, state: dict[str, Any] | None) -> Sink | None:
        try:
            return open_sink(
                self.options.out,
                self.partial,
                list(self.program.ids),
                ids=self.id_column is not None,
                resumed=state is not None,
                most=ROWS,
            )
        except OSError as problem:
            raise CannotWrite.because(problem, self.options.to or Path("result")) from None

    def _change_list(self) -> ChangeList | None:
        if self.since is None:
            return None
        kind = type_in_list(self.source.schema.field(self.id_column).type) if self.id_column else None
        return self.since.change_list(self.options.changes, kind)

    def _open_since(self) -> None:
        if self.since is not None:
            start = perf_counter()
            self.since.open()
            self.seconds["ids"] += perf_counter() - start

    def _end_since(self, changes: ChangeList | None) -> None:
        """What is known of the earlier result only when every row was seen."""
        if self.since is None or changes is None:
            return
        self.since.check_rows(self.done)
        for found in self.since.gone():
            changes.add(found, partial(self.since.names, kind=changes.id_type))

    def _finish(self, sink: Sink | None, changes: ChangeList | None) -> None:
        """Everything is written to its end before anything gets its name."""
        self.rejects.close()
        if changes is not None:
            changes.seal()
        if sink is not None:
            self.seconds["write"] = sink.seconds / (self.threads if sink.takes_any_order else 1)
            start = perf_counter()
            sink.finish(self.done, self._document())
            self.seconds["settle"] = perf_counter() - start
        elif self.partial is not None:
            start = perf_counter()
            self.partial.file.write_text(json.dumps(self._document(), ensure_ascii=False, indent=2), encoding="utf-8")
            self.partial.done()
            self.seconds["write"] = perf_counter() - start
        self.rejects.finish()
        if changes is not None:
            changes.close(rows=self.done)

    def _document(self) -> dict[str, Any]:
        return document_of(self.asked, self.counts, self.done, self.source.fingerprint)

    def _leave(self, sink: Sink | None, changes: ChangeList | None) -> None:
        """Stopped by a person: keep what another run can go on from."""
        with suppress(Exception):
            if sink is not None:
                sink.stop()
            if changes is not None:
                changes.close(rows=None)
            if self.done:
                self._note(closed=True)
            self.rejects.stop()
        if self.partial is not None and not (self.done and self.source.fingerprint):
            self.partial.drop()

    def _abandon(self, sink: Sink | None, changes: ChangeList | None) -> None:
        with suppress(Exception):
            if changes is not None:
                changes.close(rows=None)
        with suppress(Exception):
            if sink is not None:
                sink.stop()
        self.rejects.drop()
        if self.partial is not None:
            self.partial.drop()
