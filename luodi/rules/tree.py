"""The typed tree of a rule: what evaluation, explanation, questions, remedies and descriptions all read.

Leaves are tests on one attribute, growth tests on two, formulas over several, a constant, or a matter that
only a person can decide. `start` and `end` are offsets into the clause's text.
"""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from luodi.dates import BadDate, add_months, add_years
from luodi.rules.syntax import Call, Expression, ListOf, Macro, Select
from luodi.values import Number

MANUAL = "manual"


class Op(StrEnum):
    """What a test asks of one attribute's value."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    PREFIX = "prefix"  # the code starts with one of these
    HAS_ANY = "has_any"  # the set holds at least one of these
    HAS_OTHER = "has_other"  # the set holds something besides these
    TRUE = "true"
    PRESENT = "present"  # known, not empty and not ["none"]: never unknown
    AGE = "age"  # the asked day against the day some time after the date

    @property
    def is_order(self) -> bool:
        return self in _ORDER


_ORDER = frozenset((Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE))
OPPOSITE = {Op.EQ: Op.NE, Op.NE: Op.EQ, Op.LT: Op.GE, Op.GE: Op.LT, Op.LE: Op.GT, Op.GT: Op.LE}


@dataclass(frozen=True, slots=True)
class Age:
    """`age_years(founded_date) <= 3`: the asked day against the same day three years later."""

    unit: str
    op: Op
    count: int

    def turning_day(self, since: date) -> date:
        """The day `count` units after `since`; the last day of the month where that day does not exist."""
        if self.unit == "days":
            return date.fromordinal(min(since.toordinal() + self.count, date.max.toordinal()))
        try:
            return add_years(since, self.count) if self.unit == "years" else add_months(since, self.count)
        except BadDate:  # beyond the year 9999, so never reached
            return date.max


@dataclass(frozen=True, slots=True)
class Node:
    start: int = field(kw_only=True, default=0, compare=False)
    end: int = field(kw_only=True, default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One question to one attribute. `presumed`: an absent fact counts as false and is named as assumed."""

    __test__ = False  # not a pytest class

    attribute: str
    op: Op
    constant: Any = None
    presumed: bool = False


@dataclass(frozen=True, slots=True)
class Growth(Node):
    """`attribute > base * (1 + rate)` for some comparison; unknown when the base is zero."""

    attribute: str
    base: str
    op: Op
    rate: Number


@dataclass(frozen=True, slots=True)
class Formula(Node):
    """A boolean expression over several attributes or arithmetic, evaluated as CEL with exact numbers."""

    expression: Expression
    attributes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Manual(Node):
    """Something only a person can decide: unknown until then."""

    text: str


@dataclass(frozen=True, slots=True)
class Const(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class And(Node):
    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    part: "Tree"


Leaf = Test | Growth | Formula | Manual | Const
Tree = Leaf | And | Or | Not


def holds(test: Test, value: Any, on: date) -> bool:
    """Whether a known value meets a test. For `PRESENT` alone, a set holding only "none" holds nothing."""
    asked = _HOLDS.get(test.op)
    if asked is None:
        return _COMPARE[test.constant.op](on, test.constant.turning_day(value))  # an age
    return asked(value, test.constant)


_NOTHING: Final[tuple[object, ...]] = (frozenset(), frozenset(("none",)), "", "none")
#: Tables and no chain of cases: a walk over a book asks thousands of tests.
_COMPARE: Final[dict[Op, Callable[[Any, Any], bool]]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}
_HOLDS: Final[dict[Op, Callable[[Any, Any], bool]]] = {
    **_COMPARE,
    Op.IN: lambda value, constant: value in constant,
    Op.PREFIX: lambda value, constant: value.startswith(constant),
    Op.HAS_ANY: lambda value, constant: not constant.isdisjoint(value),
    Op.HAS_OTHER: lambda value, constant: not value <= constant,
    Op.TRUE: lambda value, constant: bool(value),
    Op.PRESENT: lambda value, constant: value not in _NOTHING,
}


def grows(node: Growth, value: Number, base: Number) -> bool | None:
    """Growth over the base year against a rate; None when the base is zero."""
    if base == 0:
        return None
    return _COMPARE[node.op](Fraction(value), Fraction(base) * (1 + Fraction(node.rate)))


def leaves(node: Tree) -> Iterator[Leaf]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield node


def attributes(node: Tree) -> frozenset[str]:
    """Every attribute a tree reads."""
    names: set[str] = set()
    for leaf in leaves(node):
        match leaf:
            case Test(attribute=name):
                names.add(name)
            case Growth(attribute=name, base=base):
                names |= {name, base}
            case Formula(attributes=found):
                names |= found
    return frozenset(names)


def uses_presence(node: Tree) -> bool:
    """Whether absence itself is an answer somewhere, which the laws of unknown facts leave out."""
    return any(
        (isinstance(leaf, Test) and (leaf.op is Op.PRESENT or leaf.presumed))
        or (isinstance(leaf, Formula) and _asks_presence(leaf.expression))
        for leaf in leaves(node)
    )


def _asks_presence(node: Expression) -> bool:
    match node:
        case Select(operand=operand, test=test):
            return test or _asks_presence(operand)
        case Call(arguments=arguments, target=target):
            return any(map(_asks_presence, arguments)) or (target is not None and _asks_presence(target))
        case ListOf(items):
            return any(map(_asks_presence, items))
        case Macro(range=over, steps=steps):
            return _asks_presence(over) or any(map(_asks_presence, steps))
    return False
