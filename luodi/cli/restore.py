"""luodi restore: put back what a backup holds."""

from pathlib import Path

import click

from luodi.cli.backup import summary
from luodi.cli.shared import json_option, print_json
from luodi.cli.site import site, tell
from luodi.errors import BadInput


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask whether what is there now may be replaced.")
@json_option
def command(file: Path, yes: bool, as_json: bool) -> None:
    """Put back what a backup holds, in place of all that is there now. It is checked first, and then replaced at once.

    Exit status: 0 restored, 2 not; then everything is as it was.
    """
    if not yes:
        try:
            click.confirm("Everything the site holds now will be replaced. Go on?", abort=True, err=True)
        except click.Abort:
            raise BadInput("cli.nothing-replaced") from None
    with site():
        from luodi.web.backup import restore

        manifest = restore(file)
    told = summary(manifest)
    if as_json:
        print_json(told)
    else:
        tell(f"{told['rows']} rows and {told['files']} files are back as of {told['at']}")
