"""Officers are told that an enquiry has come: once, at once or in one letter a day, and not if they want none."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.errors import UnknownValue
from luodi.web.accounts.actions.absence import name_stand_in
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor.actions.enquiries import Sender, assign_enquiry, notify_officers, send_enquiry
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.queries import check_receiving_unit
from luodi.web.conftest import mailed, person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.notices.actions import choose

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()


@pytest.fixture
def city() -> Unit:
    return unit("City")


@pytest.fixture
def anna(city: Unit) -> User:
    return person("anna", Role.OFFICER, city)


@pytest.fixture
def send(city: Unit) -> Any:
    def sent(to: Unit | None = None, days: int = 0) -> Enquiry:
        return send_enquiry(
            Answers.of("investor=SG&service=B11&place=BJ&share=100"),
            TODAY,
            Sender("Mei Secret", "mei@example.com", "en", message="private"),
            to or city,
            by=None,
            key=new_key(),
            at=NOW - timedelta(days=days),
        )

    return sent


def letters_to(user: User) -> list[Any]:
    mailed(NOW)
    return [letter for letter in mail.outbox if letter.to == [user.email]]


def test_the_officers_of_the_unit_are_told_at_once_with_nothing_of_the_sender(
    anna: User, city: Unit, send: Any, client: Client
) -> None:
    leader, other = person("lee", Role.LEADER, city), person("otto", Role.OFFICER, unit("East", city))
    sent = send()
    [letter] = letters_to(anna)
    assert sent.reference in letter.subject and "Mei" not in letter.body and "private" not in letter.body
    assert letters_to(leader) == letters_to(other) == []
    client.force_login(anna)
    assert client.get(re.search(r"https?://[^/]+(/zh/desk/\S+)", letter.body)[1]).status_code == 200


def test_where_a_unit_has_no_officer_the_nearest_above_is_told(anna: User, city: Unit, send: Any) -> None:
    send(unit("Park", unit("East", city)))
    assert len(letters_to(anna)) == 1


def test_nobody_is_told_twice_of_the_same(anna: User, send: Any) -> None:
    notify_officers(send(), at=NOW)
    assert len(letters_to(anna)) == 1


def test_whoever_stands_in_is_told_too(anna: User, city: Unit, send: Any) -> None:
    ben = person("ben", Role.OFFICER, unit("West", city))
    name_stand_in(anna, ben, starts=TODAY, ends=TODAY + timedelta(days=3), by=anna, at=timezone.now())
    send()
    assert len(letters_to(ben)) == len(letters_to(anna)) == 1


def test_one_click_stops_the_kind_and_no_other(anna: User, send: Any, client: Client) -> None:
    send()
    [letter] = letters_to(anna)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stop = re.search(r"<https?://[^/]+(/\S+)>", letter.extra_headers["List-Unsubscribe"])[1]
    assert client.get(stop).status_code == 200
    send()
    assert len(letters_to(anna)) == 2  # reading the page has stopped nothing
    page = client.post(stop)
    assert page.status_code == 200 and "新的咨询" in page.text
    send()
    assert len(letters_to(anna)) == 2
    client.force_login(anna)
    given = {"key": new_key(), "digest": "0", "zone": "Asia/Shanghai", "letters": ["enquiry_arrived"]}
    client.post("/en/notices/settings/", given)
    send()
    assert len(letters_to(anna)) == 3


def test_the_days_letter_holds_what_nobody_has_taken_on(anna: User, send: Any) -> None:
    choose(anna, digest=True, quiet=None, by=anna, at=NOW)
    new = [send(), send()]
    assign_enquiry(send(), by=anna, at=NOW)  # somebody has it already
    assert letters_to(anna) == []
    [letter] = [one for _ in range(2) for one in mailed(NOW + timedelta(days=1)) if one.to == [anna.email]]
    assert "2" in letter.subject and all(one.reference in letter.body for one in new)
    assert len(re.findall(r"\d{4}-[2-9A-Z]{6}", letter.body)) == 2


# ---- the unit that receives


@pytest.mark.parametrize("closed", [False, True])
def test_a_unit_that_receives_must_be_there(settings: Any, city: Unit, closed: bool) -> None:
    settings.ENQUIRY_UNIT = city.pk if closed else 999
    Unit.objects.update(closes=TODAY)
    with pytest.raises(UnknownValue, match=r"LUODI_ENQUIRY_UNIT is \d+: .*`luodi user units` lists them"):
        check_receiving_unit(on=TODAY)
    check_receiving_unit(on=TODAY - timedelta(days=1)) if closed else None
    settings.ENQUIRY_UNIT = 0
    check_receiving_unit(on=TODAY)
