"""The kernels that make the condensed graph, compiled by numba and kept for the next run.

Nodes are numbers: companies first, then the holders by kind, so that what an owner is can be read off its number.
Only companies that touch a share between companies take part in the sweep; all others are settled by folding.
Arrays in, arrays out: what they mean is told in `graph.py`, why it is right in docs/methods/look-through.md.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def njit(function: Kernel) -> Kernel:
    return cast(Kernel, numba.njit(cache=True, nogil=True)(function))


def parallel(function: Kernel) -> Kernel:
    return cast(Kernel, numba.njit(cache=True, nogil=True, parallel=True)(function))


CHUNKS = 8


@parallel
def count_held(owner: Any, company: Any, companies: int, end: int) -> Any:
    """Per chunk: shares that companies hold in companies, and shares of holders numbered below `end`."""
    counts = np.zeros((CHUNKS, 2), np.int64)
    size = len(owner)
    for chunk in numba.prange(CHUNKS):
        first, last = size * chunk // CHUNKS, size * (chunk + 1) // CHUNKS
        corporate, counted = 0, 0
        for i in range(first, last):
            if owner[i] < end and company[i] < companies:
                if owner[i] < companies:
                    corporate += 1
                else:
                    counted += 1
        counts[chunk, 0], counts[chunk, 1] = corporate, counted
    return counts


@parallel
def pick_held(owner: Any, company: Any, companies: int, end: int, counts: Any) -> Any:
    """The rows of both, in their order: first those between companies, then those of counted holders."""
    corporate = np.empty(counts[:, 0].sum(), np.int32)
    counted = np.empty(counts[:, 1].sum(), np.int32)
    size = len(owner)
    for chunk in numba.prange(CHUNKS):
        first, last = size * chunk // CHUNKS, size * (chunk + 1) // CHUNKS
        a, b = counts[:chunk, 0].sum(), counts[:chunk, 1].sum()
        for i in range(first, last):
            if owner[i] < end and company[i] < companies:
                if owner[i] < companies:
                    corporate[a] = i
                    a += 1
                else:
                    counted[b] = i
                    b += 1
    return corporate, counted


@njit
def split_rows(rows: Any, owner: Any, company: Any, inside: Any) -> Any:
    """The rows of companies that hold others, which must be put in order, and the rest, which need not: nothing depends
    on a company that holds none. `inside` marks the first, and is written here."""
    for row in rows:
        inside[owner[row]] = True
    inner, outer = np.empty(len(rows), np.int32), np.empty(len(rows), np.int32)
    a, b = 0, 0
    for row in rows:
        if inside[company[row]]:
            inner[a] = row
            a += 1
        else:
            outer[b] = row
            b += 1
    return inner[:a].copy(), outer[:b].copy()


def blank(size: int) -> Any:
    """Zeros, written in order: memory that is first touched here and there costs several times as much."""
    made = np.empty(size)
    made.fill(0.0)
    return made


@njit
def fold(rows: Any, owner: Any, company: Any, share: Any, first: int, last: int, into: Any, several: Any) -> None:
    """Add the shares of holders numbered from `first` up to `last` to their companies; note where several meet."""
    for row in rows:
        if first <= owner[row] < last:
            c = company[row]
            if into[c] != 0.0:
                several[c] = True
            into[c] += share[row]


@njit
def compact(rows: Any, owner: Any, company: Any, companies: int) -> Any:
    """New numbers, without gaps, for the companies that touch one of the rows; and the rows' ends in them."""
    local = np.full(companies, -1, np.int32)
    known = np.empty(2 * len(rows), np.int32)
    above = np.empty(len(rows), np.int32)
    below = np.empty(len(rows), np.int32)
    size = 0
    for k in range(len(rows)):
        row = rows[k]
        for end in range(2):
            node = owner[row] if end == 0 else company[row]
            if local[node] < 0:
                local[node] = size
                known[size] = node
                size += 1
        above[k] = local[owner[row]]
        below[k] = local[company[row]]
    return local, known[:size].copy(), above, below


@njit
def index_by(keys: Any, size: int) -> tuple[Any, Any]:
    """Where the entries of each key begin, and the entries in the order of their keys (a counting sort)."""
    begin = np.zeros(size + 1, np.int64)
    for key in keys:
        begin[key + 1] += 1
    for i in range(size):
        begin[i + 1] += begin[i]
    place = begin[:-1].copy()
    entries = np.empty(len(keys), np.int32)
    for i in range(len(keys)):
        entries[place[keys[i]]] = i
        place[keys[i]] += 1
    return begin, entries


@njit
def arrange(size: int, above: Any, below: Any, begin: Any, entries: Any) -> Any:
    """The nodes in an order that has owners first, and where each strongly connected part begins in it.

    Kahn's sweep from the top takes what no loop lies above; Tarjan's search orders the rest.
    """
    order = np.empty(size, np.int32)
    starts = np.empty(size + 1, np.int64)
    waiting = np.zeros(size, np.int32)
    for node in below:
        waiting[node] += 1
    done = 0
    for node in range(size):
        if waiting[node] == 0:
            order[done] = node
            done += 1
    head = 0
    while head < done:
        node = order[head]
        starts[head] = head
        head += 1
        for k in range(begin[node], begin[node + 1]):
            owned = below[entries[k]]
            waiting[owned] -= 1
            if waiting[owned] == 0:
                order[done] = owned
                done += 1
    parts = done
    if done < size:
        parts = _tarjan(size, below, begin, entries, waiting, order, starts, done)
    starts[parts] = size
    return order, starts[: parts + 1].copy()


@njit
def in_fixed_order(order: Any, starts: Any, known: Any) -> None:
    """Each strongly connected part by the numbers of its companies, so that its solution is the same to the last bit
    whatever else is computed."""
    for part in range(len(starts) - 1):
        first, last = starts[part], starts[part + 1]
        if last - first > 1:
            inside = order[first:last].copy()
            order[first:last] = inside[np.argsort(known[inside])]


@njit
def _tarjan(size: int, below: Any, begin: Any, entries: Any, waiting: Any, order: Any, starts: Any, done: int) -> int:
    """Parts come out owned first; they are written from the end so that owners stand first."""
    number = np.full(size, -1, np.int32)
    low = np.zeros(size, np.int32)
    stack = np.empty(size - done, np.int32)
    work = np.empty(size - done, np.int32)
    at = np.zeros(size, np.int64)
    held = np.zeros(size, np.bool_)
    sizes = np.empty(size - done, np.int32)
    count, top, depth, parts, place = 0, 0, 0, 0, size
    for root in range(size):
        if waiting[root] == 0 or number[root] >= 0:
            continue
        work[0], depth = root, 1
        while depth > 0:
            node = work[depth - 1]
            if number[node] < 0:
                number[node] = low[node] = count
                count += 1
                stack[top] = node
                top += 1
                held[node] = True
                at[node] = begin[node]
            went = False
            while at[node] < begin[node + 1]:
                owned = below[entries[at[node]]]
                if number[owned] < 0:
                    work[depth] = owned
                    depth += 1
                    went = True
                    break
                if held[owned]:
                    low[node] = min(low[node], low[owned])
                at[node] += 1
            if went:
                continue
            depth -= 1
            if low[node] == number[node]:
                before = place
                while True:
                    top -= 1
                    last = stack[top]
                    held[last] = False
                    place -= 1
                    order[place] = last
                    if last == node:
                        break
                sizes[parts] = before - place
                parts += 1
    place = done
    for k in range(parts):
        starts[done + k] = place
        place += sizes[parts - 1 - k]
    return done + parts
