"""What changes people: accounts, passwords, second factors."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions.roles import give_role
from luodi.web.accounts.forms.own import PasswordForm
from luodi.web.accounts.forms.roles import FactorsForm, ReasonForm
from luodi.web.accounts.models import User
from luodi.web.accounts.validation import Grant, checked_password, new_email, not_oneself
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.notify import notify


@action("add", model=User, creates=True)
def add_user(
    email: str,
    password: str | None,
    name: str = "",
    language: str = "zh-hans",
    grant: Grant | None = None,
    on: date | None = None,
    *,
    at: datetime,
) -> Created:
    """A person whose address counts as theirs, with a role from the day `on`: by an invitation, or by the operator.

    Raises `BadInput` for a bad address, a weak password, or a role without what it is for.
    """
    address = new_email(email)
    if password is not None:
        checked_password(password, User(email=address, name=name))
    user = User.objects.create_user(address, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if grant is not None:
        give_role(user, grant, starts=on or timezone.localdate(at), by=None, at=at)
    return Created(user)


@action("disable", model=User, form=ReasonForm, permission="administer")
def disable_user(user: User, reason: str = "", *, actor: User | None) -> Changed:
    """Shut somebody out, from every session at once."""
    not_oneself(actor, user.pk)
    end_sessions(user)
    return Changed({"is_active": False}, reason=reason)


@action("enable", model=User, form=ReasonForm, permission="administer")
def enable_user(user: User, reason: str = "", *, actor: User | None) -> Changed:
    """Let somebody in again."""
    not_oneself(actor, user.pk)
    return Changed({"is_active": True}, reason=reason)


@action("set_password", model=User, form=PasswordForm, permission="change")
def set_password(user: User, password: str) -> Changed:
    """Raises `BadInput` for a weak one."""
    checked_password(password, user)
    return Changed({"password": make_password(password)})


@action("reset_password", model=User, entries=["set_password"])
def reset_password(user: User, password: str) -> Changed:
    """By the operator: every session that the old one opened ends. Raises `BadInput` for a weak one."""
    checked_password(password, user)
    end_sessions(user)
    return Changed({"password": make_password(password)})


@action("remove_factors", model=User, form=FactorsForm, permission="administer")
def remove_factors(user: User, reason: str, *, actor: User | None, at: datetime) -> Changed | Unchanged:
    """Take away second factors that somebody has lost, and end every session. Raises `BadInput` without a reason:
    whoever does this has made sure who asks."""
    if not reason.strip():
        raise BadInput("accounts.reason")
    not_oneself(actor, user.pk)
    number, _ = Authenticator.objects.filter(user=user).delete()
    if not number:
        return Unchanged()
    end_sessions(user)
    told = f"factors {at.isoformat()}"
    return Changed(
        details={"factors": number}, reason=reason, notify=lambda row: notify("security", row, row, told, at=at)
    )


def end_sessions(user: User) -> None:
    own = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=list(own.values_list("session_key", flat=True))).delete()
    own.delete()
