"""What a change can have changed: the companies below it, and no others."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from luodi.ownership import condense
from luodi.ownership import sweep as kernel
from luodi.ownership.register import Held, Register, Some

Way = Callable[[Any, Any], tuple[Any, Any]]


def below_changes(register: Register, before: Register, renewed: Any = None) -> Any:
    """The numbers of the companies whose stakes or contracts changed and of all companies below them, ascending.

    Both registers are numbered by the same nodes; `before` may name a node that is gone by the number after the last.
    `renewed` marks nodes that are new or of another kind.
    """
    changed = np.zeros(register.nodes, np.bool_) if renewed is None else renewed.copy()
    pairs = [(register.capital, before.capital)]
    if register.votes is not None or before.votes is not None:
        pairs.append((register.votes or register.capital, before.votes or before.capital))
    for now, then in pairs:
        changed |= _changed(now, then, register.nodes)
    changed[_differing(register.contracts, before.contracts)] = True
    found = _spread(changed, register, lambda above, below: (above, below))
    return np.flatnonzero(found[: register.companies])


def only_above(register: Register, chosen: Any) -> Register:
    """The register without the stakes of nodes that lie neither among the chosen nor above them."""
    wanted = np.zeros(register.nodes, np.bool_)
    wanted[chosen] = True
    wanted = _spread(wanted, register, lambda above, below: (below, above))
    votes = None if register.votes is None else _kept(register.votes, wanted)
    ruled = wanted[register.contracts[1]]
    contracts = (register.contracts[0][ruled], register.contracts[1][ruled])
    return replace(register, capital=_kept(register.capital, wanted), votes=votes, contracts=contracts)


def _changed(now: Held, then: Held, nodes: int) -> Any:
    """Nodes whose rows are not the same, by fingerprints of their rows in their order."""
    totals = np.zeros((2, nodes), np.uint64)
    for held, total in zip((now, then), totals, strict=True):
        low = held.low.view(np.uint64)
        marks = held.marks()
        low = low if marks is None else low ^ marks
        kernel.fingerprint(held.owner, held.company, low, held.high.view(np.uint64), total)
    return totals[0] != totals[1]


def _differing(now: tuple[Any, Any], then: tuple[Any, Any]) -> list[int]:
    """What somebody controls by contract at one time and not at the other."""
    pairs = [set(zip(*(column.tolist() for column in contracts), strict=True)) for contracts in (now, then)]
    return [company for _, company in pairs[0] ^ pairs[1]]


def _spread(start: Any, register: Register, way: Way) -> Any:
    """The starting nodes and every node that shares, votes or contracts lead to."""
    found = start
    if not start.any():
        return found
    links = [way(above, below) for above, below in _links(register, start)]
    source, goal = (np.concatenate(ends) for ends in zip(*links, strict=True))
    return kernel.reached(*condense.index_by(source, register.nodes), goal, np.ones(len(goal)), found)


def _links(register: Register, start: Any) -> Iterator[tuple[Any, Any]]:
    """Who holds or controls what, without owners whom nobody holds and nothing starts from."""
    matters = start.copy()
    matters[: register.companies] = True
    matters[register.contracts[1]] = True
    helds = [held for held in (register.capital, register.votes) if held is not None]
    for held in helds:
        matters[held.company] = True
    for held in helds:
        rows = np.flatnonzero(matters[held.owner])
        yield held.owner[rows], held.company[rows]
    yield register.contracts


def _kept(held: Held, wanted: Any) -> Held:
    rows = kernel.flagged_rows(held.company, wanted)
    low = held.low[rows]
    return Held(
        held.owner[rows], held.company[rows], low, held.high[rows] if held.open else low, Some(held.written, rows)
    )
