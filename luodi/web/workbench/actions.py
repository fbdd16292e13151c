"""What changes at the desk itself: views that are kept, shared and followed, and addresses of calendars."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.errors import MissingKey
from luodi.web.accounts.models import Unit, User
from luodi.web.core.errors import NotPermitted
from luodi.web.core.journal import write
from luodi.web.core.permissions import Membership, memberships, require
from luodi.web.core.roles import Role
from luodi.web.core.snapshots import snapshot
from luodi.web.notices.making import make_notice
from luodi.web.workbench.models import About, CalendarFeed, Following, SavedView
from luodi.web.workbench.queries.cases import LISTS

#: Rows of a view that are looked at when somebody follows it.
MOST_FOLLOWED: Final = 2_000


@transaction.atomic
def keep_view(
    name: str, asked: Mapping[str, str], *, by: User, at: datetime, unit: Unit | None = None, about: str = About.CASES
) -> SavedView:
    """Keep filters by a name, for oneself or for a unit one works in. The same name again takes the filters anew.

    Raises `MissingKey` without a name, `NotPermitted` for another unit.
    """
    if not name.strip():
        raise MissingKey("workbench.view-needs-name", at="name")
    if unit is not None and unit.pk not in {held.unit.pk for held in _own(by, at) if held.unit}:
        raise NotPermitted("workbench.view-shared-with-unit-works")
    fields = {"asked": dict(asked), "about": about, "unit": unit, "made": at}
    made, _ = SavedView.objects.update_or_create(owner=by, name=name.strip()[:100], defaults=fields)
    write("keep", made, by=by, after=snapshot(made), at=at)
    return made


def _own(by: User, at: datetime) -> list[Membership]:
    roles = (Role.OFFICER, Role.LEADER)
    return [one for one in memberships(by, timezone.localdate(at)) if one.role in roles]


@transaction.atomic
def remove_view(view: SavedView, *, by: User, at: datetime) -> None:
    held = SavedView.objects.select_for_update().filter(pk=view.pk).first()
    if held is not None:  # else the first of two clicks has removed it
        require(by, "remove", held)
        write("remove", held, by=by, before=snapshot(held), at=at)
        held.delete()


@transaction.atomic
def follow(view: SavedView, *, by: User, at: datetime) -> Following:
    """Be told from now on when rows enter it; those that are in it now are known."""
    require(by, "follow", view)
    found, new = Following.objects.get_or_create(
        view=view, user=by, defaults={"seen": _inside(view, by, at), "since": at, "looked": at}
    )
    if new:
        write("follow", view, by=by, at=at)
    return found


@transaction.atomic
def stop_following(view: SavedView, *, by: User, at: datetime) -> None:
    if Following.objects.filter(view=view, user=by).delete()[0]:
        write("stop_following", view, by=by, at=at)


def _inside(view: SavedView, user: User, at: datetime) -> list[int]:
    rows = LISTS[view.about].rows(user, view.asked, timezone.localdate(at))
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_FOLLOWED])


def tell_followers(at: datetime) -> int:
    """Look at every view that is followed and tell who follows it what entered; how many were told.

    Each in a transaction of its own, so that being killed loses nothing and tells nobody twice.
    """
    return sum(_told(pk, at) for pk in Following.objects.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _told(pk: int, at: datetime) -> bool:
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


@transaction.atomic
def make_calendar(*, by: User, at: datetime) -> str:
    """A new secret address, which is told now and never again; the one before it stops."""
    User.objects.select_for_update().get(pk=by.pk)  # of two at once the second waits
    CalendarFeed.objects.select_for_update().filter(user=by, revoked=None).update(revoked=at)
    secret = secrets.token_urlsafe(24)
    made = CalendarFeed.objects.create(user=by, secret_hash=hash_of(secret), made=at)
    write("make", made, by=by, after=snapshot(made), at=at)
    return secret


@transaction.atomic
def revoke_calendar(*, by: User, at: datetime) -> None:
    found = CalendarFeed.objects.select_for_update().filter(user=by, revoked=None).first()
    if found is not None:
        found.revoked = at
        found.save(update_fields=["revoked"])
        write("revoke", found, by=by, at=at)


def hash_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
