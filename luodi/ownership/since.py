"""What a change of stakes can have changed: the companies below it, and no others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from luodi.ownership import condense
from luodi.ownership import sweep as kernel
from luodi.ownership.register import Held, Register


def below_changes(register: Register, before: Register) -> Any:
    """The numbers of the companies whose stakes changed and of all companies below them, ascending.

    Both registers are read with the same nodes, so that their numbers are the same.
    """
    pairs = [(register.capital, before.capital)]
    if register.votes is not None or before.votes is not None:
        pairs.append((register.votes or register.capital, before.votes or before.capital))
    changed = np.zeros(len(register.ids), np.bool_)
    for now, then in pairs:
        changed |= _changed(now, then, len(register.ids))
    return np.flatnonzero(_below(changed[: register.companies], register))


def _changed(now: Held, then: Held, nodes: int) -> Any:
    """Companies whose rows are not the same, by sums of row fingerprints that do not depend on their order."""
    total = np.zeros(nodes, np.uint64)
    for held, sign in ((now, 1), (then, -1)):
        kernel.fingerprint(held.owner, held.company, held.low.view(np.uint64), held.high.view(np.uint64), sign, total)
    return total != 0


def _below(start: Any, register: Register) -> Any:
    """The starting nodes and every company below them, by capital or by votes."""
    found = _spread(start, register, lambda above, below: (above, below))
    return found if (found == start).all() else _below(found, register)


def only_above(register: Register, chosen: Any) -> Register:
    """The register without the stakes of companies that lie neither among the chosen nor above them."""
    wanted = np.zeros(register.companies, np.bool_)
    wanted[chosen] = True
    before = -1
    while wanted.sum() != before:
        before = wanted.sum()
        wanted = _spread(wanted, register, lambda above, below: (below, above))
    votes = None if register.votes is None else _kept(register.votes, wanted)
    return replace(register, capital=_kept(register.capital, wanted), votes=votes)


def _spread(start: Any, register: Register, way: Callable[[Any, Any], tuple[Any, Any]]) -> Any:
    found = start
    if not start.any():
        return found
    for held in filter(None, (register.capital, register.votes)):
        n = register.companies
        rows, _ = condense.pick_held(
            held.owner, held.company, n, n, condense.count_held(held.owner, held.company, n, n)
        )
        source, goal = way(held.owner[rows], held.company[rows])
        found = kernel.reached(*condense.index_by(source, n), goal, np.ones(len(rows)), found)
    return found


def _kept(held: Held, wanted: Any) -> Held:
    rows = kernel.flagged_rows(held.company, wanted)
    low = held.low[rows]
    return Held(
        held.owner[rows], held.company[rows], low, held.high[rows] if held.open else low, _Some(held.written, rows)
    )


class _Some:
    """Some rows of a column, looked up when asked."""

    def __init__(self, column: Any, rows: Any) -> None:
        self.column = column
        self.rows = rows

    def __getitem__(self, row: int) -> Any:
        return self.column[int(self.rows[row])]
