"""What one plan is made with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from luodi.access import AccessBook, AccessQuestion
from luodi.access.holdings import Holdings
from luodi.advice.landing_plan.common import Cite, Text
from luodi.advice.sources import Sources
from luodi.advice.steps import StepsBook
from luodi.calendar import WorkingCalendar
from luodi.profiles.facts import Facts
from luodi.profiles.profile import Profile
from luodi.rules.book import Book, Citation, Rule
from luodi.rules.citing import days_of, registry


@dataclass
class Context:
    """One company, one day, the books, and the sources as they are cited."""

    on: date
    profile: Profile
    questions: Sequence[AccessQuestion]
    facts: Facts
    access: AccessBook
    steps: StepsBook
    policies: Book
    calendar: WorkingCalendar
    sources: Sources
    warnings: list[Mapping[str, str]]
    held: Holdings | None = None

    def in_force(self, rule: Rule) -> list[Cite]:
        """The citations of a rule that are in force on the day."""
        return [cite(c, rule.id) for c in rule.citations(on=self.on) if stands(c, self.on)]

    def cites(self, rule: Rule) -> list[Cite]:
        """The same, noted as used by the rule."""
        found = self.in_force(rule)
        self.note(found, rule.id)
        return found

    def note(self, basis: Iterable[Cite], used_by: str) -> None:
        self.sources.cite(({"instrument": c.instrument, "article": c.article} for c in basis), used_by)


def stands(citation: Citation, on: date) -> bool:
    """Whether the text is in force; one that no book has as an instrument has no days to look at."""
    row = registry().get(citation.instrument)
    return row is None or on in days_of(row)


def cite(citation: Citation, rule: str | None = None) -> Cite:
    return Cite(citation.instrument, citation.article, rule)


def cites(rows: Iterable[Mapping[str, Any]]) -> list[Cite]:
    """Typed citations from a `basis`."""
    return [Cite(row["instrument"], row.get("article"), row.get("rule")) for row in rows]


def texts(rows: Iterable[Mapping[str, str]] | None) -> list[Text]:
    return [Text.of(row) for row in rows or ()]


def read_state(row: Rule) -> str:
    """How a row was read: `official`, `elsewhere` or `not_read`."""
    return row.read
