"""Changing people, units and roles: one function an act, each written down."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from luodi.errors import BadInput, DuplicateKey, LuodiError, did_you_mean
from luodi.message import Message
from luodi.profiles.codes import check_country, credit_code
from luodi.web.accounts.adapters import send_letter
from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, Invitation, Membership, Unit, User
from luodi.web.core.notify import notify
from luodi.web.core.permissions import require
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write

INVITATION_LASTS: Final = timedelta(days=7)


@dataclass(frozen=True)
class Part:
    """A role with what it is tied to. The operator's own commands act with `by=None` and need no permission."""

    role: Role
    unit: Unit | None = None
    company: Company | None = None
    scope: RoleLevel = RoleLevel.FULL  # of a representative alone


class MergedAway(LuodiError):
    """An act on a company that turned out to be another one."""

    code = "merged-away"


@transaction.atomic
def add_unit(kind: str, name_zh: str, name_en: str, *, parent: Unit | None = None, by: User | None = None) -> Unit:
    """A unit below another, or a root. Raises `BadInput` below one that closes."""
    if parent is not None and parent.closes:
        raise BadInput("accounts.unit-closes", unit=str(parent), day=parent.closes.isoformat())
    unit = Unit(kind=kind, name_zh=name_zh, name_en=name_en, parent=parent, path=f"new {secrets.token_hex(8)}")
    unit.save()
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    _permitted(by, "change", unit)
    write("add", unit, by=by, after=snapshot(unit))
    return unit


@transaction.atomic
def add_company(
    name_zh: str,
    name_en: str,
    *,
    credit_code: str | None = None,
    country: str = "",
    by: User | None = None,
    at: datetime | None = None,
) -> Company:
    """A company that somebody may act for. Raises `BadInput` without a name, for a bad code or one that is taken."""
    company = new_company(name_zh, name_en, credit_code, country)
    _permitted(by, "change", company)
    write("add", company, by=by, after=snapshot(company), at=at)
    return company


def new_company(name_zh: str, name_en: str, typed: str | None, country: str) -> Company:
    """Stored, and found by its names. Raises what `checked_company` raises."""
    code = checked_company(name_zh, name_en, typed, country)
    company = Company.objects.create(name_zh=name_zh, name_en=name_en, credit_code=code, country=country)
    index_names(company, (name_zh, name_en))
    return company


