"""What changed: between two days of one book, between two versions of it, and for the companies it is asked about."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any

from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Value, as_json
from luodi.rules.book import Book, Bound, Citation, Rule
from luodi.rules.decide import RuleInError, decide, rule_answer
from luodi.rules.derive import facts_on
from luodi.rules.describe import describe_tree, names_of
from luodi.rules.evaluate import Answer


class Kind(StrEnum):
    """What happened to a rule between two days."""

    BEGAN = "began"
    ENDED = "ended"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Figure:
    """A parameter that takes another value on `since`. `before` and `after` are figures as the book gives them."""

    name: str
    before: Any
    after: Any
    since: date
    cites: tuple[Citation, ...] = ()

    def as_json(self, rule: str) -> dict[str, Any]:
        return {
            "name": self.name,
            "before": as_json(self.before),
            "after": as_json(self.after),
            "since": self.since.isoformat(),
            "cites": [citation.as_json(rule) for citation in self.cites],
        }


@dataclass(frozen=True, slots=True)
class DayChange:
    """One rule that began, ended or changed a figure; `on` is the first day of the new state."""

    kind: Kind
    rule: Rule
    on: date
    figures: tuple[Figure, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "change": self.kind.value,
            "rule": self.rule.id,
            "title": dict(self.rule.title),
            "on": self.on.isoformat(),
            "figures": [figure.as_json(self.rule.id) for figure in self.figures],
            "basis": [citation.as_json(self.rule.id) for citation in self.rule.citations(on=self.on)],
        }


def diff_days(book: Book, day_a: date, day_b: date) -> list[DayChange]:
    """What came into force, went out of it or changed a figure after the earlier day and up to the later one.

    A rule that began and ended in between is told twice. In the order of the days, then of the book.
    """
    since, until = sorted((day_a, day_b))
    found = [change for rule in book.rules for change in _of_rule(rule, since, until)]
    return sorted(found, key=lambda change: change.on)


def _of_rule(rule: Rule, since: date, until: date) -> Iterator[DayChange]:
    if rule.first is not None and since < rule.first <= until:
        yield DayChange(Kind.BEGAN, rule, rule.first)
    figures: dict[date, list[Figure]] = {}
    for name, steps in rule.parameters.items():
        for (_, before, _), (day, after, cites) in pairwise(steps):
            if since < day <= until and day in rule.span and day != rule.first and before != after:
                figures.setdefault(day, []).append(Figure(name, before, after, day, cites))
    for day, changed in figures.items():
        yield DayChange(Kind.CHANGED, rule, day, tuple(changed))
    if rule.span.end is not None and since < rule.span.end <= until:
        yield DayChange(Kind.ENDED, rule, rule.span.end)


# ---- two versions


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause put in (`before` None), taken out (`after` None) or written anew, as CEL and in both languages."""

    before: str | None
    after: str | None
    text_before: Mapping[str, str] | None
    text_after: Mapping[str, str] | None

    def as_json(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after,
            "text_before": dict(self.text_before) if self.text_before else None,
            "text_after": dict(self.text_after) if self.text_after else None,
        }


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule of both versions that is not the same. `fields` are the other keys that differ: name to (old, new)."""

    id: str
    title: Mapping[str, str]
    clauses: tuple[ClauseChange, ...]
    fields: Mapping[str, tuple[Any, Any]]

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.id,
            "title": dict(self.title),
            "clauses": [clause.as_json() for clause in self.clauses],
            "fields": {name: {"before": before, "after": after} for name, (before, after) in self.fields.items()},
        }


@dataclass(frozen=True, slots=True)
class BookChange:
    """Added, removed and changed rules, each in the order of its book."""

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[RuleChange, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    def as_json(self) -> dict[str, Any]:
        return {
            "added": [{"rule": rule.id, "title": dict(rule.title)} for rule in self.added],
            "removed": [{"rule": rule.id, "title": dict(rule.title)} for rule in self.removed],
            "changed": [change.as_json() for change in self.changed],
        }


def diff_books(old: Book, new: Book) -> BookChange:
    """What changed between two versions of a book, clause by clause. The order of its rules counts only in lists."""
    changes = (_rule_change(old.by_id[rule.id], rule, old, new) for rule in new.rules if rule.id in old.by_id)
    return BookChange(
        added=tuple(rule for rule in new.rules if rule.id not in old.by_id),
        removed=tuple(rule for rule in old.rules if rule.id not in new.by_id),
        changed=tuple(change for change in changes if change.clauses or change.fields),
    )


def _rule_change(before: Rule, after: Rule, old: Book, new: Book) -> RuleChange:
    fields = {
        name: (first, second)
        for name, first in _fields(before, old).items()
        if (second := _fields(after, new)[name]) != first
    }
    return RuleChange(after.id, after.title, tuple(_clauses(before, after, old, new)), fields)


def _fields(rule: Rule, book: Book) -> dict[str, Any]:
    """Everything about a rule but its clauses, as JSON has it."""
    return {
        "title": dict(rule.title),
        "from": rule.first.isoformat() if rule.first else None,
        "until": rule.last.isoformat() if rule.last else None,
        "parameters": {name: [_step(step) for step in steps] for name, steps in rule.parameters.items()},
        "gives": _bare(rule.gives),
        "basis": [citation.as_json() for citation in rule.basis],
        "confidence": rule.confidence,
        "read": rule.read if rule.confidence or rule.verification else None,
        "verification": rule.verification,
        "note": dict(rule.note) if rule.note else None,
        "review_by": rule.review_by.isoformat() if rule.review_by else None,
        "checked_on": rule.checked_on.isoformat() if rule.checked_on else None,
        "unit": _bare(rule.extra.get("unit")),
        "position": book.rules.index(rule) if book.kind == "decision-list" else None,
    }


def _step(step: tuple[date, Any, tuple[Citation, ...]]) -> dict[str, Any]:
    since, value, cites = step
    shown = str(value) if isinstance(value, Fraction) else as_json(value)
    return {"from": since.isoformat(), "is": shown, "cites": [citation.as_json() for citation in cites]}


def _bare(value: Any) -> Any:
    """Plain dictionaries and lists in place of those that know their lines."""
    if isinstance(value, Mapping):
        return {str(key): _bare(item) for key, item in value.items()}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _clauses(before: Rule, after: Rule, old: Book, new: Book) -> Iterator[ClauseChange]:
    """Clauses are compared by what they ask, not by how their text is spaced."""
    first, second = before.editions[-1][1], after.editions[-1][1]
    matcher = SequenceMatcher(None, [_key(b) for b in first], [_key(b) for b in second], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        left: Sequence[Bound | None] = [*first[a:b], *[None] * (d - c - (b - a))]
        right: Sequence[Bound | None] = [*second[c:d], *[None] * (b - a - (d - c))]
        for one, other in zip(left, right, strict=True):
            yield ClauseChange(
                one.clause.text if one else None,
                other.clause.text if other else None,
                _said(one, old),
                _said(other, new),
            )


def _key(bound: Bound) -> Hashable:
    says = tuple(sorted(bound.clause.says.items())) if bound.clause.says else None
    return bound.tree, bound.clause.cites, says


def _said(bound: Bound | None, book: Book) -> Mapping[str, str] | None:
    if bound is None:
        return None
    texts, names = book.tables.get("texts"), names_of(book)
    return bound.clause.says or {
        lang: describe_tree(bound.tree, book.vocabulary, lang, texts, names) for lang in ("zh", "en")
    }


# ---- companies


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A company that gets another answer. `rule` None: the whole decision list. None: the rule is not in that book."""

    profile: str
    rule: str | None
    before: str | None
    after: str | None

    def as_json(self) -> dict[str, Any]:
        return {"profile": self.profile, "rule": self.rule, "before": self.before, "after": self.after}


def changed_answers(
    book_a: Book, day_a: date, book_b: Book, day_b: date, profiles: Mapping[str, Mapping[str, Value]]
) -> list[ChangedAnswer]:
    """Which of the given profiles (typed facts by a name) get another answer, rule by rule.

    A decision list is asked as a whole. Rows of an access book are asked one by one; how they resolve together is
    for the layer that resolves them.
    """
    found: list[ChangedAnswer] = []
    for name, given in profiles.items():
        before = _answers(book_a, facts_on(book_a.vocabulary, given, day_a), day_a)
        after = _answers(book_b, facts_on(book_b.vocabulary, given, day_b), day_b)
        for rule in dict.fromkeys((*before, *after)):
            if before.get(rule) != after.get(rule):
                found.append(ChangedAnswer(name, rule, before.get(rule), after.get(rule)))
    return found


def _answers(book: Book, facts: Facts, on: date) -> dict[str | None, str | None]:
    if book.kind != "decision-list":
        return {rule.id: rule_answer(rule, facts, on).answer.value for rule in book.rules}
    try:
        return {None: decide(book, facts, on).value}
    except RuleInError:
        return {None: Answer.ERROR.value}
