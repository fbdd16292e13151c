"""Sending an enquiry to a unit, and what an officer does with it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.enquiries import Act, State, after
from luodi.errors import MissingKey
from luodi.uploads.checking import Checked
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.queries import officers_of
from luodi.web.advisor.determinations import determine
from luodi.web.advisor.forms import AnswerForm, CloseForm, EnquiryForm
from luodi.web.advisor.mail import sender_of
from luodi.web.advisor.models import Enquiry, EnquiryFile, Reply
from luodi.web.advisor.signals import enquiry_arrived
from luodi.web.core.actions import Changed, Created, Unchanged, action
from luodi.web.core.forms import ActionForm
from luodi.web.core.journal import write
from luodi.web.core.notify import notify
from luodi.web.core.snapshots import snapshot
from luodi.web.files.actions.storing import store

_SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, 1 and I and L, U


@dataclass(frozen=True)
class Sender:
    """Who sends an enquiry, and with which words."""

    name: str
    email: str
    language: str
    company: str = ""
    message: str = ""
    files: Sequence[Checked] = ()


@action("send", model=Enquiry, form=EnquiryForm, permission="send", creates=True)
def send_enquiry(
    answers: Answers, today: date, sender: Sender, unit: Unit, *, actor: User | None, at: datetime
) -> Created:
    """Hand answers over to a unit. `actor` is the sender, where they have signed in."""
    enquiry = Enquiry.objects.create(
        reference=_reference(at),
        determination=determine(answers, today, at=at),
        unit=unit,
        sender=actor,
        language=sender.language,
        name=sender.name,
        email=sender.email,
        company=sender.company,
        message=sender.message,
        received=at,
    )
    for file in sender.files:
        EnquiryFile.objects.create(enquiry=enquiry, file=store(file, by=actor, at=at))
    return Created(enquiry, notify=lambda made: _notify_of_arrival(made, at))


def _reference(at: datetime) -> str:
    """Such as 2026-7KM2QX: short enough to be read out on the telephone."""
    return f"{timezone.localdate(at).year}-" + "".join(secrets.choice(_SIGNS) for _ in range(6))


def _notify_of_arrival(enquiry: Enquiry, at: datetime) -> None:
    _notify_sender("enquiry_received", enquiry, "received", at)
    notify_officers(enquiry, at)
    enquiry_arrived.send(None, enquiry=enquiry, at=at)


def notify_officers(enquiry: Enquiry, at: datetime) -> None:
    """Those of the unit, once each."""
    unit = {"zh": enquiry.unit.name_zh, "en": enquiry.unit.name_en}
    for officer in officers_of(enquiry.unit, on=timezone.localdate(at)):
        notify("enquiry_arrived", officer, enquiry, "arrived", at=at, reference=enquiry.reference, unit=unit)


def _notify_sender(kind: str, enquiry: Enquiry, reason: str, at: datetime, **values: str) -> None:
    notify(kind, sender_of(enquiry), enquiry, reason, at=at, reference=enquiry.reference, **values)


def _is_open(enquiry: Enquiry) -> bool:
    return State(enquiry.state).is_open


@action("assign", model=Enquiry, form=ActionForm, permission="assign", fits=_is_open)
def assign_enquiry(enquiry: Enquiry, *, actor: User) -> Changed | Unchanged:
    """Take it on oneself. Raises `NotNow` once it is closed."""
    state = after(State(enquiry.state), Act.ASSIGN)
    return Unchanged() if enquiry.assigned_id == actor.pk else Changed({"state": state, "assigned": actor})


@action("answer", model=Enquiry, form=AnswerForm, permission="answer", fits=_is_open)
def answer_enquiry(enquiry: Enquiry, text: str, language: str, *, actor: User, at: datetime) -> Changed:
    """Answer in words; whoever answers has taken it on. Raises `NotNow` once it is closed."""
    state = after(State(enquiry.state), Act.ANSWER)
    if not text.strip():
        raise MissingKey("advisor.answer-words", at="text")
    reply = Reply.objects.create(enquiry=enquiry, author=actor, language=language, text=text.strip(), at=at)

    def notify_sender(answered: Enquiry) -> None:
        details = {**snapshot(reply), "sha256": sha256(reply.text.encode()).hexdigest()}
        write("add", reply, by=actor, after=details, at=at)
        _notify_sender("enquiry_answered", answered, f"reply {reply.pk}", at)

    return Changed({"state": state, "assigned": enquiry.assigned or actor}, notify=notify_sender)


@action("close", model=Enquiry, form=CloseForm, permission="close", fits=_is_open)
def close_enquiry(enquiry: Enquiry, reason: str, *, at: datetime) -> Changed | Unchanged:
    """End it, and say why. Raises `MissingKey` without a reason, `NotNow` where it is closed for another one."""
    reason = reason.strip()
    if enquiry.state == State.CLOSED and enquiry.reason == reason:
        return Unchanged()
    state = after(State(enquiry.state), Act.CLOSE)
    if not reason:
        raise MissingKey("advisor.say-why-since-sender-reads", at="reason")
    return Changed(
        {"state": state, "reason": reason},
        reason=reason,
        notify=lambda closed: _notify_sender("enquiry_closed", closed, "closed", at, why=reason),
    )
