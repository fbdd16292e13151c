"""What is recorded of each company, and which have more than the whole: told, and never scaled."""

from fractions import Fraction
from typing import Any, Final

import numpy as np

from luodi.ownership import sweep as kernel
from luodi.ownership.register import Register

SURE: Final = 1e-9
"""Sums this far from 1 are what they seem; nearer ones are added again exactly."""
NOISE: Final = 1e-14
"""Sums of a few floats this near to 1 are taken for it: that much is rounding."""


def recorded(register: Register) -> Any:
    """The sum of the known shares of each company as a float that is above 1, or at 1, exactly where the sum is."""
    held = register.capital
    total = held.sums(register.companies).copy()
    distance = np.abs(total - 1.0)
    close = distance < SURE
    total[close & (distance < NOISE)] = 1.0
    close &= total != 1.0
    if close.any():
        for company, exact in _exactly(register, close).items():
            total[company] = _honest(exact)
    return total


def _exactly(register: Register, wanted: Any) -> dict[int, Fraction]:
    held = register.capital
    rows = kernel.flagged_rows(held.company, wanted)
    found: dict[int, Fraction] = {}
    for company, share in zip(held.company[rows].tolist(), held.shares(rows), strict=True):
        found[company] = found.get(company, Fraction(0)) + share.low
    return found


def _honest(exact: Fraction) -> float:
    value = float(exact)
    if value != 1.0 or exact == 1:
        return value
    return float(np.nextafter(1.0, 2.0 if exact > 1 else 0.0))
