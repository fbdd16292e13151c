"""The test bench: the companies that a draft is tried on, beside what the books in force say of them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import luodi
from luodi.errors import LuodiError
from luodi.profiles.profile import parse_profile
from luodi.rules.library import company_vocabulary, load_book
from luodi.text import parse_yaml, read_yaml
from luodi.web.books.archive import Files
from luodi.web.books.comparing import ASKED_BY_RULE, Subject, compared
from luodi.web.books.judging import trial
from luodi.web.books.models import Draft
from luodi.web.books.signals import saved_answers
from luodi.web.core.error_words import in_full

EXAMPLES = Path(luodi.__file__).parent.parent / "examples"


def subjects(draft: Draft, user: Any) -> list[Subject]:
    """Profiles typed for the draft, then the answers that the officer keeps, then the fictional companies."""
    return [*_typed(draft), *saved_answers.ask(user=user), *_examples()]


def _typed(draft: Draft) -> Iterator[Subject]:
    for row in draft.profiles.all():
        yield Subject(f"typed-{row.pk}", row.name, "typed", read_profile_text(row.text))


def _examples() -> Iterator[Subject]:
    """Where the program lies beside its examples; a package that was installed has none."""
    for path in sorted(EXAMPLES.glob("*.yaml")):
        raw = read_yaml(path)
        yield Subject(path.stem, dict(raw["name"]), "example", raw)


def read_profile_text(text: str) -> dict[str, Any]:
    """A profile as YAML. Raises `LuodiError` with the line and the key."""
    raw = parse_yaml(text, "profile")
    parse_profile(raw, company_vocabulary(), at="profile")
    found: dict[str, Any] = raw
    return found


def tried(book: str, files: Files, found: list[Subject], on: date) -> Iterator[dict[str, Any]]:
    """One row a subject: the verdict, steps and policies before and after, and what differs.

    Raises `LuodiError` where the draft cannot be read.
    """
    old = load_book(book)
    with trial(book, files) as draft:
        new = load_book(book)
        by_rule = (old, new) if old.kind in ASKED_BY_RULE and old.rules else None
        for subject in found:
            yield compared(subject, draft, on, by_rule)


def problem_of(text: str) -> str:
    """Why a typed profile cannot be one; empty where it can."""
    try:
        read_profile_text(text)
    except LuodiError as problem:
        return in_full(problem)
    return ""
