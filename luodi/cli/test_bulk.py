"""`luodi bulk` as a person runs it: each kind of bad input, in each format, against each output.

What is promised: counts and the first places, an exit status, no traceback, and nothing half done under a final name.
"""

import gzip
import json
import signal
import subprocess
import time
from decimal import Decimal
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.cli.conftest import (
    FIRST,
    FORMATS,
    LUODI,
    OUTS,
    ROWS,
    RULES,
    SECOND,
    TYPED,
    companies,
    places,
    write_book,
)
from luodi.matching.blocks import read

# ---- a column of the wrong type


@pytest.mark.parametrize("how", TYPED)
def test_a_column_of_the_wrong_type_is_told_before_a_row_is_read(place, how):
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


# ---- files that are cut off


@pytest.mark.parametrize(
    ("how", "out"),
    [
        *(("stdin", out) for out in OUTS),
        *((how, "blocks") for how in ("parquet", "folder", "arrow", "stream")),
        ("csv", "pairs"),
        ("csv.gz", "columns"),
    ],
)
def test_a_file_that_is_cut_off_is_told_and_leaves_nothing(place, how, out):
    table = companies(id={}).append_column("name", pa.array(['"quoted" name'] * ROWS))
    arguments, stdin = place.write(table, "csv" if how == "csv.gz" else how)
    if how == "stdin":
        stdin = stdin[: len(stdin) // 2]
    else:
        path = place.folder / arguments[1]
        path = path / "b.parquet" if how == "folder" else path
        whole = path.read_bytes()
        if how == "csv.gz":
            whole, arguments = gzip.compress(whole), ("--companies", "c.csv.gz")
            path = place.folder / "c.csv.gz"
        cut = whole.rindex(b'quoted""') if how == "csv" else len(whole) // 2  # text can be cut so that no one sees it
        path.write_bytes(whole[:cut])
    status, document, said = place.run(*arguments, "--out", out, "--to", "answers", stdin=stdin)
    assert (status, document, place.new) == (2, None, [])
    assert any(word in said for word in ("no whole", "cannot be read on after", "is never closed")), said


@pytest.mark.parametrize("how", ["stream", "stdin"])
def test_a_stream_that_ends_between_two_batches_is_cut_off_too(place, how):
    arguments, stdin = place.write(companies(), how)
    whole = (place.folder / "c.arrows").read_bytes()
    assert whole.endswith(b"\xff\xff\xff\xff\0\0\0\0")
    (place.folder / "c.arrows").write_bytes(whole[:-8])
    status, document, said = place.run(*arguments, stdin=stdin[:-8])
    assert (status, document) == (2, None)
    assert f"after {ROWS:,} rows" in said and "no end mark" in said


def test_a_file_that_is_damaged_inside_is_told_with_the_place(place):
    arguments, _ = place.write(companies(), "parquet")
    path = place.folder / "c.parquet"
    whole = path.read_bytes()
    middle = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset + 40
    path.write_bytes(whole[:middle] + b"\xff" * 500 + whole[middle + 500 :])
    status, document, said = place.run(*arguments, "--out", "blocks", "--to", "a")
    assert (status, document, place.new) == (2, None, [])
    assert "c.parquet: cannot be read on after" in said


def test_a_folder_of_files_that_differ_says_in_what(place):
    arguments, _ = place.write(companies(), "folder")
    pq.write_table(companies().drop(["size"]), place.folder / "c.folder" / "b.parquet")
    status, _, said = place.run(*arguments)
    assert status == 2 and "b.parquet: there is no column `size`, which a.parquet has" in said


# ---- text files


def text(place, content, *arguments, name="c.csv"):
    (place.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return place.run("--companies", name, *arguments)


@pytest.mark.parametrize("content", ["employees,size\n", "employees,size", "\ufeffemployees,size\r\n"])
def test_a_header_alone_is_a_table_without_rows(place, content):
    status, document, said = text(place, content)
    assert (status, document["rows"]) == (0, 0), said


def test_marks_and_line_ends_of_any_system_are_read(place):
    status, document, _ = text(place, "\ufeffemployees,size\r\n3,large\r\n,\r\n 7 ,small\r\n")
    assert (status, document["rows"], document["rules"][0]["yes"], document["rules"][0]["unknown"]) == (0, 3, 1, 1)


@pytest.mark.parametrize(
    ("content", "said_of_it"),
    [
        ("", "the file is empty"),
        ("employees,employees\n1,2\n", "c.csv, header: the column `employees` stands twice"),
        ("employees;size\n1;large\n", "c.csv, line 1: the header is one cell with ';' in it"),
        ("企业,employees\n北京,3\n".encode("gbk"), "other encodings, such as GBK"),
        (b"size\n" + b"large\n" * 3_000_000 + "大型\n".encode("gbk"), "other encodings, such as GBK"),
        ("employees,size\n".encode("utf-16"), "no text in UTF-8"),
        ('name,employees\nx,1\n"y,2\nz,3\n', "c.csv, from line 3 on: a quotation mark is never closed"),
    ],
)
def test_text_that_is_no_table_is_told(place, content, said_of_it):
    status, document, said = text(place, content, "--out", "counts", "--to", "a")
    assert (status, document) == (2, None)
    assert said_of_it in said
    assert "a" not in place.names()


def test_lines_that_are_no_row_stand_where_they_are(place):
    content = 'employees,size\nlarge\n3,"la\nrge"\n1,small,4\n\n-9,small\n8,small\n5,large,\n'
    status, document, _ = text(place, content, "--rejects", "r.jsonl")
    assert (status, document["rows"], document["rejected"]) == (2, 6, 5)
    shown = [(each["line"], each["row"], each["code"]) for each in document["first_rejects"]]
    assert shown == [
        (2, None, "bad-input"),
        (3, 0, "unknown-value"),
        (5, None, "bad-input"),
        (7, 1, "out-of-range"),
        (9, None, "bad-input"),
    ]
    listed = [json.loads(line)["line"] for line in (place.folder / "r.jsonl").read_text().splitlines()]
    assert listed == [2, 3, 5, 7, 9]


def test_a_file_of_which_most_lines_are_no_row_is_given_up(place):
    status, document, said = text(place, "employees,size\n" + "1,large,\n" * 100_001)
    assert (status, document) == (2, None)
    assert "c.csv, line 2: " in said and "most lines are no row with commas between its cells" in said


def test_a_cell_of_any_length_is_told_shortly(place):
    status, document, _ = text(place, f"size\n{'x' * 300_000}\nlarge\n")
    assert (status, document["rejected"], len(document["first_rejects"][0]["reason"]) < 2_000) == (2, 1, True)


def test_endings_may_be_in_capitals(place):
    status, document, _ = text(place, "employees\n7\n", name="C.CSV")
    assert (status, document["rows"]) == (0, 1)


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
def test_columns_that_cannot_be_mapped_are_told(place, given, said_of_it):
    status, document, said = text(place, "a,b\n1,2\n", *(each for name in given for each in ("--column", name)))
    assert (status, document) == (2, None)
    assert said_of_it in said


def test_columns_that_nobody_reads_are_told_with_the_nearest_name(place):
    status, document, said = text(place, "employes,other\n1,2\n")
    assert (status, document["ignored"]) == (0, ["employes", "other"])
    assert document["hints"] == [
        "the column `employes` is no attribute. Did you mean `employees`?",
        "no column is an attribute that a rule asks for, so nothing is known; name them with --column",
    ]
    assert all(hint in said for hint in document["hints"])


# ---- names of results


@pytest.mark.parametrize(
    ("how", "option"),
    [
        ("parquet", "--to"),
        ("csv", "--to"),
        ("folder", "--to"),
        ("query", "--to"),
        ("parquet", "--rejects"),
        ("folder", "--rejects"),
        ("parquet", "--changes"),
    ],
)
def test_the_table_of_companies_is_never_written_over(place, how, option):
    arguments, _ = place.write(companies(100, size={FIRST: "medium"}), how)
    target = place.folder / arguments[1]
    target = target / "b.parquet" if how == "folder" else target
    before = target.read_bytes()
    more = {"--to": ("--out", "columns"), "--changes": ("--since", "old")}.get(option, ())
    place.write(companies(100), "arrow")
    place.run("--companies", "c.arrow", "--out", "blocks", "--to", "old")
    status, document, said = place.run(*arguments, *more, option, target.relative_to(place.folder))
    assert (status, document, place.new) == (2, None, [])
    assert "the table of companies is read from there" in said
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    ("to", "out"), [*((".", out) for out in OUTS), ("c.parquet/a", "pairs"), ("/dev/null", "blocks")]
)
def test_a_name_that_no_file_can_have_is_told_before_a_row_is_read(place, out, to):
    arguments, _ = place.write(companies(10), "parquet")
    status, document, said = place.run(*arguments, "--out", out, "--to", to)
    assert (status, document, place.new) == (2, None, [])
    assert to in said
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("out", OUTS)
def test_folders_on_the_way_to_a_name_are_made(place, out):
    arguments, _ = place.write(companies(10), "parquet")
    status, _, _ = place.run(*arguments, "--out", out, "--to", "x/y/a.parquet")
    assert (status, [each.name for each in (place.folder / "x" / "y").iterdir()]) == (0, ["a.parquet"])


def test_two_results_cannot_have_one_name(place):
    arguments, _ = place.write(companies(10), "parquet")
    status, _, said = place.run(*arguments, "--out", "blocks", "--to", "a", "--rejects", "a")
    assert status == 2 and "--to goes there, too" in said


def test_options_that_need_others_say_so(place):
    arguments, _ = place.write(companies(10), "parquet")
    assert place.run(*arguments, "--changes", "x")[0] == 2
    assert place.run(*arguments, "--resume")[0] == 2
    assert place.run(*arguments, "--out", "blocks")[0] == 2
    assert place.run(*arguments, "--out", "blocks", "--to", "s3://bucket/a")[0] == 2


# ---- a full disk


@pytest.mark.parametrize(("out", "limit"), [("counts", 300), ("pairs", 1_500), ("blocks", 9_000), ("columns", 500)])
def test_a_result_that_does_not_fit_the_disk_is_told_and_leaves_nothing(place, out, limit):
    arguments, _ = place.write(companies(), "parquet")
    status, document, said = place.run(*arguments, "--out", out, "--to", "answers", limit=limit)
    assert (status, document, place.new) == (2, None, [])
    assert "answers: cannot be written (there is no room left for it)" in said


def test_a_list_of_refused_rows_that_does_not_fit_leaves_nothing(place):
    table = companies(size={row: "medium" for row in range(ROWS)})
    arguments, _ = place.write(table, "parquet")
    status, document, said = place.run(*arguments, "--out", "counts", "--to", "a", "--rejects", "r", limit=50_000)
    assert (status, document, place.new) == (2, None, [])
    assert "r: cannot be written (there is no room left for it)" in said


def test_a_list_of_changes_that_does_not_fit_leaves_nothing(place):
    arguments, _ = place.write(companies(), "parquet")
    place.run(*arguments, "--out", "blocks", "--to", "old")
    write_book(place.folder / "new", {**RULES, "many": "employees >= 6"})
    status, document, said = place.run(
        *arguments, "--book", "new", "--since", "old", "--to", "n", "--changes", "c", limit=1_500
    )
    assert (status, document, place.new) == (2, None, [])
    assert "c: cannot be written (there is no room left for it)" in said


@pytest.mark.parametrize("arguments", [("--json",), ()])
def test_an_output_that_nobody_can_write_is_told(place, arguments):
    named, _ = place.write(companies(10), "parquet")
    with open("/dev/full", "wb") as full:
        done = place.start(*named, *arguments, stdout=full)
        said = done.communicate()[1].decode()
    assert (done.returncode, "our mistake" in said) == (2, False)
    assert "could not be written" in said


# ---- stopped in the middle


def test_a_run_in_the_background_ignores_ctrl_c_and_is_stopped_by_sigterm(place):
    """As a shell without job control starts it: Ctrl-C is meant for what runs in the foreground."""
    _, stream = place.write(companies(400_000), "stdin")
    arguments = ("--companies", "-", "--out", "blocks", "--to", "answers", "--threads", "1")
    in_background = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    for number, status in ((signal.SIGINT, 0), (signal.SIGTERM, 130)):
        run = place.start(*arguments, stdin=subprocess.PIPE, preexec_fn=in_background)
        run.stdin.write(stream[: len(stream) - 5_000])
        run.stdin.flush()
        while not (place.folder / "answers.partial").exists():
            time.sleep(0.02)
        run.send_signal(number)
        said = run.communicate(stream[len(stream) - 5_000 :])[1].decode()
        assert (run.returncode, (place.folder / "answers").exists()) == (status, status == 0), said
        for left in place.folder.glob("answers*"):
            left.unlink()


@pytest.mark.parametrize(
    ("number", "out"),
    [*((signal.SIGINT, out) for out in OUTS), *((signal.SIGKILL, out) for out in OUTS), (signal.SIGTERM, "blocks")],
)
@pytest.mark.usefixtures("interruptible")
def test_a_run_that_is_stopped_leaves_nothing_under_a_final_name(place, out, number):
    """The table comes through a pipe of which only a part ever arrives, so that the run is surely in its middle."""
    bad = {row: "medium" for row in range(0, ROWS, 10)}
    _, stream = place.write(companies(400_000, size=bad), "stdin")
    run = place.start(
        "--companies",
        "-",
        "--out",
        out,
        "--to",
        "answers",
        "--rejects",
        "r.jsonl",
        "--threads",
        "1",
        stdin=subprocess.PIPE,
    )
    run.stdin.write(stream[: len(stream) - 5_000])
    run.stdin.flush()
    until = time.monotonic() + 60
    while not (place.folder / "r.jsonl.partial").exists() and time.monotonic() < until:
        time.sleep(0.02)
    run.send_signal(number)
    if number != signal.SIGKILL:
        time.sleep(0.3)  # the pipe is read until the next piece comes
    said = run.communicate()[1].decode()
    assert run.returncode == (-9 if number == signal.SIGKILL else 130), said
    assert "Traceback" not in said
    assert {"answers", "r.jsonl"} & set(place.new) == set()


@pytest.mark.parametrize(
    ("number", "out"), [*((signal.SIGINT, out) for out in OUTS), (signal.SIGKILL, "blocks"), (signal.SIGKILL, "pairs")]
)
@pytest.mark.usefixtures("interruptible")
def test_what_was_stopped_can_be_gone_on_with_and_comes_out_the_same(place, out, number):
    bad = range(0, 10_000, 100)
    at = np.arange(3_000_000)
    kinds = np.where(at % 3 == 0, 0, 1).astype(np.int32)
    kinds[list(bad)] = 2
    size = pa.DictionaryArray.from_arrays(pa.array(kinds), ["large", "small", "medium"])
    pq.write_table(pa.table({"employees": at % 11, "size": size}), place.folder / "c.parquet")
    arguments = ("--companies", "c.parquet", "--out", out, "--threads", "1", "--rejects")
    run = place.start(*arguments, "r.jsonl", "--to", "answers")
    until = time.monotonic() + 60
    while not (place.folder / "answers.partial.json").exists() and time.monotonic() < until:
        time.sleep(0.002)
    run.send_signal(number)
    run.communicate()
    assert {"answers", "r.jsonl"} & set(place.new) == set()
    status, document, _ = place.run(*arguments, "r.jsonl", "--to", "answers", "--resume")
    assert (status, document["rejected"], document["rows"]) == (2, 100, 3_000_000)
    assert document["resumed_at"] > 0 or (number == signal.SIGKILL and out in ("pairs", "columns"))
    place.run(*arguments, "whole.jsonl", "--to", "whole")
    assert (place.folder / "r.jsonl").read_bytes() == (place.folder / "whole.jsonl").read_bytes()
    if out in ("counts", "blocks"):
        assert (place.folder / "answers").read_bytes() == (place.folder / "whole").read_bytes()
    else:
        assert pq.read_table(place.folder / "answers").equals(pq.read_table(place.folder / "whole"))
    assert [name for name in place.names() if "partial" in name] == []


# ---- an earlier result


@pytest.fixture
def old(place):
    arguments, _ = place.write(companies(id={}), "parquet")
    place.run(*arguments, "--out", "blocks", "--to", "old")
    write_book(place.folder / "new", {**RULES, "many": "employees >= 6"})
    return arguments


def test_only_what_changed_is_evaluated_and_who_is_to_be_told_is_listed(place, old):
    status, document, _ = place.run(
        *old, "--book", "new", "--since", "old", "--out", "blocks", "--to", "now", "--changes", "tell.parquet"
    )
    assert (status, document["changes"]["evaluated_again"]) == (0, ["many"])
    told = pq.read_table(place.folder / "tell.parquet").to_pylist()
    assert told == [
        {"row": row, "id": row, "rule": "many", "change": "no longer matching", "company": "stayed", "old_row": row}
        for row in range(5, ROWS, 11)
    ]
    place.run(*old, "--book", "new", "--out", "blocks", "--to", "fresh")
    assert (place.folder / "now").read_bytes() == (place.folder / "fresh").read_bytes()


WORDS_OF_CHANGES = {
    "en": (
        "companies that are new since then: 1; that are gone: 1",
        "many: 1 newly matching, 1 no longer (new companies: 1; companies",
    ),
    "zh": ("此后新出现企业1家，已消失企业1家", "many：新符合1家，不再符合1家（其中新出现企业1家，已消失企业1家）"),
}


@pytest.mark.parametrize("lang", WORDS_OF_CHANGES)
def test_a_company_that_came_and_one_that_went_are_told(place, old, lang):
    table = companies(id={})
    others = [*range(5), *range(6, ROWS)]  # row 5 matches `many`
    came = table.slice(6, 1).set_column(table.schema.get_field_index("id"), "id", pa.array([ROWS]))
    fresh, _ = place.write(pa.concat_tables([came, table.take(others)]), "arrow")
    named = place.arguments(*fresh, "--since", "old", "--changes", "c", "--lang", lang)
    named.remove("--json")
    done = subprocess.run(
        [*LUODI, *named],
        cwd=place.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(words in done.stdout for words in WORDS_OF_CHANGES[lang])
    told = [each for each in pq.read_table(place.folder / "c").to_pylist() if each["rule"] == "many"]
    assert [(each["id"], each["company"], each["row"], each["old_row"]) for each in told] == [
        (ROWS, "new", 0, None),
        (5, "gone", None, 5),
    ]


def test_an_earlier_result_of_another_book_or_other_companies_is_refused(place, old):
    write_book(place.folder / "other", name="other")
    status, document, said = place.run(*old, "--book", "other", "--since", "old", "--to", "n")
    assert (status, document, place.new) == (2, None, [])
    assert "the earlier result is of the book `little`, not `other`" in said
    fewer, _ = place.write(companies(ROWS - 1), "arrow")
    status, document, said = place.run(*fewer, "--since", "old", "--to", "n", "--changes", "c")
    assert (status, document, place.new) == (2, None, [])
    assert "this table has no ids; name the column with --id" in said


DAMAGE = {
    "nothing": (lambda whole: b"", "no file of blocks"),
    "an older version": (
        lambda whole: whole[:8] + b"\1" + whole[9:],
        "version 1, and this reader knows 2; ask for the",
    ),
    "a newer version": (lambda whole: whole[:8] + b"\3" + whole[9:], "version 3, and this reader knows 2; a newer"),
    "a hash of an id": (lambda whole: whole[:20_000] + bytes([whole[20_000] ^ 1]) + whole[20_001:], "rows 0 to 8,191"),
    "whether there are ids": (lambda whole: whole[:96] + b"\0" + whole[97:], "head of the blocks is damaged"),
    "half": (lambda whole: whole[: len(whole) // 2], "cut off"),
    "the last byte": (lambda whole: whole[:-1], "cut off"),
    "the number of rows": (lambda whole: whole[:40] + b"\1" + whole[41:], "damaged"),
    "a bit of an answer": (lambda whole: whole[:5_000] + bytes([whole[5_000] ^ 1]) + whole[5_001:], "rows 0 to 8,191"),
    "a letter of the document": (lambda whole: whole.replace(b'"fingerprint"', b'"fingerprinT"'), "damaged"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_an_earlier_result_that_is_damaged_is_told_and_nothing_comes_out(place, old, what):
    damage, said_of_it = DAMAGE[what]
    path = place.folder / "old"
    path.write_bytes(damage(path.read_bytes()))
    status, document, said = place.run(
        *old, "--book", "new", "--since", "old", "--out", "columns", "--to", "n", "--changes", "c"
    )
    assert (status, document, place.new) == (2, None, [])
    assert said_of_it in said


# ---- one row


def test_a_row_is_explained_by_the_walk_and_both_agree(place):
    arguments, _ = place.write(companies(), "parquet")
    place.run(*arguments, "--out", "blocks", "--to", "a")
    found = read(place.folder / "a")
    words = {"match": "yes", "no_match": "no", "need_info": "unknown"}
    for row in (0, 7, 8_192, ROWS - 1):
        status, document, _ = place.run(*arguments, "--explain", row)
        assert (status, document["row"]) == (0, row)
        assert {each["id"]: words[each["answer"]] for each in document["results"]} == found.answers(row)


def test_a_row_that_is_not_there_or_refused_is_told_with_its_place(place):
    content = "employees,size\n1,large\n1\n-2,small\n"
    status, document, said = text(place, content, "--explain", "1")
    assert (status, document) == (2, None)
    assert "c.csv, line 4, row 1, column `employees`: -2 is below 0" in said
    status, document, said = text(place, content, "--explain", "2")
    assert (status, document) == (2, None)
    assert "there is no row 2" in said
    arguments, _ = place.write(companies(10), "parquet")
    assert "there is no row 10; there are 10, counted from 0" in place.run(*arguments, "--explain", "10")[2]


# ---- rules that columns cannot hold


def test_a_rule_that_columns_cannot_hold_is_listed_with_reason_and_hint(place):
    write_book(place.folder / "hard", {"many": "employees >= 5", "hard": "revenue / employees > 100"})
    arguments, _ = place.write(companies(10), "parquet")
    status, document, _ = place.run(*arguments, "--book", "hard")
    assert (status, [rule["id"] for rule in document["rules"]]) == (0, ["many"])
    (refused,) = document["left_out"]
    assert (refused["rule"], refused["clause"], refused["position"]) == ("hard", "revenue / employees > 100", 11)
    assert refused["reason"] == "a division by something that is no constant"
    assert refused["hint"] == "multiply both sides by the divisor"
    _, explained, _ = place.run(*arguments, "--book", "hard", "--explain", 0)
    assert (explained["left_out"], explained["results"][1]["answer"]) == (["hard"], "need_info")


# ---- every shipped book: what bulk says is what the one question says


def as_profile(row):
    """A row of the made-up register as a person would write it down."""
    found = {}
    for name, value in row.items():
        if value is None or name in ("id", "company_name_zh", "name_en"):
            continue
        found[name] = dict(value) if name == "qualification_expiry" else value
    return json.loads(json.dumps(found, default=str))


@pytest.mark.parametrize("book", ["policies", "landing-steps", "data-export-path", "enterprise-size"])
def test_a_made_up_register_gets_the_answers_of_the_one_question(luodi, tmp_path, book):
    assert luodi("world", "--companies", "60", "--seed", "11", "--to", "made", "--on", "2026-03-02")[0] == 0
    asked = ("--book", book, "--on", "2026-03-02", "--json")
    status, out, said = luodi(
        "bulk", "--companies", "made/companies.parquet", "--out", "blocks", "--to", "a", "--kernel", "numpy", *asked
    )
    assert (status, json.loads(out)["left_out"], json.loads(out)["rejected"]) == (0, [], 0), said
    rows = pq.read_table(tmp_path / "made" / "companies.parquet").to_pylist()
    lines = [json.dumps({"id": row["id"], "profile": as_profile(row)}) for row in rows]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    status, out, said = luodi("match", "--batch", "lines.jsonl", *asked)
    assert status == 0, said + out[:500]
    words = {"match": "yes", "no_match": "no", "need_info": "unknown"}
    found, seen = read(tmp_path / "a"), set()
    for at, line in enumerate(out.splitlines()):
        singly = {each["id"]: words[each["answer"]] for each in json.loads(line)["results"]}
        assert singly == found.answers(at), rows[at]["id"]
        seen |= set(singly.values())
    assert seen == {"yes", "no", "unknown"}
