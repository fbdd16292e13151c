"""Who controls every company of a register: settled in columns where all is known, by the exact rules elsewhere.

A sweep with owners first adds votes by ultimate controller; what is not recorded, and what is held by somebody whose
own controller is open, may be with anybody. Loops, contracts, and votes that come close to half without being whole
parts of ten thousand millions go through the same code that answers for one company, so both name the same controller.
"""

from typing import Any, Final

import numpy as np

from luodi.ownership import condense
from luodi.ownership.condense import njit
from luodi.ownership.control import Control, settle
from luodi.ownership.graph import REST
from luodi.ownership.register import Register
from luodi.ownership.rests import left_over
from luodi.ownership.stakes import Edge, View, edges_of

NONE: Final = -1
"""No number: nobody can be named."""
_PARTS: Final = 1e10


def controllers(register: Register) -> tuple[Any, Any]:
    """For each company the number of its ultimate controller, its own or -1 if there is none to name; and whether
    that is because something is not known."""
    sweep = _Sweep(register)
    sweep.run()
    return sweep.top[: register.companies], sweep.open[: register.companies]


class _Sweep:
    """`top` is the ultimate controller of every node, itself where nobody controls it."""

    def __init__(self, register: Register) -> None:
        self.held = register.votes or register.capital
        self.contracts = register.contracts
        self.size = register.nodes
        self.top = np.arange(self.size, dtype=np.int32)
        self.open = np.zeros(self.size, np.bool_)
        self.ruled = np.zeros(self.size, np.bool_)
        self.ruled[self.contracts[1]] = True
        self.room = np.zeros(self.size)
        self.room[: register.companies] = left_over(self.held, register.companies)
        self.begin, self.entries = condense.index_by(self.held.company, self.size)
        nobody = (self.room > 0.0) & (np.diff(self.begin) == 0) & ~self.ruled
        self.top[nobody], self.open[nobody] = NONE, True
        self.order, self.starts, self.rest = self._arranged()

    def _arranged(self) -> tuple[Any, Any, Any]:
        """The held nodes with a held owner or a held company, owners first; and all other held nodes."""
        held = np.diff(self.begin) > 0
        held |= self.ruled
        rows = np.flatnonzero(held[self.held.owner] & (self.held.owner != self.held.company))
        owner = np.concatenate([self.held.owner[rows], self.contracts[0]])
        company = np.concatenate([self.held.company[rows], self.contracts[1]])
        every = np.arange(len(owner), dtype=np.int32)
        _, known, above, below = condense.compact(every, owner, company, self.size)
        order, starts = condense.arrange(len(known), above, below, *condense.index_by(above, len(known)))
        held[known] = False
        return known[order], starts, np.flatnonzero(held).astype(np.int32)

    def run(self) -> None:
        alone = np.arange(len(self.rest) + 1, dtype=np.int64)
        sums = np.zeros(self.size)
        for order, starts in ((self.order, self.starts), (self.rest, alone)):
            part = 0
            while (part := self._swept(part, order, starts, sums)) < len(starts) - 1:
                self._exactly(order[starts[part] : starts[part + 1]])
                part += 1

    def _swept(self, part: int, order: Any, starts: Any, sums: Any) -> int:
        held = self.held
        return int(
            _sweep(
                part,
                order,
                starts,
                self.begin,
                self.entries,
                held.owner,
                held.low,
                held.high,
                self.room,
                self.ruled,
                self.top,
                self.open,
                sums,
            )
        )

    def _exactly(self, nodes: Any) -> None:
        """One strongly connected part by the rules of a single company."""
        part = [str(node) for node in nodes.tolist()]
        found = Control()
        votes = {str(node): self._edges(node, found) for node in nodes.tolist()}
        control = {str(node): self._rulers(node, found) for node in nodes.tolist() if self.ruled[node]}
        settle(part, View({}, {}, votes, control), found)
        for node in part:
            top = found.top[node]
            self.top[int(node)] = NONE if top is None else int(top)
            self.open[int(node)] = node in found.open

    def _edges(self, node: int, found: Control) -> tuple[Edge, ...]:
        rows = self.entries[self.begin[node] : self.begin[node + 1]]
        owners = self.held.owner[rows].tolist()
        for owner in owners:
            self._outside(owner, found)
        rest = REST if self.room[node] > 0.0 else None  # who has it is in nobody's group, so it may be with anybody
        return edges_of(zip(map(str, owners), self.held.shares(rows), strict=True), rest)

    def _rulers(self, node: int, found: Control) -> tuple[str, ...]:
        rulers = self.contracts[0][self.contracts[1] == node].tolist()
        for ruler in rulers:
            self._outside(ruler, found)
        return tuple(map(str, rulers))

    def _outside(self, owner: int, found: Control) -> None:
        top = int(self.top[owner])
        found.top[str(owner)] = None if top == NONE else str(top)


