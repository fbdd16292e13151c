"""Every company of a register at once: the condensed graph of shares between companies, and the figures swept over it.

Folding settles the companies that no company holds. The rest is put in an order in which owners come first; each
strongly connected part is solved directly, in exact fractions where floats would lose too much. Figures close to a
threshold are computed again exactly, so that exactly 25 % is exactly 25 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

import numpy as np

from luodi.ownership import condense
from luodi.ownership import sweep as kernel
from luodi.ownership.interval import ONE, ZERO
from luodi.ownership.register import Held
from luodi.ownership.rests import left_over, surely_held
from luodi.ownership.solve import Solution, solve_part
from luodi.ownership.stakes import Edge, Edges, edges_of

Range = tuple[int, int]
NOBODY: Final = (0, 0)
COUNTED: Final = "holders that count"
REST: Final = "-1"
"""The number, as text, of whoever has what is not recorded."""


@dataclass(frozen=True)
class Figure:
    """Least and greatest value of every company; one array where all are determined."""

    low: Any
    high: Any

    @property
    def ends(self) -> tuple[Any, Any]:
        return self.low, self.high


class Graph:
    """The shares of one kind, capital or votes, among `companies` numbered companies and the holders after them.

    `counted` is where the numbers end of the holders that any figure asks for. `rows` are the shares that must be taken
    in order, those in companies that hold others; `outer` the rest of those between companies.
    """

    def __init__(self, held: Held, companies: int, counted: int) -> None:
        self.held = held
        self.companies = companies
        counts = condense.count_held(held.owner, held.company, companies, counted)
        rows, self.leaves = condense.pick_held(held.owner, held.company, companies, counted, counts)
        self.rows, self.outer = condense.split_rows(rows, held.owner, held.company, np.zeros(companies, np.bool_))
        self.local, self.known, self.above, self.below = condense.compact(
            self.rows, held.owner, held.company, companies
        )
        self.down = condense.index_by(self.above, len(self.known))
        self.up = condense.index_by(self.below, len(self.known))
        self.order, self.starts = condense.arrange(len(self.known), self.above, self.below, *self.down)
        condense.in_fixed_order(self.order, self.starts, self.known)

    @cached_property
    def low(self) -> Any:
        return self.held.low[self.rows]

    @cached_property
    def rank(self) -> Any:
        """The place of each company of the sweep in its order."""
        found = np.empty(len(self.order), np.int32)
        found[self.order] = np.arange(len(self.order), dtype=np.int32)
        return found

    @cached_property
    def room(self) -> Any:
        """What the known shares of each company leave over, for whoever has it."""
        return left_over(self.held, self.companies)

    @cached_property
    def gaps(self) -> bool:
        """Whether something is left over anywhere."""
        return bool(self.room.any())

    @cached_property
    def open(self) -> Any:
        """Which companies have an open share."""
        held, marked = self.held, np.zeros(self.companies, np.bool_)
        if held.open:
            marked[held.company[(held.high > held.low) & (held.company < self.companies)]] = True
        return marked

    # ---- figures

    def folded(self, ranges: Sequence[Range]) -> tuple[Any, Any]:
        """What holders of these numbers have in each company itself, and where several shares met."""
        into, several = condense.blank(self.companies), np.zeros(self.companies, np.bool_)
        for first, last in ranges:
            if last > first:
                condense.fold(
                    self.leaves, self.held.owner, self.held.company, self.held.low, first, last, into, several
                )
        return into, several

    def direct(self, sure: Sequence[Range], perhaps: Range = NOBODY, *, recheck: bool = True) -> Figure:
        """The first layer alone."""
        from luodi.ownership.recheck import recheck_direct

        low, several = self.folded(sure)
        if recheck:
            recheck_direct(self, sure, low, several, highest=False)
        if not self.gaps and perhaps[0] == perhaps[1]:
            return Figure(low, low)
        ranges = [*sure, perhaps]
        high, several = self.folded(ranges)
        high += self.room
        if recheck:
            recheck_direct(self, ranges, high, several | (self.room > 0.0), highest=True)
        return Figure(low, high)

    def equity(self, sure: Sequence[Range], perhaps: Range = NOBODY, *, recheck: bool = True) -> Figure:
        """Looked through every layer: what holders numbered in `sure` have, and those in `perhaps` may have."""
        low, several = self.folded(sure)
        base = kernel.gather(low, self.known)
        x = base.copy()
        solver = _Parts(self)
        open_parts = self._run(x, base, np.ones(len(x), np.bool_), solver)
        kernel.scatter(x, self.known, low)
        self._flow(low, low, several)
        high = low
        if self.gaps or perhaps[1] > perhaps[0]:
            high = self._high(sure, perhaps, solver, several)
        elif open_parts:
            high = self._below_open(open_parts, low, x, base, solver, sure)
        if recheck:
            from luodi.ownership.recheck import recheck_near

            several[self.known] = True
            recheck_near(self, sure, perhaps, low, high, several)
        return Figure(low, high)

    def _run(self, x: Any, base: Any, todo: Any, solver: "_Parts", *, greatest: bool = False) -> list[Any]:
        """Sweep, solving elsewhere what the sweep leaves; returns the parts that are not determined."""
        place = np.full(len(x), -1, np.int32)
        part, found = 0, []
        arrays = (self.order, self.starts, *self.up, self.above, self.low)
        while (part := kernel.sweep(part, *arrays, x, todo, place)) < len(self.starts) - 1:
            if solver.solve(self._nodes(part), x, base, greatest=greatest):
                found.append(self._nodes(part))
            part += 1
        return found

    def _below_open(
        self, parts: list[Any], low: Any, least: Any, base: Any, solver: "_Parts", sure: Sequence[Range]
    ) -> Any:
        """The greatest x where only loops that nobody owns are open: it differs in them and below them alone."""
        start = np.zeros(len(least), np.bool_)
        start[np.concatenate(parts)] = True
        todo = kernel.reached(*self.down, self.below, self.low, start)
        x = np.where(todo, base, least)
        self._run(x, base, todo, solver, greatest=True)
        high = low.copy()
        kernel.scatter(x, self.known, high)
        held = self.held
        folded, _ = self.folded(sure)
        kernel.flow_open(self.outer, held.owner, held.company, held.low, low, high, folded, high)
        return high

    def _flow(self, value: Any, into: Any, several: Any) -> None:
        kernel.flow(self.outer, self.held.owner, self.held.company, self.held.low, value, into, several)

    def _high(self, sure: Sequence[Range], perhaps: Range, solver: "_Parts", several: Any) -> Any:
        """The greatest x: all that is left over is with holders who count, so no choice between owners remains."""
        high, met = self.folded([*sure, perhaps])
        high += self.room
        several |= met | (self.room > 0.0)
        base = kernel.gather(high, self.known)
        x = base.copy()
        self._run(x, base, np.ones(len(x), np.bool_), solver, greatest=True)
        kernel.scatter(x, self.known, high)
        self._flow(high, high, several)
        return high

    def held_by(self, node: int) -> Any:
        """The entries of the shares that companies have in one of the sweep."""
        begin, entries = self.up
        return entries[begin[node] : begin[node + 1]]

    def _nodes(self, part: int) -> Any:
        return self.order[self.starts[part] : self.starts[part + 1]]

    def reached(self, sure: Sequence[Range], perhaps: Range = NOBODY) -> tuple[Any, Any]:
        """Which companies a chain of positive shares reaches from such holders: surely, and perhaps."""
        positive = surely_held(self.held)
        surely = self._spread(self._touched(sure, positive), positive)
        if not self.gaps and not self.held.open and perhaps[0] == perhaps[1]:
            return surely, surely
        may = positive | (self.held.high > 0.0)
        return surely, self._spread(self._touched([*sure, perhaps], may) | (self.room > 0.0), may)

    def _touched(self, ranges: Sequence[Range], positive: Any) -> Any:
        """The companies in which holders of these numbers have something themselves."""
        found = np.zeros(self.companies, np.bool_)
        rows = self.leaves[positive[self.leaves]]
        for first, last in ranges:
            owner = self.held.owner[rows]
            found[self.held.company[rows[(owner >= first) & (owner < last)]]] = True
        return found

    def _spread(self, start: Any, positive: Any) -> Any:
        found = start.copy()
        share = positive[self.rows].astype(np.float64)
        found[self.known] = kernel.reached(*self.down, self.below, share, start[self.known])
        rows = self.outer[positive[self.outer]]
        found[self.held.company[rows[found[self.held.owner[rows]]]]] = True
        return found

    def passed(self, sure: Sequence[Range], perhaps: Range, level: Fraction, *, strict: bool) -> Figure:
        """Holdings count in full from a level on: decided exactly where floats come near it."""
        from luodi.ownership.credit import passed

        return passed(self, sure, perhaps, level, ">" if strict else ">=")

    @cached_property
    def rows_of(self) -> tuple[Any, Any]:
        """All rows of the companies in which counted holders may have something: where those of each company begin, and
        the rows."""
        company = self.held.company
        reached = self.room > 0.0
        reached[company[self.leaves]] = True
        rows = kernel.flagged_rows(company, self._spread(reached, self.held.high > 0.0))
        begin, entries = condense.index_by(company[rows], self.companies)
        return begin, rows[entries]

    def edges(self, company: int) -> tuple[Edge, ...]:
        """Who holds such a company, exactly as written, by their numbers as text; `REST` has what is not recorded."""
        begin, entries = self.rows_of
        rows = entries[begin[company] : begin[company + 1]]
        held = zip(map(str, self.held.owner[rows].tolist()), self.held.shares(rows), strict=True)
        return edges_of(held, REST if self.room[company] > 0.0 else None)


class _Parts:
    """Solves parts that the sweep leaves: singular or nearly so, or large."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def solve(self, nodes: Any, x: Any, base: Any, *, greatest: bool) -> bool:
        """Write the least or the greatest x of the part into `x`; returns whether they differ."""
        if len(nodes) > kernel.SMALL and _sparse(self.graph, nodes, x, base):
            return False
        edges, known = self._edges(nodes, x, base)
        found = solve_part([str(n) for n in nodes], edges, known)
        for node in nodes:
            x[node] = float((found.high if greatest else found.low)[str(node)])
        return any(found.low[str(n)] != found.high[str(n)] for n in nodes)

    def _edges(self, nodes: Any, x: Any, base: Any) -> tuple[Edges, Solution]:
        """Shares of the part exactly as written; what comes from outside as it was found."""
        graph = self.graph
        known = Solution()
        known.low[COUNTED] = known.high[COUNTED] = ONE
        inside = {int(graph.known[n]): str(n) for n in nodes}
        edges: dict[str, tuple[Edge, ...]] = {}
        for name in inside.values():
            sums = {COUNTED: Fraction(float(base[int(name)]))}
            for row in graph.rows[graph.held_by(int(name))]:
                owner, share = int(graph.held.owner[row]), graph.held.share(int(row))
                of = inside.get(owner) or self._outside(owner, x, known)
                sums[of] = sums.get(of, ZERO) + share.low
            edges[name] = tuple(Edge(owner, share, share) for owner, share in sums.items())
        return edges, known

    def _outside(self, owner: int, x: Any, known: Solution) -> str:
        name = f"outside {owner}"
        known.low[name] = known.high[name] = Fraction(float(x[self.graph.local[owner]]))
        return name


