"""luodi user: who may sign in to the site, and what they may do there."""

import sys
from datetime import UTC, date, datetime
from typing import Any

import click

from luodi.cli.shared import Day, json_option, print_json, today
from luodi.cli.site import site, tell
from luodi.errors import BadInput, UnknownValue

_role = click.option("--role", metavar="ROLE", help="Such as officer, policy_officer or administrator.")
_unit = click.option("--unit", type=int, metavar="NUMBER", help="The unit the role is held in; `luodi user units`.")
_company = click.option("--company", type=int, metavar="NUMBER", help="The company a representative acts for.")
_scope = click.option(
    "--scope",
    type=click.Choice(["act", "see"]),
    default="act",
    show_default=True,
    help="How far a representative goes.",
)
_until = click.option("--until", "ends", type=Day(), metavar="DAY", help="The first day on which it holds no more.")
_language = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Of letters.")


@click.group("user")
def command() -> None:
    """Who may sign in to the site, and what they may do there."""


@command.command("add")
@click.argument("email")
@click.option("--name", default="", help="How the person is called.")
@click.option("--no-password", is_flag=True, help="They sign in elsewhere, or set one by letter.")
@_role
@_unit
@_company
@_language
def add_command(
    email: str, name: str, no_password: bool, role: str | None, unit: int | None, company: int | None, lang: str
) -> None:
    """Add a person. The password is asked for, or read from standard input if that is no terminal.

    Exit status: 0 added, 2 not.
    """
    with site():
        from luodi.web.accounts.actions.people import add_user

        password = None if no_password else ask_password()
        grant = _grant(role, unit, company)
        user = add_user(email, password, name, _code(lang), grant, today(), **_operator())
        tell(f"{user.email} may sign in")


@command.command("invite")
@click.argument("email")
@_role
@_unit
@_company
@_scope
@_until
@_language
@click.option("--origin", envvar="LUODI_ORIGIN", default="http://127.0.0.1:8000", help="The address of the site.")
def invite_command(
    email: str,
    role: str | None,
    unit: int | None,
    company: int | None,
    scope: str,
    ends: date | None,
    lang: str,
    origin: str,
) -> None:
    """Write somebody a letter with a link that makes their account.

    Exit status: 0 sent, 2 not.
    """
    with site():
        from luodi.web.accounts.actions.invitations import invite

        grant = _grant(role, unit, company, scope)
        invite(
            email,
            grant,
            lambda secret: f"{origin.rstrip('/')}/{lang}/account/invitation/{secret}/",
            language=_code(lang),
            ends=ends,
            **_operator(),
        )
        tell(f"a letter went to {email}")


@command.command("list")
@json_option
def list_command(as_json: bool) -> None:
    """Everybody, with the roles they hold today."""
    with site():
        from luodi.web.accounts.queries import everybody

        people = everybody(on=today())
    if as_json:
        print_json({"users": people})
        return
    for one in people:
        state = "" if one["active"] else "  (shut out)"
        click.echo(f"{one['email']}{state}  {', '.join(one['roles']) or 'no role'}")


@command.command("units")
@click.option(
    "--add", nargs=3, metavar="KIND ZH EN", help="Add one: agency, bureau, district, park, overseas, partner."
)
@click.option("--below", type=int, metavar="NUMBER", help="The unit it stands below.")
@json_option
def units_command(add: tuple[str, str, str] | None, below: int | None, as_json: bool) -> None:
    """The tree of units, with their numbers."""
    with site():
        from luodi.web.accounts.actions.units import add_unit
        from luodi.web.accounts.models import Unit

        if add:
            if add[0] not in Unit.Kind.values:
                raise UnknownValue("cli.no-kind", add=add[0], values=Unit.Kind.values, at="--add")
            add_unit(*add, parent=_unit_numbered(below) if below else None, **_operator())
        units = list(Unit.objects.order_by("path"))
    if as_json:
        rows = [
            {
                "number": u.pk,
                "parent": u.parent_id,
                "kind": u.kind,
                "path": u.path,
                "name": {"zh": u.name_zh, "en": u.name_en},
            }
            for u in units
        ]
        print_json({"units": rows})
        return
    for one in units:
        click.echo(f"{'  ' * (one.path.count('/') - 2)}{one.pk}  {one.name_zh} {one.name_en}")


