"""What would turn a no into a yes: the nearest changes of facts, or time alone.

Changes take their values from the rule's own cells: the threshold itself, a member it names, one of the
words it lists. What a company cannot change is never changed, directions are kept, derived facts and what a
rule gives as `unchanged` are left alone; no day that has passed is proposed, no second address, and no
recognition or zone whose `only_if` does not hold. Fewest attributes come first, then the least cost as the
vocabulary rates it. The search branches on the failing choice with the fewest ways out and is bounded by
what is already found; whatever it finds is evaluated again on the whole rule, so that an answer is always true.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from luodi.dates import add_years
from luodi.errors import LuodiError
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Attribute, Kind, Value, Vocabulary
from luodi.rules.book import Rule
from luodi.rules.cells import cells
from luodi.rules.compute import compute
from luodi.rules.evaluate import Answer, evaluate, leaf_finding
from luodi.rules.lower import lower
from luodi.rules.normal import Choice, Literal, choices
from luodi.rules.syntax import Call, Expression, Ident, Select
from luodi.rules.syntax import Literal as Figure
from luodi.rules.tree import Age, Formula, Growth, Leaf, Op, Test, Tree, holds, leaves

_CAP: Final = 256
_KEPT: Final = 4096
_STEPS: Final = 4000  # states looked at before a search is cut short
_YEARS: Final = 10
_NOTHING: Final = frozenset(("none",))
_MIRROR: Final = {Op.LT: Op.GT, Op.GT: Op.LT, Op.LE: Op.GE, Op.GE: Op.LE, Op.EQ: Op.EQ, Op.NE: Op.NE}


@dataclass(frozen=True, slots=True)
class Remedy:
    """Facts to change and what they cost. `set` holds whole new values, of a set all its members.

    `answer` is the rule's answer afterwards: a match, or need_info where other facts are not known yet.
    """

    set: Mapping[str, Value]
    cost: int
    answer: Answer
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Remedies:
    """The nearest changes, best first. `none_within`: there is none of at most `most` attributes.

    `cut_short`: the search ended before it had looked everywhere, so that nothing is said about the rest.
    """

    found: tuple[Remedy, ...] = ()
    none_within: bool = False
    most: int = 3
    cut_short: bool = False

    def __iter__(self) -> Iterator[Remedy]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def remedies(rule: Rule, facts: Facts, on: date, *, limit: int = 3, most: int = 3) -> Remedies:
    """At most `limit` changes, each of at most `most` attributes, after which no clause of `rule` fails.

    A rule that does not say no, or is not in force on the day, has none: facts do not help there. Of two
    changes of the same attributes the nearer is given; one that contains another is left out.
    """
    if on not in rule.span or evaluate(rule.tree(on), facts, on).answer is not Answer.NO:
        return Remedies(most=most)
    plan = _plan_of(rule, on)
    if plan is None:
        return Remedies(most=most, cut_short=True)
    return _Search(plan, rule, facts, on, limit, most).run()


def nearest(rule: Rule, facts: Facts, on: date, *, most: int = 3) -> Remedy | None:
    """The best of `remedies`."""
    return next(iter(remedies(rule, facts, on, limit=1, most=most)), None)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is the same for every company: the choices of a rule and the tests of each attribute."""

    choices: tuple[Choice, ...]
    reads: tuple[frozenset[str], ...]  # the attributes of each choice
    tests: Mapping[str, tuple[Test, ...]]
    held: object  # keeps alive what the plan's key names


_PLANS: dict[tuple[int, int], _Plan | None] = {}


def _plan_of(rule: Rule, on: date) -> _Plan | None:
    """Kept by edition, since rules are asked many times and are no keys themselves. None above the cap."""
    edition = rule.edition(on)
    key = (id(rule), id(edition))
    if key not in _PLANS:
        if len(_PLANS) >= _KEPT:
            _PLANS.clear()
        _PLANS[key] = _plan(rule, on, (rule, edition))
    return _PLANS[key]


def _plan(rule: Rule, on: date, held: object) -> _Plan | None:
    found = choices(rule.tree(on), cap=_CAP)
    if found is None:
        return None
    reads = tuple(frozenset(name for literal in choice for name in _read(literal.leaf)) for choice in found)
    tests: dict[str, list[Test]] = {}
    for leaf in leaves(rule.tree(on)):
        if isinstance(leaf, Test):
            tests.setdefault(leaf.attribute, []).append(leaf)
    return _Plan(found, reads, {name: tuple(dict.fromkeys(mine)) for name, mine in tests.items()}, held)


