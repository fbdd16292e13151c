"""Absence: who stands in reaches the same rows for those days, no more and no longer, and both are written down."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.errors import BadInput
from luodi.web.accounts.actions.absence import end_cover, name_stand_in
from luodi.web.accounts.models import Cover, Membership, Unit, User
from luodi.web.accounts.test_pages import send
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.advisor.models import Enquiry
from luodi.web.conftest import SINCE, person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
PAGE = "/en/account/absence/"
TODAY = timezone.localdate()
WEEK = timedelta(days=7)


@pytest.fixture
def city() -> Unit:
    return unit("City")


@pytest.fixture
def anna(city: Unit) -> User:
    return person("anna", Role.OFFICER, unit("East", city))


@pytest.fixture
def ben(city: Unit) -> User:
    """An officer of another bureau of the same city."""
    return person("ben", Role.OFFICER, unit("West", city))


@pytest.fixture
def sent(anna: User) -> Enquiry:
    east = anna.memberships.get().unit
    sender = Sender("Mei", "mei@example.com", "en")
    answers = Answers.of("investor=SG&service=B11&place=BJ&share=100")
    return send_enquiry(answers, TODAY, sender, east, by=None, key=new_key(), at=timezone.now())


def reaches(user: User, on: date) -> bool:
    return visible(user, Enquiry.objects.all(), "answer", on=on).exists()


def cover(anna: User, ben: User) -> Cover:
    return name_stand_in(anna, ben, starts=TODAY, ends=TODAY + WEEK, by=anna, at=timezone.now())


@pytest.mark.parametrize(("days", "yes"), [(-1, False), (0, True), (6, True), (7, False)])
def test_the_stand_in_reaches_the_same_rows_for_those_days(
    anna: User, ben: User, sent: Enquiry, days: int, yes: bool
) -> None:
    assert not reaches(ben, TODAY)
    cover(anna, ben)
    assert reaches(ben, TODAY + timedelta(days=days)) is yes
    assert reaches(anna, TODAY + timedelta(days=days))


def test_only_what_is_reached_as_an_officer_and_it_is_not_passed_on(anna: User, ben: User, sent: Enquiry) -> None:
    Membership.objects.create(user=anna, role=Role.ADMINISTRATOR, starts=SINCE)
    clara = person("clara", Role.OFFICER, unit("Elsewhere"))
    cover(anna, ben)
    Cover.objects.create(away=ben, stand_in=clara, starts=TODAY, ends=TODAY + WEEK)
    assert not has_role(ben, [Role.ADMINISTRATOR])
    assert reaches(ben, TODAY) and not reaches(clara, TODAY)


@pytest.mark.parametrize("change", ["the stand-in is no officer any more", "whoever is away was shut out"])
def test_it_ends_with_the_part_of_either(anna: User, ben: User, sent: Enquiry, change: str) -> None:
    cover(anna, ben)
    if change.startswith("the"):
        Membership.objects.filter(user=ben).update(ends=TODAY)
    else:
        User.objects.filter(pk=anna.pk).update(is_active=False)
    assert not reaches(ben, TODAY)


def test_the_journal_names_both(anna: User, ben: User, sent: Enquiry, as_administrator: Client) -> None:
    cover(anna, ben)
    client = Client()
    client.force_login(ben)
    given = {"text": "Yes.", "language": "en", "key": new_key()}
    assert send(client, f"/en/desk/enquiries/{sent.pk}/answer/", given).status_code == 302
    entry = Entry.objects.get(act="answer")
    assert entry.actor == ben.pk and f"officer-for-{anna.pk}" in entry.role.split()
    page = as_administrator.get("/en/journal/?kind=advisor.Enquiry").text
    assert "Ben" in page and "standing in for Anna" in page


def test_the_officer_names_and_ends_it_on_a_page(anna: User, ben: User) -> None:
    client = Client()
    client.force_login(anna)
    given = {"act": "name", "stand_in": ben.pk, "starts": str(TODAY), "back": str(TODAY + WEEK)}
    assert send(client, PAGE, given).status_code == 302
    assert "Ben" in client.get(PAGE).text
    other = Client()
    other.force_login(ben)
    assert "Anna" in other.get(PAGE).text and "standing in for Anna" in other.get("/en/account/").text
    made = Cover.objects.get()
    assert send(other, PAGE, {"act": "end", "cover": made.pk}).status_code == 404  # it is not Ben's to end
    assert send(client, PAGE, {"act": "end", "cover": made.pk}).status_code == 302
    assert not Cover.objects.exists()  # it had only begun today
    assert [e.act for e in Entry.objects.order_by("number")] == ["name_stand_in", "end_cover"]


def test_ended_early_it_was_there_until_then(anna: User, ben: User) -> None:
    made = cover(anna, ben)
    end_cover(made, on=TODAY + timedelta(days=2), by=anna, at=timezone.now())
    assert Cover.objects.get().ends == TODAY + timedelta(days=2)


@pytest.mark.parametrize(
    ("starts", "ends"), [(0, 0), (-1, 5), (5, 4), (0, 121)], ids=["no day", "past", "turned round", "too long"]
)
def test_days_that_cannot_be_are_refused(anna: User, ben: User, starts: int, ends: int) -> None:
    with pytest.raises(BadInput):
        name_stand_in(
            anna,
            ben,
            starts=TODAY + timedelta(days=starts),
            ends=TODAY + timedelta(days=ends),
            by=anna,
            at=timezone.now(),
        )
    assert not Cover.objects.exists() and not Entry.objects.exists()


def test_one_stand_in_at_a_time_an_officer_and_somebody_else(anna: User, ben: User) -> None:
    cover(anna, ben)
    mei = person("mei")
    for other, first in ((ben, 3), (mei, 9), (anna, 9)):
        with pytest.raises(BadInput):
            starts = TODAY + timedelta(days=first)
            name_stand_in(anna, other, starts=starts, ends=starts + WEEK, by=anna, at=timezone.now())
    assert Cover.objects.count() == 1


def test_nobody_names_a_stand_in_for_somebody_else(anna: User, ben: User) -> None:
    from luodi.web.core.errors import NotPermitted

    with pytest.raises(NotPermitted):
        name_stand_in(anna, ben, starts=TODAY, ends=TODAY + WEEK, by=ben, at=timezone.now())
    assert not Cover.objects.exists()


def test_officers_of_another_city_are_not_offered(anna: User, ben: User) -> None:
    person("clara", Role.OFFICER, unit("Elsewhere"))
    client = Client()
    client.force_login(anna)
    text = client.get(PAGE).text
    assert "Ben" in text and "Clara" not in text


def test_the_page_is_for_officers(client: Client) -> None:
    client.force_login(person("mei"))
    answer: Any = client.get(PAGE)
    assert answer.status_code == 403
