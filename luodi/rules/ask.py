"""Which fact to ask for next, so that the fewest answers settle a goal.

A question that nothing else can spare comes first: where one fact alone keeps a rule open, it has to be
asked sooner or later, and sooner it may settle other rules too. Among the others each is tried in thought:
every cell its answer can fall into, each as likely as another, is put through the book's bits, and each
rule it decides counts as many questions as that rule still had. One step ahead, no further.

A rule is settled once it is decided, or once only a person (`manual`) or facts nobody has can decide it,
such as growth over a year of zero, whose base is missing although it is known.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Final, Literal

from luodi.errors import UnknownKey, did_you_mean
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Rule
from luodi.rules.cells import cells
from luodi.rules.evaluate import evaluate
from luodi.rules.index import Bits
from luodi.rules.tree import MANUAL, Test, Tree, leaves
from luodi.rules.verdicts import Verdicts

_MOST_CELLS: Final = 400
_NONE: Final[frozenset[str]] = frozenset()
Goal = Collection[str] | Literal["any"] | None


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask for. `decides`: how many undecided rules name it among what they miss; `rules`: which.

    `presumed`: no rule waits for it, but these rules decided on the presumption that it is false.
    """

    attribute: str
    decides: int
    rules: tuple[str, ...]
    presumed: bool = False


def open_questions(
    rules: Sequence[Rule], facts: Facts, on: date, *, goal: Goal = None, skip: Collection[str] = ()
) -> list[Question]:
    """The facts that keep rules open, the best to ask first; presumed ones at the end. See `Questions`."""
    return questions_of(rules, facts.vocabulary, on).open(facts, goal=goal, skip=skip)


def next_question(
    rules: Sequence[Rule], facts: Facts, on: date, *, goal: Goal = None, skip: Collection[str] = ()
) -> Question | None:
    """The best question, or None once no answer can change anything. See `Questions`."""
    return questions_of(rules, facts.vocabulary, on).next(facts, goal=goal, skip=skip)


_MADE: dict[tuple[object, ...], "Questions"] = {}


def questions_of(rules: Sequence[Rule], vocabulary: Vocabulary, on: date) -> "Questions":
    """The compiled questions of some rules; the last few are kept, since a dialogue asks again and again."""
    key = (id(vocabulary), on, *map(id, rules))
    made = _MADE.get(key)
    if made is None:
        if len(_MADE) >= 16:
            _MADE.clear()
        made = _MADE[key] = Questions(rules, vocabulary, on)
    return made


@dataclass(frozen=True, slots=True)
class _Left:
    """A rule still to settle, its guard, and the facts worth asking."""

    rule: Rule
    guard: Bits
    ask: frozenset[str]


