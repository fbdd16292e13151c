"""luodi world: a made-up register, the same for everybody who names the same number and seed."""

from datetime import date
from pathlib import Path

import click

from luodi.cli.shared import Day, json_option, print_json, progress_bar, stopping
from luodi.world import DAY


@click.command("world")
@click.option("--companies", type=int, required=True, metavar="N", help="How many companies.")
@click.option("--seed", type=int, default=1, show_default=True, metavar="S", help="Another seed, other companies.")
@click.option("--to", type=click.Path(path_type=Path), required=True, metavar="FOLDER", help="A new or empty folder.")
@click.option(
    "--on",
    type=Day(),
    default=DAY,
    metavar="DAY",
    help=f"The day the register describes; {DAY} if left out, not today.",
)
@json_option
def command(companies: int, seed: int, to: Path, on: date, as_json: bool) -> None:
    """Write a made-up register: companies with attributes, nodes and stakes as Parquet, for demos, tests and benches.

    No company in it is real. The same N, S and DAY give the same tables.

    Exit status: 0 written, 2 bad input, also where the folder cannot be written.
    """
    from luodi.world.folder import make_world

    with stopping(), progress_bar() as progress:
        made = make_world(companies, seed, to, on=on, progress=progress)
    if as_json:
        print_json(made.as_json())
        return
    rows = ", ".join(f"{count:,} {name}" for name, count in made.rows.items())
    click.echo(f"{to}: {rows} ({made.seconds:.2f} s); all of it is made up")
