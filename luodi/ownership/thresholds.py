"""Shares as floats that compare with the levels somebody may ask about as the exact shares do."""

from fractions import Fraction
from math import inf, nextafter
from typing import Final

THRESHOLDS: Final = tuple(map(Fraction, "1/10 1/4 3/10 49/100 1/2 51/100 11/20 2/3 3/4".split()))
WIDTH: Final = 1e-9
"""A float this far from a level lies on its side of it; a nearer one is looked at exactly."""
LIMITS: Final = {float(threshold): threshold for threshold in THRESHOLDS}


def honest(value: Fraction) -> float:
    """The nearest float, moved by one step where it would equal a threshold that the fraction does not."""
    near = value.numerator / value.denominator
    threshold = LIMITS.get(near)
    if threshold is None or value == threshold:
        return near
    return nextafter(near, inf if value > threshold else -inf)
