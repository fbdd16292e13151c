"""What changes a meeting of supply and demand: sessions, pairings at tables, and how far each one came."""

from datetime import datetime, time
from typing import Any, Final

from django.utils import timezone

from luodi.casework.matches import MatchState
from luodi.casework.meetings import MeetingAct, MeetingState, Step, after, on
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange
from luodi.web.accounts.access import require
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions import note_contact
from luodi.web.cases.models import LandingCase
from luodi.web.cases.numbering import number
from luodi.web.docking.models import Match
from luodi.web.docking.models_meetings import Meeting, Pairing, Session
from luodi.web.docking.money import Money
from luodi.web.docking.names import Shown, shown
from luodi.web.docking.queries import whole
from luodi.web.docking.telling import tell_seated


def arrange(unit: Unit, fields: dict[str, Any], *, by: User, at: datetime, key: str = "") -> Meeting:
    """A meeting of a unit: `title_zh`, `title_en`, `day`, `place`, `text`."""

    def make() -> Meeting:
        made: Meeting = Meeting.objects.create(reference=number("MD", at), unit=unit, made=at, changed=at, **fields)
        return made

    return add(Meeting, make, "arrange", by=by, at=at, key=key, permit="work")


def move(
    meeting: Meeting, act: MeetingAct, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Meeting:
    """Announce it to everybody, note that it was held, or cancel it. Who sits at its tables is told of the first and
    the last."""

    def change(row: Meeting) -> dict[str, Any]:
        state = after(MeetingState(row.state), act)
        if act is MeetingAct.ANNOUNCE and not row.sessions.exists():
            raise NotNow("docking.meeting-without-session-cannot-announced")
        if act in _TOLD and (act is MeetingAct.ANNOUNCE or row.state == MeetingState.ANNOUNCED):
            for pairing in Pairing.objects.filter(session__meeting=row).select_related("session__meeting", "match"):
                tell_seated(pairing, _TOLD[act], at)
        return {"state": state}

    return perform(meeting, act.value, change, by=by, at=at, key=key, version=version, permit="work")


_TOLD: Final = {MeetingAct.ANNOUNCE: "meeting_seated", MeetingAct.CANCEL: "meeting_cancelled"}


def add_session(
    meeting: Meeting,
    titles: tuple[str, str],
    hours: tuple[time, time],
    room: str,
    *,
    by: User,
    at: datetime,
    key: str = "",
) -> Session:
    """A part of the meeting. Raises `OutOfRange` for one that overlaps another one in the same room."""

    def make() -> Session:
        _open(Meeting.objects.select_for_update().get(pk=meeting.pk))
        if hours[1] <= hours[0]:
            raise OutOfRange("docking.session-ends-after-starts", at="ends")
        same = meeting.sessions.filter(room=room.strip(), starts__lt=hours[1], ends__gt=hours[0])
        if room.strip() and same.exists():  # a room that is not known yet is no room
            raise OutOfRange("docking.another-session-room-time", at="room")
        return Session.objects.create(
            meeting=meeting, starts=hours[0], ends=hours[1], room=room.strip(), title_zh=titles[0], title_en=titles[1]
        )

    return add(Session, make, "add_session", by=by, at=at, key=key, permit="work")


def pair(session: Session, match: Match, *, by: User, at: datetime, key: str = "") -> Pairing:
    """Seat a match at the next table of a session. Whoever seats it may work on the match as well.

    Names need not be known to each other yet: the programme shows those that are (see `names`). Raises `NotNow` for a
    match, or a company that the reader knows to be of it, that sits in another session at the same time.
    """

    def make() -> Pairing:
        meeting = Meeting.objects.select_for_update().get(pk=session.meeting_id)
        _open(meeting)
        require(by, "work", match)
        if match.state == MatchState.NONE:
            raise NotNow("docking.nothing-came-match")
        if session.pairings.filter(match=match).exists():
            raise NotNow("docking.match-sits-session-already")
        _free_at(session, match, by)
        last = session.pairings.order_by("-table").values_list("table", flat=True).first() or 0
        made: Pairing = Pairing.objects.create(session=session, match=match, table=last + 1, made=at, changed=at)
        if meeting.state == MeetingState.ANNOUNCED:
            tell_seated(made, "meeting_seated", at)
        return made

    return add(Pairing, make, "pair", by=by, at=at, key=key, permit="work")


def _free_at(session: Session, match: Match, by: User) -> None:
    """Names that are hidden from whoever seats it are not compared: a refusal would tell whose they are."""
    same_time = Pairing.objects.filter(
        session__meeting__day=session.meeting.day, session__starts__lt=session.ends, session__ends__gt=session.starts
    )
    others = same_time.exclude(session=session).exclude(session__meeting__state=MeetingState.CANCELLED)
    if others.filter(match=match).exists():
        raise NotNow("docking.match-sits-another-session-time")
    known, others = _companies(shown(by, [match])[match.pk]), others.filter(session__meeting=session.meeting_id)
    there = whole(Match.objects.filter(pairings__in=others, sides__company__in=[one.pk for one in known]).distinct())
    if any(known & _companies(one) for one in shown(by, there).values()):
        raise NotNow("docking.company-match-sits-another-session")


def _companies(seen: Shown) -> set[Company]:
    return {one for one in seen.parties.values() if isinstance(one, Company)}


def step(
    pairing: Pairing,
    goal: Step,
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
    money: Money | None = None,
    note: str = "",
) -> Pairing:
    """They met, have an intent, or a contract; the latter two with an amount. One step at a time, once it is held."""

    def change(row: Pairing) -> dict[str, Any]:
        if row.session.meeting.state != MeetingState.HELD:
            raise NotNow("docking.what-came-pairing-noted-once")
        state = on(Step(row.step), goal)
        if state in (Step.INTENT, Step.CONTRACT) and money is None:
            raise MissingKey("docking.intent-or-contract-amount", at="amount")
        if state is not Step.MET and row.match.revealed is None:
            raise NotNow("docking.both-sides-agree-named-before")
        if state is Step.MET and row.match.revealed is not None:
            _in_contact(row, at)
        return {"step": state, "note": note.strip(), **(money.columns() if money else {})}

    return perform(pairing, f"step_{goal.value}", change, by=by, at=at, key=key, version=version, permit="work")


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
