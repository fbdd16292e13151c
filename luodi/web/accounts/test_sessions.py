"""How long one stays signed in, to the second, and the way to go on."""

from typing import Any

import pytest
from django.test import Client

from luodi.web.accounts import sessions
from luodi.web.accounts.models import User
from luodi.web.conftest import person, unit
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
HOME = "/en/account/"


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(sessions, "time", made)
    return made


@pytest.fixture
def anna(db: None) -> User:
    return person("anna", Role.OFFICER, unit("City"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    assert client.get(HOME).status_code == 200
    return client


@pytest.mark.parametrize(("seconds", "status"), [(30 * 60 - 1, 200), (30 * 60, 302)])
def test_whoever_works_here_is_signed_out_after_30_minutes_without_doing_anything(
    clock: Clock, anna: User, seconds: int, status: int
) -> None:
    client = signed_in(anna)
    clock.now += seconds
    assert client.get(HOME).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(12 * 3600 - 1, 200), (12 * 3600, 302)])
def test_others_stay_12_hours(clock: Clock, seconds: int, status: int) -> None:
    client = signed_in(person("mei"))
    clock.now += seconds
    assert client.get(HOME).status_code == status


def test_nobody_stays_longer_than_12_hours_whatever_they_do(clock: Clock, anna: User) -> None:
    client, visits = signed_in(anna), 0
    while client.get(HOME).status_code == 200:
        clock.now += 25 * 60
        visits += 1
    assert visits == 12 * 60 // 25 + 1


def test_the_button_goes_on_and_the_page_says_until_when(clock: Clock, anna: User) -> None:
    client = signed_in(anna)
    page = client.get(HOME).text
    assert f'data-over="{int(clock.now) + 30 * 60}"' in page and "you will be signed out at" in page
    clock.now += 29 * 60
    assert client.post("/en/account/stay/", headers={"accept": "application/json"}).status_code == 204
    clock.now += 29 * 60
    assert client.get(HOME).status_code == 200
    assert client.post("/en/account/stay/").status_code == 302  # without script it leads to the account


def test_whoever_is_signed_out_is_told_and_it_is_written_down(clock: Clock, anna: User) -> None:
    client = signed_in(anna)
    clock.now += 31 * 60
    answer = client.get(HOME, follow=True)
    assert "Your session was over" in answer.text
    assert Entry.objects.get(act="session_over").actor == anna.pk
    assert not anna.usersession_set.exists()


def test_a_visitor_has_no_session_to_lose(client: Client, clock: Clock, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert "data-over" not in client.get("/en/").text


def test_a_form_of_whoever_was_signed_out_changes_nothing(clock: Clock, anna: User) -> None:
    client = signed_in(anna)
    clock.now += 31 * 60
    assert (
        client.post("/en/notices/settings/", {"key": new_key(), "digest": "1", "zone": "Asia/Shanghai"}).status_code
        == 302
    )
    assert not User.objects.get(pk=anna.pk).digest
