"""Asking for notices, confirming, stopping, and choosing how they come."""

import secrets
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.models import User
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action
from luodi.web.core.context import acting_as, request_id
from luodi.web.core.forms import ActionForm
from luodi.web.core.notify import Address
from luodi.web.core.permissions import visible
from luodi.web.core.snapshots import snapshot
from luodi.web.notices.changes import look, make_due
from luodi.web.notices.forms import Hours, LettersForm
from luodi.web.notices.kinds import kinds
from luodi.web.notices.making import forget
from luodi.web.notices.models import Notice, Quiet, Stopped, Subscription
from luodi.web.notices.preferences import when
from luodi.web.notices.subjects import Subject

KEPT: Final = timedelta(days=7)  # an address that nobody has confirmed
SELDOM: Final = timedelta(hours=1)  # between two letters about the same subscription
OPEN: Final = 5  # subscriptions of one address that nobody has confirmed
MOST: Final = 100  # subscriptions of one address
A_DAY: Final = 5  # letters about subscriptions to one address in a day


# ---- subscriptions: who holds the secret of a letter acts, so that nobody is named


def ask(subject: Subject, email: str, language: str, *, at: datetime) -> None:
    """Write to the address to hear whether they want it. What is known of an address is told to nobody but itself:
    whoever asks learns nothing, and an address gets few such letters, whoever asks."""
    address = email.strip().casefold()
    forget_unconfirmed(at)
    known = Subscription.objects.filter(email=address)
    found = known.filter(fingerprint=subject.fingerprint).first()
    if found is not None:
        ask_again(found, language, by=None, at=at)
    elif known.filter(confirmed=None).count() < OPEN and known.count() < MOST:
        subscribe(subject, address, language, by=None, at=at)


@action("ask", model=Subscription, creates=True)
def subscribe(subject: Subject, email: str, language: str, *, at: datetime) -> Created | Unchanged:
    same = Subscription.objects.filter(email=email, fingerprint=subject.fingerprint).first()
    if same is not None:  # two clicks at once: the other one came first
        return Unchanged(same)
    made = Subscription.objects.create(
        name=secrets.token_urlsafe(16),
        email=email,
        language=language,
        kind=subject.kind,
        subject=subject.name,
        fingerprint=subject.fingerprint,
        asked=at,
        state=subject.state(timezone.localdate(at)),
    )
    return Created(made, notify=lambda row: _write_to(row, at))


@action("ask_again", model=Subscription, entries=["ask"])
def ask_again(subscription: Subscription, language: str, *, at: datetime) -> Changed | Unchanged:
    if not _may_write(subscription, at):
        return Unchanged()
    return Changed({"asked": at, "language": language}, notify=lambda row: _write_to(row, at))


def _write_to(one: Subscription, at: datetime) -> None:
    if _may_write(one, at):
        make_due(one, f"asked {at.isoformat()}", "already" if one.confirmed else "confirm", at)


def _may_write(one: Subscription, at: datetime) -> bool:
    """Whether a letter about the subscription itself may go, since anybody can type anybody's address."""
    asking = Notice.objects.filter(user=None, email=one.email, kind="wish")
    if asking.filter(made__gt=at - timedelta(days=1)).count() >= A_DAY:
        return False
    return not asking.filter(row_key=str(one.pk), made__gt=at - SELDOM).exists()


@action("confirm", model=Subscription)
def confirm_subscription(subscription: Subscription, *, at: datetime) -> Changed | Unchanged:
    if subscription.confirmed:
        return Unchanged()
    return Changed({"confirmed": at}, notify=lambda row: look(row, at))


def confirm(name: str, *, at: datetime) -> Subscription | None:
    """They want it. What has changed since they asked is told at once. None where it was erased meanwhile."""
    found = Subscription.objects.filter(name=name).first()
    return None if found is None else confirm_subscription(found, by=None, at=at)


@action("stop", model=Subscription)
def stop_subscription(subscription: Subscription) -> Deleted:
    forget(subscription)
    return Deleted()


