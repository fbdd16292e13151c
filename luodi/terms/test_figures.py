"""Counts, lengths, days and ranges as a reader expects them."""

from datetime import date

import pytest

from luodi.terms.figures import (
    agreeing,
    count_word,
    counted,
    day_shown,
    days_between,
    earliest_latest,
    length,
    length_range,
    listed,
    plural,
    short_day_shown,
    verb_of,
)

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("n", "one", "said"),
    [
        (0, "step", "0 steps"),
        (1, "policy", "1 policy"),
        (2, "policy", "2 policies"),
        (1, "platform", "1 platform"),
        (2, "platform", "2 platforms"),
        (2, "working day", "2 working days"),
        (3, "branch", "3 branches"),
        (1200, "rule", "1,200 rules"),
    ],
)
def test_a_count_agrees_with_its_noun(n: int, one: str, said: str) -> None:
    assert counted(n, one) == said


def test_an_irregular_plural_is_given() -> None:
    assert counted(2, "person", "people") == "2 people"
    assert plural("key") == "keys"


@pytest.mark.parametrize(
    ("n", "verb", "said"),
    [
        (1, "fits", "1 policy fits"),
        (2, "fits", "2 policies fit"),
        (1, "is open", "1 policy is open"),
        (0, "is open", "0 policies are open"),
        (2, "has ended", "2 policies have ended"),
        (2, "does not fit", "2 policies do not fit"),
        (2, "applies", "2 policies apply"),
        (2, "reaches far", "2 policies reach far"),
    ],
)
def test_a_verb_agrees_with_its_count(n: int, verb: str, said: str) -> None:
    assert agreeing(n, "policy", verb) == said
    assert verb_of(n, verb) in said


def test_small_counts_are_words_up_to_ten() -> None:
    assert [count_word(n, "en") for n in (1, 10, 11)] == ["one", "ten", "11"]
    assert [count_word(n, "zh") for n in (1, 10, 11)] == ["一", "十", "11"]


def test_a_list_ends_with_and_or_or() -> None:
    assert listed(["a", "b", "c"], "en", "or") == "a, b or c"
    assert listed(["甲", "乙", "丙"], "zh", "and") == "甲、乙和丙"
    assert listed(["“甲”", "“乙”", "“丙”"], "zh", "and") == "“甲”“乙”和“丙”"
    assert listed([], "en", "and") == ""


@pytest.mark.parametrize(
    ("least", "most", "en", "zh"),
    [
        (4, 25, "4 to 25 working days", "4至25个工作日"),
        (4, None, "at least 4 working days", "至少4个工作日"),
        (1, None, "at least 1 working day", "至少1个工作日"),
        (None, 25, "at most 25 working days", "最多25个工作日"),
        (None, 1, "at most 1 working day", "最多1个工作日"),
        (20, 20, "20 working days", "20个工作日"),
        (1, 1, "1 working day", "1个工作日"),
        (0, 0, "the same day", "当日"),
        (0, 5, "at most 5 working days", "最多5个工作日"),
        (None, None, "open", "未定"),
    ],
)
def test_a_range_of_working_days_is_said_with_its_ends(least: int | None, most: int | None, en: str, zh: str) -> None:
    assert length_range(least, most, "working_days", "en") == en
    assert length_range(least, most, "working_days", "zh") == zh


def test_nothing_known_at_the_upper_end_is_never_zero() -> None:
    assert length_range(0, None, "working_days", "en") == "open"
    assert length_range(0, None, "working_days", "zh") == "未定"


def test_units_have_their_singular_and_their_measure_word() -> None:
    assert [length(n, "months", "en") for n in (1, 6)] == ["1 month", "6 months"]
    assert [length(n, "years", "zh") for n in (1, 3)] == ["1年", "3年"]
    assert length_range(2, 3, "months", "zh") == "2至3个月"
    assert length(1200, "hours", "en") == "1,200 hours"


def test_a_unit_of_a_book_that_has_no_term_is_shown_as_it_is() -> None:
    assert length(3, "rounds", "en") == "3 rounds"
    assert length(3, "轮", "zh") == "3 轮"


def test_days_and_periods() -> None:
    assert (day_shown(MARCH, "en"), day_shown(MARCH, "zh")) == ("1 March 2026", "2026年3月1日")
    assert (short_day_shown(JUNE, "en"), short_day_shown(JUNE, "zh")) == ("30 Jun", "6月30日")
    assert days_between(MARCH, JUNE, "en") == "1 March 2026 to 30 June 2026"
    assert days_between(MARCH, JUNE, "zh") == "2026年3月1日至2026年6月30日"
    assert days_between(MARCH, MARCH, "en") == "1 March 2026"
    assert (days_between(MARCH, None, "en"), days_between(None, JUNE, "zh")) == ("from 1 March 2026", "至2026年6月30日")
    assert days_between(None, None, "en") == ""


def test_a_day_whose_end_is_open_is_the_earliest() -> None:
    assert earliest_latest(MARCH, None, "en") == "1 March 2026 at the earliest"
    assert earliest_latest(MARCH, None, "zh") == "最早2026年3月1日"
    assert earliest_latest(MARCH, JUNE, "zh") == "2026年3月1日至2026年6月30日"
