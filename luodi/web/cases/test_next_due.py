"""A case knows the nearest last day of its clocks, whatever happens to them."""

from datetime import date, timedelta

import pytest

from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import clocks
from luodi.web.cases.conftest import NOW, TODAY, Bench
from luodi.web.cases.models import LandingCase


def next_due(case: LandingCase) -> date | None:
    case.refresh_from_db()
    return case.next_due


@pytest.mark.django_db
def test_the_nearest_day_follows_the_clocks(bench: Bench) -> None:
    case = bench.open()
    assert next_due(case) is None
    near = clocks.start(case, "verification", TODAY, 5)
    far = clocks.start(case, "verification", TODAY, 9)
    assert next_due(case) == near.due
    clocks.pause(near, "papers", TODAY, by=None)
    assert next_due(case) == far.due
    clocks.go_on(near, TODAY + timedelta(7))
    near.refresh_from_db()
    far.refresh_from_db()
    assert next_due(case) == min(d for d in (near.due, far.due) if d)
    for clock in (near, far):
        clocks.stop(clock, TODAY + timedelta(8))
    assert next_due(case) is None


def test_saving_a_case_that_was_read_before_leaves_its_day(bench: Bench) -> None:
    stale = bench.open()
    clock = clocks.start(LandingCase.objects.get(pk=stale.pk), "verification", TODAY, 5)
    stale.save()
    actions.describe(stale, place="BJ", by=bench.anna, at=NOW)
    assert next_due(stale) == clock.due
