"""What one side asks of the other: written by a form, read in words, answered with reasons."""

from datetime import date
from typing import Any

import pytest

from luodi.casework.criteria import (
    BadCriterion,
    asks,
    clause,
    facts,
    in_words,
    judge,
    rule_of,
    technologies,
    vocabulary,
    with_parents,
)
from luodi.errors import UnknownKey

DAY = date(2026, 3, 10)
TITLE = {"zh": "影像辅助诊断", "en": "Reading images"}
CRITERIA = [
    {"ask": "technology", "value": ["artificial_intelligence", "digital_health"]},
    {"ask": "employees", "value": "20"},
    {"ask": "honest", "value": True},
]


def answer(criteria: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    return judge(rule_of("DM-2026-0001", TITLE, criteria), facts(given, DAY), DAY)


def test_a_company_fits_with_reasons() -> None:
    found = answer(CRITERIA, technology_fields=["digital_health"], employees=20, serious_dishonesty_listed=False)
    assert found["answer"] == "match"
    assert [reason["holds"] for reason in found["reasons"]] == [True] * 3


def test_one_short_of_the_figure_does_not_fit_and_learns_what_would_change() -> None:
    found = answer(CRITERIA, technology_fields=["digital_health"], employees=19, serious_dishonesty_listed=False)
    assert found["answer"] == "no_match"
    assert found["would_change"][0]["set"] == {"employees": 20}


def test_what_is_not_known_is_asked_and_never_guessed() -> None:
    found = answer(CRITERIA, technology_fields=["digital_health"])
    assert (found["answer"], found["missing"]) == ("need_info", ["employees", "serious_dishonesty_listed"])


def test_a_demand_that_asks_nothing_fits_everybody() -> None:
    assert answer([])["answer"] == "match"


def test_a_demand_cites_itself() -> None:
    assert answer(CRITERIA)["basis"][0]["instrument"] == "DM-2026-0001"


def test_a_sector_is_found_by_its_beginning() -> None:
    codes = with_parents(["I6513"])
    assert codes == ["I", "I65", "I651", "I6513"]
    criteria = [{"ask": "sector", "value": ["I65"]}]
    assert answer(criteria, sector_codes=codes)["answer"] == "match"
    assert answer(criteria, sector_codes=with_parents(["M7310"]))["answer"] == "no_match"


def test_a_ticket_is_a_range_in_its_currency() -> None:
    ticket = [
        {"ask": "currency", "value": ["CNY"]},
        {"ask": "ticket_least", "value": "5000000"},
        {"ask": "ticket_most", "value": "20000000"},
    ]
    assert answer(ticket, capital_currency="CNY", capital_sought=20_000_000)["answer"] == "match"
    assert answer(ticket, capital_currency="CNY", capital_sought=20_000_001)["answer"] == "no_match"
    assert answer(ticket, capital_currency="CNY", capital_sought=4_999_999)["answer"] == "no_match"


TICKET = [{"ask": "currency", "value": ["CNY"]}, {"ask": "ticket_least", "value": "5000000"}]


def test_an_amount_in_another_currency_is_not_known_until_it_was_converted() -> None:
    found = answer(TICKET, capital_currency="USD", capital_sought=10_000_000)
    assert (found["answer"], found["missing"]) == ("need_info", ["capital_converted"])
    said = {"capital_currency": "USD", "capital_sought": 10_000_000}
    assert answer(TICKET, **said, capital_converted=71_000_000)["answer"] == "match"
    assert answer(TICKET, **said, capital_converted=4_999_999)["answer"] == "no_match"
    assert answer(TICKET)["answer"] == "need_info"


@pytest.mark.parametrize("currencies", [[], [{"ask": "currency", "value": ["CNY", "USD"]}]])
def test_a_ticket_is_in_one_currency(currencies: list[dict[str, Any]]) -> None:
    with pytest.raises(BadCriterion, match="one currency"):
        answer([*currencies, {"ask": "ticket_most", "value": "5"}])
    assert answer([{"ask": "currency", "value": ["CNY", "USD"]}], capital_currency="USD")["answer"] == "match"


@pytest.mark.parametrize(
    "criterion",
    [
        {"ask": "employees", "value": "many"},
        {"ask": "employees", "value": ""},
        {"ask": "technology", "value": []},
        {"ask": "size", "value": ["huge"]},
        {"ask": "place", "value": ['11"']},
        {"is": "employees >"},
        {"is": "colour == 'red'"},
        {"ask": "founded_since", "value": "2024-13-01"},
    ],
)
def test_what_is_no_clause_is_refused(criterion: dict[str, Any]) -> None:
    with pytest.raises(BadCriterion):
        rule_of("DM-2026-0001", TITLE, [criterion])


def test_nobody_asks_what_there_is_no_question_for() -> None:
    with pytest.raises(UnknownKey):
        clause({"ask": "colour", "value": "red"})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_criteria_are_read_in_words(lang: str) -> None:
    found = in_words(CRITERIA, lang)
    assert len(found) == 3
    assert technologies()["digital_health"][lang] in found[0]


def test_every_question_is_about_something_that_there_is() -> None:
    for ask in asks().values():
        assert ask.attribute in vocabulary()


def test_a_value_with_a_quote_stays_a_text() -> None:
    criterion = {"ask": "technology", "value": ['a"] || true || "b" in ["']}
    assert answer([criterion], technology_fields=["c"])["answer"] == "no_match"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_reason_names_a_technology_in_words(lang: str) -> None:
    found = answer(CRITERIA, technology_fields=["digital_health"])
    text = found["reasons"][0]["text"][lang]
    assert technologies()["digital_health"][lang] in text and "digital_health" not in text
