"""Timestamps and durations: read, written, reckoned with, taken apart in any zone, and refused beyond their ends."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.rules.cel.outcome import Failure
from luodi.rules.cel.program import program
from luodi.rules.cel.values import Duration, Timestamp

SECOND = 1_000_000_000
LANDING = "timestamp('2024-10-23T20:05:09.123456789Z')"  # a Wednesday, the 297th day of its year


def value(text, **bindings):
    return program(text).evaluate(bindings)


# ---- reading and writing


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.5Z", 1_500_000_000),
        ("1970-01-01t08:00:00+08:00", 0),
        ("1969-12-31T20:30:00-03:30", 0),
        ("1970-01-01T00:00:00.000000001z", 1),
        ("0001-01-01T00:00:00Z", -62_135_596_800 * SECOND),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_800 * SECOND - 1),
        ("2024-02-29T00:00:00Z", 1_709_164_800 * SECOND),
    ],
)
def test_a_moment_is_read(text, nanos):
    assert value(f"timestamp('{text}')") == Timestamp(nanos)


@pytest.mark.parametrize(
    "text",
    [
        "2024-10-23",
        "2024-10-23T20:05:09",
        "2024-10-23 20:05:09Z",
        "2024-10-23T24:00:00Z",
        "2024-10-23T20:60:00Z",
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-10-23T20:05:09.Z",
        "2024-10-23T20:05:09.1234567890Z",
        "2024-10-23T20:05:09+24:00",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "２０２４-10-23T20:05:09Z",
        "",
    ],
)
def test_what_is_no_moment(text):
    assert isinstance(value(f"timestamp('{text}')"), Failure)


@pytest.mark.parametrize(
    ("text", "nanos"),
    [
        ("0", 0),
        ("1s", SECOND),
        ("-1.5s", -1_500_000_000),
        ("+2m", 120 * SECOND),
        ("1h30m", 5400 * SECOND),
        ("1.5h", 5400 * SECOND),
        (".5s", SECOND // 2),
        ("1h1m1s1ms1us1ns", 3661 * SECOND + 1_001_001),
        ("3µs", 3000),
        ("0.0000000019s", 1),
        ("315576000000s", 315_576_000_000 * SECOND),
    ],
)
def test_a_length_of_time_is_read(text, nanos):
    assert value(f"duration('{text}')") == Duration(nanos)


@pytest.mark.parametrize(
    "text", ["", "1", "s", ".s", "1d", "1s ", "--1s", "1e3s", "315576000001s", "-315576000001s", "9" * 400 + "s"]
)
def test_what_is_no_length_of_time(text):
    assert isinstance(value(f"duration('{text}')"), Failure)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"string({LANDING})", "2024-10-23T20:05:09.123456789Z"),
        ("string(timestamp('0001-01-01T00:00:00.5Z'))", "0001-01-01T00:00:00.5Z"),
        ("string(timestamp('2024-10-23T20:00:00+08:00'))", "2024-10-23T12:00:00Z"),
        ("string(duration('1h0.5s'))", "3600.5s"),
        ("string(duration('-1ns'))", "-0.000000001s"),
        ("string(duration('0'))", "0s"),
        (f"int({LANDING})", 1_729_713_909),
        ("int(timestamp('1969-12-31T23:59:59.5Z'))", -1),
        ("timestamp(1729713909) == timestamp('2024-10-23T20:05:09Z')", True),
        (f"timestamp({LANDING}) == {LANDING}", True),
        ("duration(duration('5s')) == duration('5s')", True),
    ],
)
def test_they_are_written_and_converted(text, wanted):
    assert value(text) == wanted


@pytest.mark.parametrize(
    "text", ["timestamp(-62135596801)", "timestamp(253402300800)", "int(duration('1s'))", "duration(1)"]
)
def test_what_cannot_be_converted(text):
    assert isinstance(value(text), Failure)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_that_was_written_is_read_back(moment):
    assert value("timestamp(string(x)) == x", x=moment) is True


@given(st.timedeltas(timedelta(days=-3_652_500), timedelta(days=3_652_500)))
def test_a_length_that_was_written_is_read_back(length):
    assert value("duration(string(x)) == x", x=length) is True


# ---- reckoning


@pytest.mark.parametrize(
    "text",
    [
        "timestamp(100) + duration('1m') == timestamp(160)",
        "duration('1m') + timestamp(100) == timestamp(160)",
        "timestamp(100) - duration('1m') == timestamp(40)",
        "timestamp(100) - timestamp(160) == duration('-60s')",
        "duration('1m') + duration('1s') == duration('61s')",
        "duration('1m') - duration('1s') == duration('59s')",
        "timestamp('2024-02-28T23:59:59.999999999Z') + duration('1ns') == timestamp('2024-02-29T00:00:00Z')",
        "timestamp(1) < timestamp(2)",
        "timestamp(2) >= timestamp(2)",
        "duration('59s') < duration('1m')",
        "duration('-1s') <= duration('0')",
        "duration('60s') == duration('1m')",
        "duration('60s') != duration('61s')",
        "timestamp(1) != timestamp(2)",
        "dyn(timestamp(1)) != duration('1s')",
    ],
)
def test_what_holds(text):
    assert value(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')",
        "timestamp('0001-01-01T00:00:00Z') - duration('1ns')",
        "timestamp('9999-01-01T00:00:00Z') - timestamp('0001-01-01T00:00:00Z')",
        "duration('9000000000s') + duration('9000000000s')",
        "duration('-9000000000s') - duration('9000000000s')",
        "timestamp(1) + timestamp(1)",
        "duration('1s') - timestamp(1)",
        "duration('1s') * 2",
        "-duration('1s')",
        "timestamp(1) < 2",
    ],
)
def test_what_has_no_value(text):
    assert isinstance(value(text), Failure)


# ---- taking apart


@pytest.mark.parametrize(
    ("part", "utc", "shanghai"),
    [
        ("getFullYear", 2024, 2024),
        ("getMonth", 9, 9),
        ("getDate", 23, 24),
        ("getDayOfMonth", 22, 23),
        ("getDayOfYear", 296, 297),
        ("getDayOfWeek", 3, 4),
        ("getHours", 20, 4),
        ("getMinutes", 5, 5),
        ("getSeconds", 9, 9),
        ("getMilliseconds", 123, 123),
    ],
)
def test_the_parts_of_a_moment_depend_on_the_zone(part, utc, shanghai):
    assert value(f"{LANDING}.{part}()") == utc
    assert value(f"{LANDING}.{part}('UTC')") == utc
    assert value(f"{LANDING}.{part}('Asia/Shanghai')") == shanghai
    assert value(f"{LANDING}.{part}('+08:00')") == shanghai
    assert value(f"{LANDING}.{part}('08:00')") == shanghai


@pytest.mark.parametrize(
    ("zone", "hour", "minute"),
    [("-03:30", 16, 35), ("Asia/Kathmandu", 1, 50), ("America/New_York", 16, 5), ("-00:00", 20, 5)],
)
def test_a_zone_may_be_off_by_less_than_hours(zone, hour, minute):
    assert value(f"{LANDING}.getHours('{zone}')") == hour
    assert value(f"{LANDING}.getMinutes('{zone}')") == minute


def test_summer_time_is_known():
    assert value("timestamp('2024-07-01T12:00:00Z').getHours('Europe/Berlin')") == 14
    assert value("timestamp('2024-12-01T12:00:00Z').getHours('Europe/Berlin')") == 13


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "+25:00", "+8", "../etc/passwd", "/etc/passwd", "+08:60"])
def test_what_is_no_zone(zone):
    assert isinstance(value(f"{LANDING}.getHours('{zone}')"), Failure)


def test_a_zone_that_leads_out_of_the_calendar():
    assert isinstance(value("timestamp('0001-01-01T00:00:00Z').getHours('-01:00')"), Failure)
    assert value("timestamp('1960-01-01T00:00:00.25Z').getMilliseconds()") == 250


@pytest.mark.parametrize(
    ("text", "hours", "minutes", "seconds", "milliseconds"),
    [("1h30m5.25s", 1, 90, 5405, 250), ("-1h30m5.25s", -1, -90, -5405, -250), ("59s", 0, 0, 59, 0)],
)
def test_the_parts_of_a_length_are_cut_towards_zero(text, hours, minutes, seconds, milliseconds):
    names = ("getHours", "getMinutes", "getSeconds", "getMilliseconds")
    assert [value(f"duration('{text}').{n}()") for n in names] == [hours, minutes, seconds, milliseconds]


def test_a_length_has_no_date():
    assert isinstance(value("duration('1h').getDate()"), Failure)
    assert isinstance(value("duration('1h').getHours('UTC')"), Failure)


def test_moments_and_lengths_come_from_python():
    moment = datetime(2024, 10, 23, 20, 5, 9, 123456, tzinfo=UTC)
    assert value("x.getMilliseconds()", x=moment) == 123
    assert value("x + y", x=moment, y=timedelta(seconds=1)) == Timestamp(1_729_713_910_123_456_000)
    assert value("y.getMinutes()", y=timedelta(hours=2)) == 120
