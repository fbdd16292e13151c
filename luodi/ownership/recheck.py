"""Figures close to a threshold once more, in exact numbers; the float written then compares as the exact figure does.

Where no loop lies above, that is a sum of products of integers; loops go to the exact solver.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain, pairwise
from math import gcd
from typing import Any

import numpy as np

from luodi.ownership import sweep as kernel
from luodi.ownership.graph import REST, Graph, Range
from luodi.ownership.interval import ONE, ZERO
from luodi.ownership.look import most
from luodi.ownership.rests import exactly_left
from luodi.ownership.solve import Solution, solve_part
from luodi.ownership.stakes import Edge
from luodi.ownership.thresholds import LIMITS, WIDTH, honest

Ratio = tuple[int, int]


def recheck_near(graph: Graph, sure: Sequence[Range], perhaps: Range, low: Any, high: Any, several: Any) -> None:
    """Correct the figures within 1e-9 of a threshold. `several` tells which are more than one share as it was read."""
    limits = np.array(list(LIMITS))
    close = kernel.near(low, several, limits, WIDTH)
    if high is not low:
        close = np.union1d(close, kernel.near(high, several, limits, WIDTH))
    if not len(close):
        return
    above = _Above(graph, close, sure, perhaps)
    lows = above.products(highest=False)
    same = high is low or bool((high[close] == low[close]).all())
    highs = lows if same else above.products(highest=True)
    for company in close.tolist():
        low[company] = honest(lows[company])
        high[company] = honest(highs[company])


def recheck_direct(graph: Graph, ranges: Sequence[Range], values: Any, several: Any, *, highest: bool) -> None:
    """Correct what holders of these numbers have in the companies themselves, where that is close to a threshold."""
    for company in kernel.near(values, several, np.array(list(LIMITS)), WIDTH).tolist():
        held = graph.edges(company)
        chosen = [e for e in held if any(first <= int(e.owner) < last for first, last in ranges)]
        chosen += [e for e in held if highest and e.owner == REST]
        values[company] = honest(most(held, chosen) if highest else sum((e.low for e in chosen), ZERO))


class _Above:
    """The part of the graph that some companies' figures rest on."""

    def __init__(self, graph: Graph, close: Any, sure: Sequence[Range], perhaps: Range) -> None:
        self.graph = graph
        self.close = close
        self.sure = sure
        self.perhaps = perhaps
        wanted = np.zeros(graph.companies, np.bool_)
        wanted[close] = True
        self.outer = graph.outer[wanted[graph.held.company[graph.outer]]]
        self.owners = np.unique(graph.held.owner[self.outer])
        wanted[self.owners] = True
        self.nodes = self._nodes(wanted)
        wanted[graph.known[self.nodes]] = True
        self.rows = self._rows(wanted)

    def _nodes(self, wanted: Any) -> Any:
        """The wanted companies and every company above them, as far as they take part in the sweep."""
        graph = self.graph
        start = wanted[graph.known]
        return np.flatnonzero(kernel.reached(*graph.up, graph.above, np.ones(len(graph.rows)), start))

    def _rows(self, wanted: Any) -> Any:
        """The rows of stakes that matter: holders of 0 do not."""
        graph = self.graph
        leaves = graph.leaves[wanted[graph.held.company[graph.leaves]]]
        inner = graph.rows[wanted[graph.held.company[graph.rows]]]
        return np.concatenate([leaves, self.outer, inner])

    def products(self, *, highest: bool) -> dict[int, Fraction]:
        """Sums of products as whole numerators and denominators, owners first; a loop by the exact solver."""
        terms = self._terms
        found: dict[int, Ratio] = {}
        for part in self._parts():
            if len(part) > 1 or any(owner == part[0] for owner, _, _ in terms.get(part[0], ())):
                found.update(self._loop(part, found, highest))
                continue
            below = (
                (n * value[0], d * value[1])
                for owner, n, d in terms.get(part[0], ())
                if (value := found.get(owner) or self._leaf(owner, highest))[0]
            )
            found[part[0]] = _sum(chain(below, self._rest(part[0], highest)))
        return {company: Fraction(*found[company]) for company in self.close.tolist()}

    def _rest(self, company: int, highest: bool) -> list[Ratio]:
        """What is not recorded, where it counts."""
        left = self._left.get(company) if highest else None
        return [left.as_integer_ratio()] if left else []

    @cached_property
    def _left(self) -> dict[int, Fraction]:
        graph, wanted = self.graph, np.concatenate([self.close, self.owners, self.graph.known[self.nodes]])
        companies = np.unique(wanted[graph.room[wanted] > 0.0])
        return exactly_left(graph.held, companies, graph.companies) if len(companies) else {}

    @cached_property
    def _terms(self) -> dict[int, list[tuple[int, int, int]]]:
        """Per company: owner, numerator and denominator of each share."""
        held = self.graph.held
        owners, companies = held.owner[self.rows].tolist(), held.company[self.rows].tolist()
        terms: dict[int, list[tuple[int, int, int]]] = {}
        for owner, company, share in zip(owners, companies, held.shares(self.rows), strict=True):
            terms.setdefault(company, []).append((owner, share.low.numerator, share.low.denominator))
        return terms

    def _loop(self, part: list[int], found: dict[int, Ratio], highest: bool) -> dict[int, Ratio]:
        known = Solution()
        edges: dict[str, tuple[Edge, ...]] = {}
        for company in part:
            sums: dict[str, Fraction] = {}
            for owner, n, d in self._terms.get(company, ()):
                sums[str(owner)] = sums.get(str(owner), ZERO) + Fraction(n, d)
                if owner not in part:
                    value = Fraction(*(found.get(owner) or self._leaf(owner, highest)))
                    known.low[str(owner)] = known.high[str(owner)] = value
            if rest := self._rest(company, highest):
                sums[REST] = Fraction(*rest[0])
                known.low[REST] = known.high[REST] = ONE
            edges[str(company)] = tuple(Edge(owner, share, share) for owner, share in sums.items())
        solved = solve_part([str(company) for company in part], edges, known)
        ends = solved.high if highest else solved.low
        return {company: ends[str(company)].as_integer_ratio() for company in part}

    def _parts(self) -> Iterator[list[int]]:
        """The companies by strongly connected part, owners first."""
        graph = self.graph
        outside = self.owners[graph.local[self.owners] < 0]
        yield from ([company] for company in outside.tolist())
        ranks = np.sort(graph.rank[self.nodes])
        part_of = np.searchsorted(graph.starts, ranks, side="right")
        companies = graph.known[graph.order[ranks]].tolist()
        bounds = [0, *(np.flatnonzero(np.diff(part_of)) + 1).tolist(), len(companies)]
        yield from (companies[first:last] for first, last in pairwise(bounds) if last > first)
        yield from ([company] for company in self.close[graph.local[self.close] < 0].tolist())

    def _leaf(self, number: int, highest: bool) -> Ratio:
        counts = any(first <= number < last for first, last in self.sure)
        counts = counts or (highest and self.perhaps[0] <= number < self.perhaps[1])
        return (1, 1) if counts else (0, 1)


def _sum(terms: Iterable[Ratio]) -> Ratio:
    above, below = 0, 1
    for n, d in terms:
        if d == below:
            above += n
        else:
            common = gcd(below, d)
            above = above * (d // common) + n * (below // common)
            below = below // common * d
    return above, below
