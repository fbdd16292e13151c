"""`program`: what may be bound, what comes back, and what is refused before or while it runs."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction

import pytest

from luodi.errors import OutOfRange, WrongType
from luodi.rules.cel.outcome import Failure
from luodi.rules.cel.program import program
from luodi.rules.cel.values import Map
from luodi.rules.syntax import BadExpression, Uint


class Size(StrEnum):
    SMALL = "small"


class Rank(IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (1, 1),
        (True, True),
        (None, None),
        (1.5, 1.5),
        ("a", "a"),
        (b"a", b"a"),
        (Uint(1), Uint(1)),
        ([1, [2]], (1, (2,))),
        ((1, {"a": [1]}), (1, Map([("a", (1,))]))),
        (OrderedDict(a=1), Map([("a", 1)])),
        (Size.SMALL, "small"),
        (Rank.FIRST, 1),
    ],
)
def test_what_is_bound_becomes_a_value(given, wanted):
    found = program("x").evaluate({"x": given})
    assert found == wanted
    assert type(found) is type(wanted)


@pytest.mark.parametrize(
    "given", [{1, 2}, date(2024, 1, 1), datetime(2024, 1, 1), Fraction(1, 2), object(), [object()]]
)
def test_what_has_no_kind_is_refused(given):
    with pytest.raises(WrongType):
        program("x").evaluate({"x": given})


@pytest.mark.parametrize("given", [1 << 63, -(1 << 63) - 1, [1 << 63], timedelta(days=999_999_999)])
def test_what_is_out_of_range_is_refused(given):
    with pytest.raises(OutOfRange):
        program("x").evaluate({"x": given})


@pytest.mark.parametrize("given", [{1.5: 1}, {None: 1}, {1: 1, Uint(1): 2}])
def test_a_map_with_keys_that_cannot_be_is_refused(given):
    with pytest.raises(WrongType):
        program("x").evaluate({"x": given})


def test_what_is_not_asked_is_not_looked_at():
    assert program("1").evaluate({"x": object()}) == 1


def test_a_failure_knows_its_place():
    assert program("1 + 10 / (5 - 5)").evaluate() == Failure("a division by zero", 4)
    assert program("1 + y").evaluate() == Failure("`y` is not known", 4)
    found = program("'a'.startWith('b')").evaluate()
    assert found == Failure("there is no function `startWith` like this. Did you mean `startsWith`?", 0)


def test_what_cannot_be_read_is_refused_at_once():
    with pytest.raises(BadExpression):
        program("1 +")


@pytest.mark.parametrize("text", [" + ".join(["x"] * 20_000), "x" + "[0]" * 20_000, "-" * 20_001 + "x"])
def test_a_chain_beyond_all_bounds_is_refused_or_fails_and_never_crashes(text):
    try:
        found = program(text).evaluate({"x": 1})
    except BadExpression as problem:
        assert "too deeply" in str(problem)
    else:
        assert isinstance(found, Failure)


def test_one_program_serves_many_threads():
    shared = program("[1, 2, 3].map(v, [v, x].map(w, w * v))")

    def ask(x):
        return all(shared.evaluate({"x": x}) == tuple((v * v, x * v) for v in (1, 2, 3)) for _ in range(200))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(20)))
