"""Prepared queries answer what the queries they are made of answer."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q

from luodi.web.accounts import access
from luodi.web.accounts.models import Cover, Membership, User
from luodi.web.accounts.roles import Role
from luodi.web.conftest import person, unit
from luodi.web.prepared import Prepared

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_roles_are_those_of_the_person_and_the_day(django_assert_num_queries: Any) -> None:
    here, there = unit("Here"), unit("There")
    anna, ben, clara = person("anna", Role.OFFICER, here), person("ben", Role.OFFICER, there), person("clara")
    Membership.objects.create(user=anna, role=Role.LEADER, unit=there, starts=DAY, ends=DAY + timedelta(days=2))
    Cover.objects.create(away=ben, stand_in=anna, starts=DAY, ends=DAY + timedelta(days=1))
    for user in (anna, ben, clara):
        for day in (DAY + timedelta(days=number) for number in range(-1, 4)):
            plain = list(access._held(user.pk, day))
            with django_assert_num_queries(1):
                prepared = access._HELD(user.pk, day)
                assert [(one.pk, one.unit and one.unit.path) for one in prepared] == [
                    (one.pk, one.unit and one.unit.path) for one in plain
                ]
    assert len(access._HELD(anna.pk, DAY)) == 3 and access._HELD(clara.pk, DAY) == []
    shut = [person("dan", Role.POLICY_OFFICER)]
    assert access._HELD(shut[0].pk, DAY)[0].unit is None  # a related row that is not there


@pytest.mark.django_db
def test_every_kind_of_value_is_bound_at_each_of_its_places() -> None:
    Session.objects.create(session_key="a", session_data="x", expire_date=NOON)
    live = Prepared(lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, datetime)
    second = timedelta(seconds=1)
    assert live("a", NOON) == [] and live("b", NOON - second) == []
    assert [(one.session_key, one.expire_date) for one in live("a", NOON - second)] == [("a", NOON)]
    twice = Prepared(
        lambda name, other: User.objects.filter(name=name).exclude(Q(name=other) | Q(email=name)), str, str
    )
    User.objects.create_user("ann@example.com", name="ann")
    assert [user.name for user in twice("ann", "ben")] == ["ann"] and twice("ann", "ann") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (lambda pk: User.objects.filter(pk__gt=pk + 1), int),
        (lambda name: User.objects.filter(name=name, email__startswith=name), str),
        (lambda day: Membership.objects.filter(starts=day, ends=day + timedelta(days=1)), date),
        (lambda pk: User.objects.filter(pk=pk) if pk < 10**12 else User.objects.all(), int),
    ],
)
def test_a_value_that_is_used_otherwise_is_noticed(rows: Any, kind: type) -> None:
    """It went into the query when that was made, and would stay there whatever is asked later."""
    with pytest.raises(ValueError, match="as it is"):
        Prepared(rows, kind)(kind(1) if kind is not date else DAY)


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    """What one has not committed, another one does not see."""
    people = Prepared(lambda pk: User.objects.filter(pk__gt=pk), int)
    User.objects.create_user("anna@example.com")
    seen: list[int] = []

    def look() -> None:
        seen.append(len(people(0)))
        connection.close()

    with transaction.atomic():
        assert len(people(0)) == 1
        other = threading.Thread(target=look)
        other.start()
        other.join()
    assert seen == [1]
