"""Chance that is the same on every machine: bits from PCG64, whole numbers, tables, basic operations and square roots.

Nothing here, or built on it, takes a logarithm, a power or a sum of floats from numpy: those may differ in the last bit
from one processor to the next, and a world must not. Tables are worked out once with `decimal`, which rounds one way.
"""

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from functools import cached_property
from typing import Any, Final
from zlib import crc32

import numpy as np

_CELLS: Final = 512
_EXACT: Final = Context(prec=20)
_UNIT: Final = 2.0**-53


class Draws:
    """What chance gives to one block of companies: a stream of its own for each name, a row at a time.

    A row's draw depends on the seed, the block, the name and its place, on nothing else; so a new column changes no
    other, and a longer world begins like a shorter one.
    """

    def __init__(self, seed: int, block: int, rows: int) -> None:
        self.seed, self.block, self.rows = seed, block, rows

    def bits(self, name: str, width: int = 1) -> Any:
        """64 bits a row, or `width` times as many."""
        source = np.random.PCG64(np.random.SeedSequence([self.seed, self.block, crc32(name.encode())]))
        found = source.random_raw(self.rows * width)
        return found if width == 1 else found.reshape(self.rows, width)

    def evenly(self, name: str, width: int = 1) -> Any:
        """Anything from 0 to below 1."""
        return (self.bits(name, width) >> np.uint64(11)) * _UNIT

    def chance(self, name: str, how_often: Any, width: int = 1) -> Any:
        """True as often as this; `how_often` is one number or one a row."""
        return self.evenly(name, width) < how_often

    def below(self, name: str, ends: Any, width: int = 1) -> Any:
        """Whole numbers from 0 to below `ends`, which is one number or one a row."""
        return (self.evenly(name, width) * ends).astype(np.int64)

    def pick(self, name: str, weights: "Weights", width: int = 1) -> Any:
        """Places in a list, each as often as it weighs."""
        return weights.at(self.evenly(name, width))

    def spread(self, name: str, knots: "Spread", width: int = 1) -> Any:
        """Numbers spread as the knots say."""
        return knots.at(self.evenly(name, width))


class Weights:
    """A list of words with weights."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self.words = list(weights)
        parts = [Decimal(str(weight)) for weight in weights.values()]
        whole, before = sum(parts), Decimal(0)
        ends = []
        for part in parts:
            before += part
            ends.append(float(_EXACT.divide(before, whole)))
        self.ends = np.array(ends[:-1])

    def at(self, evenly: Any) -> Any:
        return self.ends.searchsorted(evenly, side="right")


class Spread:
    """Numbers by their quantiles: between two of them they grow evenly in proportion, or in steps below zero.

    A second table covers the last part, so that the largest of a million are as rare as they should be.
    """

    def __init__(self, knots: Sequence[Sequence[Any]]) -> None:
        self.knots = [(Decimal(str(share)), Decimal(str(value))) for share, value in knots]

    @cached_property
    def _logs(self) -> list[Decimal]:
        return [_EXACT.ln(1 + max(value, Decimal(0))) for _, value in self.knots]

    @cached_property
    def _tables(self) -> tuple[Any, Any]:
        body = [Decimal(at) / _CELLS for at in range(_CELLS + 1)]
        last = body[-2]
        tail = [last + (1 - last) * Decimal(at) / _CELLS for at in range(_CELLS + 1)]
        return np.array([self._value(q) for q in body]), np.array([self._value(q) for q in tail])

    def _value(self, share: Decimal) -> float:
        at = max(place for place, (start, _) in enumerate(self.knots[:-1]) if start <= share)
        (start, low), (end, high) = self.knots[at], self.knots[at + 1]
        part = _EXACT.divide(share - start, end - start)
        if low < 0 or high < 0 or low == high:
            return float(low + (high - low) * part)
        first, last = self._logs[at], self._logs[at + 1]
        return float(_EXACT.subtract(_EXACT.exp(_EXACT.fma(last - first, part, first)), Decimal(1)))

    def at(self, evenly: Any) -> Any:
        body, tail = self._tables
        found = _between(body, evenly * _CELLS)
        last = np.flatnonzero(evenly >= 1 - 1 / _CELLS)
        if len(last):
            flat = found.reshape(-1) if found.ndim > 1 else found
            rest = evenly.reshape(-1)[last] if evenly.ndim > 1 else evenly[last]
            flat[last] = _between(tail, (rest - (1 - 1 / _CELLS)) * _CELLS * _CELLS)
        return found


def _between(table: Any, at: Any) -> Any:
    low = at.astype(np.int64)
    start = table[low]
    return start + (table[low + 1] - start) * (at - low)


def whole(numbers: Any) -> Any:
    """The nearest whole numbers."""
    return np.floor(numbers + 0.5).astype(np.int64)
