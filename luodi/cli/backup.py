"""luodi backup: everything the site holds, in one file."""

from datetime import UTC, datetime
from pathlib import Path

import click

from luodi.cli.shared import json_option, print_json
from luodi.cli.site import site, tell


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Keep everything the site holds in one file: tables, journal and uploads. The site may go on meanwhile.

    Exit status: 0 written, 2 not; then whatever stood under that name is unharmed.
    """
    with site():
        from luodi.web.backup import backup

        manifest = backup(file, at=datetime.now(UTC))
    told = summary(manifest)
    if as_json:
        print_json(told)
    else:
        tell(f"{told['rows']} rows and {told['files']} files are in {file}; keep it as safe as the site itself")


def summary(manifest: dict[str, object]) -> dict[str, object]:
    parts = manifest["parts"]
    assert isinstance(parts, dict)
    return {
        "luodi": manifest["luodi"],
        "at": manifest["at"],
        "rows": sum(part.get("rows", 0) for part in parts.values()),
        "files": sum("bytes" in part for part in parts.values()),
    }
