"""`luodi bulk` and the columns of a table: of the wrong type, mapped, ignored, and cells that no company can have."""

import json
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.cli.conftest import (
    FIRST,
    FORMATS,
    OUTS,
    ROWS,
    SECOND,
    TYPED,
    companies,
    places,
    run_text,
)
from luodi.matching.blocks import read

# ---- a column of the wrong type


@pytest.mark.parametrize("how", TYPED)
def test_a_column_of_the_wrong_type_is_reported_before_a_row_is_read(place, how):
    table = companies(10).set_column(0, "employees", pa.array(["many"] * 10))
    arguments, stdin = place.write(table, how)
    status, document, said = place.run(*arguments, "--out", "blocks", "--to", "answers", stdin=stdin)
    assert (status, document, place.new) == (2, None, [])
    assert "the column `employees` has the type string, and `employees` wants numbers" in said


@pytest.mark.parametrize("how", ["csv", "tsv"])
def test_in_a_text_file_each_cell_of_the_wrong_type_is_refused(place, how):
    arguments, stdin = place.write(companies(employees={}).set_column(0, "employees", words_and_numbers()), how)
    status, document, _ = place.run(*arguments, stdin=stdin)
    assert (status, document["rejected"]) == (2, 2)
    assert places(document, how) == [(FIRST, "employees", "wrong-type"), (SECOND, "employees", "wrong-type")]


def words_and_numbers():
    cells = [str(at % 11) for at in range(ROWS)]
    cells[FIRST] = cells[SECOND] = "many"
    return pa.array(cells)