class Questions:
    """Rules compiled for one day, ready to say what to ask of any company."""

    def __init__(self, rules: Iterable[Rule], vocabulary: Vocabulary, on: date) -> None:
        self.on = on
        self.vocabulary = vocabulary
        self.verdicts = Verdicts(rules, vocabulary, on)
        self._trees = {rule.id: rule.tree(on) for rule in self.verdicts.rules if on in rule.span}
        self._presuming = {rule_id: tree for rule_id, tree in self._trees.items() if _presumes(tree)}
        self._guards = {rule_id: self.verdicts.guard(rule_id) for rule_id in self.verdicts.ids}
        self._cell_bits = {
            name: tuple(column.mask(value) for value in cells(vocabulary[name], column.tests, on, most=_MOST_CELLS))
            for name, column in self.verdicts.columns.items()
        }

    def open(self, facts: Facts, *, goal: Goal = None, skip: Collection[str] = ()) -> list[Question]:
        """Every fact that keeps a rule of the goal open, the best to ask first; presumed ones at the end.

        `skip`: facts the company does not know; they are not asked again. `manual` is never asked.
        """
        left = self._left(facts, goal, frozenset(skip))
        asked = [self._question(name, left) for name in self._in_order(facts, left, goal)]
        return asked + self._presumed(facts, goal, {question.attribute for question in asked} | set(skip))

    def next(self, facts: Facts, *, goal: Goal = None, skip: Collection[str] = ()) -> Question | None:
        """The best question for the goal, or None once it is settled.

        `goal`: ids of rules to settle, None for all of them, or "any" to find one that matches.
        """
        left = self._left(facts, goal, frozenset(skip))
        order = self._in_order(facts, left, goal)
        return self._question(order[0], left) if order else None

    def _left(self, facts: Facts, goal: Goal, skip: frozenset[str]) -> list[_Left]:
        """The rules that answers can still settle."""
        masks = self.verdicts.masks(facts)
        if goal == "any" and masks.yes:
            return []
        wanted = self._within_reach(facts, skip) if goal == "any" else self._wanted(goal)
        found = []
        for rule in self.verdicts.chosen(masks.unknown & wanted):
            missing = evaluate(self._trees[rule.id], facts, self.on).missing
            ask = frozenset(name for name in missing - skip - {MANUAL} if facts.value(name) is None)
            if ask:
                found.append(_Left(rule, self._guards[rule.id], ask))
        return found

    def _within_reach(self, facts: Facts, skip: frozenset[str]) -> Bits:
        """The rules that can still match with answers alone: a person's word and skipped facts help none."""
        known = self.verdicts.known(facts)
        met = known.met | known.open
        for column in known.absent:
            met |= column.absent_met
            if not facts.missing(column.name) <= skip:
                met |= column.absent_open
        return ((met + self.verdicts.low) & self.verdicts.guards) | self.verdicts.walking

    def _wanted(self, goal: Goal) -> Bits:
        """The guards of the goal's rules."""
        if goal is None or goal == "any":
            return self.verdicts.guards
        wanted = 0
        for rule_id in goal:
            if rule_id not in self._guards:
                raise UnknownKey("rules.no-rule", rule_id=rule_id, meant=did_you_mean(rule_id, self._guards))
            wanted |= self._guards[rule_id]
        return wanted

    def _question(self, name: str, left: list[_Left]) -> Question:
        rules = tuple(one.rule.id for one in left if name in one.ask)
        return Question(name, len(rules), rules)

    def _presumed(self, facts: Facts, goal: Goal, known: set[str]) -> list[Question]:
        """Facts whose absence rules decided on; each stays askable, since its answer may turn them."""
        wanted = self._wanted(goal)
        rules: dict[str, list[str]] = {}
        for rule_id, tree in self._presuming.items():
            if self._guards[rule_id] & wanted:
                for name in evaluate(tree, facts, self.on).assumed - known:
                    rules.setdefault(name, []).append(rule_id)
        return [Question(name, 0, tuple(found), presumed=True) for name, found in sorted(rules.items())]

    def _in_order(self, facts: Facts, left: list[_Left], goal: Goal) -> list[str]:
        """The facts to ask, best first."""
        if not left:
            return []
        if goal == "any":
            return self._for_one(facts, left)
        used = _uses(left)
        alone = {name for one in left if len(one.ask) == 1 for name in one.ask}
        gains = self._gains(facts, left, used)
        return sorted(used, key=lambda name: (name not in alone, -gains[name], -used[name], name))

    def _gains(self, facts: Facts, left: list[_Left], names: Iterable[str]) -> dict[str, float]:
        """How many (rule, fact) pairs an answer is expected to make needless."""
        weights = _sliced(left)
        rails = _Without(self.verdicts, facts)
        lacking = self._lacking(facts)
        gains = dict.fromkeys(names, 0.0)
        for column, asked in lacking.items():
            told = [name for name in asked if name in gains]
            if told:
                gain = self._gain(column, rails, weights)
                for name in told:
                    gains[name] += gain / len(asked)
        return gains

    def _lacking(self, facts: Facts) -> dict[str, frozenset[str]]:
        """The absent columns with the facts to ask for each: itself, or what its derivation lacks."""
        return {name: facts.missing(name) for name in self.verdicts.columns if facts.value(name) is None}

    def _gain(self, column: str, rails: "_Without", weights: Sequence[Bits]) -> float:
        met, possible = rails.of(column)
        low, guards, total = self.verdicts.low, self.verdicts.guards, 0
        each = self._cell_bits[column]
        for bits in each:
            yes = (met | bits) + low
            could = (possible | bits) + low
            decided = (yes | ~could) & guards
            for power, weight in enumerate(weights):
                total += (decided & weight).bit_count() << power
        return total / len(each)

    def _for_one(self, facts: Facts, left: list[_Left]) -> list[str]:
        """For one match: the likeliest rule for its questions, and in it first what would rule it out."""
        rails = _Without(self.verdicts, facts)
        odds: _Odds = {}
        for column, asked in self._lacking(facts).items():
            readers = [one for one in left if not asked.isdisjoint(one.ask)]
            if readers:
                share = 1 / len(asked)
                survival = self._survival(column, rails, [one.guard for one in readers])
                for one in readers:
                    for name in asked & one.ask:
                        key = (name, one.guard)
                        odds[key] = odds.get(key, 1.0) * survival[one.guard] ** share
        ranked = sorted(left, key=lambda one: (-_promise(one, odds), one.rule.id))
        order: dict[str, None] = {}
        for one in ranked:
            order |= dict.fromkeys(sorted(one.ask, key=lambda name: (odds.get((name, one.guard), 1.0), name)))
        return list(order)

    def _survival(self, column: str, rails: "_Without", guards: Sequence[Bits]) -> dict[Bits, float]:
        """For each rule the share of cells that leave it possible."""
        _, possible = rails.of(column)
        each = self._cell_bits[column]
        could = [(possible | bits) + self.verdicts.low for bits in each]
        return {guard: sum(1 for bits in could if bits & guard) / len(each) for guard in guards}


