"""The calendar file of an event: a calendar program takes it over, moves it and removes it."""

from datetime import UTC, datetime

from icalendar import Calendar

from luodi.documents.invitation import Appointment, as_ics

AT = datetime(2026, 2, 1, tzinfo=UTC)
BRIEFING = Appointment(
    key="event-5",
    version=2,
    title="Briefing:\nwhat is open",
    place="Hall 2",
    text="Bring a; pass",
    address="https://luodi.example/en/invited/x/",
    starts=datetime(2026, 3, 2, 1, tzinfo=UTC),
    ends=datetime(2026, 3, 2, 3, tzinfo=UTC),
)


def test_a_calendar_reads_what_when_and_where() -> None:
    [event] = Calendar.from_ical(as_ics(BRIEFING, at=AT)).walk("VEVENT")
    assert event.decoded("dtstart") == BRIEFING.starts and event.decoded("dtend") == BRIEFING.ends
    assert (str(event["summary"]), str(event["location"])) == ("Briefing: what is open", "Hall 2")
    assert (str(event["uid"]), event["sequence"]) == ("event-5@luodi", 2)


def test_a_cancelled_event_goes_from_the_calendar() -> None:
    from dataclasses import replace

    made = Calendar.from_ical(as_ics(replace(BRIEFING, cancelled=True), at=AT))
    [event] = made.walk("VEVENT")
    assert str(made["method"]) == "CANCEL" and str(event["status"]) == "CANCELLED"
