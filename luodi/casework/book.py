"""The book `casework`: stages, gates, tracks, kinds of proof, our own limits and chasers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luodi.calendar import WorkingCalendar
from luodi.casework.stages import Stage
from luodi.editions import with_books
from luodi.errors import UnknownValue, did_you_mean
from luodi.rules.book import Book
from luodi.rules.library import load_book
from luodi.terms import term

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Track:
    """One service of the plan: the steps of some domains, and steps that are named."""

    id: str
    title: Words
    domains: frozenset[str]
    steps: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProofKind:
    """What a document proves. `steps` are those whose need makes it required; `always` required of every landing."""

    id: str
    title: Words
    steps: frozenset[str]
    always: bool
    who: str


@dataclass(frozen=True, slots=True)
class Week:
    """Working days that a unit can keep: those of mainland China, or a week without holidays."""

    id: str
    title: Words
    rests: frozenset[int]
    is_china: bool

    @property
    def calendar(self) -> WorkingCalendar:
        return WorkingCalendar.china() if self.is_china else WorkingCalendar.week(self.rests)


@dataclass(frozen=True, slots=True)
class Chaser:
    """What follows so many calendar days after a question without an answer."""

    days: int
    act: str
    title: Words


def casework_book() -> Book:
    return load_book("casework")


@with_books()
def stage_words() -> dict[Stage, tuple[Words, Words]]:
    """Title of each stage, and what it says to the company."""
    return {Stage(row["id"]): (_title(Stage(row["id"])), dict(row["says"])) for row in casework_book().tables["stages"]}


def _title(stage: Stage) -> Words:
    found = term("stage", stage.value)
    return {lang: found.title(lang) for lang in ("zh", "en")}


@with_books()
def tracks() -> tuple[Track, ...]:
    rows = casework_book().tables["tracks"]
    return tuple(Track(r["id"], dict(r["title"]), frozenset(r["domains"]), frozenset(r["steps"])) for r in rows)


def track_of(step: str, domain: str) -> str:
    """The track of a step: the one that names it, else that of its domain. Raises `UnknownValue`."""
    named = next((track.id for track in tracks() if step in track.steps), None)
    found = named or next((track.id for track in tracks() if domain in track.domains), None)
    if found is None:
        raise UnknownValue("casework.no-track-book-casework-takes", domain=domain, at=step)
    return found


@with_books()
def proof_kinds() -> dict[str, ProofKind]:
    rows = casework_book().tables["proofs"]
    return {
        str(r["id"]): ProofKind(r["id"], dict(r["title"]), frozenset(r["steps"]), _yes(r["always"]), r["who"])
        for r in rows
    }


def proof_kind(name: str) -> ProofKind:
    """Raises `UnknownValue`."""
    found = proof_kinds().get(name)
    if found is None:
        raise UnknownValue("casework.no-kind-proof", name=name, meant=did_you_mean(name, proof_kinds()), at="proves")
    return found


@with_books()
def limits() -> dict[str, int]:
    """Our own limits in working days, by their id."""
    return {str(row["id"]): int(row["working_days"]) for row in casework_book().tables["limits"]}


@with_books()
def chasers() -> tuple[Chaser, ...]:
    """The nearest first."""
    rows = casework_book().tables["chasers"]
    found = (Chaser(int(row["days"]), str(row["act"]), dict(row["title"])) for row in rows)
    return tuple(sorted(found, key=lambda chaser: chaser.days))


def required_proofs(needed_steps: frozenset[str]) -> tuple[ProofKind, ...]:
    """What a landing must have on file, by the steps that the case needs."""
    return tuple(kind for kind in proof_kinds().values() if kind.always or kind.steps & needed_steps)


@with_books()
def weeks() -> dict[str, Week]:
    """The working weeks that a unit can keep, by their id."""
    rows = casework_book().tables["calendars"]
    found = (
        Week(str(r["id"]), dict(r["title"]), frozenset(int(d) for d in r["rests"]), r["holidays"] == "china")
        for r in rows
    )
    return {week.id: week for week in found}


def chaser_on(asked: date, on: date) -> Chaser | None:
    """The last chaser whose day has come; None before the first."""
    due = [chaser for chaser in chasers() if (on - asked).days >= chaser.days]
    return due[-1] if due else None


def _yes(value: Any) -> bool:
    return str(value).casefold() == "true"
