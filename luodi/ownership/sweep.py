"""The kernels of the sweep over the condensed graph, compiled by numba: sums over owners, loops, reach, thresholds."""

from typing import Any

import numba
import numpy as np

from luodi.ownership.condense import njit, parallel

SMALL = 64
"""Loops of up to so many companies are solved densely here."""
TINY = 1e-4
"""A pivot below this loses too many digits: such a loop is solved in exact fractions instead."""


@njit
def gather(into: Any, known: Any) -> Any:
    """What the companies of the sweep hold folded."""
    out = np.empty(len(known))
    for i in range(len(known)):
        out[i] = into[known[i]]
    return out


@njit
def scatter(values: Any, known: Any, into: Any) -> None:
    for i in range(len(known)):
        into[known[i]] = values[i]


@njit
def sweep(
    part: int, order: Any, starts: Any, begin: Any, entries: Any, above: Any, share: Any, x: Any, todo: Any, place: Any
) -> int:
    """x = b + A x from `part` on, for the nodes that are `todo`; x holds b of these at first. Stops at a part that must
    be solved elsewhere, too large or nearly singular, and returns it; the number of parts when all are done.
    `place` is room to work in, -1 everywhere."""
    matrix = np.empty((SMALL, SMALL + 1))
    while part < len(starts) - 1:
        first, last = starts[part], starts[part + 1]
        node = order[first]
        if todo[node]:
            total, own = x[node], False
            if last - first == 1:
                for k in range(begin[node], begin[node + 1]):
                    owner = above[entries[k]]
                    own |= owner == node
                    total += share[entries[k]] * x[owner]
            if last - first == 1 and not own:
                x[node] = total
            elif not _solve_part(order[first:last], begin, entries, above, share, x, matrix, place):
                return part
        part += 1
    return part


@njit
def _solve_part(nodes: Any, begin: Any, entries: Any, above: Any, share: Any, x: Any, m: Any, place: Any) -> bool:
    """Elimination without pivoting, stable for such matrices; False if a pivot is too small."""
    size = len(nodes)
    if size > SMALL:
        return False
    for i in range(size):
        place[nodes[i]] = i
    for i in range(size):
        m[i, :size] = 0.0
        m[i, i] = 1.0
        m[i, SMALL] = x[nodes[i]]
        for k in range(begin[nodes[i]], begin[nodes[i] + 1]):
            owner = above[entries[k]]
            if place[owner] >= 0:
                m[i, place[owner]] -= share[entries[k]]
            else:
                m[i, SMALL] += share[entries[k]] * x[owner]
    solved = _eliminate(m, size)
    for i in range(size):
        if solved:
            x[nodes[i]] = m[i, SMALL]
        place[nodes[i]] = -1
    return solved


@njit
def _eliminate(m: Any, size: int) -> bool:
    for i in range(size):
        if m[i, i] < TINY:
            return False
        for r in range(i + 1, size):
            if m[r, i] != 0.0:
                factor = m[r, i] / m[i, i]
                for j in range(i, size):
                    m[r, j] -= factor * m[i, j]
                m[r, SMALL] -= factor * m[i, SMALL]
    for back in range(size):
        i = size - 1 - back
        for j in range(i + 1, size):
            m[i, SMALL] -= m[i, j] * m[j, SMALL]
        m[i, SMALL] /= m[i, i]
    return True


@njit
def flow(rows: Any, owner: Any, company: Any, share: Any, value: Any, into: Any, several: Any) -> None:
    """Add what owners pass on to companies that hold no others; note where it is more than a share as it was read."""
    for row in rows:
        more = share[row] * value[owner[row]]
        if more != 0.0:
            into[company[row]] += more
            several[company[row]] = True


@njit
def flow_open(rows: Any, owner: Any, company: Any, share: Any, low: Any, high: Any, base: Any, into: Any) -> None:
    """The same for the greatest values, only of companies with an owner for whom they differ from the least."""
    differs = np.zeros(len(into), np.bool_)
    for row in rows:
        if high[owner[row]] != low[owner[row]]:
            differs[company[row]] = True
            into[company[row]] = base[company[row]]
    for row in rows:
        if differs[company[row]]:
            into[company[row]] += share[row] * high[owner[row]]


