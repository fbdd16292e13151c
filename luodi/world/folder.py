"""A world on disk: blocks written one after another as row groups, into a folder that is there whole or not."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from luodi.errors import OutOfRange
from luodi.files import whole_folder
from luodi.world import DAY
from luodi.world.block import Block, block, count_blocks, text_columns
from luodi.world.firms import EPOCH
from luodi.world.register import pools_table
from luodi.world.shape import Shape, shape

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
MOST: Final = 999_999_999
TABLES: Final = ("companies", "nodes", "stakes")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """How many rows each table has, and how long it took."""

    rows: dict[str, int]
    seconds: float

    def as_json(self) -> dict[str, object]:
        return {**self.rows, "seconds": round(self.seconds, 3)}


def make_world(companies: int, seed: int, to: Path, *, on: date = DAY, threads: int = 2, progress: Progress) -> Made:
    """Write a made-up register of so many companies into the folder `to`, as it stands on a day.

    Companies and seed decide every cell; the number of threads none. Raises `OutOfRange`, `FolderNotEmpty`,
    `CannotWrite`. What it looks like, and how often: docs/reference/world.md.
    """
    check(companies, seed, on)
    start = perf_counter()
    with whole_folder(to) as folder:
        rows = _write(folder, companies, seed, on, threads, progress)
        known = shape()
        _describe(folder, known, companies, seed, on, rows)
    return Made(rows, perf_counter() - start)


def check(companies: int, seed: int, on: date) -> None:
    """Refuse what no world can be made of."""
    if not 1 <= companies <= MOST:
        raise OutOfRange("world.companies-cannot-made", companies=companies, most=MOST, at="--companies")
    if not 0 <= seed < 2**63:
        raise OutOfRange("world.no-seed", seed=seed, at="--seed")
    if not EARLIEST <= on <= LATEST:
        raise OutOfRange("world.no-day-world", on=on, earliest=EARLIEST, latest=LATEST, at="--on")


def _write(folder: Path, companies: int, seed: int, on: date, threads: int, progress: Progress) -> dict[str, int]:
    rows = dict.fromkeys(TABLES, 0)
    pools: Any = None
    with ExitStack() as open_files:
        files = Files(folder, open_files)
        for made in blocks(companies, seed, on, threads):
            for name in TABLES:
                rows[name] += files.add(name, getattr(made, name))
            pools = made.pools if pools is None else pools | made.pools
            progress(rows["companies"], companies)
        rows["nodes"] += files.add("nodes", pools_table(pools))
    return rows


def blocks(companies: int, seed: int, on: date, threads: int = 2) -> Iterator[Block]:
    """The blocks in order, made a few ahead; no more of them are in memory than threads, and the one handed out."""
    make = partial(block, shape(), seed, companies=companies, on=on.toordinal() - EPOCH)
    first = make(0)
    yield first
    count = count_blocks(companies)
    with ThreadPoolExecutor(threads) as pool:
        waiting: list[Future[Block]] = []
        try:
            for number in range(1, count):
                waiting.append(pool.submit(make, number, hubs=first.hubs))
                if len(waiting) >= threads:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for one in waiting:
                one.cancel()


class Files:
    """The Parquet files of a world; a row group a block."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.writers: dict[str, pq.ParquetWriter] = {}

    def add(self, name: str, table: pa.Table) -> int:
        if name not in self.writers:
            self.writers[name] = self.stack.enter_context(_writer(self.folder / f"{name}.parquet", table.schema))
        self.writers[name].write_table(table, row_group_size=max(table.num_rows, 1))
        return int(table.num_rows)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Without the schema of Arrow, so that every reader sees texts and lists of text."""
    texts = [*text_columns(shape(), schema), "kind"] if "id" in schema.names else False
    return pq.ParquetWriter(
        path, schema, compression="snappy", use_dictionary=texts, store_schema=False, store_decimal_as_integer=True
    )


# ---- what the folder says of itself


def _describe(folder: Path, known: Shape, companies: int, seed: int, on: date, rows: dict[str, int]) -> None:
    schema = pq.read_schema(folder / "companies.parquet")
    described = {
        "fictional": True,
        "companies": companies,
        "seed": seed,
        "on": on.isoformat(),
        "rows": rows,
        "columns": {name: {"type": str(schema.field(name).type), "missing": known.rate(name)} for name in schema.names},
    }
    text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    (folder / "world.json").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(README.format(companies=companies, seed=seed, on=on, rows=rows), encoding="utf-8")


README: Final = """\
# A made-up register

No company, holder or figure in this folder is real; likeness to real ones is chance. Made by
`luodi world --companies {companies} --seed {seed} --on {on}`, which makes the same tables again.

| file | rows | holds |
|---|---|---|
| companies.parquet | {rows[companies]:,} | `id`, names, and attributes of the company profile, as they stand on {on} |
| nodes.parquet | {rows[nodes]:,} | `id, kind, person`: the companies and whoever holds them |
| stakes.parquet | {rows[stakes]:,} | `owner, company, share, votes, nominee_for, from, to` |
| world.json | | seed, day, rows; each column of the companies with its type and how many cells are left empty |

An empty cell is not known, or does not apply. `foreign_share` is what the stakes of that day come to; it is empty where
they leave it open.

    luodi bulk --companies companies.parquet --on {on}
    luodi ownership --stakes stakes.parquet --nodes nodes.parquet --on {on} --to shares.parquet
"""
