"""What a compiled book is: sources, literals, instructions over rows of bits, and the rules that it cannot hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from luodi.matching.batch import Ints
from luodi.matching.columns import Plan
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Rule
from luodi.rules.tree import Formula, Growth, Tree

FALSE, TRUE, OPEN = 0, 1, 2  # the rows that never change: no, yes, a matter for a person
AND, OR, ANSWER = 0, 1, 2  # what an instruction does
CONSTANT, LITERAL = 3, 4  # other kinds of nodes
RAILS: Final = 2  # certain, possible


@dataclass(frozen=True, slots=True)
class Refused:
    """A rule that columns cannot hold. It still works for one company at a time."""

    rule: str
    at: str
    clause: str
    position: int
    reason: str
    hint: str

    def as_json(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "at": self.at,
            "clause": self.clause,
            "position": self.position + 1,
            "reason": self.reason,
            "hint": self.hint,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """What one pass over one column reads: the plan, and which 64 of its bits."""

    plan: int
    word: int = 0


@dataclass(slots=True)
class Literal:
    """One bitmap of a source, written as up to two rows: for yes and for no (`opposite`).

    `tests`, any of which may hold: of numbers an edge reached and one not reached, of codes and members a byte of the
    word and bits in it, of truths whether only being known is asked.
    """

    source: int
    tests: tuple[tuple[int, int], ...]
    closed: bool
    row: int = -1
    opposite: int = -1


@dataclass(frozen=True, slots=True)
class Node:
    """An and/or of nodes; a literal (`parts`: its place, and 1 for yes or 0 for no); or one of the constant rows."""

    kind: int
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """A book on one day. An instruction is: what, the row it writes or the rule it answers, first argument, how many
    (an answer's third number is the row that holds it). Plans come first by attribute, then one a `reckoned` leaf.
    """

    on: date
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    refused: tuple[Refused, ...]
    plans: tuple[Plan, ...]
    reckoned: tuple[Growth | Formula, ...]
    sources: tuple[Source, ...]
    literals: tuple[Literal, ...]
    nodes: tuple[Node, ...]
    roots: tuple[int, ...]
    instructions: Ints
    arguments: Ints
    rows: int
    fingerprints: tuple[str, ...]
    reads: frozenset[str]
    trees: tuple[Tree, ...] = ()
    readers: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # by reckoned formula: the rules that read it

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(rule.id for rule in self.rules)
