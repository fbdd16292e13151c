"""`luodi bulk` and files that are cut off, damaged or no table; and what it writes where."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from luodi.cli.conftest import (
    FIRST,
    OUTS,
    ROWS,
    RULES,
    companies,
    run_text,
    write_book,
)

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
def test_a_file_that_is_cut_off_is_reported_and_leaves_nothing(place, how, out):
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


def test_a_file_that_is_damaged_inside_is_reported_with_the_place(place):
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


@pytest.mark.parametrize("content", ["employees,size\n", "employees,size", "\ufeffemployees,size\r\n"])
def test_a_header_alone_is_a_table_without_rows(place, content):
    status, document, said = run_text(place, content)
    assert (status, document["rows"]) == (0, 0), said


def test_marks_and_line_ends_of_any_system_are_read(place):
    status, document, _ = run_text(place, "\ufeffemployees,size\r\n3,large\r\n,\r\n 7 ,small\r\n")
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
def test_text_that_is_no_table_is_reported(place, content, said_of_it):
    status, document, said = run_text(place, content, "--out", "counts", "--to", "a")
    assert (status, document) == (2, None)
    assert said_of_it in said
    assert "a" not in place.names()


def test_lines_that_are_no_row_stand_where_they_are(place):
    content = 'employees,size\nlarge\n3,"la\nrge"\n1,small,4\n\n-9,small\n8,small\n5,large,\n'
    status, document, _ = run_text(place, content, "--rejects", "r.jsonl")
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
    status, document, said = run_text(place, "employees,size\n" + "1,large,\n" * 100_001)
    assert (status, document) == (2, None)
    assert "c.csv, line 2: " in said and "most lines are no row with commas between its cells" in said


def test_a_cell_of_any_length_is_reported_shortly(place):
    status, document, _ = run_text(place, f"size\n{'x' * 300_000}\nlarge\n")
    assert (status, document["rejected"], len(document["first_rejects"][0]["reason"]) < 2_000) == (2, 1, True)


def test_endings_may_be_in_capitals(place):
    status, document, _ = run_text(place, "employees\n7\n", name="C.CSV")
    assert (status, document["rows"]) == (0, 1)


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
def test_a_name_that_no_file_can_have_is_reported_before_a_row_is_read(place, out, to):
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
def test_a_result_that_does_not_fit_the_disk_is_reported_and_leaves_nothing(place, out, limit):
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
def test_an_output_that_nobody_can_write_is_reported(place, arguments):
    named, _ = place.write(companies(10), "parquet")
    with open("/dev/full", "wb") as full:
        done = place.start(*named, *arguments, stdout=full)
        said = done.communicate()[1].decode()
    assert (done.returncode, "our mistake" in said) == (2, False)
    assert "could not be written" in said
