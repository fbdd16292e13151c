"""Names by the first letters of their pinyin."""

import pytest

from luodi.profiles.initials import could_be_initials, initials
from luodi.profiles.names import words


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("蓝鲸科技", {"ljkj"}),
        ("北京蓝鲸科技", {"bjljkj", "ljkj"}),
        ("北京市蓝鲸科技", {"bjsljkj", "ljkj"}),
        ("重庆长江", {"cqcj", "cqzj", "zqcj", "zqzj"}),
        ("小米", set()),  # two letters would find half of all names
        ("北京小米", {"bjxm"}),
    ],
)
def test_a_name_has_initials_with_and_without_its_place(name: str, found: set[str]) -> None:
    assert initials(name) == found


def test_a_character_that_is_read_in_two_ways_is_found_in_both() -> None:
    assert initials("乐购网") == {"lgw", "ygw"}


def test_traditional_characters_and_forms_of_companies_change_nothing() -> None:
    one, other = words("藍鯨科技（上海）股份有限公司"), words("蓝鲸科技上海")
    assert {word for word in one if word.startswith("~")} == {word for word in other if word.startswith("~")} != set()


def test_a_character_without_pinyin_gives_no_initials() -> None:
    assert initials("ラムネ") == set()


@pytest.mark.parametrize(
    ("word", "answer"), [("ljk", True), ("lj", False), ("ljk1", False), ("蓝鲸科", False), ("l" * 21, False)]
)
def test_three_letters_and_more_may_be_initials(word: str, answer: bool) -> None:
    assert could_be_initials(word) is answer
