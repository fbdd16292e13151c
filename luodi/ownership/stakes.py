"""Who holds what of whom, and since when: the stakes as they were written, and the graph of one day made from them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, UnknownValue, WrongType, did_you_mean
from luodi.message import Message
from luodi.ownership.interval import ONE, ZERO, Share, parse_share, parse_votes


class Kind(StrEnum):
    """What a node is. Only companies are looked through; the others are where a chain ends."""

    COMPANY = "company"
    DOMESTIC = "domestic"
    FOREIGN = "foreign"
    HMT = "hmt"
    STATE = "state"
    UNKNOWN = "unknown"


FOREIGN_AND_HMT: Final = frozenset({Kind.FOREIGN, Kind.HMT})


class UnknownCompany(UnknownValue):
    """A company that the file does not have."""

    code = "unknown-company"


@dataclass(frozen=True, slots=True)
class Node:
    """One company or holder. `group` names its affiliates if they were declared; `person` says whether it is a
    natural person, None if nobody said so; `country` is a code of ISO 3166 as it was written, which decides nothing.
    A node that is not `recorded` stands for whoever has what a register leaves out of one company."""

    id: str
    kind: Kind
    group: str | None = None
    person: bool | None = None
    name: str | None = None
    country: str | None = None
    recorded: bool = True


@dataclass(frozen=True, slots=True)
class Stake:
    """One entry of a register. `votes` where they differ from capital; `nominee_for` is the person behind the holder;
    `proxy_to` has the votes. The span is half-open: it starts on its first day and ends before `to`."""

    owner: str
    company: str
    share: Share
    votes: Share | None = None
    nominee_for: str | None = None
    proxy_to: str | None = None
    span: Span = field(default_factory=Span)
    at: str = ""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """Control without capital: a VIE contract, the right of a general partner. Never counted as equity."""

    controller: str
    company: str
    span: Span = field(default_factory=Span)
    at: str = ""
    how: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What one owner holds of a company on a day; several entries of the same pair are added. `over` says that it is
    more than `low`, such as a band above 50 %, `under` that it is less than `high`."""

    owner: str
    low: Fraction
    high: Fraction
    over: bool = False
    under: bool = False


Edges = Mapping[str, tuple[Edge, ...]]


@dataclass(frozen=True, slots=True)
class Followed:
    """A share that was not written and follows from the others, since it is the only one."""

    owner: str
    company: str
    share: Fraction


@dataclass(frozen=True)
class View:
    """The graph of one day: who holds capital, votes and control of each node. Nominees and proxies are resolved; the
    stakes they moved are kept in `moved`, the contracts behind `control` in `rights`. What is not recorded of a company
    is held by a node of its own, of unknown kind; a single share that was not written is the rest of the others, and
    told in `followed`."""

    nodes: Mapping[str, Node]
    capital: Edges
    votes: Edges
    control: Mapping[str, tuple[str, ...]]
    hints: tuple[Contract, ...] = ()
    moved: tuple[Stake, ...] = ()
    rights: tuple[Contract, ...] = ()
    followed: tuple[Followed, ...] = ()

    def kind(self, node: str) -> Kind:
        return self.nodes[node].kind

    def is_company(self, node: str) -> bool:
        return self.nodes[node].kind is Kind.COMPANY

    @property
    def one_vote_a_share(self) -> bool:
        return self.votes is self.capital

    def above(self, company: str) -> "View":
        """Only what lies above `company`: by capital, by votes or by contract, through whatever holds it."""
        seen, waiting = {company}, [company]
        while waiting:
            node = waiting.pop()
            owners = [e.owner for e in self.capital.get(node, ())]
            if not self.one_vote_a_share:
                owners += [e.owner for e in self.votes.get(node, ())]
            owners += self.control.get(node, ())
            for owner in owners:
                if owner not in seen:
                    seen.add(owner)
                    waiting.append(owner)
        capital = {n: self.capital[n] for n in seen if n in self.capital}
        votes = capital if self.one_vote_a_share else {n: self.votes[n] for n in seen if n in self.votes}
        return View(
            nodes={n: self.nodes[n] for n in seen},
            capital=capital,
            votes=votes,
            control={n: self.control[n] for n in seen if n in self.control},
            hints=tuple(h for h in self.hints if h.company in seen),
            moved=tuple(s for s in self.moved if s.company in seen),
            rights=tuple(c for c in self.rights if c.company in seen),
            followed=tuple(f for f in self.followed if f.company in seen),
        )


