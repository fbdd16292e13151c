"""Yes, no, or not known yet: the plain walk over a rule's tree, which every faster path must agree with.

Kleene's strong three values. `missing` is defined under `predicate_language` of the policies: of an undecided
node take its undecided members; an unknown leaf adds its attribute; sorted, no repeats, no search for a
smallest set. An error that decides is its own outcome; one that a decided part absorbs is only recorded.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, cast

from luodi.profiles.facts import Facts
from luodi.rules.compute import Failure, Unknown, compute
from luodi.rules.tree import MANUAL, And, Const, Formula, Growth, Leaf, Manual, Not, Op, Or, Test, Tree, grows, holds
from luodi.values import Number

_NONE: frozenset[str] = frozenset()


class Answer(StrEnum):
    """How a rule answers for one company."""

    YES = "match"
    NO = "no_match"
    UNKNOWN = "need_info"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """The truth of a tree. `truth` None with no `error` is unknown, and then `missing` says why."""

    truth: bool | None
    missing: frozenset[str] = _NONE
    assumed: frozenset[str] = _NONE
    error: Failure | None = None

    @property
    def answer(self) -> Answer:
        if self.truth is None:
            return Answer.ERROR if self.error and not self.missing else Answer.UNKNOWN
        return Answer.YES if self.truth else Answer.NO

    @property
    def is_error(self) -> bool:
        return self.truth is None and self.error is not None and not self.missing


_YES, _NO = Finding(True), Finding(False)
_DECIDED_BY_A_PERSON: Final = Finding(None, frozenset((MANUAL,)))


def evaluate(node: Tree, facts: Facts, on: date) -> Finding:
    """The finding for one company on one day."""
    return _WALK[type(node)](node, facts, on)


def conjunction(findings: Iterable[Finding]) -> Finding:
    """All must hold: one that does not settles it, else one unknown leaves it open."""
    missing, assumed, error, undecided, firm = _NONE, _NONE, None, False, False
    presumed: Finding | None = None  # the first that fails on a presumption alone
    for finding in findings:
        if finding is _YES:  # nearly all of them are one of these two
            continue
        if finding is _NO:
            firm = True
            continue
        if finding.truth is False:
            firm = firm or not finding.assumed
            presumed = presumed or finding
        elif finding.truth is None:
            undecided = True
            missing |= finding.missing
        error = error or finding.error
        assumed |= finding.assumed
    if firm:
        return _NO if error is None else Finding(False, error=error)
    if presumed is not None:
        return Finding(False, assumed=presumed.assumed, error=error)
    if undecided or assumed or error is not None:
        return Finding(None if undecided else True, missing, assumed, error)
    return _YES


def _negated(finding: Finding) -> Finding:
    if finding is _YES:
        return _NO
    if finding is _NO:
        return _YES
    truth = None if finding.truth is None else not finding.truth
    return Finding(truth, finding.missing, finding.assumed, finding.error)


def leaf_finding(leaf: Leaf, facts: Facts, on: date) -> Finding:
    return _WALK[type(leaf)](leaf, facts, on)


def _all(node: And, facts: Facts, on: date) -> Finding:
    return conjunction([evaluate(part, facts, on) for part in node.parts])


def _any(node: Or, facts: Facts, on: date) -> Finding:
    return _negated(conjunction([_negated(evaluate(part, facts, on)) for part in node.parts]))


def _not(node: Not, facts: Facts, on: date) -> Finding:
    return _negated(evaluate(node.part, facts, on))


def _test(test: Test, facts: Facts, on: date) -> Finding:
    name = test.attribute
    value = facts.given.get(name)
    if value is None and name in facts.derivations:
        value = facts.value(name)
    if value is not None:
        return _YES if holds(test, value, on) else _NO
    if test.op is Op.PRESENT:
        return _NO
    if test.op is Op.PREFIX and name in facts.prefixes:
        settled = _settled(test.constant, facts.prefixes[name])
        if settled is not None:
            return _YES if settled else _NO
    if test.presumed:
        return Finding(False, assumed=frozenset((name,)))
    return Finding(None, facts.missing(name))


def _growth(growth: Growth, facts: Facts, on: date) -> Finding:
    name, base = growth.attribute, growth.base
    value, start = (cast("Number | None", facts.value(n)) for n in (name, base))
    if value is None or start is None:
        absent = [facts.missing(n) for n, v in ((name, value), (base, start)) if v is None]
        return Finding(None, _NONE.union(*absent))
    truth = grows(growth, value, start)
    return Finding(truth, _NONE if truth is not None else frozenset((base,)))


def _formula(formula: Formula, facts: Facts, on: date) -> Finding:
    result = compute(formula.expression, facts, on)
    if isinstance(result, Unknown):
        return Finding(None, result.names)
    if isinstance(result, Failure):
        return Finding(None, error=result)
    return _YES if result else _NO


def _manual(manual: Manual, facts: Facts, on: date) -> Finding:
    return _DECIDED_BY_A_PERSON


def _const(const: Const, facts: Facts, on: date) -> Finding:
    return _YES if const.value else _NO


#: By the type of a node, and no chain of cases: a walk over a book meets thousands.
_WALK: Final[dict[type, Callable[[Any, Facts, date], Finding]]] = {
    Test: _test,
    And: _all,
    Or: _any,
    Not: _not,
    Growth: _growth,
    Formula: _formula,
    Manual: _manual,
    Const: _const,
}


def _settled(heads: tuple[str, ...], known: str) -> bool | None:
    """Whether a code that begins with `known` begins with one of `heads`; None where more of it must be known."""
    if known.startswith(heads):
        return True
    return None if any(head.startswith(known) for head in heads) else False
