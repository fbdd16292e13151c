"""A register in columns: nodes as numbers, companies first and holders by kind; shares as floats beside their text.

The floats are for the sweep over all companies. Whatever is asked of one company is read from the text, exactly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np

from luodi.errors import did_you_mean
from luodi.ownership.interval import Share, parse_share, parse_votes
from luodi.ownership.stakes import Contract, Kind, Node, Stake, Stakes, UnknownCompany, View

ORDER: Final = (Kind.COMPANY, Kind.FOREIGN, Kind.HMT, Kind.UNKNOWN, Kind.STATE, Kind.DOMESTIC)


NO_CONTRACTS: Final = (np.empty(0, np.int32), np.empty(0, np.int32))


NOBODY: Final = -1
NOT_MOVED: Final = (np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True)
class Held:
    """Who holds what, row by row: numbers of owner and company, least and greatest share (the same array where nothing
    is open), and the column the shares were read from."""

    owner: Any
    company: Any
    low: Any
    high: Any
    written: Any

    @property
    def open(self) -> bool:
        return self.high is not self.low

    def sums(self, size: int) -> Any:
        """The known shares of each of the first `size` nodes, added up once."""
        from luodi.ownership.sweep import sums

        if size not in self._sums:
            self._sums[size] = sums(self.company, self.low, size)
        return self._sums[size]

    @cached_property
    def _sums(self) -> dict[int, Any]:
        return {}

    def marks(self) -> Any:
        """What floats may not tell of the rows' shares, as numbers; None where they tell all."""
        marks = getattr(self.written, "marks", None)
        return None if marks is None else marks()

    def share(self, row: int) -> Share:
        """The share of one row, exactly as written, or as it follows."""
        return _parsed(self.written[int(row)], votes=_is_vote(self.written, int(row)))

    def original(self, row: int) -> Share:
        """The share of one row as written."""
        column = _original(self.written)
        return _parsed(column[int(row)], votes=_is_vote(column, int(row)))

    def given(self, row: int) -> Share | None:
        """The votes of one row where they were written apart from its share."""
        return self.original(row) if _is_vote(self.written, int(row)) else None

    def shares(self, rows: Any) -> list[Share]:
        """The shares of many rows; each different text is read once."""
        known: dict[Any, Share] = {}
        texts = [(self.written[row], _is_vote(self.written, row)) for row in rows.tolist()]
        return [known.get(text) or known.setdefault(text, _parsed(text[0], votes=text[1])) for text in texts]


def _parsed(value: Any, *, votes: bool) -> Share:
    return (parse_votes if votes else parse_share)(_text(value))


def _is_vote(column: Any, row: int) -> bool:
    """Whether a row tells votes of its own, which may be none."""
    while isinstance(column, Some | Rests):
        row = int(column.rows[row]) if isinstance(column, Some) else row
        column = column.column
    return isinstance(column, Either) and bool(column.given[row])


def _original(column: Any) -> Any:
    return column.column if isinstance(column, Rests) else column


class Rests:
    """A column in which some shares follow from the others; `column` is as it was written."""

    column: Any


class Some:
    """Some rows of a column, looked up when asked."""

    def __init__(self, column: Any, rows: Any) -> None:
        self.column = column
        self.rows = rows

    def __getitem__(self, row: int) -> Any:
        return self.column[int(self.rows[row])]

    def marks(self) -> Any:
        """As of the column itself, where it has any."""
        marks = getattr(self.column, "marks", None)
        return np.uint64(0) if marks is None else marks()[self.rows]


class Either:
    """The votes of a row as written, or its share where none are written."""

    def __init__(self, given: Any, votes: Any, share: Any) -> None:
        self.given = given
        self.votes = votes
        self.share = share

    def __getitem__(self, row: int) -> Any:
        return self.votes[row] if self.given[row] else self.share[row]

    def marks(self) -> Any:
        """As of the columns themselves, where they have any."""
        votes, share = (getattr(column, "marks", lambda: np.uint64(0))() for column in (self.votes, self.share))
        return np.where(self.given, votes, share)


def _text(value: Any) -> Any:
    """A float of a table stands for the shortest decimal that names it."""
    return (
        float.__repr__(value)
        if isinstance(value, float)
        else value
        if value is None or isinstance(value, str)
        else str(value)
    )


