"""What was compared, how much of it, and what differs."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where facts and books part: the file of facts, the row, the key, and what is the matter."""

    file: str
    id: str
    key: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}: {self.id}: {self.key}: {self.problem}"


@dataclass
class Ledger:
    """Counts by heading and line, in the order they were opened, and the differences found on the way."""

    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    _line: tuple[str, str] = ("", "")

    def open(self, heading: str, line: str) -> None:
        """What is counted and found from now on belongs to this line of the table."""
        self._line = (heading, line)
        self.counts.setdefault(self._line, Counter())

    def count(self, what: str, number: int = 1) -> None:
        self.counts[self._line][what] += number

    def differs(self, file: str, row: str, key: str, problem: str) -> None:
        self.counts[self._line]["differences"] += 1
        self.differences.append(Difference(file, row, key, problem))

    def table(self) -> str:
        """Lines such as "  treatments    129 rows    2,064 fields", under their headings."""
        lines: list[str] = []
        for heading in dict.fromkeys(heading for heading, _ in self.counts):
            lines += ["", heading]
            lines += [
                f"  {line:<44}{_figures(counts)}" for (under, line), counts in self.counts.items() if under == heading
            ]
        return "\n".join(lines).lstrip("\n")


@dataclass
class Tally:
    """The questions put to one rule: how many, how many got two answers, and the first of those as an example."""

    ledger: Ledger
    file: str
    id: str
    key: str = "meaning"
    asked: int = 0
    wrong: int = 0
    example: str = ""

    def compare(self, wanted: Any, found: Any, *question: Any) -> None:
        self.asked += 1
        if wanted != found:
            self.wrong += 1
            asked = ", ".join(map(str, question))
            self.example = self.example or f"{asked}: the facts say {wanted}, the package {found}"

    def close(self) -> None:
        """One difference for the rule, however many of its answers differ."""
        if self.wrong:
            problem = f"{self.wrong} of {self.asked} get another answer, such as {self.example}"
            self.ledger.differs(self.file, self.id, self.key, problem)


def _figures(counts: Counter[str]) -> str:
    shown = [f"{number:>8,} {what:<12}" for what, number in counts.items() if what != "differences"]
    wrong = counts["differences"]
    return ("".join(shown) + (f"{wrong:>8,} DIFFER" if wrong else "")).rstrip()
