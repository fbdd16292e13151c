"""What is kept between questions never changes an answer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.access import AccessQuestion, access_book, what_is_open, would_change
from luodi.access.resolve import as_json, outcome
from luodi.access.treatments import AccessBook
from luodi.rules.library import load_book
from luodi.values import Number

BOOK = access_book()
DAYS = st.dates(date(2001, 1, 1), date(2030, 1, 1)) | st.sampled_from(BOOK._eras[1:])
QUESTIONS = st.builds(
    AccessQuestion,
    service=st.sampled_from(sorted(BOOK.services)),
    place=st.sampled_from(sorted(BOOK.zones)),
    share=st.integers(1, 100) | st.sampled_from(BOOK._levels[1:]),
    investor=st.sampled_from(["DE", "US", "HK"]),
    cepa_qualified=st.none(),
)


def whole(question: AccessQuestion, book: AccessBook, on: date) -> dict[str, object]:
    return as_json(what_is_open(question, book, on=on), book, would_change(question, book, on=on))


@given(QUESTIONS, DAYS)
def test_an_answer_is_that_of_a_book_read_anew(question: AccessQuestion, day: date) -> None:
    assert whole(question, BOOK, day) == whole(question, Untouched(load_book("market-access")), day)


@given(QUESTIONS, DAYS)
def test_the_outcome_is_that_of_the_whole_answer(question: AccessQuestion, day: date) -> None:
    answer = what_is_open(question, BOOK, on=day)
    assert outcome(question, BOOK, on=day) == (answer.verdict, answer.cap)


class Untouched(AccessBook):
    """A book whose every day is an era of its own, and every share a level."""

    def level(self, share: Number) -> Number:
        return share

    def era(self, on: date) -> date:
        return on


@pytest.mark.parametrize("era", BOOK._eras[1:])
def test_an_era_begins_with_its_day_and_not_the_day_before(era: date) -> None:
    assert BOOK.era(era) == era
    assert BOOK.era(era - timedelta(days=1)) < era


def test_a_caller_that_changes_its_answer_changes_nobody_elses() -> None:
    question, day = AccessQuestion("B11", "BJ", 100, "DE"), date(2024, 12, 2)
    first = whole(question, BOOK, day)
    kept = whole(question, BOOK, day)
    for row in (*first["basis"], *(r for c in first["would_change"] for r in c["basis"])):
        row.clear()
    first["would_change"][0]["set"].clear()
    assert whole(question, BOOK, day) == kept
