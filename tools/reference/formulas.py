"""Benefit formulas as the facts define them: arithmetic over attribute names, `min`, `max` and "a if test else b".

Numbers are exact. "A formula with an absent attribute gives no amount": any name in it, also one in a branch
that is not taken.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Final

from reference.derived import Company

_KEYS: Final = ("formula", "formulas")
_ARITHMETIC: Final[Mapping[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {"min": min, "max": max}


def formulas_of(benefit: Any, path: str = "benefit") -> dict[str, str]:
    """Every formula of a benefit, tiers included, by where it stands."""
    return dict(_formulas(benefit, path))


def _formulas(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            place = f"{path}.{key}"
            if key == "formula":
                yield place, str(item)
            elif key == "formulas":
                yield from ((f"{place}.{name}", str(text)) for name, text in item.items())
            else:
                yield from _formulas(item, place)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _formulas(item, f"{path}.{number}")


def without_formulas(value: Any) -> Any:
    """The benefit without them, at every depth."""
    if isinstance(value, Mapping):
        return {key: without_formulas(item) for key, item in value.items() if key not in _KEYS}
    return [without_formulas(item) for item in value] if isinstance(value, list) else value


@cache
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def names(text: str) -> list[str]:
    """The attributes a formula reads."""
    found = {node.id for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)}
    return sorted(found - set(_FUNCTIONS))


def constants(text: str) -> list[Fraction]:
    """The figures in a formula, which are where it may bend."""
    nodes = [node for node in ast.walk(_parsed(text)) if isinstance(node, ast.Constant)]
    return [_figure(text, node) for node in nodes]


def amount(text: str, company: Company) -> Fraction | None:
    """What the formula comes to for one company; None where an attribute is absent."""
    values = {name: company.value(name) for name in names(text)}
    if None in values.values():
        return None
    return Fraction(_value(_parsed(text), text, values))


def _value(node: ast.expr, text: str, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.IfExp(test=test, body=then, orelse=other):
            return _value(then if _value(test, text, values) else other, text, values)
        case ast.BinOp(left=left, op=sign, right=right):
            return _ARITHMETIC[type(sign)](_value(left, text, values), _value(right, text, values))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return _ARITHMETIC[type(sign)](_value(left, text, values), _value(right, text, values))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*(_value(argument, text, values) for argument in arguments))
        case ast.Name(id=name):
            value = values[name]
            return value if isinstance(value, bool) else Fraction(value)
        case ast.Constant():
            return _figure(text, node)
    raise ValueError(f"the language of formulas has no {ast.dump(node)}")


def _figure(text: str, node: ast.Constant) -> Fraction:
    """From its letters, since 0.1 read as a float is no tenth."""
    return Fraction(ast.get_source_segment(text, node) or "")
