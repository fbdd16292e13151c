"""What is missing before a case may enter a stage: the one function that pages, programs and imports ask.

A version of a gate is a rule of the book `casework`; its dates say on which days it holds. Each of its clauses is one
requirement. A fact that nobody has given is not met: a gate is no place for guesses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.casework.book import casework_book
from luodi.casework.stages import Stage
from luodi.errors import LuodiError
from luodi.message import Message, joined
from luodi.profiles.facts import Facts
from luodi.rules.book import Book, Bound, Citation, Rule
from luodi.rules.citing import citation_shown
from luodi.rules.evaluate import evaluate


class GateMissing(LuodiError):
    """Something is missing before the stage may be entered; `missing` holds what."""

    code = "gate-missing"

    def __init__(self, passage: "Passage") -> None:
        missing = joined(Message("common.text", text=one.says) for one in passage.missing)
        super().__init__("casework.gate-missing", stage=passage.stage, missing=missing, at=passage.rule or None)
        self.missing = passage.missing


@dataclass(frozen=True, slots=True)
class Requirement:
    """One clause: what it says, who can bring it, where the law asks for it, and whether it is met."""

    id: str
    says: Mapping[str, str]
    who: str
    met: bool
    cites: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """How a case stands before a gate. `rule` and `version` name the gate that was asked; none where there is none."""

    stage: Stage
    rule: str
    version: int
    requirements: tuple[Requirement, ...]

    @property
    def missing(self) -> tuple[Requirement, ...]:
        return tuple(one for one in self.requirements if not one.met)

    @property
    def is_open(self) -> bool:
        return not self.missing

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage.value,
            "gate": {"rule": self.rule, "version": self.version},
            "open": self.is_open,
            "requirements": [
                {"id": r.id, "met": r.met, "says": dict(r.says), "who": r.who, "cites": [dict(c) for c in r.cites]}
                for r in self.requirements
            ],
        }


_NO_VERSION: Final = {"zh": "这一关口目前没有有效的版本", "en": "A version of this gate that is in force"}


def gate(stage: Stage, on: date) -> Rule | None:
    """The version of a stage's gate that holds on a day; None where the book has none, as for the first stage."""
    found = [r for r in casework_book().rules if r.gives.get("stage") == stage.value and on in r.span]
    return max(found, key=lambda rule: int(rule.gives["version"]), default=None)


def missing(stage: Stage, facts: Mapping[str, Any], on: date) -> Passage:
    """What of the gate of `stage` is met by `facts` on a day. Facts that the book does not know are left aside.

    Raises `WrongType` or `UnknownValue` for a fact that cannot be one.
    """
    rule = gate(stage, on)
    if rule is None:
        return Passage(stage, "", 0, _ended(stage, on))
    book = casework_book()
    known = {name: value for name, value in facts.items() if name in book.vocabulary and value is not None}
    read = Facts(book.vocabulary, book.vocabulary.parse_facts(known, at="case"))
    return Passage(stage, rule.id, int(rule.gives["version"]), tuple(_requirements(book, rule, read, on)))


def _ended(stage: Stage, on: date) -> tuple[Requirement, ...]:
    """Where the last version of a gate has ended and none has followed, nobody passes: a gap is no open gate."""
    rules = (rule for rule in casework_book().rules if rule.gives.get("stage") == stage.value)
    if not any(rule.span.end is not None and rule.span.end <= on for rule in rules):
        return ()
    return (Requirement("gate", _NO_VERSION, "officer", met=False),)


def must_pass(stage: Stage, facts: Mapping[str, Any], on: date) -> Passage:
    """Raises `GateMissing`."""
    passage = missing(stage, facts, on)
    if not passage.is_open:
        raise GateMissing(passage)
    return passage


def _requirements(book: Book, rule: Rule, facts: Facts, on: date) -> Iterator[Requirement]:
    who = rule.gives.get("who") or {}
    for bound in rule.edition(on):
        clause = bound.clause
        yield Requirement(
            id=clause.id or clause.text,
            says=dict(clause.says or {"zh": clause.text, "en": clause.text}),
            who=str(who.get(clause.id, "officer")),
            met=_is_met(bound, facts, on),
            cites=tuple(_shown(book, cite) for cite in clause.cites),
        )


def _is_met(bound: Bound, facts: Facts, on: date) -> bool:
    return evaluate(bound.tree, facts, on).truth is True


def _shown(book: Book, cite: Citation) -> dict[str, str]:
    return {"zh": citation_shown(cite, book, "zh"), "en": citation_shown(cite, book, "en")}
