"""The standard's reading of CEL: names looked up in a container, doubles, functions chosen by the kinds of values.

What a name means follows the standard: a macro's variable first; else the longest dotted name that is bound, and of
equally long ones the one in the innermost container. `.x` begins at the root.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from luodi.errors import did_you_mean
from luodi.message import Message
from luodi.rules.cel.build import CONTEXT, Builder, Frame, Function, Scope, Step, place, values_of
from luodi.rules.cel.functions import GENERAL, OVERLOADS, Kinds, Overload, form_of
from luodi.rules.cel.outcome import TROUBLE, Failure, NoValue, Result, trouble_among
from luodi.rules.cel.values import KINDS, Map, field_of, has_field, kind_of
from luodi.rules.syntax import Call, Expression, Ident, Literal, MapOf, Select

TYPES: Final = {kind.name: kind for kind in KINDS.values()}


def candidates(path: list[str], container: str, *, absolute: bool = False) -> Iterator[tuple[str, list[str]]]:
    """The names that `a.b.c` may mean, first the likeliest, each with the fields to take from what it names."""
    prefixes = [""] if absolute else _prefixes(container)
    for length in range(len(path), 0, -1):
        for prefix in prefixes:
            yield prefix + ".".join(path[:length]), path[length:]


def _prefixes(container: str) -> list[str]:
    parts = container.split(".") if container else []
    return ["".join(f"{part}." for part in parts[:size]) for size in range(len(parts), -1, -1)]


def dotted(node: Expression, scope: Scope) -> tuple[list[str], bool] | None:
    """`a.b.c` as its parts, and whether it begins at the root; None for a macro's variable and what is no name."""
    path: list[str] = []
    while isinstance(node, Select) and not node.test:
        path.append(node.field)
        node = node.operand
    if not isinstance(node, Ident) or (node.name in scope.places and not node.absolute):
        return None
    return [node.name, *reversed(path)], node.absolute


class Standard:
    """`names` collects every name that the expression may ask its bindings for."""

    strict = True

    def __init__(self, container: str = "") -> None:
        self.container = container
        self.names: set[str] = set()

    def literal(self, node: Literal) -> Any:
        return node.value

    def ident(self, node: Ident, scope: Scope) -> Step:
        if node.name in scope.places and not node.absolute:
            return place(scope.places[node.name])
        return self._bound([node.name], node.absolute, node.start)

    def select(self, node: Select, scope: Scope, builder: Builder) -> Step:
        named = dotted(node, scope)
        if named:
            return self._bound(*named, node.start)
        operand = builder.step(node.operand, scope)
        return _field(operand, node.field, has_field if node.test else field_of, node.start)

    def _bound(self, path: list[str], absolute: bool, at: int) -> Step:
        ways = list(candidates(path, self.container, absolute=absolute))
        self.names |= {name for name, _ in ways}
        missing = Failure(Message("rules.not-known", path=".".join(path)), at)
        if len(ways) == 1:
            return _variable(path[0], TYPES.get(path[0], missing))
        return _qualified(ways, missing, at)

    def map_of(self, node: MapOf, steps: list[tuple[Step, Step]]) -> Step:
        def step(frame: Frame) -> Result:
            pairs = [(key(frame), value(frame)) for key, value in steps]
            flat = [side for pair in pairs for side in pair]
            if any(type(side) in TROUBLE for side in flat):
                return trouble_among(flat)
            try:
                return Map(pairs)
            except NoValue as problem:
                return Failure(problem.message, node.start)

        return step

    def function(self, node: Call) -> Function:
        form = form_of(node)
        if form in GENERAL:
            return GENERAL[form].function
        if form in OVERLOADS:
            return _chosen(node.name, OVERLOADS[form])
        near = did_you_mean(node.name, {known.name for known in OVERLOADS})
        return _refusing(Message("rules.no-function-like", node=node.name, near=near))

    def special(self, node: Call, scope: Scope, builder: Builder) -> Step | None:
        """Calls of two values, which are nearly all, choose their function in the step itself."""
        form = form_of(node)
        if form.size != 2 or form not in OVERLOADS:
            return None
        first, second = (builder.step(part, scope) for part in values_of(node))
        return _chosen_by_two(node, OVERLOADS[form], first, second)

    def items(self, value: Any) -> Iterable[Any]:
        if type(value) is tuple or type(value) is Map:
            return value
        raise NoValue(Message("rules.only-list-or-map-items"))


# ---- names


def _variable(name: str, otherwise: Any) -> Step:
    return lambda frame: frame[CONTEXT].get(name, otherwise)


def _qualified(ways: list[tuple[str, list[str]]], missing: Failure, at: int) -> Step:
    def step(frame: Frame) -> Result:
        bound = frame[CONTEXT]
        for name, fields in ways:
            value = bound.get(name, TYPES.get(name, missing))
            if value is not missing:
                return _inside(value, fields, at)
        return missing

    return step


def _inside(value: Any, fields: list[str], at: int) -> Result:
    for name in fields:
        if type(value) in TROUBLE:
            return value
        try:
            value = field_of(value, name)
        except NoValue as problem:
            return Failure(problem.message, at)
    return value


def _field(operand: Step, name: str, taken: Callable[[Any, str], Any], at: int) -> Step:
    def step(frame: Frame) -> Result:
        value = operand(frame)
        if type(value) in TROUBLE:
            return value
        try:
            return taken(value, name)
        except NoValue as problem:
            return Failure(problem.message, at)

    return step


# ---- functions


def _chosen(name: str, overloads: dict[Kinds, Overload]) -> Function:
    """The function that picks its overload by the kinds of the values it is given."""

    def function(*values: Any) -> Any:
        found = overloads.get(tuple(map(type, values)))
        if found is None:
            raise NoValue(_no_overload(name, values))
        return found.function(*values)

    return function


def _chosen_by_two(node: Call, overloads: dict[Kinds, Overload], first: Step, second: Step) -> Step:
    """The same as a step. Trouble is of no kind that a function takes, so it shows only where none is found."""
    functions, at = {kinds: overload.function for kinds, overload in overloads.items()}, node.start

    def step(frame: Frame) -> Result:
        left, right = first(frame), second(frame)
        function = functions.get((type(left), type(right)))
        if function is None:
            if type(left) in TROUBLE or type(right) in TROUBLE:
                return trouble_among((left, right))
            return Failure(_no_overload(node.name, (left, right)), at)
        try:
            return function(left, right)
        except NoValue as problem:
            return Failure(problem.message, at)

    return step


def _no_overload(name: str, values: tuple[Any, ...]) -> Message:
    kinds = ", ".join(kind_of(value).name for value in values)
    return Message("rules.no-2", removesuffix=name.removesuffix("x"), kinds=kinds)


def _refusing(message: Message) -> Function:
    def function(*values: Any) -> Any:
        raise NoValue(message)

    return function
