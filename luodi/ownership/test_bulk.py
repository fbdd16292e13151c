# ruff: noqa: E402
"""All companies at once: the sweep agrees with the exact answers, with SQL, and with two solvers of other people."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
import numpy as np
import pyarrow as pa

from luodi.cli import main
from luodi.dates import Span
from luodi.errors import LuodiError
from luodi.ownership import Contract, Kind, Node, Share, Stake, Stakes, answer, any_foreign, equity, parse_share
from luodi.ownership.bulk import FIGURES, Tables, compute, figures_named, run
from luodi.ownership.ids import Ids
from luodi.ownership.rows import read_rows, write_tables
from luodi.ownership.tables import read_register
from luodi.ownership.thresholds import honest

JUNE = date(2024, 6, 1)
fewer = settings(max_examples=min(settings.default.max_examples, 400) * 2 // 5)


def tables(stakes: Stakes, folder: Path, suffix: str = "parquet", number: bool = False) -> tuple[Path, Path]:
    """The register as a pair of tables, ids as text or numbers; shares as text."""
    ids = {name: (7 + 3 * i if number else name) for i, name in enumerate(stakes.nodes)}
    kind = pl.Int64 if number else pl.String
    one = lambda name: None if name is None else ids[name]  # noqa: E731
    rows = {
        "owner": pl.Series([one(s.owner) for s in stakes.stakes], dtype=kind),
        "company": pl.Series([one(s.company) for s in stakes.stakes], dtype=kind),
        "share": pl.Series([None if s.share.text == "?" else s.share.text for s in stakes.stakes], dtype=pl.String),
        "votes": pl.Series([s.votes.text if s.votes else None for s in stakes.stakes], dtype=pl.String),
        "nominee_for": pl.Series([one(s.nominee_for) for s in stakes.stakes], dtype=kind),
        "proxy_to": pl.Series([one(s.proxy_to) for s in stakes.stakes], dtype=kind),
        "from": pl.Series([s.span.first for s in stakes.stakes], dtype=pl.Date),
        "to": pl.Series([s.span.end for s in stakes.stakes], dtype=pl.Date),
    }
    rows = {
        name: column
        for name, column in rows.items()
        if name in ("owner", "company", "share") or column.null_count() < len(column)
    }
    nodes = {"id": pl.Series([*ids.values()], dtype=kind), "kind": [n.kind.value for n in stakes.nodes.values()]}
    ruled = {
        "controller": pl.Series([one(c.controller) for c in stakes.contracts], dtype=kind),
        "company": pl.Series([one(c.company) for c in stakes.contracts], dtype=kind),
    }
    paths = folder / f"stakes.{suffix}", folder / f"nodes.{suffix}", folder / f"contracts.{suffix}"
    for path, columns in zip(paths, (rows, nodes, ruled), strict=True):
        table = pl.DataFrame(columns)
        table.write_parquet(path) if suffix == "parquet" else table.write_csv(path)
    return paths[:2]


def swept(stakes: Stakes, folder: Path, names=FIGURES, **how) -> dict[str, dict[str, tuple[float, float]]]:
    pair = tables(stakes, folder, **how)
    register = read_register(*pair, on=JUNE, contracts=pair[0].with_stem("contracts"))
    found = compute(register, names)
    order = [n.id for n in stakes.nodes.values() if n.kind is Kind.COMPANY]
    every = {name: {c: (low[i], high[i]) for i, c in enumerate(order)} for name, (low, high) in found.items()}
    if "controller" in every:
        names = {c: register.id(top) if top >= 0 else None for c, (top, _) in every["controller"].items()}
        every["controller"] = {
            c: (None if names[c] == c else names[c], open_) for c, (_, open_) in every["controller"].items()
        }
    return every


ENDS = [Span(), Span(), Span(JUNE), Span(None, JUNE), Span(date(2024, 6, 2)), Span(date(2024, 1, 1), date(2025, 1, 1))]


@st.composite
def registers(draw: st.DrawFn, unknown: bool = True) -> Stakes:
    companies = [f"C{i}" for i in range(draw(st.integers(1, 7)))]
    nodes = {c: Node(c, Kind.COMPANY) for c in companies}
    kinds = {"F": Kind.FOREIGN, "K": Kind.HMT, "S": Kind.STATE, "H": Kind.DOMESTIC, "X": Kind.UNKNOWN}
    nodes |= {name: Node(name, kind) for name, kind in kinds.items() if unknown or name != "X"}
    stakes = []
    for company in companies:
        room = 20
        for owner in draw(st.lists(st.sampled_from([*nodes]), min_size=1, max_size=4)):
            size = draw(st.integers(0, room))
            if unknown and draw(st.integers(0, 4)) == 0:
                stakes.append(Stake(owner, company, Share(Fraction(0), Fraction(1), "?")))
                continue
            room -= size
            share = Share(Fraction(size, 20), Fraction(size, 20), f"{size}/20")
            stakes.append(Stake(owner, company, share, *draw(st.just(()) | _more([*nodes]))))
    ends = st.tuples(st.sampled_from([*nodes]), st.sampled_from(companies))
    contracts = tuple(Contract(*pair) for pair in draw(st.lists(ends, max_size=2)))
    return Stakes(nodes, tuple(stakes), contracts)


def _more(nodes: list[str]) -> st.SearchStrategy[tuple]:
    """Votes, the one a nominee holds for, a proxy, and days."""
    votes = st.none() | st.sampled_from(["1/20", "1/2", ">1/2..1", "0.1..0.2"]).map(parse_share)
    one = st.none() | st.sampled_from(nodes)
    return st.tuples(votes, one, one, st.sampled_from(ENDS))


def agree(stakes: Stakes, folder: Path) -> None:
    found = swept(stakes, folder)
    for company in found["equity"]:
        exact = answer(company, stakes, on=JUNE)
        for name in FIGURES:
            if name == "controller":
                open_ = any(flag["flag"] == "control-open" for flag in exact["flags"])
                assert found[name][company] == (exact[name], open_), company
                continue
            if name == "any_foreign":
                surely, perhaps = found[name][company]
                assert (True if surely else None if perhaps else False) is exact[name], (company, name)
                continue
            ends = exact[name] if isinstance(exact[name], list) else [exact[name]] * 2
            assert found[name][company] == pytest.approx([float(Fraction(e)) for e in ends], abs=1e-12), (company, name)


@fewer
@given(registers())
def test_the_sweep_agrees_with_the_exact_answers(tmp_path_factory, stakes: Stakes):
    agree(stakes, tmp_path_factory.mktemp("agree"))


@fewer
@given(registers(unknown=False))
def test_the_sweep_agrees_where_everything_is_known(tmp_path_factory, stakes: Stakes):
    agree(stakes, tmp_path_factory.mktemp("known"))


@pytest.mark.parametrize("how", [{}, {"number": True}, {"suffix": "csv"}, {"suffix": "csv", "number": True}])
def test_text_and_numbers_parquet_and_csv_are_the_same(how, tmp_path):
    picture = """
        F (foreign) -> A 51 % votes 60 %
        H (domestic) -> A 49 % votes 40 %
        A -> T 51 % from 2024-06-01
        A -> T 100 % to 2024-06-01
        Li (domestic) -> T 49 % for K
        K (hmt) -> B 1/3
        B -> B 1/3
        S (state) -> B ?
    """
    found = swept(Stakes.parse(picture), tmp_path, **how)
    assert found["equity"]["T"] == pytest.approx((0.51 * 0.51 + 0.49,) * 2)
    assert found["votes"]["T"] == pytest.approx((0.6 * 0.51 + 0.49,) * 2)
    assert found["equity"]["B"] == pytest.approx((0.5, 0.5))
    assert found["equity_state"]["B"] == pytest.approx((0.0, 0.5))


@pytest.mark.parametrize("kind", ["pl.Float64", "pl.Decimal(10, 4)", "pl.String", "pl.Float32"])
def test_shares_may_be_floats_decimals_or_text(kind, tmp_path):
    stakes, nodes = tables(
        Stakes.parse("F (foreign) -> T 0.25\nH (domestic) -> T ?\nF -> U 0.2\nF -> U 0.05"), tmp_path
    )
    table = pl.read_parquet(stakes)
    table.with_columns(pl.col("share").cast(pl.Decimal(10, 4)).cast(eval(kind))).write_parquet(stakes)
    register = read_register(stakes, nodes, on=JUNE)
    assert answer("T", register.stakes("T"), on=JUNE)["equity"] == "1/4"
    low, high = compute(register)["equity"]
    assert (list(low), list(high)) == ([0.25] * 2, [0.25] * 2) or kind == "pl.Float32"


@fewer
@given(registers())
def test_one_company_of_tables_has_the_answer_of_the_same_register_in_words(tmp_path_factory, stakes: Stakes):
    pair = tables(stakes, tmp_path_factory.mktemp("one"))
    register = read_register(*pair, on=JUNE, contracts=pair[0].with_stem("contracts"))
    for company in (node.id for node in stakes.nodes.values() if node.kind is Kind.COMPANY):
        assert _sorted(answer(company, register.stakes(company), on=JUNE)) == _sorted(answer(company, stakes, on=JUNE))


def _sorted(found: dict) -> dict:
    return {**found, "flags": sorted(map(str, found["flags"])), "chains": sorted(map(str, found["chains"]))}


@pytest.mark.parametrize("form", ["parquet", "csv"])
@fewer
@given(stakes=registers())
def test_a_register_written_as_tables_comes_back_whole(tmp_path_factory, form, stakes: Stakes):
    folder = tmp_path_factory.mktemp("rows") / "made"
    write_tables(stakes, folder, form)
    found = read_rows(*(folder / f"{name}.{form}" for name in ("stakes", "nodes", "contracts")))
    assert found.nodes == stakes.nodes
    assert [replace(s, at="") for s in found.stakes] == [*stakes.stakes]
    assert [replace(c, at="") for c in found.contracts] == [*stakes.contracts]


def test_a_table_of_text_ids_finds_its_companies(tmp_path):
    stakes, nodes = tables(Stakes.parse("北京 -> T 1\nF (foreign) -> 北京 1/2"), tmp_path)
    register = read_register(stakes, nodes, on=JUNE).prepare()
    assert [register.id(register.number(name)) for name in ("T", "北京", "F")] == ["T", "北京", "F"]
    with pytest.raises(LuodiError, match="no company `U`"):
        register.number("U")


# ---- thresholds


@pytest.mark.parametrize("target", ["1/10", "1/4", "3/10", "1/2", "51/100"])
def test_exactly_at_a_threshold_is_exactly_there(target, tmp_path):
    third = (
        f"F (foreign) -> A 1/3\nH (domestic) -> A 2/3\nA -> T {3 * Fraction(target) / 2}\nF -> T {Fraction(target) / 2}"
    )
    stakes = Stakes.parse(third)
    assert equity("T", stakes, on=JUNE).low == Fraction(target)
    assert swept(stakes, tmp_path, ("equity",))["equity"]["T"] == (float(Fraction(target)),) * 2


def test_a_fraction_beside_a_threshold_stays_beside_it():
    quarter = Fraction(1, 4)
    assert honest(quarter) == 0.25
    assert honest(quarter - Fraction(1, 10**30)) < 0.25 < honest(quarter + Fraction(1, 10**30))


def test_a_nearly_closed_loop_at_a_threshold(tmp_path):
    leak = Fraction(1, 10**12)
    picture = f"""
        A -> B {1 - leak}
        B -> A {1 - leak}
        F (foreign) -> A {leak / 2}
        F -> B {leak / 2}
        H (domestic) -> A {leak / 2}
        H -> B {leak / 2}
    """
    found = swept(Stakes.parse(picture), tmp_path, ("equity",))
    assert found["equity"] == {"A": (0.5, 0.5), "B": (0.5, 0.5)}


def test_a_large_loop_is_solved(tmp_path):
    size = 200
    lines = [f"C{i} -> C{(i + 1) % size} 1/2\nF (foreign) -> C{i} 1/4\nH (domestic) -> C{i} 1/4" for i in range(size)]
    found = swept(Stakes.parse("\n".join(lines)), tmp_path, ("equity",))
    assert all(pair == (0.5, 0.5) for pair in found["equity"].values())


def test_loops_that_nobody_owns_are_open_and_what_lies_below(tmp_path):
    lines = [f"C{i} -> C{(i + 1) % 3} 1" for i in range(3)] + ["C0 -> T 40 %", "F (foreign) -> T 20 %"]
    found = swept(Stakes.parse("\n".join(lines)), tmp_path)
    assert found["equity"]["C1"] == (0.0, 1.0)
    assert found["equity"]["T"] == pytest.approx((0.2, 0.6))
    assert found["any_foreign"]["C1"] == (False, False)


# ---- the same by others: SQL, sparse and graph libraries


def layered(layers: int) -> Stakes:
    """Each company of a layer is held by all four of the layer above."""
    lines = [f"F (foreign) -> L0_{i} {10 + 20 * i} %\nH (domestic) -> L0_{i} {90 - 20 * i} %" for i in range(4)]
    for layer in range(1, layers):
        lines += [f"L{layer - 1}_{a} -> L{layer}_{b} 1/4" for a in range(4) for b in range(4)]
    return Stakes.parse("\n".join(lines))


def by_sql(stakes: Stakes, depth: int = 60, cut: float = 0.0) -> tuple[dict[str, float], int]:
    """Recursive SQL over paths, with a guard on depth and on the size of a path; and how many path rows it made."""
    duckdb = pytest.importorskip("duckdb")
    base = duckdb.connect()
    base.execute("CREATE TABLE held(owner VARCHAR, company VARCHAR, share DOUBLE)")
    rows = [(s.owner, s.company, float(s.share.low)) for s in stakes.stakes]
    base.executemany("INSERT INTO held VALUES (?, ?, ?)", rows)
    abroad = [n.id for n in stakes.nodes.values() if n.kind in (Kind.FOREIGN, Kind.HMT)]
    query = f"""
        WITH RECURSIVE flow(company, share, depth) AS (
            SELECT company, share, 1 FROM held WHERE owner IN (SELECT unnest(?))
            UNION ALL
            SELECT held.company, flow.share * held.share, depth + 1 FROM flow JOIN held ON held.owner = flow.company
            WHERE depth < {depth} AND flow.share * held.share > {cut}
        ) SELECT company, sum(share), count(*) FROM flow GROUP BY company"""
    found = base.execute(query, [abroad]).fetchall()
    return {company: share for company, share, _ in found}, sum(row[2] for row in found)


@fewer
@given(registers(unknown=False))
def test_sql_agrees_where_no_loop_is_too_long_for_it(stakes: Stakes):
    held, _ = by_sql(stakes, depth=400, cut=1e-13) if _quick(stakes) else ({}, 0)
    for company, share in held.items():
        exact = equity(company, stakes, on=JUNE)
        if exact.determined:
            assert share == pytest.approx(float(exact.low), abs=1e-6)


def _quick(stakes: Stakes) -> bool:
    """Loops that keep more than half are what SQL cannot follow."""
    inner: dict[str, Fraction] = {}
    if any(s.votes or s.nominee_for or s.proxy_to or s.span != Span() for s in stakes.stakes):
        return False
    for s in stakes.stakes:
        if stakes.nodes[s.owner].kind is Kind.COMPANY:
            inner[s.company] = inner.get(s.company, Fraction(0)) + s.share.low
    return all(share <= Fraction(1, 2) for share in inner.values())


class TestWhereSqlFails:
    def test_cross_held_layers_cost_it_four_times_as_much_a_layer(self):
        paths = [by_sql(layered(n))[1] for n in (3, 4, 5)]
        assert paths[2] - paths[1] == 4 * (paths[1] - paths[0])

    def test_and_us_sixteen_shares(self, tmp_path):
        found = swept(layered(20), tmp_path, ("equity",))
        assert found["equity"]["L19_3"] == pytest.approx((0.4, 0.4))

    def test_a_nearly_closed_loop_is_far_off_when_it_stops(self, tmp_path):
        loop = "A -> B 99.9999 %\nB -> A 99.9999 %\nF (foreign) -> A 0.0001 %\nH (domestic) -> B 0.0001 %"
        stakes = Stakes.parse(loop)
        assert by_sql(stakes, depth=2000)[0]["A"] < 0.01
        assert swept(stakes, tmp_path, ("equity",))["equity"]["A"][0] == pytest.approx(1_000_000 / 1_999_999, abs=1e-12)

    def test_a_cut_off_misses_the_threshold(self, tmp_path):
        leak = Fraction(1, 100)
        owners = "\n".join(f"{h} -> {c} {leak / 2}" for h in ("F (foreign)", "H (domestic)") for c in "AB")
        stakes = Stakes.parse(f"A -> B 99 %\nB -> A 99 %\n{owners}")
        assert 0.5 - by_sql(stakes, depth=5000, cut=1e-9)[0]["A"] > 1e-9
        assert swept(stakes, tmp_path, ("equity",))["equity"]["A"] == (0.5, 0.5)

    def test_open_shares_control_and_loops_without_an_owner_are_no_questions_for_it(self, tmp_path):
        stakes = Stakes.parse("F (foreign) -> T ?\nH (domestic) -> T 40 %\nA -> B 1\nB -> A 1")
        found = swept(stakes, tmp_path, ("equity",))
        assert found["equity"] == {"T": pytest.approx((0.0, 0.6)), "A": (0.0, 1.0), "B": (0.0, 1.0)}
        assert any_foreign("T", stakes, on=JUNE) is None


@fewer
@given(registers(unknown=False))
def test_a_sparse_solver_and_a_graph_library_agree(tmp_path_factory, stakes: Stakes):
    networkx, sparse = pytest.importorskip("networkx"), pytest.importorskip("scipy.sparse.linalg")
    found = swept(stakes, tmp_path_factory.mktemp("peer"), ("equity",))["equity"]
    if any(low != high for low, high in found.values()):
        return
    stakes = Stakes(
        stakes.nodes, tuple(replace(s, owner=s.nominee_for or s.owner) for s in stakes.stakes if JUNE in s.span)
    )
    order = [*found]
    a, b = np.zeros((len(order),) * 2), np.zeros(len(order))
    graph = networkx.DiGraph()
    graph.add_nodes_from(order)
    for s in stakes.stakes:
        row = order.index(s.company)
        if s.owner in found:
            a[row, order.index(s.owner)] += float(s.share.low)
            graph.add_edge(s.owner, s.company)
        elif stakes.nodes[s.owner].kind in (Kind.FOREIGN, Kind.HMT):
            b[row] += float(s.share.low)
    solved = sparse.spsolve(__import__("scipy.sparse").sparse.csc_matrix(np.eye(len(order)) - a), b)
    assert np.allclose(np.atleast_1d(solved), [found[c][0] for c in order], atol=1e-9)
    x = dict(zip(order, b, strict=True))
    if networkx.is_directed_acyclic_graph(graph):
        for company in networkx.topological_sort(graph):
            x[company] = b[order.index(company)] + sum(
                a[order.index(company), order.index(o)] * x[o] for o in graph.predecessors(company)
            )
        assert x == pytest.approx({c: found[c][0] for c in order}, abs=1e-9)


# ---- files: whole or not at all, and what is wrong with them

FOUR = """
    F (foreign) -> A 51 %
    H (domestic) -> A 49 %
    A -> T 51 %
    H -> T 49 %
    H -> U 100 %
