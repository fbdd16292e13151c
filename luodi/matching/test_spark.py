"""On Spark the same rules give the same result, bit for bit: in many partitions, with refused rows, with a lost worker.

Needs `luodi[spark]` and Java; left out where either is missing.
"""

import importlib.util
import itertools
import json
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from luodi.errors import BadInput, UnreadableFile
from luodi.matching import spark_worker
from luodi.matching.asked import Out, RunOptions
from luodi.matching.batch import BLOCK
from luodi.matching.inputs import open_input
from luodi.matching.run import bulk
from luodi.matching.test_run import DAY, ROWS, companies, write_book

READY = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
pytestmark = pytest.mark.skipif(not READY, reason="Spark is left out: it needs luodi[spark] and Java")


@pytest.fixture(scope="module")
def spark():
    """One session for all of these tests; small splits, so that a small table has many partitions."""
    from luodi.matching.spark_table import session

    with session("local[2]", 0) as found:
        found.conf.set("spark.sql.files.maxPartitionBytes", 60_000)
        found.conf.set("spark.sql.files.openCostInBytes", 1)
        yield found


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book")


@pytest.fixture
def table(tmp_path):
    """Three files of uneven size, each of several row groups; no border lies between blocks."""
    folder = tmp_path / "companies"
    folder.mkdir()
    whole, ends = companies(), [0, 17_000, 17_100, ROWS]
    for at, (first, end) in enumerate(itertools.pairwise(ends)):
        pq.write_table(whole.slice(first, end - first), folder / f"part {at}.parquet", row_group_size=3_000)
    return folder


def here(book, path, **options):
    return bulk(book, open_input(path), RunOptions(DAY, **options))


def there(book, path, *, to=None, **options):
    from luodi.matching.spark import spark_bulk

    return spark_bulk(book, str(path), RunOptions(DAY, **options), to=None if to is None else str(to))


def same(ours, theirs, *, but=()):
    one, other = ours.as_json(), theirs.as_json()
    for key in ("seconds", "to", *but):
        one.pop(key), other.pop(key)
    assert one == other


# ---- the same result


@pytest.fixture(params=["tasks", "Spark"])
def reader(request, monkeypatch):
    """Who reads Parquet: the tasks themselves, or Spark for them, as where the files lie in Hadoop."""
    if request.param == "Spark":
        monkeypatch.setattr("luodi.matching.spark.local_files", lambda *asked: None)
    return request.param


def test_counts_are_the_same(spark, book, table, reader):
    same(here(book, table), there(book, table))


def test_the_table_really_has_several_partitions_and_files_in_one(spark, table):
    from luodi.matching.spark_files import FileTable
    from luodi.matching.spark_table import Table

    for found in (Table(spark, str(table), None), FileTable(spark, table)):
        runs, rows = found.runs()
        assert rows == ROWS
        assert len(runs) > 3
        assert sorted(run.first for part in runs.values() for run in part)[0] == 0
        assert sum(run.rows for part in runs.values() for run in part) == ROWS


def test_tasks_read_what_they_can_open_and_spark_the_rest(spark, table, tmp_path):
    from luodi.matching.spark_files import local_files

    assert local_files(spark, str(table), None) == table
    assert local_files(spark, table.as_uri(), "parquet") == table
    assert local_files(spark, str(table / "part 1.parquet"), None) == table / "part 1.parquet"
    assert local_files(spark, (table / "part 1.parquet").as_uri(), None) == table / "part 1.parquet"
    assert local_files(spark, "companies", "table") is None
    assert local_files(spark, "hdfs://elsewhere/companies", None) is None
    assert local_files(spark, str(tmp_path / "nowhere.parquet"), None) is None
    (table / "year=2026").mkdir()
    assert local_files(spark, str(table), None) is None


def test_a_file_that_becomes_shorter_while_tasks_read_it_is_reported(spark, table):
    from luodi.matching.spark_files import FileTable
    from luodi.matching.spark_worker import TableChanged

    _, read = FileTable(spark, table).source(["employees"])
    pq.write_table(companies(10), table / "part 2.parquet")
    with pytest.raises(TableChanged, match="run again"):
        for at in range(len(read.parts)):
            list(read(at, [pa.record_batch({"id": [at]})]))


@pytest.mark.parametrize("kernel", ["numba", "numpy"])
def test_a_file_of_blocks_has_the_same_bytes(spark, book, table, tmp_path, reader, kernel):
    here(book, table, out=Out.BLOCKS, to=tmp_path / "here.blocks")
    there(book, table, out=Out.BLOCKS, to=tmp_path / "there.blocks", kernel=kernel)
    assert (tmp_path / "there.blocks").read_bytes() == (tmp_path / "here.blocks").read_bytes()


