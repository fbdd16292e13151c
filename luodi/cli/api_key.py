"""luodi api-key: keys of programs that ask over HTTP."""

from datetime import UTC, datetime
from typing import Any

import click

from luodi.cli.door import json_option, print_json
from luodi.cli.serve import site
from luodi.errors import UnknownValue

SCOPES = ("ask", "batch", "read", "tools")


@click.group("api-key")
def command() -> None:
    """Make, list and revoke the keys of programs that ask over HTTP."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(SCOPES), help="What it is good for; all if left out."
)
@click.option("--per-minute", default=6000, show_default=True, type=click.IntRange(1, 10_000_000),
              help="How much it may ask in a minute; a landing plan counts as ten.")  # fmt: skip
@click.option("--owner", metavar="EMAIL", help="Whose key it is: a user of the site.")
@json_option
def add(name: str, scopes: tuple[str, ...], per_minute: int, owner: str | None, as_json: bool) -> None:
    """Make a key. It is shown once, on standard output, and cannot be read again."""
    site()
    from luodi.web.api.actions import add_key

    key, text = add_key(name, scopes or SCOPES, per_minute, owner=_owner(owner), at=datetime.now(UTC))
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
        state = f"revoked {row['revoked']}" if row["revoked"] else f"{row['per_minute']} a minute"
        click.echo(f"{row['start']}  {row['made'][:10]}  {state:<26}  {' '.join(row['scopes']):<20}  {row['name']}")


@command.command("revoke")
@click.argument("start", metavar="KEY")
def revoke(start: str) -> None:
    """Refuse a key from now on. KEY is its beginning, as `luodi api-key list` shows it."""
    site()
    from luodi.web.api.actions import revoke_key

    key = revoke_key(start, at=datetime.now(UTC))
    click.echo(f"luodi: {key.start} ({key.name}) is refused from now on", err=True)


def _owner(email: str | None) -> Any:
    if email is None:
        return None
    from luodi.web.accounts.models import User

    found = User.objects.filter(email=email.casefold()).first()
    if found is None:
        raise UnknownValue(f"there is no user `{email}`", at="--owner")
    return found


def _row(key: Any) -> dict[str, Any]:
    return {
        "name": key.name,
        "start": key.start,
        "scopes": key.scopes,
        "per_minute": key.per_minute,
        "owner": key.owner.email if key.owner else None,
        "made": key.made.isoformat(),
        "revoked": key.revoked.isoformat() if key.revoked else None,
    }
