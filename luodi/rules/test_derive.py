"""Facts that follow from others are one definite value, or they say what they lack."""

from datetime import date
from fractions import Fraction

import pytest

from luodi.profiles.facts import Facts
from luodi.rules.decide import decide
from luodi.rules.derive import derivations, facts_on
from luodi.rules.library import company_vocabulary, load_book

DAY = date(2026, 11, 24)


def facts(on: date = DAY, **given) -> Facts:
    return Facts(company_vocabulary(), given, derivations(load_book("enterprise-size"), on))


SOFTWARE = "I6513"  # large from 300 people and CNY 100 million, medium from 100 and 10 million, small from 10 and 0.5


@pytest.mark.parametrize(
    ("employees", "revenue", "size"),
    [
        (300, 100_000_000, "large"),
        (299, 100_000_000, "medium"),
        (300, 99_999_999, "medium"),
        (100, 10_000_000, "medium"),
        (99, 10_000_000, "small"),
        (10, 500_000, "small"),
        (9, 500_000, "micro"),
        (10, 499_999, "micro"),
    ],
)
def test_a_company_has_the_highest_class_whose_every_bound_it_meets(employees, revenue, size):
    found = facts(industry_code=SOFTWARE, employees=employees, operating_revenue=revenue)
    assert found.value("enterprise_size") == size


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, {"industry_code"}),
        ({"employees": 500}, {"industry_code"}),
        ({"industry_code": SOFTWARE}, {"employees", "operating_revenue"}),
        ({"industry_code": SOFTWARE, "employees": 300}, {"operating_revenue"}),
        ({"industry_code": SOFTWARE, "operating_revenue": 5_000_000}, {"employees"}),
        ({"industry_code": "P8310", "employees": 5, "operating_revenue": 1}, {"enterprise_size"}),
    ],
)
def test_a_size_that_is_not_definite_names_what_it_lacks(given, missing):
    assert facts(**given).value("enterprise_size") is None
    assert facts(**given).missing("enterprise_size") == missing


def test_one_known_figure_can_settle_it():
    assert facts(industry_code=SOFTWARE, employees=9).value("enterprise_size") == "micro"
    assert facts(industry_code=SOFTWARE, operating_revenue=1).value("enterprise_size") == "micro"


def test_the_longest_prefix_decides_the_row():
    assert (
        facts(industry_code="G5910", employees=1000, operating_revenue=300_000_000).value("enterprise_size") == "large"
    )
    assert (
        facts(industry_code="G5920", employees=200, operating_revenue=300_000_000).value("enterprise_size") == "large"
    )


def test_there_is_no_size_before_the_standard():
    whole = {"industry_code": SOFTWARE, "employees": 9, "operating_revenue": 1}
    assert facts(date(2011, 6, 17), **whole).missing("enterprise_size") == {"enterprise_size"}
    assert facts(date(2011, 6, 18), **whole).value("enterprise_size") == "micro"


def test_a_given_size_is_kept():
    assert facts(enterprise_size="large", industry_code=SOFTWARE, employees=9).value("enterprise_size") == "large"


def test_the_size_derived_is_the_size_the_book_decides():
    book = load_book("enterprise-size")
    for row in book.tables["industries"]:
        for size in ("large_ge", "medium_ge", "small_ge", "micro_lt"):
            given = {name: int(limits[size]) - (size == "micro_lt") for name, limits in row["indicators"].items()}
            found = facts(industry_code=row["codes"][0].ljust(5, "1"), **given)
            assert found.value("enterprise_size") == decide(book, found, DAY).value == size.split("_")[0], row["id"]


@pytest.mark.parametrize(
    ("given", "ratio", "missing"),
    [
        ({"rd_expense": 5, "operating_revenue": 100}, Fraction(1, 20), None),
        ({"rd_expense": 1, "operating_revenue": 3}, Fraction(1, 3), None),
        ({"rd_expense": 0, "operating_revenue": 3}, 0, None),
        ({"rd_expense": 3, "operating_revenue": 3}, 1, None),
        ({"rd_expense": 5, "operating_revenue": 0}, None, {"rd_ratio"}),
        ({"rd_expense": 5}, None, {"operating_revenue"}),
        ({"operating_revenue": 0}, None, {"rd_expense"}),
        ({}, None, {"rd_expense", "operating_revenue"}),
    ],
)
def test_the_share_of_rd_is_exact_or_says_what_it_lacks(given, ratio, missing):
    found = facts(**given)
    assert found.value("rd_ratio") == ratio
    if missing:
        assert found.missing("rd_ratio") == missing


def test_the_share_over_three_years_has_inputs_of_its_own():
    assert facts(rd_expense_3y=3, sales_revenue_3y=60).value("rd_ratio_3y") == Fraction(1, 20)
    assert facts(rd_expense=3, operating_revenue=60).missing("rd_ratio_3y") == {"rd_expense_3y", "sales_revenue_3y"}


def test_a_book_with_its_own_words_derives_nothing(make_book):
    assert facts_on(make_book().vocabulary, {}, DAY).derived() == {}
    assert facts_on(company_vocabulary(), {"rd_expense": 1, "operating_revenue": 2}, DAY).value("rd_ratio") == Fraction(
        1, 2
    )
