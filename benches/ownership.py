"""The foreign share of all companies of a register, and one company with its chains; ours against a peer.

    python benches/ownership.py --stakes 10000000 --peer duckdb      # or scipy, none
    python benches/ownership.py --stakes 10000000 --peer none --missing 0.01   # a register that leaves something out
    python benches/ownership.py --stakes 100000000 --peer none --files      # the command as a whole, too

The register is made up, with a fixed seed, in the shape that was measured for the design: 1.79 stakes a company, 11.6 %
of them held by companies, 0.5 % of the companies in loops, about 3.8 % with a positive foreign share. Company ids are
shuffled, so that no order of the file helps. A process of its own makes it, so that peak memory is that of the answers.

Both sides start from numbered arrays in memory; what the peer needs to load is not counted. When the answers differ by
more than 1e-9, no speed is reported. The limit of memory is the time a plain copy, measured in the same run, takes for
what no method can avoid: to read owner and company of every stake once, and to write one figure a company.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from _machine import machine, peak_mib, quantile

from luodi.ownership.answer import answer_from
from luodi.ownership.bulk import _tiny, compute
from luodi.ownership.register import ORDER, Held, Register
from luodi.ownership.stakes import Kind

DAY = date(2026, 3, 2)


Made = tuple[Any, Any, Any, dict[Kind, int]]


def numbers(stakes: int, seed: int = 7, missing: float = 0.0) -> Made:
    """A fictional register of about so many stakes: owner, company, share, and where the kinds of nodes end. A part of
    the stakes may be missing, so that what is left is unknown."""
    random = np.random.default_rng(seed)
    companies = int(stakes / 1.79)
    each = np.minimum(random.geometric(1 / 1.8, companies), 9).astype(np.int32)
    company = np.repeat(np.arange(companies, dtype=np.int32), each)
    begin = np.concatenate(([0], np.cumsum(each)))[:-1]
    low = _shares(random, company, begin, companies)
    owner = np.full(len(company), -1, np.int32)
    held = (random.random(len(company)) < 0.1135) & (company > 8)
    owner[held] = _owners(random, company[held])
    _loops(random, owner, begin, each, companies)
    leaves = np.flatnonzero(owner < 0)
    foreign = random.random(companies) < 0.0345
    ends = _holders(random, owner, leaves, foreign[company[leaves]], companies)
    renamed = random.permutation(companies).astype(np.int32)
    inner = owner < companies
    owner[inner] = renamed[owner[inner]]
    shuffled = random.permutation(len(company))
    shuffled = shuffled[: round(len(company) * (1 - missing))]
    return owner[shuffled], renamed[company][shuffled], low[shuffled], ends


def make(stakes: int, folder: Path, missing: float) -> None:
    """The same as files, for the process that asks for it."""
    *columns, ends = numbers(stakes, missing=missing)
    for name, column in zip(("owner", "company", "share"), columns, strict=True):
        np.save(folder / f"{name}.npy", column)
    (folder / "ends.json").write_text(json.dumps({kind.value: end for kind, end in ends.items()}))


def load(folder: Path) -> Register:
    owner, company, low = (np.load(folder / f"{name}.npy") for name in ("owner", "company", "share"))
    ends = {Kind(word): end for word, end in json.loads((folder / "ends.json").read_text()).items()}
    ids = np.arange(ends[Kind.DOMESTIC], dtype=np.int32)
    return Register(pa.array(ids), ends, Held(owner, company, low, low, _Written(low)), table=ids, name="bench")


def write_tables(made: Register, folder: Path) -> None:
    """The register as Parquet, as somebody would hand it over."""
    held = made.capital
    columns = {"owner": held.owner, "company": held.company, "share": held.low}
    pq.write_table(pa.table(columns), folder / "stakes.parquet", row_group_size=1 << 20)
    kinds = np.searchsorted([made.ends[kind] for kind in ORDER], np.arange(made.nodes), "right").astype(np.int8)
    words = pa.DictionaryArray.from_arrays(pa.array(kinds), [kind.value for kind in ORDER])
    pq.write_table(pa.table({"id": made.ids, "kind": words}), folder / "nodes.parquet", row_group_size=1 << 20)


class _Written:
    """Shares as a table would hold them: decimals."""

    def __init__(self, low: Any) -> None:
        self.low = low

    def __getitem__(self, row: int) -> float:
        return float(self.low[row])


def _shares(random: Any, company: Any, begin: Any, companies: int) -> Any:
    """Hundredths of a percent that add up to the whole; a third of the companies in steps of 5 %."""
    weight = random.exponential(size=len(company)) + 0.05
    total = np.bincount(company, weight, minlength=companies)
    step = np.where(random.random(companies) < 0.33, 500, 1)[company]
    points = np.floor(weight / total[company] * 10_000 / step).astype(np.int64) * step
    left = 10_000 - np.bincount(company, points, minlength=companies).astype(np.int64)
    points[begin] += left
    return points / 10_000


def _owners(random: Any, company: Any) -> Any:
    """Half near by, as in a group; half anywhere earlier, the first ones more often, so that there are hubs."""
    near = company - random.geometric(0.15, len(company))
    far = (company * random.random(len(company)) ** 2.2).astype(np.int64)
    return np.where((random.random(len(company)) < 0.5) & (near >= 0), near, far)


def _loops(random: Any, owner: Any, begin: Any, each: Any, companies: int) -> None:
    """Rings of two to six companies, at least one of which has another owner."""
    count = int(companies * 0.005 / 3)
    for start in np.unique(random.integers(10, companies - 10, count) // 8 * 8):
        size = int(random.integers(2, 5)) if random.random() < 0.9 else 6
        if each[start] < 2:
            continue
        for i in range(size):
            owner[begin[start + i]] = start + (i + 1) % size


def _holders(random: Any, owner: Any, leaves: Any, abroad: Any, companies: int) -> dict[Kind, int]:
    """Numbers for the holders: foreign, HMT, state, domestic."""
    kinds = np.where(abroad, np.where(random.random(len(leaves)) < 0.7, 0, 1), 3)
    kinds[(kinds == 3) & (random.random(len(leaves)) < 0.01)] = 2
    sizes = [max(1, int((kinds == kind).sum() * 0.8)) for kind in range(4)]
    first, ends = companies, {Kind.COMPANY: companies, Kind.UNKNOWN: 0}
    for kind, (name, size) in enumerate(zip((Kind.FOREIGN, Kind.HMT, Kind.STATE, Kind.DOMESTIC), sizes, strict=True)):
        rows = leaves[kinds == kind]
        owner[rows] = first + random.integers(0, size, len(rows))
        first += size
        ends[name] = first
    ends[Kind.UNKNOWN] = ends[Kind.HMT]
    return {kind: ends[kind] for kind in ORDER}


# ---- peers


def duckdb_peer(made: Register) -> Callable[[], Any]:
    """Recursive SQL along paths that carry a foreign share, with a guard for loops; loading is not counted."""
    import duckdb

    base = duckdb.connect()
    base.execute("SET threads TO 2")
    owner, company, share = made.capital.owner, made.capital.company, made.capital.low
    table = {"owner": owner, "company": company, "share": share}
    base.register("given", pa.table(table))
    base.execute("CREATE TABLE stakes AS SELECT * FROM given")
    abroad, hmt = made.ends[Kind.COMPANY], made.ends[Kind.HMT]
    query = f"""
        WITH RECURSIVE held AS (SELECT * FROM stakes WHERE owner < {abroad}),
        flow(company, share, depth) AS (
            SELECT company, sum(share), 0 FROM stakes WHERE owner >= {abroad} AND owner < {hmt} GROUP BY company
            UNION ALL
            SELECT held.company, flow.share * held.share, depth + 1 FROM flow JOIN held ON held.owner = flow.company
            WHERE flow.share * held.share > 1e-17 AND depth < 2000
        )
        SELECT company, sum(share) AS share FROM flow GROUP BY company"""

    def run() -> Any:
        found = base.execute(query).fetchnumpy()
        x = np.zeros(made.companies)
        x[found["company"]] = found["share"]
        return x

    return run


def scipy_peer(made: Register) -> Callable[[], Any]:
    """x = (I - A)^-1 b with the sparse direct solver."""
    from scipy.sparse import csc_matrix, identity
    from scipy.sparse.linalg import spsolve

    owner, company, share = made.capital.owner, made.capital.company, made.capital.low
    n, hmt = made.companies, made.ends[Kind.HMT]

    def run() -> Any:
        inner = owner < n
        abroad = (owner >= n) & (owner < hmt)
        b = np.bincount(company[abroad], share[abroad], minlength=n)
        a = csc_matrix((share[inner], (company[inner], owner[inner])), shape=(n, n))
        return spsolve((identity(n, format="csc") - a).tocsc(), b)

    return run


PEERS = {"duckdb": duckdb_peer, "scipy": scipy_peer}


# ---- the run


def timed(run: Callable[[], Any], times: int) -> tuple[list[float], Any]:
    taken, found = [], None
    for _ in range(times):
        start = perf_counter()
        found = run()
        taken.append(perf_counter() - start)
    return taken, found


def told(taken: list[float]) -> str:
    return f"{median(taken):.3f} s (median of {len(taken)}), {quantile(taken, 0.95):.3f} s (p95)"


def bandwidth() -> float:
    """Bytes a second that a plain copy reads and writes, the median of seven."""
    source = np.ones(1 << 25)
    goal = np.empty_like(source)
    taken, _ = timed(lambda: np.copyto(goal, source), 8)
    return 2 * source.nbytes / median(taken[1:])


def one_company(made: Register, values: Any, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds for companies with the most above them and a foreign share, by the clock and of the processor."""
    made.prepare()
    inner = made.capital.owner < made.companies
    deep = np.unique(made.capital.company[inner])
    random = np.random.default_rng(1)
    asked = random.choice(deep[values[deep] > 0], times)
    taken: list[float] = []
    worked: list[float] = []
    for company in asked:
        start, used = perf_counter(), thread_time()
        document = answer_from(made.view(str(company)), str(company), on=DAY)
        taken.append(1000 * (perf_counter() - start))
        worked.append(1000 * (thread_time() - used))
        exact = document["equity"]
        ends = exact if isinstance(exact, list) else [exact, exact]
        low = [float(e.split("/")[0]) / float(e.split("/")[1]) if "/" in e else float(e) for e in ends]
        if not low[0] - 1e-9 <= values[company] <= low[1] + 1e-9:
            sys.exit(f"company {company}: {exact} exactly, {values[company]} in the sweep; no speed is reported")
    return taken, worked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stakes", type=int, default=1_000_000)
    parser.add_argument("--peer", choices=[*PEERS, "none"], default="duckdb")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--files", action="store_true", help="also the whole command, from Parquet to Parquet")
    parser.add_argument("--missing", type=float, default=0.0, help="the part of the stakes that is not recorded")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.make is not None:
        make(given.stakes, given.make, given.missing)
        return
    with tempfile.TemporaryDirectory() as folder:
        asked = [
            sys.executable,
            __file__,
            "--stakes",
            str(given.stakes),
            "--missing",
            str(given.missing),
            "--make",
            folder,
        ]
        subprocess.run(asked, check=True)
        bench(load(Path(folder)), given)
        print(f"peak memory of the answers, register included: {peak_mib():,.0f} MiB")
        if given.files:
            command(Path(folder))


