"""What is counted of the steps that offices decided: how many, in which year, without the days of a stopped clock."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.advice.landing_plan.times import Observed, Span
from luodi.calendar import WorkingCalendar
from luodi.casework.clocks import Clock, Pause, read
from luodi.casework.observed import Decided, Times, Took, percentile, times, took, window

CHINA = WorkingCalendar.china()
KEY = ("icp-filing", "通信管理局")
#: A Tuesday.
ON = date(2026, 3, 10)


def decided(company: int = 1, filed: date = date(2026, 2, 26), on: date = ON, *pauses: Pause) -> Decided:
    return Decided(*KEY, company, Clock(filed, None, on, pauses), CHINA)


def many(n: int) -> list[Decided]:
    """Of n companies; filed one to n working days before."""
    return [decided(one, _before(one)) for one in range(1, n + 1)]


def _before(days: int) -> date:
    day = ON
    while CHINA.working_days_between(day, ON) < days:
        day -= timedelta(days=1)
    return day


def of(rows: Iterable[Decided], on: date = ON) -> Times:
    return times(rows, on)[KEY]


def test_of_nine_procedures_nothing_is_shown_and_of_ten_a_range() -> None:
    assert of(many(9)) == Times(9, None)
    found = of(many(10))
    assert found.n == 10 and found.observed is not None
    assert (found.observed.min, found.observed.max, found.observed.n) == (1, 9, 10)


@pytest.mark.parametrize(("days_before", "counts"), [(0, True), (364, True), (365, False), (366, False), (-1, False)])
def test_the_year_has_365_days_and_ends_with_the_day_asked(days_before: int, counts: bool) -> None:
    day = ON - timedelta(days=days_before)
    rows = [decided(one, day - timedelta(days=7), day) for one in range(10)]
    assert (KEY in times(rows, ON)) is counts
    assert window(ON) == (date(2025, 3, 11), ON)


def test_days_on_which_the_office_waited_are_taken_out_and_told_beside() -> None:
    filed, asked, answered = date(2026, 2, 26), date(2026, 3, 2), date(2026, 3, 6)
    one = Clock(filed, None, ON, (Pause(asked, answered, "a paper"),))
    # the 26th, a Thursday, does not count; from then on 8 working days, with the Saturday that was worked in exchange
    whole = CHINA.working_days_between(filed, ON)
    assert took(one, CHINA) == Took(whole - 4, whole)
    rows = [decided(n, filed, ON, Pause(asked, answered, "a paper")) for n in range(10)]
    observed = of(rows).observed
    assert observed is not None and (observed.min, observed.max) == (whole - 4, whole - 4)
    assert observed.whole == Span(min=whole, max=whole)


def test_the_working_days_are_those_of_the_unit() -> None:
    closed = frozenset({date(2026, 3, 9)})
    clock = Clock(date(2026, 3, 5), None, ON)
    assert took(clock, CHINA).office == 3
    assert took(clock, CHINA.changed(closed, frozenset())).office == 2


def test_the_same_procedure_in_two_cases_of_a_company_counts_once() -> None:
    assert of([decided(1), decided(1), decided(2)]).n == 2
    assert of([decided(1), decided(1, on=ON - timedelta(days=1))]).n == 2


def test_each_step_and_each_office_has_its_own_times() -> None:
    rows = many(10)
    other = [Decided("icp-filing", "市局", one.company, one.clock, one.calendar) for one in rows[:9]]
    found = times([*rows, *other], ON)
    assert {key: one.n for key, one in found.items()} == {KEY: 10, ("icp-filing", "市局"): 9}
    assert found["icp-filing", "市局"].observed is None


def test_what_still_runs_is_not_counted() -> None:
    running = Decided(*KEY, 1, Clock(date(2026, 2, 26)), CHINA)
    assert times([running], ON) == {}


def test_one_slow_procedure_in_ten_does_not_move_the_ends() -> None:
    rows = [decided(n, date(2026, 3, 5)) for n in range(9)]
    assert of([*rows, decided(9, date(2025, 6, 2))]).observed == Observed(
        min=3, max=3, n=10, first="2025-03-11", last="2026-03-10", whole=Span(min=3, max=3)
    )


@pytest.mark.parametrize(
    ("n", "low", "high"), [(1, 1, 1), (9, 1, 9), (10, 1, 9), (11, 2, 10), (20, 2, 18), (23, 3, 21), (100, 10, 90)]
)
def test_percentiles_go_by_the_nearest_rank(n: int, low: int, high: int) -> None:
    ordered = range(1, n + 1)
    assert (percentile(ordered, 10), percentile(ordered, 90)) == (low, high)


@given(st.lists(st.integers(0, 400), min_size=10, max_size=60))
def test_the_ends_are_times_that_were_taken_and_eight_in_ten_lie_between(taken: list[int]) -> None:
    ordered = sorted(taken)
    low, high = percentile(ordered, 10), percentile(ordered, 90)
    assert low in taken and high in taken
    assert 10 * sum(low <= one <= high for one in taken) >= 8 * len(taken)


@given(st.integers(0, 300), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_what_the_office_had_and_what_it_waited_for_make_the_whole(
    start: int, before: int, wait: int, after: int
) -> None:
    filed = date(2025, 1, 6) + timedelta(days=start)
    first = filed + timedelta(days=before)
    last = first + timedelta(days=wait)
    clock = Clock(filed, None, last + timedelta(days=after), (Pause(first, last, "a paper"),))
    found, reading = took(clock, CHINA), read(clock, last + timedelta(days=after), CHINA)
    assert (found.office, found.whole) == (reading.running, reading.total)
    assert found.whole == found.office + reading.paused
