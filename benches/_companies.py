"""Companies nobody founded, as a table of 14 attributes with one cell in twenty missing, and a book to put to them.

The same table lies there twice: as a person would hand it in (`companies.parquet`: texts, lists of texts, decimals,
days, and an id of 18 characters), and coded in advance (`coded.parquet`), which spares a peer all work on texts: codes
and days as whole numbers, a set as a mask of bits, shares in hundredths. Same seed, same tables.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from _synthetic import DAY, MARKS, REGIONS, SIZES, rules, vocabulary
from numpy.typing import NDArray

from luodi.profiles.vocabulary import Kind, Vocabulary
from luodi.rules.book import Rule

LEFT_OUT = ("foreign_capital", "rd_staff", "exporter")
SEED, MISSING, PART = 10_000, 0.05, 1 << 17
TODAY = DAY.toordinal() - 719163
_MONEY = ("revenue", "assets", "capital", "rd_expense")
_COUNTS, _RATIOS, _TRUTHS = ("employees", "patents"), ("foreign_share", "rd_share"), ("listed", "certified")

Columns = dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]  # values, and where they are missing


def words() -> Vocabulary:
    return vocabulary(LEFT_OUT)


def rules_of(count: int) -> list[Rule]:
    return rules(count, words(), Random(SEED))


def parts(rows: int) -> Iterator[tuple[int, Columns]]:
    """Parts of the table with the number of their first row, coded; sets as masks."""
    for first in range(0, rows, PART):
        random, size = np.random.default_rng([SEED, first]), min(PART, rows - first)
        columns: dict[str, NDArray[Any]] = {
            **{name: random.integers(0, 12_000_001, size) for name in _MONEY},
            **{name: random.integers(0, 121, size, np.int32) for name in _COUNTS},
            **{name: random.integers(1, 100, size, np.int32) for name in _RATIOS},
            **{name: random.random(size) < 0.5 for name in _TRUTHS},
            "size": random.integers(0, len(SIZES), size, np.int32),
            "marks": _masks(random, size),
            "region": random.integers(0, len(REGIONS), size, np.int32),
            "founded": TODAY - random.integers(0, 4001, size, np.int32),
        }
        yield first, {name: (values, random.random(size) < MISSING) for name, values in columns.items()}


def _masks(random: np.random.Generator, size: int) -> NDArray[np.int32]:
    """Up to four marks each."""
    drawn = random.integers(0, len(MARKS), (size, 4))
    bits = np.where(np.arange(4) < random.integers(0, 5, size)[:, None], 1 << drawn, 0)
    masks: NDArray[np.int32] = np.bitwise_or.reduce(bits, axis=1).astype(np.int32)
    return masks


# ---- as they are handed in, and coded


def handed_in(first: int, columns: Columns) -> pa.Table:
    found: dict[str, pa.Array] = {}
    for name, (values, missing) in columns.items():
        if name in _RATIOS:
            found[name] = _decimals(values, missing)
        elif name == "marks":
            found[name] = _lists(values, missing)
        elif name in ("size", "region"):
            texts = pa.array(SIZES if name == "size" else REGIONS)
            found[name] = pa.DictionaryArray.from_arrays(pa.array(values, mask=missing), texts)
        else:
            kind = pa.date32() if name == "founded" else None
            found[name] = pa.array(values, kind, mask=missing)
    size = len(columns["revenue"][0])
    ids = np.char.mod("91110000M%09d", np.arange(first, first + size))
    return pa.table({"id": pa.array(ids.tolist()), **found})


def _decimals(values: NDArray[np.int32], missing: NDArray[np.bool_]) -> pa.Array:
    wide = np.zeros((len(values), 2), np.int64)
    wide[:, 0] = values
    bits = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(5, 2), len(values), [bits, pa.py_buffer(wide)])


def _lists(masks: NDArray[np.int32], missing: NDArray[np.bool_]) -> pa.Array:
    flags = (masks[:, None] >> np.arange(len(MARKS)) & 1 == 1) & ~missing[:, None]
    starts = np.concatenate([[0], np.cumsum(flags.sum(axis=1))]).astype(np.int32)
    members = pa.DictionaryArray.from_arrays(pa.array(np.nonzero(flags)[1].astype(np.int32)), pa.array(MARKS))
    bits = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(pa.list_(members.type), len(masks), [bits, pa.py_buffer(starts)], children=[members])


def coded(columns: Columns) -> pa.Table:
    return pa.table({name: pa.array(values, mask=missing) for name, (values, missing) in columns.items()})


def write(folder: Path, rows: int, count: int, *, few: int) -> str:
    """Both tables, one of a few companies, and the book of `count` rules; what is there already stays."""
    if not (folder / "book").exists():
        write_book(folder / "book", count)
        write_table(folder, "few", few, handed_in)
        write_table(folder, "companies", rows, handed_in)
        write_table(folder, "coded", rows, lambda first, columns: coded(columns))
    return f"{(folder / 'companies.parquet').stat().st_size / 1e6:,.0f} MB of Parquet"


def write_table(folder: Path, name: str, rows: int, table_of: Callable[[int, Columns], pa.Table]) -> None:
    """A row group a part."""
    writer: pq.ParquetWriter | None = None
    for first, columns in parts(rows):
        table = table_of(first, columns)
        writer = writer or pq.ParquetWriter(folder / f"{name}.parquet", table.schema, compression="snappy")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def write_book(folder: Path, count: int) -> None:
    (folder / "rules").mkdir(parents=True)
    title = "title: {zh: made up, en: made up}"
    attributes = "\n".join(
        f"  - {{name: {word.name}, type: {word.kind.value}, label_zh: {word.name}, label_en: {word.name}"
        + (f", allowed: [{', '.join(word.allowed)}]" if word.kind is Kind.ENUM and word.allowed else "")
        + "}"
        for word in words().attributes.values()
    )
    head = f"id: made-up\n{title}\nversion: '1'\nattributes:\n{attributes}\n"
    (folder / "book.yaml").write_text(head, encoding="utf-8")
    text = []
    for rule in rules_of(count):
        when = "\n".join(f"    - '{clause.text}'" for clause in rule.clauses)
        text.append(f"- id: {rule.id}\n  {title}\n  basis: [{{instrument: made-up}}]\n  when:\n{when}\n")
    (folder / "rules" / "all.yaml").write_text("".join(text), encoding="utf-8")
