"""One rule's answer, and ordered decision lists: the first true rule decides.

What an unknown rule before it does is said by the book. `on_unknown: stop` leaves the value open; `agree`
(the usual) lets a value stand when every rule that could still decide gives the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from luodi.errors import LuodiError
from luodi.profiles.facts import Facts
from luodi.rules.book import Book, Rule
from luodi.rules.compute import Failure
from luodi.rules.evaluate import Finding, evaluate

_NONE: frozenset[str] = frozenset()


class RuleInError(LuodiError):
    """A rule whose answer is an error, such as a division by zero: a defect of the rule, not of the facts."""

    code = "rule-in-error"

    def __init__(self, rule: Rule, clause: str, failure: Failure) -> None:
        super().__init__(
            "rules.rule-in-error",
            rule=rule.id,
            problem=failure.message,
            position=failure.position + 1,
            clause=clause,
            at=rule.at,
        )
        self.rule = rule.id
        self.clause = clause
        self.position = failure.position

    def as_json(self, lang: str = "en") -> dict[str, object]:
        return {**super().as_json(lang), "rule": self.rule, "clause": self.clause, "position": self.position}


@dataclass(frozen=True, slots=True)
class Decision:
    """The value of a decision list, None while it is open or where no rule is true.

    `because` is the id of the rule that is true; `missing` are the facts that keep the value open.
    """

    value: str | None
    because: str | None = None
    missing: tuple[str, ...] = ()
    basis: tuple[dict[str, str | None], ...] = ()
    assumed: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "answer": self.value,
            "because": self.because,
            "missing": list(self.missing),
            "basis": list(self.basis),
            "assumed": list(self.assumed),
        }


def rule_answer(rule: Rule, facts: Facts, on: date) -> Finding:
    """The finding of one rule on one day; outside its window it is no, and its clauses are not looked at."""
    return evaluate(rule.tree(on), facts, on) if on in rule.span else Finding(False)


def rule_in_error(rule: Rule, facts: Facts, on: date) -> RuleInError | None:
    """The error of a rule with its clause and position, or None where the rule has an answer."""
    finding = rule_answer(rule, facts, on)
    if not finding.is_error or finding.error is None:
        return None
    for bound in rule.edition(on):
        found = evaluate(bound.tree, facts, on)
        if found.error is not None and found.truth is None:
            return RuleInError(rule, bound.clause.text, found.error)
    return RuleInError(rule, rule.id, finding.error)


@dataclass
class _Walk:
    """What was met on the way down the list."""

    unknown: list[tuple[Rule, Finding]] = field(default_factory=list)
    assumed: frozenset[str] = _NONE
    broken: bool = False


def decide(book: Book, facts: Facts, on: date) -> Decision:
    """The value of an ordered decision list for one company on one day.

    Raises `RuleInError` where a rule in error is the first that is neither yes nor no.
    """
    first = frozenset(name for name in book.asks_first if facts.value(name) is None)
    if first:
        return Decision(None, missing=tuple(sorted(first)))
    walk = _Walk()
    for rule in book.rules:
        finding = rule_answer(rule, facts, on)
        if finding.truth is False:
            walk.assumed |= finding.assumed
        elif finding.truth is True:
            return _decided(rule, finding, walk, on)
        elif finding.is_error and not walk.unknown:
            raise _error(rule, facts, on)
        elif finding.is_error:  # nothing that can be said will settle this rule, so no value can stand
            walk.broken = True
            break
        else:
            walk.unknown.append((rule, finding))
            if book.on_unknown == "stop":
                break
    return _open(walk.unknown, walk.assumed)


def _error(rule: Rule, facts: Facts, on: date) -> RuleInError:
    problem = rule_in_error(rule, facts, on)
    assert problem is not None
    return problem


def _decided(rule: Rule, finding: Finding, walk: _Walk, on: date) -> Decision:
    value = _value(rule)
    if any(_value(other) != value for other, _ in walk.unknown):
        return _open(walk.unknown, walk.assumed)
    basis = tuple(citation.as_json(rule.id) for citation in rule.citations(on=on))
    return Decision(value, rule.id, (), basis, tuple(sorted(walk.assumed | finding.assumed)))


def _open(unknown: Sequence[tuple[Rule, Finding]], assumed: frozenset[str]) -> Decision:
    """No value: the facts of the first unknown rule are missing, or nothing is, where every rule is false."""
    if not unknown:
        return Decision(None, assumed=tuple(sorted(assumed)))
    first = unknown[0][1]
    return Decision(None, missing=tuple(sorted(first.missing)), assumed=tuple(sorted(assumed | first.assumed)))


def _value(rule: Rule) -> str | None:
    value = rule.gives.get("value")
    return None if value is None else str(value)
