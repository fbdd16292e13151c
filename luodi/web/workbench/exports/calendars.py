"""Days that are due as iCalendar (RFC 5545): clocks of one's cases, duties of the companies, expected landings, what
the other apps put into one's day with a day of its own, and meetings and events of one's units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.utils import timezone, translation

from luodi.casework.stages import End, Stage
from luodi.web.accounts.models import User
from luodi.web.cases.models import Clock, LandingCase, Obligation
from luodi.web.core.agenda import DayRow
from luodi.web.core.language import CODES
from luodi.web.core.pages import place
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.docking.queries.meetings import ahead
from luodi.web.events.queries import ahead as events_ahead
from luodi.web.workbench.queries.clock_rows import what
from luodi.web.workbench.queries.day import rows_beside_cases

if TYPE_CHECKING:
    from icalendar import Event

_BACK: Final = timedelta(days=30)
_AHEAD: Final = timedelta(days=180)
_MOST: Final = 500  # of each kind


@dataclass(frozen=True)
class Due:
    key: str  # the same for the same thing, so that a calendar moves it when its day moves
    day: date
    says: str
    address: str
    hours: tuple[datetime, datetime] | None = None  # of what is no whole day
    busy: bool = False  # whether somebody is needed there


def calendar_of(user: User, lang: str, *, at: datetime) -> bytes:
    """What is due from 30 days ago to 180 days ahead, as whole days, events by the hour, each with its address."""
    from icalendar import Calendar  # read for the first calendar, not at the start

    made = Calendar()
    made.add("prodid", "-//Luodi//Desk//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", say("workbench.calendar_name", lang))
    made.add("x-wr-timezone", settings.TIME_ZONE)
    for due in days_due(user, timezone.localdate(at), lang):
        made.add_component(_event(due, at))
    raw: bytes = made.to_ical()
    return raw


def days_due(user: User, on: date, lang: str) -> Iterator[Due]:
    """Of open cases that one is the officer of and may still see; then of all else that one's day holds."""
    span = (on - _BACK, on + _AHEAD)
    mine = visible(user, LandingCase.objects.filter(officer=user, end=End.NONE), on=on)
    cases = mine.values("pk")
    clocks = Clock.objects.filter(stopped=None, due__range=span, case__in=cases).select_related("case__company", "step")
    for clock in clocks.order_by("due", "pk")[:_MOST]:
        assert clock.due is not None
        yield _of_case(f"clock-{clock.pk}", clock.due, what(clock)[lang], clock.case, lang)
    duties = Obligation.objects.filter(due__range=span, case__in=cases).select_related("case__company")
    for duty in duties.order_by("due", "pk")[:_MOST]:
        assert duty.due is not None
        yield _of_case(f"duty-{duty.pk}", duty.due, duty.title[lang], duty.case, lang)
    landings = mine.filter(estimated__range=span).exclude(stage__in=[Stage.VERIFIED, Stage.AFTERCARE])
    for case in landings.select_related("company").order_by("estimated", "pk")[:_MOST]:
        assert case.estimated is not None
        yield _of_case(f"landing-{case.pk}", case.estimated, say("workbench.calendar_landing", lang), case, lang)
    if not has_role(user, {Role.OFFICER, Role.LEADER}, on=on):
        return  # a promise stays that of whoever made it, who may have left
    yield from _of_other_apps(user, on, span, lang)
    for meeting in ahead(user, *span)[:_MOST]:
        yield Due(
            f"meeting-{meeting.pk}",
            meeting.day,
            f"{meeting.title(lang)} · {meeting.place} {meeting.reference}",
            place("docking:meeting", lang, meeting.reference),
        )
    for event in events_ahead(user, *span)[:_MOST]:
        yield Due(
            f"event-{event.pk}",
            timezone.localdate(event.starts),
            f"{event.title(lang)} · {event.place} {event.reference}",
            place("events:event", lang, event.reference),
            (event.starts, event.ends),
            busy=event.host_id == user.pk,
        )


def _of_case(key: str, day: date, says: str, case: LandingCase, lang: str) -> Due:
    company = _named({"zh": case.company.name_zh, "en": case.company.name_en}, lang)
    return Due(key, day, f"{says} · {company} {case.reference}", place("cases:case", lang, case.reference))


def _named(names: Mapping[str, str], lang: str) -> str:
    return names.get(lang) or names.get("en" if lang == "zh" else "zh") or ""


def _of_other_apps(user: User, on: date, span: tuple[date, date], lang: str) -> Iterator[Due]:
    """Promises, tasks, hand-offs, claims to check, obstacles, leads, sides of matches, events to follow."""
    with translation.override(CODES[lang]):  # in which the addresses of the rows are made
        rows = list(rows_beside_cases(user, on, _MOST))
    for row in rows:
        if row.due is not None and span[0] <= row.due <= span[1]:
            yield _of_row(row, row.due, lang)


def _of_row(row: DayRow, day: date, lang: str) -> Due:
    key = sha256(f"{row.address.partition('/desk/')[2] or row.address[3:]} {row.act['en']}".encode()).hexdigest()[:24]
    about = " ".join(one for one in (_named(row.names, lang) or row.company, row.case) if one)
    says = f"{row.act[lang]} · {row.what[lang]}"
    return Due(f"day-{key}", day, f"{says} · {about}" if about else says, f"{settings.LINKS_TO}{row.address}")


def _event(due: Due, at: datetime) -> "Event":
    from icalendar import Event

    made = Event()
    made.add("uid", f"{due.key}@luodi")
    made.add("dtstamp", at)
    starts, ends = due.hours or (due.day, due.day + timedelta(days=1))  # whole days exclude their end
    made.add("dtstart", starts)
    made.add("dtend", ends)
    made.add("summary", " ".join(due.says.split()))
    made.add("url", due.address)
    made.add("transp", "OPAQUE" if due.busy else "TRANSPARENT")
    return made
