"""Timestamps and durations, to the nanosecond.

A timestamp lies between the years 1 and 9999. A duration that is read is at most 10,000 years either way; one that is
reckoned must fit 64 bits of nanoseconds (292 years), as in the other implementations. Months, days of the month and of
the year count from 0, days of the week from Sunday; `getDate` counts from 1.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from luodi.message import Message
from luodi.rules.cel.numbers import HIGH, LOW
from luodi.rules.cel.outcome import NoValue
from luodi.rules.cel.values import LONGEST, Duration, Timestamp

SECOND: Final = 1_000_000_000
_FIRST: Final = -62_135_596_800 * SECOND
_END: Final = 253_402_300_800 * SECOND
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_OFFSET: Final = re.compile(r"([+-]?)(\d\d):([0-5]\d)", re.ASCII)
_LENGTH: Final = re.compile(r"([+-]?)(0|(?:(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:h|ms|m|s|us|µs|ns))+)", re.ASCII)
_PART: Final = re.compile(r"(\d*)(?:\.(\d*))?(h|ms|m|s|us|µs|ns)", re.ASCII)
_UNITS: Final = {
    "h": 3600 * SECOND,
    "m": 60 * SECOND,
    "s": SECOND,
    "ms": 1_000_000,
    "us": 1000,
    "µs": 1000,
    "ns": 1,
}


# ---- making


def timestamp(nanos: int) -> Timestamp:
    if _FIRST <= nanos < _END:
        return Timestamp(nanos)
    raise NoValue(Message("rules.timestamp-lies-between-years-1"))


def timestamp_from(text: str) -> Timestamp:
    """As RFC 3339 writes it: `2009-02-13T23:31:30.5+08:00`."""
    found = _MOMENT.fullmatch(text)
    if not found:
        raise NoValue(Message("rules.text-no-timestamp-such-2009"))
    day, clock, fraction, zone = found.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{clock}+00:00")
    except ValueError:
        raise NoValue(Message("rules.no-such-moment")) from None
    seconds = (local - _EPOCH) // timedelta(seconds=1) - _offset_seconds(zone)
    return timestamp(seconds * SECOND + int((fraction or "0").ljust(9, "0")))


def _offset_seconds(zone: str) -> int:
    if zone in "Zz":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def timestamp_from_seconds(seconds: int) -> Timestamp:
    return timestamp(seconds * SECOND)


def duration_from(text: str) -> Duration:
    """Such as `1h30m`, `-1.5s` or `250ms`; what is below a nanosecond is dropped."""
    found = _LENGTH.fullmatch(text)
    if not found:
        raise NoValue(Message("rules.text-no-duration-such-1h30m"))
    nanos = sum(_nanos(*part) for part in _PART.findall(found[2]))
    if nanos > LONGEST:
        raise NoValue(Message("rules.duration-most-10-000-years"))
    return Duration(-nanos if found[1] == "-" else nanos)


def _nanos(whole: str, fraction: str, unit: str) -> int:
    scale: int = 10 ** len(fraction)
    return int(f"{whole}{fraction}") * _UNITS[unit] // scale


# ---- writing


def seconds_of(moment: Timestamp) -> int:
    """Whole seconds since 1970, the earlier one where there is a fraction."""
    return moment.nanos // SECOND


def text_from_timestamp(moment: Timestamp) -> str:
    seconds, nanos = divmod(moment.nanos, SECOND)
    local = (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None)
    return f"{local.isoformat()}{_fraction(nanos)}Z"


def text_from_duration(length: Duration) -> str:
    seconds, nanos = divmod(abs(length.nanos), SECOND)
    return f"{'-' if length.nanos < 0 else ''}{seconds}{_fraction(nanos)}s"


def _fraction(nanos: int) -> str:
    return f".{nanos:09d}".rstrip("0") if nanos else ""


# ---- reckoning


def later(moment: Timestamp, length: Duration) -> Timestamp:
    return timestamp(moment.nanos + length.nanos)


def later_by(length: Duration, moment: Timestamp) -> Timestamp:
    return later(moment, length)


def earlier(moment: Timestamp, length: Duration) -> Timestamp:
    return timestamp(moment.nanos - length.nanos)


def between(moment: Timestamp, since: Timestamp) -> Duration:
    return _reckoned(moment.nanos - since.nanos)


def longer(length: Duration, other: Duration) -> Duration:
    return _reckoned(length.nanos + other.nanos)


def shorter(length: Duration, other: Duration) -> Duration:
    return _reckoned(length.nanos - other.nanos)


def _reckoned(nanos: int) -> Duration:
    if LOW <= nanos <= HIGH:
        return Duration(nanos)
    raise NoValue(Message("rules.duration-leaves-64-bit-range"))


# ---- taking apart


def hours(length: Duration) -> int:
    return _towards_zero(length.nanos, 3600 * SECOND)


def minutes(length: Duration) -> int:
    return _towards_zero(length.nanos, 60 * SECOND)


def seconds(length: Duration) -> int:
    return _towards_zero(length.nanos, SECOND)


def milliseconds(length: Duration) -> int:
    """What is left beyond whole seconds, with the sign of the whole."""
    beyond = abs(length.nanos) % SECOND // 1_000_000
    return -beyond if length.nanos < 0 else beyond


def _towards_zero(nanos: int, unit: int) -> int:
    whole = abs(nanos) // unit
    return -whole if nanos < 0 else whole


def _local(moment: Timestamp, zone: str) -> datetime:
    try:
        return (_EPOCH + timedelta(microseconds=moment.nanos // 1000)).astimezone(_zone(zone))
    except OverflowError:
        raise NoValue(Message("rules.moment-lies-outside-years-1")) from None


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    """`UTC`, a name such as `Asia/Shanghai`, or an offset such as `+08:00`; without a sign it is east."""
    found = _OFFSET.fullmatch(name)
    if found:
        length = timedelta(hours=int(found[2]), minutes=int(found[3]))
        if length < timedelta(days=1):
            return timezone(-length if found[1] == "-" else length)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NoValue(Message("rules.no-such-time-zone")) from None


PARTS: Final[dict[str, Callable[[datetime], int]]] = {
    "getFullYear": lambda local: local.year,
    "getMonth": lambda local: local.month - 1,
    "getDate": lambda local: local.day,
    "getDayOfMonth": lambda local: local.day - 1,
    "getDayOfYear": lambda local: local.timetuple().tm_yday - 1,
    "getDayOfWeek": lambda local: local.isoweekday() % 7,
    "getHours": lambda local: local.hour,
    "getMinutes": lambda local: local.minute,
    "getSeconds": lambda local: local.second,
    "getMilliseconds": lambda local: local.microsecond // 1000,
}


def part(name: str) -> Callable[..., int]:
    """The method that takes one part out of a timestamp, in UTC or in the zone it is given."""
    read = PARTS[name]
    return lambda moment, zone="UTC": read(_local(moment, zone))
