"""luodi requirement: what the law asks of the company itself."""

import sys
from datetime import date
from pathlib import Path

import click

from luodi.access.requirement import requirement_names
from luodi.advice.lines import KEYS, requirement
from luodi.cli.shared import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.documents.marks import of_its_day


@click.command("requirement")
@click.argument("name", required=False)
@click.option("--list", "list_names", is_flag=True, help="The names of all requirements.")
@on_option
@json_option
@lang_option
@batch_option
def command(name: str | None, list_names: bool, on: date, as_json: bool, lang: str, batch: Path | None) -> None:
    """What the law asks of the company: registered capital, track record, legal form. The day picks the edition.

    Exit status: 0 answered, 2 bad input, 4 the book is silent.
    """
    if batch is not None:
        sys.exit(run_batch(batch, on, KEYS["requirement"], requirement))
    if list_names:
        _list(as_json)
        return
    document = requirement({"name": name}, on, None)
    if as_json:
        print_json(of_its_day(document))
    else:
        from luodi.documents.terminal_answers import print_requirement

        print_requirement(document, lang, console())
    sys.exit(4 if document["answer"] == "silent" else 0)


def _list(as_json: bool) -> None:
    names = requirement_names()
    if as_json:
        print_json({"requirements": [{"name": name} for name in names]})
    else:
        click.echo("\n".join(names))
