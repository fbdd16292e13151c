"""Every rule of a book for one company at once: bits instead of walks.

Each rule becomes choices (`normal.py`), each choice one bit, the bits of a rule side by side under a guard
bit. Each attribute turns its value into the big integer of the choices that value meets, so a company is
the OR of one integer per attribute, and adding one at the low end of every rule carries into the guards of
exactly those rules whose bits are all set: `(bits + low) & guards`. A second rail counts a choice as met
wherever it still could be. On the first rail a guard says yes, on neither no, on the second alone unknown.

The answers are those of `evaluate`, which defines them. A rule with too many choices, or one whose formula
fails on these facts, is walked by `evaluate` itself; what is missing always comes from there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, compress
from operator import itemgetter
from typing import Final

from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Bound, Citation, Rule
from luodi.rules.compute import Failure
from luodi.rules.evaluate import Answer, evaluate, leaf_finding
from luodi.rules.index import Bits, Column
from luodi.rules.normal import CAP, Choice, Literal, choices
from luodi.rules.tree import Const, Formula, Growth, Op, Test, Tree, leaves

_BY_CODE: Final = {"00": Answer.NO, "01": Answer.UNKNOWN, "10": Answer.YES, "11": Answer.ERROR}
_NONE: Final[frozenset[str]] = frozenset()
_NEVER: Final[tuple[Choice, ...]] = ((),)
_MOST_SEEN: Final = 256  # ways in which the clauses of one rule stand together; more are quick to make again

#: How each clause of a rule stands, in their order: True, False, or None while something is missing.
Standing = tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class Masks:
    """The answers of all rules as guard bits: `yes`, `unknown`, `error`; a rule in none of them says no."""

    yes: Bits
    unknown: Bits
    error: Bits = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule's answer with its grounds: clauses that fail, clauses that are open, facts to ask for.

    A rule outside its window says no without looking at its clauses, and `in_force` is false.
    """

    rule: Rule
    answer: Answer
    in_force: bool = True
    failed: tuple[Bound, ...] = ()
    open: tuple[Bound, ...] = ()
    missing: frozenset[str] = _NONE
    assumed: frozenset[str] = _NONE
    error: Failure | None = None

    @property
    def basis(self) -> tuple[Citation, ...]:
        """What the answer rests on: of a no, the failing clauses' own citations, else the rule's."""
        if len(self.failed) == 1:
            return self.rule.citations(self.failed[0].clause)
        found = [cite for bound in self.failed for cite in self.rule.citations(bound.clause)]
        return tuple(dict.fromkeys(found)) or self.rule.basis


@dataclass(frozen=True, slots=True)
class Known:
    """What known facts meet, what growth tests and formulas leave open, what a person may decide, and the rest.

    `absent`: the columns without a value. `walked`: places of rules whose formula fails on these facts.
    """

    met: Bits
    open: Bits
    manual: Bits
    absent: tuple[Column, ...]
    walked: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """A growth test or formula, evaluated by itself, with the choices its yes and its no meet."""

    leaf: Growth | Formula
    yes: Bits
    no: Bits
    readers: tuple[int, ...]  # rules, for when it fails


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a rule lies: its first bit, its guard, its tree, and which bits are which clause's."""

    rule: Rule
    low: int
    guard: int
    tree: Tree
    bounds: tuple[Bound, ...] = ()
    parts: tuple[Bits, ...] = ()  # per clause, counted from the rule's first bit
    presumed: frozenset[str] = _NONE
    in_force: bool = True
    is_walked: bool = False
    seen: dict[tuple[Bits, Bits], Standing] = field(default_factory=dict, compare=False)

    def standing(self, met: Bits, possible: Bits) -> Standing:
        """How each clause stands, by the bits of the whole book; companies differ less than their facts do."""
        size = (1 << self.guard - self.low) - 1
        key = met >> self.low & size, possible >> self.low & size
        found = self.seen.get(key)
        if found is None:
            if len(self.seen) >= _MOST_SEEN:
                self.seen.clear()
            unmet, failing = (~bits & size for bits in key)
            found = self.seen[key] = tuple(
                False if failing & part else None if unmet & part else True for part in self.parts
            )
        return found


