"""The same rules on Spark: our kernel inside its tasks, against the rules as Spark SQL text.

    python benches/spark.py [--rows 1000000] [--rules 1000] [--times 3]

Both run in one session of `local[2]` after a short warm-up. Ours reads the table as it is handed in from Parquet and is
timed as a whole: compiling the book, counting rows, reading, coding, answers. SQL reads columns coded in advance out of
Spark's own memory, so many rules a query as suit it best: found out with a tenth of the rules, then all of them are
timed once. No speed is told unless yes and unknown of every rule are the same.
"""

import argparse
import os
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq
from _companies import coded, handed_in, rules_of, write_book, write_table
from _machine import machine
from _peers import Answers, in_pairs, sql_queries
from _synthetic import DAY

from luodi.matching.asked import RunOptions
from luodi.matching.spark import spark_bulk
from luodi.matching.spark_table import session
from luodi.rules.book import Book
from luodi.rules.library import load_book

MASTER, FEW = "local[2]", 1000
AT_ONCE = (10, 20, 50)  # rules in one query: fewer, and it reads more often; more, and Java compiles no longer


def ours(book: Book, table: Path) -> tuple[float, Answers]:
    start = perf_counter()
    found = spark_bulk(book, str(table), RunOptions(on=DAY), master=MASTER).counts
    return perf_counter() - start, list(zip(found.yes.tolist(), found.unknown.tolist(), strict=True))


def by_sql(spark: Any, rules: int, at_once: int) -> tuple[float, Answers]:
    """`companies` is a view of the session that is in memory already."""
    queries = sql_queries(rules_of(rules), "companies", at_once)
    start = perf_counter()
    found = [pair for query in queries for pair in in_pairs(spark.sql(query).collect()[0])]
    return perf_counter() - start, found


def prepared(folder: Path, rows: int, rules: int) -> Book:
    for name, count in (("few", FEW), ("companies", rows)):
        write_table(folder, name, count, lambda first, columns: handed_in(first, columns).drop_columns(["id"]))
    write_table(folder, "coded", rows, lambda first, columns: coded(columns))
    write_book(folder / "book", rules)
    return load_book(folder / "book")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    if find_spec("pyspark") is None:
        print("nothing is measured: pyspark is not installed (make more)")
        return
    print(", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "pyarrow", "pyspark")))
    with tempfile.TemporaryDirectory() as home, session(MASTER, 2) as spark:
        folder = Path(home)
        book = prepared(folder, given.rows, given.rules)
        size = pq.ParquetFile(folder / "companies.parquet").metadata
        print(f"{size.num_rows:,} companies x {given.rules:,} rules, {MASTER}, load {os.getloadavg()[0]:.1f}")
        ours(book, folder / "few.parquet")
        ours(book, folder / "companies.parquet")  # until now Java has compiled little of what reads the table
        runs = [ours(book, folder / "companies.parquet") for _ in range(given.times)]
        frame = spark.read.parquet(str(folder / "coded.parquet")).cache()
        frame.count()
        frame.createOrReplaceTempView("companies")
        by_sql(spark, 1, 1)
        tried = {at_once: by_sql(spark, max(1, given.rules // 10), at_once)[0] for at_once in AT_ONCE}
        best = min(tried, key=lambda at_once: tried[at_once])
        whole, answers = by_sql(spark, given.rules, best)
    for _, found in runs:
        if found != answers:
            sys.exit("the answers differ; no speed is told")
    seconds = median(run[0] for run in runs)
    note = f", {best} rules a query (a tenth of them: {', '.join(f'{a} {s:.1f} s' for a, s in tried.items())})"
    decisions = given.rows * given.rules / 1e9
    print(f"  our kernel  {seconds:>8.2f} s {decisions / seconds:>8.3f} G decisions/s   median of {given.times}")
    print(f"  Spark SQL   {whole:>8.2f} s {decisions / whole:>8.3f} G decisions/s   once{note}")
    print(f"  the answers are the same; ours is {whole / seconds:.0f} times as fast")


if __name__ == "__main__":
    main()