@njit
def _sweep(
    part: int,
    order: Any,
    starts: Any,
    begin: Any,
    entries: Any,
    owner: Any,
    low: Any,
    high: Any,
    room: Any,
    ruled: Any,
    top: Any,
    opened: Any,
    sums: Any,
) -> int:
    """Settle nodes from `part` on; stops at a part that needs the exact rules and returns it. `sums` is zero before and
    after."""
    while part < len(starts) - 1:
        node = order[starts[part]]
        if starts[part + 1] - starts[part] > 1 or ruled[node]:
            return part
        found = _majority(node, begin, entries, owner, low, high, room[node], top, sums)
        for k in range(begin[node], begin[node + 1]):
            if top[owner[entries[k]]] >= 0:
                sums[top[owner[entries[k]]]] = 0.0
        if found == EXACT:
            return part
        opened[node] = found == OPEN
        top[node] = -1 if found == OPEN else found
        part += 1
    return part


EXACT: Final = -2
OPEN: Final = -3


@njit
def _majority(
    node: int, begin: Any, entries: Any, owner: Any, low: Any, high: Any, room: float, top: Any, sums: Any
) -> int:
    """The one with more than half of the votes that are not the node's own, else the node itself; `OPEN` if votes that
    may be with anybody could make it somebody, `EXACT` if it takes more care to say."""
    own, floating, bands = 0.0, room, False
    for k in range(begin[node], begin[node + 1]):
        row = entries[k]
        above = top[owner[row]]
        bands |= high[row] != low[row]
        if owner[row] == node:
            if high[row] != low[row]:
                return EXACT
            own += low[row]
        elif above < 0:
            floating += low[row]
        else:
            sums[above] += low[row]
    found, best = node, 0.0
    for k in range(begin[node], begin[node + 1]):
        row = entries[k]
        above = top[owner[row]]
        if owner[row] == node or above < 0 or above == found:
            continue
        best = max(best, sums[above])
        more = 2.0 * sums[above] + own - 1.0
        if abs(more) < 1e-9:
            more = -2.0 if bands else _in_parts(above, node, begin, entries, owner, low, top)
            if more == -2.0:
                return EXACT
        if more > 0.0:
            if found != node:
                return EXACT if floating > 0.0 else node
            found = above
    if found != node or floating == 0.0:
        return found
    short = 2.0 * (best + floating) + own - 1.0
    if abs(short) < 1e-9:
        return EXACT
    return OPEN if short > 0.0 else node


@njit
def _in_parts(above: int, node: int, begin: Any, entries: Any, owner: Any, low: Any, top: Any) -> float:
    """The same difference without rounding, where all shares are whole parts of ten thousand millions; else -2."""
    total = np.int64(-10_000_000_000)
    for k in range(begin[node], begin[node + 1]):
        row = entries[k]
        parts = np.int64(round(low[row] * 1e10))
        if abs(low[row] * 1e10 - parts) > 1e-5:
            return -2.0
        if owner[row] == node:
            total += parts
        elif top[owner[row]] == above:
            total += 2 * parts
    return float(total)