"""


def test_a_file_of_all_companies(tmp_path):
    stakes, nodes = tables(Stakes.parse(FOUR), tmp_path)
    done = run(stakes, nodes, to=tmp_path / "out.parquet", figures=["all"], on=JUNE)
    table = pl.read_parquet(tmp_path / "out.parquet")
    assert (done["companies"], table.height) == (3, 3)
    row = table.filter(pl.col("company") == "T").to_dicts()[0]
    assert row["equity_low"] == row["equity_high"] == 0.2601
    assert (row["any_foreign"], row["passthrough_ge_1o4_low"], row["direct_low"]) == (True, 0.51, 0.0)
    assert {"read", "compute", "write"} <= done["seconds"].keys()
    assert not list(tmp_path.glob(".*"))


def test_only_what_lies_below_a_change_is_computed(tmp_path):
    before = tables(Stakes.parse(FOUR), _folder(tmp_path, "before"))
    after = tables(Stakes.parse(FOUR.replace("A 51", "A 61").replace("A 49", "A 39")), _folder(tmp_path, "after"))
    done = run(*after, to=tmp_path / "out.parquet", since=before[0], on=JUNE)
    table = pl.read_parquet(tmp_path / "out.parquet")
    assert done["companies"] == 2
    assert dict(zip(table["company"], table["equity_low"], strict=True)) == pytest.approx({"A": 0.61, "T": 0.3111})


def test_without_a_change_nothing_is_computed(tmp_path):
    stakes, nodes = tables(Stakes.parse(FOUR), tmp_path)
    assert run(stakes, nodes, to=tmp_path / "out.parquet", since=stakes, on=JUNE)["companies"] == 0


@st.composite
def changes(draw: st.DrawFn) -> tuple[Stakes, Stakes]:
    """A register and what became of it: other shares, owners, kinds, order, new and removed nodes and contracts."""
    before = draw(registers())
    nodes = dict(before.nodes)
    stakes = list(before.stakes)
    for _ in range(draw(st.integers(0, 2))):
        if stakes:
            place = draw(st.integers(0, len(stakes) - 1))
            stake = stakes.pop(place)
            if draw(st.booleans()):
                share = parse_share(draw(st.sampled_from(["1/20", "1/3", "0.3333333333333333", "?"])))
                owner = draw(st.sampled_from([*nodes]))
                stakes.insert(draw(st.integers(0, len(stakes))), replace(stake, owner=owner, share=share))
    if draw(st.booleans()):
        gone = draw(st.sampled_from([*nodes]))
        nodes.pop(gone)
        stakes = [s for s in stakes if gone not in (s.owner, s.company, s.nominee_for, s.proxy_to)]
    if draw(st.booleans()) and nodes:
        name = draw(st.sampled_from([*nodes]))
        held = any(s.company == name for s in stakes)
        kinds = [Kind.COMPANY] if held else [Kind.COMPANY, Kind.FOREIGN, Kind.DOMESTIC]
        nodes[name] = replace(nodes[name], kind=draw(st.sampled_from(kinds)))
    if draw(st.booleans()):
        nodes = {"New": Node("New", Kind.COMPANY), **nodes}
        stakes += [
            Stake("New", name, parse_share("1/20")) for name in draw(st.lists(st.sampled_from([*nodes]), max_size=1))
        ]
        stakes += [
            Stake(name, "New", parse_share("1/2")) for name in draw(st.lists(st.sampled_from([*nodes]), max_size=1))
        ]
    ends = st.tuples(st.sampled_from([*nodes]), st.sampled_from([*nodes])) if nodes else st.nothing()
    more = [Contract(*pair) for pair in draw(st.lists(ends, max_size=1))] if nodes else []
    kept = [c for c in before.contracts if c.controller in nodes and c.company in nodes]
    return before, Stakes(nodes, tuple(stakes), tuple(kept[draw(st.integers(0, 1)) :] + more))


def _tables(stakes: Stakes, folder: Path) -> Tables:
    pair = tables(stakes, folder)
    return Tables(*pair, pair[0].with_stem("contracts"))


@fewer
@given(changes())
def test_since_gives_what_a_whole_run_gives_to_the_last_bit(tmp_path_factory, change):
    folder = tmp_path_factory.mktemp("since")
    then, now = (_tables(s, _folder(folder, name)) for s, name in zip(change, "ab", strict=True))
    how = {"figures": ["all"], "on": JUNE, "contracts": now.contracts}
    run(now.stakes, now.nodes, to=folder / "whole.parquet", **how)
    run(then.stakes, then.nodes, to=folder / "old.parquet", **{**how, "contracts": then.contracts})
    done = run(now.stakes, now.nodes, to=folder / "part.parquet", since=then, **how)
    whole, old, part = (_rows(folder / f"{name}.parquet") for name in ("whole", "old", "part"))
    patched = {**old, **part}
    gone = [c for c, n in change[0].nodes.items() if n.kind is Kind.COMPANY and c not in whole]
    assert done["gone"] == {"count": len(gone), "first": gone[:3]}
    assert {c: row for c, row in patched.items() if c not in gone} == whole


def test_loops_are_the_same_to_the_last_bit_whatever_else_is_computed(tmp_path):
    """The loop is found in another order when the companies before it are left out."""
    random = np.random.default_rng(5)
    lines = ["H (domestic) -> X 1"]
    for ring in range(40):
        names = [f"R{ring}_{i}" for i in random.permutation(6)]
        for i, name in enumerate(names):
            shares = random.integers(1, 333, 3) / 1000
            lines += [
                f"X -> {name} 0.001",
                f"{names[i - 1]} -> {name} {shares[0]}",
                f"{names[i - 2]} -> {name} {shares[1]}",
            ]
            lines += [
                f"F{ring} (foreign) -> {name} {shares[2]}",
                f"{name} -> {names[(i + 3) % 6]} 0.0{random.integers(1, 9)}",
            ]
        lines += [f"R{ring}_0 -> Y{ring} 0.37", f"Y{ring} -> Z{ring} 0.41"]
    body = lines[1:]
    change = [line.replace("0.41", "0.43") if line.endswith("0.41") else line for line in body]
    change = [line.replace("X -> R7_0 0.001", "X -> R7_0 0.002") for line in change]
    then, now = (
        _tables(Stakes.parse("\n".join(rows)), _folder(tmp_path, name))
        for rows, name in (([lines[0], *body], "a"), ([*change, lines[0]], "b"))
    )
    run(now.stakes, now.nodes, to=tmp_path / "whole.parquet", figures=["all"], on=JUNE)
    done = run(now.stakes, now.nodes, to=tmp_path / "part.parquet", figures=["all"], since=then, on=JUNE)
    whole, part = (_rows(tmp_path / f"{name}.parquet") for name in ("whole", "part"))
    assert 0 < done["companies"] < len(whole)
    assert part == {company: whole[company] for company in part}


def test_shares_over_one_are_counted_told_and_never_scaled(tmp_path):
    third = "\n".join(f"F{i} (foreign) -> Whole 1/3" for i in range(3))
    tenth = "\n".join(f"F{i} -> Tenths 0.1" for i in range(10))
    hair = "F1 -> Hair 1\nF2 -> Hair 1/10000000000000"
    over = "\n".join(f"F1 -> Over{i} 60 %\nH (domestic) -> Over{i} 50 %" for i in range(4))
    stakes, nodes = tables(Stakes.parse("\n".join([third, tenth, hair, over, "F1 -> Less 1/2"])), tmp_path)
    done = run(stakes, nodes, to=tmp_path / "out.parquet", on=JUNE)
    assert done["shares_over_one"]["count"] == 5
    assert done["shares_over_one"]["first"][1:] == [
        {"company": "Over0", "recorded": pytest.approx(1.1)},
        {"company": "Over1", "recorded": pytest.approx(1.1)},
    ]
    rows = {
        r["company"]: (r["recorded"], r["equity_low"]) for r in pl.read_parquet(tmp_path / "out.parquet").to_dicts()
    }
    assert (rows["Whole"][0], rows["Tenths"][0], rows["Less"][0]) == (1.0, 1.0, 0.5)
    assert rows["Hair"][0] > 1
    assert rows["Over2"] == (pytest.approx(1.1), 0.6)


def _rows(path: Path) -> dict[str, tuple[float, float]]:
    return {row[0]: row[1:] for row in pl.read_parquet(path).iter_rows()}


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


@pytest.mark.parametrize(
    ("stakes", "nodes", "words"),
    [
        ("owner,company,share\nF,T,1.2\n", "id,kind\nF,foreign\nT,company\n", ["row 1", "`share`", "outside 0 to 1"]),
        ("owner,company,share\nG,T,1\n", "id,kind\nF,foreign\nT,company\n", ["row 1", "`owner`", "`G`"]),
        ("owner,company,share\nF,T,1\n", "id,kind\nF,foreign\nT,compny\n", ["row 2", "Did you mean `company`"]),
        ("owner,company,share\nF,T,1\n", "id,kind\nF,foreign\nT,company\nT,company\n", ["stand twice", "T"]),
        ("owner,compny,share\nF,T,1\n", "id,kind\nF,foreign\nT,company\n", ["Did you mean `company`"]),
        ("owner,company\nF,T\n", "id,kind\nF,foreign\nT,company\n", ["`share` is missing"]),
        ("owner,company,share\nF,T,lots\n", "id,kind\nF,foreign\nT,company\n", ["row 1", "not a share"]),
    ],
)  # fmt: skip
def test_wrong_tables_are_told_by_row_and_column(stakes, nodes, words, tmp_path):
    (tmp_path / "s.csv").write_text(stakes)
    (tmp_path / "n.csv").write_text(nodes)
    with pytest.raises(LuodiError) as told:
        run(tmp_path / "s.csv", tmp_path / "n.csv", to=tmp_path / "out.parquet", on=JUNE)
    assert all(word in str(told.value) for word in words), str(told.value)
    assert not (tmp_path / "out.parquet").exists()


def test_all_faults_of_tables_are_told_with_counts_and_first_rows(tmp_path):
    rows = ["owner,company,share,votes,from,to"]
    rows += [f"G{i},T,0.1,,," for i in range(5)] + ["F,T,1.5,,,", "F,T,-0.5,,,", "F,T,lots,,,", "F,U,1,2,,"]
    rows += ["F,T,0.1,,2024-02-30,", "F,T,0.1,,2024-02-01,2024-01-01", ",T,0.1,,,"]
    (tmp_path / "s.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "n.csv").write_text("id,kind,person\nF,foreign,maybe\nT,company,\nT,company,\nX,compny,\nY,,\n")
    with pytest.raises(LuodiError) as found:
        run(tmp_path / "s.csv", tmp_path / "n.csv", to=tmp_path / "out.parquet", on=JUNE)
    told = found.value.as_json()
    assert told["code"] == "many-faults"
    assert str(found.value).startswith("s.csv and n.csv: 17 faults")
    assert {row["code"]: row["count"] for row in told["faults"]} == {
        "unknown-value": 2, "duplicate-key": 1, "wrong-type": 2, "bad-date": 2, "unknown-node": 7, "out-of-range": 3,
    }  # fmt: skip
    shown = " ".join(text for row in told["faults"] for text in row["first"])
    for words in (
        "n.csv, row 4, column `kind`", "ids stand twice, such as T (row 3)", "n.csv, row 1, column `person`",
        "`G0` is no node of n.csv", "(6 rows: 1, 2, 3, ..)", "s.csv, row 6, column `share`", "(2 rows: 6, 7)",
        "s.csv, row 9, column `votes`", "s.csv, row 10, column `from`", "s.csv, row 11, column `to`",
    ):  # fmt: skip
        assert words in shown, (words, shown)
    assert not list(tmp_path.glob("*out*"))


def test_places_are_those_of_the_file_also_where_other_days_are_left_out(tmp_path):
    (tmp_path / "s.csv").write_text("owner,company,share,to\nF,T,1,2020-01-01\nG,T,1,\nF,T,2,\n")
    (tmp_path / "n.csv").write_text("id,kind\nF,foreign\nT,company\n")
    with pytest.raises(LuodiError) as found:
        read_register(tmp_path / "s.csv", tmp_path / "n.csv", on=JUNE)
    assert "s.csv, row 2, column `owner`" in str(found.value)
    assert "s.csv, row 3, column `share`" in str(found.value)


@pytest.mark.parametrize("numbers", [[5, 9, 5_000_000_000, -7], [3, 1, 2, 0]])
def test_sparse_and_close_numbers_are_found(numbers):
    ids = Ids(pa.array(numbers))
    asked = pa.chunked_array([[numbers[2], None, 77], [numbers[0]]], pa.int64())
    assert (ids.find(asked).tolist(), ids.doubles.tolist()) == ([2, -1, -1, 0], [])


@given(st.lists(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_texts_are_found_where_they_first_stand(texts, asked):
    ids = Ids(pa.array(texts, pa.large_string()))
    first = {}
    doubles = [place for place, text in enumerate(texts) if first.setdefault(text, place) != place]
    assert ids.find(pa.array(asked, pa.string())).tolist() == [first.get(text, -1) for text in asked]
    assert ids.doubles.tolist() == doubles


def test_wrong_types_of_columns_are_told(tmp_path):
    nodes = pl.DataFrame({"id": ["F", "T"], "kind": ["foreign", "company"]})
    nodes.write_parquet(tmp_path / "n.parquet")
    good = {"owner": ["F"], "company": ["T"], "share": [0.5]}
    for column, values, words in (
        ("owner", [7], "ids are int64 here"), ("share", [True], "shares are decimals or text, not bool"),
        ("from", [3.5], "`from` holds double, not days"), ("company", [[1]], "ids are"),
    ):  # fmt: skip
        pl.DataFrame({**good, column: values}).write_parquet(tmp_path / "s.parquet")
        with pytest.raises(LuodiError, match=words):
            read_register(tmp_path / "s.parquet", tmp_path / "n.parquet", on=JUNE)


def test_a_truncated_file_is_told(tmp_path):
    stakes, nodes = tables(Stakes.parse(FOUR), tmp_path)
    stakes.write_bytes(stakes.read_bytes()[:-40])
    with pytest.raises(LuodiError, match=r"stakes.parquet: no readable table"):
        read_register(stakes, nodes, on=JUNE)


def test_an_unknown_figure_is_named_with_the_nearest():
    with pytest.raises(LuodiError, match="Did you mean `votes`"):
        figures_named(["vote"])


# ---- the command


@pytest.fixture
def luodi(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def go(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        return stopped.value.code, *capsys.readouterr()

    return go


def test_the_command_computes_all_companies(luodi, tmp_path):
    stakes, nodes = tables(Stakes.parse(FOUR), tmp_path)
    code, out, _ = luodi("ownership", "--stakes", stakes, "--nodes", nodes, "--on", JUNE, "--to", "o.parquet", "--json")
    assert (code, json.loads(out)["companies"]) == (0, 3)


def test_the_command_asks_one_company_of_tables(luodi, tmp_path):
    stakes, nodes = tables(Stakes.parse(FOUR), tmp_path)
    code, out, _ = luodi("ownership", "--stakes", stakes, "--nodes", nodes, "--on", JUNE, "--company", "T", "--json")
    assert (code, json.loads(out)["equity"]) == (0, "2601/10000")


STOPPED = """
import os, sys
from datetime import date
from pathlib import Path
from luodi.ownership import bulk
save = bulk._save
def killed(table, path, **how):
    save(table, path, **how)
    os.kill(os.getpid(), 9)