def test_pairs_are_the_same(spark, book, table, tmp_path):
    here(book, table, out=Out.PAIRS, to=tmp_path / "here.parquet")
    there(book, table, out=Out.PAIRS, to=tmp_path / "there")
    assert plain(tmp_path / "there") == plain(tmp_path / "here.parquet")


def plain(path):
    found = pq.read_table(path, partitioning=None)
    texts = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in found.columns]
    keys = [("row", "ascending"), ("rule", "ascending"), ("answer", "ascending")]
    return pa.table(texts, names=found.column_names).sort_by(keys).to_pydict()


def test_columns_are_the_same_and_tell_the_row(spark, book, table, tmp_path):
    here(book, table, out=Out.COLUMNS, to=tmp_path / "here.parquet")
    there(book, table, out=Out.COLUMNS, to=tmp_path / "there")
    found = pq.read_table(tmp_path / "there").sort_by("row")
    assert found.column("row").to_pylist() == list(range(ROWS))
    assert found.drop_columns("row").to_pydict() == pq.read_table(tmp_path / "here.parquet").to_pydict()


def test_every_rule_of_the_policies_says_the_same(spark, tmp_path):
    from luodi.rules.library import load_book

    rows, book = 30_000, load_book("policies")
    at = np.arange(rows)
    table = pa.table(
        {
            "id": pa.array(np.char.add("c", at.astype(str))),
            "region_code": pa.array(np.where(at % 3 == 0, "110108", "310115"), mask=at % 11 == 0),
            "industry_code": pa.array(np.where(at % 2 == 0, "I6510", "C3921"), mask=at % 13 == 0),
            "employees": pa.array(at % 700, mask=at % 7 == 0),
            "operating_revenue": pa.array(at * 90_000, mask=at % 5 == 0),
            "rd_expense": pa.array(at * 5_000, mask=at % 17 == 0),
            "qualifications": pa.array([["hnte"] if n % 4 else ["tech_sme", "hnte"] for n in range(rows)]),
        }
    )
    pq.write_table(table, tmp_path / "c.parquet", row_group_size=4_000)
    same(here(book, tmp_path / "c.parquet"), there(book, tmp_path / "c.parquet"))


# ---- refused rows, doubles, text files


def test_refused_rows_are_listed_in_the_same_order(spark, book, tmp_path, reader):
    whole = companies()
    wrong = pc.if_else(pa.array(np.arange(ROWS) % 5_000 == 77), -5, whole.column("employees"))
    pq.write_table(whole.set_column(1, "employees", wrong), tmp_path / "c.parquet", row_group_size=2_000)
    ours = here(book, tmp_path / "c.parquet", rejects=tmp_path / "here.jsonl", out=Out.BLOCKS, to=tmp_path / "h.blocks")
    theirs = there(
        book, tmp_path / "c.parquet", rejects=tmp_path / "there.jsonl", out=Out.BLOCKS, to=tmp_path / "t.blocks"
    )
    assert ours.counts.refused == 9
    same(ours, theirs, but=["rejects"])
    assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()
    assert (tmp_path / "t.blocks").read_bytes() == (tmp_path / "h.blocks").read_bytes()


def test_companies_that_stand_twice_are_the_same(spark, book, tmp_path):
    whole = companies()
    ids = pa.array(
        np.where(np.arange(ROWS) % 9_000 == 8_999, 1_003, np.arange(ROWS) + 1_000), mask=np.arange(ROWS) % 20_000 == 7
    )
    pq.write_table(whole.set_column(0, "id", ids), tmp_path / "c.parquet", row_group_size=2_000)
    ours, theirs = here(book, tmp_path / "c.parquet"), there(book, tmp_path / "c.parquet")
    assert (ours.twice.count, ours.twice.nameless) == (4, 3)
    assert ours.twice.first_nameless == (7, 20_007, 40_007)
    same(ours, theirs)
    here(book, tmp_path / "c.parquet", out=Out.BLOCKS, to=tmp_path / "here.blocks")
    there(book, tmp_path / "c.parquet", out=Out.BLOCKS, to=tmp_path / "there.blocks")
    assert (tmp_path / "there.blocks").read_bytes() == (tmp_path / "here.blocks").read_bytes()


def test_a_text_file_is_read_as_it_is_written(spark, book, tmp_path):
    path = tmp_path / "c.csv"
    lines = [f'{n},"{n % 11}",{"large" if n % 3 else ""},{("true", "false", "")[n % 3]}' for n in range(500)]
    lines[40], lines[90], lines[91] = "40,many,large,true", "90,3,large", "91,3,small,true,more"
    path.write_text("\n".join(["id,employees,size,listed", *lines]) + "\n")
    ours = here(book, path, rejects=tmp_path / "here.jsonl")
    theirs = there(book, path, rejects=tmp_path / "there.jsonl")
    assert ours.counts.refused == 3
    same(ours, theirs, but=["rejects", "first_rejects"])
    assert without_lines(tmp_path / "there.jsonl") == without_lines(tmp_path / "here.jsonl")


