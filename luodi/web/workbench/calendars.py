"""Days that are due as iCalendar (RFC 5545): clocks of one's cases, duties of the companies, expected landings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from luodi.casework.stages import End, Stage
from luodi.web.accounts.access import visible
from luodi.web.accounts.models import User
from luodi.web.cases.models import Clock, LandingCase, Obligation
from luodi.web.pages import place
from luodi.web.words import say
from luodi.web.workbench.rows import what

_BACK: Final = timedelta(days=30)
_AHEAD: Final = timedelta(days=180)
_MOST: Final = 500  # of each kind


@dataclass(frozen=True)
class Due:
    key: str  # the same for the same thing, so that a calendar moves it when its day moves
    day: date
    says: str
    case: LandingCase


def calendar_of(user: User, lang: str, *, at: datetime) -> bytes:
    """What is due from 30 days ago to 180 days ahead, as whole days, each with the address of its case."""
    from icalendar import Calendar  # read for the first calendar, not at the start

    made = Calendar()
    made.add("prodid", "-//Luodi//Desk//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", say("workbench.calendar_name", lang))
    made.add("x-wr-timezone", "Asia/Shanghai")
    for due in days_due(user, timezone.localdate(at), lang):
        made.add_component(_event(due, lang, at))
    raw: bytes = made.to_ical()
    return raw


def days_due(user: User, on: date, lang: str) -> Iterator[Due]:
    """Of open cases that one is the officer of and may still see."""
    span = (on - _BACK, on + _AHEAD)
    mine = visible(user, LandingCase.objects.filter(officer=user, end=End.NONE), on=on)
    held = mine.values("pk")
    clocks = Clock.objects.filter(stopped=None, due__range=span, case__in=held).select_related("case__company", "step")
    for clock in clocks.order_by("due", "pk")[:_MOST]:
        assert clock.due is not None
        yield Due(f"clock-{clock.pk}", clock.due, what(clock)[lang], clock.case)
    duties = Obligation.objects.filter(due__range=span, case__in=held).select_related("case__company")
    for duty in duties.order_by("due", "pk")[:_MOST]:
        assert duty.due is not None
        yield Due(f"duty-{duty.pk}", duty.due, duty.title[lang], duty.case)
    ahead = mine.filter(estimated__range=span).exclude(stage__in=[Stage.VERIFIED, Stage.AFTERCARE])
    for case in ahead.select_related("company").order_by("estimated", "pk")[:_MOST]:
        assert case.estimated is not None
        yield Due(f"landing-{case.pk}", case.estimated, say("workbench.calendar_landing", lang), case)


def _event(due: Due, lang: str, at: datetime) -> Any:
    from icalendar import Event

    names = due.case.company
    company = (names.name_zh or names.name_en) if lang == "zh" else (names.name_en or names.name_zh)
    made = Event()
    made.add("uid", f"{due.key}@luodi")
    made.add("dtstamp", at)
    made.add("dtstart", due.day)
    made.add("dtend", due.day + timedelta(days=1))  # whole days exclude their end
    made.add("summary", f"{due.says} · {company} {due.case.reference}")
    made.add("url", place("cases:case", lang, due.case.reference))
    made.add("transp", "TRANSPARENT")
    return made
