"""From one attribute's value to bits: the choices, of any number of rules, that the value meets.

Numbers are found among thresholds by bisection, codes and dates by a table of values seen, sets member by
member. What is worked out is kept, within bounds, so a column grows quicker with use.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import lcm
from typing import Any, Final, Protocol

from luodi.profiles.vocabulary import Attribute, Kind, Value
from luodi.rules.cells import thresholds
from luodi.rules.tree import Op, Test, holds

_KEPT: Final = 4096  # masks kept by value for one attribute; more are cheap to make again
_MEMBERWISE: Final = frozenset((Op.HAS_ANY, Op.HAS_OTHER, Op.PRESENT))

Bits = int
Tests = Mapping[tuple[Test, bool], Bits]  # a test and the truth it must have: the choices it then meets


class Index(Protocol):
    def mask(self, value: Any) -> Bits:
        """The bits of the choices that a known value meets."""


def _met(tests: Tests, value: Any, on: date) -> Bits:
    bits = 0
    for (test, wanted), mask in tests.items():
        if holds(test, value, on) is wanted:
            bits |= mask
    return bits


class _Direct:
    """No memory, for values that cannot be a key."""

    def __init__(self, tests: Tests, on: date) -> None:
        self.tests, self.on = tests, on

    def mask(self, value: Any) -> Bits:
        return _met(self.tests, value, self.on)


class _ByValue(_Direct):
    """Codes, enums, booleans and dates: each value is worked out once."""

    def __init__(self, tests: Tests, on: date) -> None:
        super().__init__(tests, on)
        self.kept: dict[Any, Bits] = {}

    def mask(self, value: Any) -> Bits:
        bits = self.kept.get(value)
        if bits is None:
            if len(self.kept) >= _KEPT:
                self.kept.clear()
            bits = self.kept[value] = super().mask(value)
        return bits


class _ByCell(_Direct):
    """Numbers: the cell between thresholds is found by bisection, each cell is worked out once.

    Thresholds are kept as whole multiples of one common denominator, so that no fraction is compared.
    """

    def __init__(self, tests: Tests, on: date) -> None:
        super().__init__(tests, on)
        points = thresholds(test for test, _ in tests)
        self.scale = lcm(*(point.denominator for point in points))
        self.points = [int(point * self.scale) for point in points]
        self.kept: dict[int, Bits] = {}

    def mask(self, value: Any) -> Bits:
        scaled, rest = divmod(value.numerator * self.scale, value.denominator)
        right = bisect_right(self.points, scaled)
        cell = right * 2 if rest else bisect_left(self.points, scaled) + right
        bits = self.kept.get(cell)
        if bits is None:
            bits = self.kept[cell] = super().mask(value)
        return bits


class _ByMember(_Direct):
    """Sets: a test that must hold is met by any member that meets it, one that must not by none meeting it."""

    def __init__(self, tests: Tests, on: date) -> None:
        super().__init__({key: mask for key, mask in tests.items() if key[1]}, on)
        self.against = [(test, mask) for (test, wanted), mask in tests.items() if not wanted]
        self.kept: dict[str, tuple[Bits, Bits]] = {}
        self.spread: dict[Bits, Bits] = {}

    def mask(self, value: Any) -> Bits:
        bits = refused = 0
        for member in value:
            meets, breaks = self.kept.get(member) or self._member(member)
            bits |= meets
            refused |= breaks
        return bits | self._spread(refused) if self.against else bits

    def _member(self, member: str) -> tuple[Bits, Bits]:
        alone = frozenset((member,))
        breaks = sum(1 << at for at, (test, _) in enumerate(self.against) if holds(test, alone, self.on))
        if len(self.kept) >= _KEPT:
            self.kept.clear()
        found = self.kept[member] = (super().mask(alone), breaks)
        return found

    def _spread(self, refused: Bits) -> Bits:
        bits = self.spread.get(refused)
        if bits is None:
            if len(self.spread) >= _KEPT:
                self.spread.clear()
            bits = 0
            for at, (_, mask) in enumerate(self.against):
                bits |= 0 if refused >> at & 1 else mask
            self.spread[refused] = bits
        return bits


def _index(attribute: Attribute, tests: Tests, on: date) -> Index:
    if attribute.kind.is_number:
        return _ByCell(tests, on)
    if attribute.kind is Kind.SET and all(test.op in _MEMBERWISE for test, _ in tests):
        return _ByMember(tests, on)
    return _Direct(tests, on) if attribute.kind is Kind.MAP else _ByValue(tests, on)


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute: the choices its values meet, and what its absence meets or leaves open."""

    name: str
    tests: tuple[Test, ...]
    index: Index
    absent_met: Bits
    absent_open: Bits

    @classmethod
    def of(cls, attribute: Attribute, tests: Tests, on: date) -> "Column":
        met = left = 0
        for (test, wanted), mask in tests.items():
            if test.op is not Op.PRESENT and not test.presumed:
                left |= mask
            elif not wanted:
                met |= mask
        distinct = tuple(dict.fromkeys(test for test, _ in tests))
        return cls(attribute.name, distinct, _index(attribute, tests, on), met, left)

    def mask(self, value: Value) -> Bits:
        return self.index.mask(value)
