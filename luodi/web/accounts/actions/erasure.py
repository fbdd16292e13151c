"""Erasing a person because they ask, or because nobody used the account for its whole term."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from luodi.web.accounts.actions.people import end_sessions
from luodi.web.accounts.forms.own import Erase
from luodi.web.accounts.models import User
from luodi.web.accounts.retention import HoldsARole, erase_rows, works_here
from luodi.web.core.actions import Changed, action


@action("erase", model=User, form=Erase, permission="change")
def erase_person(user: User, reason: str = "") -> Changed:
    """Take away everything about a person. The journal keeps their number, and how many rows of which kind.

    Whoever holds a role of those who work here is refused (`HoldsARole`): that role has to be ended first. Where what
    others keep still names the account, its row stays, without an address, a name or a way in.
    """
    if works_here(user):
        raise HoldsARole("accounts.whoever-works-keeps-account-until")
    end_sessions(user)
    found = erase_rows(user)
    gone = {"email": f"erased-{user.pk}@invalid", "name": "", "is_active": False, "last_login": None}
    return Changed({**gone, "password": make_password(None)}, details=found, reason=reason, notify=_delete)


def _delete(user: User) -> None:
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, RestrictedError):
        return  # the row stays


def erase_unused(user: User) -> None:
    """An account that nobody has signed in to for its whole term."""
    erase_person(user, "nobody signed in for its whole term", by=None, at=timezone.now())
