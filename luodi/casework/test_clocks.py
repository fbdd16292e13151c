"""Clocks count working days; pauses have a cause and both ends; what ran and what was paused make the whole."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.calendar import WorkingCalendar
from luodi.casework.clocks import Clock, Mark, Pause, paused, ran, read
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange

CHINA = WorkingCalendar.china()
MONDAY = date(2026, 3, 2)


def day(n: int) -> date:
    return MONDAY + timedelta(days=n)


def test_the_day_of_the_start_does_not_count() -> None:
    reading = read(Clock(MONDAY, 5), MONDAY, CHINA)
    assert (reading.total, reading.left, reading.due) == (0, 5, date(2026, 3, 9))


@pytest.mark.parametrize(
    ("days", "mark", "left"),
    [
        (4, Mark.NONE, 6),
        (7, Mark.HALF, 5),
        (9, Mark.HALF, 3),
        (10, Mark.EIGHTY, 2),
        (14, Mark.EIGHTY, 0),
        (15, Mark.OVER, -1),
    ],
)
def test_marks_stand_at_half_at_eighty_percent_and_past_the_last_day(days: int, mark: Mark, left: int) -> None:
    reading = read(Clock(MONDAY, 10), day(days), CHINA)
    assert (reading.mark, reading.left) == (mark, left)


def test_shifted_holidays_are_counted_as_announced() -> None:
    """National Day 2025: no work from 1 to 8 October, work on Saturday 11 October."""
    assert read(Clock(date(2025, 9, 30)), date(2025, 10, 8), CHINA).total == 0
    assert read(Clock(date(2025, 9, 30)), date(2025, 10, 11), CHINA).total == 3


def test_a_clock_without_a_limit_only_counts_up() -> None:
    reading = read(Clock(MONDAY), day(400), CHINA)
    assert (reading.limit, reading.left, reading.due, reading.mark) == (None, None, None, Mark.NONE)
    assert reading.total > 200


def test_a_pause_moves_the_last_day() -> None:
    clock = Clock(MONDAY, 5, None, (Pause(day(1), day(3), "waiting for the company"),))
    reading = read(clock, day(4), CHINA)
    assert (reading.running, reading.paused, reading.due) == (2, 2, date(2026, 3, 11))


def test_the_example_of_the_methods_page() -> None:
    clock = Clock(MONDAY, 20, None, (Pause(day(1), day(3), "waiting for the company"),))
    reading = read(clock, date(2026, 3, 10), CHINA)
    assert (reading.total, reading.running, reading.paused, reading.due) == (6, 4, 2, date(2026, 4, 1))


def test_a_pause_that_goes_on_says_why() -> None:
    reading = read(Clock(MONDAY, 5, None, (Pause(day(1), None, "waiting"),)), day(30), CHINA)
    assert (reading.is_paused, reading.cause, reading.left) == (True, "waiting", 4)


def test_what_has_stopped_counts_no_further() -> None:
    reading = read(Clock(MONDAY, 5, day(2)), day(60), CHINA)
    assert (reading.total, reading.left, reading.has_stopped, reading.is_over) == (2, 3, True, False)


def test_the_last_day_of_a_limit_that_is_over_lies_behind() -> None:
    assert read(Clock(MONDAY, 5), day(60), CHINA).due == date(2026, 3, 9)


def test_a_pause_has_a_cause_and_its_ends_in_order() -> None:
    with pytest.raises(MissingKey):
        Pause(MONDAY, None, " ")
    with pytest.raises(OutOfRange):
        Pause(MONDAY, day(-1), "x")


@pytest.mark.parametrize(
    "pauses",
    [
        (Pause(day(-1), day(1), "x"),),
        (Pause(day(1), day(5), "x"), Pause(day(4), day(6), "x")),
        (Pause(day(1), None, "x"), Pause(day(4), day(6), "x")),
    ],
)
def test_pauses_that_overlap_are_refused(pauses: tuple[Pause, ...]) -> None:
    with pytest.raises(OutOfRange):
        read(Clock(MONDAY, 5, None, pauses), day(10), CHINA)


def test_a_clock_is_paused_once_at_a_time_and_not_after_it_stopped() -> None:
    one = paused(Clock(MONDAY), (), Pause(day(1), None, "x"))
    with pytest.raises(NotNow):
        paused(Clock(MONDAY), one, Pause(day(2), None, "x"))
    with pytest.raises(NotNow):
        paused(Clock(MONDAY, None, day(3)), (), Pause(day(4), None, "x"))


steps = st.lists(st.integers(0, 40), min_size=0, max_size=8)


@given(
    start=st.integers(0, 700),
    gaps=steps,
    limit=st.none() | st.integers(0, 60),
    at=st.integers(0, 400),
    stop=st.none() | st.integers(0, 300),
    goes_on=st.booleans(),
)
def test_invariant_12_total_is_running_and_paused(
    start: int, gaps: list[int], limit: int | None, at: int, stop: int | None, goes_on: bool
) -> None:
    first = date(2024, 1, 1) + timedelta(days=start)
    pauses, cursor = [], first
    for begin, length in zip(gaps[::2], gaps[1::2], strict=False):
        cursor += timedelta(days=begin)
        pauses.append(Pause(cursor, cursor + timedelta(days=length), "x"))
        cursor += timedelta(days=length)
    if goes_on:
        pauses.append(Pause(cursor + timedelta(days=1), None, "x"))
    stopped = None if stop is None else cursor + timedelta(days=stop)
    clock = Clock(first, limit, stopped, tuple(pauses))
    on = first + timedelta(days=at)
    reading = read(clock, on, CHINA)
    assert reading.total == reading.running + reading.paused
    assert ran(clock, on, CHINA) == reading.running
    assert min(reading.running, reading.paused) >= 0
    assert reading.is_over is (limit is not None and reading.running > limit)
    later = read(clock, on + timedelta(days=1), CHINA)
    assert later.running >= reading.running and later.paused >= reading.paused
    if reading.is_over and reading.due:
        assert read(clock, reading.due, CHINA).running == limit
