"""The value of a CEL expression over the facts of one company, with exact numbers and unknowns.

Used where a rule needs more than tests on single attributes: arithmetic, attribute against attribute,
`size`, conditionals. An absent attribute makes what needs it unknown; a division by zero or a number out
of range is a `Failure`. A decided part absorbs both, as in CEL.

This is the books' reading of CEL: names are attributes, literals with a point are exact fractions, whole
numbers and fractions mix, and the day is known. How parts are put together is `luodi.rules.cel.build`.
"""

import operator
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.message import Message
from luodi.profiles.facts import Facts
from luodi.rules.cel.build import CONTEXT, Builder, Built, Frame, Function, Scope, Step, build, failing, place
from luodi.rules.cel.numbers import fitting, remainder, truncated
from luodi.rules.cel.outcome import TROUBLE, Failure, NoValue, Result, Unknown
from luodi.rules.syntax import Call, Expression, Ident, Literal, MapOf, Select

__all__ = ["Failure", "Result", "Unknown", "compute"]

_KEPT: Final = 4096
_built: dict[int, tuple[Expression, Built]] = {}


def compute(node: Expression, facts: Facts, on: date) -> Result:
    """The value of `node` for one company on one day."""
    return _ready(node).run((facts, on))


def _ready(node: Expression) -> Built:
    """The steps of this very node, built once. Equal nodes may differ in the text of a number and in position, so
    nodes are told apart by identity; the entry keeps its node alive, and so the identity its own."""
    found = _built.get(id(node))
    if found is None:
        if len(_built) >= _KEPT:
            _built.clear()
        found = _built[id(node)] = (node, build(node, _EXACT))
    return found[1]


class _Exact:
    """What the books read: see the top of this file."""

    strict = False  # the types of a clause were checked when it was read

    def literal(self, node: Literal) -> Any:
        return Fraction(node.text) if isinstance(node.value, float) else node.value

    def ident(self, node: Ident, scope: Scope) -> Step:
        return place(scope.places[node.name]) if node.name in scope.places else _fact(node.name)

    def select(self, node: Select, scope: Scope, builder: Builder) -> Step:
        return _present(node.field) if node.test else _fact(node.field)

    def map_of(self, node: MapOf, steps: list[tuple[Step, Step]]) -> Step:
        return failing(Message("rules.expression-no-value"), node.start)

    def function(self, node: Call) -> Function:
        size = len(node.arguments) + (node.target is not None)
        found = _FUNCTIONS.get((node.name, size)) or _FUNCTIONS.get((node.name, None))
        return found or _refusing(Message("rules.no-value", node=node.name))

    def special(self, node: Call, scope: Scope, builder: Builder) -> Step | None:
        match node:
            case Call(name="age_days", arguments=(since,), target=None):
                return _age_days(builder.step(since, scope))
        return None

    def items(self, value: Any) -> Iterable[Any]:
        return sorted(value) if isinstance(value, frozenset) else value


_EXACT: Final = _Exact()


# ---- facts


def _fact(name: str) -> Step:
    def step(frame: Frame) -> Result:
        facts = frame[CONTEXT][0]
        known = facts.value(name)
        return Unknown(facts.missing(name)) if known is None else known

    return step


def _present(name: str) -> Step:
    return lambda frame: frame[CONTEXT][0].value(name) not in (None, frozenset(), frozenset(("none",)))


def _age_days(since: Step) -> Step:
    def step(frame: Frame) -> Result:
        day = since(frame)
        return day if type(day) in TROUBLE else (frame[CONTEXT][1] - day).days

    return step


# ---- functions


def _ranged(function: Function) -> Function:
    """Whole numbers stay within 64 bits."""

    def within(*values: Any) -> Any:
        result = function(*values)
        return fitting(result) if type(result) is int else result

    return within


def _minus(left: Any, right: Any) -> Any:
    difference = left - right
    return difference.days if isinstance(left, date) and isinstance(right, date) else difference


def _divided(left: Any, right: Any) -> Any:
    if isinstance(left, int) and isinstance(right, int):
        return truncated(left, right)
    if right == 0:
        raise NoValue(Message("rules.division-zero"))
    return Fraction(left) / Fraction(right)


def _item(items: Any, index: Any) -> Any:
    try:
        return items[index]
    except (KeyError, IndexError, TypeError):
        raise NoValue(Message("rules.no-item", index=index)) from None


def _refusing(message: Message) -> Function:
    def function(*values: Any) -> Any:
        raise NoValue(message)

    return function


_FUNCTIONS: Final[Mapping[tuple[str, int | None], Function]] = {
    ("!", 1): operator.not_,
    ("-x", 1): _ranged(operator.neg),
    ("+", 2): _ranged(operator.add),
    ("-", 2): _ranged(_minus),
    ("*", 2): _ranged(operator.mul),
    ("/", 2): _ranged(_divided),
    ("%", 2): _ranged(remainder),
    ("==", 2): operator.eq,
    ("!=", 2): operator.ne,
    ("<", 2): operator.lt,
    ("<=", 2): operator.le,
    (">", 2): operator.gt,
    (">=", 2): operator.ge,
    ("in", 2): lambda item, items: item in items,
    ("[]", 2): _ranged(_item),
    ("size", 1): len,
    ("startsWith", 2): lambda text, head: text.startswith(head),
    ("endsWith", 2): lambda text, tail: text.endswith(tail),
    ("contains", 2): lambda text, part: part in text,
    ("date", 1): date.fromisoformat,
    ("min", None): _ranged(lambda *numbers: min(numbers)),
    ("max", None): _ranged(lambda *numbers: max(numbers)),
}
