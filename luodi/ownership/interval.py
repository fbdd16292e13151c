"""Shares: exact, or between two exact ends where they are not determined; their text is kept as it was written."""

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from luodi.errors import LuodiError, OutOfRange, WrongType
from luodi.message import Message
from luodi.values import exact

ZERO: Final = Fraction(0)
ONE: Final = Fraction(1)
_RATIO: Final = re.compile(r"(\d{1,40})\s*/\s*(\d{1,40})", re.ASCII)
_RANGE: Final = re.compile(r"(.+?)\s*(?:\.\.|–)\s*(.+)")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure from `low` to `high`, both exact; one number where it is determined."""

    low: Fraction
    high: Fraction

    @classmethod
    def exactly(cls, value: Fraction | int) -> "Interval":
        return cls(Fraction(value), Fraction(value))

    @property
    def determined(self) -> bool:
        return self.low == self.high

    def __add__(self, other: "Interval") -> "Interval":
        return Interval(self.low + other.low, self.high + other.high)

    def reaches(self, threshold: Fraction, sign: str = ">=") -> bool | None:
        """Whether the figure is at or above (`>=`), or above (`>`), the threshold; None if that is open."""
        low, high = (self.low >= threshold, self.high >= threshold)
        if sign == ">":
            low, high = (self.low > threshold, self.high > threshold)
        return low if low == high else None

    def as_json(self) -> str | list[str]:
        """The exact fraction as text, or `[low, high]` where it is not determined."""
        return str(self.low) if self.determined else [str(self.low), str(self.high)]

    def __str__(self) -> str:
        return str(self.low) if self.determined else f"{self.low} .. {self.high}"


NOTHING: Final = Interval(ZERO, ZERO)
ANYTHING: Final = Interval(ZERO, ONE)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of one company, 0 to 1, beside the text it was read from. `over` and `under` say that a band leaves out
    its low or its high end: above 50 %, below 75 %."""

    low: Fraction
    high: Fraction
    text: str
    over: bool = False
    under: bool = False

    @property
    def known(self) -> bool:
        return self.low == self.high

    @property
    def unknown(self) -> bool:
        """Whether nothing at all is said of it."""
        return self.low == ZERO and self.high == ONE


def parse_share(raw: object) -> Share:
    """`3/10`, `0.3`, `30 %`, a range such as `25..50 %`, `>50..<75 %` or `[1/4, 1/2]`, or `?` for not known.

    Whoever is registered with a share that is not known holds more than nothing.

    Raises `OutOfRange` below 0 or above 1, `WrongType` for anything else. Floats are refused.
    """
    if isinstance(raw, str) and not raw.isascii():
        raw = unicodedata.normalize("NFKC", raw)  # `３０％`, as a Chinese keyboard types it
    if raw is None or (isinstance(raw, str) and raw.strip() == "?"):
        return Share(ZERO, ONE, "?", over=True)
    if isinstance(raw, list | tuple):
        if len(raw) != 2:
            raise WrongType("ownership.range-list-two-shares-such")
        return _range(raw[0], raw[1], f"{raw[0]}..{raw[1]}")
    text = str(raw).strip()
    between = _RANGE.fullmatch(text)
    if between:
        low, high = between.groups()
        if high.endswith("%") and not low.endswith("%"):
            low += "%"
        return _range(low, high, text)
    value = _one(raw)
    return Share(value, value, text)


def parse_votes(raw: object) -> Share:
    """The same of votes, of which a registered holder may have none."""
    share = parse_share(raw)
    return replace(share, over=False) if share.unknown else share


def _range(low: object, high: object, text: str) -> Share:
    (over, low), (under, high) = _without(">", low), _without("<", high)
    first, last = _one(low), _one(high)
    if last < first or (last == first and (over or under)):
        raise OutOfRange("ownership.range-ends-below-beginning", text=text)
    return Share(first, last, text, over or (first == ZERO and last == ONE), under)


def _without(sign: str, end: object) -> tuple[bool, object]:
    """Whether the end is left out, and the end without the sign that says so."""
    if isinstance(end, str) and end.strip().startswith(sign):
        return True, end.strip()[1:]
    return False, end


def _one(raw: object) -> Fraction:
    text = raw.strip() if isinstance(raw, str) else raw
    percent = isinstance(text, str) and text.endswith("%")
    if isinstance(text, str) and percent:
        text = text[:-1].strip()
    ratio = _RATIO.fullmatch(text) if isinstance(text, str) else None
    if ratio and int(ratio[2]) == 0:
        raise WrongType("ownership.share-cannot-divided-0")
    try:
        value = Fraction(int(ratio[1]), int(ratio[2])) if ratio else Fraction(exact(text))
    except LuodiError:
        raise WrongType("ownership.not-share-such-3-10", raw=str(raw)[:60]) from None
    if percent:
        value /= 100
    if not 0 <= value <= 1:
        hint = Message("ownership.did-you-mean", raw=raw) if not percent and 1 < value <= 100 else ""
        raise OutOfRange("ownership.share-lies-outside-0-1", raw=raw, hint=hint)
    return value
