import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.calendar import OutsideCalendar, WorkingCalendar
from luodi.dates import add_months
from luodi.errors import OutOfRange

CHINA = WorkingCalendar.china()
DAY = timedelta(days=1)
DAYS = st.dates(date(2004, 1, 1), date(2060, 12, 31))
FRIDAY = date(2024, 9, 13)  # followed by a Saturday that was worked for Mid-Autumn


def days(text: str) -> list[date]:
    return [date.fromisoformat(word) for word in text.split()]


# ---- what was announced

WORKED_WEEKENDS = """
    2019-02-02 2019-02-03 2019-04-28 2019-05-05 2019-09-29 2019-10-12
    2024-02-04 2024-02-18 2024-04-07 2024-04-28 2024-05-11 2024-09-14 2024-09-29 2024-10-12
    2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
    2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


@pytest.mark.parametrize("year", [2019, 2024, 2025, 2026])
def test_the_weekend_days_worked_are_those_announced_and_no_others(year):
    weekends = [day for day in whole(year) if day.weekday() >= 5 and CHINA.is_working_day(day)]
    assert weekends == [day for day in days(WORKED_WEEKENDS) if day.year == year]


def test_the_weekdays_off_in_2026_are_those_announced():
    off = [day for day in whole(2026) if day.weekday() < 5 and not CHINA.is_working_day(day)]
    assert off == days(
        """2026-01-01 2026-01-02 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-23 2026-04-06
        2026-05-01 2026-05-04 2026-05-05 2026-06-19 2026-09-25 2026-10-01 2026-10-02 2026-10-05 2026-10-06 2026-10-07"""
    )


def test_a_holiday_extended_at_short_notice_is_known():
    assert not CHINA.is_working_day(date(2020, 1, 31))
    assert CHINA.is_working_day(date(2020, 2, 3))


# ---- what the law gives where nothing is announced yet


def test_the_calendar_says_from_when_it_goes_by_the_law_alone():
    assert (CHINA.announced_through.month, CHINA.announced_through.day) == (12, 31)
    assert CHINA.announced_through.year >= 2026


def test_years_not_announced_have_the_holidays_of_the_law_and_no_worked_weekend():
    year = CHINA.announced_through.year + 4
    assert len([day for day in whole(year) if day.weekday() < 5 and not CHINA.is_working_day(day)]) == 13
    assert not any(CHINA.is_working_day(day) for day in whole(year) if day.weekday() >= 5)


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (  # spring eve on a Friday, 1 and 2 May and 2 and 3 October on weekends
            2035,
            """2035-01-01 2035-02-07 2035-02-08 2035-02-09 2035-02-12 2035-04-05 2035-05-01 2035-05-02 2035-06-11
            2035-09-17 2035-10-01 2035-10-02 2035-10-03""",
        ),
        (  # Mid-Autumn falls on the first day of National Day
            2031,
            """2031-01-01 2031-01-22 2031-01-23 2031-01-24 2031-01-27 2031-04-07 2031-05-01 2031-05-02 2031-06-24
            2031-10-01 2031-10-02 2031-10-03 2031-10-06""",
        ),
    ],
)
@pytest.mark.skipif(CHINA.announced_through.year > 2030, reason="announced by now")
def test_a_holiday_on_a_weekend_or_on_another_holiday_is_made_up_for(year, off):
    assert [day for day in whole(year) if day.weekday() < 5 and not CHINA.is_working_day(day)] == days(off)


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2101, 1, 1)])
def test_outside_the_years_known_the_calendar_does_not_guess(day):
    with pytest.raises(OutsideCalendar, match="2004 to 2100") as problem:
        CHINA.is_working_day(day)
    assert problem.value.code == "outside-calendar"


def test_the_first_and_the_last_day_known_are_answered():
    assert not CHINA.is_working_day(date(2004, 1, 1))
    assert CHINA.is_working_day(date(2100, 12, 31))


# ---- counting


def test_the_next_working_day_may_be_a_saturday():
    assert CHINA.add_working_days(FRIDAY, 1) == date(2024, 9, 14)
    assert CHINA.add_working_days(FRIDAY, 2) == date(2024, 9, 18)


def test_no_working_days_later_is_the_day_itself_even_on_a_holiday():
    assert CHINA.add_working_days(date(2024, 10, 1), 0) == date(2024, 10, 1)
    assert CHINA.add_working_days(date(2024, 10, 1), 1) == date(2024, 10, 8)


def test_counting_goes_on_over_the_turn_of_the_year():
    assert CHINA.add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 4)
    assert CHINA.working_days_between(date(2025, 12, 31), date(2026, 1, 5)) == 2


def test_the_day_one_starts_from_does_not_count_and_the_last_one_does():
    assert CHINA.working_days_between(FRIDAY, FRIDAY) == 0
    assert CHINA.working_days_between(FRIDAY - DAY, FRIDAY) == 1
    assert CHINA.working_days_between(FRIDAY, FRIDAY - DAY) == -1


def test_sixty_calendar_days_end_on_the_working_day_after_a_holiday():
    start = date(2024, 8, 2)  # 60 days later is 1 October, and work goes on on the 8th
    end = CHINA.add_working_days(start, CHINA.days_of_calendar_days(start, 60))
    assert end == date(2024, 10, 8)
    assert CHINA.days_of_calendar_days(start, 59) == CHINA.days_of_calendar_days(start, 60) - 1


def test_a_limit_in_days_that_ends_on_a_worked_saturday_ends_there():
    assert CHINA.days_of_calendar_days(FRIDAY, 1) == 1
    assert CHINA.days_of_calendar_days(FRIDAY, 2) == 2


def test_a_month_ends_on_the_last_day_of_a_shorter_month_or_the_working_day_after():
    start = date(2026, 1, 31)  # 28 February 2026 is a worked Saturday
    assert CHINA.add_working_days(start, CHINA.days_of_months(start, 1)) == date(2026, 2, 28)
    assert CHINA.add_working_days(start, CHINA.days_of_months(start, 3)) == date(2026, 4, 30)
    assert CHINA.add_working_days(start, CHINA.days_of_months(start, 4)) == date(2026, 6, 1)


def test_a_limit_of_nothing_ends_at_once():
    assert CHINA.days_of_calendar_days(date(2024, 10, 1), 0) == 0
    assert CHINA.days_of_months(date(2024, 10, 1), 0) == 0


@pytest.mark.parametrize("count", ["add_working_days", "days_of_calendar_days", "days_of_months"])
def test_a_negative_limit_is_refused(count):
    with pytest.raises(OutOfRange, match="0 or more"):
        getattr(CHINA, count)(FRIDAY, -1)


def test_a_limit_beyond_every_calendar_is_refused():
    with pytest.raises(OutsideCalendar):
        CHINA.days_of_calendar_days(FRIDAY, 10_000_000)
    with pytest.raises(OutsideCalendar):
        CHINA.add_working_days(FRIDAY, 30_000)


@given(DAYS, st.integers(1, 600))
def test_the_day_found_is_a_working_day_and_counts_back(day, n):
    found = CHINA.add_working_days(day, n)
    assert CHINA.is_working_day(found)
    assert CHINA.working_days_between(day, found) == n


@given(DAYS, st.integers(0, 300))
def test_counting_day_by_day_gives_the_same(day, n):
    end = day + n * DAY
    assert CHINA.working_days_between(day, end) == sum(CHINA.is_working_day(day + k * DAY) for k in range(1, n + 1))


@given(DAYS, st.integers(1, 400))
def test_a_limit_never_ends_before_its_last_day_nor_after_the_working_day_that_follows(day, n):
    last = day + n * DAY
    end = CHINA.add_working_days(day, CHINA.days_of_calendar_days(day, n))
    assert end == CHINA.add_working_days(last - DAY, 1)


@given(DAYS, st.integers(1, 24))
def test_a_limit_in_months_ends_by_the_same_rule(day, n):
    last = add_months(day, n)
    end = CHINA.add_working_days(day, CHINA.days_of_months(day, n))
    assert end == CHINA.add_working_days(last - DAY, 1)


# ---- cost


def test_the_questions_of_a_plan_take_a_few_milliseconds():
    ask(date(2026, 11, 24))  # the years are read once
    best = min(timed(ask, date(2026, 11, 24)) for _ in range(5))
    assert best < 0.005


def test_importing_the_calendar_loads_no_library():
    script = "import sys, luodi.calendar; print([m for m in ('chinese_calendar', 'borax') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def ask(start: date) -> None:
    for n in range(50):
        CHINA.is_working_day(start + n * DAY)
        CHINA.add_working_days(start, n)
        CHINA.days_of_calendar_days(start, n)
        CHINA.days_of_months(start, n % 12)


def timed(act, *given) -> float:
    began = time.perf_counter()
    act(*given)
    return time.perf_counter() - began


def whole(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + n * DAY for n in range((date(year + 1, 1, 1) - first).days)]
