"""Reading statements of the Beneficial Ownership Data Standard 0.4 into stakes; `bods_older` says earlier ones so.

Statements about one record follow each other in time: each holds until the next changes it or closes the record.
Indirect interests repeat what the direct ones say, so they are left out. What our own writing could not say in the
standard's words stands in an annotation; it is believed only where it agrees with the statement that carries it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, MissingKey, UnknownValue, WrongType, did_you_mean
from luodi.ownership.bods_older import in_words_of_0_4
from luodi.ownership.bods_terms import NOBODY, held_through, interests, is_nomination, node_of, party, unused_told
from luodi.ownership.faults import Faults
from luodi.ownership.records import parse_contract, parse_node, parse_stake
from luodi.ownership.stakes import Contract, Kind, Node, Stake, Stakes
from luodi.text import parse_json

OURS: Final = "Luodi"
VOTES: Final = "-votes"
"""What the record of a proxy's votes is named after that of the stake."""
_TYPES: Final = ("entity", "person", "relationship")
_UNSPECIFIED: Final = "unspecified"


@dataclass(frozen=True)
class Statement:
    """One statement with where it stands, and the days on which it is the one in force about its record."""

    row: Mapping[str, Any]
    at: str
    span: Span = field(default_factory=Span)

    @property
    def record(self) -> str:
        return str(self.row["recordId"])

    @property
    def details(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.row["recordDetails"]
        return found

    @property
    def interests(self) -> list[Mapping[str, Any]]:
        return list(self.details.get("interests") or [])

    @property
    def closed(self) -> bool:
        return self.row.get("recordStatus") == "closed"

    @property
    def day(self) -> date | None:
        raw = self.row.get("statementDate")
        return None if raw is None else parse_day(str(raw)[:10])

    def days(self, key: str) -> list[date]:
        """The days of all interests under the key; none unless every one has it."""
        found = [i.get(key) for i in self.interests]
        return sorted(parse_day(str(day)) for day in found) if all(found) else []

    def original(self, word: str) -> Any:
        """What our own writing kept of the record: a `node`, `stake`, `contract` or `hint`."""
        for note in self.row.get("annotations") or []:
            if (note.get("createdBy") or {}).get("name") == OURS and str(note.get("description")).startswith("{"):
                return parse_json(note["description"], f"{self.at}, annotations").get(word)
        return None


def stakes_from_bods(statements: list[Any], name: str) -> Stakes:
    """Nodes and stakes of BODS statements. Raises errors that name the statement and the field."""
    faults = Faults(name)
    records = _records(in_words_of_0_4(statements), name, faults)
    about = {key: v for key, v in records.items() if v[0].row["recordType"] == "relationship"}
    reader = _Reader(_nodes({key: v[-1] for key, v in records.items() if key not in about}, faults))
    for versions in about.values():
        with faults.caught(f"{versions[-1].at}, recordDetails"):
            reader.roles(versions[-1])
    for versions in about.values():
        for version in versions:
            with faults.caught(f"{version.at}, recordDetails"):
                reader.relationship(version, last=version is versions[-1])
    faults.check()
    return reader.found(name)


def _records(statements: list[Any], name: str, faults: Faults) -> dict[str, list[Statement]]:
    """The statements about each record in the order of time, each with the days on which it holds."""
    found: dict[str, list[tuple[date, Statement]]] = {}
    for number, row in enumerate(statements, 1):
        one = Statement(row, f"{name}, statement {number}")
        with faults.caught(one.at):
            _check(row)
            found.setdefault(one.record, []).append((one.day or date.min, one))
    ordered: dict[str, list[Statement]] = {}
    for record, versions in found.items():
        versions.sort(key=lambda version: version[0])
        with faults.caught(versions[-1][1].at):
            ordered[record] = list(_in_time([version for _, version in versions]))
    return ordered


def _check(row: Any) -> None:
    if not isinstance(row, dict):
        raise WrongType("ownership.statement-mapping")
    for key in ("recordId", "recordType", "recordDetails"):
        if row.get(key) is None:
            raise MissingKey("ownership.bods-0-4-statement-needs", key=key)
    if row["recordType"] not in _TYPES:
        word = str(row["recordType"])
        raise UnknownValue("ownership.no-recordtype", word=word, meant=did_you_mean(word, _TYPES), at="recordType")
    if not isinstance(row["recordDetails"], dict):
        raise WrongType("ownership.recorddetails-mapping")


def _in_time(versions: list[Statement]) -> Iterator[Statement]:
    """Each version with its days; where no day of a change is known, only the later version holds. A closed record
    that has no earlier version held until it was closed."""
    first: date | None = None
    for place, version in enumerate(versions):
        later = versions[place + 1] if place + 1 < len(versions) else None
        end = None if later is None else _changed(version, later)
        if version.closed and place:
            end = date.min if later is None else end
            yield replace(version, span=Span(None, date.min))
        elif version.closed:
            end = _changed(None, version)
            yield replace(version, span=Span(None, end))
        else:
            yield replace(version, span=Span(first, end if end is None or first is None else max(first, end)))
        first = None if end == date.min else end


def _changed(before: Statement | None, after: Statement) -> date:
    """The day from which the later statement holds: of its interests if they are newer, else its own."""
    if after.closed:
        return max([*after.days("endDate")], default=after.day or date.min)
    start = min(after.days("startDate"), default=None)
    earlier = min(before.days("startDate"), default=None) if before else None
    newer = start is not None and (earlier is None or start > earlier)
    return start if newer and start else after.day or date.min


def _nodes(latest: Mapping[str, Statement], faults: Faults) -> dict[str, Node]:
    """The parties, each as its latest statement tells it; one that is wrong stays as unknown, to be told only once."""
    found: dict[str, Node] = {}
    for key, last in latest.items():
        found[key] = Node(key, Kind.UNKNOWN)
        with faults.caught(f"{last.at}, recordDetails"):
            found[key] = Node(key, Kind.UNKNOWN) if is_nomination(last.row) else _party(key, last)
    return found


def _party(key: str, last: Statement) -> Node:
    read = node_of(key, last.row)
    raw = last.original("node")
    if raw is None:
        return read
    ours = parse_node(key, raw, last.at)
    kind, details = party(ours)
    return ours if node_of(key, {"recordType": kind, "recordDetails": details}) == read else read


class _Reader:
    """Collects stakes and contracts; a party that is not specified becomes a holder of unknown kind."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self.nodes = nodes
        self.arranged: dict[str, dict[str, list[str]]] = {}
        self.held: dict[str, list[Stake]] = {}
        self.proxies: dict[str, Stake] = {}
        self.contracts: list[Contract] = []
        self.hints: list[Contract] = []
        self.unused: dict[str, tuple[int, str]] = {}

    def roles(self, last: Statement) -> None:
        """Remember the nominee and the nominator of each arrangement in which somebody holds for somebody else."""
        for interest in () if last.closed else last.interests:
            if interest.get("type") in ("nominee", "nominator"):
                roles = self.arranged.setdefault(self._one(last.details, "subject"), {})
                roles.setdefault(str(interest["type"]), []).append(self._one(last.details, "interestedParty"))

    def relationship(self, version: Statement, *, last: bool) -> None:
        if version.details.get("subject") in self.arranged or version.span.end == date.min:
            return
        company, owner = (self._one(version.details, key) for key in ("subject", "interestedParty"))
        raw = version.original("hint")
        if raw is not None and (raw.get("controller"), raw.get("company")) == (owner, company):
            self.hints.append(parse_contract(raw, version.at, self.nodes))
            return
        held = held_through(version.interests, version.span)
        for word in held.unused:
            count, at = self.unused.get(word, (0, version.at))
            self.unused[word] = count + 1, at
        read = [self._stake(owner, company, row, version) for row in held.shares]
        self.held.setdefault(version.record, []).extend(self._as_written(version, read) if last else read)
        for how, span in held.control:
            plain = Contract(owner, company, span, version.at, how)
            self.contracts.append(self._contract(version.original("contract"), plain))

    def _stake(self, owner: str, company: str, row: tuple[Any, Any, Span], version: Statement) -> Stake:
        """What is held in a nomination is the nominator's, in the nominee's name; of several nominators nobody knows
        who has what, so it is of unknown kind."""
        share, votes, span = row
        roles = self.arranged.get(owner)
        behind = None
        if roles is not None:
            nominators, nominees = roles.get("nominator", []), roles.get("nominee", [])
            behind = nominators[0] if len(nominators) == 1 else owner
            owner = nominees[0] if nominees else behind
        behind = None if behind == owner else behind
        return Stake(owner, company, share, votes, behind, None, span, version.at, _source(version.row.get("source")))

    def _as_written(self, version: Statement, read: list[Stake]) -> list[Stake]:
        """The stake as it was before we wrote it, if the statement still says the same."""
        raw = version.original("stake")
        if raw is None or len(read) != 1:
            return read
        try:
            ours = parse_stake(raw, version.at, self.nodes)
        except LuodiError:
            return read  # a party is no longer there: the statement itself counts
        votes = NOBODY if ours.proxy_to else ours.votes
        if not _same(replace(ours, votes=votes, proxy_to=None), read[0]):
            return read
        if ours.proxy_to:
            self.proxies[version.record] = ours
            return read
        return [ours]

    def _contract(self, raw: Any, plain: Contract) -> Contract:
        if raw is None:
            return plain
        ours = parse_contract(raw, plain.at, self.nodes)
        same = (ours.controller, ours.company, ours.span) == (plain.controller, plain.company, plain.span)
        return ours if same else plain

    def _one(self, details: Mapping[str, Any], key: str) -> str:
        found = details.get(key)
        if found is None:
            raise MissingKey("ownership.relationship-needs", key=key)
        if isinstance(found, dict):
            name = f"{_UNSPECIFIED}-{len(self.nodes) + 1}"
            self.nodes[name] = Node(name, Kind.UNKNOWN, name=found.get("description") or found.get("reason"))
            return name
        if str(found) not in self.nodes:
            near = did_you_mean(str(found), self.nodes)
            raise UnknownValue("ownership.names-record-no-statement", key=key, found=found, near=near)
        return str(found)

    def found(self, name: str) -> Stakes:
        """Everything; a stake whose votes stand in a record of their own is one stake with a proxy again."""
        for record, ours in self.proxies.items():
            votes = self.held.get(record + VOTES, [])
            apart = Stake(str(ours.proxy_to), ours.company, NOBODY, ours.votes or ours.share, span=ours.span)
            if len(votes) == 1 and _same(apart, votes[0]):
                self.held[record] = [ours]
                del self.held[record + VOTES]
        stakes = tuple(stake for read in self.held.values() for stake in read)
        parties = {node for s in stakes for node in (s.owner, s.company, s.nominee_for)}
        nodes = {key: node for key, node in self.nodes.items() if key not in self.arranged or key in parties}
        notes = tuple(unused_told(self.unused))
        return Stakes(nodes, stakes, tuple(self.contracts), tuple(self.hints), name, notes)


def _same(ours: Stake, read: Stake) -> bool:
    """Whether two stakes are one once percent is rounded as JSON numbers are."""
    parties = [(s.owner, s.company, s.nominee_for if s.nominee_for != s.owner else None) for s in (ours, read)]
    if parties[0] != parties[1]:
        return False
    written = held_through(list(interests(ours.share, ours.votes, ours.span)), Span()).shares
    known = held_through(list(interests(read.share, read.votes, read.span)), Span()).shares
    return [_ends(*row) for row in written] == [_ends(*row) for row in known]


def _ends(share: Any, votes: Any, span: Span) -> tuple[Any, ...]:
    ends = [None if s is None else (s.low, s.high, s.over, s.under) for s in (share, votes)]
    return (*ends, span)


def _source(raw: Any) -> str | None:
    """A source of one text as that text, any other whole."""
    import json

    if not isinstance(raw, dict) or not raw:
        return None
    if len(raw) == 1 and next(iter(raw)) in ("description", "url"):
        return str(next(iter(raw.values())))
    return json.dumps(raw, ensure_ascii=False, sort_keys=True, default=str)
