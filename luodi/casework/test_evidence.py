"""The rules of evidence without a database: what a grant rests on, and which days and files can be."""

from datetime import date

import pytest

from luodi.casework.book import proof_kind
from luodi.casework.evidence import (
    LEAST_SIZE,
    NoDocument,
    Record,
    kind_of_step,
    must_be_document,
    must_be_whole,
    must_lie,
    must_not_precede,
    must_show_grant,
)
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange

TODAY = date(2026, 12, 2)
ENTERED = Record("B2-1", "MIIT", True, brought_by=frozenset({1, 2}))
CHECKED = Record("B2-1", "MIIT", True, brought_by=frozenset({1, 2}), checked_by=3)


def test_a_step_ends_with_a_document_where_the_book_names_one() -> None:
    licence = kind_of_step("vats-pilot-approval")
    assert licence is not None and licence.id == "pilot-approval"
    assert kind_of_step("domain-name-registration") is None


def test_a_grant_rests_on_a_checked_record_alone() -> None:
    kind = proof_kind("pilot-approval")
    for records, reason in (((), "grant-no-authorisation"), ((ENTERED,), "grant-not-checked")):
        with pytest.raises(NotNow) as refused:
            must_show_grant(kind, records)
        assert refused.value.reason == f"casework.{reason}" and "试点批复" in refused.value.said("zh")
    must_show_grant(kind, [ENTERED, CHECKED])
    must_show_grant(None, [])


def test_neither_of_those_who_brought_it_checks_it() -> None:
    assert [person for person in (1, 2, 3) if ENTERED.may_be_checked_by(person)] == [3]


def test_what_a_record_lacks_is_named_in_order() -> None:
    must_be_whole(ENTERED)
    for record, at in (
        (Record(" ", "", False), "number"),
        (Record("1", " ", False), "issuer"),
        (Record("1", "a", False), "proof"),
    ):
        with pytest.raises(MissingKey) as refused:
            must_be_whole(record)
        assert refused.value.at == at


@pytest.mark.parametrize(
    ("day", "lies"), [((1926, 12, 1), False), ((1926, 12, 2), True), ((2126, 12, 2), True), ((2126, 12, 3), False)]
)
def test_a_day_lies_within_a_hundred_years(day: tuple[int, int, int], lies: bool) -> None:
    if lies:
        must_lie(date(*day), TODAY, "issued")
        return
    with pytest.raises(OutOfRange):
        must_lie(date(*day), TODAY, "issued")


def test_nothing_precedes_what_it_is_about() -> None:
    must_not_precede(TODAY, TODAY, "on")
    must_not_precede(TODAY, None, "on")
    with pytest.raises(OutOfRange):
        must_not_precede(date(2026, 12, 1), TODAY, "on")


def test_a_document_has_a_size_and_that_of_an_office_a_layout() -> None:
    licence, contract = proof_kind("pilot-approval"), proof_kind("operation")
    must_be_document(licence, "pdf", LEAST_SIZE)
    must_be_document(contract, "xlsx", LEAST_SIZE)
    for kind, file, size in ((licence, "pdf", LEAST_SIZE - 1), (licence, "xlsx", 9_999), (contract, "xlsx", 12)):
        with pytest.raises(NoDocument):
            must_be_document(kind, file, size)
