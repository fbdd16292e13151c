# ruff: noqa: E402
"""Tables of all companies: whole or not at all, what changed since, what is wrong with them, and the command."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numba")
pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
import numpy as np

from luodi.cli import main
from luodi.errors import LuodiError
from luodi.ownership import Contract, Kind, Node, Stake, Stakes, parse_share
from luodi.ownership.bulk import Tables, figures_named, run
from luodi.ownership.conftest import JUNE, fewer, registers, tables
from luodi.ownership.tables import read_register

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


def test_shares_over_one_are_counted_reported_and_never_scaled(tmp_path):
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
)
def test_wrong_tables_are_reported_by_row_and_column(stakes, nodes, words, tmp_path):
    (tmp_path / "s.csv").write_text(stakes)
    (tmp_path / "n.csv").write_text(nodes)
    with pytest.raises(LuodiError) as told:
        run(tmp_path / "s.csv", tmp_path / "n.csv", to=tmp_path / "out.parquet", on=JUNE)
    assert all(word in str(told.value) for word in words), str(told.value)
    assert not (tmp_path / "out.parquet").exists()


def test_all_faults_of_tables_are_reported_with_counts_and_first_rows(tmp_path):
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
        "unknown-value": 2,
        "duplicate-key": 1,
        "wrong-type": 2,
        "bad-date": 2,
        "unknown-node": 7,
        "out-of-range": 3,
    }
    shown = " ".join(text for row in told["faults"] for text in row["first"])
    for words in (
        "n.csv, row 4, column `kind`",
        "ids stand twice, such as T (row 3)",
        "n.csv, row 1, column `person`",
        "`G0` is no node of n.csv",
        "(6 rows: 1, 2, 3, ..)",
        "s.csv, row 6, column `share`",
        "(2 rows: 6, 7)",
        "s.csv, row 9, column `votes`",
        "s.csv, row 10, column `from`",
        "s.csv, row 11, column `to`",
    ):
        assert words in shown, (words, shown)
    assert not list(tmp_path.glob("*out*"))


def test_places_are_those_of_the_file_also_where_other_days_are_left_out(tmp_path):
    (tmp_path / "s.csv").write_text("owner,company,share,to\nF,T,1,2020-01-01\nG,T,1,\nF,T,2,\n")
    (tmp_path / "n.csv").write_text("id,kind\nF,foreign\nT,company\n")
    with pytest.raises(LuodiError) as found:
        read_register(tmp_path / "s.csv", tmp_path / "n.csv", on=JUNE)
    assert "s.csv, row 2, column `owner`" in str(found.value)
    assert "s.csv, row 3, column `share`" in str(found.value)


def test_wrong_types_of_columns_are_reported(tmp_path):
    nodes = pl.DataFrame({"id": ["F", "T"], "kind": ["foreign", "company"]})
    nodes.write_parquet(tmp_path / "n.parquet")
    good = {"owner": ["F"], "company": ["T"], "share": [0.5]}
    for column, values, words in (
        ("owner", [7], "ids are int64 here"),
        ("share", [True], "shares are decimals or text, not bool"),
        ("from", [3.5], "`from` holds double, not days"),
        ("company", [[1]], "ids are"),
    ):
        pl.DataFrame({**good, column: values}).write_parquet(tmp_path / "s.parquet")
        with pytest.raises(LuodiError, match=words):
            read_register(tmp_path / "s.parquet", tmp_path / "n.parquet", on=JUNE)


def test_a_truncated_file_is_reported(tmp_path):
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
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)


def test_a_run_that_is_killed_leaves_what_stood_there(tmp_path):
    tables(Stakes.parse(FOUR), tmp_path)
    (tmp_path / "out.parquet").write_text("before")
    assert _alone(STOPPED, tmp_path).returncode == -9
    assert (tmp_path / "out.parquet").read_text() == "before"


def test_a_full_disk_is_reported_and_leaves_what_stood_there(tmp_path):
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
