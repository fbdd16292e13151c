"""Figures are exact, and a percent, a number and a ratio cannot be taken for one another."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.errors import BadInput, WrongType
from luodi.values import MixedCurrencies, Money, Percent, as_json_number, exact, plain

NUMBERS = st.one_of(st.integers(), st.fractions())
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("55", 55),
        ("+55", 55),
        ("-0", 0),
        ("0.25", Fraction(1, 4)),
        ("55.00", 55),
        ("1e3", 1000),
        ("25e-2", Fraction(1, 4)),
        (" 7 ", 7),
        (Fraction(4, 2), 2),
        (7, 7),
    ],
)
def test_a_number_is_read_from_its_text_exactly(text, value):
    found = exact(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "1,000", "1/3", "5 %", ".5", "5.", "0x10", "1e999", "NaN", "١٢", "1" * 41, "--5", "1 2"]
)
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(WrongType, match="is not a plain number"):
        exact(text)


def test_forty_digits_are_read():
    assert exact("1" * 40) == int("1" * 40)


def test_a_long_text_is_cut_where_it_is_reported():
    with pytest.raises(WrongType, match=f"`{'x' * 60}` is not"):
        exact("x" * 61)


@pytest.mark.parametrize("value", [0.1, 1.0, True, False])
def test_floats_and_truths_are_refused(value):
    with pytest.raises(WrongType, match=f"{value} is a {type(value).__name__} and may already be rounded"):
        exact(value)


@given(DECIMALS)
def test_a_decimal_is_written_as_it_was_read(decimal):
    assert exact(plain(exact(format(decimal, "f")))) == Fraction(decimal)


@given(NUMBERS)
def test_a_number_with_no_last_decimal_is_written_as_a_fraction(number):
    assert Fraction(plain(number)) == number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 3), "1/3"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 50), "0.02"),
        (Fraction(3), "3"),
        (0, "0"),
        (Fraction(0), "0"),
    ],
)
def test_plain_writes_decimals_where_they_end(value, text):
    assert plain(value) == text


@pytest.mark.parametrize("denominator", [5**25, 2 * 5**25])
def test_plain_is_exact_where_a_float_is_not(denominator):
    assert exact(plain(Fraction(1, denominator))) == Fraction(1, denominator)
    assert "/" not in plain(Fraction(1, denominator))


def test_json_has_whole_numbers_and_the_nearest_double():
    assert (as_json_number(3), type(as_json_number(3))) == (3, int)
    assert as_json_number(Fraction(1, 10)) == 0.1


# ---- percent


def test_a_percent_and_its_ratio_are_the_same_share():
    assert Percent("55") == Percent.from_ratio("0.55")
    assert Percent("55").ratio == Fraction(11, 20)
    assert str(Percent("0.5")) == "0.5 %"
    assert Percent("49") < Percent("50")


def test_a_percent_is_no_number():
    assert Percent("55") != 55
    with pytest.raises(WrongType):
        Percent(0.1)


# ---- money


def test_money_of_one_currency_adds_exactly():
    assert Money("0.1") + Money("0.2") == Money("0.3")
    assert Money(5) - Money(7) == Money(-2)
    assert Money(5) < Money(6)
    assert Money(5) <= Money(5)
    assert not Money(6) <= Money(5)


@pytest.mark.parametrize("act", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b, lambda a, b: a <= b])
def test_two_currencies_never_meet(act):
    names = "(CNY 5 and USD 5|USD 5 and CNY 5)"
    with pytest.raises(MixedCurrencies, match=f"{names} are in two currencies; convert one on a named day first"):
        act(Money(5), Money(5, "USD"))


@pytest.mark.parametrize("code", ["yuan", "cny", "", "RMB1"])
def test_a_currency_is_three_capitals(code):
    with pytest.raises(BadInput, match="is not a currency code such as CNY"):
        Money(5, code)


def test_money_is_written_with_its_currency_and_groups():
    assert str(Money(50_000_000)) == "CNY 50,000,000"
    assert str(Money("-1234.5", "USD")) == "USD -1,234.5"
