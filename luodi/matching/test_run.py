"""Whole runs: every kind of result says the same, nothing half done has the final name, and a run can go on later."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from luodi.errors import BadInput, LuodiError, UnreadableFile
from luodi.files import CannotWrite
from luodi.matching import run as run_module
from luodi.matching.asked import Out, RunOptions
from luodi.matching.batch import BLOCK
from luodi.matching.blocks import read
from luodi.matching.inputs import of_batches, open_input
from luodi.matching.results import TableSink
from luodi.matching.run import bulk
from luodi.rules.book_reading import read_book

DAY = date(2026, 3, 2)
HEAD = """\
id: little
title: little
version: '1'
attributes:
- {name: employees, type: integer, minimum: 0}
- {name: size, type: enum, allowed: [large, small]}
- {name: listed, type: boolean}
"""
RULES = {"many": "employees >= 5", "listed-few": "listed && employees < 3", "large": 'size == "large" || employees > 7'}
ROWS = 5 * BLOCK + 100


def write_book(folder: Path, rules=RULES):
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "book.yaml").write_text(HEAD)
    text = "".join(f"- {{id: {name}, title: r, basis: b, when: ['{clause}']}}\n" for name, clause in rules.items())
    (folder / "rules" / "all.yaml").write_text(text or "[]")
    return read_book(folder, None)


def companies(rows=ROWS, **more):
    at = np.arange(rows)
    return pa.table(
        {
            "id": pa.array(at + 1000),
            "employees": pa.array(at % 11, mask=at % 7 == 0),
            "size": pa.array(np.where(at % 3 == 0, "large", "small"), mask=at % 5 == 0),
            "listed": pa.array(at % 2 == 0, mask=at % 13 == 0),
            **more,
        }
    )


def expected(rows=ROWS):
    """Row by row, in plain words."""
    found = {name: [] for name in RULES}
    for at in range(rows):
        employees = None if at % 7 == 0 else at % 11
        large = None if at % 5 == 0 else at % 3 == 0
        listed = None if at % 13 == 0 else at % 2 == 0
        few = None if employees is None else employees < 3
        many = None if employees is None else employees > 7
        found["many"].append(None if employees is None else employees >= 5)
        found["listed-few"].append(
            False if listed is False or few is False else None if None in (listed, few) else True
        )
        found["large"].append(True if large or many else None if None in (large, many) else False)
    return found


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(run_module, "ROWS", BLOCK)


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book")


@pytest.fixture
def table(tmp_path):
    pq.write_table(companies(), tmp_path / "c.parquet", row_group_size=10_000)
    return tmp_path / "c.parquet"


def ask(book, path, *, progress=lambda done, total: None, **options):
    return bulk(book, open_input(path), RunOptions(DAY, **options), progress=progress)


def test_a_text_file_of_the_same_companies_has_the_same_counts(book, table, tmp_path):
    path = tmp_path / "c.csv"
    pcsv.write_csv(companies(), path)
    assert ask(book, path).as_json()["rules"] == ask(book, table).as_json()["rules"]


def word(truth):
    return {True: "yes", False: "no", None: "unknown"}[truth]


# ---- the four kinds of results


@pytest.mark.parametrize("kernel", ["numba", "numpy"])
@pytest.mark.parametrize("threads", [1, 3])
def test_counts(book, table, kernel, threads):
    document = ask(book, table, kernel=kernel, threads=threads).as_json()
    assert document["rows"] == ROWS
    assert set(document["seconds"]) >= {"read", "compile", "evaluate", "write"}
    for rule in document["rules"]:
        truths = expected()[rule["id"]]
        counts = {name: truths.count(truth) for name, truth in (("yes", True), ("unknown", None), ("no", False))}
        assert rule == {"id": rule["id"], **counts}


def test_blocks(book, table, tmp_path):
    ask(book, table, out=Out.BLOCKS, to=tmp_path / "a.blocks", threads=2)
    found = read(tmp_path / "a.blocks")
    assert (found.rules, found.rows, found.answered().all()) == (tuple(RULES), ROWS, True)
    for rule, truths in expected().items():
        assert found.yes(rule).tolist() == [at for at, truth in enumerate(truths) if truth]
        assert found.unknown(rule).tolist() == [at for at, truth in enumerate(truths) if truth is None]
    for row in (0, 1, BLOCK - 1, BLOCK, ROWS - 1):
        assert found.answers(row) == {rule: word(truths[row]) for rule, truths in expected().items()}
    counts = found.counts()
    assert (counts.rows, counts.yes.tolist()) == (ROWS, [truths.count(True) for truths in expected().values()])
    with pytest.raises(LuodiError, match="Did you mean `many`"):
        found.yes("mani")
    with pytest.raises(LuodiError, match="no row"):
        found.answers(ROWS)


@pytest.mark.parametrize("name", ["p.parquet", "p.arrow"])
def test_pairs(book, table, tmp_path, name):
    ask(book, table, out=Out.PAIRS, to=tmp_path / name)
    found = (
        pq.read_table(tmp_path / name) if name.endswith("parquet") else pa.ipc.open_stream(tmp_path / name).read_all()
    )
    assert found.column_names == ["row", "rule", "answer"]
    pairs = set(zip(*(column.to_pylist() for column in found.columns), strict=True))
    assert pairs == {
        (at, rule, word(truth))
        for rule, truths in expected().items()
        for at, truth in enumerate(truths)
        if truth is not False
    }
    assert found.num_rows == len(pairs)


@pytest.mark.parametrize("name", ["w.parquet", "w.arrow"])
def test_columns(book, table, tmp_path, name):
    ask(book, table, out=Out.COLUMNS, to=tmp_path / name)
    found = (
        pq.read_table(tmp_path / name) if name.endswith("parquet") else pa.ipc.open_stream(tmp_path / name).read_all()
    )
    assert {rule: found.column(rule).to_pylist() for rule in found.column_names} == expected()


def test_what_is_written_needs_a_place(book, table):
    with pytest.raises(BadInput, match="--to"):
        ask(book, table, out=Out.PAIRS)


def test_a_table_without_rows(book, tmp_path):
    pq.write_table(companies(0), tmp_path / "c.parquet")
    assert ask(book, tmp_path / "c.parquet").as_json()["rows"] == 0
    ask(book, tmp_path / "c.parquet", out=Out.BLOCKS, to=tmp_path / "a.blocks")
    assert read(tmp_path / "a.blocks").yes("many").tolist() == []


def test_a_table_without_any_column_that_is_asked(book, tmp_path):
    pq.write_table(pa.table({"name": ["a", "b"]}), tmp_path / "c.parquet")
    document = ask(book, tmp_path / "c.parquet").as_json()
    assert [(rule["yes"], rule["unknown"]) for rule in document["rules"]] == [(0, 2)] * 3
    assert document["ignored"] == ["name"]


# ---- rows that cannot be answered, companies that stand twice


def wrong_table(path):
    table = companies()
    employees = table.column("employees").to_pylist()
    employees[9], employees[BLOCK + 1] = -1, -2
    pq.write_table(table.set_column(1, "employees", pa.array(employees)), path)
    return path


def test_refused_rows_are_counted_listed_and_not_answered(book, tmp_path):
    path = wrong_table(tmp_path / "c.parquet")
    report = ask(book, path, out=Out.BLOCKS, to=tmp_path / "a.blocks", rejects=tmp_path / "r.jsonl")
    listed = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [(each["row"], each["column"], each["value"], each["code"]) for each in listed] == [
        (9, "employees", "-1", "out-of-range"),
        (BLOCK + 1, "employees", "-2", "out-of-range"),
    ]
    document = report.as_json()
    assert (document["rows"], document["rejected"], report.is_clean) == (ROWS, 2, False)
    assert all(rule["yes"] + rule["unknown"] + rule["no"] == ROWS - 2 for rule in document["rules"])
    found = read(tmp_path / "a.blocks")
    assert (found.answers(9), found.answers(8) is None) == (None, False)
    assert 9 not in found.yes("many").tolist() + found.unknown("many").tolist()
    ask(book, path, out=Out.COLUMNS, to=tmp_path / "w.parquet")
    assert pq.read_table(tmp_path / "w.parquet").slice(9, 1).to_pylist() == [dict.fromkeys(RULES)]


@pytest.mark.parametrize("kind", [pa.int64(), pa.string()])
def test_companies_that_stand_twice_are_reported(book, tmp_path, kind):
    ids = np.arange(ROWS)
    ids[BLOCK + 7], ids[30] = 3, 29
    table = companies(id=pa.array(ids).cast(kind))
    pq.write_table(table, tmp_path / "c.parquet")
    document = ask(book, tmp_path / "c.parquet").as_json()
    assert document["duplicates"] == 2
    assert document["first_duplicates"] == [{"row": 30, "same_as": 29}, {"row": BLOCK + 7, "same_as": 3}]


# ---- stopped in the middle


class Stop(Exception):
    pass


def stopping(problem):
    """Raises once three batches are done."""

    def progress(done, total):
        if done == 3 * BLOCK:
            raise problem

    return progress


@pytest.mark.parametrize("out", list(Out))
def test_a_run_that_is_stopped_leaves_nothing_under_the_name_and_can_be_gone_on_with(book, tmp_path, out):
    path, to = wrong_table(tmp_path / "c.parquet"), tmp_path / "result.parquet"
    with pytest.raises(KeyboardInterrupt):
        ask(book, path, out=out, to=to, rejects=tmp_path / "r.jsonl", progress=stopping(KeyboardInterrupt()))
    assert not to.exists() and not (tmp_path / "r.jsonl").exists()
    resumed = ask(book, path, out=out, to=to, rejects=tmp_path / "r.jsonl", resume=True)
    assert resumed.resumed_at == 3 * BLOCK
    whole = ask(book, path, out=out, to=tmp_path / "whole.parquet", rejects=tmp_path / "whole.jsonl")
    assert (tmp_path / "r.jsonl").read_text() == (tmp_path / "whole.jsonl").read_text()
    left, right = resumed.as_json(), whole.as_json()
    assert (left["rules"], left["rejected"], left["first_rejects"]) == (
        right["rules"],
        right["rejected"],
        right["first_rejects"],
    )
    if out in (Out.COUNTS, Out.BLOCKS):
        assert to.read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    else:
        assert pq.read_table(to).equals(pq.read_table(tmp_path / "whole.parquet"))
    assert sorted(each.name for each in tmp_path.iterdir() if "partial" in each.name) == []


@pytest.mark.parametrize("out", [Out.PAIRS, Out.COLUMNS])
@pytest.mark.usefixtures("interruptible")
def test_a_signal_in_the_middle_of_a_batch_does_not_write_it_twice(book, table, tmp_path, out, monkeypatch):
    plain, calls, handled = TableSink.end_batch, [], threading.Event()

    def interrupt(number, frame):
        if not handled.is_set():
            handled.set()
            raise KeyboardInterrupt

    def signalled(self, first, rows, words):
        plain(self, first, rows, words)
        calls.append(first)
        while len(calls) == 3 and not handled.wait(0.05):  # the batch ends after the run has been interrupted
            os.kill(os.getpid(), signal.SIGINT)  # again: one that comes just before the first thread waits wakes nobody

    monkeypatch.setattr(TableSink, "end_batch", signalled)
    signal.signal(signal.SIGINT, interrupt)
    with pytest.raises(KeyboardInterrupt):
        ask(book, table, out=out, to=tmp_path / "a.parquet")
    assert ask(book, table, out=out, to=tmp_path / "a.parquet", resume=True).resumed_at == 3 * BLOCK
    ask(book, table, out=out, to=tmp_path / "whole.parquet")
    assert pq.read_table(tmp_path / "a.parquet").equals(pq.read_table(tmp_path / "whole.parquet"))


@pytest.mark.parametrize("out", [Out.BLOCKS, Out.PAIRS])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 100)])
def test_a_run_does_not_go_on_from_what_is_no_longer_there(book, table, tmp_path, out, damage):
    with pytest.raises(KeyboardInterrupt):
        ask(book, table, out=out, to=tmp_path / "a.parquet", progress=stopping(KeyboardInterrupt()))
    damage(tmp_path / "a.parquet.partial")
    assert ask(book, table, out=out, to=tmp_path / "a.parquet", resume=True).resumed_at == 0
    ask(book, table, out=out, to=tmp_path / "whole.parquet")
    if out is Out.BLOCKS:
        assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    else:
        assert pq.read_table(tmp_path / "a.parquet").equals(pq.read_table(tmp_path / "whole.parquet"))


def test_another_question_does_not_go_on_from_there(tmp_path):
    path, to = wrong_table(tmp_path / "c.parquet"), tmp_path / "a.blocks"
    with pytest.raises(KeyboardInterrupt):
        ask(write_book(tmp_path / "book"), path, out=Out.BLOCKS, to=to, progress=stopping(KeyboardInterrupt()))
    other = write_book(tmp_path / "book", {**RULES, "many": "employees >= 6"})
    assert ask(other, path, out=Out.BLOCKS, to=to, resume=True).resumed_at == 0


def test_a_failure_in_the_middle_leaves_nothing(book, tmp_path):
    table = companies()

    def cut():
        yield from table.slice(0, 20_000).to_batches()
        raise pa.ArrowInvalid("the line went dead")

    source = of_batches("stream", table.schema, cut())
    with pytest.raises(UnreadableFile, match=r"after 20,000 rows \(the line went dead\)"):
        bulk(book, source, RunOptions(DAY, Out.BLOCKS, to=tmp_path / "a.blocks"))
    assert [each.name for each in tmp_path.iterdir()] == ["book"]


CHILD = """
import os, resource, signal, sys
from datetime import date
from pathlib import Path
from luodi.errors import LuodiError
from luodi.matching import run
from luodi.matching.inputs import open_input
from luodi.matching.asked import Out, RunOptions
from luodi.rules.book_reading import read_book
run.ROWS = 8192
def progress(done, total):
    if sys.argv[2] == "kill" and done == 3 * 8192:
        os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
