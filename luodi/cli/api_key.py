"""luodi api-key: keys of programs that ask over HTTP."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from luodi.cli.serve import site
from luodi.cli.shared import Day, json_option, print_json
from luodi.errors import UnknownValue

SCOPES = ("ask", "batch", "read", "tools")
PERSONAL = ("keep", "enquire", "office")  # about what belongs to a person, so that the key needs an owner
CHINA = ZoneInfo("Asia/Shanghai")


@click.group("api-key")
def command() -> None:
    """Make, list and revoke the keys of programs that ask over HTTP."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice((*SCOPES, *PERSONAL)),
    help="What it is good for; if left out, all that needs no owner.",
)
@click.option(
    "--per-minute",
    default=6000,
    show_default=True,
    type=click.IntRange(1, 10_000_000),
    help="How much it may ask in a minute; a landing plan counts as ten.",
)
@click.option("--owner", metavar="EMAIL", help="Whose key it is: a user of the site.")
@click.option("--until", "last", type=Day(), help="Its last day, such as 2027-03-31; for good if left out.")
@json_option
def add(
    name: str, scopes: tuple[str, ...], per_minute: int, owner: str | None, last: date | None, as_json: bool
) -> None:
    """Make a key. It is shown once, on standard output, and cannot be read again."""
    site()
    from luodi.web.api.actions import add_key
    from luodi.web.core.context import acting_as

    with acting_as("command"):
        key, text = add_key(
            name, scopes or SCOPES, per_minute, owner=_owner(owner), at=datetime.now(UTC), expires=_end_of(last)
        )
    if as_json:
        print_json({"key": text, **_row(key)})
    else:
        click.echo(text)
        click.echo("luodi: keep it now, it is not shown again", err=True)


@command.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """Every key by its beginning, the revoked ones too."""
    site()
    from luodi.web.api.queries import keys

    rows = [_row(key) for key in keys()]
    if as_json:
        print_json({"keys": rows})
        return
    for row in rows:
        used = f"used {row['used'][:10]}" if row["used"] else "never used"
        said = f"{row['made'][:10]}  {used:<15}  {_state(row):<18}  {' '.join(row['scopes']):<20}"
        click.echo(f"{row['start']}  {said}  {row['name']}")


def _state(row: dict[str, Any]) -> str:
    if row["revoked"]:
        return f"revoked {row['revoked'][:10]}"
    return f"until {row['until']}" if row["until"] else f"{row['per_minute']} a minute"


@command.command("revoke")
@click.argument("start", metavar="KEY")
def revoke(start: str) -> None:
    """Refuse a key from now on. KEY is its beginning, as `luodi api-key list` shows it."""
    site()
    from luodi.web.api.actions import revoke_key
    from luodi.web.core.context import acting_as

    with acting_as("command"):
        key = revoke_key(start, at=datetime.now(UTC))
    click.echo(f"luodi: {key.start} ({key.name}) is refused from now on", err=True)


def _end_of(last: date | None) -> datetime | None:
    """The last moment of a day in China."""
    return datetime.combine(last, time.max, CHINA) if last else None


def _owner(email: str | None) -> Any:
    if email is None:
        return None
    from luodi.web.accounts.models import User

    found = User.objects.filter(email=email.casefold()).first()
    if found is None:
        raise UnknownValue("cli.no-user", email=email, at="--owner")
    return found


def _row(key: Any) -> dict[str, Any]:
    return {
        "name": key.name,
        "start": key.start,
        "scopes": key.scopes,
        "per_minute": key.per_minute,
        "owner": key.owner.email if key.owner else None,
        "made": key.made.isoformat(),
        "until": key.expires.astimezone(CHINA).date().isoformat() if key.expires else None,
        "used": key.used.isoformat() if key.used else None,
        "revoked": key.revoked.isoformat() if key.revoked else None,
    }
