from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.dates import (
    BadDate,
    Dated,
    NotInForce,
    Span,
    add_months,
    add_years,
    age_days,
    in_year,
    months_reached,
    parse_day,
    years_not_passed,
)

OPENED = date(2024, 10, 23)
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
ENDS = st.none() | DAYS


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first, last = draw(ENDS), draw(ENDS)
    if first is not None and last is not None and last < first:
        first, last = last, first
    return Span.through(first, last)


# ---- reading


@given(st.dates())
def test_every_day_is_read_back_as_it_was_written(day):
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-02-30", "February 2026 has days 01 to 28"),
        ("2023-02-29", "February 2023 has days 01 to 28"),
        ("2024-04-31", "April 2024 has days 01 to 30"),
        ("2024-04-00", "April 2024 has days 01 to 30"),
        ("2024-13-01", "no month 13"),
        ("2024-00-01", "no month 00"),
        ("0000-01-01", ": there is no year 0"),
    ],
)
def test_an_impossible_day_is_refused_and_the_reason_given(text, says):
    with pytest.raises(BadDate, match=says) as problem:
        parse_day(text)
    assert problem.value.code == "bad-date"
    assert "2024-10-23" in str(problem.value)


def test_the_first_year_there_is_is_read_and_reached():
    assert parse_day("0001-01-01") == date.min
    assert add_months(date(1, 2, 1), -1) == date.min


def test_the_leap_day_is_read_in_a_leap_year():
    assert parse_day("2024-02-29") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "2024",
            "2024-10",
            "20241023",
            "2024-W43-3",
            "2024-10-23T00:00",
            " 2024-10-23",
            "2024-10-23\n",
            "24-10-23",
        ),
        *("2024/10/23", "23.10.2024", "2024-1-3", "２０２４-10-23", "2024年10月23日", "-024-10-23", "today"),
    ],
)
def test_no_other_way_to_write_a_day_is_read(text):
    with pytest.raises(BadDate, match="such as 2024-10-23"):
        parse_day(text)


# ---- spans


def test_a_span_holds_its_first_and_its_last_day_and_not_their_neighbours():
    span = Span.through(date(2024, 10, 23), date(2024, 12, 31))
    assert date(2024, 10, 22) not in span
    assert date(2024, 10, 23) in span
    assert date(2024, 12, 31) in span
    assert date(2025, 1, 1) not in span


def test_an_open_side_has_no_limit():
    assert date.max in Span.through(OPENED, None)
    assert date.min in Span.through(None, OPENED)
    assert date.min in Span() and date.max in Span()
    assert date.max in Span.through(OPENED, date.max)


def test_a_span_of_one_day_holds_that_day_only():
    span = Span.through(OPENED, OPENED)
    assert OPENED in span
    assert OPENED + timedelta(1) not in span
    assert OPENED - timedelta(1) not in span


def test_a_span_tells_its_last_day_as_files_write_it():
    assert Span.through(None, OPENED).last == OPENED
    assert Span.through(OPENED, None).last is None


def test_a_span_that_ends_the_day_before_it_starts_is_refused():
    with pytest.raises(BadDate, match="until 2024-10-22 lies before from 2024-10-23"):
        Span.through(OPENED, OPENED - timedelta(1))
    with pytest.raises(BadDate, match="lies before"):
        Span(OPENED, OPENED - timedelta(1))


def test_spans_that_share_one_day_overlap_and_neighbours_do_not():
    until = Span.through(None, date(2024, 10, 22))
    assert not until.overlaps(Span.through(OPENED, None))
    assert until.overlaps(Span.through(date(2024, 10, 22), None))


def test_an_empty_span_holds_nothing_and_overlaps_nothing():
    empty = Span(OPENED, OPENED)
    assert OPENED not in empty
    assert not empty.overlaps(empty)
    assert not empty.overlaps(Span())


@given(spans(), spans(), DAYS)
def test_a_day_in_two_spans_makes_them_overlap(one, other, day):
    assert one.overlaps(other) == other.overlaps(one)
    if day in one and day in other:
        assert one.overlaps(other)


