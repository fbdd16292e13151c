"""What changes a meeting of supply and demand: sessions, pairings at tables, and how far each one came."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Final

from django.utils import timezone

from luodi.casework.matches import MatchState
from luodi.casework.meetings import MeetingAct, MeetingState, Step, after, on
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.actions.cases import note_contact
from luodi.web.cases.actions.numbering import number
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.core.permissions import require
from luodi.web.docking.forms import meetings as forms
from luodi.web.docking.forms.fields import Plain
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Match, Meeting, Pairing, Session
from luodi.web.docking.models.money import Money
from luodi.web.docking.notices import notify_seated
from luodi.web.docking.permissions import Shown, shown


@action("arrange", model=Meeting, form=forms.MeetingForm, permission="work", creates=True)
def arrange(unit: Unit, fields: Mapping[str, object], *, at: datetime) -> Created:
    """A meeting of a unit: `title_zh`, `title_en`, `day`, `place`, `text`."""
    return Created(Meeting.objects.create(reference=number("MD", at), unit=unit, made=at, changed=at, **fields))


@action_for_each(MeetingAct, model=Meeting, form=lambda _: Plain, permission=lambda _: "work")
def move(meeting: Meeting, *, act: MeetingAct, at: datetime) -> Changed:
    """Announce it to everybody, note that it was held, or cancel it. Who sits at its tables is notified of the first
    and the last."""
    state = after(MeetingState(meeting.state), act)
    if act is MeetingAct.ANNOUNCE and not meeting.sessions.exists():
        raise NotNow("docking.meeting-without-session-cannot-announced")
    if act in _NOTICES and (act is MeetingAct.ANNOUNCE or meeting.state == MeetingState.ANNOUNCED):
        for pairing in Pairing.objects.filter(session__meeting=meeting).select_related("session__meeting", "match"):
            notify_seated(pairing, _NOTICES[act], at)
    return Changed({"state": state})


_NOTICES: Final = {MeetingAct.ANNOUNCE: "meeting_seated", MeetingAct.CANCEL: "meeting_cancelled"}


@action("add_session", model=Session, form=forms.SessionForm, permission="work", parent=Meeting)
def add_session(meeting: Meeting, titles: tuple[str, str], hours: tuple[time, time], room: str) -> Created:
    """A part of the meeting. Raises `OutOfRange` for one that overlaps another one in the same room."""
    _open(Meeting.objects.get(pk=meeting.pk))
    if hours[1] <= hours[0]:
        raise OutOfRange("docking.session-ends-after-starts", at="ends")
    same = meeting.sessions.filter(room=room.strip(), starts__lt=hours[1], ends__gt=hours[0])
    if room.strip() and same.exists():  # a room that is not known yet is no room
        raise OutOfRange("docking.another-session-room-time", at="room")
    made = Session.objects.create(
        meeting=meeting, starts=hours[0], ends=hours[1], room=room.strip(), title_zh=titles[0], title_en=titles[1]
    )
    return Created(made)


@action("pair", model=Pairing, form=forms.PairForm, permission="work", parent=Session)
def pair(session: Session, match: Match, *, actor: User, at: datetime) -> Created:
    """Seat a match at the next table of a session. Whoever seats it may work on the match as well.

    Names need not be known to each other yet: the programme shows those that are (see `names`). Raises `NotNow` for a
    match, or a company that the reader knows to be of it, that sits in another session at the same time.
    """
    meeting = Meeting.objects.select_for_update().get(pk=session.meeting_id)
    _open(meeting)
    require(actor, "work", match)
    if match.state == MatchState.NONE:
        raise NotNow("docking.nothing-came-match")
    if session.pairings.filter(match=match).exists():
        raise NotNow("docking.match-sits-session-already")
    _free_at(session, match, actor)
    last = session.pairings.order_by("-table").values_list("table", flat=True).first() or 0
    made: Pairing = Pairing.objects.create(session=session, match=match, table=last + 1, made=at, changed=at)
    if meeting.state == MeetingState.ANNOUNCED:
        notify_seated(made, "meeting_seated", at)
    return Created(made)


def _free_at(session: Session, match: Match, by: User) -> None:
    """Names that are hidden from whoever seats it are not compared: a refusal would tell whose they are."""
    same_time = Pairing.objects.filter(
        session__meeting__day=session.meeting.day, session__starts__lt=session.ends, session__ends__gt=session.starts
    )
    others = same_time.exclude(session=session).exclude(session__meeting__state=MeetingState.CANCELLED)
    if others.filter(match=match).exists():
        raise NotNow("docking.match-sits-another-session-time")
    known, others = _companies(shown(by, [match])[match.pk]), others.filter(session__meeting=session.meeting_id)
    there = MATCHES.complete(
        Match.objects.filter(pairings__in=others, sides__company__in=[one.pk for one in known]).distinct()
    )
    if any(known & _companies(one) for one in shown(by, MATCHES.complete(there)).values()):
        raise NotNow("docking.company-match-sits-another-session")


def _companies(seen: Shown) -> set[Company]:
    return {one for one in seen.parties.values() if isinstance(one, Company)}


@action("step", model=Pairing, form=forms.StepForm, permission="work", entries=[f"step_{one.value}" for one in Step])
def step(pairing: Pairing, goal: Step, *, at: datetime, money: Money | None = None, note: str = "") -> Changed:
    """They met, have an intent, or a contract; the latter two with an amount. One step at a time, once it is held."""
    if pairing.session.meeting.state != MeetingState.HELD:
        raise NotNow("docking.what-came-pairing-noted-once")
    state = on(Step(pairing.step), goal)
    if state in (Step.INTENT, Step.CONTRACT) and money is None:
        raise MissingKey("docking.intent-or-contract-amount", at="amount")
    if state is not Step.MET and pairing.match.revealed is None:
        raise NotNow("docking.both-sides-agree-named-before")
    if state is Step.MET and pairing.match.revealed is not None:
        _in_contact(pairing, at)
    values: dict[str, object] = {"step": state, "note": note.strip(), **(money.columns() if money else {})}
    return Changed(values, entry=f"step_{goal.value}")


def _in_contact(row: Pairing, at: datetime) -> None:
    """The cases of whoever met there were in contact on the day of the meeting. Not while names are hidden: the day on
    a case would tell whose they are."""
    sides = row.match.sides.exclude(company=None).values("company")
    day = timezone.make_aware(datetime.combine(row.session.meeting.day, time(12)))
    for case in LandingCase.objects.filter(company__in=sides, end=End.NONE).order_by("pk"):
        note_contact(case, at=min(day, at))


def _open(meeting: Meeting) -> None:
    if meeting.state in (MeetingState.HELD, MeetingState.CANCELLED):
        raise NotNow("docking.meeting-over")
