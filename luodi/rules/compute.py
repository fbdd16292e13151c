"""The value of a CEL expression over the facts of one company, with exact numbers and unknowns.

Used where a rule needs more than tests on single attributes: arithmetic, attribute against attribute,
`size`, conditionals. An absent attribute makes what needs it unknown; a division by zero or a number out
of range is a `Failure`. A decided part absorbs both, as in CEL.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.profiles.facts import Facts
from luodi.rules.syntax import Call, Expression, Ident, ListOf, Literal, Macro, Select

_LOW: Final = -(1 << 63)
_HIGH: Final = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be told yet, and the attributes that keep it open."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A value that does not exist, such as a division by zero. `position` is the offset in the text."""

    message: str
    position: int


Result = Any  # a Python value, Unknown or Failure


def compute(node: Expression, facts: Facts, on: date, local: dict[str, Any] | None = None) -> Result:
    """The value of `node`; `local` holds the variables of macros."""
    local = local or {}
    match node:
        case Literal(value=value, text=text):
            return Fraction(text) if isinstance(value, float) else value
        case Ident(name=name) if name in local:
            return local[name]
        case Ident(name=name) | Select(field=name, test=False):
            known = facts.value(name)
            return Unknown(facts.missing(name)) if known is None else known
        case Select(field=name, test=True):
            return facts.value(name) not in (None, frozenset(), frozenset(("none",)))
        case ListOf(items):
            found = [compute(item, facts, on, local) for item in items]
            return next((x for x in found if isinstance(x, Failure | Unknown)), tuple(found))
        case Call(name="&&" | "||"):
            return _logic(node, facts, on, local)
        case Call(name="?:", arguments=(test, then, other)):
            chosen = compute(test, facts, on, local)
            if isinstance(chosen, Failure | Unknown):
                return chosen
            return compute(then if chosen else other, facts, on, local)
        case Call():
            return _call(node, facts, on, local)
        case Macro():
            return _macro(node, facts, on, local)
    return Failure("this expression has no value here", node.start)


def _logic(node: Call, facts: Facts, on: date, local: dict[str, Any]) -> Result:
    settles = node.name == "||"
    values = [compute(part, facts, on, local) for part in node.arguments]
    return _fold(values, settles)


def _fold(values: list[Result], settles: bool) -> Result:
    if any(value is settles for value in values):
        return settles
    unknown: frozenset[str] = frozenset().union(*(v.names for v in values if isinstance(v, Unknown)))
    if any(isinstance(v, Unknown) for v in values):
        return Unknown(unknown)
    return next((v for v in values if isinstance(v, Failure)), not settles)


def _macro(node: Macro, facts: Facts, on: date, local: dict[str, Any]) -> Result:
    items = compute(node.range, facts, on, local)
    if isinstance(items, Failure | Unknown):
        return items
    each = [
        (item, [compute(s, facts, on, {**local, node.variable: item}) for s in node.steps]) for item in _order(items)
    ]
    match node.kind:
        case "exists":
            return _fold([results[0] for _, results in each], True)
        case "all":
            return _fold([results[0] for _, results in each], False)
    troubled = next((r for _, results in each for r in results if isinstance(r, Failure | Unknown)), None)
    if troubled is not None:
        return troubled
    match node.kind:
        case "exists_one":
            return sum(1 for _, results in each if results[0] is True) == 1
        case "filter":
            return tuple(item for item, results in each if results[0] is True)
        case _:
            return tuple(results[-1] for _, results in each if len(results) == 1 or results[0] is True)


def _order(items: Any) -> list[Any]:
    return sorted(items) if isinstance(items, frozenset) else list(items)


def _call(node: Call, facts: Facts, on: date, local: dict[str, Any]) -> Result:
    parts = (*((node.target,) if node.target is not None else ()), *node.arguments)
    values = [compute(part, facts, on, local) for part in parts]
    names: frozenset[str] = frozenset().union(*(v.names for v in values if isinstance(v, Unknown)))
    if any(isinstance(v, Unknown) for v in values):
        return Unknown(names)
    for value in values:
        if isinstance(value, Failure):
            return value
    result = _apply(node, values, on)
    if isinstance(result, int) and not isinstance(result, bool) and not _LOW <= result <= _HIGH:
        return Failure("the number leaves the 64-bit range", node.start)
    return result


def _apply(node: Call, values: list[Any], on: date) -> Result:
    match node.name, values:
        case "!", [value]:
            return not value
        case "-x", [value]:
            return -value
        case "+", [left, right]:
            return left + right
        case "-", [date() as left, date() as right]:
            return (left - right).days
        case "-", [left, right]:
            return left - right
        case "*", [left, right]:
            return left * right
        case "/", [left, right]:
            return _divide(node, left, right)
        case "%", [left, right]:
            if right == 0:
                return Failure("a remainder by zero", node.start)
            return abs(left) % abs(right) * (-1 if left < 0 else 1)
        case "==", [left, right]:
            return left == right
        case "!=", [left, right]:
            return left != right
        case "<", [left, right]:
            return left < right
        case "<=", [left, right]:
            return left <= right
        case ">", [left, right]:
            return left > right
        case ">=", [left, right]:
            return left >= right
        case "in", [left, right]:
            return left in right
        case "[]", [items, index]:
            return _index(node, items, index)
        case "size", [value]:
            return len(value)
        case "startsWith", [value, head]:
            return value.startswith(head)
        case "endsWith", [value, tail]:
            return value.endswith(tail)
        case "contains", [value, part]:
            return part in value
        case "date", [text]:
            return date.fromisoformat(text)
        case "age_days", [since]:
            return (on - since).days
        case "min", [*numbers]:
            return min(numbers)
        case "max", [*numbers]:
            return max(numbers)
    return Failure(f"`{node.name}` has no value here", node.start)


def _divide(node: Call, left: Any, right: Any) -> Result:
    if right == 0:
        return Failure("a division by zero", node.start)
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) == (right < 0) else -quotient
    return Fraction(left) / Fraction(right)


def _index(node: Call, items: Any, index: Any) -> Result:
    try:
        return items[index]
    except (KeyError, IndexError, TypeError):
        return Failure(f"there is no item {index!r}", node.start)