@dataclass
class _Search:
    """Branch and bound for one rule and one company, one attribute more each round."""

    plan: _Plan
    rule: Rule
    facts: Facts
    on: date
    limit: int
    most: int
    steps: int = 0
    found: dict[frozenset[str], Remedy] = field(default_factory=dict)
    kept: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    moves: dict[int, frozenset[str]] = field(default_factory=dict)

    def run(self) -> Remedies:
        for size in range(1, self.most + 1):
            earlier = len(self.found)
            if earlier >= self.limit:
                break
            self._descend({}, 0, size, self.limit - earlier)
        best = sorted(self.found.values(), key=lambda remedy: (len(remedy.set), remedy.cost, sorted(remedy.set)))
        cut = self.steps >= _STEPS
        return Remedies(tuple(best[: self.limit]), not best and not cut, self.most, cut)

    def _descend(self, changes: dict[str, Value], cost: int, left: int, room: int) -> None:
        self.steps += 1
        if self.steps >= _STEPS or self._is_covered(changes):
            return
        failing = self._failing(changes)
        if not failing:
            self._accept(changes, cost)
            return
        first = self._narrowest(failing, changes, left)
        if first is None:
            return
        for name in sorted(self._ways(first) - changes.keys(), key=self._cost):
            price = cost + self._cost(name)[0]
            if self._is_beaten(len(changes) + left, price, room):
                return
            for value in self._candidates(name):
                tried = {**changes, name: value}
                if self._is_met(self.plan.choices[first], tried):
                    self._descend(tried, price, left - 1, room)

    def _is_covered(self, changes: dict[str, Value]) -> bool:
        """Whether fewer, or the same, attributes already do it."""
        return any(names <= changes.keys() for names in self.found)

    def _is_beaten(self, size: int, price: int, room: int) -> bool:
        """Whether enough remedies of this size are found, none dearer than this would be."""
        rivals = sorted(remedy.cost for remedy in self.found.values() if len(remedy.set) == size)
        return len(rivals) >= room and rivals[room - 1] <= price

    def _narrowest(self, failing: list[int], changes: dict[str, Value], left: int) -> int | None:
        """The failing choice with the fewest ways out, or None if `left` more changes cannot mend them all."""
        ways = [(self._ways(at) - changes.keys(), at) for at in failing]
        ways.sort(key=lambda pair: len(pair[0]))
        needed, seen = 0, set[str]()
        for names, _ in ways:
            if not names:
                return None
            if seen.isdisjoint(names):
                needed += 1
                seen |= names
        return ways[0][1] if needed <= left else None

    def _accept(self, changes: dict[str, Value], cost: int) -> None:
        finding = evaluate(self.rule.tree(self.on), self.facts.having(changes), self.on)
        if finding.answer in (Answer.YES, Answer.UNKNOWN):
            self.found[frozenset(changes)] = Remedy(changes, cost, finding.answer, finding.missing)

    def _cost(self, name: str) -> tuple[int, str]:
        return self.facts.vocabulary[name].cost, name

    @cached_property
    def _now(self) -> tuple[bool, ...]:
        """Which choices fail as things stand."""
        return tuple(self._fails(choice, {}) for choice in self.plan.choices)

    def _failing(self, changes: dict[str, Value]) -> list[int]:
        names, plan = changes.keys(), self.plan
        return [
            at
            for at, fails in enumerate(self._now)
            if (fails if plan.reads[at].isdisjoint(names) else self._fails(plan.choices[at], changes))
        ]

    def _fails(self, choice: Choice, changes: dict[str, Value]) -> bool:
        return all(self._truth(literal, changes) is False for literal in choice)

    def _is_met(self, choice: Choice, changes: dict[str, Value]) -> bool:
        return any(self._truth(literal, changes) is True for literal in choice)

    def _truth(self, literal: Literal, changes: dict[str, Value]) -> bool | None:
        leaf = literal.leaf
        if isinstance(leaf, Test) and (value := changes.get(leaf.attribute)) is not None:
            return holds(leaf, value, self.on) is literal.wanted
        facts = self.facts
        if not isinstance(leaf, Test) and not changes.keys().isdisjoint(_read(leaf)):
            facts = facts.having(changes)
        truth = leaf_finding(leaf, facts, self.on).truth
        return None if truth is None else truth is literal.wanted

    def _ways(self, at: int) -> frozenset[str]:
        """The attributes whose change could meet a choice."""
        if at not in self.moves:
            self.moves[at] = frozenset(name for name in self.plan.reads[at] if self._candidates(name))
        return self.moves[at]

    def _candidates(self, name: str) -> tuple[Value, ...]:
        """The values an attribute may be changed to, the nearest first."""
        if name not in self.kept:
            self.kept[name] = self._find_candidates(self.facts.vocabulary[name])
        return self.kept[name]

    def _find_candidates(self, attribute: Attribute) -> tuple[Value, ...]:
        name = attribute.name
        if self._is_left_alone(attribute):
            return ()
        now = self.facts.value(name)
        if now is None:  # what is not known is asked, not changed; a presumed no can become a yes
            is_presumed = any(test.presumed for test in self.plan.tests.get(name, ()))
            return (True,) if is_presumed and attribute.changes in ("any", "up") else ()
        tests = (*self.plan.tests.get(name, ()), *self._reckoned.get(name, ()))
        found = [_moved(attribute, now, value) for value in cells(attribute, tests, self.on, near=now) if value != now]
        allowed = [value for value in dict.fromkeys(found) if self._may_become(attribute, now, value)]
        return tuple(sorted(allowed, key=lambda value: _distance(attribute.kind, now, value)))

    def _is_left_alone(self, attribute: Attribute) -> bool:
        """What nobody changes, what follows from other facts, and what this rule may not be had by."""
        name = attribute.name
        unchanged = self.rule.gives.get("unchanged") or ()
        return attribute.frozen or attribute.derived or name in self.facts.derivations or name in unchanged

    def _may_become(self, attribute: Attribute, now: Any, value: Any) -> bool:
        if value is None or not _is_allowed(attribute.changes, now, value):
            return False
        if attribute.kind is Kind.DATE and value < self.on:
            return False
        return not attribute.only_if or self._suits(attribute, now, value)

    def _suits(self, attribute: Attribute, now: Any, value: Any) -> bool:
        """Whether what is gained suits the company as it stands; a condition that is not known does not suit."""
        gained = value - now if isinstance(value, frozenset) else (value,)
        texts = [attribute.only_if[name] for name in gained if name in attribute.only_if]
        trees = [_condition(text, self.facts.vocabulary) for text in texts]
        return all(evaluate(tree, self.facts, self.on).answer is Answer.YES for tree in trees)

    @cached_property
    def _reckoned(self) -> dict[str, list[Test]]:
        """Growth tests and comparisons of formulas as tests of one attribute, the others as they stand."""
        found: dict[str, list[Test]] = {}
        for choice in self.plan.choices:
            for literal in choice:
                for test in _as_tests(literal.leaf, self.facts, self.on):
                    found.setdefault(test.attribute, []).append(test)
        return found


