"""Prepared queries answer what the queries they are made of answer."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q

from luodi.web.accounts import memberships as accounts
from luodi.web.accounts.models import Cover, Membership, User
from luodi.web.conftest import person, unit
from luodi.web.core import permissions
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role

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
            plain = list(accounts._query(user.pk, day))
            with django_assert_num_queries(1):
                prepared = accounts._PREPARED(user.pk, day)
                assert [(one.pk, one.unit and one.unit.path) for one in prepared] == [
                    (one.pk, one.unit and one.unit.path) for one in plain
                ]
    assert len(accounts._PREPARED(anna.pk, DAY)) == 3 and accounts._PREPARED(clara.pk, DAY) == []
    shut = [person("dan", Role.POLICY_OFFICER)]
    assert accounts._PREPARED(shut[0].pk, DAY)[0].unit is None  # a related row that is not there


@pytest.mark.django_db
def test_every_kind_of_value_is_bound_at_each_of_its_places() -> None:
    Session.objects.create(session_key="a", session_data="x", expire_date=NOON)
    live: Prepared[Session] = Prepared(
        lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), str, datetime
    )
    second = timedelta(seconds=1)
    assert live("a", NOON) == [] and live("b", NOON - second) == []
    assert [(one.session_key, one.expire_date) for one in live("a", NOON - second)] == [("a", NOON)]
    twice: Prepared[User] = Prepared(
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


@pytest.mark.django_db
def test_what_somebody_may_see_is_part_of_what_is_prepared(django_assert_num_queries: Any) -> None:
    """Of every model that has access, for each person: what is prepared once finds what `visible` finds."""
    here, there = unit("Here"), unit("There")
    people = [None, person("clara"), person("anna", Role.OFFICER, here), person("ben", Role.LEADER, there)]
    people += [person("ada", Role.ADMINISTRATOR), person("paul", Role.POLICY_OFFICER)]
    for model in (User, Membership, Cover):
        prepared: Prepared[Any] = Prepared(
            lambda low, *, scope, model=model: permissions.in_scope(model.objects.filter(pk__gt=low), scope).order_by(
                "pk"
            ),
            int,
        )
        for _ in range(2):  # composed, then kept
            for user in people:
                for act in ("see", "change"):
                    plain = list(permissions.visible(user, model.objects.filter(pk__gt=0), act, on=DAY).order_by("pk"))
                    scope = permissions.scope_of(user, model, act, on=DAY)
                    with django_assert_num_queries(0 if scope is None else 1):
                        assert prepared(0, scope=scope) == plain
    assert permissions.scope_of(people[1], User) != permissions.scope_of(people[2], User)


@pytest.mark.django_db
def test_rows_come_as_the_query_gives_them() -> None:
    ann = User.objects.create_user("ann@example.com", name="ann")
    rows = User.objects.order_by("pk")
    for query in (rows.values("name"), rows.values_list("pk", "name"), rows.values_list("name", flat=True)):
        assert Prepared(lambda low, query=query: query.filter(pk__gt=low), int)(ann.pk - 1) == list(query)
    keys = User.objects.order_by().values_list("pk")
    two: Prepared[Any] = Prepared(lambda low: keys.filter(pk__gt=low).union(keys, all=True), int)
    assert two(ann.pk - 1) == [(ann.pk,), (ann.pk,)]
    assert Prepared(lambda *keys: rows.filter(pk__in=keys), int, int)(0, ann.pk) == [ann]
    for most in (0, 1):
        assert len(Prepared(lambda *, most: rows[:most])(most=most)) == most


@pytest.mark.django_db
def test_related_rows_are_not_left_out_silently() -> None:
    with pytest.raises(ValueError, match="prefetch_related"):
        Prepared(lambda: User.objects.prefetch_related("memberships"))()


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_over_its_own_connection() -> None:
    """What one has not committed, another one does not see."""
    people: Prepared[User] = Prepared(lambda pk: User.objects.filter(pk__gt=pk), int)
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