bulk._save = killed
bulk.run(Path("stakes.parquet"), Path("nodes.parquet"), to=Path("out.parquet"), on=date(2024, 6, 1))
"""
FULL = """
import resource, sys
from datetime import date
from pathlib import Path
from luodi.cli import main
from luodi.ownership import bulk
bulk.run(Path("stakes.parquet"), Path("nodes.parquet"), to=Path("warm.parquet"), figures=["all"], on=date(2024, 6, 1))
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
main(sys.argv[1:])
"""


def _alone(code: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    asked = [sys.executable, "-c", code, *arguments]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False, env=here)


def test_a_run_that_is_killed_leaves_what_stood_there(tmp_path):
    tables(Stakes.parse(FOUR), tmp_path)
    (tmp_path / "out.parquet").write_text("before")
    assert _alone(STOPPED, tmp_path).returncode == -9
    assert (tmp_path / "out.parquet").read_text() == "before"


def test_a_full_disk_is_told_and_leaves_what_stood_there(tmp_path):
    tables(Stakes.parse(FOUR), tmp_path)
    (tmp_path / "out.parquet").write_text("before")
    asked = "ownership --stakes stakes.parquet --nodes nodes.parquet --on 2024-06-01 --to out.parquet --define all"
    done = _alone(FULL, tmp_path, *asked.split())
    assert (done.returncode, "no room left" in done.stderr) == (2, True), done.stderr
    assert (tmp_path / "out.parquet").read_text() == "before"
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_that_is_not_there_leaves_nothing(luodi, tmp_path):
    stakes, nodes = tables(Stakes.parse(FOUR), tmp_path)
    code, _, err = luodi("ownership", "--stakes", stakes, "--nodes", nodes, "--on", JUNE, "--to", "gone/o.parquet")
    assert (code, "o.parquet: cannot be written" in err) == (2, True)
