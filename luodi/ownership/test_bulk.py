# ruff: noqa: E402
"""All companies at once: the sweep agrees with the exact answers, with SQL, and with two solvers of other people."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
import numpy as np

from luodi.dates import Span
from luodi.errors import LuodiError
from luodi.ownership import Kind, Stakes, answer, any_foreign, equity
from luodi.ownership.bulk import FIGURES, compute
from luodi.ownership.conftest import JUNE, closed, fewer, registers, tables
from luodi.ownership.rows import read_rows, write_tables
from luodi.ownership.tables import read_register
from luodi.ownership.thresholds import honest


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
    assert found["equity_state"]["B"] == pytest.approx((0.5, 0.5))


@pytest.mark.parametrize("kind", ["pl.Float64", "pl.Decimal(10, 4)", "pl.String", "pl.Float32"])
def test_shares_may_be_floats_decimals_or_text(kind, tmp_path):
    stakes, nodes = tables(
        Stakes.parse("F (foreign) -> T 0.25\nH (domestic) -> T ?\nF -> U 0.2\nF -> U 0.05\nH -> U 0.75"), tmp_path
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
    stakes = closed(Stakes.parse(third))
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
    found = swept(closed(Stakes.parse("\n".join(lines))), tmp_path)
    assert found["equity"]["C1"] == (0.0, 1.0)
    assert found["equity"]["T"] == pytest.approx((0.2, 0.6))
    assert found["any_foreign"]["C1"] == (False, True)


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
        stakes = Stakes.parse("X (unknown) -> T ?\nH (domestic) -> T 40 %\nA -> B 1\nB -> A 1")
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
