"""What changes at the desk itself: views that are saved, shared and followed, and addresses of calendars."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.errors import MissingKey
from luodi.web.accounts.models import Unit, User
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import memberships
from luodi.web.core.roles import Role
from luodi.web.notices.making import make_notice
from luodi.web.workbench import forms
from luodi.web.workbench.lists import LISTS
from luodi.web.workbench.models import About, CalendarFeed, Following, SavedView

#: Rows of a view that are looked at when somebody follows it.
MOST_FOLLOWED: Final = 2_000


@action("save", model=SavedView, form=forms.SaveView, permission="save", creates=True)
def save_view(
    name: str,
    asked: Mapping[str, str],
    unit: Unit | None = None,
    about: str = About.CASES,
    *,
    actor: User,
    at: datetime,
) -> Created:
    """Save filters by a name, for oneself or for a unit one works in. The same name again takes the filters anew.

    Raises `MissingKey` without a name, `NotPermitted` for another unit.
    """
    if not name.strip():
        raise MissingKey("workbench.view-needs-name", at="name")
    if unit is not None and unit.pk not in _own_units(actor, at):
        raise NotPermitted("workbench.view-shared-with-unit-works")
    values = {"asked": dict(asked), "about": about, "unit": unit, "made": at}
    made, _ = SavedView.objects.update_or_create(owner=actor, name=name.strip()[:100], defaults=values)
    return Created(made)


def _own_units(user: User, at: datetime) -> set[int | None]:
    roles = (Role.OFFICER, Role.LEADER)
    return {one.unit_id for one in memberships(user, timezone.localdate(at)) if one.role in roles}


@action("remove", model=SavedView, form=forms.Plain, permission="remove")
def remove_view(view: SavedView) -> Deleted:
    """For everybody it is shared with."""
    return Deleted()


@action("follow", model=SavedView, form=forms.Plain, permission="follow")
def follow(view: SavedView, *, actor: User, at: datetime) -> Changed | Unchanged:
    """Be notified from now on when rows enter it; those that are in it now are known."""
    first = {"seen": _inside(view, actor, at), "since": at, "looked": at}
    _, is_new = Following.objects.get_or_create(view=view, user=actor, defaults=first)
    return Changed() if is_new else Unchanged()


@action("stop_following", model=SavedView, form=forms.Plain, permission="follow")
def stop_following(view: SavedView, *, actor: User) -> Changed | Unchanged:
    return Changed() if Following.objects.filter(view=view, user=actor).delete()[0] else Unchanged()


def _inside(view: SavedView, user: User, at: datetime) -> list[int]:
    rows = LISTS[view.about].found(user, view.asked, on=timezone.localdate(at))
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_FOLLOWED])


def notify_followers(at: datetime) -> int:
    """Look at every view that is followed and notify who follows it of what entered; how many were notified.

    Each in a transaction of its own, so that being killed loses nothing and notifies nobody twice.
    """
    return sum(_notify_follower(pk, at) for pk in Following.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _notify_follower(pk: int, at: datetime) -> bool:
    one = Following.objects.select_for_update().select_related("view", "user").filter(pk=pk).first()
    if one is None:
        return False
    inside = _inside(one.view, one.user, at)
    entered = _entered(one.seen, inside)
    one.seen, one.looked = inside, at
    one.save(update_fields=["seen", "looked"])
    return bool(entered) and make_notice(
        "view_entered",
        one.user,
        one.view,
        f"{at.isoformat()}",
        at=at,
        words=f"workbench.letter_{one.view.about}_entered",
        name=one.view.name,
        count=len(entered),
    )


def _entered(seen: list[int], inside: list[int]) -> set[int]:
    """Rows that were not there before. Of a view with more rows than are looked at, those older than what was looked at
    are not known to be new: they come into sight when others leave."""
    oldest = min(seen) if len(seen) >= MOST_FOLLOWED else 0
    return {key for key in set(inside) - set(seen) if key > oldest}


# ---- calendars


@action("make", model=CalendarFeed, form=forms.Plain, permission="make", creates=True, entries=["make_calendar"])
def make_calendar(*, actor: User, at: datetime) -> Created:
    """A new address, which the record has as `secret` now and never again; the one before it stops."""
    User.objects.select_for_update().get(pk=actor.pk)  # of two at once the second waits
    CalendarFeed.objects.filter(user=actor, revoked=None).update(revoked=at)
    secret = secrets.token_urlsafe(24)
    made = CalendarFeed.objects.create(user=actor, secret_hash=hash_of(secret), made=at)
    made.secret = secret
    return Created(made)


@action("revoke", model=CalendarFeed, form=forms.Plain, permission="revoke")
def revoke_calendar(feed: CalendarFeed, *, at: datetime) -> Changed | Unchanged:
    return Unchanged() if feed.revoked else Changed({"revoked": at})


def hash_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
