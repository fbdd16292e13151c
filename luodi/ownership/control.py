"""Who decides: the ultimate controller by votes and contracts, to a fixed point; and shares that count in full."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from luodi.ownership.interval import ONE, ZERO, Interval
from luodi.ownership.look import most
from luodi.ownership.parts import parts
from luodi.ownership.stakes import Edge, Edges, Kind, View

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
    both are told. A company's own shares have no vote.
    """
    found = Control()

    def above(node: str) -> list[str]:
        return [e.owner for e in view.votes.get(node, ()) if e.owner != node] + list(view.control.get(node, ()))

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


def pass_through(view: View, target: str, kinds: Collection[Kind], threshold: Fraction, sign: str) -> Interval:
    """The share of the target that holders of these kinds have together, where all that an entity holds counts in full
    once they have `threshold` of it, and not at all before. A company's own shares cancel."""
    companies = _companies_above(view, target)
    low = _credited(view, companies, kinds, threshold, sign, highest=False)
    high = _credited(view, companies, {*kinds, Kind.UNKNOWN}, threshold, sign, highest=True)
    return Interval(_counted(view, target, low, highest=False), _counted(view, target, high, highest=True))


def _companies_above(view: View, target: str) -> list[str]:
    def owners(node: str) -> list[str]:
        return [e.owner for e in view.capital.get(node, ()) if view.is_company(e.owner)]

    return [company for part in parts([target], owners) for company in part]


def _credited(
    view: View, companies: Collection[str], kinds: Collection[Kind], threshold: Fraction, sign: str, *, highest: bool
) -> set[str]:
    """The holders of these kinds and every company whose holdings count in full."""
    credited = {node for node, row in view.nodes.items() if row.kind in kinds}
    grown = True
    while grown:
        before = len(credited)
        for company in companies:
            if company not in credited:
                share = Interval.exactly(_counted(view, company, credited, highest=highest))
                if share.reaches(threshold, sign):
                    credited.add(company)
        grown = len(credited) > before
    return credited


def _counted(view: View, company: str, credited: Collection[str], *, highest: bool) -> Fraction:
    """The share of the credited holders in a company, its own shares left out. At the highest, what is open goes to the
    credited first and then to the company itself, which is never worse for them."""
    held = view.capital.get(company, ())
    chosen = [e for e in held if e.owner in credited and e.owner != company]
    sure, own = sum((e.low for e in chosen), ZERO), _own(company, view.capital)
    if highest:
        share = most(held, chosen)
        itself = [e for e in held if e.owner == company]
        own = most(held, [*chosen, *itself]) - share
        sure = share
    return sure / (1 - own) if own < 1 else ONE if sure else ZERO


def affiliates(view: View, target: str, controlled: Control) -> Mapping[str, list[Edge]]:
    """The direct stakes in the target by affiliate group: a declared group, or one ultimate controller."""
    groups: dict[str, list[Edge]] = {}
    for edge in view.capital.get(target, ()):
        if edge.owner != target:
            name = view.nodes[edge.owner].group or view.nodes[controlled.group(edge.owner)].group
            groups.setdefault(name or controlled.group(edge.owner), []).append(edge)
    return groups