HALVES = 2
"""Parts of the companies that are added up beside each other; each part reads all rows."""


@parallel
def sums(company: Any, share: Any, companies: int) -> Any:
    """The known shares of every company, added up in the order of the rows."""
    total = np.empty(companies)
    for half in numba.prange(HALVES):
        first, last = companies * half // HALVES, companies * (half + 1) // HALVES
        for i in range(first, last):  # in order: memory first touched here and there costs several times as much
            total[i] = 0.0
        for i in range(len(company)):
            if first <= company[i] < last:
                total[company[i]] += share[i]
    return total


@njit
def left(total: Any, rounding: float, border: float) -> Any:
    """What sums leave over of the whole, 0 where that is surely a rounding; and of how many it is in doubt."""
    rest = np.empty(len(total))
    doubtful = 0
    for i in range(len(total)):
        more = 1.0 - total[i]
        if more < rounding - border:
            more = 0.0
        elif more < rounding + border:
            doubtful += 1
        rest[i] = more
    return rest, doubtful


@njit
def reached(begin: Any, entries: Any, below: Any, share: Any, start: Any) -> Any:
    """The nodes to which some chain of positive shares leads from a starting one."""
    seen = start.copy()
    waiting = np.empty(len(seen), np.int32)
    size = 0
    for node in range(len(seen)):
        if seen[node]:
            waiting[size] = node
            size += 1
    while size > 0:
        size -= 1
        node = waiting[size]
        for k in range(begin[node], begin[node + 1]):
            owned = below[entries[k]]
            if not seen[owned] and share[entries[k]] > 0.0:
                seen[owned] = True
                waiting[size] = owned
                size += 1
    return seen


@njit
def near(values: Any, several: Any, thresholds: Any, width: float) -> Any:
    """The entries close to a threshold that are more than one share read from the file."""
    found = np.empty(len(values), np.int64)
    size = 0
    for i in range(len(values)):
        x = values[i]
        if x == 0.0 or not several[i]:
            continue
        for t in thresholds:
            if abs(x - t) < width:
                found[size] = i
                size += 1
                break
    return found[:size].copy()


@njit
def translate(ids: Any, first: int, table: Any, out: Any) -> None:
    """Numbers of ids by a table that starts at `first`; -1 where it does not have the id."""
    size = len(table)
    for i in range(len(ids)):
        place = ids[i] - first
        out[i] = table[place] if 0 <= place < size else -1


@njit
def hash_texts(bounds: Any, letters: Any) -> Any:
    """A number for each text of an Arrow column (FNV-1a)."""
    found = np.empty(len(bounds) - 1, np.uint64)
    for i in range(len(found)):
        x = np.uint64(0xCBF29CE484222325)
        for k in range(bounds[i], bounds[i + 1]):
            x = (x ^ np.uint64(letters[k])) * np.uint64(0x100000001B3)
        found[i] = x
    return found


def hash_of(text: bytes) -> Any:
    """The same of one text."""
    return hash_texts(np.array([0, len(text)]), np.frombuffer(text, np.uint8))[0]


@njit
def fingerprint(owner: Any, company: Any, low: Any, high: Any, total: Any) -> None:
    """A number for the rows of each company in their order, which decides the last bit of a sum: equal rows give equal
    numbers, others hardly ever."""
    for i in range(len(owner)):
        x = _mixed(np.uint64(owner[i]) + np.uint64(0x9E3779B97F4A7C15))
        x = _mixed(x ^ low[i])
        x = _mixed(x + high[i])
        total[company[i]] = _mixed(total[company[i]] + x)


@njit
def _mixed(x: Any) -> Any:
    """Spread every bit over the whole word."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit
def flagged_rows(company: Any, wanted: Any) -> Any:
    """The rows of the wanted companies."""
    size = 0
    for c in company:
        if c < len(wanted) and wanted[c]:
            size += 1
    rows = np.empty(size, np.int64)
    size = 0
    for i in range(len(company)):
        if company[i] < len(wanted) and wanted[company[i]]:
            rows[size] = i
            size += 1
    return rows
