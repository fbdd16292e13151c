"""luodi decide: ordered decision lists."""

import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from luodi.advice.lines import KEYS, decide, decided
from luodi.cli.shared import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.documents.marks import of_its_day
from luodi.errors import BadInput, did_you_mean
from luodi.profiles.profile import read_profile
from luodi.rules.book import Book
from luodi.rules.library import book_names, load_book


def decision_book(name: str) -> Book:
    book = load_book(name)
    if book.kind != "decision-list":
        lists = [n for n in book_names() if load_book(n).kind == "decision-list"]
        raise BadInput("cli.book-no-decision-list", name=name, lists=lists, meant=did_you_mean(name, lists))
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
        line = partial(decide, book=book)
        sys.exit(run_batch(batch, on, KEYS["decide"], line))
    if profile is None:
        raise click.UsageError("give --profile FILE or --batch FILE")
    document = decided(read_profile(profile, book.vocabulary), on, book=book)
    if as_json:
        print_json(of_its_day(document))
    else:
        from luodi.documents.terminal_answers import print_decision

        print_decision(document, lang, console())
    sys.exit(_status(document))


def _status(document: dict[str, Any]) -> int:
    if document["answer"] == "error":
        return 5
    if document["answer"] is not None:
        return 0
    return 3 if document["missing"] else 1