def bench(made: Register, given: argparse.Namespace) -> None:
    peers = [] if given.peer == "none" else [given.peer]
    names = dict.fromkeys(["numpy", "numba", "pyarrow", "scipy", *peers])
    print(machine())
    print(", ".join(f"{name} {version(name)}" for name in names))
    compute(_tiny())
    taken, found = timed(lambda: compute(_anew(made))["equity"], given.times)
    values, most = found
    positive = (values > 0).mean()
    print(f"{len(made.capital.owner):,} stakes, {made.companies:,} companies, {positive:.1%} with a foreign share")
    if given.missing:
        print(
            f"{given.missing:.1%} of the stakes are not recorded: {(most > values).mean():.1%} of the shares are open"
        )
    for peer in peers:
        compare(made, peer, taken, values)
    print(f"all companies: {told(taken)}")
    speed = bandwidth()
    floor = (8 * len(made.capital.owner) + 8 * made.companies) / speed
    print(f"limit of memory: {floor:.3f} s at {speed / 1e9:.1f} GB/s; {floor / median(taken):.0%} of it reached")
    for each, what in zip(one_company(made, values, 200), ("", ", processor alone"), strict=True):
        shown = (
            f"{median(each):.2f} ms (median of 200), {quantile(each, 0.95):.2f} ms (p95), {max(each):.2f} ms (worst)"
        )
        print(f"one company with chains, exactly{what}: {shown}")