def _presumes(tree: Tree) -> bool:
    return any(isinstance(leaf, Test) and leaf.presumed for leaf in leaves(tree))


def _uses(left: Iterable[_Left]) -> dict[str, int]:
    """How many open rules name each fact."""
    used: dict[str, int] = {}
    for one in left:
        for name in one.ask:
            used[name] = used.get(name, 0) + 1
    return used


def _sliced(left: Iterable[_Left]) -> list[Bits]:
    """The open rules' weights, the facts each still asks for, cut into masks by binary digit."""
    slices: list[Bits] = []
    for one in left:
        weight = len(one.ask)
        while len(slices) < weight.bit_length():
            slices.append(0)
        for power in range(weight.bit_length()):
            if weight >> power & 1:
                slices[power] |= one.guard
    return slices


_Odds = dict[tuple[str, Bits], float]  # how likely a rule outlives the answer to one question


def _promise(one: _Left, odds: _Odds) -> float:
    """How likely a rule matches, for each question it still needs."""
    return prod(odds.get((name, one.guard), 1.0) for name in one.ask) / len(one.ask)


class _Without:
    """The two rails of a company with one absent attribute left out, so that a value can be put in its place."""

    def __init__(self, verdicts: Verdicts, facts: Facts) -> None:
        known = verdicts.known(facts)
        self._columns = {column.name: column for column in known.absent}
        self._met, self._possible = known.met, known.met | known.open | known.manual
        self._absent_met = _once_and_twice(column.absent_met for column in known.absent)
        self._absent_possible = _once_and_twice(column.absent_met | column.absent_open for column in known.absent)

    def of(self, name: str) -> tuple[Bits, Bits]:
        """What is met, and what is met or could be, by all the others."""
        column = self._columns[name]
        once, twice = self._absent_met
        met = self._met | (once & (twice | ~column.absent_met))
        once, twice = self._absent_possible
        possible = self._possible | (once & (twice | ~(column.absent_met | column.absent_open)))
        return met, possible


def _once_and_twice(masks: Iterable[Bits]) -> tuple[Bits, Bits]:
    """The bits of at least one mask, and of at least two."""
    once = twice = 0
    for mask in masks:
        twice |= once & mask
        once |= mask
    return once, twice