def without_lines(path):
    """A task does not know the line of a row."""
    return [{**json.loads(line), "line": None} for line in path.read_text().splitlines()]


def test_a_table_of_the_catalogue_is_read_by_its_name(spark, book, table):
    from luodi.matching.spark import spark_bulk

    spark.read.parquet(str(table)).createOrReplaceTempView("companies")
    found = spark_bulk(book, "companies", RunOptions(DAY), table_format="table")
    assert [rule["yes"] for rule in found.as_json()["rules"]] == [
        rule["yes"] for rule in here(book, table).as_json()["rules"]
    ]


# ---- what goes wrong


class Dying:
    """The first try of one task is killed in its midst, as by a machine that has no memory left."""

    def __init__(self, work, marker):
        self.work, self.marker = work, marker

    def __call__(self, job, partition, batches):
        for batch in self.work(job, partition, batches):
            yield batch
            if partition == 1 and not Path(self.marker).exists():
                Path(self.marker).touch()
                os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_replaced_and_nothing_is_counted_twice(
    spark, book, table, tmp_path, monkeypatch, reader
):
    here(book, table, out=Out.BLOCKS, to=tmp_path / "here.blocks")
    marker = tmp_path / "killed"
    monkeypatch.setattr(spark_worker, "tell", Dying(spark_worker.tell, str(marker)))
    there(book, table, out=Out.BLOCKS, to=tmp_path / "there.blocks")
    assert marker.exists()
    assert (tmp_path / "there.blocks").read_bytes() == (tmp_path / "here.blocks").read_bytes()


class AlwaysDying:
    def __call__(self, job, partition, batches):
        os.kill(os.getpid(), signal.SIGKILL)
        yield


def test_a_task_that_dies_at_every_try_ends_the_run_and_leaves_nothing(spark, book, table, tmp_path, monkeypatch):
    from luodi.matching.spark_table import SparkFailed

    monkeypatch.setattr(spark_worker, "pairs", AlwaysDying())
    with pytest.raises(SparkFailed, match="a task was lost 4 times"):
        there(book, table, out=Out.PAIRS, to=tmp_path / "there")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book", "companies"]


def test_what_stood_under_the_name_is_there_until_the_new_result_is_whole(spark, book, table, tmp_path, monkeypatch):
    there(book, table, out=Out.PAIRS, to=tmp_path / "there")
    before = plain(tmp_path / "there")
    with monkeypatch.context() as patch, pytest.raises(Exception, match="lost"):
        patch.setattr(spark_worker, "pairs", AlwaysDying())
        there(book, table, out=Out.PAIRS, to=tmp_path / "there")
    assert plain(tmp_path / "there") == before
    there(book, table, out=Out.PAIRS, to=tmp_path / "there")
    assert plain(tmp_path / "there") == before


def test_a_table_that_is_not_there_is_reported(spark, book, tmp_path):
    with pytest.raises(UnreadableFile, match=r"nowhere\.parquet"):
        there(book, tmp_path / "nowhere.parquet")


def test_a_truncated_file_is_reported_and_leaves_nothing(spark, book, table, tmp_path):
    path = table / "part 2.parquet"
    path.write_bytes(path.read_bytes()[:-2_000])
    with pytest.raises(UnreadableFile, match=r"part(%20| )2\.parquet"):
        there(book, table, out=Out.PAIRS, to=tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_a_column_of_the_wrong_type_is_refused_before_a_row_is_read(spark, book, tmp_path):
    pq.write_table(pa.table({"employees": pa.array(["5"])}), tmp_path / "c.parquet")
    with pytest.raises(BadInput, match="`employees` has the type string"):
        there(book, tmp_path / "c.parquet")


def test_an_earlier_result_is_not_for_spark(spark, book, table, tmp_path):
    with pytest.raises(BadInput, match="--engine local"):
        there(book, table, since=tmp_path / "old.blocks")


def test_an_empty_table_has_no_answers(spark, book, tmp_path):
    pq.write_table(companies(0), tmp_path / "c.parquet")
    same(here(book, tmp_path / "c.parquet"), there(book, tmp_path / "c.parquet"))


def test_numbers_of_rows_do_not_depend_on_where_blocks_begin(spark, book, tmp_path):
    """One partition ends a row before a block does, and the next begins there."""
    folder = tmp_path / "c"
    folder.mkdir()
    whole = companies(2 * BLOCK)
    pq.write_table(whole.slice(0, BLOCK - 1), folder / "a.parquet")
    pq.write_table(whole.slice(BLOCK - 1), folder / "b.parquet")
    here(book, folder, out=Out.BLOCKS, to=tmp_path / "here.blocks")
    there(book, folder, out=Out.BLOCKS, to=tmp_path / "there.blocks")
    assert (tmp_path / "there.blocks").read_bytes() == (tmp_path / "here.blocks").read_bytes()