KINDS = {
    "list": pa.array([[3]]),
    "struct": pa.array([{"a": 3}]),
    "32-bit": pa.array([0.5], pa.float32()),
    "timestamp": pa.array([0], pa.timestamp("us", "Asia/Shanghai")),
    "boolean": pa.array([True]),
    "binary": pa.array([b"3"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_column_holds_instead_of_numbers_is_named(place, kind):
    arguments, stdin = place.write(pa.table({"employees": KINDS[kind]}), "parquet")
    status, document, said = place.run(*arguments, stdin=stdin)
    assert (status, document) == (2, None)
    assert "c.parquet: the column `employees` has the type" in said


FINE = {
    "dictionary": pa.array([3, None, 7]).dictionary_encode(),
    "decimal": pa.array([Decimal("3.00"), None, Decimal("7.00")]),
    "wide decimal": pa.array([Decimal(3), None, Decimal(10**60)], pa.decimal256(70, 0)),
    "double": pa.array([3.0, float("nan"), 7.0]),
    "unsigned": pa.array([3, None, 2**64 - 1], pa.uint64()),
}


@pytest.mark.parametrize("kind", FINE)
def test_numbers_in_other_clothes_are_numbers(place, kind):
    arguments, stdin = place.write(pa.table({"employees": FINE[kind]}), "arrow")
    status, document, said = place.run(*arguments, stdin=stdin)
    assert status == 0, said
    assert document["rules"][0] == {"id": "many", "yes": 1, "unknown": 1, "no": 1}


def test_numbers_that_are_none_of_the_attribute_are_refused_one_by_one(place):
    cells = pa.array([3.0, 3.5, float("inf"), -1.0, 1e300, None])
    arguments, stdin = place.write(pa.table({"employees": cells}), "parquet")
    status, document, _ = place.run(*arguments, stdin=stdin)
    assert (status, document["rejected"]) == (2, 4)
    assert [each["row"] for each in document["first_rejects"]] == [1, 2, 3, 4]
    assert document["first_rejects"][0]["reason"] == "`3.5` is not a whole number"


@pytest.mark.parametrize(
    "kind", [pa.list_(pa.null()), pa.large_list(pa.large_string()), pa.list_(pa.string(), 2), pa.string()]
)
def test_sets_come_as_lists_of_any_make_or_as_text(place, kind):
    cells = {pa.list_(pa.null()): [[None], []], pa.string(): ["hnte|sme", "sme"]}
    table = pa.table({"held": pa.array([*cells.get(kind, [["hnte", "sme"], ["sme", "sme"]]), None], kind)})
    arguments, stdin = place.write(table, "arrow")
    status, document, said = place.run(*arguments, stdin=stdin)
    assert status == 0, said
    held = document["rules"][3]
    assert (held["unknown"], held["yes"]) == (1, 0 if kind == pa.list_(pa.null()) else 1)


# ---- a cell that no company can have


BAD = {  # by row: column, what stands there, how it is told
    3: ("size", "medium", "unknown-value"),  # a code outside the vocabulary
    4: ("share", Decimal("1.01"), "out-of-range"),
    5: ("share", Decimal("-0.01"), "out-of-range"),
    9_000: ("employees", -1, "out-of-range"),
}


@pytest.mark.parametrize("how", FORMATS)
def test_rows_with_a_cell_that_none_can_have_are_counted_placed_and_listed(place, how):
    cells = {}
    for row, (column, value, _) in BAD.items():
        cells.setdefault(column, {})[row] = value
    arguments, stdin = place.write(companies(**cells), how)
    status, document, _ = place.run(*arguments, "--rejects", "r.jsonl", stdin=stdin)
    assert (status, document["rows"], document["rejected"]) == (2, ROWS, 4)
    assert places(document, how) == [(row, column, code) for row, (column, _, code) in BAD.items()]
    listed = [json.loads(line) for line in (place.folder / "r.jsonl").read_text().splitlines()]
    assert listed == document["first_rejects"]
    assert all(rule["yes"] + rule["unknown"] + rule["no"] == ROWS - 4 for rule in document["rules"])
    assert place.new == ["r.jsonl"]


@pytest.mark.parametrize("out", OUTS)
def test_refused_rows_have_no_answer_in_any_output(place, out):
    arguments, _ = place.write(companies(size={FIRST: "medium"}), "parquet")
    status, _, _ = place.run(*arguments, "--out", out, "--to", "answers.parquet")
    assert (status, place.new) == (2, ["answers.parquet", "answers.parquet.rejects.jsonl"])
    to = place.folder / "answers.parquet"
    match out:
        case "counts":
            assert json.loads(to.read_text())["rejected"] == 1
        case "blocks":
            assert (read(to).answers(FIRST), read(to).answers(FIRST + 1) is None) == (None, False)
        case "pairs":
            assert FIRST not in pq.read_table(to).column("row").to_pylist()
        case _:
            assert set(pq.read_table(to).slice(FIRST, 1).to_pylist()[0].values()) == {None}


def test_a_list_of_refused_rows_goes_when_none_is_refused_any_more(place):
    arguments, _ = place.write(companies(10, size={FIRST: "medium"}), "parquet")
    place.run(*arguments, "--out", "blocks", "--to", "a")
    place.write(companies(10), "parquet")
    status, document, _ = place.run(*arguments, "--out", "blocks", "--to", "a")
    assert (status, document["rejects"]) == (0, None)
    assert "a.rejects.jsonl" not in place.names()


# ---- ids


@pytest.mark.parametrize(("how", "kind"), [*((how, pa.int64()) for how in FORMATS), ("parquet", pa.string())])
def test_duplicated_ids_are_counted_and_placed(place, how, kind):
    table = companies(id={FIRST: 1, SECOND: 8_999})
    table = table.set_column(table.column_names.index("id"), "id", table.column("id").cast(kind))
    arguments, stdin = place.write(table, how)
    status, document, _ = place.run(*arguments, stdin=stdin)
    assert (status, document["duplicates"], document["rejected"], place.new) == (2, 2, 0, [])
    assert document["first_duplicates"] == [{"row": FIRST, "same_as": 1}, {"row": SECOND, "same_as": 8_999}]
    assert "id" not in document["ignored"]


def test_a_million_doubles_are_counted_and_the_first_shown(place):
    arguments, _ = place.write(pa.table({"id": np.full(1_000_000, 7), "employees": np.full(1_000_000, 7)}), "parquet")
    status, document, _ = place.run(*arguments)
    assert (status, document["duplicates"]) == (2, 999_999)
    assert document["first_duplicates"] == [{"row": row, "same_as": 0} for row in range(1, 11)]


@pytest.mark.parametrize("how", ["parquet", "csv", "stdin"])
def test_companies_without_an_id_are_counted_and_placed(place, how):
    table = companies(id={FIRST: None, SECOND: None})
    arguments, stdin = place.write(table, how)
    status, document, _ = place.run(*arguments, stdin=stdin)
    assert (status, document["without_id"], document["first_without_id"]) == (2, 2, [FIRST, SECOND])
    assert document["duplicates"] == 0


def test_an_id_is_a_text_or_a_number(place):
    arguments, _ = place.write(pa.table({"id": pa.array([["a"]]), "employees": [1]}), "parquet")
    status, _, said = place.run(*arguments)
    assert status == 2 and "the column `id` has the type" in said
    status, _, said = place.run(*arguments, "--id", "name")
    assert status == 2 and "there is no column `name`" in said


# ---- which column is which


@pytest.mark.parametrize(
    ("given", "said_of_it"),
    [
        (["a=employees", "a=share"], "the column `a` stands for `employees` already"),
        (["a=employees", "b=employees"], "`employees` is already what `a` stands for"),
        (["a=employes"], "there is no attribute `employes`. Did you mean `employees`?"),
        (["c=employees"], "there is no column `c` (there are `a`, `b`)"),
        (["a"], "write COLUMN=ATTRIBUTE"),
    ],
)
def test_columns_that_cannot_be_mapped_are_reported(place, given, said_of_it):
    status, document, said = run_text(place, "a,b\n1,2\n", *(each for name in given for each in ("--column", name)))
    assert (status, document) == (2, None)
    assert said_of_it in said


def test_columns_that_nobody_reads_are_reported_with_the_nearest_name(place):
    status, document, said = run_text(place, "employes,other\n1,2\n")
    assert (status, document["ignored"]) == (0, ["employes", "other"])
    assert document["hints"] == [
        "the column `employes` is no attribute. Did you mean `employees`?",
        "no column is an attribute that a rule asks for, so nothing is known; name them with --column",
    ]
    assert all(hint in said for hint in document["hints"])