def _read(leaf: Leaf) -> tuple[str, ...]:
    match leaf:
        case Test(attribute=name):
            return (name,)
        case Growth(attribute=name, base=base):
            return (name, base)
        case Formula(attributes=names):
            return tuple(names)
    return ()


_CONDITIONS: dict[tuple[int, str], tuple[Vocabulary, Tree]] = {}


def _condition(text: str, vocabulary: Vocabulary) -> Tree:
    """Kept with its vocabulary, which is no key itself."""
    key = (id(vocabulary), text)
    if key not in _CONDITIONS:
        _CONDITIONS[key] = vocabulary, lower(text, vocabulary)
    return _CONDITIONS[key][1]


def _moved(attribute: Attribute, now: Any, value: Any) -> Any:
    """Where a company moves, the new place takes the place of all others; None where it would be at two, or at none."""
    if attribute.changes != "move":
        return value
    gained = value - now - _NOTHING
    return gained if len(gained) == 1 else None


def _is_allowed(changes: str, now: Any, value: Any) -> bool:
    """Whether a change keeps the attribute's direction; words have no order, so only free ones change."""
    if changes in ("any", "move"):
        return True
    if isinstance(now, str) or (changes == "more" and not now):
        return False
    if isinstance(now, frozenset):
        now, value = now - _NOTHING, value - _NOTHING
    low, high = (value, now) if changes == "down" else (now, value)
    return bool(low <= high)


def _distance(kind: Kind, now: Any, value: Any) -> Any:
    if kind.is_number:
        return abs(value - now)
    if kind is Kind.DATE:
        return abs((value - now).days)
    return len(now ^ value) if kind is Kind.SET else 0


