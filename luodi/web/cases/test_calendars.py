"""Units keep calendars of their own; what is late is late on the same day everywhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from luodi.web.cases.actions import clocks
from luodi.web.cases.actions.calendars import choose_week, set_day, take_back_day
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.actions.requests import ask
from luodi.web.cases.conftest import NOW, TODAY, Bench
from luodi.web.cases.models import CalendarDay, LandingCase
from luodi.web.cases.queries.calendars import calendar_of, late, late_before
from luodi.web.conftest import unit
from luodi.web.core.errors import NotPermitted
from luodi.web.journal.models import Entry
from luodi.web.workbench.lists import QUEUE
from luodi.web.workbench.queries.figures import FigureScope, workload

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, n) for n in (13, 14, 15, 16))


def test_a_unit_keeps_its_own_week_else_that_of_the_nearest_above_else_chinas(bench: Bench) -> None:
    below = unit("Below", bench.here)
    holiday = date(2026, 10, 1)
    assert not calendar_of(below).is_working_day(holiday)
    choose_week(bench.here, "sunday-to-thursday", by=bench.anna, at=NOW)
    assert calendar_of(below).is_working_day(SUNDAY) and not calendar_of(below).is_working_day(FRIDAY)
    assert calendar_of(below).is_working_day(holiday)
    assert calendar_of(bench.aside).is_working_day(FRIDAY)
    set_day(below, SUNDAY, False, "the house is closed", by=bench.anna, at=NOW)
    assert not calendar_of(below).is_working_day(SUNDAY) and calendar_of(bench.here).is_working_day(SUNDAY)


def test_invariant_12_a_clock_counts_the_working_time_of_its_units_calendar(bench: Bench) -> None:
    """Ten days from Tuesday, 10 March, with the same pause, in two units: total = running + paused in both."""
    choose_week(bench.aside, "sunday-to-thursday", by=bench.clara, at=NOW)
    ends = {}
    for place, by in ((bench.here, bench.anna), (bench.aside, bench.clara)):
        case = open_case(bench.company, place, by=by, at=NOW)
        clock = clocks.start(case, "verification", TODAY, 10)
        clocks.pause(clock, "papers", FRIDAY, by=by)
        clocks.go_on(clock, date(2026, 3, 17))
        clock.refresh_from_db()
        for n in range(25):
            reading = clock.reading(TODAY + timedelta(n), calendar_of(place))
            assert reading.total == reading.running + reading.paused
        ends[place.pk] = (clock.due, reading.paused)
    assert ends == {bench.here.pk: (date(2026, 3, 26), 2), bench.aside.pk: (date(2026, 3, 29), 3)}


def test_what_was_due_on_friday_is_late_on_monday_in_lists_and_on_pages_alike(bench: Bench) -> None:
    choose_week(bench.aside, "sunday-to-thursday", by=bench.clara, at=NOW)
    found = []
    for place, by, limit in ((bench.here, bench.anna, 3), (bench.aside, bench.clara, 2)):
        case = open_case(bench.company, place, by=by, at=NOW)
        found.append((place, by, clocks.start(case, "verification", TODAY, limit)))
    assert [clock.due for _, _, clock in found] == [FRIDAY, FRIDAY - timedelta(1)]
    for n in range(-4, 12):
        day = FRIDAY + timedelta(n)
        for place, by, clock in found:
            over = clock.reading(day, calendar_of(place)).is_over
            listed = QUEUE.found(by, {"clock": "late"}, on=day).exists()
            counted = LandingCase.objects.filter(late(day, "next_due", "unit"), unit=place).exists()
            assert clock.due is not None
            late_ones = sum(load.late for load in workload(FigureScope(by), day) if load.officer == by)
            assert listed == counted == over == bool(late_ones) == (clock.due < late_before(place, day)), (day, place)
    assert [d for d in (SATURDAY, SUNDAY, MONDAY) if found[0][2].reading(d, calendar_of(bench.here)).is_over] == [
        MONDAY
    ]


def test_a_changed_calendar_moves_the_days_that_wait_on_it_and_nothing_else(bench: Bench) -> None:
    case, other = bench.open(), open_case(bench.company, bench.aside, by=bench.clara, at=NOW)
    question = ask(case, "Which district?", by=bench.anna, at=NOW)
    aside = clocks.start(other, "verification", TODAY, 5)
    before = question.due
    added = set_day(bench.here, FRIDAY, False, "the house moves", by=bench.anna, at=NOW)
    question.refresh_from_db()
    case.refresh_from_db()
    assert question.due == question.clock.due == case.next_due == before + timedelta(1)
    aside.refresh_from_db()
    assert aside.due == before
    assert Entry.objects.get(act="set_day").reason == "the house moves"
    take_back_day(added, by=bench.anna, at=NOW)
    question.refresh_from_db()
    assert question.due == before and not CalendarDay.objects.exists()
    assert Entry.objects.filter(act="take_back", kind="cases.CalendarDay").count() == 1


def test_only_officers_of_the_unit_or_above_keep_it(bench: Bench) -> None:
    with pytest.raises(NotPermitted):
        choose_week(bench.here, "monday-to-friday", by=bench.clara, at=NOW)
    with pytest.raises(NotPermitted):
        set_day(bench.here, FRIDAY, False, "no", by=bench.lee, at=NOW)
    address = f"/en/desk/working-days/{bench.here.pk}/"
    assert bench.client("clara").get(address).status_code == 404
    assert "Add a day" not in bench.client("lee").get(address).text


def test_the_page_says_what_holds_and_keeps_what_was_typed_when_it_refuses(bench: Bench) -> None:
    client: Client = bench.client("anna")
    address = f"/zh/desk/working-days/{bench.here.pk}/"
    day = (datetime.now(UTC) + timedelta(days=400)).date()
    while not calendar_of(bench.here).is_working_day(day):
        day += timedelta(1)
    key = "k" * 20
    given = {"act": "day", "key": key, "day": day.isoformat(), "works": "no", "reason": "搬迁"}
    refused = client.post(address, {**given, "reason": ""})
    assert refused.status_code == 422 and day.isoformat() in refused.text
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    shown = client.get(address).text
    assert shown.count("搬迁") == 2 and CalendarDay.objects.count() == 1  # the day, and what was changed
    assert client.post(address, {"act": "week", "key": "w" * 20, "version": "9", "week": ""}).status_code == 409
    assert "沿用" in client.get(f"/zh/desk/working-days/{unit('Below', bench.here).pk}/").text
    assert client.get("/zh/desk/working-days/").status_code == 302