@dataclass(frozen=True)
class Stakes:
    """A register as it was read: nodes, stakes, contracts, and hints of control that decide nothing. `notes` tell what
    the file says beside and no figure uses."""

    nodes: Mapping[str, Node]
    stakes: tuple[Stake, ...]
    contracts: tuple[Contract, ...] = ()
    hints: tuple[Contract, ...] = ()
    name: str = "stakes"
    notes: tuple[str, ...] = ()

    def require(self, company: str) -> Node:
        """The node of that id. Raises `UnknownCompany` with the nearest one."""
        found = self.nodes.get(company)
        if found is None:
            raise UnknownCompany(
                "ownership.no-company-2", company=company, meant=did_you_mean(company, self.nodes), at=self.name
            )
        return found

    def on(self, day: date) -> View:
        """The graph of one day. A stake that starts on the day counts, one that ends on it does not."""
        rests = self._rests
        capital, votes = _Ledger(rests), _Ledger(rests)
        same, moved = True, []
        for stake in self.stakes:
            if day not in stake.span:
                continue
            behind = stake.nominee_for or stake.owner
            voting = stake.votes or stake.share
            capital.add(behind, stake.company, stake.share)
            votes.add(stake.proxy_to or behind, stake.company, voting)
            same = same and voting is stake.share and stake.proxy_to is None
            if stake.nominee_for or stake.proxy_to:
                moved.append(stake)
        held = capital.edges()
        control: dict[str, tuple[str, ...]] = {}
        rights = tuple(contract for contract in self.contracts if day in contract.span)
        for contract in rights:
            control[contract.company] = (*control.get(contract.company, ()), contract.controller)
        hints = tuple(h for h in self.hints if day in h.span)
        nodes = {**self.nodes, **{name: Node(name, Kind.UNKNOWN, recorded=False) for name in rests.values()}}
        voted = held if same else votes.edges()
        return View(nodes, held, voted, control, hints, tuple(moved), rights, tuple(capital.followed()))

    @cached_property
    def _rests(self) -> dict[str, str]:
        """For each company the id of whoever holds what is not recorded of it."""
        return {name: _rest_of(name, self.nodes) for name, node in self.nodes.items() if node.kind is Kind.COMPANY}

    @classmethod
    def parse(cls, picture: str) -> "Stakes":
        """Stakes drawn as text, one a line, for tests and examples:

        `Nordlicht (foreign) -> Kranich 51 % votes 60 % for Anna proxy Ben from 2024-01-01 to 2025-01-01`;
        `Nordlicht => Kranich` is control by contract. A node without a kind is a company.
        """
        return _picture(picture)


Entry = tuple[Fraction, Fraction, bool, bool]
Entries = list[tuple[str, Share]]
_NONE: Final[Entry] = (ZERO, ZERO, False, False)
ROUNDING: Final = Fraction(1, 10**9)
"""So little is missing where decimals were rounded; it is nobody's stake."""


def _rest_of(company: str, nodes: Mapping[str, Node]) -> str:
    name = f"{company} ?"
    while name in nodes:
        name += "?"
    return name


class _Ledger:
    """Adds the entries of the same pair, in the order in which pairs first appear."""

    def __init__(self, rests: Mapping[str, str]) -> None:
        self.rests = rests
        self.rows: dict[str, Entries] = {company: [] for company in rests}

    def add(self, owner: str, company: str, share: Share) -> None:
        self.rows.setdefault(company, []).append((owner, share))

    def edges(self) -> dict[str, tuple[Edge, ...]]:
        found = {company: edges_of(row, self.rests.get(company)) for company, row in self.rows.items()}
        return {company: edges for company, edges in found.items() if edges}

    def followed(self) -> Iterator[Followed]:
        for company, row in self.rows.items():
            if found := the_rest(row):
                place, share = found
                yield Followed(row[place][0], company, share)


def edges_of(held: Iterable[tuple[str, Share]], rest: str | None = None) -> tuple[Edge, ...]:
    """What each owner has of one company, from the entries of the company, and what `rest` has if something is left."""
    entries = list(held)
    if found := the_rest(entries):
        place, share = found
        entries[place] = entries[place][0], Share(share, share, str(share))
    row: dict[str, Entry] = {}
    for owner, entry in entries:
        _add(row, owner, entry)
    return (*_fitting(row), *(_left(row, rest) if rest is not None else ()))


