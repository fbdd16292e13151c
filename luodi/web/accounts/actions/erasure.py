"""Erasing a person because they ask, and what is past its term."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Model, ProtectedError, RestrictedError

from luodi.web.accounts.actions.people import end_sessions
from luodi.web.accounts.forms.own import Erase
from luodi.web.accounts.models import User
from luodi.web.accounts.retention import HoldsARole, erase_row, erase_rows, is_spared, over, works_here
from luodi.web.core.actions import Action, Changed, Deleted, Unchanged, action
from luodi.web.core.errors import NotFound
from luodi.web.core.personal_data import Personal, rules

_AT_ONCE: Final = 500  # of a kind


@action("erase", model=User, form=Erase, permission="change")
def erase_person(user: User, reason: str = "", *, at: datetime) -> Changed:
    """Take away everything about a person. The journal keeps their number, and how many rows of which kind.

    Whoever holds a role of those who work here is refused (`HoldsARole`): that role has to be ended first. Where what
    others keep still names the account, its row stays, without an address, a name or a way in.
    """
    if works_here(user):
        raise HoldsARole("accounts.whoever-works-keeps-account-until")
    end_sessions(user)
    found = erase_rows(user, at=at)
    gone = {"email": f"erased-{user.pk}@invalid", "name": "", "is_active": False, "last_login": None}
    return Changed({**gone, "password": make_password(None)}, details=found, reason=reason, notify=_delete)


def _delete(user: User) -> None:
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, RestrictedError):
        return  # the row stays


def erase_unused(user: User, *, at: datetime) -> None:
    """An account that nobody has signed in to for its whole term."""
    erase_person(user, "nobody signed in for its whole term", by=None, at=at)


# ---- erased because its term is over


def _erase_over(row: Model, rule: Personal, *, at: datetime) -> Deleted | Unchanged:
    """What is past its term goes, unless its rule spares it."""
    if is_spared(row, rule):
        return Unchanged()
    return Deleted(reason="its term is over", erase=partial(erase_row, rule=rule, at=at))


#: By kind, with its rule, what happens to a row whose term is over.
_OVER: Final[dict[type[Model], tuple[Personal, Action]]] = {
    model: (rule, action("erase_over", model=model, entries=["erase"])(partial(_erase_over, rule=rule)))
    for model, rule in rules().items()
    if isinstance(rule, Personal)
}


def erase_over(at: datetime) -> dict[str, int]:
    """Take away what is past its term; how many rows of which kind. Repeating it finds nothing more."""
    return {model._meta.label: number for model in _OVER if (number := _all_over(model, at))}


def _all_over(model: type[Model], at: datetime) -> int:
    (rule, erase), done = _OVER[model], 0
    for key in list(over(model, rule, at).values_list("pk", flat=True)):
        row = model._base_manager.filter(pk=key).first()
        if row is None or is_spared(row, rule):
            continue
        with suppress(NotFound):  # it went meanwhile with another one
            erase(row, by=None, at=at)
            done += 1
        if done == _AT_ONCE:
            break
    return done
