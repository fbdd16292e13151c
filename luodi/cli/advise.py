"""luodi advise: the landing plan."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from luodi.advice import plan as plans
from luodi.advice.lines import KEYS, advise
from luodi.cli.shared import batch_option, console, json_option, lang_option, on_option, print_json, run_batch
from luodi.documents.marks import of_its_day
from luodi.errors import UnknownValue, did_you_mean
from luodi.files import write_whole
from luodi.profiles.profile import read_profile
from luodi.rules.library import company_vocabulary

if TYPE_CHECKING:
    from luodi.documents.view import PlanView


@click.command("advise")
@click.argument("profile", required=False, type=click.Path(path_type=Path), metavar="PROFILE")
@on_option
@json_option
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write the plan as one HTML file.")
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Write the plan as PDF.")
@click.option(
    "--section", "sections", multiple=True, metavar="NAME", help="Also print a section behind page one, or all."
)
@lang_option
@batch_option
def command(
    profile: Path | None,
    on: date,
    as_json: bool,
    html: Path | None,
    pdf: Path | None,
    sections: tuple[str, ...],
    lang: str,
    batch: Path | None,
) -> None:
    """The landing plan of a company: what is open, what to obtain and when, what fits, what is still unknown.

    Page one stands on the screen; what is behind it opens by its name, such as `--section to_open`.

    PROFILE holds facts by the names of the vocabulary, `plans: [{service, place, share}]` and
    `investor: {country, cepa_qualified}`. Exit status: 0 whenever a plan is made, 2 bad input.
    """
    if batch is not None:
        sys.exit(run_batch(batch, on, KEYS["advise"], advise))
    if profile is None:
        raise click.UsageError("give a PROFILE file or --batch FILE")
    plan = plans.advise(read_profile(profile, company_vocabulary()), on=on)
    if html is not None:
        from luodi.documents.plan_html import plan_html

        _write(html, plan_html(plan, lang).encode())
    if pdf is not None:
        from luodi.documents.plan_pdf import plan_pdf

        _write(pdf, plan_pdf(plan, lang))
    if as_json:
        print_json(of_its_day(plan.as_json()))
    elif html is None and pdf is None:
        from luodi.documents.plan_terminal import print_plan
        from luodi.documents.plan_view import plan_view

        view = plan_view(plan, lang)
        print_plan(view, console(), _sections(sections, view))


def _sections(names: tuple[str, ...], view: "PlanView") -> tuple[str, ...]:
    """The names, once each is known. Raises `UnknownValue`."""
    known = ["all", *(section.id for section in view.sections)]
    for name in names:
        if name not in known:
            raise UnknownValue("cli.plan-no-section", name=name, known=known, meant=did_you_mean(name, known))
    return names


def _write(path: Path, content: bytes) -> None:
    write_whole(path, content)
    click.echo(f"written: {path}", err=True)
