"""A complaint never lands with whom it is about: the person, the only member of a unit, or the whole unit."""

from datetime import timedelta
from typing import Any

import pytest

from luodi.casework.obstacles import Against, ObstacleAct, ObstacleKind
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.actions.absence import name_stand_in
from luodi.web.accounts.models import Membership
from luodi.web.cases.conftest import NOW, TODAY, Bench, bench
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.notices.models import Notice
from luodi.web.obstacles import actions, queries
from luodi.web.obstacles.agenda import day_rows
from luodi.web.obstacles.models import Obstacle

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
COMPLAINT = ObstacleKind.COMPLAINT


def complained(bench: Bench, **more: Any) -> Obstacle:
    given = {"case": bench.open(), "by": bench.mei, "at": NOW, **more}
    made: Obstacle = actions.raise_obstacle(bench.company, COMPLAINT, "Nobody calls back.", **given)
    return made


def notified() -> list[str]:
    return [one.user.name for one in Notice.objects.filter(kind__endswith="_raised").order_by("pk")]


def test_it_is_about_the_officer_of_the_case_unless_it_says_otherwise(bench: Bench) -> None:
    row = complained(bench)
    assert (row.against_person, row.unit) == (bench.anna, bench.here) and notified() == ["Ben"]
    assert len(day_rows(bench.ben, TODAY, 9)) == 1 and day_rows(bench.anna, TODAY, 9) == []
    assert "accept" in queries.open_to(bench.ben, row) and "accept" not in queries.open_to(bench.anna, row)
    for act in (ObstacleAct.ACCEPT, ObstacleAct.REFUSE):
        with pytest.raises(OwnWork):
            actions.handle(row, act, "no", by=bench.anna, at=NOW)
    with pytest.raises(OwnWork):
        actions.pass_on(row, bench.aside, "Theirs.", by=bench.anna, at=NOW)
    row = actions.handle(row, ObstacleAct.ACCEPT, by=bench.ben, at=NOW)
    with pytest.raises(UnknownValue):
        actions.handle(row, ObstacleAct.ASSIGN, by=bench.ben, at=NOW, officer=bench.anna)


def test_about_the_only_member_of_a_unit_it_goes_to_the_unit_above(bench: Bench) -> None:
    bench.ben.memberships.update(ends=TODAY)
    row = complained(bench)
    assert row.unit == bench.city and notified() == ["Lee"]  # no officer there, so its leader
    assert len(day_rows(bench.lee, TODAY, 9)) == 1
    with pytest.raises(UnknownValue):
        actions.pass_on(row, bench.here, "Theirs.", by=bench.lee, at=NOW)
    assert actions.handle(row, ObstacleAct.ACCEPT, by=bench.lee, at=NOW).state == "accepted"


def test_about_a_unit_it_goes_above_it_and_never_back(bench: Bench) -> None:
    otto = person("otto", Role.OFFICER, bench.city)
    row = complained(bench, against=Against.UNIT)
    assert (row.against_unit, row.unit) == (bench.here, bench.city) and notified() == ["Otto"]
    assert day_rows(bench.anna, TODAY, 9) == day_rows(bench.ben, TODAY, 9) == []
    with pytest.raises(NotPermitted):
        actions.handle(row, ObstacleAct.ACCEPT, by=bench.ben, at=NOW)
    with pytest.raises(UnknownValue):
        actions.pass_on(row, bench.here, "Theirs.", by=otto, at=NOW)
    assert actions.pass_on(row, bench.aside, "Somebody else.", by=otto, at=NOW).unit == bench.aside


def test_whoever_works_in_both_units_does_not_handle_it_above(bench: Bench) -> None:
    Membership.objects.create(user=bench.anna, role=Role.OFFICER, unit=bench.city, starts=TODAY - timedelta(days=9))
    row = complained(bench)
    assert row.unit == bench.here and notified() == ["Ben"]
    above = complained(bench, against=Against.UNIT)
    assert above.unit == bench.city and notified() == ["Ben", "Lee"]
    with pytest.raises(OwnWork):
        actions.handle(above, ObstacleAct.ACCEPT, by=bench.anna, at=NOW)


