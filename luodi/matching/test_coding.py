"""Tables in: types first, then cells; what is refused is told with row and reason, in the words of one profile."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from luodi.errors import BadInput, LuodiError, UnknownKey, UnreadableFile, WrongType
from luodi.matching.coding import Coder, check_types
from luodi.matching.inputs import map_columns, open_input
from luodi.matching.rows import value_at
from luodi.profiles.codes import CHECKS
from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary


def attribute(name, kind, **more):
    return Attribute(name, kind, {"zh": name, "en": name}, **more)


TEXTS = pa.map_(pa.string(), pa.string())
WORDS = Vocabulary(
    "little",
    {
        each.name: each
        for each in (
            attribute("employees", Kind.INTEGER, minimum=0),
            attribute("revenue", Kind.MONEY),
            attribute("share", Kind.DECIMAL, minimum=0, maximum=1, unit="ratio 0-1"),
            attribute("founded", Kind.DATE),
            attribute("listed", Kind.BOOLEAN),
            attribute("size", Kind.ENUM, allowed=("large", "small")),
            attribute("region", Kind.STRING, code="region"),
            attribute("held", Kind.SET, allowed=("hnte", "sme", "none")),
            attribute("expiry", Kind.MAP),
        )
    },
    CHECKS,
)


def coded(table, *, written=False):
    mapped = map_columns(table.schema, WORDS, WORDS.attributes)
    if not written:
        check_types(table.schema, mapped.columns, WORDS)
    return Coder(WORDS, mapped.columns, written=written).batch(table, 0)


def values(batch, name):
    cells = batch.columns.get(name)
    return [None if cells is None else value_at(cells, row) for row in range(batch.rows)]


def said(refusals):
    return [(reject.row, reject.column, reject.code) for reject in refusals.rejects()]


# ---- types


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("employees", pa.string()),
        ("employees", pa.bool_()),
        ("share", pa.float32()),
        ("founded", pa.string()),
        ("founded", pa.timestamp("s", tz="Asia/Shanghai")),
        ("listed", pa.int64()),
        ("size", pa.float64()),
        ("held", pa.int64()),
        ("held", pa.list_(pa.int64())),
        ("expiry", pa.string()),
    ],
)
def test_a_column_of_the_wrong_type_is_refused_before_a_row_is_read(name, kind):
    with pytest.raises(WrongType, match=f"`{name}`"):
        check_types(pa.schema([(name, kind)]), {name: name}, WORDS)


def test_all_columns_of_the_wrong_type_are_reported_at_once():
    schema = pa.schema([("employees", pa.string()), ("listed", pa.string())])
    with pytest.raises(WrongType, match=r"employees.*; .*listed"):
        check_types(schema, {"employees": "employees", "listed": "listed"}, WORDS)


@pytest.mark.parametrize(
    ("name", "array", "wanted"),
    [
        ("employees", pa.array([3, None], pa.int8()), [3, None]),
        ("employees", pa.array([3.0, float("nan"), None]), [3, None, None]),
        ("employees", pa.array([Decimal("3.00"), None], pa.decimal256(50, 2)), [3, None]),
        ("employees", pa.array([3, None, 3]).dictionary_encode(), [3, None, 3]),
        ("revenue", pa.array([2**63], pa.uint64()), [2**63]),
        ("revenue", pa.array([-(2**63), 2**62]), [-(2**63), 2**62]),
        ("revenue", pa.array([Decimal(f"{10**22 + 1}"), Decimal(7)], pa.decimal128(38, 0)), [10**22 + 1, 7]),
        ("share", pa.array([Decimal("0.25"), Decimal(1)], pa.decimal128(38, 20)), [1 / 4, 1]),
        ("share", pa.array([0.1, 1.0]), [Fraction(1, 10), 1]),
        ("founded", pa.array([date(2024, 2, 29), None]), [date(2024, 2, 29), None]),
        ("founded", pa.array([datetime(2024, 2, 29), None], pa.timestamp("ns")), [date(2024, 2, 29), None]),
        ("founded", pa.array([date(1949, 10, 1)], pa.date64()), [date(1949, 10, 1)]),
        ("listed", pa.array([True, None, False]), [True, None, False]),
        ("size", pa.array(["large", None, " small "], pa.large_string()), ["large", None, "small"]),
        ("size", pa.array(["large", "", "  "]), ["large", None, None]),
        ("region", pa.array([110108, None]), ["110108", None]),
        ("region", pa.array(["110108", None], pa.dictionary(pa.uint8(), pa.string())), ["110108", None]),
        ("held", pa.array([["sme", None, "sme"], [], None]), [{"sme"}, frozenset(), None]),
        ("held", pa.array([["sme"], None], pa.large_list(pa.string())), [{"sme"}, None]),
        ("held", pa.array(["sme|hnte", "|", None, "", "none"]), [{"sme", "hnte"}, frozenset(), None, None, {"none"}]),
        ("expiry", pa.array([[("sme", "x"), ("hnte", None)], None], TEXTS), [{"sme": "x"}, None]),
        ("expiry", pa.array([{"sme": None, "hnte": date(2026, 1, 1)}, None]), [{"hnte": date(2026, 1, 1)}, None]),
        ("employees", pa.nulls(2), [None, None]),
    ],
)
def test_values_come_through_whatever_they_are_stored_as(name, array, wanted):
    batch, refusals = coded(pa.table({name: array}))
    assert not said(refusals)
    assert values(batch, name) == wanted


# ---- cells that cannot be


@pytest.mark.parametrize(
    ("name", "array", "row", "code"),
    [
        ("employees", pa.array([1, -1]), 1, "out-of-range"),
        ("employees", pa.array([1.0, 2.5]), 1, "wrong-type"),
        ("employees", pa.array([1.0, float("inf")]), 1, "wrong-type"),
        ("revenue", pa.array([1.0, 1e17]), 1, "wrong-type"),
        ("employees", pa.array([Decimal("1.0"), Decimal("2.5")]), 1, "wrong-type"),
        ("share", pa.array([1.0, 1.01]), 1, "out-of-range"),
        ("share", pa.array([Decimal("1.00"), Decimal("-0.01")]), 1, "out-of-range"),
        ("size", pa.array(["large", "huge"]), 1, "unknown-value"),
        ("region", pa.array(["110108", "11"]), 1, "bad-code"),
        ("held", pa.array([["sme"], ["sme", "gold"]]), 1, "unknown-value"),
        ("held", pa.array(["sme", "sme|gold"]), 1, "unknown-value"),
    ],
)
def test_a_wrong_cell_refuses_its_row_and_no_other(name, array, row, code):
    batch, refusals = coded(pa.table({name: array}))
    assert said(refusals) == [(row, name, code)]
    assert batch.answered.tolist() == [True, False]
    assert values(batch, name)[0] is not None


def test_the_reason_is_that_of_one_profile():
    _, refusals = coded(pa.table({"size": ["lrage"]}))
    (reject,) = refusals.rejects()
    with pytest.raises(LuodiError) as problem:
        WORDS.parse("size", "lrage")
    assert reject.reason == problem.value.message


# ---- text files


CSV = """\
name,employees,revenue,share,founded,listed,size,region,held
one,3,-5,0.25,2024-02-29,true,large,110108,sme|hnte
two,,,,,,,,
"three, and more", 4 ,1e3,1/4,2024-02-30,maybe,huge,11,gold
"four
lines",x,12345678901234567890,0.123456789012,2024-03-01,no, small ,310000,|
"""


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "companies.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    return open_input(path)


def test_a_text_file_is_typed_cell_by_cell(written):
    (table,) = written.tables(list(WORDS.attributes)[:8])
    batch, refusals = coded(table, written=True)
    assert values(batch, "revenue") == [-5, None, 1000, 12345678901234567890]
    assert values(batch, "share")[0] == 1 / 4
    assert float(values(batch, "share")[3]) == 0.123456789012
    assert values(batch, "held") == [{"sme", "hnte"}, None, None, frozenset()]
    assert values(batch, "size")[3] == "small"
    assert values(batch, "listed") == [True, None, None, False]
    assert said(refusals) == [
        (2, "founded", "bad-date"),
        (2, "held", "unknown-value"),
        (2, "listed", "wrong-type"),
        (2, "region", "bad-code"),
        (2, "share", "wrong-type"),
        (2, "size", "unknown-value"),
        (3, "employees", "wrong-type"),
    ]


def test_lines_are_those_of_the_file_though_cells_hold_line_ends(written):
    lines = written.lines()
    assert [lines.of(row) for row in range(4)] == [2, 3, 4, 5]


def test_lines_that_do_not_split_are_reported_and_counted(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("employees,size\n3,large\n4\n5,small\n")
    source = open_input(path)
    (table,) = source.tables(["employees"])
    assert table.column("employees").to_pylist() == ["3", "5"]
    assert [(reject.line, reject.reason) for reject in source.broken] == [
        (3, "the line has 1 cell, and the header has 2")
    ]


# ---- which column is which


def test_columns_by_name_by_choice_and_ignored():
    schema = pa.schema([("employes", pa.int64()), ("n", pa.int64()), ("size", pa.string()), ("note", pa.string())])
    mapped = map_columns(schema, WORDS, WORDS.attributes, {"n": "employees"})
    assert mapped.columns == {"employees": "n", "size": "size"}
    assert mapped.ignored == ("employes", "note")
    assert mapped.hints == ("the column `employes` is no attribute. Did you mean `employees`?",)


def test_what_is_not_there_cannot_be_mapped():
    schema = pa.schema([("n", pa.int64())])
    with pytest.raises(UnknownKey, match="no column `m`"):
        map_columns(schema, WORDS, WORDS.attributes, {"m": "employees"})
    with pytest.raises(UnknownKey, match="Did you mean `employees`"):
        map_columns(schema, WORDS, WORDS.attributes, {"n": "employes"})
    with pytest.raises(BadInput, match="stands twice"):
        map_columns(pa.schema([("n", pa.int64()), ("n", pa.int64())]), WORDS, WORDS.attributes)


# ---- files


def test_every_format_gives_the_same_rows(tmp_path):
    table = pa.table({"employees": pa.array(range(40_000)), "region": ["110108", None] * 20_000})
    pq.write_table(table, tmp_path / "c.parquet", row_group_size=7_000)
    (tmp_path / "many").mkdir()
    pq.write_table(table.slice(0, 15_000), tmp_path / "many" / "a.parquet")
    pq.write_table(table.slice(15_000), tmp_path / "many" / "b.parquet")
    with pa.ipc.new_stream(tmp_path / "c.arrows", table.schema) as stream:
        stream.write_table(table, 9_000)
    with pa.ipc.new_file(tmp_path / "c.arrow", table.schema) as file:
        file.write_table(table, 9_000)
    pcsv.write_csv(table, tmp_path / "c.csv")
    for name in ("c.parquet", "many", "c.arrows", "c.arrow", "c.csv"):
        for skip in (0, 6_999, 7_000, 30_001):
            parts = list(open_input(tmp_path / name).tables(["employees", "region"], skip=skip, rows=8192))
            rows = [row for part in parts for row in part.column("employees").to_pylist()]
            assert list(map(int, rows)) == list(range(skip, 40_000)), (name, skip)
            assert all(part.num_rows == 8192 for part in parts[:-1])
    with (tmp_path / "c.arrows").open("rb") as stream:
        assert sum(part.num_rows for part in open_input(tmp_path / "-", stream=stream).tables(["region"])) == 40_000


@pytest.mark.parametrize("name", ["c.parquet", "c.arrow", "c.csv"])
def test_a_file_that_is_none_is_reported(name, tmp_path):
    (tmp_path / name).write_bytes(b"" if name.endswith("csv") else b"nothing of the kind")
    with pytest.raises(UnreadableFile):
        list(open_input(tmp_path / name).tables(["employees"]))


def test_a_truncated_parquet_file_is_reported(tmp_path):
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"employees": np.arange(100_000)}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="no whole Parquet file"):
        open_input(path)


def test_a_file_that_ends_in_the_middle_of_its_rows_is_reported_with_the_place(tmp_path):
    path = tmp_path / "c.arrows"
    table = pa.table({"employees": np.arange(100_000)})
    with pa.ipc.new_stream(path, table.schema) as stream:
        stream.write_table(table, 10_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableFile, match=r"after [1-9]0,000 rows"):
        list(open_input(path).tables(["employees"]))
