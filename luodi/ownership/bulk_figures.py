"""Figures of every company of a register at once, swept over the graph of its shares.

Each strongly connected part is solved directly, in exact fractions where floats would lose too much. Figures close to a
threshold are computed again exactly, so that exactly 25 % is exactly 25 %.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from luodi.ownership import sweep as kernel
from luodi.ownership.graph import COUNTED, NOBODY, Figure, Graph, Range
from luodi.ownership.interval import ONE, ZERO
from luodi.ownership.recheck import recheck_direct, recheck_near
from luodi.ownership.solve import Solution, solve_part
from luodi.ownership.stakes import Edge, Edges


def direct(graph: Graph, sure: Sequence[Range], perhaps: Range = NOBODY) -> Figure:
    """The first layer alone."""
    low, several = graph.folded(sure)
    recheck_direct(graph, sure, low, several, highest=False)
    if not graph.gaps and perhaps[0] == perhaps[1]:
        return Figure(low, low)
    ranges = [*sure, perhaps]
    high, several = graph.folded(ranges)
    high += graph.room
    recheck_direct(graph, ranges, high, several | (graph.room > 0.0), highest=True)
    return Figure(low, high)


def equity(graph: Graph, sure: Sequence[Range], perhaps: Range = NOBODY) -> Figure:
    """Looked through every layer: what holders numbered in `sure` have, and those in `perhaps` may have."""
    low, several = graph.folded(sure)
    base = kernel.gather(low, graph.known)
    x = base.copy()
    solver = _PartSolver(graph)
    open_parts = _run(graph, x, base, np.ones(len(x), np.bool_), solver)
    kernel.scatter(x, graph.known, low)
    graph.flow(low, low, several)
    high = low
    if graph.gaps or perhaps[1] > perhaps[0]:
        high = _high(graph, sure, perhaps, solver, several)
    elif open_parts:
        high = _below_open(graph, open_parts, low, x, base, solver, sure)
    several[graph.known] = True
    recheck_near(graph, sure, perhaps, low, high, several)
    return Figure(low, high)


def _run(graph: Graph, x: Any, base: Any, todo: Any, solver: "_PartSolver", *, greatest: bool = False) -> list[Any]:
    """Sweep, solving elsewhere what the sweep leaves; returns the parts that are not determined."""
    place = np.full(len(x), -1, np.int32)
    part, found = 0, []
    arrays = (graph.order, graph.starts, *graph.up, graph.above, graph.low)
    while (part := kernel.sweep(part, *arrays, x, todo, place)) < len(graph.starts) - 1:
        if solver.solve(graph.nodes(part), x, base, greatest=greatest):
            found.append(graph.nodes(part))
        part += 1
    return found


def _below_open(
    graph: Graph, parts: list[Any], low: Any, least: Any, base: Any, solver: "_PartSolver", sure: Sequence[Range]
) -> Any:
    """The greatest x where only loops that nobody owns are open: it differs in them and below them alone."""
    start = np.zeros(len(least), np.bool_)
    start[np.concatenate(parts)] = True
    todo = kernel.reached(*graph.down, graph.below, graph.low, start)
    x = np.where(todo, base, least)
    _run(graph, x, base, todo, solver, greatest=True)
    high = low.copy()
    kernel.scatter(x, graph.known, high)
    held = graph.held
    folded, _ = graph.folded(sure)
    kernel.flow_open(graph.outer, held.owner, held.company, held.low, low, high, folded, high)
    return high


def _high(graph: Graph, sure: Sequence[Range], perhaps: Range, solver: "_PartSolver", several: Any) -> Any:
    """The greatest x: all that is left over is with holders who count, so no choice between owners remains."""
    high, met = graph.folded([*sure, perhaps])
    high += graph.room
    several |= met | (graph.room > 0.0)
    base = kernel.gather(high, graph.known)
    x = base.copy()
    _run(graph, x, base, np.ones(len(x), np.bool_), solver, greatest=True)
    kernel.scatter(x, graph.known, high)
    graph.flow(high, high, several)
    return high


class _PartSolver:
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
    from scipy.sparse import csc_matrix, identity
    from scipy.sparse.linalg import splu

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
