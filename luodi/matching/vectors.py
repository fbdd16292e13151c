"""Values of formulas for many rows at once, as the walk (`luodi.rules.compute`) has them for one.

Numbers are whole numerators over one denominator, with a note which rows are whole numbers in the sense of the language
(`7 / 2` is 3, `7.0 / 2` is 3.5). Wherever 64 bits might not do, a row is marked `hard` and left to the walk.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from luodi.matching.batch import SAFE, Flags

COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Vector:
    """One value a row, or one for all. `unknown` rows have none; `hard` ones are for the walk."""

    values: Any
    unknown: Flags
    hard: Flags
    denominator: int = 1
    whole: Flags | bool = True
    is_text: bool = False  # then the values are places in the list of texts seen so far

    def with_values(self, values: Any) -> "Vector":
        return replace(self, values=values)


def constant(value: bool | int | Fraction, rows: int) -> Vector:
    no = np.zeros(rows, np.bool_)
    if isinstance(value, bool):
        return Vector(np.bool_(value), no, no)
    if abs(value.numerator) >= SAFE or value.denominator >= SAFE:
        return Vector(np.int64(0), no, ~no)
    return Vector(np.int64(value.numerator), no, no, value.denominator, isinstance(value, int))


def joined(left: Vector, right: Vector) -> tuple[Flags, Flags]:
    """What is unknown or hard in a call that needs both sides."""
    return left.unknown | right.unknown, left.hard | right.hard


def scaled(values: Any, by: int) -> tuple[NDArray[np.int64], Flags]:
    """`values * by`, and where that leaves 62 bits."""
    return np.multiply(values, np.int64(by)), np.abs(np.asarray(values, np.float64)) * abs(by) >= SAFE


def level(left: Vector, right: Vector) -> tuple[Any, Any, int, Flags]:
    """Both numerators over one denominator."""
    common = left.denominator * right.denominator // gcd(left.denominator, right.denominator)
    first, wide = scaled(left.values, common // left.denominator)
    second, wider = scaled(right.values, common // right.denominator)
    return first, second, common, wide | wider


def compared(sign: str, left: Vector, right: Vector) -> Vector:
    unknown, hard = joined(left, right)
    if np.asarray(left.values).dtype == np.bool_:
        return Vector(COMPARE[sign](left.values, right.values), unknown, hard)
    first, second, _, wide = level(left, right)
    return Vector(COMPARE[sign](first, second), unknown, hard | wide)


def added(left: Vector, right: Vector, *, minus: bool = False) -> Vector:
    unknown, hard = joined(left, right)
    first, second, common, wide = level(left, right)
    values = first - second if minus else first + second
    wide = wide | (np.abs(values.astype(np.float64)) >= SAFE)
    return Vector(values, unknown, hard | wide, common, left.whole & right.whole)


def multiplied(left: Vector, right: Vector) -> Vector:
    unknown, hard = joined(left, right)
    size = np.abs(np.asarray(left.values, np.float64)) * np.abs(np.asarray(right.values, np.float64))
    values = np.multiply(left.values, right.values)
    denominator = left.denominator * right.denominator
    if denominator >= SAFE:
        return Vector(values, unknown, np.ones_like(hard), 1, False)
    return Vector(values, unknown, hard | (size >= SAFE), denominator, left.whole & right.whole)


def divided(left: Vector, by: int | Fraction) -> Vector:
    """By a constant that is not zero: whole by whole drops the rest towards zero, anything else is exact."""
    exact_by = Fraction(by)
    up, wide = scaled(left.values, exact_by.denominator * (1 if exact_by > 0 else -1))
    below = left.denominator * abs(exact_by.numerator)
    if below >= SAFE:
        return replace(left, hard=np.ones_like(left.hard))
    exact = Vector(up, left.unknown, left.hard | wide, below, False)
    if isinstance(by, Fraction) or left.whole is False:
        return exact
    truncated = np.abs(left.values) // (left.denominator * abs(by)) * np.sign(left.values) * (1 if by > 0 else -1)
    back, wider = scaled(truncated, below)
    values = np.where(left.whole, back, up)
    return Vector(values, left.unknown, left.hard | wide | wider, below, left.whole)


def negated(value: Vector) -> Vector:
    return value.with_values(-value.values)


def both(parts: list[Vector], settles: bool) -> Vector:
    """An or (`settles` True) or an and of truths: one that settles decides, whatever is unknown."""
    decided = np.zeros_like(parts[0].unknown)
    unknown, hard = decided.copy(), decided.copy()
    for part in parts:
        decided |= (part.values == settles) & ~part.unknown
        unknown |= part.unknown
        hard |= part.hard
    return Vector(np.where(decided, settles, not settles), unknown & ~decided, hard)


def chosen(test: Vector, then: Vector, other: Vector) -> Vector:
    """`test ? then : other`; an unknown test leaves the whole unknown."""
    truth = np.broadcast_to(np.asarray(test.values, np.bool_), test.unknown.shape)
    hard = test.hard | np.where(truth, then.hard, other.hard)
    unknown = test.unknown | np.where(truth, then.unknown, other.unknown)
    if then.denominator == other.denominator == 1:
        values = np.where(truth, then.values, other.values)
        return Vector(values, unknown, hard, 1, np.where(truth, then.whole, other.whole), then.is_text)
    first, second, common, wide = level(then, other)
    whole = np.where(truth, then.whole, other.whole)
    return Vector(np.where(truth, first, second), unknown, hard | wide, common, whole)
