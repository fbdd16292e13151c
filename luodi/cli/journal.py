"""luodi journal: what was done on the site."""

import re

import click

from luodi.cli.shared import json_option, print_json
from luodi.cli.site import site
from luodi.errors import BadInput


@click.group("journal")
def command() -> None:
    """What was done on the site: does the chain still hold?"""


@command.command("verify")
@click.option("--expect", metavar="NUMBER:HASH", help="An end of the chain that was noted before, elsewhere.")
@json_option
def verify_command(expect: str | None, as_json: bool) -> None:
    """Read every entry and name the first that was changed, put in between or taken away.

    Exit status: 0 the chain holds, 2 it does not.
    """
    noted = parsed(expect)
    with site():
        from luodi.web.journal.queries import verified

        found = verified(expect=noted)
    if as_json:
        print_json({"entries": found.entries, "head": found.head})
    else:
        click.echo(f"{found.entries} entries hold; note the end for later: {found.entries}:{found.head}")


def parsed(expect: str | None) -> tuple[int, str] | None:
    if expect is None:
        return None
    read = re.fullmatch(r"(\d+):([0-9a-f]{64})", expect.strip())
    if not read:
        raise BadInput("cli.end-number-colon-64-hexadecimal", at="--expect")
    return int(read[1]), read[2]
