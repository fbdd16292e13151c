"""luodi match: what fits one company."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from luodi.advice.match import facts_of, match, verdict
from luodi.cli.door import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.errors import MissingKey
from luodi.profiles.profile import Profile, parse_profile, read_profile
from luodi.rules.book import Book
from luodi.rules.evaluate import Answer
from luodi.rules.library import load_book

STATUS = {Answer.YES: 0, Answer.NO: 1, Answer.UNKNOWN: 3, Answer.ERROR: 5}


def answer_match(book: Book, profile: Profile, on: date, with_remedies: bool) -> dict[str, Any]:
    facts = facts_of(profile, book, on=on)
    return {
        "on": on.isoformat(),
        "results": match(book, facts, on=on, with_remedies=with_remedies),
        "warnings": [dict(w) for w in profile.warnings],
        "books": [book.as_json()],
    }


@click.command("match")
@click.option("--profile", type=click.Path(path_type=Path), metavar="FILE", help="A company profile, YAML or JSON.")
@click.option("--book", "book_name", default="policies", show_default=True, help="A book by name or folder.")
@click.option("--remedies", is_flag=True, help="Batches too say the nearest change of every no.")
@on_option
@json_option
@lang_option
@batch_option
def command(
    profile: Path | None, book_name: str, remedies: bool, on: date, as_json: bool, lang: str, batch: Path | None
) -> None:
    """What fits: every rule of a book for one company, with reasons, missing facts and the nearest change.

    Exit status: 0 something matches, 1 nothing does, 2 bad input, 3 facts are missing, 5 a rule is in error.
    """
    book = load_book(book_name)
    if batch is not None:

        def line(raw: dict[str, Any], day: date, at: str) -> dict[str, Any]:
            if raw.get("profile") is None:
                raise MissingKey("a line needs `profile`, a mapping of attributes", at=at)
            return answer_match(book, parse_profile(raw["profile"], book.vocabulary, at=at), day, remedies)

        sys.exit(run_batch(batch, on, ("profile",), line))
    if profile is None:
        raise click.UsageError("give --profile FILE or --batch FILE")
    document = answer_match(book, read_profile(profile, book.vocabulary), on, True)
    if as_json:
        print_json(document)
    else:
        from luodi.documents.plan_terminal import print_match

        print_match(document, lang, console())
    sys.exit(STATUS[verdict(document["results"])])
