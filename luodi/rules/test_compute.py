"""The books' reading of CEL: exact numbers that mix, facts that may be absent, and steps built once for each clause."""

from datetime import date
from fractions import Fraction

import pytest

from luodi.profiles.facts import Facts
from luodi.rules import compute as room
from luodi.rules.compute import Failure, Unknown, compute
from luodi.rules.strategies import DAY, WORDS
from luodi.rules.syntax import Literal, parse


def value(text, **facts):
    return compute(parse(text), Facts(WORDS, facts), DAY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.1 + 0.2", Fraction(3, 10)),
        ("employees + 0.5", Fraction(11, 2)),
        ("employees / 2", 2),
        ("employees / 2.0", Fraction(5, 2)),
        ("-employees % 3", -2),
        ("0.5 % 0.3", Fraction(1, 5)),
        ("employees * share", Fraction(5, 4)),
        ("share < 0.3 && profile.employees == 5", True),
        ("max(employees, 7, 0.5) - min(share, 1)", Fraction(27, 4)),
        ("size(zones) + size('中文')", 4),
        ("zones.map(z, z + '!')", ("a!", "b!")),
        ("zones.filter(z, z != 'a')", ("b",)),
        ("zones.exists_one(z, z == 'a')", True),
        ("'a' in zones && has(profile.zones) && !has(profile.owner)", True),
        ("employees > 3 ? 'large' : 'small'", "large"),
        ("date('2026-01-31') - date('2026-01-01')", 30),
        ("[1, 2, 3][1]", 2),
    ],
)
def test_numbers_are_exact_and_mix(text, wanted):
    assert value(text, employees=5, share=Fraction(1, 4), zones=frozenset("ab")) == wanted


def test_age_is_counted_to_the_asked_day():
    assert value("age_days(founded)", founded=date.fromordinal(DAY.toordinal() - 10)) == 10
    assert value("age_days(founded)") == Unknown(frozenset(("founded",)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("employees + revenue", {"employees", "revenue"}),
        ("employees + 1 / 0", {"employees"}),
        ("listed && 1 / 0 == 1", {"listed"}),
        ("[1].exists(v, v == employees)", {"employees"}),
        ("listed ? 1 : 2", {"listed"}),
    ],
)
def test_what_is_absent_is_named(text, names):
    assert value(text) == Unknown(frozenset(names))


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("1 + 2 / 0", Failure("a division by zero", 4)),
        ("2 / 0.0", Failure("a division by zero", 0)),
        ("2 % 0", Failure("a remainder by zero", 0)),
        ("1 + 9223372036854775807", Failure("the number leaves the 64-bit range", 0)),
        ("[1][3]", Failure("there is no item 3", 0)),
        ("f(1)", Failure("`f` has no value here", 0)),
        ("{'a': 1}", Failure("this expression has no value here", 0)),
    ],
)
def test_a_failure_has_its_place(text, failure):
    assert value(text) == failure


def test_equal_expressions_at_other_places_are_not_mixed_up():
    first, second = parse("1 / 0"), parse("   1 / 0")
    assert first == second
    facts = Facts(WORDS, {})
    assert [compute(node, facts, DAY).position for node in (first, second)] == [0, 3]
    exact, third = Literal(1 / 3, "0.3333333333333333"), Literal(1 / 3, "1/3")
    assert exact == third
    assert compute(third, facts, DAY) == Fraction(1, 3) != compute(exact, facts, DAY)


def test_no_more_steps_are_kept_than_are_worth_it(monkeypatch):
    monkeypatch.setattr(room, "_KEPT", 10)
    for number in range(100):
        assert value(f"{number} + 0") == number
        assert len(room._built) <= 10
