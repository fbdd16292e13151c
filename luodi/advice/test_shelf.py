"""What stands in the books can be read as documents, each with its citations."""

from datetime import date

import pytest

from luodi.advice import shelf
from luodi.errors import UnknownKey, UnknownValue
from luodi.rules.book import UnknownBook

DAY = date(2024, 12, 2)


def test_a_rule_is_read_in_both_languages_with_its_citations() -> None:
    rule = shelf.rule("p24-b11", on=DAY)
    assert (rule["book"], rule["from"]) == ("market-access", "2024-10-23")
    assert "p24-b11" in rule["text"]["zh"] and "p24-b11" in rule["text"]["en"]
    assert all(row["text"]["zh"] and row["text"]["en"] and row["rule"] == "p24-b11" for row in rule["basis"])


def test_a_rule_of_two_books_is_distinguished_by_its_book() -> None:
    assert shelf.rule("bj-mnc-hq-recognition", "policies", on=DAY)["book"] == "policies"
    assert shelf.rule("bj-mnc-hq-recognition", "landing-steps", on=DAY)["book"] == "landing-steps"


def test_an_instrument_knows_who_cites_it() -> None:
    assert {"book": "market-access", "rule": "p24-b11"} in shelf.instrument("miit-2024-107")["cited_by"]


def test_instruments_stand_once_each_in_order() -> None:
    ids = [row["id"] for row in shelf.instruments()]
    assert ids == sorted(set(ids)) and len(ids) > 200


def test_places_of_a_day_are_those_that_exist_then() -> None:
    early, now, ever = (len(shelf.places(day)) for day in (date(2002, 1, 1), DAY, None))
    assert early < now < ever


def test_what_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownKey, match="p24-b21"):
        shelf.rule("p24-b21-e", on=DAY)
    with pytest.raises(UnknownKey):
        shelf.policy("p24-b11", on=DAY)
    with pytest.raises(UnknownValue, match="telecom-regs-2000"):
        shelf.instrument("telecom-regs-200")
    with pytest.raises(UnknownBook):
        shelf.book("polices")
