"""Odds of a landing by stage, from cases that are decided, and how such odds did on the cases that came after.

Below `ENOUGH` cases only counts are shown: a share of few cases says nothing that should be relied on.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

#: Fewer cases than these give counts alone.
ENOUGH: Final = 30
_Z: Final = 1.959963984540054  # of 95 %


@dataclass(frozen=True, slots=True)
class Odds:
    """Of `n` decided cases, `landed` were verified. Shares are ratios from 0 to 1."""

    landed: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.landed <= self.n:
            raise ValueError(f"{self.landed} of {self.n} cases cannot have landed")

    @property
    def share(self) -> float | None:
        """None below `ENOUGH`."""
        return self.landed / self.n if self.n >= ENOUGH else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval by Wilson; None below `ENOUGH`."""
        return wilson(self.landed, self.n) if self.n >= ENOUGH else None


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The interval of Wilson's score without continuity correction, for `n` of 1 or more."""
    p, z2 = hits / n, _Z * _Z
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def agree(before: Odds, after: Odds) -> bool | None:
    """Whether odds held: the intervals of then and of what came after meet. None where either has too few cases."""
    if before.interval is None or after.interval is None:
        return None
    return before.interval[0] <= after.interval[1] and after.interval[0] <= before.interval[1]
