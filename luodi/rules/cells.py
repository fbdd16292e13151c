"""The cells of an attribute: stretches of values that some tests cannot tell apart, each shown by one value.

k thresholds make at most 2k + 1 cells of a number: below, at, between, above. Codes and enums fall into the
groups that answer every test alike, sets into the unions of their members' answers. Questions weigh cells,
remedies choose among them, tests try them all.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Final, cast

from luodi.profiles.vocabulary import Attribute, Kind, Value
from luodi.rules.tree import Age, Op, Test, holds
from luodi.values import Number

MOST: Final = 64
_NEW_DAY: Final = {Op.LT: (0,), Op.GE: (0,), Op.LE: (1,), Op.GT: (1,), Op.EQ: (0, 1), Op.NE: (0, 1)}
_LATER: Final = {Op.LT: (True,), Op.GE: (True,), Op.LE: (False,), Op.GT: (False,), Op.EQ: (0, 1), Op.NE: (0, 1)}
_OTHER: Final = {"region": "990000", "industry": "Z9999", "country": "ZZ"}
_WIDTH: Final = {"region": 6, "industry": 5}
_MEMBER: Final = "\N{BULLET}"  # a member that no rule names


def cells(
    attribute: Attribute, tests: Iterable[Test], on: date, *, near: Value | None = None, most: int = MOST
) -> tuple[Value, ...]:
    """One value of every cell, at most `most`. With `near`, each is the value of its cell nearest to it.

    Complete up to `most` for numbers, dates, booleans and enums; for sets and free text as far as the tests
    name members and heads of codes, with one value that none of them names (left out with `near`, which
    wants no invented values).
    """
    mine = [test for test in tests if test.attribute == attribute.name]
    match attribute.kind:
        case Kind.BOOLEAN:
            return (True, False)
        case Kind.INTEGER | Kind.MONEY | Kind.DECIMAL:
            return _numbers(attribute, mine, cast("Number | None", near))[:most]
        case Kind.DATE:
            return _dates(mine, on, cast("date | None", near))[:most]
        case Kind.SET if near is None:
            return _unions(attribute, mine, on, most)
        case Kind.SET:
            return _near_sets(attribute, mine, on, cast("frozenset[str]", near), most)
        case Kind.MAP:
            return ({_MEMBER: True},) if near is None else ()
        case _:
            return _texts(attribute, mine, on, cast("str | None", near))[:most]


def thresholds(tests: Iterable[Test]) -> list[Number]:
    """The numbers at which an answer may change, in order."""
    found: set[Number] = set()
    for test in tests:
        if test.op.is_order:
            found.add(test.constant)
        elif test.op is Op.IN:
            found |= test.constant
    return sorted(found)


def _numbers(attribute: Attribute, tests: list[Test], near: Number | None) -> tuple[Number, ...]:
    low, high = attribute.minimum, attribute.maximum
    points = [p for p in thresholds(tests) if (low is None or p >= low) and (high is None or p <= high)]
    whole = attribute.kind is not Kind.DECIMAL
    edges: list[Number | None] = [None, *points, None]
    found: list[Number | None] = []
    for below, above in pairwise(edges):
        found.append(_between(below, above, attribute, whole, near))
        if above is not None and (not whole or isinstance(above, int)):
            found.append(above)
    return tuple(value for value in found if value is not None)


def _between(
    below: Number | None, above: Number | None, attribute: Attribute, whole: bool, near: Number | None
) -> Number | None:
    """A value strictly between two thresholds and within what the attribute can be, or None if there is none."""
    low = attribute.minimum if below is None else below
    high = attribute.maximum if above is None else above
    first = low if below is None else None  # a limit of the attribute is itself allowed, a threshold is not
    last = high if above is None else None
    if low is not None and high is not None and (low > high or (low == high and first is None and last is None)):
        return None
    if whole:
        return _whole_between(below, above, first, last, near)
    return _fraction_between(low, high, first, last, near)


def _whole_between(
    below: Number | None, above: Number | None, first: Number | None, last: Number | None, near: Number | None
) -> int | None:
    least = floor(below) + 1 if below is not None else ceil(first) if first is not None else None
    most = ceil(above) - 1 if above is not None else floor(last) if last is not None else None
    if least is not None and most is not None and least > most:
        return None
    if near is not None:
        return int(max(least, min(near, most)) if least is not None and most is not None else _clamp(near, least, most))
    return least if least is not None else most if most is not None else 0


def _clamp(value: Number, least: Number | None, most: Number | None) -> Number:
    if least is not None and value < least:
        return least
    return most if most is not None and value > most else value


def _fraction_between(
    low: Number | None, high: Number | None, first: Number | None, last: Number | None, near: Number | None
) -> Number | None:
    def inside(value: Number) -> bool:
        above_low = low is None or value > low or (first is not None and value == first)
        return above_low and (high is None or value < high or (last is not None and value == last))

    if near is not None and inside(near):
        return near
    upward = near is None or (low is not None and near <= low)
    start = low if upward and low is not None else high if high is not None else low
    if start is None:
        return 0
    if inside(start):  # a limit of the attribute
        return start
    step = 1 if start == low else -1
    for places in range(2, 7) if near is not None else range(7):
        value = start + Fraction(step, 10**places)
        if inside(value):
            return value.numerator if value.denominator == 1 else value
    middle = (Fraction(low or 0) + Fraction(high or 0)) / 2
    return middle if inside(middle) else None


def _dates(tests: list[Test], on: date, near: date | None) -> tuple[date, ...]:
    starts = sorted({day for test in tests for day in _new_days(test, on)})
    if not starts:
        return (near or on,)
    edges = [None, *starts, None]
    found = []
    for first, after in pairwise(edges):
        last = after - timedelta(days=1) if after is not None and after > date.min else None
        if first is None and last is None:
            continue
        found.append(_day_within(first, last, near))
    return tuple(found)


def _day_within(first: date | None, last: date | None, near: date | None) -> date:
    if near is None:
        return first or last or date.min
    if first is not None and near < first:
        return first
    return last if last is not None and near > last else near


def _new_days(test: Test, on: date) -> list[date]:
    """The days from which on a date answers the test otherwise than the day before."""
    if isinstance(test.constant, Age):
        return [first_since(test.constant, on, past=bool(past)) for past in _LATER[test.constant.op]]
    constants = test.constant if test.op is Op.IN else (test.constant,) if test.op.is_order else ()
    shifts = _NEW_DAY.get(test.op, (0, 1))
    return [date.fromordinal(min(day.toordinal() + s, date.max.toordinal())) for day in constants for s in shifts]


def first_since(age: Age, on: date, *, past: bool) -> date:
    """The first date whose turning day is not before `on` (with `past`: is after it).

    The turning day never falls as the date rises, though it may rest at the end of a month, so it is found
    by halving.
    """

    def reached(ordinal: int) -> bool:
        turning = age.turning_day(date.fromordinal(ordinal))
        return turning > on if past else turning >= on

    span = range(1, date.max.toordinal() + 1)
    at = bisect_left(span, True, key=reached)
    return date.fromordinal(min(at + 1, date.max.toordinal()))


def _texts(attribute: Attribute, tests: list[Test], on: date, near: str | None) -> tuple[str, ...]:
    named = [] if near is None else [near]
    named += attribute.allowed or sorted(_named(attribute, tests))
    if near is None and attribute.allowed is None:
        named.append(_OTHER.get(attribute.code or "", _MEMBER))
    return tuple(_by_answer(named, tests, on).values())


def _by_answer(values: Iterable[str], tests: list[Test], on: date) -> dict[tuple[bool, ...], str]:
    found: dict[tuple[bool, ...], str] = {}
    for value in values:
        found.setdefault(tuple(holds(test, value, on) for test in tests), value)
    return found


def _named(attribute: Attribute, tests: list[Test]) -> set[str]:
    """The texts that tests name; heads of codes are filled up with zeros to a whole code."""
    found: set[str] = set()
    for test in tests:
        match test.op:
            case Op.IN:
                found |= test.constant
            case Op.PREFIX:
                found |= {head.ljust(_WIDTH.get(attribute.code or "", 0), "0") for head in test.constant}
            case op if op.is_order:
                found.add(test.constant)
    return found


def _members(attribute: Attribute, tests: list[Test], on: date) -> dict[int, str]:
    """Members by the tests a set of only this member meets, as bits: the first of those that do alike."""
    named = {word for test in tests if isinstance(test.constant, frozenset) for word in test.constant}
    order = attribute.allowed if attribute.allowed is not None else (*sorted(named), _MEMBER)
    found: dict[int, str] = {}
    for member in sorted(order, key=lambda word: (word == "none", word not in named)):
        found.setdefault(_answers(frozenset((member,)), tests, on), member)
    return found


def _answers(value: frozenset[str], tests: Sequence[Test], on: date) -> int:
    return sum(1 << at for at, test in enumerate(tests) if holds(test, value, on))


def _unions(attribute: Attribute, tests: list[Test], on: date, most: int) -> tuple[frozenset[str], ...]:
    """A set for each union of its members' answers, the small ones first."""
    members = [(bits, word) for bits, word in _members(attribute, tests, on).items() if bits]
    found: dict[int, frozenset[str]] = {_answers(frozenset(), tests, on): frozenset()}
    layer = dict(found)
    while layer and len(found) < most:
        grown = {b | bits: value | {word} for b, value in layer.items() for bits, word in members}
        layer = {bits: value for bits, value in grown.items() if bits not in found}
        found |= layer
    return tuple(found.values())[:most]


def _near_sets(
    attribute: Attribute, tests: list[Test], on: date, near: frozenset[str], most: int
) -> tuple[frozenset[str], ...]:
    """Whole new sets, the nearest first: members the tests name added, members they name taken away."""
    held = near - {"none"}
    starts = [held, *(_parted(held, test) for test in tests), frozenset()]
    members = [word for word in _members(attribute, tests, on).values() if word not in ("none", _MEMBER)]
    found: dict[int, frozenset[str]] = {}
    layer: list[frozenset[str]] = list(dict.fromkeys(starts))
    for _ in range(3):
        for value in layer:
            found.setdefault(_answers(value, tests, on), value)
        if len(found) >= most:
            break
        layer = list(dict.fromkeys(value | {word} for value in layer for word in members if word not in value))[:most]
    return tuple(sorted(found.values(), key=lambda value: len(value ^ near))[:most])


def _parted(value: frozenset[str], test: Test) -> frozenset[str]:
    constant: frozenset[str] = test.constant
    if test.op is Op.HAS_ANY:
        return value - constant
    return value & constant if test.op is Op.HAS_OTHER else frozenset()
