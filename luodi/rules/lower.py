"""From CEL text to the typed tree: names and types are checked against the vocabulary, the day is fixed.

Whatever reads one attribute against constants becomes a `Test`, which can be explained, indexed, asked and
remedied. Anything else that is well typed becomes a `Formula`. Our own words beside standard CEL:
`date("2026-01-01")`, `age_days(d)`, `age_months(d)`, `age_years(d)` (the asked day against the day so much
later), `growth(a, b) > 0.1` (unknown when b is zero) and `manual("..")` (a person decides).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Final, TypedDict

from luodi.dates import parse_day
from luodi.errors import LuodiError, did_you_mean
from luodi.message import Message
from luodi.profiles.vocabulary import Attribute, Kind, Vocabulary
from luodi.rules.syntax import BadExpression, Call, Expression, Ident, ListOf, Literal, Macro, Select, parse
from luodi.rules.tree import Age, And, Const, Formula, Growth, Manual, Not, Op, Or, Test, Tree
from luodi.values import exact

_FLIP: Final = {"<": Op.GT, "<=": Op.GE, ">": Op.LT, ">=": Op.LE, "==": Op.EQ, "!=": Op.NE}
_ORDER: Final = {"<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE, "==": Op.EQ, "!=": Op.NE}
_AGES: Final = {"age_days": "days", "age_months": "months", "age_years": "years"}
_FUNCTIONS: Final = ("size", "startsWith", "endsWith", "contains", "date", "growth", "manual", "min", "max", *_AGES)
_NUMBER, _TEXT, _BOOL, _DATE, _SET, _MAP, _ANY = "number", "text", "bool", "date", "set", "map", "any"


@dataclass
class _Scope:
    text: str
    vocabulary: Vocabulary
    parameters: Mapping[str, Any]
    presume: frozenset[str]
    local: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)


def lower(
    text: str,
    vocabulary: Vocabulary,
    *,
    parameters: Mapping[str, Any] | None = None,
    presume: frozenset[str] = frozenset(),
) -> Tree:
    """The typed tree of one clause. `parameters` are the figures of the day by name.

    Raises `BadExpression` with the position for an unknown name, a type that does not fit, or a value
    outside the vocabulary.
    """
    scope = _Scope(text, vocabulary, parameters or {}, presume)
    try:
        tree = _boolean(parse(text), scope)
    except RecursionError:
        raise BadExpression(Message("rules.nested-too-deeply-or-too"), text, 0) from None
    unused = presume - scope.used
    if unused:
        raise BadExpression(Message("rules.presume-names-clause-does-not", unused=min(unused)), text, 0)
    return tree


class _Span(TypedDict):
    start: int
    end: int


def _span(node: Expression) -> _Span:
    return {"start": node.start, "end": node.end}


def _boolean(node: Expression, scope: _Scope) -> Tree:
    match node:
        case Call(name="&&", arguments=(left, right)):
            return And(_flat(And, left, right, scope), **_span(node))
        case Call(name="||", arguments=(left, right)):
            return Or(_flat(Or, left, right, scope), **_span(node))
        case Call(name="!", arguments=(inner,)):
            return Not(_boolean(inner, scope), **_span(node))
        case Literal(value=bool() as value):
            return Const(value, **_span(node))
        case Call(name="manual", arguments=(Literal(value=str() as words),)):
            return Manual(words, **_span(node))
    found = _test(node, scope)
    if found is not None:
        return found
    kind = _type(node, scope)
    if kind not in (_BOOL, _ANY):
        raise BadExpression(Message("rules.not-question-with-yes-or", kind=kind), scope.text, node.start)
    return Formula(_fixed(node, scope), frozenset(_names(node, scope)), **_span(node))


def _flat(kind: type[And] | type[Or], left: Expression, right: Expression, scope: _Scope) -> tuple[Tree, ...]:
    parts: list[Tree] = []
    for side in (left, right):
        tree = _boolean(side, scope)
        parts.extend(tree.parts if isinstance(tree, kind) else (tree,))
    return tuple(parts)


def _attribute(node: Expression, scope: _Scope) -> Attribute | None:
    """The attribute a node names, `x` or `profile.x`; parameters and macro variables are none."""
    match node:
        case Ident(name=name) if name not in scope.local and name not in scope.parameters:
            return _known(name, node, scope)
        case Select(operand=Ident(name="profile"), field=name, test=False):
            return _known(name, node, scope)
    return None


def _known(name: str, node: Expression, scope: _Scope) -> Attribute:
    if name not in scope.vocabulary:
        near = did_you_mean(name, [*scope.vocabulary.attributes, *scope.parameters])
        raise BadExpression(Message("rules.no-attribute", name=name, near=near), scope.text, node.start)
    return scope.vocabulary[name]


def _test(node: Expression, scope: _Scope) -> Tree | None:
    attribute = _attribute(node, scope)
    if attribute is not None:
        if attribute.kind is not Kind.BOOLEAN:
            return None
        presumed = attribute.name in scope.presume
        scope.used.add(attribute.name)
        return Test(attribute.name, Op.TRUE, True, presumed, **_span(node))
    match node:
        case Select(operand=Ident(name="profile"), field=name, test=True):
            return Test(_known(name, node, scope).name, Op.PRESENT, **_span(node))
        case Call(name="==" | "!=" | "<" | "<=" | ">" | ">=" as sign, arguments=(left, right)):
            return _comparison(node, sign, left, right, scope)
        case Call(name="in", arguments=(left, right)):
            return _membership(node, left, right, scope)
        case Call(name="startsWith", target=target, arguments=(Literal(value=str() as head),)) if target is not None:
            attribute = _attribute(target, scope)
            if attribute is not None and attribute.kind.is_text:
                return Test(attribute.name, Op.PREFIX, (head,), **_span(node))
        case Macro(kind="exists", range=over, variable=variable, steps=(step,)):
            return _over_set(node, over, variable, step, scope)
    return None


def _comparison(node: Call, sign: str, left: Expression, right: Expression, scope: _Scope) -> Tree | None:
    if _is_constant(left, scope) and not _is_constant(right, scope):
        left, right, op = right, left, _FLIP[sign]
    else:
        op = _ORDER[sign]
    if not _is_constant(right, scope):
        return None
    match left:
        case Call(name=name, arguments=(inner,)) if name in _AGES:
            return _age(node, name, inner, op, right, scope)
        case Call(name="growth", arguments=(value, base)):
            return _growth(node, value, base, op, right, scope)
    attribute = _attribute(left, scope)
    if attribute is None:
        return None
    if attribute.kind in (Kind.SET, Kind.MAP):
        raise BadExpression(
            Message("rules.problem-2", attribute=attribute.name, kind=attribute.kind.value),
            scope.text,
            left.start,
        )
    constant = _constant(right, attribute, scope)
    if attribute.kind is Kind.BOOLEAN:
        test = Test(attribute.name, Op.TRUE, True, attribute.name in scope.presume, **_span(node))
        scope.used.add(attribute.name)
        return test if constant is (op is Op.EQ) else Not(test, **_span(node))
    return Test(attribute.name, op, constant, **_span(node))


def _age(node: Call, name: str, inner: Expression, op: Op, right: Expression, scope: _Scope) -> Tree:
    attribute = _attribute(inner, scope)
    if attribute is None or attribute.kind is not Kind.DATE:
        raise BadExpression(Message("rules.takes-attribute-date", name=name), scope.text, inner.start)
    count = _plain_constant(right, scope)
    if not isinstance(count, int) or isinstance(count, bool) or count < 0 or count > 20_000:
        raise BadExpression(
            Message("rules.compared-with-whole-number", name=name, ages=_AGES[name]), scope.text, right.start
        )
    return Test(attribute.name, Op.AGE, Age(_AGES[name], op, count), **_span(node))


def _growth(node: Call, value: Expression, base: Expression, op: Op, right: Expression, scope: _Scope) -> Tree:
    pair = (_attribute(value, scope), _attribute(base, scope))
    rate = _plain_constant(right, scope)
    if any(a is None or not a.kind.is_number for a in pair) or _constant_type(rate) != _NUMBER:
        raise BadExpression(Message("rules.growth-takes-two-attributes-numbers"), scope.text, node.start)
    first, second = pair
    assert first is not None and second is not None
    return Growth(first.name, second.name, op, rate, **_span(node))


def _membership(node: Call, left: Expression, right: Expression, scope: _Scope) -> Tree | None:
    attribute = _attribute(left, scope)
    if attribute is not None and isinstance(right, ListOf) and attribute.kind is not Kind.SET:
        return Test(
            attribute.name, Op.IN, frozenset(_constant(i, attribute, scope) for i in right.items), **_span(node)
        )
    over = _attribute(right, scope)
    if over is not None and over.kind is Kind.SET and _is_constant(left, scope):
        return Test(over.name, Op.HAS_ANY, frozenset((_constant(left, over, scope),)), **_span(node))
    if over is not None and over.kind is not Kind.SET:
        raise BadExpression(Message("rules.no-set-nothing-can", over=over.name), scope.text, right.start)
    return None


def _over_set(node: Macro, over: Expression, variable: str, step: Expression, scope: _Scope) -> Tree | None:
    attribute = _attribute(over, scope)
    if attribute is None or attribute.kind is not Kind.SET:
        return None
    op = Op.HAS_ANY
    if isinstance(step, Call) and step.name == "!":
        op, step = Op.HAS_OTHER, step.arguments[0]
    match step:
        case Call(name="in", arguments=(Ident(name=name), ListOf(items))) if name == variable:
            members = items
        case Call(name="==", arguments=(Ident(name=name), item)) if name == variable and _is_constant(item, scope):
            members = (item,)
        case _:
            return None
    return Test(attribute.name, op, frozenset(_constant(i, attribute, scope) for i in members), **_span(node))


def _is_constant(node: Expression, scope: _Scope) -> bool:
    match node:
        case Literal():
            return True
        case Ident(name=name):
            return name in scope.parameters and name not in scope.local
        case Call(name="date", arguments=(Literal(value=str()),), target=None):
            return True
        case Call(name="-x", arguments=(inner,)):
            return _is_constant(inner, scope)
    return False


def _plain_constant(node: Expression, scope: _Scope) -> Any:
    match node:
        case Literal(value=float(), text=text):
            return exact(text)
        case Literal(value=value):
            return value
        case Ident(name=name):
            return scope.parameters[name]
        case Call(name="date", arguments=(Literal(value=str() as text),)):
            try:
                return parse_day(text)
            except LuodiError as problem:
                raise BadExpression(problem.message, scope.text, node.start) from None
        case Call(name="-x", arguments=(inner,)):
            value = _plain_constant(inner, scope)
            if _constant_type(value) != _NUMBER:
                raise BadExpression(Message("rules.only-number-can-stand-after"), scope.text, inner.start)
            return -value
    raise BadExpression(Message("rules.constant-wanted"), scope.text, node.start)


def _constant(node: Expression, attribute: Attribute, scope: _Scope) -> Any:
    """A constant beside an attribute, checked to be a value the attribute can have."""
    if not _is_constant(node, scope):
        raise BadExpression(Message("rules.constant-wanted"), scope.text, node.start)
    value = _plain_constant(node, scope)
    wanted = _ATTRIBUTE_TYPE[attribute.kind]
    if wanted == _SET:
        wanted = _TEXT
    if _constant_type(value) != wanted:
        raise BadExpression(
            Message(
                "rules.type-cannot-compared-with",
                attribute=attribute.name,
                kind=attribute.kind.value,
                constant_type=_constant_type(value),
            ),
            scope.text,
            node.start,
        )
    if attribute.allowed is not None and value not in attribute.allowed:
        raise BadExpression(
            Message(
                "rules.not-value",
                value=value,
                attribute=attribute.name,
                meant=did_you_mean(str(value), attribute.allowed),
            ),
            scope.text,
            node.start,
        )
    return value


_ATTRIBUTE_TYPE: Final = {
    Kind.STRING: _TEXT,
    Kind.ENUM: _TEXT,
    Kind.INTEGER: _NUMBER,
    Kind.MONEY: _NUMBER,
    Kind.DECIMAL: _NUMBER,
    Kind.DATE: _DATE,
    Kind.BOOLEAN: _BOOL,
    Kind.SET: _SET,
    Kind.MAP: _MAP,
}


def _constant_type(value: Any) -> str:
    if isinstance(value, bool):
        return _BOOL
    if isinstance(value, int | Fraction | float):
        return _NUMBER
    if isinstance(value, date):
        return _DATE
    if isinstance(value, frozenset | tuple | list):
        return _SET
    return _TEXT if isinstance(value, str) else _ANY


def _type(node: Expression, scope: _Scope) -> str:
    """The type of any expression; a clash of types is refused with its position."""
    match node:
        case Literal(value=value):
            return _constant_type(value)
        case Ident(name=name) if name in scope.local:
            return scope.local[name]
        case Ident(name=name) if name in scope.parameters:
            return _constant_type(scope.parameters[name])
        case Select(operand=Ident(name="profile"), field=name, test=True):
            _known(name, node, scope)
            return _BOOL
        case Ident() | Select(operand=Ident(name="profile")):
            attribute = _attribute(node, scope)
            assert attribute is not None
            return _ATTRIBUTE_TYPE[attribute.kind]
        case ListOf(items):
            for item in items:
                _type(item, scope)
            return _SET
        case Macro(range=over, variable=variable, steps=steps, kind=kind):
            _expect(over, _SET, scope)
            inner = _Scope(
                scope.text, scope.vocabulary, scope.parameters, scope.presume, {**scope.local, variable: _TEXT}
            )
            for step in steps[: -1 if kind == "map" else None]:
                _expect(step, _BOOL, inner)
            if kind == "map":
                _type(steps[-1], inner)
            return _SET if kind in ("map", "filter") else _BOOL
        case Call():
            return _call_type(node, scope)
    raise BadExpression(Message("rules.our-books-know-no-such"), scope.text, node.start)


def _expect(node: Expression, wanted: str, scope: _Scope) -> str:
    found = _type(node, scope)
    if found not in (wanted, _ANY):
        raise BadExpression(Message("rules.wanted-not", wanted=wanted, found=found), scope.text, node.start)
    return found


def _call_type(node: Call, scope: _Scope) -> str:
    parts = (*((node.target,) if node.target is not None else ()), *node.arguments)
    match node.name, parts:
        case "&&" | "||", _:
            for part in parts:
                _expect(part, _BOOL, scope)
            return _BOOL
        case "!", (inner,):
            return _expect(inner, _BOOL, scope) and _BOOL
        case "-x", (inner,):
            return _expect(inner, _NUMBER, scope) and _NUMBER
        case "?:", (test, then, other):
            _expect(test, _BOOL, scope)
            return _expect(other, _type(then, scope), scope)
        case "==" | "!=" | "<" | "<=" | ">" | ">=", (left, right):
            _expect(right, _type(left, scope), scope)
            return _BOOL
        case "in", (left, right):
            _type(left, scope)
            _expect(right, _SET, scope)
            return _BOOL
        case "-", (left, right) if _type(left, scope) == _DATE:
            return _expect(right, _DATE, scope) and _NUMBER
        case "+" | "-" | "*" | "/" | "%", (left, right):
            _expect(left, _NUMBER, scope)
            _expect(right, _NUMBER, scope)
            return _NUMBER
        case "min" | "max", (_, *_):
            for part in parts:
                _expect(part, _NUMBER, scope)
            return _NUMBER
        case "size", (inner,):
            if _type(inner, scope) not in (_SET, _TEXT, _MAP):
                raise BadExpression(Message("rules.size-takes-set-or-text"), scope.text, inner.start)
            return _NUMBER
        case "startsWith" | "endsWith" | "contains", (target, argument):
            _expect(target, _TEXT, scope)
            _expect(argument, _TEXT, scope)
            return _BOOL
        case "date", (Literal(value=str()),):
            _plain_constant(node, scope)
            return _DATE
        case "age_days", (inner,):
            return _expect(inner, _DATE, scope) and _NUMBER
        case ("age_months" | "age_years" | "growth" | "manual") as name, _:
            raise BadExpression(Message("rules.stands-only-comparison-or-itself", name=name), scope.text, node.start)
    near = "" if node.name in _FUNCTIONS else did_you_mean(node.name, _FUNCTIONS)
    raise BadExpression(Message("rules.our-books-know-no-like", node=node.name, near=near), scope.text, node.start)


def _fixed(node: Expression, scope: _Scope) -> Expression:
    """The expression with the day's parameter values in place of their names."""
    match node:
        case Ident(name=name) if name in scope.parameters and name not in scope.local:
            value = scope.parameters[name]
            if isinstance(value, date):
                return Call("date", (Literal(value.isoformat()),), **_span(node))
            if isinstance(value, Fraction):
                text = f"{value.numerator}/{value.denominator}"
                return Literal(float(value), text, **_span(node))
            return Literal(value, str(value), **_span(node))
        case Select(operand=Ident(name="profile")):
            return node
        case Call(name=name, arguments=arguments, target=target):
            new = tuple(_fixed(a, scope) for a in arguments)
            return Call(name, new, _fixed(target, scope) if target is not None else None, **_span(node))
        case ListOf(items):
            return ListOf(tuple(_fixed(i, scope) for i in items), **_span(node))
        case Macro(kind=kind, range=over, variable=variable, steps=steps):
            return Macro(kind, _fixed(over, scope), variable, tuple(_fixed(s, scope) for s in steps), **_span(node))
    return node


def _names(node: Expression, scope: _Scope, bound: frozenset[str] = frozenset()) -> set[str]:
    match node:
        case Ident(name=name):
            return set() if name in bound or name in scope.parameters else {name}
        case Select(operand=Ident(name="profile"), field=name):
            return {name}
        case Call(arguments=arguments, target=target):
            parts = (*arguments, *((target,) if target is not None else ()))
            return set().union(*(_names(p, scope, bound) for p in parts)) if parts else set()
        case ListOf(items):
            return set().union(*(_names(i, scope, bound) for i in items)) if items else set()
        case Macro(range=over, variable=variable, steps=steps):
            inner = bound | {variable}
            return _names(over, scope, bound).union(*(_names(s, scope, inner) for s in steps))
    return set()
