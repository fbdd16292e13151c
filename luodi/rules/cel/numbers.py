"""Whole numbers that stay within 64 bits, unsigned ones, and doubles that follow IEEE 754.

Overflow is no value, never a wrapped number. Doubles have no overflow and no division by zero: they become infinite
or NaN.
"""

import math
from fractions import Fraction
from typing import Final, TypeVar

from luodi.message import Message
from luodi.rules.cel.outcome import NoValue
from luodi.rules.syntax import Uint

LOW: Final = -(1 << 63)
HIGH: Final = (1 << 63) - 1
UNSIGNED_HIGH: Final = (1 << 64) - 1

_N = TypeVar("_N", int, Fraction)


def fitting(number: int) -> int:
    """The number itself, if it is one of 64 bits."""
    if LOW <= number <= HIGH:
        return number
    raise NoValue(Message("rules.number-leaves-64-bit-range"))


def unsigned(number: int) -> Uint:
    if 0 <= number <= UNSIGNED_HIGH:
        return Uint(number)
    raise NoValue(Message("rules.number-leaves-unsigned-64-bit"))


def truncated(left: int, right: int) -> int:
    """Division towards zero, as CEL has it: `-7 / 2` is -3."""
    if right == 0:
        raise NoValue(Message("rules.division-zero"))
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def remainder(left: _N, right: _N) -> _N:
    """What truncated division leaves; it takes the sign of the left side."""
    if right == 0:
        raise NoValue(Message("rules.remainder-zero"))
    return abs(left) % abs(right) * (-1 if left < 0 else 1)


# ---- int


def add(left: int, right: int) -> int:
    return fitting(left + right)


def subtract(left: int, right: int) -> int:
    return fitting(left - right)


def multiply(left: int, right: int) -> int:
    return fitting(left * right)


def divide(left: int, right: int) -> int:
    return fitting(truncated(left, right))


def modulo(left: int, right: int) -> int:
    """The remainder; refused where the division would overflow, as the hardware does."""
    if left == LOW and right == -1:
        raise NoValue(Message("rules.number-leaves-64-bit-range"))
    return remainder(left, right)


def negate(number: int) -> int:
    return fitting(-number)


# ---- uint


def add_unsigned(left: Uint, right: Uint) -> Uint:
    return unsigned(left.value + right.value)


def subtract_unsigned(left: Uint, right: Uint) -> Uint:
    return unsigned(left.value - right.value)


def multiply_unsigned(left: Uint, right: Uint) -> Uint:
    return unsigned(left.value * right.value)


def divide_unsigned(left: Uint, right: Uint) -> Uint:
    return Uint(truncated(left.value, right.value))


def modulo_unsigned(left: Uint, right: Uint) -> Uint:
    return Uint(remainder(left.value, right.value))


# ---- double


def divide_doubles(left: float, right: float) -> float:
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


# ---- from one kind to another


def to_int(value: float) -> int:
    """A double without its fraction. The ends of the range are left out: a double there may have been rounded."""
    if LOW < value < HIGH + 1:
        return int(value)
    raise NoValue(Message("rules.number-leaves-64-bit-range"))


def to_uint(value: float) -> Uint:
    if 0 <= value < UNSIGNED_HIGH + 1:
        return Uint(int(value))
    raise NoValue(Message("rules.number-leaves-unsigned-64-bit"))
