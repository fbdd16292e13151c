"""From a syntax tree to a chain of Python functions, which is walked once and then only called.

A step takes a frame and gives a result. A frame is a list: first what the reading looks names up in, then one place for
each variable of a macro, by depth of nesting. Steps hold no state, so one built expression serves many threads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from luodi.message import Message
from luodi.rules.cel.outcome import TROUBLE, Failure, NoValue, Result, trouble_among
from luodi.rules.syntax import Call, Expression, Ident, ListOf, Literal, Macro, MapOf, Select, Struct

Frame = list[Any]
Step = Callable[[Frame], Result]
Function = Callable[..., Any]  # of values without trouble; raises NoValue

CONTEXT: Final = 0
_FIRST_PLACE: Final = 1


@dataclass(frozen=True, slots=True)
class Scope:
    """The macro variables in sight, each with its place in the frame, and the next free place."""

    places: Mapping[str, int] = field(default_factory=dict)
    free: int = _FIRST_PLACE

    def with_variable(self, name: str) -> "Scope":
        return Scope({**self.places, name: self.free}, self.free + 1)


class Reading(Protocol):
    """What the two kinds of CEL read differently."""

    strict: bool  # whether a value that is no boolean fails where a yes or no belongs

    def literal(self, node: Literal) -> Any: ...
    def ident(self, node: Ident, scope: Scope) -> Step: ...
    def select(self, node: Select, scope: Scope, builder: "Builder") -> Step: ...
    def map_of(self, node: MapOf, steps: list[tuple[Step, Step]]) -> Step: ...
    def function(self, node: Call) -> Function: ...
    def special(self, node: Call, scope: Scope, builder: "Builder") -> Step | None: ...
    def items(self, value: Any) -> Iterable[Any]: ...


@dataclass(frozen=True, slots=True)
class Built:
    """An expression ready to run: `run(context)`."""

    step: Step
    places: int

    def run(self, context: Any) -> Result:
        return self.step([context, *(None,) * self.places])


def build(node: Expression, reading: Reading) -> Built:
    """The steps of an expression. `RecursionError` where it is nested beyond what Python can walk."""
    builder = Builder(reading)
    step = builder.step(node, Scope())
    return Built(step, builder.places)


def failing(message: Message, position: int) -> Step:
    failure = Failure(message, position)
    return lambda frame: failure


def place(index: int) -> Step:
    return lambda frame: frame[index]


class Builder:
    """One walk over one tree; `places` counts the deepest nesting of macros."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.places = 0

    def step(self, node: Expression, scope: Scope) -> Step:
        match node:
            case Literal():
                value = self.reading.literal(node)
                return lambda frame: value
            case Ident():
                return self.reading.ident(node, scope)
            case Select():
                return self.reading.select(node, scope, self)
            case Call():
                return self.call(node, scope)
            case Macro():
                return self.macro(node, scope)
            case ListOf(items) if all(isinstance(item, Literal) for item in items):
                fixed = tuple(self.reading.literal(item) for item in items if isinstance(item, Literal))
                return lambda frame: fixed
            case ListOf(items):
                return _list(tuple(self.step(item, scope) for item in items))
            case MapOf(entries):
                pairs = [(self.step(key, scope), self.step(value, scope)) for key, value in entries]
                return self.reading.map_of(node, pairs)
            case Struct():
                return failing(Message("rules.expression-no-value"), node.start)

    def call(self, node: Call, scope: Scope) -> Step:
        match node:
            case Call(name="&&" | "||", target=None):
                parts = tuple(self.step(part, scope) for part in _chain(node, node.name))
                return _logic(parts, node.name == "||", self.reading.strict, node.start)
            case Call(name="?:", arguments=(test, then, other), target=None):
                steps = self.step(test, scope), self.step(then, scope), self.step(other, scope)
                return _conditional(*steps, self.reading.strict, test.start)
        special = self.reading.special(node, scope, self)
        if special is not None:
            return special
        arguments = tuple(self.step(part, scope) for part in values_of(node))
        return _strict(self.reading.function(node), arguments, node.start)

    def macro(self, node: Macro, scope: Scope) -> Step:
        over = self.step(node.range, scope)
        inner = scope.with_variable(node.variable)
        self.places = max(self.places, inner.free - _FIRST_PLACE)
        steps = tuple(self.step(step, inner) for step in node.steps)
        loop = _Loop(self.reading, over, scope.free, node.start)
        match node.kind:
            case "exists" | "all":
                return loop.quantified(steps[0], node.kind == "exists")
            case "exists_one":
                return loop.exactly_one(steps[0])
            case "filter":
                return loop.collected(steps[0], place(scope.free))
            case _:
                return loop.collected(steps[0] if len(steps) == 2 else None, steps[-1])


# ---- calls


def values_of(node: Call) -> tuple[Expression, ...]:
    """What a call is given, the receiver of a method first."""
    return node.arguments if node.target is None else (node.target, *node.arguments)


