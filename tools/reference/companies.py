"""Random companies that stand where a rule may turn: at each threshold, just below and just above it, or silent."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, Final

from reference.derived import RATIOS, SIZE, Company, SizeTable, Value, exact, figure
from reference.predicates import Node, Predicates, Truth, days_near, group, leaves
from reference.reading import FactFiles

_SILENT: Final = 0.15
_SILENT_DERIVED: Final = 0.6  # what is derived is seldom given, so that the derivation is tried
_DERIVED: Final = (SIZE, *RATIOS)
_REGIONS: Final = ("110108", "110105", "310115", "440106", "440300", "460100", "500112")
_REPAIRS: Final = 30
_TRIES: Final = 8
_NUMBERS: Final = ("integer", "money", "decimal")


class Companies:
    """Draws companies for one rule, or for several at once."""

    def __init__(self, facts: FactFiles, sizes: SizeTable, reading: Predicates, seed: random.Random) -> None:
        self.random = seed
        self.reading = reading
        self.attributes: dict[str, Mapping[str, Any]] = {row["name"]: row for row in facts.company["attributes"]}
        self.sizes = sizes
        self.classes = [row["code"] for row in facts.industries if row["level"] == "class"]
        self._inside: dict[str, list[str]] = {}

    def draw(self, tests: Mapping[str, Sequence[Node]], day: date, silent: float = _SILENT) -> dict[str, Value]:
        """A company of the attributes that the tests read. `silent`: how often a fact is absent."""
        found = {}
        for name, nodes in tests.items():
            if self.random.random() >= (_SILENT_DERIVED if name in _DERIVED else silent):
                found[name] = self._value(name, nodes, day)
        for nodes in tests.values():
            for node in nodes:
                self._align(node, found)
        return _known(found)

    def draw_near(self, tree: Node, tests: Mapping[str, Sequence[Node]], day: date) -> dict[str, Value]:
        """A company that meets the tree but for a fact or two drawn anew."""
        given = self._led(tree, self.draw(tests, day), day)
        for name in self.random.sample(list(tests), min(len(tests), self.random.randrange(3))):
            given.pop(name, None)
            if self.random.random() < 0.8:
                given[name] = self._value(name, tests[name], day)
        return _known(given)

    def draw_at_edge(self, tree: Node, tests: Mapping[str, Sequence[Node]], day: date) -> dict[str, Value]:
        """A company that stands where one leaf turns and otherwise does what it can to meet the tree."""
        name = self.random.choice(list(tests))
        edge = self._value(name, tests[name], day)
        return _known(self._led(tree, {**self.draw(tests, day), name: edge}, day, kept=name))

    def _led(self, tree: Node, given: dict[str, Value], day: date, kept: str = "") -> dict[str, Value]:
        """Led towards meeting the tree, one leaf after the other, as far as that goes without touching `kept`."""
        for _ in range(_REPAIRS):
            found = self._obstacle(tree, Company(given, day, self.sizes), {})
            if found is None:
                break
            if found[0].get("attr", kept) != kept:
                self._repair(*found, given, day)
        return given

    def _obstacle(
        self, node: Node, company: Company, seen: dict[int, Truth], wanted: bool = True
    ) -> tuple[Node, bool] | None:
        """A leaf that keeps the tree from what is wanted, with what it should be; None where nothing does."""
        if self.reading.truth(node, company, seen) is wanted:
            return None
        kind, members = group(node)
        if kind is None:
            return node, wanted
        if kind == "not":
            return self._obstacle(members[0], company, seen, not wanted)
        against = [member for member in members if self.reading.truth(member, company, seen) is not wanted]
        return self._obstacle(self.random.choice(against), company, seen, wanted)

    def _repair(self, leaf: Node, wanted: bool, given: dict[str, Value], day: date) -> None:
        """Draw the attribute of the leaf until it fits, or give up after some tries."""
        name = leaf["attr"]
        for _ in range(_TRIES):
            given[name] = self._value(name, [leaf], day)
            if self.reading.truth(leaf, Company(given, day, self.sizes)) is wanted:
                return

    def _value(self, name: str, nodes: Sequence[Node], day: date) -> Value:
        """Where one of the tests may turn, or now and then anything at all."""
        kind = self.attributes[name]["type"]
        if kind == "boolean":
            return self.random.random() < 0.6
        if kind == "set":
            return self._set(name, nodes)
        spots = self._anything(name, kind, day) if self.random.random() < 0.2 else []
        spots = spots or self._spots(kind, self.random.choice(nodes), day)
        return self.random.choice(spots) if spots else None

    def _spots(self, kind: str, node: Node, day: date) -> Sequence[Value]:
        """The values at, just below and just above what the leaf compares with, or the members it names."""
        if kind in _NUMBERS:
            return _beside(figure(self.random.choice(words(node))), kind)
        if kind == "date":
            return days_near(day, node)
        prefix = self.random.choice(words(node))
        match node["op"]:
            case "industry_in":
                return self._industries(prefix)
            case "region_in":
                return [prefix + "".join(self.random.choices("0123456789", k=6 - len(prefix)))]
        return words(node)

    def _anything(self, name: str, kind: str, day: date) -> Sequence[Value]:
        if kind in _NUMBERS:
            return [0]
        if kind == "date":
            return [day - timedelta(days=self.random.randrange(5000))]
        if name == "industry_code":
            return self.classes
        return _REGIONS if name.endswith("region_code") else self.attributes[name].get("allowed") or []

    def _industries(self, prefix: str) -> list[str]:
        if prefix not in self._inside:
            self._inside[prefix] = [code for code in self.classes if code.startswith(prefix)]
        return self._inside[prefix]

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
            found[node["attr"]] = self._nearly(found[node["base"]] * (1 + figure(node["value"])))
        parts = RATIOS.get(node.get("attr", ""))
        if parts and found.get(parts[1]) is not None and node["attr"] not in found:
            found[parts[0]] = self._nearly(found[parts[1]] * figure(self.random.choice(words(node))))

    def _nearly(self, value: Fraction) -> Value:
        return max(int(value) + self.random.choice((-1, 0, 0, 1)), 0)


def _known(given: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in given.items() if value is not None}


@cache
def _beside(value: int | Fraction, kind: str) -> tuple[Value, ...]:
    step = Fraction(1, 10_000) if kind == "decimal" else 1
    return tuple(exact(max(value + side, 0)) for side in (-step, 0, step))


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
