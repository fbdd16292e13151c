"""Who decides: the ultimate controller by votes and contracts, to a fixed point."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from luodi.ownership.interval import ZERO
from luodi.ownership.look import most
from luodi.ownership.parts import parts
from luodi.ownership.stakes import Edge, Edges, View

HALF = Fraction(1, 2)


@dataclass
class Control:
    """The ultimate controller of each node: itself where nobody controls it, None where that is not determined."""

    top: dict[str, str | None] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    circular: list[list[str]] = field(default_factory=list)
    disputed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    overruled: dict[str, str] = field(default_factory=dict)

    def of(self, node: str) -> str | None:
        """The controller of a node, None if it has none or it is not determined."""
        top = self.top.get(node)
        return None if top == node else top

    def group(self, node: str) -> str:
        """The one whom a node is counted with: its controller, or itself."""
        return self.top.get(node) or node


def control(view: View, target: str) -> Control:
    """The ultimate controllers of the target and of everything above it.

    A holder controls a company if it and everything it controls have more than half of the votes, or by contract.
    A contract goes before votes, since it is made for that, and also where its holder is settled later than the votes;
    both are told. A company's own shares have no vote. What is not recorded may be with anybody.
    """
    found = Control()

    def above(node: str) -> list[str]:
        held = [e.owner for e in view.votes.get(node, ()) if e.owner != node and view.nodes[e.owner].recorded]
        return held + list(view.control.get(node, ()))

    for part in parts([target], above):
        settle(part, view, found)
    return found


def settle(part: list[str], view: View, found: Control) -> None:
    """From outside first; what is left in a loop is controlled from inside it, or by itself."""
    left = set(part)
    grown = True
    while grown:
        settled = {node: top for node in sorted(left) if (top := _from_outside(node, left, view, found)) is not None}
        found.top.update(settled)
        left -= set(settled)
        grown = bool(settled) and bool(left)
    while undecided := {node for node in left if _perhaps(node, left, view, found)}:
        found.open |= undecided
        found.top.update(dict.fromkeys(undecided, None))
        left -= undecided
    if left:
        _from_inside(left, view, found)


def _from_inside(left: Collection[str], view: View, found: Control) -> None:
    reach = {node: _reach(node, left, view) for node in left}
    tops = {node for node in left if not any(node in reach[o] for o in left if o != node)}
    for node in left:
        above = sorted(t for t in tops if node in reach[t])
        found.top[node] = above[0] if len(above) == 1 else None
    circle = sorted(node for node in left if found.top[node] is None)
    if circle:
        found.circular.append(circle)


def _from_outside(node: str, left: Collection[str], view: View, found: Control) -> str | None:
    """A contract decides, and is waited for while its holder lies in the loop and is not settled; else votes do."""
    contracts = _contracts(node, view)
    by_votes = _majority(node, left, view, found)
    if not contracts:
        return by_votes
    tops = {found.top.get(c) for c in contracts if c not in left}
    if len(tops) > 1:
        found.disputed[node] = tuple(sorted(found.group(c) for c in contracts if c not in left))
    if len(tops) != 1 or any(c in left for c in contracts):
        return None
    top = tops.pop()
    if top is not None and by_votes not in (None, top):
        found.overruled[node] = str(by_votes)
    return top


def _contracts(node: str, view: View) -> list[str]:
    """Who controls a node by contract; itself it cannot."""
    return [c for c in view.control.get(node, ()) if c != node]


def _majority(node: str, left: Collection[str], view: View, found: Control) -> str | None:
    """Who has more than half of the votes with everything it controls; nobody where recorded votes give it to two."""
    held: dict[str, list[Edge]] = {}
    for edge in view.votes.get(node, ()):
        top = None if edge.owner in left else found.top.get(edge.owner)
        if top is not None and edge.owner != node:
            held.setdefault(top, []).append(edge)
    enough = [top for top, edges in held.items() if _more_than_half(node, edges, view)]
    return enough[0] if len(enough) == 1 else None


def _perhaps(node: str, left: Collection[str], view: View, found: Control) -> bool:
    """Whether somebody might control the node, if what is open turned out that way. Owners whose controller is open, or
    who lie in the same loop, may be with anybody."""
    contracts = _contracts(node, view)
    if contracts:
        outside = [c for c in contracts if c not in left]
        return bool(outside)  # settled ones would have decided: they differ, are open, or others in the loop are
    held = [e for e in view.votes.get(node, ()) if e.owner != node]
    own = sum((e.high for e in view.votes.get(node, ()) if e.owner == node), ZERO)
    floating = [e for e in held if e.owner not in left and found.top.get(e.owner) is None]
    if not floating and all(e.low == e.high for e in view.votes.get(node, ())):
        return False
    anybody = [*floating, *(e for e in held if e.owner in left)]
    groups: dict[str, list[Edge]] = {}
    for edge in held:
        if edge not in anybody:
            groups.setdefault(found.group(edge.owner), []).append(edge)
    needed = HALF * (1 - own)
    return any(most(held, [*group, *anybody]) > needed for group in [*groups.values(), []])


def _reach(start: str, left: Collection[str], view: View) -> set[str]:
    """Everything in the loop that `start` controls, itself only if it does so through others."""
    inside, grown = {start}, True
    while grown:
        more = {node for node in left if node not in inside and _controlled(node, inside, view)}
        inside |= more
        grown = bool(more)
    return inside


def _controlled(node: str, by: Collection[str], view: View) -> bool:
    contracts = _contracts(node, view)
    if contracts:
        return any(c in by for c in contracts)
    return _more_than_half(node, [e for e in view.votes.get(node, ()) if e.owner in by], view)


def _more_than_half(node: str, edges: Collection[Edge], view: View) -> bool:
    """Whether these votes are surely more than half of those that are not the node's own."""
    needed = HALF * (1 - _own(node, view.votes))
    votes = sum((e.low for e in edges), ZERO)
    return votes > needed or (votes == needed and any(e.over for e in edges))


def _own(node: str, edges: Edges) -> Fraction:
    return sum((e.low for e in edges.get(node, ()) if e.owner == node), ZERO)


def affiliates(view: View, target: str, controlled: Control) -> Mapping[str, list[Edge]]:
    """The direct stakes in the target by affiliate group: a declared group, or one ultimate controller."""
    groups: dict[str, list[Edge]] = {}
    for edge in view.capital.get(target, ()):
        if edge.owner != target and view.nodes[edge.owner].recorded:
            name = view.nodes[edge.owner].group or view.nodes[controlled.group(edge.owner)].group
            groups.setdefault(name or controlled.group(edge.owner), []).append(edge)
    return groups
