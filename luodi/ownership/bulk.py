"""All companies of a register: read, compute, write; or only those below a change, given the earlier stakes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from luodi.errors import UnknownKey, did_you_mean
from luodi.ownership.definitions import definitions
from luodi.ownership.faults import SHOWN, Faults
from luodi.ownership.register import Register
from luodi.ownership.stakes import ROUNDING, Kind
from luodi.ownership.sums import recorded

FIGURES: Final = (
    *("equity", "equity_foreign_only", "equity_state", "direct", "votes", "any_foreign"),
    *("passthrough_ge_1o4", "passthrough_ge_1o2", "passthrough_gt_half", "controller"),
)
Tell = Callable[[str], None]


def quiet(_: str) -> None:
    """Progress that nobody reads."""


def figures_named(names: Iterable[str]) -> tuple[str, ...]:
    """Equity, and the figures asked for, in our order. Raises `UnknownKey` with the nearest name."""
    asked = {"equity", *names}
    for name in asked - {"all"}:
        if name not in FIGURES:
            raise UnknownKey("ownership.no-figure-computed-all-companies", name=name, meant=did_you_mean(name, FIGURES))
    return FIGURES if "all" in asked else tuple(name for name in FIGURES if name in asked)


def compute(register: Register, names: Sequence[str] = ("equity",), tell: Tell = quiet) -> dict[str, tuple[Any, Any]]:
    """Least and greatest value of each figure for each company, in the order of the register's numbers; of `controller`
    its number, and whether it is open."""
    from luodi.ownership.bulk_figures import direct, equity
    from luodi.ownership.credit import passed
    from luodi.ownership.graph import Graph

    foreign, hmt, unknown, state = (
        register.numbers(kind) for kind in (Kind.FOREIGN, Kind.HMT, Kind.UNKNOWN, Kind.STATE)
    )
    both = (foreign[0], hmt[1])
    counted = state[1] if "equity_state" in names else unknown[1]
    graph = Graph(register.capital, register.companies, counted)
    book = definitions()
    found: dict[str, tuple[Any, Any]] = {}
    for name in names:
        tell(name)
        if name == "any_foreign":
            shares = found["equity"] if "equity" in found else equity(graph, [both], unknown).ends
            surely, perhaps = graph.reached([both], unknown)
            found[name] = surely, perhaps | (shares[1] > 0.0)
            continue
        if name == "controller":
            from luodi.ownership.controllers import controllers

            found[name] = controllers(register)
            continue
        if name.startswith("passthrough"):
            row = book[name]
            assert row.threshold is not None
            figure = passed(graph, [both], unknown, row.threshold, ">" if row.sign == ">" else ">=")
        elif name == "direct":
            figure = direct(graph, [both], unknown)
        elif name == "votes" and register.votes is not None:
            figure = equity(Graph(register.votes, register.companies, unknown[1]), [both], unknown)
        else:
            holders = {"equity_foreign_only": foreign, "equity_state": state}.get(name, both)
            figure = equity(graph, [holders], unknown)
        found[name] = (figure.low, figure.high)
    return found


@dataclass(frozen=True)
class Tables:
    """The files of a register: stakes and nodes, and contracts if there are any."""

    stakes: Path
    nodes: Path
    contracts: Path | None = None


def run(
    stakes: Path,
    nodes: Path,
    *,
    contracts: Path | None = None,
    since: Path | Tables | None = None,
    to: Path,
    figures: Sequence[str] = (),
    on: date,
    tell: Tell = quiet,
) -> dict[str, Any]:
    """Read tables, compute every company, and write one row each; the file is there whole or not at all.

    With `since`, the stakes or all tables as they were, only companies below a change are computed and written.
    """
    tables = Tables(stakes, nodes, contracts)
    if isinstance(since, Path):
        since = Tables(since, nodes, contracts)
    names = figures_named(figures)
    start = perf_counter()
    tell("reading")
    register, change = _read(tables, since, on)
    warm = perf_counter()
    compute(_tiny(), FIGURES)
    recorded(_tiny())
    read = perf_counter()
    chosen = None
    if change is not None:
        from luodi.ownership.since import below_changes, only_above

        tell("comparing")
        chosen = below_changes(register, change.before, change.renewed)
        register = only_above(register, chosen)
    register = register if "controller" in names else _slim(register)
    found = compute(register, names, tell)
    computed = perf_counter()
    tell("checking")
    total = recorded(register)
    checked = perf_counter()
    tell("writing")
    rows = _write(register, found, total, chosen, to)
    written = perf_counter()
    seconds = {
        "read": warm - start,
        "compile": read - warm,
        "compute": computed - read,
        "check": checked - computed,
        "write": written - checked,
    }
    return {
        "companies": rows,
        "seconds": {name: round(value, 6) for name, value in seconds.items()},
        "shares_over_one": _told(register, total, total > 1.0, chosen),
        "shares_under_one": _told(register, total, total < 1.0 - float(ROUNDING), chosen),
        **({} if change is None else {"gone": _first(change.gone)}),
    }


@dataclass(frozen=True)
class _Change:
    """The register as it was, which nodes are new or of another kind, and the ids of companies that are gone."""

    before: Register
    renewed: Any
    gone: Any


def _told(register: Register, total: Any, marked: Any, chosen: Any) -> dict[str, Any]:
    """How many of the companies computed are marked, and what is recorded of the first of them."""
    import numpy as np

    found = np.flatnonzero(marked)
    found = found if chosen is None else np.intersect1d(found, chosen)
    first = [{"company": register.id(int(c)), "recorded": float(total[c])} for c in found[:SHOWN]]
    return {"count": len(found), "first": first}


def _first(ids: Any) -> dict[str, Any]:
    return {"count": len(ids), "first": [str(name) for name in ids[:SHOWN].to_pylist()]}


def _slim(register: Register) -> Register:
    """Without what only questions about one company need."""
    return replace(register, ids=register.ids[: register.companies], extras={}, table=None)


def _read(tables: Tables, since: Tables | None, on: date) -> tuple[Register, _Change | None]:
    from luodi.ownership.tables import Nodes, read_with

    faults = Faults(f"{tables.stakes.name} and {tables.nodes.name}")
    nodes = Nodes(tables.nodes, faults)
    register = read_with(nodes, tables.stakes, tables.contracts, on, faults)
    change = None
    if since is not None:
        earlier = nodes if since.nodes == tables.nodes else Nodes(since.nodes, faults)
        before = read_with(nodes.earlier(), since.stakes, since.contracts, on, faults)
        change = _Change(before, nodes.renewed_since(earlier), nodes.gone_since(earlier))
    faults.check()
    return register, change


def _tiny() -> Register:
    """A register of one company and one holder, so that kernels are compiled before the clock runs."""
    import numpy as np

    from luodi.ownership.register import ORDER, Held

    one = np.ones(1)
    held = Held(np.array([1], np.int32), np.array([0], np.int32), one, one, ["1"])
    return Register(None, {kind: 1 if kind is Kind.COMPANY else 2 for kind in ORDER}, held)


def _write(register: Register, found: dict[str, tuple[Any, Any]], total: Any, chosen: Any, to: Path) -> int:
    import numpy as np
    import pyarrow as pa

    from luodi.files import whole_file

    columns: dict[str, Any] = {"company": register.ids[: register.companies]}
    for name, (low, high) in found.items():
        if name == "any_foreign":
            columns[name] = pa.array(low, mask=high & ~low)
        elif name == "controller":
            nobody = (low < 0) | (low == np.arange(len(low)))
            columns[name] = register.ids.take(pa.array(low, mask=nobody))
            columns["controller_open"] = pa.array(high)
        else:
            columns[f"{name}_low"], columns[f"{name}_high"] = pa.array(low), pa.array(high)
    columns["recorded"] = pa.array(total)
    table = pa.table(columns)
    if chosen is not None:
        table = table.take(pa.array(chosen))
    with whole_file(to) as unfinished:
        _save(table, unfinished, is_csv=to.suffix.lower() == ".csv")
    return int(table.num_rows)


def _save(table: Any, path: Path, *, is_csv: bool) -> None:
    if is_csv:
        from pyarrow import csv

        csv.write_csv(table, path)
    else:
        import pyarrow.parquet as pq

        pq.write_table(table, path, compression="zstd", compression_level=1, use_dictionary=False)
