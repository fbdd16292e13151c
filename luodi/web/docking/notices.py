"""Notices to the sides of a match: whom, and in which words. No notice holds a name (invariant 14)."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from luodi.casework.matches import Part
from luodi.casework.meetings import MeetingState
from luodi.web.accounts.models import Company, Membership, Memberships, User
from luodi.web.core.pages import place
from luodi.web.core.roles import Role, RoleLevel
from luodi.web.core.types import Json
from luodi.web.docking.models import Match, Pairing, Side
from luodi.web.notices.making import make_notice


def people_of(side: Side, at: datetime) -> list[User]:
    """Who speaks for a side: those who act for the company, and the officers of its unit where it has one."""
    memberships = _in_force(at).filter(
        Q(role=Role.REPRESENTATIVE, company=side.company_id, company__isnull=False)
        | Q(role=Role.OFFICER, unit=side.unit_id, unit__isnull=False)
    )
    return list({one.user_id: one.user for one in memberships}.values())


def speaks(company: Company, at: datetime) -> bool:
    """Whether somebody acts for a company here."""
    return _in_force(at).filter(role=Role.REPRESENTATIVE, company=company).exists()


def _in_force(at: datetime) -> Memberships:
    memberships: Memberships = Membership.objects.in_force(timezone.localdate(at)).filter(user__is_active=True)
    return memberships.filter(scope=RoleLevel.FULL).select_related("user")


def notify_sides(match: Match, kind: str, reason: str, at: datetime, *, parts: tuple[Part, ...] = tuple(Part)) -> int:
    """Notify everybody on some sides of a match; how many people. Call it in the transaction of the act."""
    values: Json = {"reference": match.reference, "title": match.of.titles}
    people = [person for side in Side.objects.filter(match=match, part__in=parts) for person in people_of(side, at)]
    return sum(make_notice(kind, person, match, reason, at=at, **values) for person in people)


def notify_seated(pairing: Pairing, kind: str, at: datetime) -> int:
    """Notify both sides of a pairing that they have a table, or that the meeting was cancelled; how many people."""
    session, match = pairing.session, pairing.match
    meeting = session.meeting
    values: Json = {
        "reference": meeting.reference,
        "title": {"zh": meeting.title_zh, "en": meeting.title_en},
        "day": meeting.day.isoformat(),
        "hour": f"{session.starts:%H:%M}",
        "venue": meeting.place,
        "about": match.of.titles,
        "table": pairing.table,
    }
    people = {person for side in Side.objects.filter(match=match) for person in people_of(side, at)}
    return sum(make_notice(kind, person, pairing, kind, at=at, **values) for person in people)


def to_meeting(pairing: Pairing, lang: str) -> dict[str, str]:
    return {"place": place("docking:meeting", lang, pairing.session.meeting.reference)}


def to_match_of(pairing: Pairing, lang: str) -> dict[str, str]:
    return to_match(pairing.match, lang)


def is_on(pairing: Pairing) -> bool:
    """Whether the meeting is still to come about."""
    return bool(pairing.session.meeting.state == MeetingState.ANNOUNCED)


def to_match(match: Match, lang: str) -> dict[str, str]:
    return {"place": place("docking:match", lang, match.reference)}
