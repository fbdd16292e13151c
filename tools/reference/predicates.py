"""The predicate language of policies.yaml, read from its own words under `predicate_language`."""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from reference.derived import Company, Value, figure

Node = Mapping[str, Any]
Truth = bool | None
_NONE: Final = frozenset(("none",))


@dataclass(frozen=True, slots=True)
class Answer:
    """`match`, `no_match` or `need_info`, and what a need_info answer asks for, sorted."""

    word: str
    missing: tuple[str, ...] = ()


class Predicates:
    """Evaluates trees; `kinds` are the types of the attributes, which type the values of the leaves."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds
        self._constants: dict[
            int, tuple[Node, Any]
        ] = {}  # by the leaf itself, which is kept so that no other has its id

    def answer(self, node: Node, company: Company, window: tuple[date | None, date | None] = (None, None)) -> Answer:
        """Outside the window no_match, and the criteria are not looked at."""
        first, last = window
        if (first and company.day < first) or (last and company.day > last):
            return Answer("no_match")
        truth = self.truth(node, company)
        if truth is None:
            return Answer("need_info", tuple(sorted(self.missing(node, company))))
        return Answer("match" if truth else "no_match")

    def truth(self, node: Node, company: Company, seen: dict[int, Truth] | None = None) -> Truth:
        """`seen` keeps what the nodes of this tree are for this company, for whoever asks for several of them."""
        if seen is None:
            seen = {}
        elif id(node) in seen:
            return seen[id(node)]
        found = seen[id(node)] = self._truth(node, company, seen)
        return found

    def _truth(self, node: Node, company: Company, seen: dict[int, Truth]) -> Truth:
        kind, members = group(node)
        if kind is None:
            return self._leaf(node, company)
        truths = [self.truth(member, company, seen) for member in members]
        if kind == "not":
            return None if truths[0] is None else not truths[0]
        settles = kind == "any"
        return settles if settles in truths else None if None in truths else not settles

    def missing(self, node: Node, company: Company) -> frozenset[str]:
        """Of an unknown node the members that are unknown; true and false members add nothing."""
        if self.truth(node, company) is not None:
            return frozenset()
        kind, members = group(node)
        if kind is not None:
            return frozenset[str]().union(*(self.missing(member, company) for member in members))
        if "manual" in node:
            return frozenset(("manual",))
        asked = [node["attr"], *([node["base"]] if "base" in node else [])]
        absent = [company.lacking(name) for name in asked if company.value(name) is None]
        # A growth leaf whose two attributes are there is unknown because its base is zero.
        return frozenset[str]().union(*absent) or frozenset((node["base"],))

    def _leaf(self, node: Node, company: Company) -> Truth:
        if "always" in node:
            return True
        if "manual" in node:
            return None
        value, op = company.value(node["attr"]), node["op"]
        if op == "is_not_true":
            return value is not True
        if op == "exists":
            return value is not None and value != "" and (not isinstance(value, frozenset) or bool(value - _NONE))
        if value is None:
            return None
        if op == "growth_gt":
            return _grows(value, company.value(node["base"]), figure(node["value"]))
        return _TESTS[op](value, self._constant(node), company.day)

    def _constant(self, node: Node) -> Any:
        found = self._constants.get(id(node))
        if found is None:
            found = self._constants[id(node)] = node, self._read(node)
        return found[1]

    def _read(self, node: Node) -> Any:
        """The value of a leaf, typed as its attribute is; ages and prefixes are not."""
        op, value = node["op"], node.get("value")
        if op in _BY_TEXT or value is None:
            return value
        if op.startswith("age_"):
            return int(value)
        kind = self.kinds[node["attr"]]
        return [_typed(kind, item) for item in value] if isinstance(value, list) else _typed(kind, value)


def _typed(kind: str, text: str) -> Any:
    match kind:
        case "integer" | "money" | "decimal":
            return figure(text)
        case "date":
            return date.fromisoformat(text)
        case "boolean":
            return text == "true"
    return text


def _grows(value: Value, base: Value, rate: int | Fraction) -> Truth:
    return None if base is None or base == 0 else bool(value > base * (1 + rate))


def months_later(day: date, months: int) -> date:
    """The same day some months later; where it does not exist, the last day of the month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _starts(value: str, prefixes: list[str]) -> bool:
    return any(value.startswith(prefix) for prefix in prefixes)


def _held(value: frozenset[str]) -> frozenset[str]:
    """[none] says what an empty set says."""
    return frozenset() if value == _NONE else value


_BY_TEXT: Final = ("region_in", "industry_in", "contains", "contains_any", "not_contains_only")
_TESTS: Final[Mapping[str, Callable[[Any, Any, date], bool]]] = {
    "eq": lambda v, c, _: v == c,
    "ne": lambda v, c, _: v != c,
    "lt": lambda v, c, _: v < c,
    "le": lambda v, c, _: v <= c,
    "gt": lambda v, c, _: v > c,
    "ge": lambda v, c, _: v >= c,
    "between": lambda v, c, _: c[0] <= v <= c[1],
    "in": lambda v, c, _: v in c,
    "not_in": lambda v, c, _: v not in c,
    "contains": lambda v, c, _: c in _held(v),
    "contains_any": lambda v, c, _: bool(_held(v) & set(c)),
    "not_contains_only": lambda v, c, _: bool(_held(v) - set(c)),
    "is_true": lambda v, c, _: v is True,
    "is_false": lambda v, c, _: v is False,
    "region_in": lambda v, c, _: _starts(v, c),
    "industry_in": lambda v, c, _: _starts(v, c),
    "age_days_ge": lambda v, c, day: (day - v).days >= c,
    "age_months_ge": lambda v, c, day: day >= months_later(v, c),
    "age_years_le": lambda v, c, day: day <= months_later(v, 12 * c),
    "on_or_after": lambda v, c, _: v >= c,
    "before": lambda v, c, _: v < c,
}


def group(node: Node) -> tuple[str | None, list[Node]]:
    """`all`, `any` or `not` with its members; None for a leaf."""
    for kind in ("all", "any"):
        if kind in node:
            return kind, node[kind]
    return ("not", [node["not"]]) if "not" in node else (None, [])


def leaves(node: Node) -> Iterator[Node]:
    kind, members = group(node)
    if kind is None:
        yield node
    for member in members:
        yield from leaves(member)


def days_near(day: date, node: Node) -> list[date]:
    """Dates that meet an age or a date leaf just so, and the days beside them."""
    op, value = node["op"], node.get("value")
    match op:
        case "exists":
            edge = day
        case "age_days_ge":
            edge = day - timedelta(days=int(str(value)))
        case "age_months_ge":
            edge = months_later(day, -int(str(value)))
        case "age_years_le":
            edge = months_later(day, -12 * int(str(value)))
        case _:
            edge = date.fromisoformat(str(value))
    return [edge + timedelta(days=days) for days in (-1, 0, 1)]
