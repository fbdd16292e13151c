"""luodi files: the files that people sent, as they lie on the disk."""

from datetime import UTC, datetime

import click

from luodi.cli.shared import json_option, print_json
from luodi.cli.site import site


@click.group("files")
def command() -> None:
    """The files that people sent: are they whole, are they sealed with the newest key?"""


@command.command("check")
@json_option
def check_command(as_json: bool) -> None:
    """Read every file and compare it with what was sent; name those that are missing or damaged.

    Exit status: 0 all are whole, 2 some are not.
    """
    with site():
        from luodi.web.files.maintenance import check_all

        files, problems = check_all()
    if as_json:
        print_json({"files": files, "problems": problems})
    else:
        click.echo("\n".join([*problems, f"{files} files, of them damaged or missing: {len(problems)}"]))
    if problems:
        raise SystemExit(2)


@command.command("seal")
@json_option
def seal_command(as_json: bool) -> None:
    """Encrypt every file with the first key of LUODI_FILE_KEYS, whatever it was encrypted with before, or was not.

    The site may go on meanwhile; interrupted, it goes on where it was when it is called again.

    Exit status: 0 all are sealed with that key, 2 not.
    """
    with site():
        from luodi.web.files.maintenance import reseal_all

        done = reseal_all()
    if as_json:
        print_json({"sealed": done})
    else:
        click.echo(f"{done} files were sealed anew; all are sealed with the first key now")


@command.command("sweep")
@json_option
def sweep_command(as_json: bool) -> None:
    """Take away what no record names and is older than a day, as the background work does once a day.

    Exit status: 0 done.
    """
    with site():
        from luodi.web.files.maintenance import sweep

        gone = sweep(datetime.now(UTC))
    if as_json:
        print_json({"swept": gone})
    else:
        click.echo(f"{gone} files that no record names are gone")