def _sparse(graph: Graph, nodes: Any, x: Any, base: Any) -> bool:
    """A large loop by a sparse direct solver; False if the result is not sound, so that it is solved exactly."""
    from scipy.sparse import csc_matrix, identity  # type: ignore[import-untyped]
    from scipy.sparse.linalg import splu  # type: ignore[import-untyped]

    place = np.full(len(x), -1, np.int64)
    place[nodes] = np.arange(len(nodes))
    rows = np.concatenate([graph.held_by(n) for n in nodes])
    below, above = place[graph.below[rows]], place[graph.above[rows]]
    b = base[nodes] + np.bincount(
        below, np.where(above < 0, graph.low[rows] * x[graph.above[rows]], 0.0), minlength=len(nodes)
    )
    inner = above >= 0
    a = csc_matrix((graph.low[rows][inner], (below[inner], above[inner])), shape=(len(nodes),) * 2)
    try:
        solver = splu(identity(len(nodes), format="csc") - a)
        found = solver.solve(b)
        grows = solver.solve(np.ones(len(nodes)))
    except RuntimeError:
        return False
    if not (np.isfinite(found).all() and found.min() >= -1e-9 and grows.min() > 0 and grows.max() < 1 / kernel.TINY):
        return False
    x[nodes] = found
    return True
