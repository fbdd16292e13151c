"""Which chains carry a figure: the greatest by product, what loops add, and what no listed chain accounts for.

Loops are counted by Mason's rule: a chain that no node of it repeats carries its product times det(I - A without the
chain) / det(I - A), and all such chains together carry exactly the figure.
"""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from typing import Final

from luodi.ownership.interval import ONE, ZERO, Interval
from luodi.ownership.look import Look
from luodi.ownership.stakes import Kind

MOST: Final = 50
_STEPS: Final = 20_000
_LOOP_LIMIT: Final = 40


@dataclass(frozen=True, slots=True)
class Chain:
    """From a holder down to the company asked: `share` is the product of its links, `carries` counts the loops too."""

    path: tuple[str, ...]
    share: Interval
    carries: Fraction


@dataclass(frozen=True)
class Chains:
    """The listed chains of one figure. `share * loop_factor`, summed, and `unlisted` make the figure's low end."""

    listed: tuple[Chain, ...]
    total: Fraction

    @property
    def product(self) -> Fraction:
        return sum((chain.share.low for chain in self.listed), ZERO)

    @property
    def carried(self) -> Fraction:
        return sum((chain.carries for chain in self.listed), ZERO)

    @cached_property
    def loop_factor(self) -> Fraction:
        """What loops make of the listed products, as one factor; 1 without a loop."""
        return self.carried / self.product if self.product else ONE

    @property
    def unlisted(self) -> Fraction:
        return self.total - self.carried


def chains(look: Look, kinds: Collection[Kind], *, most: int = MOST) -> Chains:
    """The chains that carry the share of holders of these kinds, greatest product first."""
    found = _Search(look, kinds).found(most)
    loops = _Loops(look)
    listed = tuple(Chain(path, share, share.low * loops.factor(path)) for path, share in found)
    return Chains(listed, look.of(kinds).low)


_Entry = tuple[Fraction, int, int, tuple[str, ...], Interval]


class _Search:
    """Best first from the company upwards; the best product still possible above each node guides it, and of two
    that promise as much the longer goes on, so that layers that hold each other crosswise do not explode."""

    def __init__(self, look: Look, kinds: Collection[Kind]) -> None:
        self.look = look
        self.kinds = kinds
        self.best = self._best()

    def _best(self) -> dict[str, Fraction]:
        """The greatest product of any chain from a holder of the kinds down to each node."""
        below: dict[str, list[tuple[str, Fraction]]] = {}
        for company in self.look.companies:
            for edge in self.look.edges.get(company, ()):
                below.setdefault(edge.owner, []).append((company, min(edge.high, ONE)))
        best = {end: ONE for end in self.look.ends if self.look.nodes[end].kind in self.kinds}
        waiting = [(-ONE, end) for end in best]
        while waiting:
            product, node = heappop(waiting)
            if -product < best[node]:
                continue
            for company, share in below.get(node, ()):
                if -product * share > best.get(company, ZERO):
                    best[company] = -product * share
                    heappush(waiting, (-best[company], company))
        return best

    def found(self, most: int) -> list[tuple[tuple[str, ...], Interval]]:
        target = self.look.target
        number = count()
        listed: list[tuple[tuple[str, ...], Interval]] = []
        waiting: list[_Entry] = [(-self.best.get(target, ZERO), 0, next(number), (target,), Interval(ONE, ONE))]
        while waiting and len(listed) < most and next(number) < _STEPS:
            _, _, _, path, share = heappop(waiting)
            if path[0] in self.best and not self.look.through(path[0]):
                listed.append((path, share))
                continue
            for edge in self.look.edges.get(path[0], ()):
                if edge.owner in self.best and edge.owner not in path:
                    longer = Interval(share.low * edge.low, share.high * edge.high)
                    bound = -min(ONE, longer.high) * self.best[edge.owner]
                    heappush(waiting, (bound, -len(path), next(number), (edge.owner, *path), longer))
        return listed


class _Loops:
    """The factor that the loops above give to one chain."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.parts = [part for part in look.parts if look.loops(part)]
        self.usable = look.weights is not None and all(len(part) <= _LOOP_LIMIT for part in self.parts)
        self.whole = {part[0]: self._determinant(part) for part in self.parts} if self.usable else {}

    def factor(self, path: tuple[str, ...]) -> Fraction:
        if not self.usable:
            return ONE
        found = ONE
        for part in self.parts:
            rest = [company for company in part if company not in path]
            if len(rest) < len(part):
                found *= self._determinant(rest) / self.whole[part[0]]
        return found

    def _determinant(self, part: list[str]) -> Fraction:
        """det(I - A) of these companies among themselves."""
        place = {company: i for i, company in enumerate(part)}
        rows = [[ONE if i == j else ZERO for j in range(len(part))] for i in range(len(part))]
        for company in part:
            for edge in self.look.edges.get(company, ()):
                if edge.owner in place:
                    rows[place[company]][place[edge.owner]] -= edge.low
        value = ONE
        for i, row in enumerate(rows):
            value *= row[i]
            if not row[i]:
                return ZERO
            for other in rows[i + 1 :]:
                if other[i]:
                    factor = other[i] / row[i]
                    for j in range(i, len(rows)):
                        other[j] -= factor * row[j]
        return value
