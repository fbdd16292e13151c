"""A draft tried on companies and on stored answers: what it answers beside the books in force, as ids and words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import luodi
from luodi.advice.lines import ask
from luodi.advice.plan_difference import SIDES, between
from luodi.documents.durations import duration_of
from luodi.editions import Books, reading
from luodi.editor.archive import Files
from luodi.editor.readiness import trial
from luodi.errors import LuodiError
from luodi.profiles.profile import current_facts, parse_profile
from luodi.rules.book import Book
from luodi.rules.diff import ChangedAnswer, changed_answers
from luodi.rules.library import company_vocabulary, load_book
from luodi.text import parse_yaml, read_yaml
from luodi.web.books.models import Draft
from luodi.web.books.signals import answers_relied_on, saved_answers
from luodi.web.core.types import AnyUser, Json

#: Books whose rules answer for a company by themselves. Rows of access resolve together, which the plan shows.
ASKED_BY_RULE = ("policies", "steps", "rules", "decision-list")


_EXAMPLES: Final = Path(luodi.__file__).parent.parent / "examples"
#: Called with how far a run is, and how far it has to go; it raises where somebody stopped the run.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Subject:
    """Who is asked about. `profile` as a batch line has it; `on` where the subject names its day."""

    key: str
    name: str | Mapping[str, str]  # a text, or one in both languages
    kind: str  # example, mine, typed, saved, enquiry
    profile: Json
    on: date | None = None


def compared(subject: Subject, draft: Books, on: date, books: tuple[Book, Book] | None = None) -> Json:
    """What the draft changes for one subject, as JSON; `books` are the one in force and the draft's, asked by rule.

    A subject that cannot be answered gives `{"problem"}` with the message, under whichever books it was.
    """
    day = subject.on or on
    row: Json = {"key": subject.key, "name": subject.name, "kind": subject.kind, "on": day.isoformat()}
    try:
        with reading():
            before = ask("advise", {"profile": subject.profile}, today=day)
        with reading(draft):
            after = ask("advise", {"profile": subject.profile}, today=day)
        by_rule = list(_by_rule(subject, books, day)) if books else []
    except LuodiError as problem:
        return {**row, "problem": str(problem)}
    return {**row, **difference(before, after), "rules": by_rule}


def difference(before: Json, after: Json) -> Json:
    """`{"before", "after", "same", "sides"}`: verdicts, steps and policies of both, and what came and went."""
    found = between(before, after)
    sides = {side: [_named(row) for row in getattr(found, side)] for side in SIDES}
    moved = _moved(before, after)
    return {
        "before": _summary(before),
        "after": _summary(after),
        "same": found.same and not moved,
        "sides": {side: rows for side, rows in sides.items() if rows},
        "moved": moved,
    }


def _summary(plan: Json) -> Json:
    return {
        "access": [_verdict(row) for row in plan["access"]],
        "steps": len(plan["steps"]),
        "policies": sum(1 for row in plan["policies"] if row["answer"] == "match" and row["decides"]),
        "time": {lang: duration_of(plan, lang) for lang in ("zh", "en")},
    }


def _verdict(row: Json) -> Json:
    return {"answer": row["answer"], "cap": row["cap"], "asked": dict(row.get("question") or {})}


def _moved(before: Json, after: Json) -> list[Json]:
    """Steps of both plans that take another time, and policies that give another amount."""
    found = []
    steps = {row["id"]: row for row in before["steps"]}
    for row in after["steps"]:
        was = steps.get(row["id"])
        if was is not None and _range(was) != _range(row):
            found.append({**_named(row), "what": "days", "was": _range(was), "is": _range(row)})
    policies = {row["id"]: row for row in before["policies"]}
    for row in after["policies"]:
        was = policies.get(row["id"])
        if was is not None and was.get("amount") != row.get("amount"):
            found.append({**_named(row), "what": "amount", "was": _amount(was), "is": _amount(row)})
    return found


def _range(row: Json) -> str | None:
    """The working days of a step as text, such as "1 to 5"; None where its time is open."""
    low, high = row["time"]["min_working_days"], row["time"]["max_working_days"]
    if low is None or high is None:
        return None
    return f"{low}" if low == high else f"{low}–{high}"


def _amount(row: Json) -> str | None:
    found = row.get("amount")
    return (
        None if found is None else ", ".join(str(v) for k, v in sorted(found.items()) if not isinstance(v, dict | list))
    )


def _named(row: Json) -> Json:
    return {"id": row["id"], "title": dict(row["title"])}


def _by_rule(subject: Subject, books: tuple[Book, Book], day: date) -> Iterator[Json]:
    """Rules of the book itself that answer otherwise; a decision list as a whole."""
    old, new = books
    facts = current_facts(parse_profile(dict(subject.profile), new.vocabulary), day)[0]
    for change in changed_answers(old, day, new, day, {subject.key: facts}):
        yield {"rule": change.rule, "title": _title(change, books), "before": change.before, "after": change.after}


def _title(change: ChangedAnswer, books: tuple[Book, Book]) -> dict[str, str] | None:
    for book in reversed(books):
        if change.rule in book.by_id:
            return dict(book.by_id[change.rule].title)
    return None


# ---- who is tried


def subjects(draft: Draft, user: AnyUser) -> list[Subject]:
    """Profiles typed for the draft, then the answers that the officer keeps, then the fictional companies."""
    return [*_typed(draft), *saved_answers.ask(user=user), *_examples()]


def _typed(draft: Draft) -> Iterator[Subject]:
    for row in draft.profiles.all():
        yield Subject(f"typed-{row.pk}", row.name, "typed", read_profile_text(row.text))


def _examples() -> Iterator[Subject]:
    """Where the program lies beside its examples; a package that was installed has none."""
    for path in sorted(_EXAMPLES.glob("*.yaml")):
        raw = read_yaml(path)
        yield Subject(path.stem, dict(raw["name"]), "example", raw)


def read_profile_text(text: str) -> Json:
    """A profile as YAML. Raises `LuodiError` with the line and the key."""
    raw = parse_yaml(text, "profile")
    parse_profile(raw, company_vocabulary(), at="profile")
    found: Json = raw
    return found


def tried(book: str, files: Files, found: list[Subject], on: date) -> Iterator[Json]:
    """One row a subject: the verdict, steps and policies before and after, and what differs.

    Raises `LuodiError` where the draft cannot be read.
    """
    old = load_book(book)
    with trial(book, files) as draft:
        new = load_book(book)
        by_rule = (old, new) if old.kind in ASKED_BY_RULE and old.rules else None
        for subject in found:
            yield compared(subject, draft, on, by_rule)


def tried_on_answers(book: str, files: Files, on: date, progress: Progress) -> Json:
    """`{"checked", "rows"}`: of all answers that people rely on, those that the draft would change."""
    subjects = list(answers_relied_on.ask())
    rows = []
    with trial(book, files) as draft:
        load_book(book)
        for at, subject in enumerate(subjects):
            progress(at, len(subjects))
            row = compared(subject, draft, on)
            if not row.get("same"):
                rows.append(row)
    progress(len(subjects), len(subjects))
    return {"checked": len(subjects), "rows": rows}
