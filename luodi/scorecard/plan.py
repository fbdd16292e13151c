"""The book `action-plan`: what was promised, what of it is assumed, and what is known of its outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from luodi.editions import with_books
from luodi.errors import UnknownValue, did_you_mean
from luodi.rules.book import Book
from luodi.rules.library import load_book
from luodi.scorecard.attainment import Thresholds

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Promised:
    """An indicator as the plan has it. `assumed`: the article does not give it; it is a suggestion of ours."""

    title: Words
    target: int | None
    unit: Words | None
    due: str
    assumed: bool
    note: Words | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it, as far as anything was found: `status` not-found where nothing was."""

    status: str
    date: str
    text: Words | None
    seen_at: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Goal:
    id: str
    title: Words
    indicator: Promised


@dataclass(frozen=True, slots=True)
class Task:
    """`candidates` are units that we suppose do such work; the article names none."""

    id: str
    measure: str
    title: Words
    candidates: tuple[Words, ...]
    indicator: Promised
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Measure:
    id: str
    title: Words
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`head`, `outcomes` and `practice` are the tables of the book as they stand there."""

    id: str
    title: Words
    head: Mapping[str, Any]
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    outcomes: tuple[Mapping[str, Any], ...]
    practice: tuple[Mapping[str, Any], ...]
    version: str
    hash: str

    @property
    def tasks(self) -> dict[str, Task]:
        return {task.id: task for measure in self.measures for task in measure.tasks}

    def task(self, name: str) -> Task:
        """Raises `UnknownValue`."""
        found = self.tasks.get(name)
        if found is None:
            raise UnknownValue("scorecard.plan-no-task", name=name, meant=did_you_mean(name, self.tasks), at="task")
        return found

    def title_of(self, name: str) -> Words | None:
        """Of a goal or a task."""
        goal = next((one for one in self.goals if one.id == name), None)
        task = self.tasks.get(name)
        return goal.title if goal else task.title if task else None

    @property
    def book(self) -> dict[str, str]:
        return {"name": "action-plan", "version": self.version, "hash": self.hash}


def plan_book() -> Book:
    return load_book("action-plan")


@with_books()
def plan() -> Plan:
    """The plan of the book in force."""
    book = plan_book()
    tables, head = book.tables, dict(book.tables["plan"])
    tasks = [_task(row) for row in tables["tasks"]]
    return Plan(
        str(head["id"]),
        dict(head["title"]),
        head,
        tuple(Goal(str(row["id"]), dict(row["title"]), _promised(row["indicator"])) for row in tables["goals"]),
        tuple(
            Measure(str(row["id"]), dict(row["title"]), tuple(task for task in tasks if task.measure == row["id"]))
            for row in tables["measures"]
        ),
        tuple(tables["outcomes"]),
        tuple(tables["practice"]),
        book.version,
        book.hash,
    )


@with_books()
def thresholds() -> Thresholds:
    """What the bands begin at; raises `OutOfRange` for bands out of order."""
    found = {str(row["id"]): Fraction(str(row["from"])) for row in plan_book().tables["bands"]}
    return Thresholds(found["green"], found["amber"])


@with_books()
def months_days() -> tuple[int, int]:
    """The days of the month by which units hand in, and by which the office has checked."""
    found = {str(row["id"]): int(str(row["day"])) for row in plan_book().tables["calendar"]}
    return found["submit"], found["check"]


def _task(row: Mapping[str, Any]) -> Task:
    outcome = row["outcome"]
    return Task(
        str(row["id"]),
        str(row["measure"]),
        dict(row["title"]),
        tuple(dict(one) for one in row["unit_candidates"]),
        _promised(row["indicator"]),
        Outcome(
            str(outcome["status"]),
            str(outcome.get("date", "")),
            _words(outcome.get("text")),
            str(outcome.get("seen_at", "")),
            str(outcome["confidence"]),
        ),
    )


def _promised(row: Mapping[str, Any]) -> Promised:
    target = row.get("target")
    return Promised(
        dict(row["title"]),
        int(str(target)) if target is not None else None,
        _words(row.get("unit")),
        str(row.get("due", "")),
        row["source"] != "article",
        _words(row.get("note")),
    )


def _words(value: Any) -> Words | None:
    return dict(value) if value else None
