"""Random companies that stand where a rule may turn: at each threshold, just below and just above it, or silent."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from reference.derived import RATIOS, SIZE, SizeTable, Value
from reference.predicates import Node, days_near, leaves
from reference.reading import FactFiles

_SILENT: Final = 0.15
_SILENT_DERIVED: Final = 0.6  # what is derived is seldom given, so that the derivation is tried
_DERIVED: Final = (SIZE, *RATIOS)
_REGIONS: Final = ("110108", "110105", "310115", "440106", "440300", "460100", "500112")
_NUMBERS: Final = ("integer", "money", "decimal")


class Companies:
    """Draws companies for one rule, or for several at once."""

    def __init__(self, facts: FactFiles, sizes: SizeTable, seed: random.Random) -> None:
        self.random = seed
        self.attributes: dict[str, Mapping[str, Any]] = {row["name"]: row for row in facts.company["attributes"]}
        self.sizes = sizes
        self.classes = [row["code"] for row in facts.industries if row["level"] == "class"]

    def draw(self, tests: Mapping[str, Sequence[Node]], day: date, silent: float = _SILENT) -> dict[str, Value]:
        """A company of the attributes that the tests read. `silent`: how often a fact is absent."""
        found = {}
        for name, nodes in tests.items():
            if self.random.random() >= (_SILENT_DERIVED if name in _DERIVED else silent):
                found[name] = self._value(name, nodes, day)
        for nodes in tests.values():
            for node in nodes:
                self._align(node, found)
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, name: str, nodes: Sequence[Node], day: date) -> Value:
        kind = self.attributes[name]["type"]
        if kind == "boolean":
            return self.random.random() < 0.6
        if kind == "set":
            return self._set(name, nodes)
        spots = list(self._spots(name, kind, nodes, day))
        return self.random.choice(spots) if spots else None

    def _spots(self, name: str, kind: str, nodes: Sequence[Node], day: date) -> Iterator[Value]:
        """Every value worth trying."""
        for node in nodes:
            if kind in _NUMBERS:
                yield from self._numbers(kind, node)
            elif kind == "date":
                yield from days_near(day, node)
            elif node["op"] == "industry_in":
                yield from self._industries(node["value"])
            elif node["op"] == "region_in":
                yield from self._regions(node["value"])
            else:
                yield from words(node)
        yield from self._always(name, kind, day)

    def _always(self, name: str, kind: str, day: date) -> Iterator[Value]:
        allowed = self.attributes[name].get("allowed") or ()
        if kind in _NUMBERS:
            yield 0
        elif kind == "date":
            yield day - timedelta(days=self.random.randrange(5000))
        elif allowed:
            yield from self.random.sample(allowed, min(3, len(allowed)))
        elif name == "industry_code":
            yield self.random.choice(self.classes)
        elif name.endswith("region_code"):
            yield self.random.choice(_REGIONS)

    def _numbers(self, kind: str, node: Node) -> Iterator[Value]:
        step = Fraction(1, 10_000) if kind == "decimal" else Fraction(1)
        for text in words(node):
            for value in (Fraction(text) - step, Fraction(text), Fraction(text) + step):
                yield exact(max(value, Fraction(0)))

    def _industries(self, prefixes: Iterable[str]) -> Iterator[Value]:
        for prefix in prefixes:
            inside = [code for code in self.classes if code.startswith(prefix)]
            if inside:
                yield self.random.choice(inside)

    def _regions(self, prefixes: Iterable[str]) -> Iterator[Value]:
        for prefix in prefixes:
            yield prefix + "".join(self.random.choices("0123456789", k=6 - len(prefix)))

    def _set(self, name: str, nodes: Sequence[Node]) -> Value:
        """Some of what is asked for and some of what is not; sometimes nothing, or [none]."""
        asked = [word for node in nodes for word in words(node)]
        allowed = [word for word in self.attributes[name].get("allowed") or () if word != "none"]
        chance = self.random.random()
        if chance < 0.1:
            return frozenset(("none",) if chance < 0.05 else ())
        pool = asked if chance < 0.4 else [*asked, *allowed]
        return frozenset(self.random.sample(pool, min(len(pool), self.random.randint(1, 3))))

    def _align(self, node: Node, found: dict[str, Value]) -> None:
        """Half of the time a growth or a derived share lies exactly at its threshold, or beside it."""
        if self.random.random() < 0.5:
            return
        if node.get("op") == "growth_gt" and found.get(node["base"]) is not None:
            found[node["attr"]] = self._beside(found[node["base"]] * (1 + Fraction(node["value"])))
        parts = RATIOS.get(node.get("attr", ""))
        if parts and found.get(parts[1]) is not None and node["attr"] not in found:
            found[parts[0]] = self._beside(found[parts[1]] * Fraction(self.random.choice(list(words(node)))))

    def _beside(self, value: Fraction) -> Value:
        return max(int(value) + self.random.choice((-1, 0, 0, 1)), 0)


def exact(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def words(node: Node) -> list[str]:
    """The value of a leaf as a list."""
    value = node.get("value")
    return [] if value is None else value if isinstance(value, list) else [value]


def tests_of(trees: Iterable[Node], sizes: SizeTable) -> dict[str, list[Node]]:
    """The leaves by the attribute they read, with those that stand behind derived attributes."""
    found: dict[str, list[Node]] = defaultdict(list)
    for leaf in (leaf for tree in trees for leaf in leaves(tree) if "attr" in leaf):
        found[leaf["attr"]].append(leaf)
        if "base" in leaf:
            found[leaf["base"]] += _round_figures(leaf["base"])
        for part in RATIOS.get(leaf["attr"], ()):
            found[part] += _round_figures(part)
        if leaf["attr"] == SIZE:
            for bound in size_tests(sizes):
                found[bound["attr"]].append(bound)
    return dict(found)


def _round_figures(name: str) -> list[Node]:
    return [{"attr": name, "op": "ge", "value": figure} for figure in ("1000", "3000000", "1000000000")]


def size_tests(sizes: SizeTable) -> Iterator[Node]:
    """The size table as leaves, so that its bounds are tried like any threshold."""
    yield {"attr": "industry_code", "op": "industry_in", "value": list(sizes.prefixes)}
    for row in {row["id"]: row for row in sizes.prefixes.values()}.values():
        for name, limits in row["indicators"].items():
            bounds = [value for key, value in limits.items() if key.endswith("_ge")]
            yield {"attr": name, "op": "in", "value": bounds}
