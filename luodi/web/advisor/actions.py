"""What changes enquiries: one function an act. Each locks, permits, decides, saves, writes down, then tells."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from luodi.errors import MissingKey
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor import arrivals
from luodi.web.advisor.answers import Answers
from luodi.web.advisor.determinations import determine
from luodi.web.advisor.mail import sender_of
from luodi.web.advisor.models import Enquiry, EnquiryFile, Reply
from luodi.web.advisor.signals import enquiry_arrived
from luodi.web.advisor.stages import Act, State, after
from luodi.web.core.errors import StaleVersion
from luodi.web.core.permissions import require
from luodi.web.files.actions import store
from luodi.web.files.checking import Checked
from luodi.web.journal.actions import snapshot, write
from luodi.web.notices.tell import tell

_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, 1 and I and L, U


def standing(enquiry: Enquiry) -> str:
    """How an enquiry stands: a form carries it, and has no effect once it is another one."""
    return f"{enquiry.state}-{enquiry.assigned_id or 0}-{enquiry.replies.count()}"


def _as_seen(enquiry: Enquiry, seen: str | None) -> None:
    if seen and seen != standing(enquiry):
        raise StaleVersion(enquiry)


@dataclass(frozen=True)
class Sender:
    """Who hands over, and with which words. `user` where they had signed in."""

    name: str
    email: str
    language: str
    company: str = ""
    message: str = ""
    user: User | None = None
    files: Sequence[Checked] = ()


def send_enquiry(answers: Answers, today: date, sender: Sender, unit: Unit, *, key: str, at: datetime) -> Enquiry:
    """Hand answers over to a unit. The same key again gives the enquiry that there is."""
    try:
        return _send(answers, today, sender, unit, key, at)
    except IntegrityError:  # two clicks at once: the other one came first
        found = Enquiry.objects.filter(key=key).first()
        if found is None:
            raise
        return found


@transaction.atomic
def _send(answers: Answers, today: date, sender: Sender, unit: Unit, key: str, at: datetime) -> Enquiry:
    found = Enquiry.objects.filter(key=key).first()
    if found is not None:
        return found
    enquiry = Enquiry.objects.create(
        reference=_reference(at),
        key=key,
        determination=determine(answers, today, at=at),
        unit=unit,
        sender=sender.user,
        language=sender.language,
        name=sender.name,
        email=sender.email,
        company=sender.company,
        message=sender.message,
        received=at,
    )
    for file in sender.files:
        EnquiryFile.objects.create(enquiry=enquiry, file=store(file, by=sender.user, at=at))
    write("send", enquiry, by=sender.user, after=snapshot(enquiry), at=at)
    _tell_sender("enquiry_received", enquiry, "received", at)
    arrivals.tell_officers(enquiry, at=at)
    enquiry_arrived.send(None, enquiry=enquiry, at=at)
    return enquiry


def _reference(at: datetime) -> str:
    """Such as 2026-7KM2QX: short enough to be read out on the telephone."""
    return f"{timezone.localdate(at).year}-" + "".join(secrets.choice(_SIGNS) for _ in range(6))


@transaction.atomic
def assign_enquiry(enquiry: Enquiry, *, by: User, at: datetime | None = None, seen: str | None = None) -> Enquiry:
    """Take it on oneself. Repeating it changes nothing. Raises `NotNow` once it is closed, or
    `StaleVersion`."""
    enquiry = _locked(enquiry, Act.ASSIGN, by)
    state = after(State(enquiry.state), Act.ASSIGN)
    if enquiry.assigned_id == by.pk:
        return enquiry
    _as_seen(enquiry, seen)
    return _changed(enquiry, Act.ASSIGN, by, at, state=state, assigned=by)


@transaction.atomic
def answer_enquiry(
    enquiry: Enquiry, text: str, language: str, *, key: str, by: User, at: datetime, seen: str | None = None
) -> Reply:
    """Answer in words; whoever answers has taken it on. The same key again gives the reply that there is. A form that
    was shown before somebody else answered is told (`StaleVersion`): the sender gets no two answers that know nothing
    of each other."""
    enquiry = _locked(enquiry, Act.ANSWER, by)
    found: Reply | None = enquiry.replies.filter(key=key).first()
    if found is not None:
        return found
    state = after(State(enquiry.state), Act.ANSWER)
    _as_seen(enquiry, seen)
    if not text.strip():
        raise MissingKey("advisor.answer-words", at="text")
    reply = Reply.objects.create(enquiry=enquiry, key=key, author=by, language=language, text=text.strip(), at=at)
    _changed(enquiry, Act.ANSWER, by, at, state=state, assigned=enquiry.assigned or by)
    said = {**snapshot(reply), "sha256": sha256(reply.text.encode()).hexdigest()}
    write("add", reply, by=by, after=said, at=at)
    _tell_sender("enquiry_answered", enquiry, f"reply {reply.pk}", at)
    return reply


@transaction.atomic
def close_enquiry(enquiry: Enquiry, reason: str, *, by: User, at: datetime, seen: str | None = None) -> Enquiry:
    """End it, and say why. Raises `MissingKey` without a reason, `NotNow` where it is closed for another one,
    `StaleVersion` for a stale form."""
    enquiry = _locked(enquiry, Act.CLOSE, by)
    reason = reason.strip()
    if enquiry.state == State.CLOSED and enquiry.reason == reason:
        return enquiry
    state = after(State(enquiry.state), Act.CLOSE)
    _as_seen(enquiry, seen)
    if not reason:
        raise MissingKey("advisor.say-why-since-sender-reads", at="reason")
    enquiry = _changed(enquiry, Act.CLOSE, by, at, state=state, reason=reason)
    _tell_sender("enquiry_closed", enquiry, "closed", at, why=reason)
    return enquiry


def _tell_sender(kind: str, enquiry: Enquiry, reason: str, at: datetime, **values: str) -> None:
    tell(kind, sender_of(enquiry), enquiry, reason, at=at, reference=enquiry.reference, **values)


def _locked(enquiry: Enquiry, act: Act, by: User) -> Enquiry:
    found = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    require(by, act.value, found)
    return found


def _changed(enquiry: Enquiry, act: Act, by: User, at: datetime | None, **fields: Any) -> Enquiry:
    before = snapshot(enquiry)
    for name, value in fields.items():
        setattr(enquiry, name, value)
    enquiry.save(update_fields=list(fields))
    reason = fields.get("reason", "")
    write(act.value, enquiry, by=by, before=before, after=snapshot(enquiry), reason=reason, at=at)
    return enquiry
