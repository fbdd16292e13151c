"""Invitations: a letter with a link that makes an account."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions.people import add_user
from luodi.web.accounts.actions.roles import give_role
from luodi.web.accounts.forms.roles import Invite
from luodi.web.accounts.mail import send_letter
from luodi.web.accounts.models import Invitation, Membership, User
from luodi.web.accounts.validation import Grant, new_email, still_there
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.roles import Role, RoleLevel

INVITATION_LASTS: Final = timedelta(days=7)


@action("invite", model=Invitation, form=Invite, permission="change", creates=True)
def invite(
    email: str,
    grant: Grant | None,
    link: Callable[[str], str],
    language: str = "zh-hans",
    ends: date | None = None,
    invited_by: User | None = None,
    *,
    actor: User | None,
    at: datetime,
) -> Created:
    """Write a letter with a link that makes an account. `link` makes an address from the secret, which is not kept.

    The role, with its scope, ends before the day `ends`. `invited_by` is whoever wanted it, where the site writes.
    """
    address = new_email(email)
    still_there(grant.company if grant else None)
    if ends is not None and ends <= timezone.localdate(at):
        raise BadInput("accounts.day-past")
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        role=grant.role if grant else "",
        unit=grant.unit if grant else None,
        language=language,
        company=grant.company if grant else None,
        scope=grant.scope if grant else RoleLevel.FULL,
        ends=ends if grant else None,
        secret_hash=_hash(secret),
        invited_by=actor or invited_by,
        sent=at,
        expires=at + INVITATION_LASTS,
    )
    send_letter(address, "accounts.letter_invitation", "zh" if language.startswith("zh") else "en", place=link(secret))
    return Created(invitation)


def open_invitation(secret: str, *, at: datetime) -> Invitation | None:
    """The invitation of a link, while it can still be taken up."""
    return Invitation.objects.filter(secret_hash=_hash(secret), accepted=None, expires__gt=at).first()


def accept(secret: str, *, name: str, password: str, at: datetime) -> User:
    """Make the account an invitation is for, with its role. Raises `BadInput` once it is used up or too old."""
    invitation = open_invitation(secret, at=at)
    if invitation is None:
        raise BadInput("accounts.invitation-taken-up-already-or")
    done: Invitation = accept_invitation(invitation, name, password, by=None, at=at)
    return User.objects.get(email=done.email)


@action("accept", model=Invitation)
def accept_invitation(invitation: Invitation, name: str, password: str, *, at: datetime) -> Changed:
    if invitation.accepted is not None:
        raise BadInput("accounts.invitation-taken-up-already-or")
    user: User = add_user(invitation.email, password, name, invitation.language, by=None, at=at)
    _take_up(invitation, user, at)
    others = Invitation.objects.filter(email=invitation.email, accepted=None, expires__gt=at)
    for one in others.exclude(pk=invitation.pk).order_by("pk"):
        accept_with_another(one, user, by=None, at=at)
    return Changed({"accepted": at}, details={"user": user.pk})


@action("accept_with_another", model=Invitation)
def accept_with_another(invitation: Invitation, user: User, *, at: datetime) -> Changed | Unchanged:
    """Another invitation to the same address, such as of a second company: its own link makes no account any more, so
    its role comes along with the account."""
    if invitation.accepted is not None:
        return Unchanged()
    _take_up(invitation, user, at)
    return Changed({"accepted": at}, details={"user": user.pk})


def _take_up(invitation: Invitation, user: User, at: datetime) -> None:
    """The role, unless it is over by now."""
    on = timezone.localdate(at)
    if invitation.role and (invitation.ends is None or invitation.ends > on):
        grant = Grant(Role(invitation.role), invitation.unit, invitation.company, RoleLevel(invitation.scope))
        role = give_role(user, grant, starts=on, ends=invitation.ends, by=None, at=at)
        Membership.objects.filter(pk=role.pk).update(on_hold=invitation.on_hold)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
