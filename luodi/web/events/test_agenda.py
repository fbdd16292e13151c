"""What an event asks of its host: guests in time, and who came once it is over."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from luodi.casework.events import EventAct
from luodi.web.events import actions
from luodi.web.events.agenda import day_rows
from luodi.web.events.conftest import NOW, Office
from luodi.web.events.models import Event

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
MIDNIGHT = timezone.make_aware(datetime.combine(TODAY, datetime.min.time()))


def at(event: Event, starts: datetime) -> Event:
    Event.objects.filter(pk=event.pk).update(starts=starts, ends=starts + timedelta(hours=2))
    event.refresh_from_db()
    return event


def test_who_came_is_asked_from_the_day_after_the_event_until_it_is_noted(office: Office) -> None:
    event = at(office.opened(office.arranged()), MIDNIGHT - timedelta(hours=2))
    assert day_rows(office.anna, TODAY, 10) == []  # it ended at midnight, which is today
    event = at(event, MIDNIGHT - timedelta(hours=2, minutes=1))
    [row] = day_rows(office.anna, TODAY, 10)
    assert event.reference in row.address and row.due == TODAY - timedelta(days=1)
    assert row.what["en"].startswith("The event is over") and row.names["zh"] == event.title_zh
    actions.move(event, EventAct.HOLD, by=office.anna, at=NOW)
    assert day_rows(office.anna, TODAY, 10) == []


def test_a_draft_is_shown_two_weeks_ahead(office: Office) -> None:
    event = at(office.arranged(), MIDNIGHT + timedelta(days=14))
    assert day_rows(office.anna, TODAY, 10) == []
    event = at(event, MIDNIGHT + timedelta(days=14, minutes=-1))
    [row] = day_rows(office.anna, TODAY, 10)
    assert row.act["en"] == "Send invitations" and row.due == TODAY + timedelta(days=13)
    office.opened(event)
    assert day_rows(office.anna, TODAY, 10) == []


def test_an_event_is_on_the_day_of_its_host_alone_and_as_long_as_they_work_there(office: Office) -> None:
    at(office.opened(office.arranged()), MIDNIGHT - timedelta(days=3))
    assert day_rows(office.ben, TODAY, 10) == day_rows(office.clara, TODAY, 10) == []
    assert len(day_rows(office.anna, TODAY, 10)) == 1
    office.anna.memberships.all().delete()
    assert day_rows(office.anna, TODAY, 10) == []
