"""What changed since an earlier result, by company: wherever it stands now, whether it came or went."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luodi.errors import BadInput
from luodi.matching import run as run_module
from luodi.matching.asked import Out, RunOptions
from luodi.matching.batch import BLOCK
from luodi.matching.blocks import read
from luodi.matching.inputs import of_batches
from luodi.matching.run import bulk
from luodi.matching.test_run import DAY, ROWS, RULES, companies, write_book

LOST, GAINED = "no longer matching", "newly matching"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(run_module, "ROWS", 2 * BLOCK)


@pytest.fixture
def book(tmp_path):
    return write_book(tmp_path / "book")


def run(book, table, **options):
    return bulk(
        book, of_batches("companies", table.schema, table.to_batches()), RunOptions(DAY, kernel="numpy", **options)
    )


def compare(book, old, new, folder, *, new_book=None):
    """The report and the list of `new` since `old`, and what brute force says of two whole runs."""
    run(book, old, out=Out.BLOCKS, to=folder / "old")
    run(new_book or book, new, out=Out.BLOCKS, to=folder / "fresh")
    report = run(
        new_book or book, new, out=Out.BLOCKS, to=folder / "now", since=folder / "old", changes=folder / "list"
    )
    assert (folder / "now").read_bytes() == (folder / "fresh").read_bytes()
    wanted = by_hand(old, new, read(folder / "old"), read(folder / "fresh"))
    return report.as_json()["changes"], pq.read_table(folder / "list").to_pylist(), wanted


def names(table):
    texts = [None if name is None else str(name) for name in table.column("id").to_pylist()]
    return [text or None for text in texts]


def matches(found):
    sets = [set() for _ in range(found.rows)]
    for rule in found.rules:
        for row in found.yes(rule).tolist():
            sets[row].add(rule)
    return sets


def by_hand(old, new, old_result, new_result):
    """Row now, row then, rule, change, company: company by company."""
    then, now, was, matching = names(old), names(new), matches(old_result), matches(new_result)
    first = {}
    for row, name in enumerate(then):
        if name is not None:
            first.setdefault(name, row)
    found = set()
    for row, name in enumerate(now):
        if name is not None:
            at = row if row < len(then) and then[row] == name else first.get(name)
            past, company = (set(), "new") if at is None else (was[at], "stayed")
            found |= {(row, at, rule, GAINED, company) for rule in matching[row] - past}
            found |= {(row, at, rule, LOST, company) for rule in past - matching[row]}
    for name in first.keys() - set(now):
        found |= {(None, first[name], rule, LOST, "gone") for rule in was[first[name]]}
    return found


def plain(listed):
    found = {tuple(each[key] for key in ("row", "old_row", "rule", "change", "company")) for each in listed}
    assert len(found) == len(listed)
    return found


# ---- the same companies, in any order


def test_the_same_companies_in_another_order_have_no_changes(book, tmp_path):
    old = companies()
    new = old.take(np.random.default_rng(1).permutation(ROWS))
    changes, listed, wanted = compare(book, old, new, tmp_path)
    assert (listed, wanted, changes["rules"]) == ([], set(), [])
    assert (changes["compared_by"], changes["companies"]) == ("id", {"new": 0, "gone": 0})


def test_a_company_that_changed_is_reported_wherever_it_stands(book, tmp_path):
    old = companies()
    employees = old.column("employees").to_pylist()
    employees[BLOCK + 4] = None if employees[BLOCK + 4] == 10 else 10
    order = np.random.default_rng(2).permutation(ROWS)
    new = old.set_column(1, "employees", pa.array(employees)).take(order)
    _, listed, wanted = compare(book, old, new, tmp_path)
    assert plain(listed) == wanted != set()
    assert {(each["row"], each["old_row"], each["id"]) for each in listed} == {
        (order.tolist().index(BLOCK + 4), BLOCK + 4, BLOCK + 1_004)
    }


# ---- who came and who went


def test_one_new_company_is_reported_and_moves_nobody_else(book, tmp_path):
    old = companies()
    new = pa.concat_tables([old.slice(0, 5), old.slice(10, 1).set_column(0, "id", pa.array([1])), old.slice(5)])
    changes, listed, wanted = compare(book, old, new, tmp_path)
    assert plain(listed) == wanted == {(5, None, "many", GAINED, "new"), (5, None, "large", GAINED, "new")}
    assert [each["id"] for each in listed] == [1, 1]
    assert changes["companies"] == {"new": 1, "gone": 0}
    assert changes["rules"][0] == {
        "id": "many",
        "newly_matching": 1,
        "no_longer_matching": 0,
        "of_new_companies": 1,
        "of_gone_companies": 0,
    }


def test_one_company_that_is_gone_is_reported_with_the_rules_it_matched(book, tmp_path):
    old = companies()
    new = pa.concat_tables([old.slice(0, 10), old.slice(11)])
    changes, listed, wanted = compare(book, old, new, tmp_path)
    assert plain(listed) == wanted == {(None, 10, "many", LOST, "gone"), (None, 10, "large", LOST, "gone")}
    assert [each["id"] for each in listed] == [1_010, 1_010]
    assert changes["companies"] == {"new": 0, "gone": 1}
    assert [rule["of_gone_companies"] for rule in changes["rules"]] == [1, 1]


def test_of_ids_that_are_texts_the_earlier_result_keeps_no_more_than_the_row(book, tmp_path):
    old = companies(id=pa.array([f"c{at}" for at in range(ROWS)]))
    _, listed, wanted = compare(book, old, old.slice(11), tmp_path)
    assert plain(listed) == wanted
    assert {each["id"] for each in listed} == {None}
    assert {each["old_row"] for each in listed} <= set(range(11))


def test_as_many_came_as_went(book, tmp_path):
    old = companies()
    new = pa.concat_tables([old.slice(3), old.slice(0, 3).set_column(0, "id", pa.array([1, 2, 3]))])
    changes, listed, wanted = compare(book, old, new, tmp_path)
    assert plain(listed) == wanted
    assert {each["company"] for each in listed} == {"new", "gone"}
    assert changes["companies"] == {"new": 3, "gone": 3}


@pytest.mark.parametrize("rows", [(0, 100), (100, 0), (0, 0), (BLOCK, 3 * BLOCK + 1), (3 * BLOCK + 1, BLOCK)])
def test_tables_of_any_two_sizes(book, tmp_path, rows):
    old, new = (companies(each) for each in rows)
    changes, listed, wanted = compare(book, old, new, tmp_path)
    assert plain(listed) == wanted
    assert changes["companies"] == {"new": max(0, rows[1] - rows[0]), "gone": max(0, rows[0] - rows[1])}


def test_rules_that_came_and_went_are_compared_too(book, tmp_path):
    rules = {"large": RULES["large"], "few": "employees < 2"}
    new = companies().slice(100).take(np.arange(ROWS - 101, -1, -1))
    _, listed, wanted = compare(book, companies(), new, tmp_path, new_book=write_book(tmp_path / "new-book", rules))
    assert plain(listed) == wanted
    assert {each["rule"] for each in listed} == {*RULES, "few"}


def test_counts_have_the_same_list(book, tmp_path):
    changes, listed, _ = compare(book, companies(), companies().slice(7), tmp_path)
    run(book, companies(), out=Out.BLOCKS, to=tmp_path / "old")
    report = run(book, companies().slice(7), since=tmp_path / "old", changes=tmp_path / "again")
    assert pq.read_table(tmp_path / "again").to_pylist() == listed
    assert {**report.as_json()["changes"], "to": None} == {**changes, "to": None}


# ---- ids


TYPES = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "uint64": pa.uint64(),
    "text": pa.string(),
    "dictionary": pa.dictionary(pa.int32(), pa.string()),
}
NUMBERS = st.none() | st.sampled_from([0, 7, 70, 700, 10**6])
TEXTS = st.none() | st.sampled_from(["", "0", "7", "007", "70", "a name that is longer than eight bytes"])


@st.composite
def registers(draw):
    kind = draw(st.sampled_from(sorted(TYPES)))
    name = NUMBERS if "int" in kind else TEXTS
    rows = draw(st.lists(st.tuples(name, st.none() | st.sampled_from([1, 6, 9])), max_size=12))
    given_id, employees = [row[0] for row in rows], [row[1] for row in rows]
    return pa.table({"id": pa.array(given_id, TYPES[kind]), "employees": pa.array(employees, pa.int64())})


@given(registers(), registers())
@settings(max_examples=150, deadline=None)
def test_the_list_is_what_two_whole_runs_say_company_by_company(tmp_path_factory, old, new):
    folder = tmp_path_factory.mktemp("registers")
    changes, listed, wanted = compare(write_book(folder / "book"), old, new, folder)
    assert plain(listed) == wanted
    then, now = names(old), names(new)
    was_whole = old.schema.field("id").type in (pa.int64(), pa.int32())
    can_say = was_whole and new.schema.field("id").type != pa.uint64()
    for each in listed:
        gone = each["company"] == "gone"
        name = (then[each["old_row"]] if can_say else None) if gone else now[each["row"]]
        assert name == (None if each["id"] is None else str(each["id"]))
    known = {*then} - {None}
    assert changes["companies"] == {
        "new": sum(name is not None and name not in known for name in now),
        "gone": len(known - set(now)),
    }
    assert changes["not_compared"] == {"now": now.count(None), "then": then.count(None)}


@pytest.mark.parametrize(("then", "now"), [("int64", "text"), ("text", "int64"), ("uint64", "int32")])
def test_an_id_is_the_same_as_a_number_and_as_a_text(book, tmp_path, then, now):
    old = companies()
    ids = old.column("id")
    changes, listed, _ = compare(
        book, old.set_column(0, "id", ids.cast(TYPES[then])), old.set_column(0, "id", ids.cast(TYPES[now])), tmp_path
    )
    assert (listed, changes["companies"]) == ([], {"new": 0, "gone": 0})


def test_ids_that_stand_twice_are_compared_at_their_place_and_reported(book, tmp_path):
    table = companies(id=pa.array(np.arange(ROWS) % (ROWS - 10)))
    changes, listed, _ = compare(book, table, table, tmp_path)
    assert (listed, changes["companies"]) == ([], {"new": 0, "gone": 0})
    assert run(book, table, since=tmp_path / "old").as_json()["duplicates"] == 10


def test_a_table_with_ids_is_not_compared_with_one_without(book, tmp_path):
    with_ids, without = companies(), companies().drop(["id"])
    run(book, with_ids, out=Out.BLOCKS, to=tmp_path / "old")
    with pytest.raises(BadInput, match="this table has no ids; name the column with --id"):
        run(book, without, since=tmp_path / "old", changes=tmp_path / "list")
    run(book, without, out=Out.BLOCKS, to=tmp_path / "old")
    with pytest.raises(BadInput, match="the earlier result has no ids; ask for the whole result once more"):
        run(book, with_ids, since=tmp_path / "old", changes=tmp_path / "list")
    assert not (tmp_path / "list").exists()


def test_without_ids_rows_are_compared_by_place_and_must_be_as_many(book, tmp_path):
    table = companies().drop(["id"])
    run(book, table, out=Out.BLOCKS, to=tmp_path / "old")
    other = table.set_column(0, "employees", pa.array(np.full(ROWS, 6)))
    changes = run(book, other, since=tmp_path / "old", changes=tmp_path / "list").as_json()["changes"]
    assert changes["compared_by"] == "place"
    listed = pq.read_table(tmp_path / "list")
    assert listed.column_names == ["row", "rule", "change", "company", "old_row"]
    assert listed.column("row").equals(listed.column("old_row"))
    with pytest.raises(BadInput, match="same companies in the same order"):
        run(book, table.slice(1), since=tmp_path / "old", changes=tmp_path / "less")
    assert not (tmp_path / "less").exists()


def test_another_column_of_ids_names_other_companies(book, tmp_path):
    table = companies(tax=pa.array(np.arange(ROWS)[::-1] + 1_000))
    path = tmp_path / "c.parquet"
    pq.write_table(table, path)
    from luodi.matching.inputs import open_input

    bulk(book, open_input(path), RunOptions(DAY, Out.BLOCKS, to=tmp_path / "old"))
    changes = bulk(book, open_input(path), RunOptions(DAY, id_column="tax", since=tmp_path / "old")).changes
    assert (changes["same_table"], changes["compared_by"], changes["companies"]) == (
        False,
        "id",
        {"new": 0, "gone": 0},
    )
    assert changes["rules"]


def test_ids_that_are_read_as_dictionaries_of_several_parts_are_reported_as_they_are(book, tmp_path):
    texts = pa.array([f"c{at}" for at in range(ROWS)])
    parts = [companies(id=texts).slice(at, 999) for at in range(0, ROWS, 999)]
    kind = pa.dictionary(pa.int32(), pa.string())
    new = pa.concat_tables([part.set_column(0, "id", part.column("id").cast(kind)) for part in parts])
    run(book, companies(1, id=pa.array(["x"])), out=Out.BLOCKS, to=tmp_path / "old")
    run(book, new, since=tmp_path / "old", changes=tmp_path / "list")
    listed = pq.read_table(tmp_path / "list").to_pylist()
    came = [each for each in listed if each["company"] == "new"]
    assert [each["id"] for each in came] == [f"c{each['row']}" for each in came]
    assert len({each["row"] for each in came}) > ROWS // 3