@given(spans(), spans())
def test_spans_that_overlap_share_the_later_of_their_first_days(one, other):
    shared = max(one.first or date.min, other.first or date.min)
    assert one.overlaps(other) == (shared in one and shared in other)


# ---- dated values


CEILING = Dated({date(2015, 1, 13): 100, date(2014, 1, 6): 55})


def test_a_value_holds_from_its_day_until_the_day_before_the_next():
    assert CEILING.on(date(2014, 1, 6)) == 55
    assert CEILING.on(date(2015, 1, 12)) == 55
    assert CEILING.on(date(2015, 1, 13)) == 100
    assert CEILING.on(date.max) == 100


def test_before_the_first_day_nothing_is_in_force():
    with pytest.raises(NotInForce, match=r"2014-01-05.*2014-01-06") as problem:
        CEILING.on(date(2014, 1, 5))
    assert problem.value.code == "not-in-force"


def test_without_values_nothing_is_ever_in_force():
    with pytest.raises(NotInForce, match=": there is no value at all"):
        Dated({}).on(OPENED)


def test_dated_values_are_equal_whatever_order_they_were_written_in():
    assert Dated({date(2014, 1, 6): 55, date(2015, 1, 13): 100}) == CEILING


@given(st.dictionaries(DAYS, st.integers(), min_size=1), DAYS)
def test_the_value_of_a_day_is_the_latest_one_not_after_it(values, day):
    started = [since for since in values if since <= day]
    if started:
        assert Dated(values).on(day) == values[max(started)]
    else:
        with pytest.raises(NotInForce):
            Dated(values).on(day)


# ---- months and years


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 1, 31), 3, date(2024, 4, 30)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 10, 23), 0, date(2024, 10, 23)),
        (date(2024, 10, 23), 12, date(2025, 10, 23)),
    ],
)
def test_months_keep_the_day_or_take_the_last_of_the_month(day, n, then):
    assert add_months(day, n) == then


def test_a_leap_day_becomes_the_28th_in_a_common_year():
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_beyond_the_last_year_no_month_can_be_added():
    assert add_months(date(9999, 11, 30), 1) == date(9999, 12, 30)
    with pytest.raises(BadDate, match="outside the years 1 to 9999"):
        add_months(date(9999, 12, 1), 1)
    with pytest.raises(BadDate):
        add_years(date(1, 1, 1), -1)


@given(DAYS, st.integers(-600, 600))
def test_months_move_the_month_exactly_and_the_day_only_back(day, n):
    then = add_months(day, n)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == n
    assert then.day == day.day or (then + timedelta(1)).day == 1


@given(DAYS, DAYS, st.integers(0, 600))
def test_a_later_start_never_ends_earlier(one, other, n):
    assert add_months(min(one, other), n) <= add_months(max(one, other), n)


def test_age_is_nothing_on_the_day_itself_and_counts_days_from_there():
    assert age_days(OPENED, OPENED) == 0
    assert age_days(OPENED, date(2024, 10, 24)) == 1
    assert age_days(OPENED, date(2024, 10, 22)) == -1


def test_months_are_reached_on_the_day_and_not_the_day_before():
    since = date(2023, 8, 31)
    assert not months_reached(since, 6, on=date(2024, 2, 28))
    assert months_reached(since, 6, on=date(2024, 2, 29))
    assert months_reached(since, 6, on=date(2024, 3, 1))


def test_years_are_not_passed_on_the_day_and_passed_the_day_after():
    since = date(2020, 2, 29)
    assert years_not_passed(since, 5, on=date(2025, 2, 28))
    assert not years_not_passed(since, 5, on=date(2025, 3, 1))


def test_a_day_of_every_year_is_the_last_of_its_month_where_the_year_has_none() -> None:
    assert [in_year(year, 2, 29) for year in (2027, 2028)] == [date(2027, 2, 28), date(2028, 2, 29)]
    assert in_year(2027, 6, 30) == date(2027, 6, 30)
