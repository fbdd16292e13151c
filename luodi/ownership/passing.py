"""Shares that count in full: all that an entity holds is counted once the counted holders have a threshold of it.

What is counted grows with every entity that is, and the choices that open shares leave two companies do not touch each
other. So the least figure takes every share at its low end, and the greatest lets each company place what is open with
those who count. Both are reached, or come as near as one likes where a band leaves out its end.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from luodi.ownership.interval import ONE, ZERO, Interval
from luodi.ownership.look import most
from luodi.ownership.parts import parts
from luodi.ownership.stakes import Edge, Edges, Kind, View

Credited = Callable[[str], bool]


@dataclass(frozen=True)
class Level:
    """From where on holdings count, `>=` or `>`; `highest` asks for the greatest figure, else for the least."""

    threshold: Fraction
    sign: str
    highest: bool

    def met(self, company: str, held: Sequence[Edge], credited: Credited) -> bool:
        """Whether what a company holds counts in full, from those of its owners who do."""
        least = _Counted.among(company, held, credited, highest=False)
        if least.share > self.threshold or (least.share == self.threshold and (self.sign == ">=" or least.over)):
            return True
        if not self.highest:
            return False
        greatest = _Counted.among(company, held, credited, highest=True)
        if greatest.share == self.threshold:
            return self.sign == ">=" and greatest.attained
        return greatest.share > self.threshold

    def share(self, company: str, held: Sequence[Edge], credited: Credited) -> Fraction:
        """What those who count have of the company."""
        return _Counted.among(company, held, credited, highest=self.highest).share


@dataclass(frozen=True)
class _Counted:
    """The stakes in a company of those who count, and its own; its own shares cancel."""

    share: Fraction
    held: Sequence[Edge]
    chosen: Sequence[Edge]
    own: Sequence[Edge]

    @classmethod
    def among(cls, company: str, held: Sequence[Edge], credited: Credited, *, highest: bool) -> "_Counted":
        """At the highest, what is open goes to those who count first and then to the company itself, which is never
        worse for them."""
        own = [e for e in held if e.owner == company]
        chosen = [e for e in held if e.owner != company and credited(e.owner)]
        if highest:
            share = most(held, chosen)
            rest = most(held, [*chosen, *own]) - share
        else:
            share, rest = (sum((e.low for e in some), ZERO) for some in (chosen, own))
        return cls(share / (1 - rest) if rest < 1 else ONE if share else ZERO, held, chosen, own)

    @property
    def over(self) -> bool:
        """Whether the share is surely more than the least one, since a band leaves out its low end."""
        return any(e.over for e in self.chosen) or (self.share > 0 and any(e.over for e in self.own))

    @property
    def attained(self) -> bool:
        """Whether the greatest share can be had, though bands leave out their ends."""
        return self._full(self.chosen) and self._full([*self.chosen, *self.own])

    def _full(self, some: Collection[Edge]) -> bool:
        spare = sum((e.high - e.low for e in some), ZERO)
        room = max(ZERO, 1 - sum((e.low for e in self.held), ZERO))
        if spare <= room and any(e.under for e in some):
            return False
        owners = {e.owner for e in some}
        return spare < room or not any(e.over for e in self.held if e.owner not in owners)


def pass_through(view: View, target: str, kinds: Collection[Kind], threshold: Fraction, sign: str) -> Interval:
    """The share of the target that holders of these kinds have together, where all that an entity holds counts in full
    once they have `threshold` of it, and not at all before. A company's own shares cancel."""

    def owners(node: str) -> list[str]:
        return [e.owner for e in view.capital.get(node, ()) if view.is_company(e.owner)]

    above = list(parts([target], owners))
    ends = [
        _credited(view, target, above, some, Level(threshold, sign, highest))
        for some, highest in ((kinds, False), ({*kinds, Kind.UNKNOWN}, True))
    ]
    return Interval(*ends)


def _credited(view: View, target: str, above: Iterable[list[str]], kinds: Collection[Kind], level: Level) -> Fraction:
    credited = {node for node, row in view.nodes.items() if row.kind in kinds}
    for part in above:
        credit_part(part, view.capital, credited, level)
    return level.share(target, view.capital.get(target, ()), credited.__contains__)


def credit_part(part: Collection[str], capital: Edges, credited: set[str], level: Level) -> None:
    """Add the companies of one strongly connected part whose holdings count, from the owners who do."""
    held: dict[str, list[str]] = {}
    if len(part) > 1:
        for company in part:
            for edge in capital.get(company, ()):
                held.setdefault(edge.owner, []).append(company)
    waiting = list(part)
    while waiting:
        company = waiting.pop()
        if company not in credited and level.met(company, capital.get(company, ()), credited.__contains__):
            credited.add(company)
            waiting += held.get(company, ())
