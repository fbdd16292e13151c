"""What is wrong with a file is said in Chinese to who reads Chinese, each sentence of it."""

import re
from functools import partial

import pytest

from luodi.errors import LuodiError
from luodi.ownership import parse_share
from luodi.web.companies import tables
from luodi.web.companies.mapping import checked_mapping, said
from luodi.web.companies.problems import told
from luodi.web.companies.schemes import checked_scheme, checked_value

CELLS: list[tuple[str, str]] = [
    ("country", "ZZ"),
    ("country", "Germny"),
    ("credit_code", "9111"),
    ("credit_code", "91110108551385082X"),
    ("credit_code", "110108013985082"),
    ("lei", "x"),
    ("lei", "529900T8BM49AURSDO56"),
    ("sector", "I65"),
    ("sector", "chips"),
    ("register_number", "7"),
    ("fact:employees", "many"),
    ("fact:employees", "1.5"),
    ("fact:employees", "-3"),
    ("fact:founded_date", "soon"),
    ("fact:founded_date", "2023-02-29"),
    ("fact:is_ciio", "ja"),
    ("fact:registered_region_code", "11"),
    ("name", "x" * 301),
]


def in_chinese(problem: LuodiError) -> str:
    assert told(problem, "en") == str(problem)
    shown = told(problem, "zh")
    assert re.search("[\u4e00-\u9fff]", shown), f"nobody has said this in Chinese: {problem}"
    return shown


@pytest.mark.parametrize(("target", "text"), CELLS)
def test_each_cell_that_cannot_be_read_is_told_in_chinese(target: str, text: str) -> None:
    with pytest.raises(LuodiError) as refused:
        said({"n": "Mill", "x": text}, {"n": "name", "x": target} if target != "name" else {"x": "name"}, {})
    in_chinese(refused.value)


FILES = (b"", b"name\n", b"a\0b", b"PK\x03\x04junk", b"name,name\nx,y\n", b'name\n"x', b'{"a": 1}', b"n\n\xff\xff")


@pytest.mark.parametrize("content", FILES)
def test_each_file_that_cannot_be_read_is_told_in_chinese(content: bytes) -> None:
    with pytest.raises(LuodiError) as refused:
        tables.preview(content, tables.form_of("x.csv", content), "x.csv")
    assert in_chinese(refused.value).startswith("x.csv")


def test_rows_and_columns_are_told_in_chinese() -> None:
    [wide, long] = tables.rows(b"name,b\n1,2,3\n" + b"x" * 5001 + b",2\n", "csv", "x")
    assert told(wide.problem, "zh") == "该行有3格，表格只有2列" and told(long.problem, "zh") == "有一格超过5000字"
    for mapping in ({"a": "nothing"}, {"a": "country"}, {"a": "name", "b": "name"}):
        with pytest.raises(LuodiError) as refused:
            checked_mapping(mapping, ["a", "b"])
        in_chinese(refused.value)
    shares = [partial(parse_share, text) for text in ("六成", "120 %", "60")]
    for ask in (partial(checked_scheme, "nowhere"), partial(checked_value, "GB-COH", "-"), *shares):
        with pytest.raises(LuodiError) as refused:
            ask()
        in_chinese(refused.value)


def test_where_it_stands_is_told_too_and_what_nobody_translated_stays() -> None:
    assert told("key `founded_date`: `soon` is not a day; write ..", "zh").startswith("“成立")
    assert told("x.csv, line 3: the table cannot be read: unexpected end of data", "zh").startswith("x.csv，第3行：")
    assert told("something new", "zh") == "something new"