def the_rest(entries: Sequence[tuple[str, Share]]) -> tuple[int, Fraction] | None:
    """The place of the only share that is not known among shares that all are, and what it must be. Where the others
    have nothing, nothing follows: a single holder without a share is no whole register."""
    places = [place for place, (_, share) in enumerate(entries) if not share.known]
    if len(places) != 1 or not entries[places[0]][1].unknown:
        return None
    left = _room(share.low for _, share in entries)
    return (places[0], left) if ZERO < left < ONE else None


def _add(row: dict[str, Entry], owner: str, share: Share) -> None:
    low, high, over, under = row.get(owner, _NONE)
    row[owner] = (low + share.low, high + share.high, over or share.over, under or share.under)


def _room(lows: Iterable[Fraction]) -> Fraction:
    """What the known shares leave over; roundings are nothing."""
    left = ONE - sum(lows, ZERO)
    return left if left > ROUNDING else ZERO


def _fitting(row: Mapping[str, Entry]) -> Iterator[Edge]:
    """No open share can take more than the known ones leave over."""
    room = _room(low for low, *_ in row.values())
    for owner, (low, high, over, under) in row.items():
        fits = min(high, low + room) if high > low else low
        if fits > 0 or over:
            yield Edge(owner, low, fits, over, under and fits == high)


def _left(row: Mapping[str, Entry], rest: str) -> Iterator[Edge]:
    """What nobody is recorded for: at least what no open share can take, at most what the known ones leave."""
    room = _room(low for low, *_ in row.values())
    if room:
        yield Edge(rest, max(ZERO, ONE - sum((high for _, high, *_ in row.values()), ZERO)), room)


_NODE: Final = r"(\S+)(?:\s+\((\w+)\))?"
_LINE: Final = re.compile(rf"{_NODE}\s*(->|=>)\s*{_NODE}\s*(.*)")
_WORDS: Final = ("votes", "for", "proxy", "from", "to")
_SPLIT: Final = re.compile(rf"\s+({'|'.join(_WORDS)})\s+")


def _picture(picture: str) -> Stakes:
    kinds: dict[str, Kind] = {}
    stakes: list[Stake] = []
    contracts: list[Contract] = []
    for number, line in enumerate(picture.splitlines(), 1):
        text = line.split("#")[0].strip()
        if not text:
            continue
        try:
            _draw(text, f"line {number}", kinds, stakes, contracts)
        except LuodiError as problem:
            raise problem.located(Message("place.line-alone", line=number)) from None
    nodes = {name: Node(name, kind) for name, kind in kinds.items()}
    return Stakes(nodes, tuple(stakes), tuple(contracts), name="picture")


def _draw(text: str, at: str, kinds: dict[str, Kind], stakes: list[Stake], contracts: list[Contract]) -> None:
    found = _LINE.fullmatch(text)
    if found is None:
        raise WrongType("ownership.not-stake-such-nordlicht", text=text)
    owner, owner_kind, arrow, company, company_kind, rest = found.groups()
    for name, kind in ((owner, owner_kind), (company, company_kind)):
        kinds[name] = parse_kind(kind) if kind else kinds.get(name, Kind.COMPANY)
    parts = _SPLIT.split(" " + rest)
    words = dict(zip(parts[1::2], map(str.strip, parts[2::2]), strict=True))
    for key in ("for", "proxy"):
        if key in words:
            kinds.setdefault(words[key], Kind.COMPANY)
    span = Span(*(parse_day(words[key]) if key in words else None for key in ("from", "to")))
    if arrow == "=>":
        contracts.append(Contract(owner, company, span, at))
        return
    votes = parse_votes(words["votes"]) if "votes" in words else None
    share = parse_share(parts[0].strip())
    stakes.append(Stake(owner, company, share, votes, words.get("for"), words.get("proxy"), span, at))


def parse_kind(word: object) -> Kind:
    """Raises `UnknownValue` with the nearest kind."""
    try:
        return Kind(str(word))
    except ValueError:
        known: Iterable[str] = [kind.value for kind in Kind]
        near = did_you_mean(str(word), known)
        raise UnknownValue("ownership.no-kind-node", word=word, known=known, near=near) from None
