"""The number of an instrument is the same number however it is written, and a figure is none."""

import pytest

from luodi.han import folded
from luodi.search.numbers import taken, tokens_of
from luodi.search.words import terms


@pytest.mark.parametrize(
    "text",
    [
        "信部电〔2006〕342号",
        "信部电[2006]342号",
        "信部电（2006）342号",
        "信部电【2006】342号",
        "信部电 (2006) 342",
        "2006年第342号",
        "2006 342",
        "No. 342 of 2006",
        "342/2006",
        "信部電〔2006〕第342號",
        "[2006] No. 342",
        "2006 No. 342",
        "信部电〔２００６〕３４２号",
    ],
)
def test_year_and_number_are_found_however_they_are_written(text: str) -> None:
    assert taken(folded(text))[0] == ("#2006/342",)


@pytest.mark.parametrize(
    "text", ["国务院令第291号", "第291号", "291号", "Order No. 291", "decree 291", "No.291", "#291"]
)
def test_an_order_has_a_number_and_no_year(text: str) -> None:
    assert taken(folded(text))[0] == ("#291",)


@pytest.mark.parametrize(
    "text", ["2024-10-23", "2024年10月23日", "100%", "B11", "1,000万元", "5G", "2026年政府工作报告", "20.5", "2024"]
)
def test_days_figures_and_codes_are_no_numbers(text: str) -> None:
    assert taken(folded(text))[0] == ()


def test_the_index_knows_the_number_alone_too() -> None:
    assert list(tokens_of(folded("工信部通信函〔2024〕107号"))) == ["#2024/107", "#107"]


def test_a_question_may_be_read_without_numbers() -> None:
    assert [term.exact for term in terms("2024 107", by_number=False)] == [("2024",), ("107",)]
