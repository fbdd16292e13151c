"""One way of answering every rule for every company, in a process of its own; `bulk.py` starts it and reads the JSON.

    python benches/_bulk_part.py PART FOLDER RULES TIMES THREADS ROWS

The table is in memory before the clock starts. `peak` is how much more memory (MiB) the process had at its worst than
with the table loaded and the kernel warm: VmHWM of the kernel, reset before the runs.
"""

import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from _companies import rules_of
from _machine import resident
from _peers import Answers, in_pairs, polars_counts, sql_queries
from _synthetic import DAY


def table_of(path: Path) -> pa.Table:
    """A table as the parts of the file, so that no column is copied together."""
    from luodi.matching.inputs import open_input

    source = open_input(path)
    return pa.Table.from_batches(list(source.read([n for n in source.schema.names if n != "id"], 0)))


def measured(work: Callable[[], Answers], times: int) -> dict[str, Any]:
    """Seconds of each run but a first one, answers, and how far memory rose above what it was before all of them."""
    before, spent = resident(reset=True), []
    answers: Answers = []
    for _ in range(times + 1):
        start = perf_counter()
        answers = work()
        spent.append(perf_counter() - start)
    return {"seconds": spent[1:], "answers": answers, "peak": resident(peak=True) - before}


# ---- ours


def ours(folder: Path, times: int, threads: int, out: str, kernel: str, rows: int) -> dict[str, Any]:
    """`seconds` are those of the whole run less what compiles the book and what waits for the disk."""
    from luodi.matching.asked import Out, RunOptions
    from luodi.matching.inputs import of_batches
    from luodi.matching.run import bulk
    from luodi.rules.library import load_book

    book, table = load_book(folder / "book"), table_of(folder / "companies.parquet")
    to = None if out == "counts" else folder / f"answers.{out}"
    options = RunOptions(on=DAY, out=Out(out), to=to, threads=threads, kernel=kernel)
    compiling, settling = list[float](), list[float]()

    def work(rows: int = rows or table.num_rows) -> Answers:
        if to is not None:
            to.unlink(missing_ok=True)
        report = bulk(book, of_batches("table", table.schema, table.slice(0, rows).to_batches(), rows=rows), options)
        compiling.append(report.seconds["compile"])
        settling.append(report.seconds["settle"])
        return list(zip(report.counts.yes.tolist(), report.counts.unknown.tolist(), strict=True))

    work(64)  # what is imported and compiled is no memory of the rows
    found = measured(work, times)
    found["settled"] = settling[2:]
    found["seconds"] = [s - c - d for s, c, d in zip(found["seconds"], compiling[2:], settling[2:], strict=True)]
    if to is not None:
        found["bytes"] = to.stat().st_size
        to.unlink()
    return found


# ---- peers, over coded columns


def polars(folder: Path, count: int, times: int) -> dict[str, Any]:
    import polars as pl

    frame = pl.read_parquet(folder / "coded.parquet").rechunk()
    rules = rules_of(count)
    return measured(lambda: polars_counts(frame, rules, 200), times)


def duckdb(folder: Path, count: int, times: int, threads: int) -> dict[str, Any]:
    import duckdb

    with duckdb.connect(config={"threads": threads}) as database:
        database.execute(f"CREATE TABLE companies AS FROM '{folder / 'coded.parquet'}'")
        queries = sql_queries(rules_of(count), "companies", 10)

        def work() -> Answers:
            return [pair for query in queries for pair in in_pairs(database.execute(query).fetchall()[0])]

        return measured(work, times)


# ---- what memory and disk allow


def reading(folder: Path, times: int, threads: int) -> dict[str, Any]:
    """The bytes of the table's columns once through the processor, by that many threads."""
    table = table_of(folder / "companies.parquet")
    buffers = [
        np.frombuffer(buffer, np.uint8, buffer.size // 8 * 8).view(np.uint64)
        for batch in table.to_batches()
        for column in batch.columns
        for buffer in column.buffers()
        if buffer is not None and buffer.size >= 8
    ]

    def work() -> Answers:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda at: [b.max() for b in buffers[at::threads]], range(threads)))
        return []

    return {**measured(work, times), "bytes": sum(buffer.nbytes for buffer in buffers)}


def writing(folder: Path, count: int, times: int, threads: int) -> dict[str, Any]:
    """As many bytes as the blocks of answers have, into a file, by that many threads."""
    import os

    from luodi.matching.batch import BLOCK
    from luodi.matching.blocks import block_bytes

    rows = pq.ParquetFile(folder / "coded.parquet").metadata.num_rows
    blocks, size = -(-rows // BLOCK), block_bytes(count)
    page, path = bytes(size), folder / "plain.blocks"

    def work() -> Answers:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        with ThreadPoolExecutor(threads) as pool:
            list(
                pool.map(
                    lambda at: [os.pwrite(file, page, b * size) for b in range(at, blocks, threads)], range(threads)
                )
            )
        os.close(file)
        return []

    try:
        return {**measured(work, times), "bytes": blocks * size}
    finally:
        path.unlink(missing_ok=True)


def main() -> None:
    part, folder = sys.argv[1], Path(sys.argv[2])
    count, times, threads, rows = map(int, sys.argv[3:7])
    match part.split("-"):
        case ["ours", out, kernel]:
            found = ours(folder, times, threads, out, kernel, rows)
        case ["polars"]:
            found = polars(folder, count, times)
        case ["duckdb"]:
            found = duckdb(folder, count, times, threads)
        case ["reading"]:
            found = reading(folder, times, threads)
        case ["writing"]:
            found = writing(folder, count, times, threads)
        case _:
            sys.exit(f"there is no part `{part}`")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
