"""Events that a unit arranges: their life, where an invitation stands, and what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from luodi.casework.states import NotNow
from luodi.errors import OutOfRange
from luodi.message import Message


class EventKind(StrEnum):
    TRIP = "trip"
    FAIR = "fair"
    BRIEFING = "briefing"
    RECEPTION = "reception"
    VISIT = "visit"


class EventState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        return self in (EventState.HELD, EventState.CANCELLED)


class EventAct(StrEnum):
    SEND = "send_invitations"
    HOLD = "hold"
    CANCEL = "cancel"


_TABLE: Final = {
    (EventState.DRAFT, EventAct.SEND): EventState.OPEN,
    (EventState.OPEN, EventAct.HOLD): EventState.HELD,
    (EventState.DRAFT, EventAct.CANCEL): EventState.CANCELLED,
    (EventState.OPEN, EventAct.CANCEL): EventState.CANCELLED,
}


def possible(state: EventState) -> list[EventAct]:
    """The acts that fit a state, in the order of the enum."""
    return [act for act in EventAct if (state, act) in _TABLE]


def after(state: EventState, act: EventAct) -> EventState:
    """Raises `NotNow` where the act does not fit."""
    found = _TABLE.get((state, act))
    if found is None:
        raise NotNow("casework.nobody-can-event", act=Message(f"act.{act}"), state=Message(f"state.{state}"))
    return found


#: The longest event: what lasts longer is a programme of several.
LONGEST: Final = timedelta(days=31)


def check_span(starts: datetime, ends: datetime) -> None:
    """Raises `OutOfRange` for an event that does not end after it starts, or lasts longer than `LONGEST`."""
    if ends <= starts:
        raise OutOfRange("casework.event-ends-after-it-starts", at="ends")
    if ends - starts > LONGEST:
        raise OutOfRange("casework.event-too-long", days=LONGEST.days, at="ends")


# ---- invitations: what was answered, and whether somebody came, are two facts


class Reply(StrEnum):
    """What an invited person answered."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Presence(StrEnum):
    """Whether an invited person came, as far as somebody took it down."""

    UNKNOWN = "unknown"
    ATTENDED = "attended"
    ABSENT = "absent"


class Standing(StrEnum):
    """Where an invitation stands, as a list shows it: computed, never stored."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    ATTENDED = "attended"
    ABSENT = "absent"


def standing(reply: Reply, presence: Presence, state: EventState) -> Standing:
    """Presence says more than a reply; without either, an event that is over turned an invitation into no answer."""
    if presence is not Presence.UNKNOWN:
        return Standing(presence.value)
    if reply is not Reply.NONE:
        return Standing(reply.value)
    return Standing.NO_ANSWER if state.is_over else Standing.INVITED


@dataclass(frozen=True)
class Invited:
    """One invitation as the figures count it. `lead` and `case` are the keys of what followed, `landed` whether the
    landing of that case was verified."""

    reply: Reply
    presence: Presence
    lead: int | None = None
    case: int | None = None
    landed: bool = False


@dataclass(frozen=True)
class Figures:
    """Counts of an event. The first five are people, the rest distinct leads and cases. `accepted` are replies,
    whether those people came or not; `silent` gave no reply."""

    invited: int
    accepted: int
    declined: int
    silent: int
    attended: int
    absent: int
    leads: int
    cases: int
    landings: int


def figures(rows: Iterable[Invited]) -> Figures:
    """Two people of one company that led to one lead count it once, and so for its case."""
    found = list(rows)
    replies = [one.reply for one in found]
    there = [one.presence for one in found]
    return Figures(
        invited=len(found),
        accepted=replies.count(Reply.ACCEPTED),
        declined=replies.count(Reply.DECLINED),
        silent=replies.count(Reply.NONE),
        attended=there.count(Presence.ATTENDED),
        absent=there.count(Presence.ABSENT),
        leads=len({one.lead for one in found if one.lead is not None}),
        cases=len({one.case for one in found if one.case is not None}),
        landings=len({one.case for one in found if one.case is not None and one.landed}),
    )


def has_room(capacity: int | None, accepted: int) -> bool:
    """Whether one more can accept; without a capacity, always."""
    return capacity is None or accepted < capacity


class InvitationAct(StrEnum):
    """What is noted on an invitation: a reply, or who came."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ATTEND = "attend"
    MISS = "miss"

    @property
    def is_reply(self) -> bool:
        return self in (InvitationAct.ACCEPT, InvitationAct.DECLINE)


_REPLIES: Final = {InvitationAct.ACCEPT: Reply.ACCEPTED, InvitationAct.DECLINE: Reply.DECLINED}
_PRESENCES: Final = {InvitationAct.ATTEND: Presence.ATTENDED, InvitationAct.MISS: Presence.ABSENT}


@dataclass(frozen=True)
class Hours:
    """When an event is, and whether it is open: what decides which acts fit its invitations."""

    state: EventState
    starts: datetime
    ends: datetime

    def allow(self, act: InvitationAct, at: datetime) -> bool:
        """A reply while the event is open and has not ended; who came once it has begun, and also when it was held."""
        if act.is_reply:
            return self.state is EventState.OPEN and at < self.ends
        return self.state in (EventState.OPEN, EventState.HELD) and at >= self.starts


def answered(act: InvitationAct) -> Reply:
    """Raises `KeyError` for an act that is no reply."""
    return _REPLIES[act]


def seen(act: InvitationAct) -> Presence:
    """Raises `KeyError` for an act that does not say who came."""
    return _PRESENCES[act]
