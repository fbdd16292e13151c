"""luodi demo-world: a fictional bureau and one company's story, from a fair to a counted landing."""

from datetime import UTC, datetime
from typing import Any

import click

from luodi.cli.shared import json_option, lang_option, print_json
from luodi.cli.site import show_people, show_work, site, tell
from luodi.errors import BadInput

_TAKEN = "this site holds something already: give it another LUODI_HOME, or another LUODI_DATABASE_URL"
#: Of the exit status where a link is broken.
BROKEN = 1


@click.command("demo-world")
@click.option("--check", is_flag=True, help="Make nothing: check in the database that each link of the story holds.")
@click.option(
    "--small", is_flag=True, help="A bureau with a few cases, without its two years of work: made in seconds."
)
@lang_option
@json_option
def command(check: bool, small: bool, lang: str, as_json: bool) -> None:
    """Make the fictional world of the demo in an empty site, with one company's story from a fair to a counted landing.

    The bureau has two years of work behind it: about a hundred cases, as many leads, a register of 2,000 companies.

    Every link was made by the actions of the site, by different people, on past days; each is printed with
    its reference and the address of its page. Run it again: it changes nothing, or continues after an interruption.
    Passwords are shown once.

    Exit status: 0 the story is whole, 1 a link is broken, 2 the site holds something else, or with --check no story.
    """
    with site():
        made = not check and _made(years=not small)
        links = _followed(lang)
    if as_json:
        print_json({"made": made, "links": links})
    elif not check:
        tell(f"{len(links)} links, each opens its page once `luodi serve` runs")
    if not as_json:
        for one in links:
            click.echo(_line(one, lang))
    if any("broken" in one for one in links):
        raise SystemExit(BROKEN)


def _made(*, years: bool) -> bool:
    """Whether something was missing and is there now. Raises `BadInput` for a site with something else in it."""
    from luodi.web.demo.make import is_demo, make, password
    from luodi.web.demo.story import company, make_story, names, person

    if is_demo() and company() is not None:
        tell("the fictional bureau is here with its story; nothing was changed")
        return False
    if not is_demo():
        tell("making a fictional bureau")
        passwords = make(datetime.now(UTC), progress=show_work if years else None)
        if passwords is None:
            raise BadInput("cli.site-holds-something-already")
        show_people(passwords)
    tell("following one company, from a fair to a landing that was counted")
    secret, links = password(), names()
    done: list[str] = []

    def progress(link: str) -> None:
        done.append(link)
        tell(f"  {len(done)} of {len(links)}: {link}")

    make_story(datetime.now(UTC), secret, progress)
    who = person()
    click.echo(f"  {who.role:<16} {who.email:<28} {secret}", err=True)
    return True


def _followed(lang: str) -> list[dict[str, Any]]:
    """Every link as the database has it. Raises `BadInput` where there is none."""
    from luodi.web.demo.story_check import BrokenStory, found

    links: list[dict[str, Any]] = []
    for one in found(datetime.now(UTC)):
        if isinstance(one, BrokenStory):
            links.append({"link": one.at, "broken": one.message})
        else:
            links.append(one.as_json(lang))
    if not links:
        raise BadInput("cli.site-holds-no-thread")
    return links


def _line(one: dict[str, Any], lang: str) -> str:
    if "broken" in one:
        return f"{one['link']:<10} BROKEN: {one['broken']}"
    return f"{one['link']:<10} {one['reference']:<16} {one['says'][lang]}\n{'':<10} {one['address']}"
