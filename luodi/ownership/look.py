"""Looking through one company: what each holder has of it in the end, and every figure that follows from that."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from luodi.ownership.interval import NOTHING, ONE, ZERO, Interval
from luodi.ownership.parts import parts
from luodi.ownership.solve import NoSolution, Values, eliminate, solve
from luodi.ownership.stakes import Edge, Edges, Kind, Node


@dataclass(frozen=True)
class Look:
    """One company seen through one kind of shares (capital or votes). `through` says which nodes are looked through."""

    target: str
    nodes: Mapping[str, Node]
    edges: Edges
    through: Callable[[str], bool]

    @cached_property
    def parts(self) -> list[list[str]]:
        """The strongly connected parts of the companies above, owners first; the target's part is the last."""
        return list(parts([self.target], self._owners))

    @cached_property
    def companies(self) -> list[str]:
        return [company for part in self.parts for company in part]

    @cached_property
    def ends(self) -> list[str]:
        """The holders in which the chains end, in the order of their ids."""
        found = {e.owner for c in self.companies for e in self.edges.get(c, ()) if not self.through(e.owner)}
        return sorted(found)

    @cached_property
    def open(self) -> bool:
        """Whether some share above is not known."""
        return any(e.low != e.high for c in self.companies for e in self.edges.get(c, ()))

    @cached_property
    def weights(self) -> Values | None:
        """How much of the target one whole of each company above carries, loops included; None if not determined."""
        if self.open:
            return None
        inflow: Values = {self.target: ONE}
        found: Values = {}
        try:
            for part in reversed(self.parts):
                found.update(self._carried(part, inflow))
                for company in part:
                    self._pass_on(company, part, found[company], inflow)
        except NoSolution:
            return None
        return found

    def _carried(self, part: list[str], inflow: Values) -> Values:
        """The weights inside one part: the same elimination on the transposed shares."""
        if not self.loops(part):
            return {part[0]: inflow.get(part[0], ZERO)}
        inside = set(part)
        rows: dict[str, dict[str, Fraction]] = {company: {} for company in part}
        for company in part:
            for edge in self.edges.get(company, ()):
                if edge.owner in inside:
                    rows[edge.owner][company] = edge.low
        return eliminate(rows, {company: inflow.get(company, ZERO) for company in part})

    def _pass_on(self, company: str, part: list[str], weight: Fraction, inflow: Values) -> None:
        for edge in self.edges.get(company, ()):
            if edge.owner not in part and self.through(edge.owner):
                inflow[edge.owner] = inflow.get(edge.owner, ZERO) + weight * edge.low

    def loops(self, part: list[str]) -> bool:
        """Whether the part holds itself, round a loop or directly."""
        return len(part) > 1 or any(e.owner == part[0] for e in self.edges.get(part[0], ()))

    @cached_property
    def holders(self) -> dict[str, Interval]:
        """What each holder is recorded to have of the target in the end, greatest first; those that may have something
        included."""
        found = {end: self._each[end] if self.weights is not None else self._of({end}) for end in self.recorded}
        ranked = sorted(found.items(), key=lambda row: (-row[1].high, -row[1].low, row[0]))
        return {end: value for end, value in ranked if value.high > 0}

    @cached_property
    def _each(self) -> dict[str, Interval]:
        """The same of every end, where all is determined."""
        exact: Values = dict.fromkeys(self.ends, ZERO)
        for company, weight in (self.weights or {}).items():
            for edge in self.edges.get(company, ()):
                if edge.owner in exact:
                    exact[edge.owner] += weight * edge.low
        return {end: Interval.exactly(value) for end, value in exact.items()}

    @property
    def recorded(self) -> list[str]:
        return [end for end in self.ends if self.nodes[end].recorded]

    def of(self, kinds: Collection[Kind]) -> Interval:
        """What holders of these kinds have together; a holder of unknown kind may be one of them."""
        chosen = {end for end in self.ends if self.nodes[end].kind in kinds}
        perhaps = {end for end in self.ends if self.nodes[end].kind is Kind.UNKNOWN}
        return self._of(chosen, perhaps)

    def of_holders(self, chosen: Collection[str]) -> Interval:
        """What these holders have together."""
        return self._of(set(chosen))

    def _of(self, chosen: set[str], perhaps: Collection[str] = ()) -> Interval:
        if self.weights is not None:
            sure = sum((self._each.get(end, NOTHING).low for end in chosen), ZERO)
            return Interval(sure, sure + sum((self._each.get(end, NOTHING).low for end in perhaps), ZERO))

        def end(holder: str) -> tuple[Fraction, Fraction]:
            sure = ONE if holder in chosen else ZERO
            return sure, ONE if holder in perhaps else sure

        return solve([self.target], self.edges, end, self.through).of(self.target)

    @cached_property
    def overfull(self) -> list[list[str]]:
        """Loops that hold more than the whole of themselves, so that no sum over their walks exists."""
        if self.weights is not None:
            return []
        return solve([self.target], self.edges, lambda _: (ZERO, ONE), self.through).overfull

    @property
    def unrecorded(self) -> Interval:
        """The part of the target that no recorded holder has; negative where shares add up to more than the whole."""
        every = self._of(set(self.recorded))
        return Interval(1 - every.high, 1 - every.low)

    @cached_property
    def hidden(self) -> Fraction:
        """The most that holders who are not recorded may have together."""
        return self._of(set(), {end for end in self.ends if not self.nodes[end].recorded}).high

    def direct(self, kinds: Collection[Kind]) -> Interval:
        """What holders of these kinds have in the target itself."""
        held = self.edges.get(self.target, ())
        sure = [e for e in held if self.nodes[e.owner].kind in kinds]
        perhaps = [e for e in held if self.nodes[e.owner].kind is Kind.UNKNOWN]
        return Interval(sum((e.low for e in sure), ZERO), most(held, [*sure, *perhaps]))

    def reaches(self, kinds: Collection[Kind]) -> bool | None:
        """Whether some chain of positive shares ends in a holder of these kinds; None if that is open, as it is of a
        loop that nobody outside owns. A registered holder whose share is not known has more than nothing."""
        if self._chain(kinds, lambda e: e.low > 0 or e.over):
            return True
        perhaps = self._chain({*kinds, Kind.UNKNOWN}, lambda e: e.high > 0 or e.over)
        return None if perhaps or self.of(kinds).high > 0 else False

    def _chain(self, kinds: Collection[Kind], counts: Callable[[Edge], bool]) -> bool:
        seen, waiting = {self.target}, [self.target]
        while waiting:
            for edge in self.edges.get(waiting.pop(), ()):
                if not counts(edge) or edge.owner in seen:
                    continue
                if self.through(edge.owner):
                    seen.add(edge.owner)
                    waiting.append(edge.owner)
                elif self.nodes[edge.owner].kind in kinds:
                    return True
        return False

    def _owners(self, company: str) -> list[str]:
        return [e.owner for e in self.edges.get(company, ()) if self.through(e.owner)]


def most(held: Collection[Edge], chosen: Collection[Edge]) -> Fraction:
    """The most that the chosen owners can have together, the whole being the limit of what is open."""
    sure = sum((e.low for e in chosen), ZERO)
    spare = sum((e.high - e.low for e in chosen), ZERO)
    room = max(ZERO, 1 - sum((e.low for e in held), ZERO))
    return sure + min(spare, room)
