"""Shares that count in full, for every company of a register: in doubles, and exactly where these may not tell.

What an entity passes on is decided once, by whether it counts, so no error builds up below it: a company whose share
lies within 1e-9 of the level is decided, with the loop it lies in, by the code that answers for one company, before the
sweep goes on to what depends on it.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from luodi.ownership import sweep as kernel
from luodi.ownership.condense import njit
from luodi.ownership.graph import REST, Figure, Graph, Range
from luodi.ownership.passing import Level, credit_part
from luodi.ownership.stakes import Edge
from luodi.ownership.thresholds import LIMITS, WIDTH, honest

THIN = 0.01
"""A company that holds all but so much of itself loses too many digits in doubles."""
SAME, MORE, NEAR = 0, 1, 2


def passed(graph: Graph, sure: Sequence[Range], perhaps: Range, threshold: Fraction, sign: str) -> Figure:
    """Least and greatest share of each company, where what its owners hold counts in full from the threshold on."""
    low = _End(graph, sure, Level(threshold, sign, highest=False)).run()
    if not graph.gaps and perhaps[0] == perhaps[1]:
        return Figure(low, low)
    return Figure(low, _End(graph, [*sure, perhaps], Level(threshold, sign, highest=True)).run())


class _End:
    """The least or the greatest share of each company. `counts` says whose holdings count in full, `several` whose
    share is more than one as it was read, `done` which were decided exactly."""

    def __init__(self, graph: Graph, ranges: Sequence[Range], level: Level) -> None:
        self.graph = graph
        self.ranges = ranges
        self.level = level
        self.whole, self.several = graph.folded(ranges)
        self.counts, self.done = (np.zeros(graph.companies, np.bool_) for _ in range(2))
        if graph.held.open:
            self.several |= graph.open
        if level.highest:
            self.whole += graph.room
            self.several |= graph.room > 0.0

    def run(self) -> Any:
        self._inner()
        self._alone()
        graph, counted = self.graph, self.counts.astype(np.float64)
        graph.flow(counted, self.whole, self.several)
        self._near()
        return self.whole

    def _inner(self) -> None:
        """The companies of the sweep, owners first."""
        graph, known = self.graph, self.graph.known
        base, several = self.whole[known], self.several[known]
        counts, found = np.zeros(len(known), np.bool_), np.zeros(len(known))
        part_of, waiting = np.empty((2, len(known)), np.int32)
        part_of[graph.order] = np.repeat(np.arange(len(graph.starts) - 1), np.diff(graph.starts))
        order = (graph.order, graph.starts, *graph.down, graph.below, part_of)
        arrays = (*order, *graph.up, graph.above, graph.low, base, several)
        limit, strict, part = float(self.level.threshold), self.level.sign == ">", 0
        while (part := _credit(part, *arrays, limit, strict, counts, found, waiting)) < len(graph.starts) - 1:
            nodes = graph.order[graph.starts[part] : graph.starts[part + 1]]
            owners = known[np.concatenate([graph.above[graph.held_by(n)] for n in nodes])]
            self.counts[owners] = counts[graph.local[owners]]
            self._exactly(known[nodes])
            counts[nodes], found[nodes] = self.counts[known[nodes]], self.whole[known[nodes]]
            part += 1
        self.counts[known], self.whole[known], self.several[known] = counts, found, several

    def _alone(self) -> None:
        """The companies that lie above others and below none: what their holders have decides."""
        outside = self.graph.local < 0
        limit = float(self.level.threshold)
        met = self.whole > limit if self.level.sign == ">" else self.whole >= limit
        self.counts |= met & outside
        close = outside & self.several & (np.abs(self.whole - limit) < WIDTH)
        if close.any():
            owners = self.graph.held.owner[self.graph.outer]
            for company in np.unique(owners[close[owners]]).tolist():
                self._exactly([company])

    def _near(self) -> None:
        """Shares near any threshold, written so that they compare as the exact ones do."""
        limits = np.array(list(LIMITS))
        for company in kernel.near(self.whole, self.several & ~self.done, limits, WIDTH).tolist():
            self._write(company, self.graph.edges(company))

    def _exactly(self, companies: Any) -> None:
        """One strongly connected part by the rules of a single company."""
        held = {str(company): self.graph.edges(company) for company in companies}
        credited = {e.owner for edges in held.values() for e in edges if e.owner not in held and self._counts(e.owner)}
        credit_part([*held], held, credited, self.level)
        for company in held:
            self.counts[int(company)] = company in credited
        for company, edges in held.items():
            self._write(int(company), edges)

    def _write(self, company: int, edges: tuple[Edge, ...]) -> None:
        self.whole[company] = honest(self.level.share(str(company), edges, self._counts))
        self.done[company] = True

    def _counts(self, owner: str) -> bool:
        if owner == REST:
            return self.level.highest
        number = int(owner)
        if number < self.graph.companies:
            return bool(self.counts[number])
        return any(first <= number < last for first, last in self.ranges)


@njit
def _credit(
    part: int,
    order: Any,
    starts: Any,
    down: Any,
    owned: Any,
    below: Any,
    part_of: Any,
    begin: Any,
    entries: Any,
    above: Any,
    low: Any,
    b: Any,
    several: Any,
    level: float,
    strict: bool,
    counts: Any,
    found: Any,
    waiting: Any,
) -> int:
    """Decide the nodes from `part` on; stops at a part that must be decided exactly and returns it. `b` is what counted
    holders have, for the greatest share with all that is not recorded; `waiting` is room to work in."""
    while part < len(starts) - 1:
        first, last = starts[part], starts[part + 1]
        size, near = 0, False
        for p in range(first, last):
            now = _decide(order[p], begin, entries, above, low, b, several, level, strict, counts, found)
            near |= now == NEAR
            if now == MORE:
                waiting[size] = order[p]
                size += 1
        while size > 0 and last - first > 1 and not near:
            size -= 1
            node = waiting[size]
            for k in range(down[node], down[node + 1]):
                other = below[owned[k]]
                if part_of[other] != part:
                    continue
                now = _decide(other, begin, entries, above, low, b, several, level, strict, counts, found)
                near |= now == NEAR
                if now == MORE:
                    waiting[size] = other
                    size += 1
        if near:
            for p in range(first, last):
                counts[order[p]] = False
            return part
        part += 1
    return part


@njit
def _decide(
    node: int,
    begin: Any,
    entries: Any,
    above: Any,
    low: Any,
    b: Any,
    several: Any,
    level: float,
    strict: bool,
    counts: Any,
    found: Any,
) -> int:
    """The share of one node; `MORE` if its holdings count from now on, `NEAR` if doubles may not tell."""
    share, own, close = _counted(node, begin, entries, above, low, b[node], several[node], counts)
    several[node] = close
    short = share - level * (1.0 - own)
    if close and (abs(short) < 1e-9 or (share > 0.0 and 1.0 - own < THIN)):
        return NEAR
    found[node] = share / (1.0 - own) if own < 1.0 else 0.0
    if counts[node] or short < 0.0 or (strict and short == 0.0):
        return SAME
    counts[node] = True
    return MORE


@njit
def _counted(node: int, begin: Any, entries: Any, above: Any, low: Any, b: float, several: bool, counts: Any) -> Any:
    """What counts in a node, what it holds of itself, and whether that is more than one share as it was read."""
    own, terms = 0.0, 1 if b > 0.0 else 0
    for k in range(begin[node], begin[node + 1]):
        row, owner = entries[k], above[entries[k]]
        if owner == node:
            own += low[row]
        elif counts[owner]:
            b += low[row]
            terms += 1
    return b, own, several or own > 0.0 or terms > 1
