"""Whether a book's tests touch what they must: each answer of each rule, and both sides of each threshold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.message import Message
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Attribute, Kind
from luodi.rules.book import Book, Bound, Rule
from luodi.rules.cases import Case
from luodi.rules.decide import rule_answer
from luodi.rules.derive import facts_on
from luodi.rules.evaluate import Answer, evaluate, leaf_finding
from luodi.rules.finding import Finding, Severity
from luodi.rules.tree import Age, And, Const, Growth, Manual, Not, Op, Or, Test, Tree, leaves

Truths = frozenset[bool | None]
_ALL: Final[Truths] = frozenset((True, False, None))
_WORDS: Final = {
    True: ("rules.test-yes", Answer.YES),
    False: ("rules.test-no", Answer.NO),
    None: ("rules.test-missing", Answer.UNKNOWN),
}
_TRUTHS: Final = {Answer.YES.value: True, Answer.NO.value: False, Answer.UNKNOWN.value: None}


@dataclass(frozen=True)
class _Trial:
    """A case that speaks about one rule: its facts, and the truth that comes out."""

    case: Case
    facts: Facts
    truth: bool | None


def coverage(book: Book, cases: Sequence[Case]) -> Iterator[Finding]:
    """Rules without a yes, a no and a missing-fact case, and thresholds no case touches on both sides."""
    facts = [facts_on(book.vocabulary, case.given, case.day) for case in cases]
    for rule in book.rules:
        trials = list(_trials(rule, book, zip(cases, facts, strict=True)))
        yield from _answers(rule, trials)
        yield from _thresholds(rule, book, trials)


def untested(rule: Rule, book: Book, cases: Sequence[Case]) -> Iterator[Finding]:
    """Which answers of one rule no case touches: the yes, the no, or a fact that is missing."""
    facts = (facts_on(book.vocabulary, case.given, case.day) for case in cases)
    yield from _answers(rule, list(_trials(rule, book, zip(cases, facts, strict=True))))


def _trials(rule: Rule, book: Book, cases: Iterable[tuple[Case, Facts]]) -> Iterator[_Trial]:
    for case, facts in cases:
        if case.rule == rule.id and case.answer in _TRUTHS:
            yield _Trial(case, facts, _TRUTHS[case.answer])
        elif case.rule is None and book.kind == "access" and rule.id in case.basis:
            yield _Trial(case, facts, _row_holds(rule, facts, case.day))
        elif case.rule is None and book.kind == "decision-list" and case.day in rule.span:
            yield _Trial(case, facts, rule_answer(rule, facts, case.day).truth)


def _row_holds(rule: Rule, facts: Facts, on: date) -> bool:
    """A deciding row has the service and the place of the question; what is known beside them settles it."""
    known = [evaluate(bound.tree, facts, on).truth for bound in rule.edition(on)]
    return False not in known


def _answers(rule: Rule, trials: Sequence[_Trial]) -> Iterator[Finding]:
    wanted: set[bool | None] = set()
    for _, bound in rule.editions:
        wanted |= outcomes(And(tuple(b.tree for b in bound))) if bound else frozenset((True,))
    seen = {trial.truth for trial in trials}
    for truth in (True, False, None):
        if truth in wanted and truth not in seen:
            words, answer = _WORDS[truth]
            yield Finding(
                rule.file,
                rule.line,
                Message("rules.no-test", rule=rule.id, which=Message(words)),
                Message("rules.add-case", file=_test_file(rule), rule=rule.id, answer=answer),
                Severity.WARNING,
            )


def _test_file(rule: Rule) -> str:
    return f"tests/{rule.file.removeprefix('rules/')}"


def outcomes(node: Tree) -> Truths:
    """The answers a tree can have, each leaf taken by itself. A matter for a person is never yes or no here."""
    match node:
        case And(parts):
            return _combined([outcomes(part) for part in parts], False)
        case Or(parts):
            return _combined([outcomes(part) for part in parts], True)
        case Not(part):
            return frozenset(None if truth is None else not truth for truth in outcomes(part))
        case Manual():
            return frozenset((None,))
        case Const(value=value):
            return frozenset((value,))
        case Test(op=op, presumed=presumed) if presumed or op is Op.PRESENT:
            return frozenset((True, False))
        case _:
            return _ALL


def _combined(parts: Sequence[Truths], settles: bool) -> Truths:
    found: set[bool | None] = set()
    if any(settles in part for part in parts):
        found.add(settles)
    free = [part - {settles} for part in parts]
    if all(free):  # no part has to settle it
        if all((not settles) in part for part in free):
            found.add(not settles)
        if any(None in part for part in free):
            found.add(None)
    return frozenset(found)


# ---- thresholds


def _thresholds(rule: Rule, book: Book, trials: Sequence[_Trial]) -> Iterator[Finding]:
    ends = [since for since, _ in rule.editions[1:]] + [date.max]
    for (since, bound), end in zip(rule.editions, ends, strict=True):
        inside = [trial for trial in trials if since <= trial.case.day < end]
        for part in bound:
            chosen = _not_settled_elsewhere(part, bound, inside) if book.kind == "decision-list" else inside
            for leaf in leaves(part.tree):
                if isinstance(leaf, Growth) or (isinstance(leaf, Test) and _is_threshold(leaf, book)):
                    yield from _threshold(rule, book, part, leaf, chosen)


def _not_settled_elsewhere(part: Bound, bound: Sequence[Bound], trials: Sequence[_Trial]) -> list[_Trial]:
    """In a list every case runs through every rule; only those it could still decide speak about its figures."""
    others = [b for b in bound if b is not part]
    return [t for t in trials if not any(evaluate(b.tree, t.facts, t.case.day).truth is False for b in others)]


def _is_threshold(leaf: Test, book: Book) -> bool:
    kind = book.vocabulary[leaf.attribute].kind
    return leaf.op is Op.AGE or (leaf.op.is_order and (kind.is_number or kind is Kind.DATE))


def _threshold(rule: Rule, book: Book, part: Bound, leaf: Test | Growth, trials: Sequence[_Trial]) -> Iterator[Finding]:
    seen: set[bool] = set()
    limit = False
    for trial in trials:
        truth = leaf_finding(leaf, trial.facts, trial.case.day).truth
        if truth is not None:
            seen.add(truth)
            limit = limit or _at_limit(leaf, trial.facts, trial.case.day)
    open_sides = _sides(leaf, book.vocabulary[leaf.attribute]) - seen
    lacking = [Message(key) for truth, key in _SIDE_WORDS.items() if truth in open_sides]
    if not limit:
        lacking.append(Message("rules.value-at-limit"))
    if lacking:
        yield Finding(
            rule.file,
            part.clause.line,
            Message(
                "rules.threshold-not-tested",
                rule=rule.id,
                clause=_said(part, leaf),
                values=_and_one(lacking),
            ),
            Message("rules.add-case-at", file=_test_file(rule), figure=_figure(leaf)),
            Severity.WARNING,
        )


_SIDE_WORDS: Final = {True: "rules.value-meeting", False: "rules.value-missing"}


def _and_one(values: Sequence[Message]) -> Message:
    whole, *others = values
    for value in others:
        whole = Message("rules.value-and-one", first=whole, second=value)
    return whole


def _said(part: Bound, leaf: Test | Growth) -> str:
    return part.clause.text[leaf.start : leaf.end] or part.clause.text


def _figure(leaf: Test | Growth) -> str:
    constant = leaf.constant if isinstance(leaf, Test) else None
    if isinstance(constant, Age):
        return Message("rules.before-day", attribute=leaf.attribute, count=constant.count, unit=constant.unit)
    if constant is None:
        return (
            Message("rules.much-above", attribute=leaf.attribute, base=leaf.base)
            if isinstance(leaf, Growth)
            else Message("rules.attribute-named", attribute=leaf.attribute)
        )
    return Message("rules.attribute-at", attribute=leaf.attribute, value=_plain(constant))


def _plain(constant: Any) -> str:
    return constant.isoformat() if isinstance(constant, date) else str(constant)


def _at_limit(leaf: Test | Growth, facts: Facts, on: date) -> bool:
    value: Any = facts.value(leaf.attribute)
    if isinstance(leaf, Growth):
        base: Any = facts.value(leaf.base)
        return bool(Fraction(value) == Fraction(base) * (1 + Fraction(leaf.rate)))
    if isinstance(leaf.constant, Age):
        return leaf.constant.turning_day(value) == on
    return bool(value == leaf.constant)


def _sides(leaf: Test | Growth, attribute: Attribute) -> set[bool]:
    """The sides a value can be on: a share of at most 100 percent cannot be missed."""
    if isinstance(leaf, Growth) or not attribute.kind.is_number:
        return {True, False}
    low, high, limit = attribute.minimum, attribute.maximum, leaf.constant
    below = low is None or low < limit
    above = high is None or high > limit
    match leaf.op:
        case Op.LE:
            return {True, *((False,) if above else ())}
        case Op.GE:
            return {True, *((False,) if below else ())}
        case Op.LT:
            return {False, *((True,) if below else ())}
        case Op.GT:
            return {False, *((True,) if above else ())}
    return {True, False}