def stop(name: str, *, at: datetime) -> None:
    """Erase the address with all that was written to it. Repeating it changes nothing."""
    for found in Subscription.objects.filter(name=name):
        stop_subscription(found, by=None, at=at)


@action("forget", model=Subscription)
def forget_subscription(subscription: Subscription) -> Deleted:
    forget(subscription)
    return Deleted()


def forget_unconfirmed(at: datetime) -> int:
    """Erase what nobody has confirmed for a week; how many that were."""
    old = list(Subscription.objects.filter(confirmed=None, asked__lte=at - KEPT))
    with acting_as("task", request_id()):
        for one in old:
            forget_subscription(one, by=None, at=at)
    return len(old)


# ---- how a person wants to be told


@action("stop_letters", model=Stopped, creates=True)
def stop_kind(who: User | Address, kind: str, *, at: datetime) -> Created | Unchanged:
    """No more letters of a kind, by the link of such a letter. Raises `BadInput` for what cannot be stopped."""
    _stoppable(kind)
    mine = {"user": who} if isinstance(who, User) else {"user": None, "email": who.email}
    made, new = Stopped.objects.get_or_create(**mine, kind=kind, defaults={"at": at})
    return Created(made) if new else Unchanged(made)


def _stoppable(kind: str) -> None:
    if kind not in kinds() or kinds()[kind].legal:
        raise BadInput("notices.letters-kind-cannot-stopped", kind=kind, at="kind")


@action("choose_letters", model=User, form=LettersForm, permission="change")
def choose(
    user: User,
    digest: bool,
    quiet: Hours | None,
    stopped: Collection[str] = (),
    wanted: Collection[str] = (),
    *,
    at: datetime,
) -> Changed | Unchanged:
    """One letter a day or one each at once, quiet hours, and the kinds of which letters are wanted or not; what waits
    already follows. Repeating it changes nothing."""
    details = {**_keep_quiet(user, quiet), **_choose_kinds(user, stopped, wanted, at)}
    if digest == user.digest and not details:
        return Unchanged()
    return Changed({"digest": digest}, details=details, notify=lambda row: _put_off(row, at))


def _keep_quiet(user: User, quiet: Hours | None) -> dict[str, object]:
    """What changed of the quiet hours."""
    found = Quiet.objects.filter(user=user).first()
    before = snapshot(found) if found else None
    if quiet is None:
        Quiet.objects.filter(user=user).delete()
        return {"quiet": None} if found else {}
    made, _ = Quiet.objects.update_or_create(user=user, defaults=asdict(quiet))
    return {"quiet": asdict(quiet)} if snapshot(made) != before else {}


def _choose_kinds(user: User, stopped: Collection[str], wanted: Collection[str], at: datetime) -> dict[str, object]:
    """What changed of the kinds."""
    for kind in stopped:
        _stoppable(kind)
    own = Stopped.objects.filter(user=user)
    known = set(own.values_list("kind", flat=True))
    again = sorted(known & set(wanted))
    new = sorted(set(stopped) - known)
    own.filter(kind__in=again).delete()
    Stopped.objects.bulk_create(Stopped(user=user, kind=kind, at=at) for kind in new)
    return {**({"stopped": new} if new else {}), **({"wanted": again} if again else {})}


def _put_off(user: User, at: datetime) -> None:
    """What waits goes when it is wanted now."""
    due, daily = when(User.objects.get(pk=user.pk), at, legal=False)
    Notice.objects.filter(user=user, legal=False, sent=None, taken=None, withheld="").update(due=due, daily=daily)


@action("read_notices", model=User, form=ActionForm, permission="change")
def read_notices(user: User, those: QuerySet[Notice], *, at: datetime) -> Unchanged:
    """Some of somebody's notices as read; what the person may no longer see is left alone. The user stays as it is, and
    the journal does not note what somebody reads."""
    visible(user, those.filter(read=None), "read").update(read=at)
    return Unchanged()
