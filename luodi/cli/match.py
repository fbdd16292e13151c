"""luodi match: what fits one company."""

import sys
from datetime import date
from functools import partial
from pathlib import Path

import click

from luodi.advice import lines
from luodi.advice.match import verdict
from luodi.cli.shared import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.documents.marks import of_its_day
from luodi.profiles.profile import read_profile
from luodi.rules.evaluate import Answer
from luodi.rules.library import load_book

STATUS = {Answer.YES: 0, Answer.NO: 1, Answer.UNKNOWN: 3, Answer.ERROR: 5}


@click.command("match")
@click.option("--profile", type=click.Path(path_type=Path), metavar="FILE", help="A company profile, YAML or JSON.")
@click.option("--book", "book_name", default="policies", show_default=True, help="A book by name or folder.")
@click.option("--remedies", is_flag=True, help="Batches too say the nearest change of every no.")
@click.option(
    "--brief", is_flag=True, help="Without words, with --json or --batch: clauses, facts, missing, citations."
)
@on_option
@json_option
@lang_option
@batch_option
def command(
    profile: Path | None,
    book_name: str,
    remedies: bool,
    brief: bool,
    on: date,
    as_json: bool,
    lang: str,
    batch: Path | None,
) -> None:
    """What fits: every rule of a book for one company, with reasons, missing facts and the nearest change.

    Exit status: 0 something matches, 1 nothing does, 2 bad input, 3 facts are missing, 5 a rule is in error.
    """
    if brief and remedies:
        raise click.UsageError("--brief leaves out the changes that --remedies asks for; give one of them")
    if brief and batch is None and not as_json:
        raise click.UsageError("--brief is for programs: give it with --json or --batch")
    book = load_book(book_name)
    if batch is not None:
        line = partial(lines.match, book=book, with_remedies=True) if remedies else lines.match_lines(book, brief=brief)
        sys.exit(run_batch(batch, on, lines.KEYS["match"], line))
    if profile is None:
        raise click.UsageError("give --profile FILE or --batch FILE")
    document = lines.matched(read_profile(profile, book.vocabulary), on, book=book, with_remedies=True, brief=brief)
    if as_json:
        print_json(of_its_day(document))
    else:
        from luodi.documents.terminal_answers import print_match

        print_match(document, lang, console())
    sys.exit(STATUS[verdict(document["results"])])
