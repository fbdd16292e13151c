"""How far an indicator has come against what it promised, and against what could be expected by the day.

    a = (x - x0) / (x* - x0)   held to 0..1.2        x value, x0 baseline, x* target
    e = (p - x0) / (x* - x0)   held to 0..1          p what the planned path expects by the day
    index = a / e                                    None where x* = x0 or e = 0: then only the values are shown

All exact fractions. Why: docs/methods/scorecard.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from luodi.errors import OutOfRange

_MOST: Final = Fraction(6, 5)


class Band(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"  # no data, or nothing to compare with
    UNQUANTIFIED = "unquantified"  # no target was given: never 0 and never 100


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What the bands begin at, as parts of what was expected."""

    green: Fraction = Fraction(95, 100)
    amber: Fraction = Fraction(75, 100)

    def __post_init__(self) -> None:
        if not 0 < self.amber < self.green:
            raise OutOfRange("scorecard.amber-begins-above-0-below")

    def band(self, index: Fraction) -> Band:
        return Band.GREEN if index >= self.green else Band.AMBER if index >= self.amber else Band.RED


@dataclass(frozen=True, slots=True)
class Path:
    """What is expected by which day: straight between the points, the first value before, the last one after.

    Raises `OutOfRange` for days out of order.
    """

    points: tuple[tuple[date, Fraction], ...]

    def __post_init__(self) -> None:
        days = [day for day, _ in self.points]
        if not days or any(later <= earlier for earlier, later in pairwise(days)):
            raise OutOfRange("scorecard.path-point-or-more-each", at="path")

    @classmethod
    def straight(cls, start: date, baseline: Fraction, due: date, target: Fraction) -> "Path":
        return cls(((start, baseline), (due, target)))

    def on(self, day: date) -> Fraction:
        before = None
        for when, amount in self.points:
            if day <= when:
                if before is None:
                    return amount
                since, start = before
                return start + (amount - start) * Fraction((day - since).days, (when - since).days)
            before = when, amount
        return self.points[-1][1]


@dataclass(frozen=True, slots=True)
class Promise:
    """Baseline, target and planned path of one definition; `target` None where none was given."""

    baseline: Fraction
    target: Fraction | None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Attainment:
    """`attained`, `expected` and `index` are None where they have no meaning; `why` says so in one word."""

    band: Band
    attained: Fraction | None = None
    expected: Fraction | None = None
    index: Fraction | None = None
    why: str = ""


def attainment(value: int | None, promise: Promise, thresholds: Thresholds, *, on: date) -> Attainment:
    """`why`: no_target, no_data, no_way (target is the baseline), no_path, nothing_due (nothing is expected yet)."""
    if promise.target is None:
        return Attainment(Band.UNQUANTIFIED, why="no_target")
    if value is None:
        return Attainment(Band.GREY, why="no_data")
    way = promise.target - promise.baseline
    if not way:
        return Attainment(Band.GREY, why="no_way")
    attained = _held((value - promise.baseline) / way, _MOST)
    if promise.path is None:
        return Attainment(Band.GREY, attained, why="no_path")
    expected = _held((promise.path.on(on) - promise.baseline) / way, Fraction(1))
    if not expected:
        return Attainment(Band.GREY, attained, expected, why="nothing_due")
    index = attained / expected
    return Attainment(thresholds.band(index), attained, expected, index)


def _held(share: Fraction, most: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), most)


def roll_up(bands: Iterable[Band]) -> dict[Band, int]:
    """How many there are in each band: never an average, which would hide a red one."""
    found = Counter(bands)
    return {band: found[band] for band in Band}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with both of its numbers and what each of them counts, as keys of words."""

    numerator: int
    denominator: int
    counts: str
    of: str

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise OutOfRange("scorecard.rate-counts-not-below-0")

    @property
    def share(self) -> Fraction | None:
        """None of nothing."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def quantified(targets: Sequence[bool]) -> Rate:
    """量化率: how many tasks have a figure to be held to."""
    return Rate(sum(targets), len(targets), "tasks_with_target", "tasks")


def assigned(units: Sequence[bool]) -> Rate:
    """分工率: how many tasks have a unit that answers for them."""
    return Rate(sum(units), len(units), "tasks_with_unit", "tasks")