@command.command("companies")
@click.option("--add", nargs=2, metavar="ZH EN", help='Add one by its names; "" where it has none in that language.')
@click.option("--code", metavar="CODE", help="Its unified social credit code.")
@click.option("--country", default="", metavar="CODE", help="Its home jurisdiction, such as DE.")
@json_option
def companies_command(add: tuple[str, str] | None, code: str | None, country: str, as_json: bool) -> None:
    """The companies that somebody may act for, with their numbers."""
    with site():
        from luodi.web.accounts.actions.companies import add_company
        from luodi.web.accounts.models import Company

        if add:
            add_company(*add, credit_code=code, country=country, **_operator())
        companies = list(Company.objects.order_by("pk"))
    if as_json:
        rows = [
            {
                "number": c.pk,
                "name": {"zh": c.name_zh, "en": c.name_en},
                "credit_code": c.credit_code,
                "country": c.country,
            }
            for c in companies
        ]
        print_json({"companies": rows})
        return
    for one in companies:
        click.echo(f"{one.pk}  {one.name_zh} {one.name_en}".rstrip())


@command.command("roles")
@click.argument("email")
@click.option("--give", metavar="ROLE", help="Give a role, from --from on.")
@click.option("--end", type=int, metavar="NUMBER", help="End a role by its number, on the day --from.")
@_unit
@_company
@_scope
@click.option("--from", "starts", type=Day(), default=today, metavar="DAY", help="Today if left out.")
@_until
@json_option
def roles_command(
    email: str,
    give: str | None,
    end: int | None,
    unit: int | None,
    company: int | None,
    scope: str,
    starts: date,
    ends: date | None,
    as_json: bool,
) -> None:
    """The roles of a person, past and to come; give one, or end one."""
    with site():
        from luodi.web.accounts.actions.roles import end_role, give_role
        from luodi.web.accounts.models import Membership

        user = _user(email)
        grant = _grant(give, unit, company, scope)
        if grant:
            give_role(user, grant, starts=starts, ends=ends, **_operator())
        if end is not None:
            held = Membership.objects.filter(pk=end, user=user).first()
            if held is None:
                raise UnknownValue("cli.no-role-with-number", email=email, end=end, at="--end")
            end_role(held, on=starts, **_operator())
        roles = [
            {
                "number": m.pk,
                "role": m.role,
                "unit": m.unit_id,
                "company": m.company_id,
                "scope": m.scope,
                "from": m.starts.isoformat(),
                "until": m.ends.isoformat() if m.ends else None,
            }
            for m in user.memberships.all()
        ]
    if as_json:
        print_json({"email": user.email, "roles": roles})
        return
    for one in roles:
        tied = f" unit {one['unit']}" if one["unit"] else f" company {one['company']}" if one["company"] else ""
        click.echo(f"{one['number']}  {one['role']}{tied}  from {one['from']} until {one['until'] or 'further notice'}")


@command.command("disable")
@click.argument("email")
@click.option("--again", is_flag=True, help="Let them in again.")
@click.option("--reason", default="", help="Written into the journal.")
def disable_command(email: str, again: bool, reason: str) -> None:
    """Shut a person out, from every session at once."""
    with site():
        from luodi.web.accounts.actions.people import disable_user, enable_user

        (enable_user if again else disable_user)(_user(email), reason, **_operator())
        tell(f"{email} may sign in again" if again else f"{email} is shut out")


@command.command("password")
@click.argument("email")
def password_command(email: str) -> None:
    """Set a person's password; every session of theirs ends. It is asked for, or read from standard input."""
    with site():
        from luodi.web.accounts.actions.people import reset_password

        reset_password(_user(email), ask_password(), **_operator())
        tell(f"{email} has a new password")


# ---- what they share


def ask_password() -> str:
    """Never an argument: what is typed on a command line is seen by everybody on the machine."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _operator() -> dict[str, Any]:
    """Who acts, and when: nobody by name, now."""
    return {"by": None, "at": datetime.now(UTC)}


def _grant(role: str | None, unit: int | None, company: int | None, scope: str = "act") -> Any:
    from luodi.web.accounts.models import Company
    from luodi.web.accounts.validation import Grant, role_named
    from luodi.web.core.roles import RoleLevel

    if role is None:
        if unit is not None or company is not None:
            raise BadInput("cli.unit-or-company-needs-role")
        return None
    acts_for = Company.objects.filter(pk=company).first() if company is not None else None
    if company is not None and acts_for is None:
        raise UnknownValue("cli.no-company-with-number", company=company, at="--company")
    return Grant(role_named(role), _unit_numbered(unit) if unit is not None else None, acts_for, RoleLevel(scope))


def _unit_numbered(number: int) -> Any:
    from luodi.web.accounts.models import Unit

    found = Unit.objects.filter(pk=number).first()
    if found is None:
        raise UnknownValue("cli.no-unit-with-number", number=number)
    return found


def _user(email: str) -> Any:
    from luodi.errors import did_you_mean
    from luodi.web.accounts.models import User

    user = User.objects.filter(email=email.strip().casefold()).first()
    if user is None:
        near = did_you_mean(email, User.objects.values_list("email", flat=True))
        raise UnknownValue("cli.nobody-with-address", email=email, near=near)
    return user


def _code(lang: str) -> str:
    return "zh-hans" if lang == "zh" else "en"
