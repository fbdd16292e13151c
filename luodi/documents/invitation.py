"""An event as an iCalendar file (RFC 5545) that goes with an invitation, so that a calendar takes it over."""

from dataclasses import dataclass
from datetime import datetime

MIME = "text/calendar"


@dataclass(frozen=True)
class Appointment:
    """`key` stays the same for the same event, and `version` rises with each change of it, so that a calendar moves
    what it has; `starts` and `ends` know their time zone."""

    key: str
    version: int
    title: str
    place: str
    text: str
    address: str
    starts: datetime
    ends: datetime
    cancelled: bool = False


def as_ics(one: Appointment, *, at: datetime) -> bytes:
    """The file. `at` is the moment at which it is made."""
    from icalendar import Calendar, Event  # read for the first letter, not at the start

    made, event = Calendar(), Event()
    made.add("prodid", "-//Luodi//Events//EN")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if one.cancelled else "PUBLISH")
    event.add("uid", f"{one.key}@luodi")
    event.add("sequence", one.version)
    event.add("dtstamp", at)
    event.add("dtstart", one.starts)
    event.add("dtend", one.ends)
    event.add("summary", " ".join(one.title.split()))
    event.add("location", " ".join(one.place.split()))
    if one.text:
        event.add("description", one.text)
    event.add("url", one.address)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    made.add_component(event)
    raw: bytes = made.to_ical()
    return raw