@dataclass
class _Draft:
    """What is gathered before the columns can be made."""

    met: Bits = 0
    manual: Bits = 0
    tests: dict[str, dict[tuple[Test, bool], Bits]] = field(default_factory=dict)
    reckoned: dict[int, tuple[Growth | Formula, list[Bits], list[int]]] = field(default_factory=dict)

    def add(self, literal: Literal, bit: Bits, rule: int) -> None:
        match literal.leaf:
            case Test() as test:
                tests = self.tests.setdefault(test.attribute, {})
                tests[test, literal.wanted] = tests.get((test, literal.wanted), 0) | bit
            case Growth() | Formula() as leaf:
                _, sides, readers = self.reckoned.setdefault(id(leaf), (leaf, [0, 0], []))
                sides[literal.wanted] |= bit
                readers.append(rule)
            case _:  # a matter for a person; constants are gone by now
                self.manual |= bit


class Verdicts:
    """Rules compiled for one day. Make it once and ask it for many companies.

    >>> Verdicts(book.rules, book.vocabulary, day).of(facts)["bj-b13-2021"]   # doctest: +SKIP
    <Answer.YES: 'match'>
    """

    def __init__(self, rules: Iterable[Rule], vocabulary: Vocabulary, on: date, *, cap: int = CAP) -> None:
        self.on = on
        self.vocabulary = vocabulary
        self.rules = tuple(rules)
        self.ids = tuple(rule.id for rule in self.rules)
        draft = _Draft()
        self._places = tuple(self._lay_out(draft, cap))
        self.low = sum(1 << place.low for place in self._places)
        self.guards = sum(1 << place.guard for place in self._places)
        self._met, self._manual = draft.met, draft.manual
        self.columns = {name: Column.of(vocabulary[name], tests, on) for name, tests in draft.tests.items()}
        self._reckoned = tuple(
            _Reckoned(leaf, sides[True], sides[False], tuple(dict.fromkeys(readers)))
            for leaf, sides, readers in draft.reckoned.values()
        )
        self.walking = sum(1 << place.guard for place in self._places if place.is_walked)
        self._walked = tuple(at for at, place in enumerate(self._places) if place.is_walked)
        self._presuming = self._presuming_readers()
        self._cuts = self._cut_marks()
        self._by_prefix = self._prefix_readers()

    def _prefix_readers(self) -> dict[str, tuple[int, ...]]:
        """Which rules test the beginning of an attribute: they are walked where only its beginning is known."""
        found: dict[str, list[int]] = {}
        for at, place in enumerate(self._places):
            for leaf in leaves(place.tree):
                if isinstance(leaf, Test) and leaf.op is Op.PREFIX:
                    found.setdefault(leaf.attribute, []).append(at)
        return {name: tuple(dict.fromkeys(readers)) for name, readers in found.items()}

    def _presuming_readers(self) -> dict[str, tuple[int, ...]]:
        """Which rules presume what of an attribute that is absent."""
        found: dict[str, list[int]] = {}
        for at, place in enumerate(self._places):
            for name in place.presumed:
                found.setdefault(name, []).append(at)
        return {name: tuple(readers) for name, readers in found.items()}

    def _lay_out(self, draft: _Draft, cap: int) -> Iterator[_Place]:
        bit = 0
        for at, rule in enumerate(self.rules):
            place, found = _place(rule, self.on, bit, cap)
            for choice in found:
                for literal in choice:
                    draft.add(literal, 1 << bit, at)
                bit += 1
            if not found:  # one bit that is always met, so that every guard has a bit below it
                draft.met |= 1 << bit
                bit += 1
            bit += 1
            yield place

    def _cut_marks(self) -> tuple[slice, ...]:
        """Where in the binary text of all bits each rule's guard and the bit below it stand."""
        width = max((place.guard for place in self._places), default=0) + 1
        self._width = width
        return tuple(slice(width - 1 - place.guard, width + 1 - place.guard) for place in self._places)

    def guard(self, rule_id: str) -> Bits:
        """The bit of a rule in `Masks`."""
        return 1 << self._places[self.ids.index(rule_id)].guard

    def known(self, facts: Facts) -> Known:
        """What the known facts alone meet, apart from what absent ones leave open."""
        met, left = self._met, 0
        absent = []
        given, derivations = facts.given, facts.derivations
        for name, column in self.columns.items():
            value = given.get(name)
            if value is None and name in derivations:
                value = facts.value(name)
            if value is None:
                absent.append(column)
            else:
                met |= column.index.mask(value)
        walked: list[int] = []
        for name in facts.prefixes:
            if facts.value(name) is None:
                walked += self._by_prefix.get(name, ())
        for part in self._reckoned:
            finding = leaf_finding(part.leaf, facts, self.on)
            if finding.truth is None:
                left |= part.yes | part.no
                walked += part.readers if finding.error else ()
            else:
                met |= part.yes if finding.truth else part.no
        return Known(met, left, self._manual, tuple(absent), tuple(walked))

    def rails(self, facts: Facts) -> tuple[Bits, Bits, tuple[int, ...]]:
        """Choices that are met, choices that are met or could be, and the rules that a failure sends walking."""
        known = self.known(facts)
        met, left = known.met, known.open | known.manual
        for column in known.absent:
            met |= column.absent_met
            left |= column.absent_open
        return met, met | left, known.walked

    def masks(self, facts: Facts) -> Masks:
        """The answers as bits, the quickest form."""
        met, possible, walked = self.rails(facts)
        yes = (met + self.low) & self.guards
        unknown = (possible + self.low) & self.guards & ~yes
        if walked or self._walked:
            return self._walk(facts, yes, unknown, {*walked, *self._walked})
        return Masks(yes, unknown)

    def _walk(self, facts: Facts, yes: Bits, unknown: Bits, rules: Iterable[int]) -> Masks:
        error = 0
        for at in rules:
            place = self._places[at]
            guard = 1 << place.guard
            answer = evaluate(place.tree, facts, self.on).answer
            yes = yes | guard if answer is Answer.YES else yes & ~guard
            unknown = unknown | guard if answer is Answer.UNKNOWN else unknown & ~guard
            error |= guard if answer is Answer.ERROR else 0
        return Masks(yes, unknown, error)

    def answers(self, facts: Facts) -> tuple[Answer, ...]:
        """The answers in the order of the rules."""
        return self.spread(self.masks(facts))

    def spread(self, masks: Masks) -> tuple[Answer, ...]:
        """The answers of masks, rule by rule: the guard says yes or error, the bit below it unknown or error."""
        bits = masks.yes | masks.error | (masks.unknown | masks.error) >> 1
        text = format(bits, f"0{self._width}b")
        if len(self._cuts) < 2:
            return tuple(_BY_CODE[text[cut]] for cut in self._cuts)
        return tuple(map(_BY_CODE.__getitem__, itemgetter(*self._cuts)(text)))

    def of(self, facts: Facts) -> dict[str, Answer]:
        """The answer of every rule by its id."""
        return dict(zip(self.ids, self.answers(facts), strict=True))

    def chosen(self, mask: Bits) -> tuple[Rule, ...]:
        """The rules whose guards are set."""
        return tuple(compress(self.rules, (mask >> place.guard & 1 for place in self._places)))

    def full(self, facts: Facts) -> tuple[Verdict, ...]:
        """Every rule with failing and open clauses, missing and assumed facts, in the order of the rules."""
        met, possible, walked = self.rails(facts)
        slow = self._only_walked(facts, walked)
        yes, could = (met + self.low) & self.guards, (possible + self.low) & self.guards
        return tuple(
            self._walked_verdict(place, facts) if at in slow else self._verdict(place, facts, met, possible, yes, could)
            for at, place in enumerate(self._places)
        )

    def standings(self, facts: Facts) -> list[Standing | None]:
        """How the clauses of each rule stand, in the order of the rules; None for a rule that has to be walked.

        One outside its window has no clauses to look at. No clause of the others is in error or rests on a presumption.
        """
        met, possible, walked = self.rails(facts)
        found: list[Standing | None] = [place.standing(met, possible) for place in self._places]
        for at in self._only_walked(facts, walked):
            found[at] = None
        return found

    def _only_walked(self, facts: Facts, walked: Iterable[int]) -> set[int]:
        """Rules whose grounds bits cannot tell: too many choices, a failing formula, a fact that is presumed."""
        presumed = (readers for name, readers in self._presuming.items() if facts.value(name) is None)
        return {*walked, *self._walked, *chain.from_iterable(presumed)}

    def _verdict(self, place: _Place, facts: Facts, met: Bits, possible: Bits, yes: Bits, could: Bits) -> Verdict:
        if not place.in_force:
            return Verdict(place.rule, Answer.NO, in_force=False)
        if yes >> place.guard & 1:
            return Verdict(place.rule, Answer.YES)
        size = (1 << place.guard - place.low) - 1
        unmet = ~(met >> place.low) & size
        failing = ~(possible >> place.low) & size
        failed, left = [], []
        for bound, part in zip(place.bounds, place.parts, strict=True):
            if failing & part:
                failed.append(bound)
            elif unmet & part:
                left.append(bound)
        if not could >> place.guard & 1:
            return Verdict(place.rule, Answer.NO, failed=tuple(failed), open=tuple(left))
        missing = _NONE.union(*(missing_of(bound.tree, facts, self.on) for bound in left))
        return Verdict(place.rule, Answer.UNKNOWN, open=tuple(left), missing=missing)

    def _walked_verdict(self, place: _Place, facts: Facts) -> Verdict:
        finding = evaluate(place.tree, facts, self.on)
        each = [(bound, evaluate(bound.tree, facts, self.on).truth) for bound in place.bounds]
        return Verdict(
            place.rule,
            finding.answer,
            failed=tuple(bound for bound, truth in each if truth is False),
            open=tuple(bound for bound, truth in each if truth is None),
            missing=finding.missing if finding.answer is Answer.UNKNOWN else _NONE,
            assumed=finding.assumed,
            error=finding.error,
        )


