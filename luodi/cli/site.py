"""What the commands of an operator share: the site's database, opened without a server."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from luodi.errors import LuodiError


class DatabaseAway(LuodiError):
    """The database does not answer, or went away in the midst of a command."""

    code = "database-away"


def tell(text: str) -> None:
    click.echo(f"luodi: {text}", err=True)


@contextmanager
def site() -> Iterator[None]:
    """Django set up on LUODI_HOME or LUODI_DATABASE_URL, with its tables; what is done is written down as a command's.

    Raises `DatabaseAway`.
    """
    from luodi.web.server import prepare_tables, set_up

    set_up()
    from luodi.web.core.context import acting_as

    with there(), acting_as("command"):
        prepare_tables(tell)
        yield


@contextmanager
def there() -> Iterator[None]:
    """What a database says that does not answer, in words: it is no mistake of ours, and what to do is known."""
    from luodi.web.server import away

    try:
        yield
    except away() as problem:
        said = str(problem).strip().split("\n")[0]
        raise DatabaseAway("cli.database-does-not-answer", said=said) from None


def show_people(passwords: dict[str, str]) -> None:
    """The names and passwords of the demo, where it was made just now."""
    from luodi.web.demo.data import colleagues, people

    if passwords:
        tell("a fictional bureau to try every role with; the passwords are shown only now")
    for one in (*people(), *colleagues()) if passwords else ():
        if one.email in passwords:
            click.echo(f"  {one.role:<16} {one.email:<28} {passwords[one.email]}", err=True)


def show_work(done: int, of: int) -> None:
    """How far the two years of the bureau are made, in quarters."""
    quarter = -(-of // 4)
    if done % quarter == 0 or done == of:
        tell(f"  {done:,} of {of:,} acts of two years")
