"""The pages of events: what officers do there, and what a company sees and answers."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from luodi.casework.events import Presence, Reply
from luodi.web.accounts.models import Membership, User
from luodi.web.cases.actions.cases import open_case
from luodi.web.companies.models import Contact
from luodi.web.conftest import add_company, person
from luodi.web.core.roles import Role
from luodi.web.events.conftest import NOW, Office
from luodi.web.events.models import Event, Invitation
from luodi.web.journal.models import ExportRecord
from luodi.web.leads.models import Lead

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def key_of(page: str) -> str:
    return re.findall(r'name="key" value="([^"]*)"', page)[0]


def test_an_officer_arranges_an_event_by_a_form(office: Office) -> None:
    client = as_(office.anna)
    form = {
        "key": key_of(client.get("/en/desk/events/new/").text),
        "unit": office.here.pk,
        "kind": "fair",
        "title_zh": "汉诺威展会",
        "title_en": "Fair in Hanover",
        "starts": "2026-12-20T09:00",
        "ends": "2026-12-20T08:00",
        "place": "Hanover",
        "host": office.anna.pk,
    }
    refused = client.post("/en/desk/events/new/", form)
    assert refused.status_code == 422 and "ends after it starts" in refused.text and "Hanover" in refused.text
    made = client.post("/en/desk/events/new/", {**form, "ends": "2026-12-22T18:00"})
    assert made.status_code == 302
    event = Event.objects.get()
    assert f"{event.starts:%H:%M}" == "01:00"  # nine in Beijing
    assert "Fair in Hanover" in client.get("/en/desk/events/").text
    assert "汉诺威展会" in client.get(f"/zh/desk/events/{event.reference}/").text
    assert as_(office.clara).get(f"/en/desk/events/{event.reference}/").status_code == 404


def test_contacts_are_found_by_words_and_invited_together(office: Office) -> None:
    company, event, client = add_company("磨坊", "Mill"), office.arranged(), as_(office.anna)
    contact = Contact.objects.create(company=company, name="Eva Ek", email="eva@mill.example", language="en")
    place = f"/en/desk/events/{event.reference}/invite/"
    page = client.get(f"{place}?q=mill").text
    assert "Eva Ek" in page
    sent = {"key": key_of(page), "guest": [f"contact-{contact.pk}", "contact-999999", "lead-x"]}
    assert client.post(place, sent).status_code == 302
    row = Invitation.objects.get()
    assert (row.contact, row.company, row.email) == (contact, company, "eva@mill.example")
    assert "Eva Ek" not in client.get(f"{place}?q=mill").text


def test_attendance_is_taken_for_many_and_makes_leads_of_those_who_came(office: Office) -> None:
    event = office.opened(office.arranged(NOW - timedelta(hours=1)))
    rows = [office.invited(event, name) for name in ("Ada Lind", "Bo Berg", "Cy Cole")]
    client, place = as_(office.anna), f"/en/desk/events/{event.reference}/"

    def send(act: str, chosen: list[Invitation]) -> None:
        for one in chosen:
            one.refresh_from_db()
        sent = {
            "key": key_of(client.get(place).text),
            "act": act,
            "guest": [f"{one.pk}:{one.version}" for one in chosen],
        }
        assert client.post(f"{place}guests/", sent).status_code == 302

    send("attend", rows[:2])
    send("miss", rows[2:])
    assert [one.presence for one in event.invitations.order_by("pk")] == [
        Presence.ATTENDED,
        Presence.ATTENDED,
        Presence.ABSENT,
    ]
    send("follow", rows)
    assert Lead.objects.count() == 2
    page = client.get(f"{place}?state=absent").text
    assert "Cy Cole" in page and "Bo Berg" not in page


def test_the_list_of_guests_leaves_as_an_export_without_addresses(office: Office) -> None:
    event = office.arranged()
    office.invited(event)
    answer = as_(office.anna).post(f"/en/desk/events/{event.reference}/guests/export/", {"form": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "Ada Lind" in text and "@" not in text and ExportRecord.objects.count() == 1


def test_a_company_answers_for_its_people_once_the_event_is_open(office: Office) -> None:
    company = add_company("磨坊", "Mill")
    client = as_(person("rea", Role.REPRESENTATIVE, company))
    event = office.arranged()
    row, other = office.invited(event, company=company), office.invited(event, "Bo Berg")
    assert "What is open" not in client.get("/en/invitations/").text
    office.opened(event)
    assert "What is open" in client.get("/en/invitations/").text
    page = client.get(f"/en/invitations/{row.pk}/").text
    sent = {"key": key_of(page), "version": row.version}
    assert client.post(f"/en/invitations/{row.pk}/accept/", sent).status_code == 302
    row.refresh_from_db()
    assert row.reply == Reply.ACCEPTED
    assert client.get(f"/en/invitations/{other.pk}/").status_code == 404
    assert client.post(f"/en/invitations/{row.pk}/attend/", {"key": "k" * 20}).status_code == 403


def test_an_officer_who_also_acts_for_a_company_finds_its_invitations_alone(office: Office) -> None:
    company, event = add_company("磨坊", "Mill"), office.opened(office.arranged())
    office.invited(event, company=company)
    office.invited(event, "Bo Berg", company_name="Crane")
    Membership.objects.create(user=office.anna, role=Role.REPRESENTATIVE, company=company, starts=NOW.date())
    page = as_(office.anna).get("/en/invitations/")
    assert page.status_code == 200 and "Ada Lind" in page.text and "Bo Berg" not in page.text


def test_a_task_after_an_event_is_added_on_the_page_of_the_guest_where_there_is_a_case(office: Office) -> None:
    company = add_company("磨坊", "Mill")
    row, client = office.attended(company=company), as_(office.anna)
    place = f"/en/invitations/{row.pk}/"
    assert "Add a task" not in client.get(place).text
    case = open_case(company, office.here, by=office.anna, at=NOW)
    page = client.get(place).text
    assert "Add a task" in page and case.reference in page
    given = {"case": case.pk, "what": "Send the list", "owner": office.ben.pk, "due": "1900-01-01"}
    sent = {"key": key_of(page), "version": row.version, **given}
    refused = client.post(f"{place}follow_up/", sent)
    assert refused.status_code == 422 and "Send the list" in refused.text
    due = (NOW + timedelta(days=9)).date().isoformat()
    assert client.post(f"{place}follow_up/", {**sent, "key": key_of(refused.text), "due": due}).status_code == 302
    shown = client.get(place).text
    assert "Send the list" in shown and "Add a task" not in shown
    assert "task open" in client.get(f"/en/desk/events/{row.event.reference}/").text
