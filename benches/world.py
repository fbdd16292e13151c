"""How long a made-up register takes, from nothing to a folder on disk, and how much memory.

    python benches/world.py --companies 1000000

Peer: pyarrow alone, which writes the same tables from memory with the same settings, the floor below which no maker of
worlds can go. Peak memory is that of a process that makes the world and nothing else. Before any time is told, the
tables of the two folders are compared.
"""

import argparse
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

import pyarrow.parquet as pq
from _machine import machine

from luodi.world.folder import TABLES, make_world

LIMIT = 30.0
ALONE = """
import resource, sys
from pathlib import Path
from luodi.world.folder import make_world
make_world(int(sys.argv[1]), 1, Path(sys.argv[2]), progress=lambda done, total: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def made(companies: int, folder: Path) -> float:
    start = perf_counter()
    make_world(companies, 1, folder, progress=lambda done, total: None)
    return perf_counter() - start


def written(folder: Path, to: Path) -> float:
    """Seconds of pyarrow for the tables of a folder, once they are in memory."""
    to.mkdir()
    spent = 0.0
    for name in TABLES:
        file = pq.ParquetFile(folder / f"{name}.parquet")
        texts = [file.schema.column(at).path for at in range(len(file.schema)) if _is_coded(file, at)]
        table = pq.read_table(folder / f"{name}.parquet", read_dictionary=texts)
        rows = file.metadata.row_group(0).num_rows
        start = perf_counter()
        pq.write_table(
            table,
            to / f"{name}.parquet",
            row_group_size=rows,
            compression="snappy",
            use_dictionary=texts or False,
            store_schema=False,
            store_decimal_as_integer=True,
        )
        spent += perf_counter() - start
    return spent


def _is_coded(file: pq.ParquetFile, at: int) -> bool:
    return "RLE_DICTIONARY" in file.metadata.row_group(0).column(at).encodings


def same(one: Path, other: Path) -> bool:
    """Whether all tables of two folders are the same, a row group at a time."""
    for name in TABLES:
        left, right = (pq.ParquetFile(folder / f"{name}.parquet") for folder in (one, other))
        if left.metadata.num_rows != right.metadata.num_rows:
            return False
        rows = 1 << 16
        for a, b in zip(left.iter_batches(rows), right.iter_batches(rows), strict=True):
            if not a.equals(b):
                return False
    return True


def peak(companies: int, folder: Path) -> float:
    """MiB of a process of its own."""
    words = [sys.executable, "-c", ALONE, str(companies), str(folder)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    print(", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow")))
    with tempfile.TemporaryDirectory() as home:
        root = Path(home)
        memory = peak(given.companies, root / "alone")
        ours = [made(given.companies, root / f"world{at}") for at in range(given.times)]
        floor = [written(root / "world0", root / f"peer{at}") for at in range(given.times)]
        if not (same(root / "world0", root / "alone") and same(root / "world0", root / "peer0")):
            sys.exit("the tables differ; no speed is reported")
        size = sum(file.stat().st_size for file in (root / "world0").iterdir()) / 2**20
    seconds, least = median(ours), median(floor)
    print(
        f"{given.companies:,} companies, {size:,.0f} MiB: {seconds:.2f} s (median of {given.times}; limit {LIMIT:.0f})"
    )
    print(f"{given.companies / seconds:,.0f} companies a second; peak memory {memory:,.0f} MiB")
    print(f"pyarrow alone, the same tables from memory: {least:.2f} s; ours takes {seconds / least:.1f} times as long")
    if given.companies <= 1_000_000 and seconds > LIMIT:
        sys.exit("over the limit")


if __name__ == "__main__":
    main()