def test_a_stand_in_does_not_handle_it_in_the_place_of_whom_it_is_about(bench: Bench) -> None:
    name_stand_in(bench.anna, bench.clara, TODAY, TODAY + timedelta(days=9), by=bench.anna, at=NOW)
    row = complained(bench)
    assert notified() == ["Ben"] and day_rows(bench.clara, TODAY, 9) == []
    assert not queries.may_handle(bench.clara, row, on=TODAY) and queries.may_handle(bench.ben, row, on=TODAY)


def test_where_nobody_else_is_there_the_company_is_refused_and_knows_where_to_go(bench: Bench) -> None:
    bench.ben.memberships.update(ends=TODAY)
    bench.lee.memberships.update(ends=TODAY)
    with pytest.raises(UnknownValue):
        complained(bench)
    assert not Obstacle.objects.exists() and not Notice.objects.filter(kind__endswith="_raised").exists()


def test_about_something_else_it_goes_to_the_unit_of_the_case(bench: Bench) -> None:
    row = complained(bench, against=Against.NOBODY)
    assert (row.against_person, row.against_unit, row.unit) == (None, None, bench.here)
    assert notified() == ["Anna", "Ben"]
    with pytest.raises(MissingKey):
        complained(bench, case=None, against=Against.OFFICER)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_whom_it_is_about_and_why_somebody_else_has_it(bench: Bench, lang: str) -> None:
    row = complained(bench)
    for who in ("mei", "ben"):
        page = bench.client(who).get(f"/{lang}/obstacles/{row.pk}/").text
        assert "Anna" in page and ("投诉对象" if lang == "zh" else "Whom a complaint is about") in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_18_whom_it_is_about_reads_it_nowhere(bench: Bench, lang: str) -> None:
    """Neither on its page, in lists, through the case or the company, nor what was said of its answer; others do."""
    row = complained(bench)
    name_stand_in(bench.anna, bench.clara, TODAY, TODAY + timedelta(days=9), by=bench.anna, at=NOW)
    for act, by, words in ((ObstacleAct.ACCEPT, bench.ben, ""), (ObstacleAct.ASSIGN, bench.ben, "")):
        row = actions.handle(row, act, words, by=by, at=NOW)
    row = actions.handle(row, ObstacleAct.ANSWER, "We looked into it.", by=bench.ben, at=NOW)
    row = actions.handle(row, ObstacleAct.REOPEN, "She still does not.", by=bench.mei, at=NOW)
    assert row.case is not None
    places = (
        f"/{lang}/desk/obstacles/?state=",
        f"/{lang}/desk/cases/{row.case.reference}/dealings/",
        f"/{lang}/desk/companies/{bench.company.pk}/",
        f"/{lang}/desk/disagreements/",
    )
    for who, reads in (("anna", False), ("clara", False), ("ben", True), ("lee", True)):
        seen = "".join(bench.client(who).get(place).text for place in places)
        assert ("Nobody calls back." in seen, "She still does not." in seen) == (reads, reads), who
        assert bench.client(who).get(f"/{lang}/obstacles/{row.pk}/").status_code == (200 if reads else 404), who


def test_about_a_unit_it_is_read_above_it_and_by_the_company_alone(bench: Bench) -> None:
    otto = person("otto", Role.OFFICER, bench.city)
    Membership.objects.create(user=bench.anna, role=Role.OFFICER, unit=bench.city, starts=TODAY - timedelta(days=9))
    row = complained(bench, against=Against.UNIT)
    for who, reads in ((bench.anna, False), (bench.ben, False), (otto, True), (bench.lee, True), (bench.mei, True)):
        assert visible(who, Obstacle.objects.filter(pk=row.pk), on=TODAY).exists() is reads, who
