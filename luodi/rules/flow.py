"""The way of a question through one rule, as steps with three ways out of each: what a drawing and its table show.

Every path ends: a condition that fails, one that is not known, or all of them held.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from luodi.rules.book import Book, Rule
from luodi.rules.describe import alternatives_shown, conditions_shown
from luodi.rules.tree import Manual, Tree, leaves


class End(StrEnum):
    """Where a path ends."""

    HOLDS = "holds"  # the rule gives what it gives
    FAILS = "fails"  # it does not speak for this question
    NEXT = "next"  # of a decision list: the next rule is asked
    OPEN = "open"  # not known yet: a fact is missing
    PERSON = "person"  # somebody has to decide


@dataclass(frozen=True, slots=True)
class Step:
    """One condition. `ways` are those of which one is enough; empty where there is but one."""

    text: str
    ways: tuple[str, ...]
    no: End
    unknown: End | None  # None where the condition is never unknown


@dataclass(frozen=True, slots=True)
class Flow:
    steps: tuple[Step, ...]
    holds: End = End.HOLDS

    def paths(self) -> Iterator[tuple[tuple[str, ...], End]]:
        """Every path as the answers along it (`yes`, `no`, `unknown`) and where it ends."""
        for n, step in enumerate(self.steps):
            before = ("yes",) * n
            yield (*before, "no"), step.no
            if step.unknown is not None:
                yield (*before, "unknown"), step.unknown
        yield ("yes",) * len(self.steps), self.holds


def flow_of(rule: Rule, book: Book, lang: str, on: date) -> Flow:
    """The flow of a rule with the figures of a day, in `zh` or `en`."""
    no = End.NEXT if book.kind == "decision-list" else End.FAILS
    texts, ways = conditions_shown(rule, book, lang, on), alternatives_shown(rule, book, lang, on)
    bounds = rule.edition(on)
    return Flow(
        tuple(
            Step(text, found, no, _when_unknown(bound.tree))
            for text, found, bound in zip(texts, ways, bounds, strict=True)
        )
    )


def _when_unknown(tree: Tree) -> End | None:
    found = list(leaves(tree))
    if any(isinstance(leaf, Manual) for leaf in found):
        return End.PERSON
    return None if all(getattr(leaf, "presumed", False) or hasattr(leaf, "value") for leaf in found) else End.OPEN
