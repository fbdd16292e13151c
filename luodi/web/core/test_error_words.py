"""What is wrong with a file is said in Chinese to who reads Chinese, each sentence of it."""

import re
from functools import partial

import pytest
from django.utils.translation import override

from luodi.company_files import tables
from luodi.company_files.mapping import checked_mapping, said
from luodi.dates import BadDate
from luodi.errors import BadInput, LuodiError, OutOfRange
from luodi.message import in_key, in_line
from luodi.ownership import parse_share
from luodi.profiles.identifiers import checked_scheme, checked_value
from luodi.web.core.error_words import in_full, in_words, restored, stored
from luodi.web.core.errors import KeyReused

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
    assert in_full(problem, "en") == str(problem)
    shown = in_full(problem, "zh")
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
    assert wide.problem is not None and wide.problem.said("zh") == "该行有3格，表格只有2列"
    assert long.problem is not None and long.problem.said("zh") == "有一格超过5000字"
    for mapping in ({"a": "nothing"}, {"a": "country"}, {"a": "name", "b": "name"}):
        with pytest.raises(LuodiError) as refused:
            checked_mapping(mapping, ["a", "b"])
        in_chinese(refused.value)
    shares = [partial(parse_share, text) for text in ("六成", "120 %", "60")]
    for ask in (partial(checked_scheme, "nowhere"), partial(checked_value, "GB-COH", "-"), *shares):
        with pytest.raises(LuodiError) as refused:
            ask()
        in_chinese(refused.value)


def test_where_it_stands_is_told_too() -> None:
    late = BadDate("dates.not-day", text="soon", at=in_key("founded_date"))
    assert in_full(late, "zh").startswith("“成立") and in_full(late, "en").startswith(
        "key `founded_date`: `soon` is not"
    )
    cut = BadInput("companies.table-cannot-read", problem="unexpected end of data", at=in_line("x.csv", 3))
    assert in_full(cut, "zh").startswith("x.csv，第3行：")


def test_what_is_stored_is_told_in_either_language_later() -> None:
    late = BadDate("dates.not-day", text="soon", at=in_key("founded_date"))
    assert restored(stored(late)) == str(late) and in_full(stored(late), "zh") == in_full(late, "zh")
    assert len(stored(BadDate("dates.not-day", text="x" * 5000))) < 400
    assert in_full("what an earlier version stored", "zh") == "what an earlier version stored"


def test_a_page_says_a_refusal_in_its_own_words_by_code_or_else_in_those_of_the_reason() -> None:
    spent, past = KeyReused(), OutOfRange("obstacles.day-over")
    with override("zh-hans"):
        assert in_words(spent, "leads.refused") == "这张表单已提交过别的操作，请重新打开。"
        assert in_words(past, "leads.refused") == "这一天已过。"
    with override("en"):
        assert in_words(past) == "This day is over."