def _as_tests(leaf: Leaf, facts: Facts, on: date) -> Iterator[Test]:
    match leaf:
        case Growth(attribute=name, base=base, op=op, rate=rate):
            factor, value, start = 1 + Fraction(rate), facts.value(name), facts.value(base)
            if isinstance(start, int | Fraction):
                yield Test(name, op, _plain(start * factor))
            if isinstance(value, int | Fraction) and factor > 0:
                yield Test(base, _MIRROR[op], _plain(value / factor))
        case Formula(expression=expression):
            yield from _comparisons(expression, facts, on)


def _comparisons(node: Expression, facts: Facts, on: date) -> Iterator[Test]:
    """The comparisons in a formula with one attribute alone on a side, the other side as it stands."""
    if not isinstance(node, Call):
        return
    if node.name not in set(_MIRROR) or len(node.arguments) != 2:
        for part in node.arguments:
            yield from _comparisons(part, facts, on)
        return
    left, right = node.arguments
    for side, other, op in ((left, right, Op(node.name)), (right, left, _MIRROR[Op(node.name)])):
        match side:
            case Ident(name=name) | Select(operand=Ident(name="profile"), field=name, test=False):
                value = compute(other, facts, on)
                if isinstance(value, int | Fraction) and not isinstance(value, bool) and _is_number(name, facts):
                    yield Test(name, op, _plain(value))


def _is_number(name: str, facts: Facts) -> bool:
    return name in facts.vocabulary and facts.vocabulary[name].kind.is_number


def _plain(value: int | Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


# ---- what time alone will change


@dataclass(frozen=True, slots=True)
class Turn:
    """The first day on which a rule answers otherwise, with nothing changed but the day."""

    day: date
    answer: Answer


def when_true(rule: Rule, facts: Facts, on: date, *, until: date | None = None) -> Turn | None:
    """The next day on which the answer differs from that of `on`, up to `until` (10 years if left out).

    Ages, the rule's window and dated figures turn on days that can be reckoned; only those are evaluated.
    None if the answer stays, or turns later.
    """
    last = until or _in_years(on, _YEARS)
    before = _answer(rule, facts, on)
    for day in sorted(day for day in turning_days(rule, facts) if on < day <= last):
        after = _answer(rule, facts, day)
        if after is not before:
            return Turn(day, after)
    return None


def _in_years(day: date, n: int) -> date:
    try:
        return add_years(day, n)
    except LuodiError:
        return date.max


def _answer(rule: Rule, facts: Facts, on: date) -> Answer:
    return evaluate(rule.tree(on), facts, on).answer if on in rule.span else Answer.NO


def turning_days(rule: Rule, facts: Facts) -> set[date]:
    """Every day on which the answer may turn; on most of them it need not.

    None is left out but those of ages inside arithmetic, see `_formula_days`.
    """
    days = {day for day in (rule.span.first, rule.span.end) if day is not None}
    for since, edition in rule.editions:
        days.add(since)
        for bound in edition:
            for leaf in leaves(bound.tree):
                days |= _leaf_days(leaf, facts)
    return days


def _leaf_days(leaf: Leaf, facts: Facts) -> set[date]:
    match leaf:
        case Test(attribute=name, constant=Age() as age):
            since = facts.value(name)
            return _and_next(age.turning_day(since)) if isinstance(since, date) else set()
        case Formula(expression=expression):
            return set(_formula_days(expression, facts))
    return set()


def _and_next(day: date) -> set[date]:
    return {day, day + timedelta(days=1)} if day < date.max else {day}


def _formula_days(node: Expression, facts: Facts) -> Iterator[date]:
    """Days on which `age_days(d)`, standing alone on one side of a comparison, passes the other side.

    Ages inside arithmetic turn on days that cannot be told from the text; such formulas are left out.
    """
    for call in _calls(node):
        if call.name in set(_MIRROR) and len(call.arguments) == 2:
            left, right = call.arguments
            yield from _passing(left, right, facts)
            yield from _passing(right, left, facts)


def _passing(side: Expression, other: Expression, facts: Facts) -> Iterator[date]:
    match side:
        case Call(name="age_days", arguments=(inner,)):
            since, count = compute(inner, facts, date.min), compute(other, facts, date.min)
            if isinstance(since, date) and isinstance(count, int | Fraction):
                at = since.toordinal() + int(count // 1)
                yield from (date.fromordinal(n) for n in (at, at + 1) if 1 <= n <= date.max.toordinal())


def _calls(node: Expression) -> Iterator[Call]:
    match node:
        case Call(arguments=arguments, target=target):
            yield node
            for part in (*arguments, *((target,) if target is not None else ())):
                yield from _calls(part)
        case Figure() | Ident() | Select():
            return
