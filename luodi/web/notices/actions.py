"""Asking to be told, saying that it was oneself, and stopping: one function an act."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from luodi.web.journal.actions import snapshot, write
from luodi.web.journal.context import acting_as, request_id
from luodi.web.notices.due import look, make_due
from luodi.web.notices.models import Letter, Subscription
from luodi.web.notices.subjects import Subject
from luodi.web.notices.tasks import send_letters

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
    send_letters.enqueue()


def _may_write(one: Subscription, at: datetime) -> bool:
    """Whether a letter about the wish itself may go, since anybody can type anybody's address."""
    asking = Letter.objects.filter(subscription__email=one.email, words__in=("confirm", "already"))
    if asking.filter(due__gt=at - timedelta(days=1)).count() >= A_DAY:
        return False
    return not asking.filter(subscription=one, due__gt=at - SELDOM).exists()


def _new(subject: Subject, email: str, language: str, at: datetime) -> Subscription | None:
    """None where the address has been asked too often."""
    known = Subscription.objects.filter(email=email)
    if known.filter(confirmed=None).count() >= OPEN or known.count() >= MOST:
        return None
    made = Subscription.objects.create(
        name=secrets.token_urlsafe(16), email=email, language=language, kind=subject.kind, subject=subject.name,
        fingerprint=subject.fingerprint, asked=at, state=subject.state(timezone.localdate(at)),
    )  # fmt: skip
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
    if look(found, at):
        send_letters.enqueue()
    write("confirm", found, before=before, after=snapshot(found), at=at)
    return found


@transaction.atomic
def stop(name: str, *, at: datetime) -> None:
    """Erase the address with all that was written to it. Repeating it changes nothing."""
    found = Subscription.objects.select_for_update().filter(name=name).first()
    if found is not None:
        write("stop", found, before=snapshot(found), at=at)
        found.delete()


@transaction.atomic
def forget_unconfirmed(at: datetime) -> int:
    """Erase what nobody has confirmed for a week; how many that were."""
    old = list(Subscription.objects.filter(confirmed=None, asked__lte=at - KEPT))
    with acting_as("task", request_id()):
        for one in old:
            write("forget", one, before=snapshot(one), at=at)
            one.delete()
    return len(old)
