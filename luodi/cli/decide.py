"""luodi decide: ordered decision lists."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from luodi.advice.match import facts_of
from luodi.cli.door import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.errors import BadInput, MissingKey, did_you_mean
from luodi.profiles.profile import Profile, parse_profile, read_profile
from luodi.rules.book import Book
from luodi.rules.decide import RuleInError, decide
from luodi.rules.library import book_names, load_book


def answer_decision(book: Book, profile: Profile, on: date) -> dict[str, Any]:
    """`{"answer", "because", "missing", "basis", ..}`; a rule in error gives `"answer": "error"` and says where."""
    try:
        decision = decide(book, facts_of(profile, book, on=on), on)
    except RuleInError as problem:
        return {"answer": "error", **problem.as_json(), "books": [book.as_json()]}
    return {
        "answer": decision.value,
        "because": decision.because,
        "missing": list(decision.missing),
        "assumed": list(decision.assumed),
        "basis": list(decision.basis),
        "on": on.isoformat(),
        "books": [book.as_json()],
    }


def decision_book(name: str) -> Book:
    book = load_book(name)
    if book.kind != "decision-list":
        lists = [n for n in book_names() if load_book(n).kind == "decision-list"]
        raise BadInput(
            f"the book `{name}` is no decision list; these are: {', '.join(lists)}.{did_you_mean(name, lists)}"
        )
    return book


@click.command("decide")
@click.argument("name")
@click.option("--profile", type=click.Path(path_type=Path), metavar="FILE", help="A company profile, YAML or JSON.")
@on_option
@json_option
@lang_option
@batch_option
def command(name: str, profile: Path | None, on: date, as_json: bool, lang: str, batch: Path | None) -> None:
    """Run an ordered decision list, such as enterprise-size or data-export-path: the first true rule decides.

    Exit status: 0 decided, 1 no rule is true, 2 bad input, 3 facts are missing, 5 a rule is in error.
    """
    book = decision_book(name)
    if batch is not None:

        def line(raw: dict[str, Any], day: date, at: str) -> dict[str, Any]:
            if raw.get("profile") is None:
                raise MissingKey("a line needs `profile`, a mapping of attributes", at=at)
            return answer_decision(book, parse_profile(raw["profile"], book.vocabulary, at=at), day)

        sys.exit(run_batch(batch, on, ("profile",), line))
    if profile is None:
        raise click.UsageError("give --profile FILE or --batch FILE")
    document = answer_decision(book, read_profile(profile, book.vocabulary), on)
    if as_json:
        print_json(document)
    else:
        from luodi.documents.plan_terminal import print_decision

        print_decision(document, lang, console())
    sys.exit(_status(document))


def _status(document: dict[str, Any]) -> int:
    if document["answer"] == "error":
        return 5
    if document["answer"] is not None:
        return 0
    return 3 if document["missing"] else 1
