"""What changes events and invitations."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from luodi.casework.events import (
    EventAct,
    EventState,
    InvitationAct,
    Presence,
    Reply,
    after,
    answered,
    check_span,
    has_room,
    possible,
    seen,
)
from luodi.casework.evidence import must_lie
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.actions.cases import note_contact
from luodi.web.cases.actions.numbering import number
from luodi.web.cases.models import LandingCase
from luodi.web.companies.models import Consent, Contact
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action, action_for_each
from luodi.web.core.permissions import may
from luodi.web.core.types import AnyUser
from luodi.web.dealings.actions.interactions import add_task
from luodi.web.events import forms, notices
from luodi.web.events.guests import Guest
from luodi.web.events.models import Event, Invitation
from luodi.web.events.queries import open_lead_of
from luodi.web.leads.actions import From, Heard, hear_again, receive
from luodi.web.leads.models import Signal

REMIND: Final = timedelta(days=3)  # before an event begins
_MOVED: Final = ("starts", "ends", "place")


# ---- the event


@action("arrange", model=Event, form=forms.EventForm, permission="work", creates=True, entries=["arrange_event"])
def arrange(unit: Unit, fields: Mapping[str, object], *, at: datetime) -> Created:
    """An event of a unit: `kind`, `title_zh`, `title_en`, `starts`, `ends`, `place`, `host`, `capacity`, `text`."""
    made = Event(reference=number("EV", at), unit=unit, made=at, changed=at, **fields)
    _check(made, at)
    made.save()
    _check_host(made)
    return Created(made)


@action(
    "change",
    model=Event,
    form=forms.EventForm,
    permission="work",
    fits=lambda row: not EventState(row.state).is_over,
    entries=["change_event"],
)
def change(event: Event, fields: Mapping[str, object], *, at: datetime) -> Changed:
    """Whoever was invited and did not decline is told where it is moved. Raises `OutOfRange` for a capacity below the
    number of those who accepted."""
    if EventState(event.state).is_over:
        raise NotNow("events.over")
    moved = any(getattr(event, name) != fields.get(name, getattr(event, name)) for name in _MOVED)
    for name, value in fields.items():
        setattr(event, name, value)
    _check(event, at)
    _check_host(event)
    if not has_room(event.capacity, _accepted(event) - 1):
        raise OutOfRange("events.fewer-than-accepted", at="capacity")
    return Changed(fields, notify=lambda row: notices.moved(row, at) if moved else None)


def _check(event: Event, at: datetime) -> None:
    today = timezone.localdate(at)
    for name in ("starts", "ends"):
        must_lie(timezone.localdate(getattr(event, name)), today, name)
    check_span(event.starts, event.ends)


def _check_host(event: Event) -> None:
    if not may(event.host, "work", event):
        raise UnknownValue("events.host-elsewhere", at="host")


@action_for_each(
    EventAct,
    model=Event,
    form=lambda act: forms.Reason if act is EventAct.CANCEL else forms.Plain,
    permission=lambda _: "work",
    fits=lambda act, row: act in possible(EventState(row.state)),
)
def move(event: Event, reason: str = "", *, act: EventAct, at: datetime) -> Changed:
    """Open it, which sends the invitations; note that it was held; or cancel it with a reason, which is told to those
    who were invited. Raises `NotNow` for an event that has not begun and was held."""
    state = after(EventState(event.state), act)
    if act is EventAct.HOLD and at < event.starts:
        raise NotNow("events.not-begun")
    if act is EventAct.SEND and event.ends <= at:
        raise OutOfRange("events.past")
    if act is EventAct.CANCEL and not reason.strip():
        raise MissingKey("events.say-why", at="reason")
    was_open = event.state == EventState.OPEN

    def notify(row: Event) -> None:
        if act is EventAct.SEND:
            notices.opened(row, at)
        elif act is EventAct.CANCEL and was_open:
            notices.cancelled(row, at)

    return Changed({"state": state, "reason": reason.strip()}, reason=reason, notify=notify)


# ---- who is invited


@action(
    "invite", model=Invitation, form=forms.InvitationForm, permission="work", parent=Event, entries=["invite_to_event"]
)
def invite(event: Event, guest: Guest, *, at: datetime) -> Created:
    """One person. The letter goes at once where the event is open, else when it opens; of one that was held it is
    noted who came along. Raises `UnknownValue` for somebody who is invited already, `NotNow` for a contact who wants no
    letters about events."""
    event = Event.objects.get(pk=event.pk)  # as it is now that it is locked: whoever opens it sends to those there are
    if event.state == EventState.CANCELLED:
        raise NotNow("events.over")
    if not guest.name.strip():
        raise MissingKey("events.name", at="name")
    there = event.invitations.all()
    if guest.email and there.filter(email=guest.email).exists():
        raise UnknownValue("events.invited-already", at="email")
    if guest.contact is not None:
        if there.filter(contact=guest.contact).exists():
            raise UnknownValue("events.invited-already", at="name")
        _must_agree(guest.contact)
    made = Invitation.objects.create(event=event, at=at, changed=at, **vars(guest))
    return Created(made, notify=lambda row: notices.invited(row, at))


def _must_agree(contact: Contact) -> None:
    said = contact.consents.filter(purpose=Consent.Purpose.EVENTS, channel=Consent.Channel.EMAIL)
    if said.exists() and not said.filter(withdrawn=None).exists():
        raise NotNow("events.wants-no-letters")


@action("correct", model=Invitation, form=forms.InvitationForm, permission="work", entries=["correct_invitation"])
def correct(
    invitation: Invitation, name: str, company_name: str, email: str, language: str, *, at: datetime
) -> Changed:
    """Another address gets the letter too, and the link in the letter to the one before ends."""
    others = invitation.event.invitations.exclude(pk=invitation.pk)
    if email and others.filter(email=email).exists():
        raise UnknownValue("events.invited-already", at="email")
    values = {"name": name.strip(), "company_name": company_name.strip(), "email": email, "language": language}
    return Changed(values, notify=lambda row: notices.invited(row, at))


@action(
    "uninvite",
    model=Invitation,
    form=forms.Plain,
    permission="work",
    fits=lambda row: row.event.state == EventState.DRAFT,
    entries=["uninvite_from_event"],
)
def uninvite(invitation: Invitation) -> Deleted:
    """Before any letter went."""
    if invitation.event.state != EventState.DRAFT:
        raise NotNow("events.letters-went")
    return Deleted()


def _accepted(event: Event) -> int:
    return event.invitations.filter(reply=Reply.ACCEPTED).count()


def _fits(act: InvitationAct, row: Invitation) -> bool:
    now = row.reply if act.is_reply else row.presence
    wanted = answered(act) if act.is_reply else seen(act)
    return now != wanted and row.event.hours.allow(act, timezone.now())


@action_for_each(
    InvitationAct,
    model=Invitation,
    form=lambda _: forms.Plain,
    permission=lambda act: "answer" if act.is_reply else "work",
    fits=_fits,
)
def note(
    invitation: Invitation, via: str = "", *, act: InvitationAct, actor: AnyUser, at: datetime
) -> Changed | Unchanged:
    """A reply of the person, of their company or of an officer for them; or whether the person came. `via` says that it
    came by the link in a letter. Raises `NotNow` where the event is not open, or has not begun; `OutOfRange` where
    every place is taken."""
    event = Event.objects.select_for_update().get(pk=invitation.event_id)  # two at once do not both take the last place
    if not event.hours.allow(act, at):
        raise NotNow("events.no-reply-now" if act.is_reply else "events.nobody-came-yet")
    details = {"via": via} if via else {}
    if not act.is_reply:
        if act is InvitationAct.ATTEND:
            _in_contact(invitation, min(event.starts, at))
        return Changed({"presence": seen(act)}, details)
    reply = answered(act)
    if reply == invitation.reply:
        return Unchanged()
    if reply is Reply.ACCEPTED and not has_room(event.capacity, _accepted(event)):
        raise OutOfRange("events.full")
    return Changed({"reply": reply, "replied": at}, details, notify=lambda row: notices.replied(row, by=actor, at=at))


def _in_contact(invitation: Invitation, at: datetime) -> None:
    """The open cases of the company of somebody who came were in contact that day."""
    if invitation.company_id:
        for case in LandingCase.objects.filter(company=invitation.company_id, end=End.NONE).order_by("pk"):
            note_contact(case, at=at)


# ---- what follows


@action(
    "follow",
    model=Invitation,
    form=forms.Plain,
    permission="work",
    fits=lambda row: row.presence == Presence.ATTENDED and row.led_to_id is None,
    entries=["lead_from_event"],
)
def make_lead(invitation: Invitation, *, actor: User, at: datetime) -> Changed | Unchanged:
    """A lead with the person and the company of somebody who came. Where an open lead of that company or person is
    there, it is that one, with the event as one more source."""
    if invitation.led_to_id is not None:
        return Unchanged()
    if invitation.presence != Presence.ATTENDED:
        raise NotNow("events.lead-of-who-came")
    event = invitation.event
    raw = {"event": event.reference, "title": event.title_zh, "name": invitation.name}
    signal = From(Signal.Kind.EVENT, f"event {event.reference}", raw, str(invitation.pk))
    found = open_lead_of(actor, invitation)
    if found is not None:
        hear_again(found, signal, at=at)
        return Changed({"led_to": found}, {"known": True})
    company = invitation.company
    heard = Heard(
        title=str(company) if company else invitation.company_name or invitation.name,
        company=company,
        company_name=str(company) if company else invitation.company_name,
        country=company.country if company else "",
        contact=invitation.name,
        email=invitation.email,
        language=invitation.language,
    )
    return Changed({"led_to": receive(heard, signal, event.unit, by=actor, at=at)})


@action(
    "follow_up",
    model=Invitation,
    form=forms.FollowUp,
    permission="work",
    fits=lambda row: row.presence == Presence.ATTENDED and row.company_id is not None and row.task_id is None,
    entries=["follow_up_event"],
)
def follow_up(
    invitation: Invitation, case: LandingCase, what: str, owner: User, due: date | None, *, actor: User, at: datetime
) -> Changed:
    """A task in an open case of the company of somebody who came: what is done next, by whom and until when. Raises
    `NotNow` for somebody who did not come or has a task already, `UnknownValue` for a case of another company."""
    if invitation.presence != Presence.ATTENDED:
        raise NotNow("events.task-of-who-came")
    if invitation.task_id is not None:
        raise NotNow("events.followed-up-already")
    if case.company_id != invitation.company_id or case.end != End.NONE:
        raise UnknownValue("events.case-of-company", at="case")
    return Changed({"task": add_task(case, what, owner, due, by=actor, at=at)}, {"case": case.reference})


# ---- what happens by itself


def remind(at: datetime) -> int:
    """Those who did not decline an event that begins within `REMIND` are reminded once; how many."""
    near = Invitation.objects.filter(
        event__state=EventState.OPEN, event__starts__gt=at, event__starts__lte=at + REMIND
    ).exclude(reply=Reply.DECLINED)
    return sum(notices.remind(one, at) for one in near.select_related("event").order_by("pk"))