@transaction.atomic
def add_user(
    email: str,
    password: str | None,
    *,
    name: str = "",
    language: str = "zh-hans",
    part: Part | None = None,
    on: date | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> User:
    """A person whose address counts as theirs, with a role from the day `on`.

    Raises `BadInput` for a bad address, a weak password, or a role without what it is for; then there is no person.
    """
    address = checked_email(email)
    if User.objects.filter(email=address).exists():
        raise DuplicateKey("accounts.account-with-address-already", address=address)
    if password is not None:
        checked_password(password, User(email=address, name=name))
    user = User.objects.create_user(address, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _permitted(by, "administer", user)
    write("add", user, by=by, after=snapshot(user), at=at)
    if part:
        give_role(user, part, starts=on or timezone.localdate(), by=by, at=at)
    return user


@transaction.atomic
def give_role(
    user: User,
    part: Part,
    *,
    starts: date,
    ends: date | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> Membership:
    """Raises `BadInput` where the role is not tied to what it must be tied to."""
    _permitted(by, "administer", user)  # asked before: afterwards the new role itself might permit it
    still_there(part.company)
    closes = part.unit.closes if part.unit else None
    if closes and (ends is None or ends > closes):
        raise BadInput("accounts.unit-closes", unit=str(part.unit), day=closes.isoformat())
    try:
        with transaction.atomic():
            held = Membership.objects.create(
                user=user,
                role=part.role,
                unit=part.unit,
                company=part.company,
                scope=part.scope,
                starts=starts,
                ends=ends,
            )
    except IntegrityError:
        raise BadInput("accounts.role-days", ties=_ties(part.role)) from None
    write("give_role", held, by=by, after=snapshot(held), at=at)
    return held


@transaction.atomic
def end_role(held: Membership, *, on: date, by: User | None = None, reason: str = "") -> None:
    """The role ends with the day before `on`; one that had not begun, or begins then, goes altogether, and one that was
    over by then stays as it was."""
    held = Membership.objects.select_for_update().get(pk=held.pk)
    _permitted(by, "change", held)
    _not_oneself(by, held.user_id)
    if held.ends is not None and held.ends <= on:
        return  # it is over, and a form that was sent twice makes it no longer
    before = snapshot(held)
    if held.starts >= on:
        write("end_role", held, by=by, before=before, reason=reason)
        held.delete()
        return
    held.ends = on
    held.save(update_fields=["ends"])
    write("end_role", held, by=by, before=before, after=snapshot(held), reason=reason)


@transaction.atomic
def set_active(user: User, active: bool, *, by: User | None = None, reason: str = "") -> None:
    """Shut somebody out, from every session at once, or let them in again."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _permitted(by, "administer", user)
    _not_oneself(by, user.pk)
    before = snapshot(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        end_sessions(user)
    write("enable" if active else "disable", user, by=by, before=before, after=snapshot(user), reason=reason)


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None = None) -> None:
    """A new password; every session that the old one opened ends. Raises `BadInput` for a weak one."""
    user = User.objects.select_for_update().get(pk=user.pk)
    _permitted(by, "administer", user)
    checked_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)
    write("set_password", user, by=by)


@transaction.atomic
def want_digest(user: User, digest: bool) -> None:
    """Letters of new work once a day in one, or one each at once. Repeating it changes nothing."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.digest != digest:
        before = snapshot(user)
        user.digest = digest
        user.save(update_fields=["digest"])
        write("want_digest", user, by=user, before=before, after=snapshot(user))


@transaction.atomic
def remove_factors(user: User, reason: str, *, by: User | None = None) -> int:
    """Take away second factors that somebody has lost, and end every session; how many. Raises `BadInput` without a
    reason: whoever does this has made sure who asks."""
    if not reason.strip():
        raise BadInput("accounts.reason")
    user = User.objects.select_for_update().get(pk=user.pk)
    _permitted(by, "administer", user)
    _not_oneself(by, user.pk)
    found = Authenticator.objects.filter(user=user)
    number = found.count()
    if number:
        found.delete()
        end_sessions(user)
        write("remove_factors", user, by=by, after={"factors": number}, reason=reason)
        at = timezone.now()
        notify("security", user, user, f"factors {at.isoformat()}", at=at)
    return number


def end_sessions(user: User) -> None:
    own = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(own.values_list("session_key", flat=True))).delete()
    own.delete()


# ---- invitations


@transaction.atomic
def invite(
    email: str,
    part: Part | None,
    link: Callable[[str], str],
    *,
    at: datetime,
    language: str = "zh-hans",
    ends: date | None = None,
    by: User | None = None,
) -> Invitation:
    """Write a letter with a link that makes an account. `link` makes an address from the secret, which is not kept.

    The role, with its scope, ends before the day `ends`.
    """
    address = checked_email(email)
    still_there(part.company if part else None)
    if ends is not None and ends <= timezone.localdate(at):
        raise BadInput("accounts.day-past")
    if User.objects.filter(email=address).exists():
        raise DuplicateKey("accounts.account-with-address-already", address=address)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        role=part.role if part else "",
        unit=part.unit if part else None,
        language=language,
        company=part.company if part else None,
        scope=part.scope if part else RoleLevel.FULL,
        ends=ends if part else None,
        secret_hash=_hash(secret),
        invited_by=by,
        sent=at,
        expires=at + INVITATION_LASTS,
    )
    _permitted(by, "change", invitation)
    write("invite", invitation, by=by, after=snapshot(invitation))
    send_letter(address, "accounts.letter_invitation", "zh" if language.startswith("zh") else "en", place=link(secret))
    return invitation


def open_invitation(secret: str, *, at: datetime) -> Invitation | None:
    """The invitation of a link, while it can still be taken up."""
    return Invitation.objects.filter(secret_hash=_hash(secret), accepted=None, expires__gt=at).first()


@transaction.atomic
def accept(secret: str, *, name: str, password: str, at: datetime) -> User:
    """Make the account an invitation is for, with its role. Raises `BadInput` once it is used up or too old."""
    found = Invitation.objects.select_for_update().filter(secret_hash=_hash(secret), accepted=None, expires__gt=at)
    invitation = found.first()
    if invitation is None:
        raise BadInput("accounts.invitation-taken-up-already-or")
    user = add_user(invitation.email, password, name=name, language=invitation.language)
    on = timezone.localdate(at)
    if invitation.role and (invitation.ends is None or invitation.ends > on):
        part = Part(Role(invitation.role), invitation.unit, invitation.company, RoleLevel(invitation.scope))
        give_role(user, part, starts=on, ends=invitation.ends)
    invitation.accepted = at
    invitation.save(update_fields=["accepted"])
    write("accept", invitation, by=user)
    return user


# ---- what is checked everywhere


def checked_company(
    name_zh: str, name_en: str, typed: str | None, country: str, *, but: int | None = None
) -> str | None:
    """The credit code as it is kept. Raises `BadInput` or `DuplicateKey`; `but` is the company itself."""
    if not name_zh and not name_en:
        raise BadInput("accounts.company-name")
    code = credit_code(typed) if typed and typed.strip() else None
    if country:
        check_country(country)
    if code and Company.objects.filter(credit_code=code).exclude(pk=but or 0).exists():
        raise DuplicateKey("accounts.company-with-credit-code-already", written=code)
    return code


def checked_email(email: str) -> str:
    address = User.objects.normalize_email(email.strip()).casefold()
    try:
        validate_email(address)
    except ValidationError:
        raise BadInput("accounts.no-address-such-name-example", email=email) from None
    return address


def checked_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise BadInput("accounts.password-too-weak", messages=" ".join(problem.messages)) from None


def role_named(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        known = [role.value for role in Role]
        raise BadInput("accounts.no-role", name=name, known=known, meant=did_you_mean(name, known)) from None


def still_there(company: Company | None) -> None:
    """Lock it, so that it is not merged meanwhile. Raises `MergedAway`."""
    if company is not None and Company.objects.select_for_update(of=("self",)).get(pk=company.pk).merged_into_id:
        raise MergedAway("accounts.company-merged", company=str(company))


def _ties(role: Role) -> Message:
    named = role if role in (Role.REPRESENTATIVE, Role.ADMINISTRATOR, Role.POLICY_OFFICER) else "of_a_unit"
    return Message(f"accounts.role-{named.replace('_', '-')}")


def _permitted(by: User | None, act: str, row: Any) -> None:
    if by is not None:
        require(by, act, row)


def _not_oneself(by: User | None, user: int) -> None:
    """Whoever shuts themselves out may leave a site without an administrator."""
    if by is not None and by.pk == user:
        raise BadInput("accounts.oneself")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
