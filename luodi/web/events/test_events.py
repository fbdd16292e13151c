"""Events, their guests and the letters to these."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from icalendar import Calendar

from luodi.casework.events import EventAct, EventState, InvitationAct, Presence, Reply
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import User
from luodi.web.accounts.retention import over
from luodi.web.cases.actions.cases import open_case
from luodi.web.companies.models import Consent, Contact
from luodi.web.conftest import add_company, mailed
from luodi.web.core.errors import NotPermitted
from luodi.web.core.personal_data import YEAR
from luodi.web.events import actions, notices, queries
from luodi.web.events.conftest import NOW, Office
from luodi.web.events.erasure import invitation as erase
from luodi.web.events.erasure import is_erased
from luodi.web.events.guests import Guest
from luodi.web.events.models import Event, Invitation
from luodi.web.journal.models import Entry
from luodi.web.leads.models import Lead
from luodi.web.leads.test_leads import came

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


FAR = NOW + timedelta(days=10)


def test_invitations_go_when_the_event_opens_each_in_its_language_and_with_a_calendar_file(office: Office) -> None:
    event = office.arranged()
    office.invited(event)
    office.invited(event, "陈梅", email="mei@kranich.example", language="zh")
    office.invited(event, "Nobody's Address", email="")
    assert mailed() == []
    office.opened(event)
    english, chinese = sorted(mailed(), key=lambda one: one.to)
    assert english.to == ["ada@kranich.example"] and "What is open" in english.subject
    assert chinese.to == ["mei@kranich.example"] and "开放政策说明会" in chinese.subject
    name, content, kind = english.attachments[0]
    assert (name, kind) == (f"{event.reference}.ics", "text/calendar")
    [entry] = Calendar.from_ical(content).walk("VEVENT")
    assert str(entry["summary"]) == "What is open" and "/en/invited/" in str(entry["url"])
    late = office.invited(event, "Lena Late")
    assert [one.to for one in mailed()] == [[late.email]]


def test_a_person_is_invited_once(office: Office) -> None:
    event = office.arranged()
    office.invited(event)
    with pytest.raises(UnknownValue):
        office.invited(event, "Another Name", email="ada@kranich.example")
    contact = Contact.objects.create(company=add_company("磨坊", "Mill"), name="Eva", language="en")
    guest = Guest.of(contact)
    actions.invite(event, guest, by=office.anna, at=NOW)
    with pytest.raises(UnknownValue):
        actions.invite(event, guest, by=office.anna, at=NOW)
    assert office.invited(office.arranged()).event != event


def test_a_contact_who_wants_no_letters_about_events_gets_none(office: Office) -> None:
    contact = Contact.objects.create(company=add_company("磨坊", "Mill"), name="Eva", email="eva@mill.example")
    day = NOW.date()
    said = Consent.objects.create(contact=contact, purpose="events", channel="email", given=day, how="a call")
    actions.invite(office.arranged(), Guest.of(contact), by=office.anna, at=NOW)
    said.withdrawn = day
    said.save()
    with pytest.raises(NotNow):
        actions.invite(office.arranged(), Guest.of(contact), by=office.anna, at=NOW)


def test_other_units_see_and_change_nothing(office: Office) -> None:
    event = office.arranged()
    row = office.invited(event)
    assert (
        queries.event_of(office.clara, event.reference) is None and queries.invitation_of(office.clara, row.pk) is None
    )
    for refused in (
        lambda: actions.invite(event, Guest("Eve"), by=office.clara, at=NOW),
        lambda: actions.note(row, InvitationAct.ACCEPT, by=office.clara, at=NOW),
        lambda: actions.move(event, EventAct.SEND, by=office.clara, at=NOW),
    ):
        with pytest.raises(NotPermitted):
            refused()
    with pytest.raises(UnknownValue):
        office.arranged(host=office.clara)
    assert queries.event_of(office.ben, event.reference) == event


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (datetime(1900, 1, 1, tzinfo=UTC), datetime(1900, 1, 2, tzinfo=UTC)),
        (datetime(2999, 1, 1, tzinfo=UTC), datetime(2999, 1, 2, tzinfo=UTC)),
        (FAR, FAR),
        (FAR, FAR + timedelta(days=32)),
    ],
)
def test_an_event_is_in_our_time_and_ends_after_it_starts(office: Office, starts: datetime, ends: datetime) -> None:
    with pytest.raises(OutOfRange):
        office.arranged(starts, ends=ends)
    assert not Event.objects.exists()


def test_the_last_place_is_not_given_twice_and_a_place_that_is_given_back_is_free(office: Office) -> None:
    event = office.opened(office.arranged(capacity=1))
    one, other = office.invited(event), office.invited(event, "Bo Berg")
    one = actions.note(one, InvitationAct.ACCEPT, by=office.anna, at=NOW)
    with pytest.raises(OutOfRange):
        actions.note(other, InvitationAct.ACCEPT, by=office.anna, at=NOW)
    with pytest.raises(OutOfRange):
        actions.change(event, {"capacity": 0}, by=office.anna, at=NOW)
    actions.note(one, InvitationAct.DECLINE, by=office.anna, at=NOW)
    assert actions.note(other, InvitationAct.ACCEPT, by=office.anna, at=NOW).reply == Reply.ACCEPTED


def test_attendance_is_noted_from_the_beginning_on_and_puts_cases_in_contact(office: Office) -> None:
    company = add_company("磨坊", "Mill")
    case = open_case(company, office.here, by=office.anna, at=NOW)
    soon = office.invited(office.opened(office.arranged()))
    with pytest.raises(NotNow):
        actions.note(soon, InvitationAct.ATTEND, by=office.anna, at=NOW)
    assert office.attended(company=company).presence == Presence.ATTENDED
    case.refresh_from_db()
    assert case.contacted is not None


def test_an_event_is_held_once_it_has_begun_and_cancelled_with_a_reason(office: Office) -> None:
    event = office.opened(office.arranged())
    row = office.invited(event)
    mailed()
    with pytest.raises(NotNow):
        actions.move(event, EventAct.HOLD, by=office.anna, at=event.starts - timedelta(seconds=1))
    with pytest.raises(MissingKey):
        actions.move(event, EventAct.CANCEL, " ", by=office.anna, at=NOW)
    actions.move(event, EventAct.CANCEL, "a storm", by=office.anna, at=NOW)
    [letter] = mailed()
    assert letter.to == [row.email] and "a storm" in letter.body and b"CANCEL" in _calendar(letter)
    with pytest.raises(NotNow):
        actions.move(event, EventAct.SEND, by=office.anna, at=NOW)


def _calendar(letter: EmailMessage) -> bytes:
    content = letter.attachments[0][1]
    return content if isinstance(content, bytes) else content.encode()


def test_who_did_not_decline_hears_that_it_moved_and_is_reminded_once(office: Office) -> None:
    event = office.opened(office.arranged())
    coming, not_coming = office.invited(event), office.invited(event, "Bo Berg")
    actions.note(not_coming, InvitationAct.DECLINE, by=office.anna, at=NOW)
    mailed()
    event = actions.change(event, {"title_en": "What opened"}, by=office.anna, at=NOW)
    assert mailed() == []
    later = event.starts + timedelta(days=1)
    event = actions.change(event, {"starts": later, "ends": later + timedelta(hours=1)}, by=office.anna, at=NOW)
    assert [one.to for one in mailed()] == [[coming.email]]
    assert actions.remind(later - actions.REMIND - timedelta(minutes=1)) == 0
    assert actions.remind(later - actions.REMIND) == 1
    assert actions.remind(later - timedelta(hours=1)) == 0


def test_who_has_another_event_at_the_same_time_is_shown_and_its_title_only_to_those_who_may_see_it(
    office: Office,
) -> None:
    event, day = office.arranged(), NOW.date()
    assert queries.busy_then(office.anna, event, day) == []
    office.arranged(event.ends, ends=event.ends + timedelta(hours=1), host=office.ben)  # it begins as the other ends
    assert queries.busy_then(office.anna, event, day) == []
    last = event.ends - timedelta(minutes=1)
    other = office.arranged(last, ends=event.ends + timedelta(hours=1), host=office.ben)
    assert queries.busy_then(office.anna, event, day) == [queries.Busy(office.ben, other)]
    page = as_(office.anna).get(f"/en/desk/events/{event.reference}/").text
    assert "At the same time" in page and other.reference in page
    Event.objects.filter(pk=other.pk).update(unit=office.clara.memberships.get().unit, title_en="A secret visit")
    assert queries.busy_then(office.anna, event, day) == [queries.Busy(office.ben)]
    page = as_(office.anna).get(f"/en/desk/events/{event.reference}/").text
    assert "busy" in page and "secret" not in page and other.reference not in page
    Event.objects.filter(pk=other.pk).update(state=EventState.CANCELLED, reason="x")
    assert queries.busy_then(office.anna, event, day) == []


# ---- the link in a letter


@pytest.fixture
def visitor() -> Client:
    return Client(enforce_csrf_checks=True)


def answer(visitor: Client, place: str, act: str) -> int:
    page = visitor.get(place).text
    sent = dict(re.findall(r'name="(csrfmiddlewaretoken|key|version)" value="([^"]*)"', page))
    return visitor.post(place, {**sent, "act": act}).status_code


def link(row: Invitation) -> str:
    return f"/en/invited/{notices.token(row)}/"


def test_the_link_answers_for_one_person_without_an_account(office: Office, visitor: Client) -> None:
    event = office.opened(office.arranged())
    row, other = office.invited(event), office.invited(event, "Bo Berg")
    assert visitor.get(link(row)).status_code == 200
    row.refresh_from_db()
    assert row.reply == Reply.NONE  # reading a link is no answer
    assert answer(visitor, link(row), "accept") == 302
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.reply, other.reply) == (Reply.ACCEPTED, Reply.NONE)
    entry = Entry.objects.filter(act="accept").latest("number")
    assert entry.actor is None and entry.after["via"] == "link"
    assert "Bo Berg" not in visitor.get(link(row)).text
    assert answer(visitor, link(row), "decline") == 302 and answer(visitor, link(row), "attend") == 422


def test_a_link_without_a_form_of_ours_changes_nothing(office: Office, visitor: Client) -> None:
    row = office.invited(office.opened(office.arranged()))
    assert visitor.post(link(row), {"act": "accept", "key": "k" * 20}).status_code == 403
    assert visitor.get(f"/en/invited/{row.pk}.0000000000000000:forged/").status_code == 404
    row.refresh_from_db()
    assert row.reply == Reply.NONE


def test_a_link_ends_with_the_event_and_with_a_corrected_address(office: Office, visitor: Client) -> None:
    event = office.opened(office.arranged())
    row = office.invited(event)
    before = link(row)
    given = {"name": "Ada Lind", "company_name": "", "language": "en"}
    row = actions.correct(row, email="ada@mill.example", **given, by=office.anna, at=NOW)
    assert visitor.get(before).status_code == 404 and visitor.get(link(row)).status_code == 200
    Event.objects.filter(pk=event.pk).update(starts=NOW - timedelta(hours=2), ends=NOW - timedelta(hours=1))
    assert visitor.get(link(row)).status_code == 410
    Event.objects.filter(pk=event.pk).update(ends=FAR, state=EventState.CANCELLED, reason="a storm")
    assert visitor.get(link(row)).status_code == 410


# ---- what follows


def test_a_lead_carries_person_company_and_event(office: Office) -> None:
    company = add_company("磨坊", "Mill", country="DE")
    row = actions.make_lead(office.attended(company=company), by=office.anna, at=NOW)
    lead = Lead.objects.get()
    assert row.led_to == lead and (lead.company, lead.contact, lead.country) == (company, "Ada Lind", "DE")
    assert lead.unit == office.here and lead.signals.get().source == f"event {row.event.reference}"
    actions.make_lead(row, by=office.anna, at=NOW)
    assert Lead.objects.count() == 1


def test_an_open_lead_of_the_company_is_that_lead_with_one_more_source(office: Office) -> None:
    company = add_company("磨坊", "Mill")
    there = came(office.here, "Mill", company=company)
    first = actions.make_lead(office.attended(company=company), by=office.anna, at=NOW)
    other = actions.make_lead(
        office.attended(email=there.email or "x@y.example", company=company), by=office.anna, at=NOW
    )
    assert first.led_to == other.led_to == there and Lead.objects.count() == 1
    assert there.signals.filter(kind="event").count() == 2


def test_a_lead_of_another_unit_is_not_shown_by_way_of_an_event(office: Office) -> None:
    company = add_company("磨坊", "Mill")
    hidden = came(office.clara.memberships.get().unit, "Mill", company=company)
    row = actions.make_lead(office.attended(company=company), by=office.anna, at=NOW)
    assert row.led_to != hidden and Lead.objects.count() == 2


def test_a_lead_is_made_of_somebody_who_came(office: Office) -> None:
    row = office.invited(office.opened(office.arranged()))
    with pytest.raises(NotNow):
        actions.make_lead(row, by=office.anna, at=NOW)


def test_a_task_stands_in_an_open_case_of_the_company_and_is_made_once(office: Office) -> None:
    company = add_company("磨坊", "Mill")
    case = open_case(company, office.here, by=office.anna, at=NOW)
    row, due = office.attended(company=company), NOW.date() + timedelta(days=7)
    row = actions.follow_up(row, case, "Send the list of permits", office.ben, due, by=office.anna, at=NOW)
    task = case.tasks.get()
    assert row.task == task == queries.task_of(office.ben, row) and (task.owner, task.due) == (office.ben, due)
    assert queries.task_of(office.clara, row) is None
    with pytest.raises(NotNow):
        actions.follow_up(row, case, "Again", office.ben, due, by=office.anna, at=NOW)
    assert case.tasks.count() == 1


def test_a_task_is_of_who_came_and_of_a_case_on_which_one_may_work(office: Office) -> None:
    company, aside = add_company("磨坊", "Mill"), office.clara.memberships.get().unit
    case, hidden = (
        open_case(company, office.here, by=office.anna, at=NOW),
        open_case(company, aside, by=office.clara, at=NOW),
    )
    other = open_case(add_company("灰鹤", "Crane"), office.here, by=office.anna, at=NOW)
    absent = office.invited(office.opened(office.arranged()), company=company)
    row, given = office.attended(company=company), ("Call", office.anna, NOW.date())
    assert list(queries.cases_of(office.anna, row)) == [case]
    with pytest.raises(NotNow):
        actions.follow_up(absent, case, *given, by=office.anna, at=NOW)
    with pytest.raises(UnknownValue):
        actions.follow_up(row, other, *given, by=office.anna, at=NOW)
    with pytest.raises(NotPermitted):
        actions.follow_up(row, hidden, *given, by=office.anna, at=NOW)
    row.refresh_from_db()
    assert row.task is None


def test_who_was_erased_still_counts(office: Office) -> None:
    row = office.attended()
    erase(row, at=NOW)
    row.refresh_from_db()
    assert is_erased(row) and not row.email
    assert queries.figures_of(row.event).attended == 1


def test_a_guest_is_erased_two_years_after_the_event_and_not_a_day_before(office: Office) -> None:
    row = office.attended()
    term = row.event.ends + 2 * YEAR
    assert row not in over(Invitation, Invitation.personal, term)
    assert row in over(Invitation, Invitation.personal, term + timedelta(seconds=1))
