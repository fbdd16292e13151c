"""x = b + A x on a graph of shares, exactly: least and greatest fixed point of the best choice.

Each company has shares between a low and a high end, together at most the whole; what is not placed belongs to nobody.
The choices of two companies do not touch each other and x rises with every owner's x, so the least solution takes every
share at its low end, and the greatest lets each company place what is open with the owners of greatest x. Where these
loop, that is policy iteration in the part. Why: docs/methods/look-through.md.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from luodi.extras import MissingExtra, is_installed
from luodi.message import Message
from luodi.ownership.interval import ONE, ZERO, Interval
from luodi.ownership.parts import parts
from luodi.ownership.stakes import Edge, Edges

Row = dict[str, Fraction]
Values = dict[str, Fraction]


class NoSolution(Exception):
    """The part has no single solution: a loop that nobody outside owns, or one that holds more than the whole."""


SMALL: Final = 24  # companies up to which plain elimination is faster than handing over
MOST: Final = 150  # companies up to which it takes seconds, where there is nobody to hand over to


def eliminate(rows: Mapping[str, Row], constants: Mapping[str, Fraction]) -> Values:
    """x with x = constants + rows x, exactly. Raises `NoSolution` where the sum over all walks does not exist.

    Large parts are solved by FLINT (p-adic lifting: Dixon 1982): in elimination the fractions grow with every step.
    FLINT comes with luodi[bulk]. Raises `MissingExtra` for a part that would take minutes without it.
    """
    if len(rows) <= SMALL:
        return by_elimination(rows, constants)
    if is_installed("flint"):
        return by_lifting(rows, constants)
    if len(rows) > MOST:
        loop = Message("ownership.loop-of-companies", count=len(rows))
        raise MissingExtra("common.needs-extra", what=loop, extra="bulk")
    return by_elimination(rows, constants)


def by_lifting(rows: Mapping[str, Row], constants: Mapping[str, Fraction]) -> Values:
    """The same for parts of any size. The sum over all walks exists exactly if (I - A)^-1 1 is positive throughout."""
    from flint import fmpq, fmpq_mat  # ten megabytes that only large loops need

    place = {node: n for n, node in enumerate(rows)}
    matrix, sides = fmpq_mat(len(rows), len(rows)), fmpq_mat(len(rows), 2)
    for node, at in place.items():
        matrix[at, at] = fmpq(1)
        sides[at, 0], sides[at, 1] = fmpq(*constants[node].as_integer_ratio()), fmpq(1)
    for node, row in rows.items():
        for owner, a in row.items():
            cell = place[node], place[owner]
            matrix[cell] = matrix[cell] - fmpq(*a.as_integer_ratio())
    try:
        found = matrix.solve(sides)
    except ZeroDivisionError:
        raise NoSolution(next(iter(rows))) from None
    for node, at in place.items():
        if found[at, 1] <= 0:
            raise NoSolution(node)
    return {node: Fraction(int(found[at, 0].p), int(found[at, 0].q)) for node, at in place.items()}


def by_elimination(rows: Mapping[str, Row], constants: Mapping[str, Fraction]) -> Values:
    """The same, the node with the fewest neighbours first.

    All pivots are positive exactly if I - A is a nonsingular M-matrix, that is, if the sum over all walks exists.
    """
    left = {node: {o: a for o, a in row.items() if a} for node, row in rows.items()}
    constant = dict(constants)
    users: dict[str, set[str]] = {node: set() for node in left}
    for node, row in left.items():
        for owner in row:
            users[owner].add(node)
    done: list[str] = []
    waiting = set(left)
    while waiting:
        node = min(waiting, key=lambda n: (len(left[n]) * len(users[n]), n))
        waiting.discard(node)
        _substitute(node, left, constant, users)
        done.append(node)
    solved: Values = {}
    for node in reversed(done):
        solved[node] = constant[node] + sum((a * solved[o] for o, a in left[node].items()), ZERO)
    return solved


def _substitute(node: str, left: dict[str, Row], constant: Values, users: dict[str, set[str]]) -> None:
    row = left[node]
    pivot = 1 - row.pop(node, ZERO)
    users[node].discard(node)
    if pivot <= 0:
        raise NoSolution(node)
    if pivot != 1:
        for owner in row:
            row[owner] /= pivot
        constant[node] /= pivot
    for user in users[node]:
        other = left[user]
        factor = other.pop(node)
        constant[user] += factor * constant[node]
        for owner, a in row.items():
            other[owner] = other.get(owner, ZERO) + factor * a
            users[owner].add(user)
    for owner in row:
        users[owner].discard(node)


@dataclass
class Solution:
    """x of every company, and the parts that have no single solution."""

    low: Values = field(default_factory=dict)
    high: Values = field(default_factory=dict)
    overfull: list[list[str]] = field(default_factory=list)

    def of(self, node: str) -> Interval:
        return Interval(self.low[node], self.high[node])


End = Callable[[str], tuple[Fraction, Fraction]]


def solve(companies: Iterable[str], edges: Edges, end: End, is_company: Callable[[str], bool]) -> Solution:
    """x of the companies, where a chain that ends in a holder counts as `end(holder)`, low and high."""
    found = Solution()
    ends: dict[str, tuple[Fraction, Fraction]] = {}

    def owners(company: str) -> list[str]:
        return [e.owner for e in edges.get(company, ()) if is_company(e.owner)]

    for part in parts(companies, owners):
        for company in part:
            for edge in edges.get(company, ()):
                if not is_company(edge.owner) and edge.owner not in ends:
                    ends[edge.owner] = end(edge.owner)
                    found.low[edge.owner], found.high[edge.owner] = ends[edge.owner]
        _part(part, edges, found)
    return found


def solve_part(part: list[str], edges: Edges, known: Solution) -> Solution:
    """One strongly connected part alone, from what is known of its owners outside."""
    _part(part, edges, known)
    return known


def _part(part: list[str], edges: Edges, found: Solution) -> None:
    if len(part) == 1 and all(e.owner != part[0] for e in edges.get(part[0], ())):
        held = edges.get(part[0], ())
        found.low[part[0]] = sum((e.low * found.low[e.owner] for e in held), ZERO)
        found.high[part[0]] = _best(held, found.high)
        return
    inside = {company: edges.get(company, ()) for company in part}
    try:
        low, high = _least(inside, found.low), _greatest(inside, found.high)
    except NoSolution:
        found.overfull.append(part)
        low, high = dict.fromkeys(part, ZERO), dict.fromkeys(part, ONE)
    found.low.update(low)
    found.high.update(high)


def _least(inside: Edges, known: Values) -> Values:
    """Every share at its low end; a company that no positive share reaches has 0."""
    constants = {
        c: sum((e.low * known[e.owner] for e in held if e.owner not in inside), ZERO) for c, held in inside.items()
    }
    reached = {c for c, b in constants.items() if b > 0}
    grown = True
    while grown:
        more = {
            c for c, held in inside.items() if c not in reached and any(e.low > 0 and e.owner in reached for e in held)
        }
        reached |= more
        grown = bool(more)
    rows = {c: {e.owner: e.low for e in inside[c] if e.owner in reached} for c in reached}
    solved = eliminate(rows, {c: constants[c] for c in reached})
    return {c: solved.get(c, ZERO) for c in inside}


def _greatest(inside: Edges, known: Values) -> Values:
    """Those that can keep everything with owners of 1, or in a loop of such, have 1; the rest by policy iteration."""
    whole = _whole(inside, known)
    values = {**known, **dict.fromkeys(whole, ONE)}
    rest = {c: held for c, held in inside.items() if c not in whole}
    values.update(dict.fromkeys(rest, ZERO))
    policy = {c: _policy(held, values) for c, held in rest.items()}
    while True:
        rows = {c: {o: a for o, a in policy[c].items() if o in rest} for c in rest}
        constants = {c: sum((a * values[o] for o, a in policy[c].items() if o not in rest), ZERO) for c in rest}
        values.update(eliminate(rows, constants))
        better = {c: _policy(held, values) for c, held in rest.items() if _best(held, values) > values[c]}
        if not better:
            return {c: values[c] for c in inside}
        policy.update(better)


def _whole(inside: Edges, known: Values) -> set[str]:
    """The largest set of companies that can place everything among themselves and owners that have 1."""
    kept = set(inside)
    while True:
        out = {c for c in kept if not _can_stay(inside[c], kept, inside, known)}
        if not out:
            return kept
        kept -= out


def _can_stay(held: tuple[Edge, ...], kept: set[str], inside: Edges, known: Values) -> bool:
    placed, room = ZERO, ZERO
    for edge in held:
        good = edge.owner in kept if edge.owner in inside else known[edge.owner] >= 1
        if edge.low > 0 and not good:
            return False
        placed += edge.low
        room += edge.high - edge.low if good else ZERO
    return placed <= 1 <= placed + room


def _policy(held: tuple[Edge, ...], values: Values) -> Row:
    """The shares that make most of what is open: first to the owners of greatest value, of which more than the whole,
    as contradictory data have it, is no more than the whole."""
    row = {e.owner: e.low for e in held}
    room = max(ZERO, 1 - sum(row.values(), ZERO))
    for edge in sorted(
        (e for e in held if e.high > e.low), key=lambda e: (-min(values[e.owner], ONE), values[e.owner], e.owner)
    ):
        more = min(room, edge.high - edge.low)
        if more <= 0:
            break
        row[edge.owner] += more
        room -= more
    return row


def _best(held: tuple[Edge, ...], values: Values) -> Fraction:
    if all(e.low == e.high for e in held):
        return sum((e.low * values[e.owner] for e in held), ZERO)
    return sum((a * values[o] for o, a in _policy(held, values).items()), ZERO)
