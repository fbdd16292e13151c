"""How long every rule of a book takes for every company of a large table, and how much memory.

    python benches/bulk.py [--rows 10000000] [--rules 1000] [--times 3] [--peer polars|duckdb|none]

Companies of 14 attributes with one cell in twenty missing, rules of 3 to 8 questions that share thresholds
(`_companies.py`, `_synthetic.py`), always the same. Each line is measured in a process of its own:

- `counts`, `blocks`: from Arrow columns in memory to the answers, reading and compiling left out. For blocks the clock
  stops when the system has taken every byte; until they are on the disk is told beside it.
- `numpy`: counts by the kernel without numba.
- `columns`, `pairs`: tables as Parquet, of fewer rows, for how much memory they take; it does not grow with the rows.
- `command`: `luodi bulk` from start to end, on a Parquet file with an id for each company, looked through for doubles.

Beside them stand what memory and disk allow: the same bytes only read, or only written, by as many threads. A peer gets
its columns coded in advance. No speed is told unless yes, unknown and no of every rule are the same for all.

Memory is how far it rose above the process with the table loaded (the command: with a table of 64 rows).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from _companies import write
from _machine import machine
from _synthetic import DAY

PART = Path(__file__).with_name("_bulk_part.py")
LUODI = Path(sys.executable).with_name("luodi")
FEWER = {"polars": 1.0, "duckdb": 0.05}  # the share of the rules that a peer is asked; the rest is extrapolated
FEW, TABLE_ROWS = 64, 200_000


class Bench:
    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        self.given, self.folder = given, folder
        self.answers: list[list[int]] | None = None

    def part(self, name: str, *, rules: int = 0, times: int = 0, rows: int = 0) -> dict[str, Any]:
        """One part in a process of its own. What it answers must be what the others did."""
        numbers = (rules or self.given.rules, times or self.given.times, self.given.threads, rows)
        words = [sys.executable, str(PART), name, str(self.folder), *map(str, numbers)]
        made = subprocess.run(words, check=True, capture_output=True, text=True)
        found: dict[str, Any] = json.loads(made.stdout.splitlines()[-1])
        if found["answers"] and not rows:
            self.agree(name, found["answers"])
        return found

    def agree(self, name: str, answers: list[list[int]]) -> None:
        if self.answers is None:
            self.answers = answers
        wrong = [at for at, pair in enumerate(answers) if pair != self.answers[at]]
        if wrong:
            sys.exit(f"{name} answers {len(wrong)} rules otherwise, such as rule {wrong[0]}; no speed is told")

    def tell(self, name: str, seconds: float, more: str) -> None:
        decisions = self.given.rows * self.given.rules / seconds / 1e9
        print(f"  {name:<10} {seconds:>8.3f} s {decisions:>7.2f} G decisions/s   {more}", flush=True)

    # -- lines

    def counts(self) -> float:
        found, floor = self.part("ours-counts-numba"), self.part("reading")
        seconds, least = median(found["seconds"]), median(floor["seconds"])
        self.tell(
            "counts",
            seconds,
            f"memory +{found['peak']:.0f} MiB; {least / seconds:.0%} of what memory allows "
            f"({floor['bytes'] / 1e6:,.0f} MB only read: {least:.3f} s)",
        )
        return seconds

    def blocks(self) -> None:
        found, floor = self.part("ours-blocks-numba"), self.part("writing")
        seconds, least = median(found["seconds"]), median(floor["seconds"])
        self.tell(
            "blocks",
            seconds,
            f"memory +{found['peak']:.0f} MiB; {least / seconds:.0%} of what memory allows "
            f"({floor['bytes'] / 1e6:,.0f} MB only written: {least:.3f} s); on the disk after "
            f"{median(found['settled']):.1f} s more",
        )

    def numpy(self) -> None:
        found = self.part("ours-counts-numpy", times=1)
        self.tell("numpy", median(found["seconds"]), f"memory +{found['peak']:.0f} MiB")

    def tables(self) -> None:
        for out in ("columns", "pairs"):
            rows = min(TABLE_ROWS, self.given.rows)
            found = self.part(f"ours-{out}-numba", times=1, rows=rows)
            print(
                f"  {out:<10} {median(found['seconds']):>8.3f} s for {rows:,} rows, {found['bytes'] / 1e6:,.0f} MB "
                f"of Parquet; memory +{found['peak']:.0f} MiB",
                flush=True,
            )

    def command(self) -> None:
        """A first run, which may compile the kernel and the book, is not counted."""
        _, base, _ = self.run("few.parquet")
        runs = [self.run("companies.parquet") for _ in range(self.given.times)]
        self.agree("the command", [[rule["yes"], rule["unknown"]] for rule in runs[-1][2]["rules"]])
        parts = ", ".join(f"{name} {spent:.2f}" for name, spent in runs[-1][2]["seconds"].items() if spent >= 0.005)
        memory = median(run[1] for run in runs)
        more = f"memory +{memory - base:.0f} MiB (whole {memory:.0f}); {parts}"
        self.tell("command", median(run[0] for run in runs), more)

    def run(self, table: str) -> tuple[float, float, Any]:
        """Seconds from start to end, peak memory in MiB, and what was said."""
        words = [
            str(LUODI),
            "bulk",
            "--book",
            str(self.folder / "book"),
            "--companies",
            str(self.folder / table),
            "--on",
            DAY.isoformat(),
            "--threads",
            str(self.given.threads),
            "--json",
        ]
        with (self.folder / "said.json").open("w+") as said:
            start = perf_counter()
            process = subprocess.Popen(words, stdout=said)
            _, status, used = os.wait4(process.pid, 0)
            spent = perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                sys.exit(f"the command ended with {process.returncode}")
            said.seek(0)
            return spent, used.ru_maxrss / 1024, json.load(said)

    def peer(self, name: str, ours: float) -> None:
        asked = max(1, round(self.given.rules * FEWER[name]))
        found = self.part(name, rules=asked, times=min(self.given.times, 3))
        seconds = median(found["seconds"]) * self.given.rules / asked
        note = "" if asked == self.given.rules else f"; extrapolated from {asked} of the rules"
        self.tell(name, seconds, f"memory +{found['peak']:.0f} MiB; ours is {seconds / ours:.1f} times as fast{note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer", choices=("polars", "duckdb", "none"), default="polars")
    parser.add_argument("--folder", type=Path, help="where tables of an earlier run are, or are to stay")
    given = parser.parse_args()
    print(machine())
    print(", ".join(f"{name} {version(name)}" for name in ("numpy", "numba", "pyarrow", "polars", "duckdb")))
    with tempfile.TemporaryDirectory() as home:
        folder = given.folder or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        made = write(folder, given.rows, given.rules, few=FEW)
        print(
            f"{given.rows:,} companies ({made}) x {given.rules:,} rules, {given.threads} threads, load "
            f"{os.getloadavg()[0]:.1f}; medians of {given.times}"
        )
        bench = Bench(given, folder)
        ours = bench.counts()
        if given.peer != "none":
            bench.peer(given.peer, ours)
        bench.blocks()
        bench.numpy()
        bench.tables()
        bench.command()


if __name__ == "__main__":
    main()
