"""Letters to those who are invited, and notices to the host. What they say of the event is read when they are sent."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from django.core import signing
from django.utils import timezone

from luodi.casework.events import EventState, Reply
from luodi.documents import wording
from luodi.documents.invitation import MIME, Appointment, as_ics
from luodi.web.core.notify import Address, notify
from luodi.web.core.pages import place
from luodi.web.core.types import AnyUser
from luodi.web.events.models import Event, Invitation

_SIGNER: Final = signing.Signer(salt="luodi.events.reply")


# ---- the secret link, which is for one person at one address


def token(one: Invitation) -> str:
    return _SIGNER.sign(f"{one.pk}.{_mark(one)}")


def invited_by(text: str) -> Invitation | None:
    """Whose link it is; None for one that is none of ours, or went to an address that was corrected since."""
    try:
        pk, _, mark = _SIGNER.unsign(text).partition(".")
    except signing.BadSignature:
        return None
    found = Invitation.objects.select_related("event__unit", "event__host").filter(pk=int(pk)).first()
    return found if found is not None and _mark(found) == mark else None


def _mark(one: Invitation) -> str:
    return sha256(f"{one.event_id} {one.email}".encode()).hexdigest()[:16]


# ---- what is sent


def invited(one: Invitation, at: datetime) -> bool:
    """The letter, where the event is open and there is an address."""
    return _send("event_invited", one, f"invited {_mark(one)}", at, one.event.state == EventState.OPEN)


def opened(event: Event, at: datetime) -> None:
    for one in event.invitations.select_related("event"):
        invited(one, at)


def moved(event: Event, at: datetime) -> None:
    for one in _concerned(event):
        _send("event_moved", one, f"moved {event.version}", at, event.state == EventState.OPEN)


def cancelled(event: Event, at: datetime) -> None:
    for one in _concerned(event):
        _send("event_cancelled", one, "cancelled", at)


def remind(one: Invitation, at: datetime) -> bool:
    return _send("event_reminder", one, "reminder", at)


def _concerned(event: Event) -> Iterable[Invitation]:
    return event.invitations.exclude(reply=Reply.DECLINED).select_related("event")


def _send(kind: str, one: Invitation, reason: str, at: datetime, due: bool = True) -> bool:
    return bool(due and one.email) and notify(kind, Address(one.email, one.language), one, reason, at=at)


def replied(one: Invitation, *, by: AnyUser, at: datetime) -> None:
    """The host hears of a reply that is not their own doing."""
    if one.event.host != by:
        words = f"events.letter_{one.reply}"
        notify("event_replied", one.event.host, one, f"replied {one.version}", at=at, words=words)


# ---- what they say, and where they lead


def to_guest(row: Invitation, lang: str) -> dict[str, str]:
    event = row.event
    return {
        "place": place("events:reply", lang, token(row)),
        "name": row.name,
        "title": event.title(lang),
        "when": when(event, lang),
        "venue": event.place,
        "unit": event.unit.name_zh if lang == "zh" else event.unit.name_en,
        "text": f"\n\n{event.text}" if event.text else "",
        "reason": event.reason,
    }


def to_host(row: Invitation, lang: str) -> dict[str, str]:
    said = to_guest(row, lang)
    return {**said, "place": place("events:event", lang, row.event.reference)}


def when(event: Event, lang: str) -> str:
    """From when until when, in the time of China."""
    starts, ends = timezone.localtime(event.starts), timezone.localtime(event.ends)
    first, last = (wording.day(one.date().isoformat(), lang) for one in (starts, ends))
    if starts.date() == ends.date():
        return f"{first} {starts:%H:%M}–{ends:%H:%M}"
    return f"{first} {starts:%H:%M} – {last} {ends:%H:%M}"


def is_ahead(row: Invitation) -> bool:
    """Whether a letter that waited still says something to somebody who can come."""
    return row.event.state == EventState.OPEN and row.event.ends > timezone.now() and row.reply != Reply.DECLINED


def calendar_file(row: Invitation, lang: str, at: datetime) -> tuple[str, bytes, str]:
    """The event for the calendar of the guest."""
    event = row.event
    made = Appointment(
        key=f"event-{event.pk}",
        version=event.version,
        title=event.title(lang),
        place=event.place,
        text=event.text,
        address=place("events:reply", lang, token(row)),
        starts=event.starts,
        ends=event.ends,
        cancelled=event.state == EventState.CANCELLED,
    )
    return f"{event.reference}.ics", as_ics(made, at=at), MIME