@dataclass(frozen=True)
class Register:
    """All stakes of one day. `ids` and `extras` (group, person, name) are columns in the order of the numbers;
    `ends` says where the numbers of each kind end; `votes` is None where votes follow capital. `contracts` are numbers
    of controllers and of what they control; `moved` are the rows counted for others than their owners: row, owner, whom
    it holds for, who votes."""

    ids: Any
    ends: Mapping[Kind, int]
    capital: Held
    votes: Held | None = None
    extras: Mapping[str, Any] = field(default_factory=dict)
    table: Any = None
    first: int = 0
    name: str = "stakes"
    contracts: tuple[Any, Any] = NO_CONTRACTS
    moved: tuple[Any, Any, Any, Any] = NOT_MOVED

    @property
    def companies(self) -> int:
        return self.ends[Kind.COMPANY]

    @property
    def nodes(self) -> int:
        return self.ends[ORDER[-1]]

    def numbers(self, kind: Kind) -> tuple[int, int]:
        """The first number of a kind and the one after its last."""
        before = ORDER.index(kind)
        return (self.ends[ORDER[before - 1]] if before else 0), self.ends[kind]

    def kind_of(self, number: int) -> Kind:
        return next(kind for kind in ORDER if number < self.ends[kind])

    def number(self, node: str) -> int:
        """The number of an id. Raises `UnknownCompany` with the nearest one."""
        found = self._by_table(node) if self.table is not None else self._by_hash(node)
        if found is None:
            near = did_you_mean(node, map(str, self.ids[:10_000].to_pylist()))
            raise UnknownCompany("ownership.no-company", node=node, near=near, at=self.name)
        return found

    def _by_table(self, node: str) -> int | None:
        try:
            place = int(node) - self.first
        except ValueError:
            return None
        found = int(self.table[place]) if 0 <= place < len(self.table) else -1
        return found if found >= 0 else None

    def _by_hash(self, node: str) -> int | None:
        from luodi.ownership.sweep import hash_of

        hashes, places = self._hashes
        wanted = hash_of(node.encode())
        at = int(hashes.searchsorted(wanted))
        while at < len(hashes) and hashes[at] == wanted:
            if self.id(int(places[at])) == node:
                return int(places[at])
            at += 1
        return None

    @cached_property
    def _hashes(self) -> tuple[Any, Any]:
        """The hashes of all ids as text, ascending, and whose they are."""
        import pyarrow as pa

        from luodi.ownership.sweep import hash_texts

        texts = self.ids.cast(pa.large_string())
        _, ends, letters = texts.buffers()
        bounds = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
        hashes = hash_texts(bounds, np.frombuffer(letters, np.uint8) if letters else np.empty(0, np.uint8))
        places = hashes.argsort()
        return hashes[places], places

    def id(self, number: int) -> str:
        return str(self.ids[number].as_py())

    def prepare(self) -> "Register":
        """Make the indexes that questions about one company use; they are made at the first question otherwise."""
        _ = self._index
        if self.table is None:
            _ = self._hashes
        return self

    @cached_property
    def _index(self) -> tuple[Any, Any]:
        from luodi.ownership.condense import index_by

        found = index_by(self.capital.company, self.nodes)
        return found

    def node(self, number: int) -> Node:
        extra = {name: column[number].as_py() for name, column in self.extras.items()}
        return Node(self.id(number), self.kind_of(number), **extra)

    def stakes(self, company: str | None = None) -> Stakes:
        """The stakes above one company, or all, with exact shares. They hold always: the day was chosen before."""
        numbers = range(len(self.ids)) if company is None else self._above(self.number(company))
        nodes = {row.id: row for row in map(self.node, numbers)}
        named = {number: name for number, name in zip(numbers, nodes, strict=True)}
        return Stakes(nodes, tuple(self._stakes(named)), tuple(self._contracts(named)), name=self.name)

    def view(self, company: str) -> View:
        """The graph above one company."""
        return self.stakes(company).on(date.min)

    def _stakes(self, named: Mapping[int, str]) -> Iterator[Stake]:
        for number, company in named.items():
            for row in self._rows(number).tolist():
                owner, nominee_for, proxy_to = (None if n < 0 else named[n] for n in self.parties(row))
                share, votes = self.capital.original(row), None if self.votes is None else self.votes.given(row)
                yield Stake(str(owner), company, share, votes, nominee_for, proxy_to)

    def parties(self, row: int) -> tuple[int, int, int]:
        """The owner as registered, whom it holds for, and who has its votes; -1 for nobody."""
        rows, *others = self.moved
        place = int(rows.searchsorted(row))
        if place < len(rows) and rows[place] == row:
            owner, behind, proxy = (int(column[place]) for column in others)
            return owner, behind, proxy
        return int(self.capital.owner[row]), NOBODY, NOBODY

    def _contracts(self, named: Mapping[int, str]) -> Iterator[Contract]:
        for controller, company in zip(*(column.tolist() for column in self.contracts), strict=True):
            if company in named:
                yield Contract(named[controller], named[company])

    def _above(self, target: int) -> list[int]:
        seen, waiting = {target: None}, [target]
        while waiting:
            number = waiting.pop()
            owners = [party for row in self._rows(number).tolist() for party in self.parties(row) if party >= 0]
            if len(self.contracts[1]):
                owners += self.contracts[0][self.contracts[1] == number].tolist()
            for owner in owners:
                if owner not in seen:
                    seen[owner] = None
                    waiting.append(owner)
        return list(seen)

    def _rows(self, number: int) -> Any:
        begin, entries = self._index
        return entries[begin[number] : begin[number + 1]]
