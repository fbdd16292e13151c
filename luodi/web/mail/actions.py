"""Mail is written and sent, taken in, put where it belongs, and erased."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.mail import MailAct, MailState, acts_on, after, on_arrival
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.mail.outgoing import bare, follows, new_id
from luodi.mail.reading import Mail, read_mail
from luodi.mail.taking import taken_of
from luodi.uploads.checking import Checked
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor.queries import receiving_unit
from luodi.web.cases.actions.cases import note_contact
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.cases.notices import officer
from luodi.web.companies.models import Contact
from luodi.web.core.actions import Changed, Created, Unchanged, action, action_for_each
from luodi.web.core.permissions import visible
from luodi.web.dealings.forms import Plain, Reason
from luodi.web.files.actions.stored import remove
from luodi.web.files.actions.storing import store
from luodi.web.files.models import StoredFile
from luodi.web.mail import forms, queries
from luodi.web.mail.models import OPEN, Attachment, Message


@action("write_mail", model=Message, form=forms.Write, permission="work", parent=LandingCase, parent_permits=True)
def write_mail(
    case: LandingCase,
    to: Sequence[Contact],
    subject: str,
    text: str,
    *,
    actor: User,
    at: datetime,
    documents: Iterable[Proof] = (),
    files: Iterable[Checked] = (),
    reply: Message | None = None,
) -> Created:
    """Write to contacts of the company; it is sent once this is stored, and answers come to the case.

    Raises `MissingKey` without a domain for mail, `OutOfRange` for files that are too large together."""
    if not settings.MAIL_DOMAIN:
        raise MissingKey("mail.no-domain")
    kept, new = [one.file for one in documents], list(files)
    if sum(one.size for one in kept) + sum(one.size for one in new) > settings.FILE_LIMIT:
        raise OutOfRange("mail.files-together", most=f"{settings.FILE_LIMIT / 1_000_000:g}", at="uploads")
    name, signed = new_id(settings.MAIL_DOMAIN), queries.signature(actor, case, to[0].language)
    who = {"sender": queries.address_of(case), "recipients": [one.email for one in to], "by": actor}
    what = {"subject": subject, "text": f"{text.strip()}\n\n-- \n{signed}\n", "state": MailState.QUEUED, "due": at}
    if reply is not None:
        what |= {"thread": reply.thread or reply, "follows": follows(reply.follows, reply.message_id)}
    made = _stored(case, case.unit, name, sha256(name.encode()).hexdigest(), at, {**who, **what})
    _attach(made, [*kept, *(store(one, by=actor, at=at) for one in new)])
    note_contact(case, at=at)
    if reply is not None and reply.state == MailState.UNREAD:
        handle(reply, MailAct.READ, by=actor, at=at)
    return Created(made, details={"recipients": len(to), "files": len(kept) + len(new)})


def _stored(
    case: LandingCase | None, unit: Unit, name: str, fingerprint: str, at: datetime, more: dict[str, object]
) -> Message:
    of = {"case": case, "unit": unit, "message_id": name, "fingerprint": fingerprint, "at": at, "changed": at}
    return Message.objects.create(**of, **more)


def _attach(message: Message, files: Iterable[StoredFile]) -> None:
    Attachment.objects.bulk_create(Attachment(message=message, file=one) for one in dict.fromkeys(files))


@action("mail_sent", model=Message)
def mail_sent(message: Message, *, at: datetime) -> Changed:
    return Changed({"state": MailState.SENT, "sent": at, "taken": None, "reason": ""})


@action("mail_failed", model=Message)
def mail_failed(message: Message, why: str, *, at: datetime) -> Changed:
    """It is tried no more; whoever has the case is told."""
    values = {"state": MailState.FAILED, "taken": None, "reason": why[:300]}
    return Changed(values, notify=lambda row: _tell(row, "mail_failed", f"failed {row.version}", at))


def _tell(row: Message, kind: str, reason: str, at: datetime) -> None:
    words = "mail.letter_held" if row.state == MailState.HELD else ""
    who = {"sender": row.sender_name or row.sender or "–", "subject": row.subject or "–"}
    assert row.case is not None
    officer(row.case, kind, row, reason, at=at, words=words, **who)


# ---- what comes in


def take_in(raw: bytes, *, whole: bool = True, at: datetime) -> list[Message]:
    """The message on each case that it was written to, or on none; what is there already is left as it is, and what
    the site sent itself is not taken in. `whole` as in `read_mail`. Raises `UnknownValue` without a unit for it."""
    mail = read_mail(raw, whole=whole)
    sent = Message.objects.filter(message_id=mail.message_id).exclude(sent=None)
    if mail.sender == bare(settings.DEFAULT_FROM_EMAIL) or (mail.message_id and sent.exists()):
        return []
    with transaction.atomic():
        found: list[LandingCase | None] = [*queries.cases_of(mail)]
        return [receive_mail(mail, case, by=None, at=at) for case in found or [None]]


@action("receive_mail", model=Message, creates=True)
def receive_mail(mail: Mail, case: LandingCase | None, *, at: datetime) -> Created | Unchanged:
    """Nothing in it is believed: who seems to have sent it decides alone whether an officer is asked to accept it."""
    fingerprint = sha256(f"{mail.fingerprint} {case.pk if case else ''}".encode()).hexdigest()
    there = Message.objects.filter(fingerprint=fingerprint).first()
    unit = case.unit if case is not None else receiving_unit()
    if there is not None:
        return Unchanged(there)
    if unit is None:
        raise UnknownValue("mail.no-unit-receives")
    contact, is_known = queries.sender_in(mail, case, localdate(at)) if case is not None else (None, False)
    taken = taken_of(mail, settings.FILE_LIMIT)
    state = on_arrival(has_case=case is not None, is_known=is_known, is_automatic=mail.automatic)
    same = ("sender", "sender_name", "subject", "text", "dated", "automatic")
    what: dict[str, object] = {
        "state": state,
        "contact": contact,
        "left_out": list(taken.left_out),
        "notes": list(mail.notes),
    }
    what |= {"follows": list(mail.references), "recipients": list(mail.recipients[:50])}
    what |= {"thread": queries.thread_of(mail.references, case) if case is not None else None}
    what |= {name: getattr(mail, name) for name in same}
    made = _stored(case, unit, mail.message_id, fingerprint, at, what)
    _attach(made, [store(one, by=None, at=at) for one in taken.files])
    if case is not None and contact is not None and not mail.automatic:
        note_contact(case, at=at)
    return Created(made, notify=lambda row: _tell(row, "mail_arrived", "arrived", at) if row.state in OPEN else None)


# ---- what an officer does with it


def _fits(act: MailAct, row: Message) -> bool:
    return act in acts_on(MailState(row.state))


@action_for_each(
    [act for act in MailAct if act is not MailAct.PUT_ON_CASE],
    model=Message,
    form=lambda act: Reason if act is MailAct.SET_ASIDE else Plain,
    permission=lambda _: "work",
    fits=_fits,
)
def handle(message: Message, reason: str = "", *, act: MailAct, at: datetime) -> Changed:
    """Accept it from an unknown sender, who may do nothing by that and is no contact; mark it as read; set it aside
    with a reason, take it back, send it again. Raises `NotNow` where its state does not fit."""
    state = after(MailState(message.state), act, has_case=message.case_id is not None)
    anew = {"due": at, "attempts": 0} if act is MailAct.SEND_AGAIN else {}
    return Changed({"state": state, "reason": reason.strip(), **anew})


@action("put_on_case", model=Message, form=forms.PutOnCase, permission="work", fits=partial(_fits, MailAct.PUT_ON_CASE))
def put_on_case(message: Message, case: str, *, actor: User) -> Changed:
    """On a case that the officer works on, by its reference; it is part of it from now on. Raises `UnknownValue`."""
    wanted = LandingCase.objects.filter(reference=case.strip().upper()).select_related("unit")
    found = visible(actor, wanted, "work").first()
    if found is None:
        raise UnknownValue("mail.no-such-case", at="case")
    state, thread = after(MailState(message.state), MailAct.PUT_ON_CASE, has_case=True), message.follows
    values = {"case": found, "unit": found.unit, "thread": queries.thread_of(thread, found), "state": state}
    return Changed(values, details={"reference": found.reference})


# ---- people who ask to be erased, and terms that are over


def erase_message(row: Message, *, at: datetime) -> None:
    """The message with its files. Of one on a case, which is a public record, who sent it: the file of the case
    keeps what was said."""
    if row.case_id is not None and row.state != MailState.SET_ASIDE:
        Message.objects.filter(pk=row.pk).update(sender="", sender_name="", contact=None)
        return
    came = [one.file for one in row.attachments.select_related("file")]
    row.delete()
    for file in came:
        remove(file, "its message is erased", by=None, at=at)