def missing_of(tree: Tree, facts: Facts, on: date) -> frozenset[str]:
    """What an open tree misses; most are one test, whose attribute is then absent."""
    if isinstance(tree, Test):
        return facts.missing(tree.attribute)
    return evaluate(tree, facts, on).missing


def _place(rule: Rule, on: date, low: int, cap: int) -> tuple[_Place, tuple[Choice, ...]]:
    """A rule's room from its first bit on: one bit a choice, at least one, and the guard above them."""
    if on not in rule.span:
        return _Place(rule, low, low + 1, Const(False), in_force=False), _NEVER
    tree, bounds = rule.tree(on), rule.edition(on)
    presumed = frozenset(leaf.attribute for leaf in leaves(tree) if isinstance(leaf, Test) and leaf.presumed)
    each = [choices(bound.tree, cap=cap) for bound in bounds]
    found = [choice for part in each for choice in part or ()]
    if None in each or len(found) > cap:
        return _Place(rule, low, low + 1, tree, bounds, presumed=presumed, is_walked=True), _NEVER
    parts, at = [], 0
    for part in each:
        size = len(part or ())
        parts.append(((1 << size) - 1) << at)
        at += size
    return _Place(rule, low, low + max(at, 1), tree, bounds, tuple(parts), presumed), tuple(found)
