"""Standard CEL, read once and asked often.

>>> program("price * quantity > 100.0").evaluate({"price": 9.5, "quantity": 11.0})
True
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luodi.message import Message
from luodi.rules.cel.build import Built, build
from luodi.rules.cel.check import check
from luodi.rules.cel.outcome import Failure, Result
from luodi.rules.cel.standard import Standard
from luodi.rules.cel.values import value_of
from luodi.rules.syntax import BadExpression, Expression, parse


@dataclass(frozen=True, slots=True)
class Program:
    """An expression ready to be evaluated; it may be shared between threads."""

    expression: Expression
    names: frozenset[str]  # what it may ask its bindings for
    _built: Built

    def evaluate(self, bindings: Mapping[str, Any] | None = None) -> Result:
        """The value: `None`, a `bool`, `int`, `float`, `str`, `bytes`, tuple, or one of `luodi.rules.cel.values`.

        A value that does not exist comes back as a `Failure` with its position. A name may be bound to an `Unknown`;
        where the answer turns on it, an `Unknown` comes back.
        """
        given = bindings or {}
        bound = {name: value_of(given[name]) for name in self.names if name in given}
        try:
            return self._built.run(bound)
        except RecursionError:
            return Failure(Message("rules.nested-too-deeply"), 0)


def program(text: str, *, container: str = "", declared: Mapping[str, str] | None = None) -> Program:
    """Read an expression. Names are looked up in `container`, such as `com.example`, and outwards.

    With `declared`, the kind of each name (such as `{"x": "int"}`, or `dyn`), names, functions and kinds are checked at
    once. Raises `BadExpression` with the position of whatever cannot be read or does not fit.
    """
    expression = parse(text)
    reading = Standard(container)
    try:
        if declared is not None:
            check(expression, text, declared, container)
        built = build(expression, reading)
    except RecursionError:
        raise BadExpression(Message("rules.nested-too-deeply"), text, 0) from None
    return Program(expression, frozenset(reading.names), built)
