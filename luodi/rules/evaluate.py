"""Yes, no, or not known yet: the plain walk over a rule's tree, which every faster path must agree with.

Kleene's strong three values. `missing` is defined under `predicate_language` of the policies: of an undecided
node take its undecided members; an unknown leaf adds its attribute; sorted, no repeats, no search for a
smallest set. An error that decides is its own outcome; one that a decided part absorbs is only recorded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from luodi.profiles.facts import Facts
from luodi.rules.compute import Failure, Unknown, compute
from luodi.rules.tree import MANUAL, And, Const, Formula, Growth, Leaf, Manual, Not, Op, Or, Test, Tree, grows, holds

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


def evaluate(node: Tree, facts: Facts, on: date) -> Finding:
    """The finding for one company on one day."""
    match node:
        case And(parts):
            return conjunction(evaluate(part, facts, on) for part in parts)
        case Or(parts):
            found = conjunction(_negated(evaluate(part, facts, on)) for part in parts)
            return _negated(found)
        case Not(part):
            return _negated(evaluate(part, facts, on))
        case _:
            return leaf_finding(node, facts, on)


def conjunction(findings: Iterable[Finding]) -> Finding:
    """All must hold: one that does not settles it, else one unknown leaves it open."""
    missing, assumed, error, undecided = _NONE, _NONE, None, False
    refusals: list[Finding] = []
    for finding in findings:
        if finding.truth is False:
            refusals.append(finding)
        elif finding.truth is None:
            undecided = True
            missing |= finding.missing
        error = error or finding.error
        assumed |= finding.assumed
    if refusals:
        firm = [r for r in refusals if not r.assumed]
        return Finding(False, assumed=_NONE if firm else refusals[0].assumed, error=error)
    return Finding(None if undecided else True, missing, assumed, error)


def _negated(finding: Finding) -> Finding:
    truth = None if finding.truth is None else not finding.truth
    return Finding(truth, finding.missing, finding.assumed, finding.error)


def leaf_finding(leaf: Leaf, facts: Facts, on: date) -> Finding:
    match leaf:
        case Test(attribute=name):
            value = facts.value(name)
            if value is not None:
                return _YES if holds(leaf, value, on) else _NO
            if leaf.op is Op.PRESENT:
                return _NO
            if leaf.op is Op.PREFIX and name in facts.prefixes:
                settled = _settled(leaf.constant, facts.prefixes[name])
                if settled is not None:
                    return _YES if settled else _NO
            if leaf.presumed:
                return Finding(False, assumed=frozenset((name,)))
            return Finding(None, facts.missing(name))
        case Growth(attribute=name, base=base):
            value, start = facts.value(name), facts.value(base)
            if value is None or start is None:
                absent = [facts.missing(n) for n, v in ((name, value), (base, start)) if v is None]
                return Finding(None, _NONE.union(*absent))
            truth = grows(leaf, value, start)  # type: ignore[arg-type]
            return Finding(truth, _NONE if truth is not None else frozenset((base,)))
        case Formula(expression=expression):
            result = compute(expression, facts, on)
            if isinstance(result, Unknown):
                return Finding(None, result.names)
            if isinstance(result, Failure):
                return Finding(None, error=result)
            return _YES if result else _NO
        case Manual():
            return Finding(None, frozenset((MANUAL,)))
        case Const(value=value):
            return _YES if value else _NO


def _settled(heads: tuple[str, ...], known: str) -> bool | None:
    """Whether a code that begins with `known` begins with one of `heads`; None where more of it must be known."""
    if known.startswith(heads):
        return True
    return None if any(head.startswith(known) for head in heads) else False
