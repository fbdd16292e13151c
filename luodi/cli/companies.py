"""luodi companies: bring a file of companies into the site, and look one up in the register."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from luodi.cli.shared import json_option, print_json
from luodi.cli.site import site, tell
from luodi.errors import BadInput, LuodiError, UnreadableFile
from luodi.message import spoken, system_words

if TYPE_CHECKING:
    from luodi.registers.entries import Register

_EVERY = 10_000  # rows between two words on how far it has come


@click.group("companies")
def command() -> None:
    """Companies of the site: bring a file of them, or look one up in the register."""


@command.command("look-up")
@click.argument("code")
@click.option(
    "--file", type=click.Path(path_type=Path), help="A register as a file, in place of the one that is set up."
)
@json_option
def look_up_command(code: str, file: Path | None, as_json: bool) -> None:
    """What the register says of the company with the unified social credit code CODE. Nothing is stored.

    Exit status: 0 found, 1 not in the register, 2 a bad code, or the register does not answer as it should.
    """
    from luodi.registers.entries import NotInRegister, look_up

    try:
        found = look_up(_register(file), code)
    except NotInRegister as problem:
        print_json(problem.as_json(spoken.get())) if as_json else tell(problem.said(spoken.get()))
        raise SystemExit(1) from None
    if as_json:
        print_json(found.as_json())
        return
    said = [found.code, found.name_zh, found.name_en, str(found.status or ""), found.legal_form, found.address]
    owners = [" ".join(filter(None, (one.name, one.share, one.country))) for one in found.owners or ()]
    click.echo("\n".join(filter(None, [*said, *owners, f"{found.source} {found.day.isoformat()}"])))


def _register(file: Path | None) -> "Register":
    """The file, else what the environment says."""
    from luodi.home import home
    from luodi.registers.files import FileRegister
    from luodi.services.register import ServiceRegister, service_of

    service = service_of(os.environ)
    if file is None and service is not None:
        return ServiceRegister(service)
    return FileRegister(file or Path(os.environ.get("LUODI_REGISTER_FILE") or home() / "register.yaml"))


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Where the file is from, such as the name of a register.")
@click.option(
    "--origin",
    type=click.Choice(["register", "document", "declared"]),
    default="register",
    show_default=True,
    help="How its source knows what it says.",
)
@click.option(
    "--column", "columns", multiple=True, metavar="COLUMN=WHAT", help="What a column says; else it is guessed."
)
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(["number", "new"]),
    help="Decide at once: rows with the number of a company, or rows that nothing is like.",
)
@json_option
def import_command(
    file: Path, source: str, origin: str, columns: tuple[str, ...], accept: tuple[str, ...], as_json: bool
) -> None:
    """Read FILE (CSV, XLSX or BODS 0.4), compare it with the companies there are, and propose what its rows are about.

    Nothing becomes a company unless --accept says so; the rest is decided on the page of the import.
    Exit status: 0 every row was taken, 2 the file cannot be read, 3 rows were skipped.
    """
    mapping = dict(_pair(one) for one in columns)
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise UnreadableFile("cli.cannot-read", problem=system_words(problem), at=str(file)) from None
    with site():
        found = _brought(raw, file.name, source, origin, mapping, accept)
    _print_result(found, as_json)


@command.command("resume")
@click.argument("number", type=int, metavar="IMPORT")
@click.option(
    "--accept",
    multiple=True,
    type=click.Choice(["number", "new"]),
    help="Decide at once: rows with the number of a company, or rows that nothing is like.",
)
@json_option
def resume_command(number: int, accept: tuple[str, ...], as_json: bool) -> None:
    """Go on with an import that was killed, by its number, where it stands; nothing is done twice.

    Exit status: 0 every row was taken, 2 there is no such import, 3 rows were skipped.
    """
    with site():
        found = _gone_on(number, accept)
    _print_result(found, as_json)


def _print_result(found: Any, as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        rows = f"{found['read']} rows, {found['skipped']} skipped, {found['decided']} decided"
        click.echo(f"import {found['import']}: {rows}")
        for state, number in found["states"].items():
            click.echo(f"  {state}: {number}")
    raise SystemExit(3 if found["skipped"] else 0)


def _pair(text: str) -> tuple[str, str]:
    column, found, what = text.rpartition("=")
    if not found or not column or not what:
        raise BadInput("cli.not-column-what-says-such", text=text, at="--column")
    return column, what


def _brought(raw: bytes, name: str, source: str, origin: str, mapping: dict[str, str], accept: tuple[str, ...]) -> Any:
    from luodi.web.companies.actions.imports import begin, bring

    now = datetime.now(UTC)
    run = bring(raw, name, source, origin=origin, by=None, at=now)
    tell(f"import {run.pk}; if it is cut off, `luodi companies resume {run.pk}` goes on")
    begin(run, {**run.mapping, **mapping}, by=None, at=now)
    return _gone_on(run.pk, accept)


def _gone_on(number: int, accept: tuple[str, ...]) -> Any:
    from luodi.web.companies.actions.imports import ON_RUN
    from luodi.web.companies.actions.reading import COMPANY_FILES
    from luodi.web.companies.models import ImportRun
    from luodi.web.core.error_words import in_full
    from luodi.web.imports import queries

    now = datetime.now(UTC)
    there = ImportRun.objects.filter(pk=number).first()
    if there is None:
        raise BadInput("cli.no-import", number=number)
    if there.state == ImportRun.State.MAPPING:
        raise BadInput("cli.column-import-says-what-not", number=number)
    run = COMPANY_FILES.work(number, _progress)
    if run.problem:
        raise LuodiError("common.as-said", text=in_full(run.problem, spoken.get()))
    decided = COMPANY_FILES.decide_many(number, by=None, at=now, progress=_progress)  # what was under way
    for what in accept:
        ON_RUN[what](run, by=None, at=now)
        decided += COMPANY_FILES.decide_many(number, by=None, at=now, progress=_progress)
    return {
        "import": number,
        "read": run.read,
        "skipped": run.skipped,
        "decided": decided,
        "states": queries.counted(run.records.all()),
    }


def _progress(phase: str, number: int) -> None:
    if number % _EVERY == 0:
        tell(f"{number} rows {phase}")
