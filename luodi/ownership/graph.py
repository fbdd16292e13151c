"""Every company of a register at once: the condensed graph of their shares, in an order in which owners come first.

Folding settles the companies that no company holds; `bulk_figures` sweeps over the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from luodi.ownership import condense
from luodi.ownership import sweep as kernel
from luodi.ownership.register import Held
from luodi.ownership.rests import left_over, surely_held
from luodi.ownership.stakes import Edge, edges_of

Range = tuple[int, int]
NOBODY: Final = (0, 0)
COUNTED: Final = "holders that count"
REST: Final = "-1"
"""The number, as text, of whoever has what is not recorded."""


@dataclass(frozen=True)
class Figure:
    """Least and greatest value of every company; one array where all are determined."""

    low: Any
    high: Any

    @property
    def ends(self) -> tuple[Any, Any]:
        return self.low, self.high


class Graph:
    """The shares of one kind, capital or votes, among `companies` numbered companies and the holders after them.

    `counted` is where the numbers end of the holders that any figure asks for. `rows` are the shares that must be taken
    in order, those in companies that hold others; `outer` the rest of those between companies.
    """

    def __init__(self, held: Held, companies: int, counted: int) -> None:
        self.held = held
        self.companies = companies
        counts = condense.count_held(held.owner, held.company, companies, counted)
        rows, self.leaves = condense.pick_held(held.owner, held.company, companies, counted, counts)
        self.rows, self.outer = condense.split_rows(rows, held.owner, held.company, np.zeros(companies, np.bool_))
        self.local, self.known, self.above, self.below = condense.compact(
            self.rows, held.owner, held.company, companies
        )
        self.down = condense.index_by(self.above, len(self.known))
        self.up = condense.index_by(self.below, len(self.known))
        self.order, self.starts = condense.arrange(len(self.known), self.above, self.below, *self.down)
        condense.in_fixed_order(self.order, self.starts, self.known)

    @cached_property
    def low(self) -> Any:
        return self.held.low[self.rows]

    @cached_property
    def rank(self) -> Any:
        """The place of each company of the sweep in its order."""
        found = np.empty(len(self.order), np.int32)
        found[self.order] = np.arange(len(self.order), dtype=np.int32)
        return found

    @cached_property
    def room(self) -> Any:
        """What the known shares of each company leave over, for whoever has it."""
        return left_over(self.held, self.companies)

    @cached_property
    def gaps(self) -> bool:
        """Whether something is left over anywhere."""
        return bool(self.room.any())

    @cached_property
    def open(self) -> Any:
        """Which companies have an open share."""
        held, marked = self.held, np.zeros(self.companies, np.bool_)
        if held.open:
            marked[held.company[(held.high > held.low) & (held.company < self.companies)]] = True
        return marked

    def folded(self, ranges: Sequence[Range]) -> tuple[Any, Any]:
        """What holders of these numbers have in each company itself, and where several shares met."""
        into, several = condense.blank(self.companies), np.zeros(self.companies, np.bool_)
        for first, last in ranges:
            if last > first:
                condense.fold(
                    self.leaves, self.held.owner, self.held.company, self.held.low, first, last, into, several
                )
        return into, several

    def flow(self, value: Any, into: Any, several: Any) -> None:
        kernel.flow(self.outer, self.held.owner, self.held.company, self.held.low, value, into, several)

    def held_by(self, node: int) -> Any:
        """The entries of the shares that companies have in one of the sweep."""
        begin, entries = self.up
        return entries[begin[node] : begin[node + 1]]

    def nodes(self, part: int) -> Any:
        return self.order[self.starts[part] : self.starts[part + 1]]

    def reached(self, sure: Sequence[Range], perhaps: Range = NOBODY) -> tuple[Any, Any]:
        """Which companies a chain of positive shares reaches from such holders: surely, and perhaps."""
        positive = surely_held(self.held)
        surely = self._spread(self._touched(sure, positive), positive)
        if not self.gaps and not self.held.open and perhaps[0] == perhaps[1]:
            return surely, surely
        may = positive | (self.held.high > 0.0)
        return surely, self._spread(self._touched([*sure, perhaps], may) | (self.room > 0.0), may)

    def _touched(self, ranges: Sequence[Range], positive: Any) -> Any:
        """The companies in which holders of these numbers have something themselves."""
        found = np.zeros(self.companies, np.bool_)
        rows = self.leaves[positive[self.leaves]]
        for first, last in ranges:
            owner = self.held.owner[rows]
            found[self.held.company[rows[(owner >= first) & (owner < last)]]] = True
        return found

    def _spread(self, start: Any, positive: Any) -> Any:
        found = start.copy()
        share = positive[self.rows].astype(np.float64)
        found[self.known] = kernel.reached(*self.down, self.below, share, start[self.known])
        rows = self.outer[positive[self.outer]]
        found[self.held.company[rows[found[self.held.owner[rows]]]]] = True
        return found

    @cached_property
    def rows_of(self) -> tuple[Any, Any]:
        """All rows of the companies in which counted holders may have something: where those of each company begin, and
        the rows."""
        company = self.held.company
        reached = self.room > 0.0
        reached[company[self.leaves]] = True
        rows = kernel.flagged_rows(company, self._spread(reached, self.held.high > 0.0))
        begin, entries = condense.index_by(company[rows], self.companies)
        return begin, rows[entries]

    def edges(self, company: int) -> tuple[Edge, ...]:
        """Who holds such a company, exactly as written, by their numbers as text; `REST` has what is not recorded."""
        begin, entries = self.rows_of
        rows = entries[begin[company] : begin[company + 1]]
        held = zip(map(str, self.held.owner[rows].tolist()), self.held.shares(rows), strict=True)
        return edges_of(held, REST if self.room[company] > 0.0 else None)