def _strict(function: Function, arguments: tuple[Step, ...], at: int) -> Step:
    """A call that needs every argument. One and two arguments are written out: they are nearly all there are."""
    match arguments:
        case (only,):
            return _unary(function, only, at)
        case (left, right):
            return _binary(function, left, right, at)

    def step(frame: Frame) -> Result:
        values = [argument(frame) for argument in arguments]
        if any(type(value) in TROUBLE for value in values):
            return trouble_among(values)
        try:
            return function(*values)
        except NoValue as problem:
            return Failure(problem.message, at)

    return step


def _unary(function: Function, only: Step, at: int) -> Step:
    def step(frame: Frame) -> Result:
        value = only(frame)
        if type(value) in TROUBLE:
            return value
        try:
            return function(value)
        except NoValue as problem:
            return Failure(problem.message, at)

    return step


def _binary(function: Function, left: Step, right: Step, at: int) -> Step:
    def step(frame: Frame) -> Result:
        first, second = left(frame), right(frame)
        if type(first) in TROUBLE or type(second) in TROUBLE:
            return trouble_among((first, second))
        try:
            return function(first, second)
        except NoValue as problem:
            return Failure(problem.message, at)

    return step


def _list(items: tuple[Step, ...]) -> Step:
    def step(frame: Frame) -> Result:
        values = tuple([item(frame) for item in items])
        return next((value for value in values if type(value) in TROUBLE), values)

    return step


# ---- yes and no


def _chain(node: Expression, sign: str) -> Iterable[Expression]:
    """The parts of `a && b && c`, so that a long chain is one loop and not a deep nest."""
    parts: list[Expression] = []
    open_parts = [node]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, Call) and part.name == sign and part.target is None:
            open_parts.extend(reversed(part.arguments))
        else:
            parts.append(part)
    return parts


def _logic(parts: tuple[Step, ...], settles: bool, strict: bool, at: int) -> Step:
    def step(frame: Frame) -> Result:
        trouble: Result = None
        for part in parts:
            value = part(frame)
            if value is settles:
                return settles
            if value is not (not settles):
                trouble = _worse(trouble, value, strict, at)
        return not settles if trouble is None else trouble

    return step


def _worse(trouble: Result, value: Result, strict: bool, at: int) -> Result:
    """The trouble so far and one more part that is neither yes nor no."""
    if type(value) not in TROUBLE:
        if not strict:
            return trouble
        value = Failure(Message("rules.yes-or-no-wanted"), at)
    return value if trouble is None else trouble_among((trouble, value))


def _conditional(test: Step, then: Step, other: Step, strict: bool, at: int) -> Step:
    def step(frame: Frame) -> Result:
        chosen = test(frame)
        if chosen is True:
            return then(frame)
        if chosen is False:
            return other(frame)
        if type(chosen) in TROUBLE:
            return chosen
        return Failure(Message("rules.yes-or-no-wanted"), at) if strict else (then if chosen else other)(frame)

    return step


# ---- macros


@dataclass(frozen=True, slots=True)
class _Loop:
    """What the macros share: a range, the place of their variable, and their position."""

    reading: Reading
    over: Step
    place: int
    at: int

    def items(self, frame: Frame) -> Any:
        """The items of the range, or the trouble it is in."""
        value = self.over(frame)
        if type(value) in TROUBLE:
            return value
        try:
            return self.reading.items(value)
        except NoValue as problem:
            return Failure(problem.message, self.at)

    def quantified(self, test: Step, settles: bool) -> Step:
        """`exists` and `all`: an or, or an and, over the items."""
        here, strict, at = self.place, self.reading.strict, self.at

        def step(frame: Frame) -> Result:
            items = self.items(frame)
            if type(items) in TROUBLE:
                return items
            trouble: Result = None
            for item in items:
                frame[here] = item
                value = test(frame)
                if value is settles:
                    return settles
                if value is not (not settles):
                    trouble = _worse(trouble, value, strict, at)
            return not settles if trouble is None else trouble

        return step

    def exactly_one(self, test: Step) -> Step:
        found = self.collected(test, place(self.place))

        def step(frame: Frame) -> Result:
            values = found(frame)
            return values if type(values) in TROUBLE else len(values) == 1

        return step

    def collected(self, test: Step | None, transform: Step) -> Step:
        """`filter` and `map`: the first trouble ends them, since every item counts."""
        here = self.place

        def step(frame: Frame) -> Result:
            items = self.items(frame)
            if type(items) in TROUBLE:
                return items
            values = []
            for item in items:
                frame[here] = item
                chosen = True if test is None else self.truth(test(frame))
                if type(chosen) in TROUBLE:
                    return chosen
                if chosen is True:
                    value = transform(frame)
                    if type(value) in TROUBLE:
                        return value
                    values.append(value)
            return tuple(values)

        return step

    def truth(self, value: Result) -> Result:
        """A yes, a no or trouble; what is none of them counts as no unless the reading is strict."""
        if value is True or value is False or type(value) in TROUBLE or not self.reading.strict:
            return value
        return Failure(Message("rules.yes-or-no-wanted"), self.at)
