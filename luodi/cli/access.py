"""luodi access: what is open."""

import sys
from datetime import date
from pathlib import Path

import click

from luodi.access.resolve import Verdict
from luodi.advice.lines import KEYS, access
from luodi.cli.shared import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.documents.marks import of_its_day
from luodi.text import read_document

STATUS = {
    Verdict.ALLOWED: 0,
    Verdict.CONDITIONAL: 0,
    Verdict.NOT_ALLOWED: 1,
    Verdict.UNKNOWN: 3,
    Verdict.SILENT: 4,
}


@click.command("access")
@click.option("--service", help="A code of the catalogue, such as B11, or one of our sub-scopes, such as B21-EC.")
@click.option("--place", help="A place of the book, such as BJ or SH-LINGANG.")
@click.option("--share", help="Total foreign share in percent, 0 to 100.")
@click.option("--investor", help="Home country or region of the investor, ISO 3166, such as DE or HK.")
@click.option("--cepa/--no-cepa", "cepa", default=None, help="Certified Hong Kong or Macao service supplier.")
@click.option(
    "--holdings",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Stakes {company, nodes, stakes, contracts} in place of --share: the foreign share is looked through.",
)
@on_option
@json_option
@lang_option
@batch_option
def command(
    service: str | None,
    place: str | None,
    share: str | None,
    investor: str | None,
    cepa: bool | None,
    holdings: Path | None,
    on: date,
    as_json: bool,
    lang: str,
    batch: Path | None,
) -> None:
    """What is open: whether an investor may hold a share of a service in a place on a day.

    A part left out is not known, and the answer says when that matters.

    Exit status: 0 allowed or conditional, 1 not allowed, 2 bad input, 3 unknown, 4 the book is silent.
    """
    if batch is not None:
        sys.exit(run_batch(batch, on, KEYS["access"], access))
    raw = {"service": service, "place": place, "share": share, "investor": investor, "cepa_qualified": cepa}
    document = access(raw if holdings is None else {**raw, "holdings": read_document(holdings)}, on, None)
    if as_json:
        print_json(of_its_day(document))
    else:
        from luodi.documents.terminal_answers import print_access

        print_access(document, lang, console())
    sys.exit(STATUS[Verdict(document["answer"])])
