"""Whole numbers end at 64 bits, doubles follow IEEE 754, and kinds do not mix unless they are compared."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.rules.cel.outcome import Failure
from luodi.rules.cel.program import program
from luodi.rules.syntax import Uint

LOW, HIGH = -(1 << 63), (1 << 63) - 1
TOP = (1 << 64) - 1
INTS = st.integers(LOW, HIGH)


def value(text, **bindings):
    return program(text).evaluate(bindings)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("6 + 7", 13),
        ("6 - 7", -1),
        ("-6 * 7", -42),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("7 / -2", -3),
        ("-7 / -2", 3),
        ("7 % 3", 1),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("-(-9)", 9),
        ("-(0)", 0),
        ("2 + 3 * 4", 14),
        ("0x10", 16),
        (f"{HIGH}", HIGH),
        (f"{LOW}", LOW),
        ("6u + 7u", Uint(13)),
        ("7u - 6u", Uint(1)),
        ("6u * 7u", Uint(42)),
        ("7u / 2u", Uint(3)),
        ("7u % 4u", Uint(3)),
        (f"{TOP}u", Uint(TOP)),
    ],
)
def test_whole_numbers(text, wanted):
    found = value(text)
    assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize(
    "text",
    [
        f"{HIGH} + 1",
        f"{LOW} + -1",
        f"{LOW} - 1",
        f"0 - ({LOW})",
        f"-({LOW})",
        f"({LOW}) * -1",
        f"({LOW}) / -1",
        f"({LOW}) % -1",
        "4000000000 * 4000000000",
        f"{TOP}u + 1u",
        "1u - 2u",
        "6000000000u * 7000000000u",
        "3 / 0",
        "3 % 0",
        "3u / 0u",
        "3u % 0u",
        "1 + 1u",
        "1 + 1.0",
        "2u * 2.0",
        "1.5 % 1.0",
        "-(3u)",
        "-true",
        "1 + '1'",
    ],
)
def test_what_has_no_value(text):
    assert isinstance(value(text), Failure)


@given(INTS, INTS, st.sampled_from("+-*"))
def test_a_result_is_exact_or_there_is_none(left, right, sign):
    exact = {"+": left + right, "-": left - right, "*": left * right}[sign]
    found = value(f"a {sign} b", a=left, b=right)
    assert found == exact if LOW <= exact <= HIGH else isinstance(found, Failure)


@given(INTS, INTS.filter(bool))
def test_quotient_and_remainder_belong_together(left, right):
    quotient, rest = value("a / b", a=left, b=right), value("a % b", a=left, b=right)
    if isinstance(quotient, Failure):
        assert (left, right) == (LOW, -1)
    else:
        assert quotient * right + rest == left
        assert abs(rest) < abs(right)
        assert rest == 0 or (rest < 0) == (left < 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.5 + 0.25", 0.75),
        ("0.5 - 2.0", -1.5),
        ("1.5 * -4.0", -6.0),
        ("1.0 / 8.0", 0.125),
        ("3.0 / 0.0", math.inf),
        ("-3.0 / 0.0", -math.inf),
        ("3.0 / -0.0", -math.inf),
        ("1e308 * 10.0", math.inf),
        ("-1e308 * 10.0", -math.inf),
        ("1e-324 / 2.0", 0.0),
        ("-(0.0)", -0.0),
        (".25", 0.25),
        ("2e-1", 0.2),
    ],
)
def test_doubles(text, wanted):
    assert repr(value(text)) == repr(wanted)


@pytest.mark.parametrize("text", ["0.0 / 0.0", "(1.0 / 0.0) - (1.0 / 0.0)", "(0.0 / 0.0) / 0.0", "double('nan')"])
def test_what_is_no_number(text):
    assert math.isnan(value(text))
    assert value(f"({text}) == ({text})") is False
    assert value(f"({text}) != ({text})") is True
    assert value(f"({text}) < 1.0") is False
    assert value(f"[{text}] == [{text}]") is False


# ---- comparison


ORDERED = ["-1", "0", "1", "2", "10"]


@pytest.mark.parametrize("suffix", ["", ".0"])
@pytest.mark.parametrize(("sign", "wanted"), [("<", 10), ("<=", 15), (">", 10), (">=", 15), ("==", 5), ("!=", 20)])
def test_order(suffix, sign, wanted):
    texts = [number + suffix for number in ORDERED]
    assert sum(value(f"{a} {sign} {b}") for a in texts for b in texts) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("dyn(3) == 3u", True),
        ("dyn(3) == 3.0", True),
        ("dyn(3u) == 3.0", True),
        ("dyn(3) == 3.5", False),
        ("dyn(3) != 4u", True),
        ("dyn(3) < 3.5", True),
        ("dyn(3u) >= 3.5", False),
        ("dyn(-1) < 0u", True),
        (f"dyn({HIGH}) < {TOP}u", True),
        (f"dyn({HIGH}) < 9223372036854775808.0", False),  # beside a double it is rounded to one
        (f"dyn({HIGH}) <= 9223372036854775808.0", True),
        (f"dyn({TOP}u) > 1e20", False),
        ("1.0 < 1.0000000001", True),
        ("-0.0 == 0.0", True),
        ("dyn(1) == true", False),
        ("dyn(1) == '1'", False),
    ],
)
def test_numbers_of_different_kinds_compare_as_numbers(text, wanted):
    assert value(text) is wanted


@pytest.mark.parametrize(
    "text", ["1 < '2'", "1 < true", "null < null", "1.0 >= null", "[1] < [2]", "{} < {}", "int < uint"]
)
def test_what_has_no_order(text):
    assert isinstance(value(text), Failure)


# ---- conversion


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("int(7u)", 7),
        ("int(2.9)", 2),
        ("int(-2.9)", -2),
        ("int('-12')", -12),
        ("int(1e18)", 10**18),
        ("int(5)", 5),
        ("uint(7)", Uint(7)),
        ("uint(2.9)", Uint(2)),
        ("uint('12')", Uint(12)),
        ("uint(18446744073709549568.0)", Uint(18446744073709549568)),
        ("double(3)", 3.0),
        ("double(3u)", 3.0),
        ("double('-1.5e2')", -150.0),
        ("double('inf')", math.inf),
        (f"double({HIGH})", 9223372036854775808.0),
    ],
)
def test_from_one_kind_to_another(text, wanted):
    found = value(text)
    assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize(
    "text",
    [
        f"int({TOP}u)",
        "int(9223372036854775808.0)",
        "int(-9223372036854775808.0)",  # may have been rounded, so the ends are left out
        "int(0.0 / 0.0)",
        "int(1e300)",
        "int('')",
        "int('1.0')",
        "int('0x10')",
        "int('1_000')",
        f"int('{HIGH + 1}')",
        f"int('{'9' * 5000}')",
        "int(true)",
        "uint(-1)",
        "uint(-0.5)",
        "uint(18446744073709551616.0)",
        "uint('-1')",
        "double('1,5')",
        "double('')",
        "double(true)",
    ],
)
def test_what_cannot_be_converted(text):
    assert isinstance(value(text), Failure)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.0", "1"),
        ("-0.0", "-0"),
        ("0.1", "0.1"),
        ("1234.5", "1234.5"),
        ("100000.0", "100000"),
        ("1000000.0", "1e+06"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("-1.25e-300", "-1.25e-300"),
        ("1.0 / 0.0", "inf"),
        ("0.0 / 0.0", "nan"),
    ],
)
def test_a_double_is_written_as_short_as_it_can_be(text, wanted):
    assert value(f"string({text})") == wanted


@given(st.floats(allow_nan=False))
def test_a_double_that_was_written_is_read_back(number):
    assert repr(value("double(string(x))", x=number)) == repr(number)
