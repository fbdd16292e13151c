"""What a change of stakes can have changed: the companies below it, and no others."""

from dataclasses import replace
from typing import Any

import numpy as np

from luodi.ownership.register import Held, Register
from luodi.ownership.sweep import index_by


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
    return np.flatnonzero(_below(changed, register)[: register.companies])


def _changed(now: Held, then: Held, nodes: int) -> Any:
    """Companies whose rows are not the same, as sums of row fingerprints that do not depend on their order."""
    difference = _fingerprints(now, nodes) - _fingerprints(then, nodes)
    return difference != 0


def _fingerprints(held: Held, nodes: int) -> Any:
    mixed = _mixed(held.owner.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= _mixed(held.low.view(np.uint64)) + (_mixed(held.high.view(np.uint64)) << np.uint64(1))
    total = np.zeros(nodes, np.uint64)
    np.add.at(total, held.company, _mixed(mixed))
    return total


def _mixed(values: Any) -> Any:
    """Spread every bit over the whole word."""
    x = values.copy()
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x ^= x >> np.uint64(shift)
        x *= np.uint64(factor)
    return x ^ (x >> np.uint64(31))


def _below(start: Any, register: Register) -> Any:
    from luodi.ownership.sweep import reached

    found = start
    for held in filter(None, (register.capital, register.votes)):
        rows = np.flatnonzero((held.owner < register.companies) & (held.company < register.companies))
        above, under = held.owner[rows], held.company[rows]
        found = reached(*index_by(above, len(start)), under, np.ones(len(rows)), found)
    if register.votes is not None and not (found == start).all():
        return _below(found, register)
    return found


def only_above(register: Register, chosen: Any) -> Register:
    """The register without the stakes of companies that lie neither among the chosen nor above them."""
    wanted = np.zeros(len(register.ids), np.bool_)
    wanted[chosen] = True
    for _ in range(2 if register.votes is not None else 1):
        for held in filter(None, (register.capital, register.votes)):
            rows = np.flatnonzero((held.owner < register.companies) & (held.company < register.companies))
            from luodi.ownership.sweep import reached

            wanted = reached(*index_by(held.company[rows], len(wanted)), held.owner[rows], np.ones(len(rows)), wanted)
    votes = None if register.votes is None else _kept(register.votes, wanted)
    return replace(register, capital=_kept(register.capital, wanted), votes=votes)


def _kept(held: Held, wanted: Any) -> Held:
    rows = np.flatnonzero(wanted[held.company])
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
