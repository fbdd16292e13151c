"""Asking to be told, saying that it was oneself, stopping, and how one wants to be told: one function an act."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from luodi.errors import BadInput
from luodi.web.accounts.actions import want_digest
from luodi.web.accounts.models import User
from luodi.web.core.context import acting_as, request_id
from luodi.web.core.notify import Address
from luodi.web.core.permissions import visible
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write
from luodi.web.notices.changes import look, make_due
from luodi.web.notices.kinds import kinds
from luodi.web.notices.making import forget
from luodi.web.notices.models import Notice, Quiet, Stopped, Subscription
from luodi.web.notices.preferences import when
from luodi.web.notices.subjects import Subject

KEPT: Final = timedelta(days=7)  # an address that nobody has confirmed
SELDOM: Final = timedelta(hours=1)  # between two letters about the same wish
OPEN: Final = 5  # wishes of one address that nobody has confirmed
MOST: Final = 100  # wishes of one address
A_DAY: Final = 5  # letters about wishes to one address in a day


def ask(subject: Subject, email: str, language: str, *, at: datetime) -> None:
    """Write to the address to hear whether they want it. What is known of an address is told to nobody but itself:
    whoever asks learns nothing, and an address gets few such letters, whoever asks."""
    try:
        with transaction.atomic():
            _ask(subject, email.strip().casefold(), language, at)
    except IntegrityError:  # two clicks at once: the other one came first
        if not Subscription.objects.filter(email=email.strip().casefold(), fingerprint=subject.fingerprint).exists():
            raise


def _ask(subject: Subject, email: str, language: str, at: datetime) -> None:
    forget_unconfirmed(at)
    same = Subscription.objects.select_for_update().filter(email=email, fingerprint=subject.fingerprint)
    found = same.first() or _new(subject, email, language, at)
    if found is None or not _may_write(found, at):
        return
    found.asked, found.language = at, language
    found.save(update_fields=["asked", "language"])
    make_due(found, f"asked {at.isoformat()}", "already" if found.confirmed else "confirm", at)


def _may_write(one: Subscription, at: datetime) -> bool:
    """Whether a letter about the wish itself may go, since anybody can type anybody's address."""
    asking = Notice.objects.filter(user=None, email=one.email, kind="wish")
    if asking.filter(made__gt=at - timedelta(days=1)).count() >= A_DAY:
        return False
    return not asking.filter(row_key=str(one.pk), made__gt=at - SELDOM).exists()


def _new(subject: Subject, email: str, language: str, at: datetime) -> Subscription | None:
    """None where the address has been asked too often."""
    known = Subscription.objects.filter(email=email)
    if known.filter(confirmed=None).count() >= OPEN or known.count() >= MOST:
        return None
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
    write("ask", made, after=snapshot(made), at=at)
    return made


@transaction.atomic
def confirm(name: str, *, at: datetime) -> Subscription | None:
    """They want it. What has changed since they asked is told at once. None where it was erased meanwhile."""
    found = Subscription.objects.select_for_update().filter(name=name).first()
    if found is None or found.confirmed:
        return found
    before = snapshot(found)
    found.confirmed = at
    found.save(update_fields=["confirmed"])
    look(found, at)
    write("confirm", found, before=before, after=snapshot(found), at=at)
    return found


@transaction.atomic
def stop(name: str, *, at: datetime) -> None:
    """Erase the address with all that was written to it. Repeating it changes nothing."""
    found = Subscription.objects.select_for_update().filter(name=name).first()
    if found is not None:
        write("stop", found, before=snapshot(found), at=at)
        forget(found)
        found.delete()


@transaction.atomic
def forget_unconfirmed(at: datetime) -> int:
    """Erase what nobody has confirmed for a week; how many that were."""
    old = list(Subscription.objects.filter(confirmed=None, asked__lte=at - KEPT))
    with acting_as("task", request_id()):
        for one in old:
            write("forget", one, before=snapshot(one), at=at)
            forget(one)
            one.delete()
    return len(old)


# ---- how a person wants to be told


@transaction.atomic
def stop_kind(who: User | Address, kind: str, *, at: datetime) -> None:
    """No more letters of a kind. Repeating it changes nothing. Raises `BadInput` for what cannot be stopped."""
    if kind not in kinds() or kinds()[kind].legal:
        raise BadInput("notices.letters-kind-cannot-stopped", kind=kind, at="kind")
    mine = {"user": who} if isinstance(who, User) else {"user": None, "email": who.email}
    made, new = Stopped.objects.get_or_create(**mine, kind=kind, defaults={"at": at})
    if new:
        write("stop_letters", made, by=who if isinstance(who, User) else None, after={"kind": kind}, at=at)


@transaction.atomic
def want_kind(user: User, kind: str, *, at: datetime) -> None:
    """Letters of a kind again. Repeating it changes nothing."""
    for found in Stopped.objects.filter(user=user, kind=kind):
        write("want_letters", found, by=user, before={"kind": kind}, at=at)
        found.delete()


@dataclass(frozen=True)
class Hours:
    """Quiet hours: from `starts` to before `ends` of the clock in `zone`."""

    starts: time
    ends: time
    zone: str


@transaction.atomic
def choose(user: User, *, digest: bool, quiet: Hours | None, at: datetime) -> None:
    """One letter a day or one each at once, and quiet hours; what waits already follows. Repeating changes nothing."""
    user = User.objects.select_for_update().get(pk=user.pk)
    want_digest(user, digest)
    found = Quiet.objects.filter(user=user).first()
    before = snapshot(found) if found else None
    if quiet is None and found is not None:
        write("quiet", found, by=user, before=before, at=at)
        found.delete()
    elif quiet is not None:
        made, _ = Quiet.objects.update_or_create(user=user, defaults=asdict(quiet))
        if snapshot(made) != before:
            write("quiet", made, by=user, before=before, after=snapshot(made), at=at)
    _put_off(user, at)


def _put_off(user: User, at: datetime) -> None:
    """What waits goes when the new wishes say."""
    due, daily = when(User.objects.get(pk=user.pk), at, legal=False)
    Notice.objects.filter(user=user, legal=False, sent=None, taken=None, withheld="").update(due=due, daily=daily)


@transaction.atomic
def mark_read(user: User, those: QuerySet[Notice], *, at: datetime) -> int:
    """Some of somebody's notices as read; how many were not. What the person may no longer see is left alone."""
    return visible(user, those.filter(read=None), "read").update(read=at)
