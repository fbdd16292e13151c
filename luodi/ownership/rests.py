"""What a register leaves out, in columns: the rest of each company, and the one share that follows from the others."""

from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np

from luodi.ownership import condense
from luodi.ownership import sweep as kernel
from luodi.ownership.interval import ONE, ZERO
from luodi.ownership.register import Held, Rests
from luodi.ownership.stakes import ROUNDING
from luodi.ownership.thresholds import LIMITS, WIDTH, honest

BORDER: Final = 1e-13
"""Sums of floats this near to where roundings end are added again exactly."""


def left_over(held: Held, size: int) -> Any:
    """What the known shares of the first `size` nodes leave over; roundings are nothing."""
    left, doubtful = kernel.left(held.sums(size), float(ROUNDING), BORDER)
    if doubtful:
        close = np.flatnonzero((left > 0.0) & (left < float(ROUNDING) + BORDER))
        exact = exactly_left(held, close, size)
        left[close] = [float(exact[node]) for node in close.tolist()]
    return left


def exactly_left(held: Held, nodes: Any, size: int) -> dict[int, Fraction]:
    """The same of some nodes as exact fractions."""
    wanted = np.zeros(size, np.bool_)
    wanted[nodes] = True
    rows = kernel.flagged_rows(held.company, wanted)
    found = dict.fromkeys(nodes.tolist(), ONE)
    for node, share in zip(held.company[rows].tolist(), held.shares(rows), strict=True):
        found[node] -= share.low
    return {node: left if left > ROUNDING else ZERO for node, left in found.items()}


def followed(held: Held, size: int) -> Held:
    """The rows with each share computed that is the only one not written of its company."""
    if not held.open:
        return held
    rows = _only(held, size)
    if not len(rows):
        return held
    column = FollowedShares(held, rows, size)
    low, high = held.low.copy(), held.high.copy()
    low[rows] = high[rows] = column.floats
    return Held(held.owner, held.company, low, high if (high > low).any() else low, column)


def _only(held: Held, size: int) -> Any:
    """The rows, ascending, whose share is unknown while all others of the company are known, have something and leave
    something."""
    opened = np.flatnonzero(held.high > held.low)
    count = np.bincount(held.company[opened], minlength=size)
    rows = opened[(held.low[opened] == 0.0) & (held.high[opened] == 1.0) & (count[held.company[opened]] == 1)]
    if not len(rows):
        return rows
    left = left_over(held, size)[held.company[rows]]
    return rows[(left > 0.0) & (left < 1.0)]


class FollowedShares(Rests):
    """A column of shares in which some rows have what the other rows of their companies leave over."""

    def __init__(self, held: Held, rows: Any, size: int) -> None:
        self.column = held.written
        self.held = held
        self.rows = rows
        wanted = np.zeros(size, np.bool_)
        wanted[held.company[rows]] = True
        self.others = kernel.flagged_rows(held.company, wanted)
        self.place = np.full(size, -1, np.int64)
        self.place[held.company[rows]] = np.arange(len(rows))
        self.begin, self.entries = condense.index_by(self.place[held.company[self.others]], len(rows))

    @cached_property
    def floats(self) -> Any:
        """The shares of the rows, written so that they compare with thresholds as the exact ones do."""
        held, size = self.held, len(self.place)
        found = left_over(held, size)[held.company[self.rows]]
        limits = np.array(list(LIMITS))
        for at in kernel.near(found, np.ones(len(found), np.bool_), limits, WIDTH).tolist():
            found[at] = honest(self._exact(at))
        return found

    def __getitem__(self, row: int) -> Any:
        at = int(self.rows.searchsorted(row))
        return str(self._exact(at)) if at < len(self.rows) and self.rows[at] == row else self.column[row]

    def _exact(self, at: int) -> Fraction:
        rows = self.others[self.entries[self.begin[at] : self.begin[at + 1]]]
        return ONE - sum((share.low for share in self.held.shares(rows)), ZERO)

    def marks(self) -> Any:
        """As of the column itself, where it has any."""
        return getattr(self.column, "marks", lambda: np.uint64(0))()


def surely_held(held: Held) -> Any:
    """Which rows of capital hold more than nothing: those with a positive share, and those registered without one."""
    found = held.low > 0.0
    if held.open:
        found |= held.high == 1.0
        rows = np.flatnonzero((held.low == 0.0) & (held.high > 0.0) & (held.high < 1.0))
        found[rows] = [share.over for share in held.shares(rows)]
    return found