folder = Path(sys.argv[1])
try:
    run.bulk(read_book(folder / "book", None), open_input(folder / "c.parquet"),
             run.RunOptions(date(2026, 3, 2), Out(sys.argv[3]), to=folder / "result.parquet"), progress=progress)
except LuodiError as problem:
    print(problem.code)
    sys.exit(2)
"""


def child(folder, what, out):
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), what, out], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("out", ["blocks", "pairs"])
def test_a_run_that_is_killed_leaves_nothing_under_the_name(book, table, tmp_path, out):
    assert child(tmp_path, "kill", out).returncode == -9
    assert not (tmp_path / "result.parquet").exists()
    resumed = ask(book, table, out=Out(out), to=tmp_path / "result.parquet", resume=True)
    assert resumed.resumed_at == (3 * BLOCK if out == "blocks" else 0)
    ask(book, table, out=Out(out), to=tmp_path / "whole.parquet")
    assert (tmp_path / "result.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


@pytest.mark.parametrize("out", ["blocks", "pairs", "columns"])
def test_a_full_disk_is_reported_and_leaves_nothing(book, table, tmp_path, out):
    done = child(tmp_path, "full", out)
    assert (done.returncode, done.stdout.strip()) == (2, CannotWrite.code), done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["book", "c.parquet"]


# ---- what changed since


def test_only_rules_that_ask_something_else_are_evaluated_again(table, tmp_path):
    ask(write_book(tmp_path / "book"), table, out=Out.BLOCKS, to=tmp_path / "old.blocks")
    new = write_book(tmp_path / "new", {"many": "employees >= 5", "large": 'size == "large"', "few": "employees < 2"})
    report = ask(
        new,
        table,
        out=Out.BLOCKS,
        to=tmp_path / "new.blocks",
        since=tmp_path / "old.blocks",
        changes=tmp_path / "changes.parquet",
    )
    assert report.changes["evaluated_again"] == ["large", "few"]
    ask(new, table, out=Out.BLOCKS, to=tmp_path / "fresh.blocks")
    assert (tmp_path / "new.blocks").read_bytes() == (tmp_path / "fresh.blocks").read_bytes()
    old, fresh = read(tmp_path / "old.blocks"), read(tmp_path / "fresh.blocks")
    wanted = set()
    for rule in {*old.rules, *fresh.rules}:
        before = set(old.yes(rule).tolist()) if rule in old.rules else set()
        after = set(fresh.yes(rule).tolist()) if rule in fresh.rules else set()
        wanted |= {(row, row + 1000, rule, "newly matching") for row in after - before}
        wanted |= {(row, row + 1000, rule, "no longer matching") for row in before - after}
    listed = pq.read_table(tmp_path / "changes.parquet")
    assert listed.column_names == ["row", "id", "rule", "change", "company", "old_row"]
    assert set(zip(*(column.to_pylist() for column in listed.columns[:4]), strict=True)) == wanted
    assert listed.column("old_row").equals(listed.column("row"))
    assert set(listed.column("company").to_pylist()) == {"stayed"}
    assert (report.changes["compared_by"], report.changes["same_table"]) == ("place", True)
    counts = {rule["id"]: (rule["newly_matching"], rule["no_longer_matching"]) for rule in report.changes["rules"]}
    assert counts["listed-few"] == (0, len(old.yes("listed-few")))
    assert counts["few"] == (len(fresh.yes("few")), 0)
    assert "many" not in counts


def test_nothing_changed(table, tmp_path, book):
    ask(book, table, out=Out.BLOCKS, to=tmp_path / "old.blocks")
    report = ask(book, table, since=tmp_path / "old.blocks")
    assert (report.changes["evaluated_again"], report.changes["rules"]) == ([], [])
    assert report.as_json()["rules"] == ask(book, table).as_json()["rules"]


def test_of_another_table_every_rule_is_evaluated(book, table, tmp_path):
    ask(book, table, out=Out.BLOCKS, to=tmp_path / "old.blocks")
    changed = companies().set_column(1, "employees", pa.array(np.full(ROWS, 6)))
    pq.write_table(changed, tmp_path / "new.parquet")
    report = ask(book, tmp_path / "new.parquet", since=tmp_path / "old.blocks")
    assert (report.changes["evaluated_again"], report.changes["compared_by"]) == (list(RULES), "id")
    truths = expected()["many"]
    assert report.changes["rules"][0] == {
        "id": "many",
        "newly_matching": ROWS - truths.count(True),
        "no_longer_matching": 0,
        "of_new_companies": 0,
        "of_gone_companies": 0,
    }


def test_an_earlier_result_must_be_one(book, table, tmp_path):
    with pytest.raises(UnreadableFile, match="no file of blocks"):
        ask(book, table, since=table)
    ask(book, table, out=Out.BLOCKS, to=tmp_path / "old.blocks")
    whole = (tmp_path / "old.blocks").read_bytes()
    (tmp_path / "old.blocks").write_bytes(whole[:-9])
    with pytest.raises(UnreadableFile, match="cut off"):
        ask(book, table, since=tmp_path / "old.blocks")