def _anew(made: Register) -> Register:
    """The register as it was read: nothing of it was added up before."""
    return replace(made, capital=replace(made.capital))


def compare(made: Register, peer: str, ours: list[float], values: Any) -> None:
    theirs, other = timed(PEERS[peer](made), min(3, len(ours)))
    difference = np.abs(values - other).max()
    print(f"largest difference from {peer}: {difference:.1e}")
    if difference > 1e-9:
        sys.exit("the answers differ, so no speed is reported")
    print(f"{peer}: {told(theirs)}; ratio {median(theirs) / median(ours):.2f}")


WRITE = "import sys, pathlib, ownership as o; p = pathlib.Path(sys.argv[1]); o.write_tables(o.load(p), p)"
ALONE = """
import sys
from _machine import peak_mib
from luodi.cli import main
try:
    main(sys.argv[1:])
finally:
    print(peak_mib(), file=sys.stderr)
"""


def command(folder: Path) -> None:
    """The whole command in a process of its own, from Parquet to Parquet, and its peak memory."""
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, "-c", WRITE, folder], check=True, env=here)
    stakes, nodes, to = (str(folder / f"{name}.parquet") for name in ("stakes", "nodes", "out"))
    asked = ["ownership", "--stakes", stakes, "--nodes", nodes, "--on", DAY.isoformat(), "--to", to, "--json"]
    start = perf_counter()
    done = subprocess.run([sys.executable, "-c", ALONE, *asked], check=True, capture_output=True, text=True, env=here)
    whole = perf_counter() - start
    seconds = ", ".join(f"{name} {value:.2f} s" for name, value in json.loads(done.stdout)["seconds"].items())
    peak = float(done.stderr.split()[-1])
    print(f"the command, Parquet to Parquet: {whole:.1f} s ({seconds}), peak {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
