"""What can be told wrong before anything is bound: names, functions, and kinds that do not fit.

Gradual: what an item of a list or map is stays open (`dyn`) until it is there, so this refuses less than the checkers
that follow every item. Stricter than the evaluation in one way, as in the standard: `1 == 1u` compares kinds that are
known to differ, and is refused; `dyn(1) == 1u` says that it is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from luodi.errors import did_you_mean
from luodi.message import Message
from luodi.rules.cel.build import Scope, values_of
from luodi.rules.cel.functions import GENERAL, OVERLOADS, Kinds, Overload, form_of
from luodi.rules.cel.standard import TYPES, candidates, dotted
from luodi.rules.cel.values import ANY, KEYS, KINDS, Kind, Map, kind_name
from luodi.rules.syntax import BadExpression, Call, Expression, Ident, ListOf, Literal, Macro, MapOf, Select, Struct

_NAMED: Final = {"dyn": ANY, **{kind.name: python for python, kind in KINDS.items()}}


def check(node: Expression, text: str, declared: Mapping[str, str], container: str = "") -> str:
    """The kind of what the expression gives. Raises `BadExpression` with the position of what does not fit."""
    kinds = {name: _named(kind, text) for name, kind in declared.items()}
    return kind_name(_Checker(text, kinds, container).kind(node, Scope()))


def _named(kind: str, text: str) -> type:
    if kind not in _NAMED:
        raise BadExpression(Message("rules.no-kind", kind=kind, meant=did_you_mean(kind, _NAMED)), text, 0)
    return _NAMED[kind]


@dataclass(frozen=True, slots=True)
class _Checker:
    text: str
    declared: Mapping[str, type]
    container: str

    def kind(self, node: Expression, scope: Scope) -> type:
        match node:
            case Literal(value):
                return type(value)
            case Ident(name, False) if name in scope.places:
                return ANY
            case Ident() | Select():
                return self.named(node, scope)
            case ListOf(items):
                for item in items:
                    self.kind(item, scope)
                return tuple
            case MapOf(entries):
                return self.map_of(entries, scope)
            case Macro():
                return self.macro(node, scope)
            case Call():
                return self.call(node, scope)
            case Struct(name):
                raise self.wrong(Message("rules.no-message", name=name), node)

    def wrong(self, message: Message, node: Expression) -> BadExpression:
        return BadExpression(message, self.text, node.start)

    def wanted(self, node: Expression, scope: Scope, *kinds: type) -> type:
        found = self.kind(node, scope)
        if found is ANY or found in kinds:
            return found
        raise self.wrong(
            Message("rules.wanted-not-2", map=" or ".join(map(kind_name, kinds)), kind_name=kind_name(found)), node
        )

    def named(self, node: Ident | Select, scope: Scope) -> type:
        path = dotted(node, scope)
        if path is None:
            assert isinstance(node, Select)
            self.wanted(node.operand, scope, Map)
            return bool if node.test else ANY
        for name, fields in candidates(path[0], self.container, absolute=path[1]):
            kind = self.declared.get(name, Kind if name in TYPES else None)
            if kind is not None and (not fields or kind in (Map, ANY)):
                return ANY if fields else kind
        known = {*self.declared, *TYPES}
        raise self.wrong(Message("rules.no-name", path=".".join(path[0]), meant=did_you_mean(path[0][0], known)), node)

    def map_of(self, entries: tuple[tuple[Expression, Expression], ...], scope: Scope) -> type:
        for key, value in entries:
            self.wanted(key, scope, *sorted(KEYS, key=kind_name))
            self.kind(value, scope)
        return Map

    def macro(self, node: Macro, scope: Scope) -> type:
        self.wanted(node.range, scope, tuple, Map)
        inner = scope.with_variable(node.variable)
        tests = node.steps[:-1] if node.kind == "map" else node.steps
        for test in tests:
            self.wanted(test, inner, bool)
        if node.kind == "map":
            self.kind(node.steps[-1], inner)
        return tuple if node.kind in ("map", "filter") else bool

    def call(self, node: Call, scope: Scope) -> type:
        match node:
            case Call(name="&&" | "||", arguments=parts, target=None):
                for part in parts:
                    self.wanted(part, scope, bool)
                return bool
            case Call(name="?:", arguments=(test, then, other), target=None):
                self.wanted(test, scope, bool)
                return self.alike(then, other, scope)
        return self.applied(node, values_of(node), scope)

    def alike(self, left: Expression, right: Expression, scope: Scope) -> type:
        first, second = self.kind(left, scope), self.kind(right, scope)
        if ANY in (first, second):
            return ANY
        if first is not second:
            raise self.wrong(
                Message("rules.do-not-go-together", kind_name=kind_name(first), kind_name2=kind_name(second)), right
            )
        return first

    def applied(self, node: Call, parts: tuple[Expression, ...], scope: Scope) -> type:
        form = form_of(node)
        if form in OVERLOADS:
            return self.overloaded(node, OVERLOADS[form], tuple(self.kind(part, scope) for part in parts))
        if form not in GENERAL:
            near = did_you_mean(node.name, {known.name for known in (*OVERLOADS, *GENERAL)} - {node.name})
            raise self.wrong(Message("rules.no-function-like", node=node.name, near=near), node)
        match node.name:
            case "==" | "!=":
                self.alike(parts[0], parts[1], scope)
            case "in":
                self.kind(parts[0], scope)
                self.wanted(parts[1], scope, tuple, Map)
            case "[]":
                self.index(parts[0], parts[1], scope)
            case _:
                self.kind(parts[0], scope)
        return GENERAL[form].result

    def index(self, items: Expression, index: Expression, scope: Scope) -> None:
        over = self.wanted(items, scope, tuple, Map)
        if over is tuple:
            self.wanted(index, scope, int)
        else:
            self.kind(index, scope)

    def overloaded(self, node: Call, overloads: dict[Kinds, Overload], given: Kinds) -> type:
        results = {overload.result for kinds, overload in overloads.items() if _fit(given, kinds)}
        if not results:
            kinds = ", ".join(map(kind_name, given))
            raise self.wrong(Message("rules.no-2", removesuffix=node.name.removesuffix("x"), kinds=kinds), node)
        return results.pop() if len(results) == 1 else ANY


def _fit(given: Kinds, kinds: Kinds) -> bool:
    return all(have is ANY or have is want for have, want in zip(given, kinds, strict=True))
