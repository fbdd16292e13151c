"""What the tests of one attribute ask of a whole column: edges between numbers, words of codes, members of sets.

The plan of a column is made from a book alone. How its numbers are stored (whole, scaled, double) is met later, with
the first rows: an edge is exact, and becomes the smallest stored value that reaches it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any, Final

from luodi.profiles.vocabulary import Attribute, Kind
from luodi.rules.cells import first_since
from luodi.rules.tree import Age, Op, Test, holds
from luodi.values import Number

WORD: Final = 64
NONE: Final = "none"

_AT: Final = {
    Op.GE: (False,),
    Op.LT: (False,),
    Op.GT: (True,),
    Op.LE: (True,),
    Op.EQ: (False, True),
    Op.NE: (False, True),
}
_TURNING: Final = {
    Op.GE: (True,),
    Op.LT: (True,),
    Op.GT: (False,),
    Op.LE: (False,),
    Op.EQ: (False, True),
    Op.NE: (False, True),
}

Edge = tuple[Number, bool]  # reached by a value at least so large; with True, only by a larger one
Span = tuple[int, int]  # reached edge i (0: any value) and not edge k (one past the last: none)


class Form(StrEnum):
    """How a kernel reads a column."""

    TRUTHS = "truths"  # one bit a row
    NUMBERS = "numbers"  # a value a row, against edges
    CODES = "codes"  # the place in a dictionary, whose entries have one bit a literal
    MEMBERS = "members"  # one bit a member


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number or day against its edges. `spans` of each literal: any one of them holds."""

    name: str
    edges: tuple[Edge, ...]
    spans: tuple[tuple[Span, ...], ...]
    closed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """Text: each distinct value is put to the tests once."""

    name: str
    tests: tuple[Test, ...]
    closed: tuple[bool, ...]

    def words(self, value: str, on: date) -> tuple[int, ...]:
        """The literals that a value meets, 64 a word."""
        bits = sum(1 << at for at, test in enumerate(self.tests) if holds(test, value, on))
        return tuple(bits >> start & (1 << WORD) - 1 for start in range(0, len(self.tests), WORD))


@dataclass(frozen=True, slots=True)
class Members:
    """A set by its members; those that no test names share one bit. A literal holds where its mask has a common bit."""

    name: str
    members: tuple[str, ...]
    masks: tuple[int, ...]
    closed: tuple[bool, ...]
    places: dict[str, int] = field(compare=False, hash=False, default_factory=dict)

    @property
    def words(self) -> int:
        return len(self.members) // WORD + 1

    def bit(self, member: str) -> int:
        return self.places.get(member, len(self.members))


@dataclass(frozen=True, slots=True)
class Truths:
    """A yes or no, or anything worked out beforehand. A literal asks the value, or (True) only whether it is known."""

    name: str
    asks_known: tuple[bool, ...]
    closed: tuple[bool, ...]


Plan = Numbers | Codes | Members | Truths


def is_closed(test: Test) -> bool:
    """Whether the absent fact itself is an answer, so that the test is never unknown."""
    return test.op is Op.PRESENT or test.presumed


def plan_of(attribute: Attribute, tests: Sequence[Test], on: date) -> Plan:
    """The plan of one attribute for tests without repeats; literal i is the answer to test i."""
    closed = tuple(map(is_closed, tests))
    match attribute.kind:
        case Kind.INTEGER | Kind.MONEY | Kind.DECIMAL | Kind.DATE:
            return _numbers(attribute, tests, closed, on)
        case Kind.STRING | Kind.ENUM:
            return Codes(attribute.name, tuple(tests), closed)
        case Kind.SET:
            return _members(attribute.name, tests, closed)
        case _:
            return Truths(attribute.name, tuple(test.op is Op.PRESENT for test in tests), closed)


# ---- numbers and days


def _numbers(attribute: Attribute, tests: Sequence[Test], closed: tuple[bool, ...], on: date) -> Numbers:
    whole = attribute.kind is not Kind.DECIMAL
    found: set[Edge] = set()
    for test in tests:
        found.update(_whole(edge) if whole else edge for edge in _edges(test, on))
    edges = tuple(sorted(found))
    shown = [_shown(value, attribute.kind) for value in _cells(edges, whole)]
    spans = tuple(_runs([holds(test, value, on) for value in shown]) for test in tests)
    return Numbers(attribute.name, edges, spans, closed)


def _edges(test: Test, on: date) -> Iterable[Edge]:
    constant = test.constant
    if isinstance(constant, Age):
        return [(first_since(constant, on, past=past).toordinal(), False) for past in _TURNING[constant.op]]
    if test.op is Op.IN:
        return [(_value(item), past) for item in constant for past in (False, True)]
    return [(_value(constant), past) for past in _AT.get(test.op, ())]


def _value(constant: Any) -> Number:
    return constant.toordinal() if isinstance(constant, date) else constant


def _whole(edge: Edge) -> Edge:
    """The same edge among whole numbers."""
    value, past = edge
    return (floor(value) + 1, False) if past else (ceil(value), False)


def _cells(edges: Sequence[Edge], whole: bool) -> list[Number]:
    """One value below all edges, then one at or above each edge and below the next."""
    if not edges:
        return [0]
    first, past = edges[0]
    found: list[Number] = [first if past and not whole else first - 1]
    for (value, past), (above, _) in pairwise([*edges, (edges[-1][0] + 1, True)]):
        found.append((Fraction(value) + Fraction(above)) / 2 if past else value)
    return found


def _shown(value: Number, kind: Kind) -> Any:
    if kind is not Kind.DATE:
        return value
    return date.fromordinal(min(max(int(value), 1), date.max.toordinal()))


def _runs(truths: Sequence[bool]) -> tuple[Span, ...]:
    """Stretches of cells that hold: from the edge that opens them to the edge that ends them."""
    found, start = [], None
    for at, truth in enumerate([*truths, False]):
        if truth and start is None:
            start = at
        elif not truth and start is not None:
            found.append((start, at))
            start = None
    return tuple(found)


# ---- sets


def _members(name: str, tests: Sequence[Test], closed: tuple[bool, ...]) -> Members:
    named = {word for test in tests if isinstance(test.constant, frozenset) for word in test.constant}
    if any(test.op is Op.PRESENT for test in tests):
        named.add(NONE)
    members = tuple(sorted(named))
    places = {word: at for at, word in enumerate(members)}
    every = (1 << len(members) + 1) - 1
    return Members(name, members, tuple(_mask(test, places, every) for test in tests), closed, places)


def _mask(test: Test, places: dict[str, int], every: int) -> int:
    match test.op:
        case Op.HAS_ANY:
            return sum(1 << places[word] for word in test.constant)
        case Op.HAS_OTHER:
            return every - sum(1 << places[word] for word in test.constant)
        case Op.PRESENT:
            return every - (1 << places[NONE])
        case _:  # a set compared with a text: never the same
            return 0
