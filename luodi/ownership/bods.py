"""Statements of the Beneficial Ownership Data Standard 0.4: read into stakes, and written from them.

A share is percent there, exact or as a band; a band is a range here. Of the statements about one record the latest
counts, and none once it is closed. Indirect interests repeat what the direct ones say, so they are left out.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, MissingKey, OutOfRange, UnknownValue, WrongType, did_you_mean
from luodi.ownership.interval import ONE, ZERO, Share
from luodi.ownership.stakes import Contract, Kind, Node, Stake, Stakes
from luodi.values import Number, as_json_number, exact

VERSION: Final = "0.4"
_TYPES: Final = ("entity", "person", "relationship")
_HMT: Final = ("HK", "MO", "TW", "CN-HK", "CN-MO", "CN-TW")
_CONTROL: Final = frozenset(
    "rightsGrantedByContract conditionalRightsGrantedByContract controlViaCompanyRulesOrArticles "
    "controlByLegalFramework appointmentOfBoard otherInfluenceOrControl trustee".split()
)
_NOBODY: Final = "unspecified"


def stakes_from_bods(statements: list[Any], name: str) -> Stakes:
    """Nodes and stakes of BODS statements. Raises errors that name the statement and the field."""
    records = _records(statements, name)
    nodes: dict[str, Node] = {}
    for key, (row, at) in records.items():
        if row["recordType"] != "relationship":
            nodes[key] = _node(key, row, at)
    reader = _Reader(nodes)
    for row, at in (entry for entry in records.values() if entry[0]["recordType"] == "relationship"):
        try:
            reader.relationship(row["recordDetails"])
        except LuodiError as problem:
            raise problem.located(f"{at}, recordDetails") from None
    return Stakes(reader.nodes, tuple(reader.stakes), tuple(reader.contracts), name=name)


def _records(statements: list[Any], name: str) -> dict[str, tuple[Mapping[str, Any], str]]:
    """The statement in force of each record: the latest by date, then by place; a closed record is gone."""
    latest: dict[str, tuple[str, Mapping[str, Any], str]] = {}
    for number, row in enumerate(statements, 1):
        at = f"{name}, statement {number}"
        if not isinstance(row, dict):
            raise WrongType("a statement is a mapping", at=at)
        for key in ("recordId", "recordType", "recordDetails"):
            if row.get(key) is None:
                raise MissingKey(f"a BODS 0.4 statement needs `{key}`", at=at)
        if row["recordType"] not in _TYPES:
            word = str(row["recordType"])
            raise UnknownValue(f"`{word}` is no recordType.{did_you_mean(word, _TYPES)}", at=f"{at}, recordType")
        if not isinstance(row["recordDetails"], dict):
            raise WrongType("`recordDetails` is a mapping", at=at)
        key, day = str(row["recordId"]), str(row.get("statementDate") or "")
        if key not in latest or latest[key][0] <= day:
            latest[key] = (day, row, at)
    return {key: (row, at) for key, (_, row, at) in latest.items() if row.get("recordStatus") != "closed"}


def _node(key: str, row: Mapping[str, Any], at: str) -> Node:
    details = row["recordDetails"]
    if row["recordType"] == "person":
        names = details.get("names") or []
        countries = [_code(c) for c in details.get("nationalities") or []]
        kind = Kind.UNKNOWN if details.get("personType") == "unknownPerson" else _kind(countries)
        return Node(key, kind, person=True, name=names[0].get("fullName") if names else None)
    kinds = details.get("entityType")
    word = kinds.get("type") if isinstance(kinds, dict) else kinds
    if word is None:
        raise MissingKey("an entity needs `entityType`", at=f"{at}, recordDetails")
    return Node(key, _entity(str(word), _code(details.get("jurisdiction"))), person=False, name=details.get("name"))


def _entity(word: str, country: str) -> Kind:
    """A company registered in the mainland is looked through; one registered elsewhere is a foreign holder."""
    if word in ("state", "stateBody"):
        return Kind.STATE if country in ("", "CN") else _kind([country])
    if word in ("unknownEntity", "anonymousEntity"):
        return Kind.UNKNOWN
    return Kind.COMPANY if country in ("", "CN") else _kind([country])


def _kind(countries: list[str]) -> Kind:
    if not countries or not any(countries):
        return Kind.UNKNOWN
    if "CN" in countries:
        return Kind.DOMESTIC
    return Kind.HMT if any(c in _HMT for c in countries) else Kind.FOREIGN


def _code(country: Any) -> str:
    code = str(country.get("code") or "") if isinstance(country, dict) else ""
    return code if code in _HMT else code[:2].upper()


class _Reader:
    """Collects stakes and contracts; a party that is not specified becomes a holder of unknown kind."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self.nodes = nodes
        self.stakes: list[Stake] = []
        self.contracts: list[Contract] = []

    def relationship(self, details: Mapping[str, Any]) -> None:
        company, owner = (self._party(details, key) for key in ("subject", "interestedParty"))
        interests = [i for i in details.get("interests") or [] if i.get("directOrIndirect") != "indirect"]
        spans: dict[Span, dict[str, Mapping[str, Any]]] = {}
        for interest in interests:
            spans.setdefault(_span(interest), {})[str(interest.get("type"))] = interest
        for span, by_type in spans.items():
            self._held(owner, company, span, by_type)

    def _held(self, owner: str, company: str, span: Span, by_type: Mapping[str, Mapping[str, Any]]) -> None:
        shares = by_type.get("shareholding")
        votes = by_type.get("votingRights")
        if shares is not None or votes is not None:
            share = _share(shares, "shareholding") if shares is not None else Share(ZERO, ZERO, "0")
            voting = None if votes is None else _share(votes, "votingRights")
            self.stakes.append(Stake(owner, company, share, voting, span=span))
        for kind in sorted(_CONTROL & by_type.keys()):
            self.contracts.append(Contract(owner, company, span, how=kind))

    def _party(self, details: Mapping[str, Any], key: str) -> str:
        party = details.get(key)
        if party is None:
            raise MissingKey(f"a relationship needs `{key}`")
        if isinstance(party, dict):
            name = f"{_NOBODY}-{len(self.nodes) + 1}"
            self.nodes[name] = Node(name, Kind.UNKNOWN, name=party.get("reason"))
            return name
        if str(party) not in self.nodes:
            near = did_you_mean(str(party), self.nodes)
            raise UnknownValue(f"`{key}` names the record `{party}`, which no statement has.{near}")
        return str(party)


def _span(interest: Mapping[str, Any]) -> Span:
    days = [None if interest.get(k) is None else parse_day(str(interest[k])) for k in ("startDate", "endDate")]
    return Span(*days)


def _share(interest: Mapping[str, Any], kind: str) -> Share:
    share = interest.get("share")
    if not isinstance(share, dict) or not share:
        return Share(ZERO, ONE, "?")
    ends = {key: _percent(value, f"{kind}, share.{key}") for key, value in share.items() if value is not None}
    if "exact" in ends:
        return Share(ends["exact"], ends["exact"], f"{share['exact']} %")
    low = ends.get("minimum", ends.get("exclusiveMinimum", ZERO))
    high = ends.get("maximum", ends.get("exclusiveMaximum", ONE))
    return Share(low, high, f"{100 * low}..{100 * high} %")


def _percent(value: Any, at: str) -> Fraction:
    try:
        share = Fraction(exact(value)) / 100
    except LuodiError as problem:
        raise problem.located(at) from None
    if not 0 <= share <= 1:
        raise OutOfRange(f"`{value}` is not a percentage from 0 to 100", at=at)
    return share


# ---- writing


def bods_from(stakes: Stakes, *, on: date, publisher: str = "Luodi") -> list[dict[str, Any]]:
    """BODS 0.4 statements of a register, dated `on`. Ids follow from the content: the same register gives the same."""
    head = {
        "statementDate": on.isoformat(),
        "publicationDetails": {
            "publicationDate": on.isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": publisher},
        },
    }
    return [{**row, **head, "statementId": _identity(row)} for row in _statements(stakes)]


def _statements(stakes: Stakes) -> Iterator[dict[str, Any]]:
    for node in stakes.nodes.values():
        kind, details = ("person", _person(node)) if _is_person(node) else ("entity", _entity_details(node))
        yield _statement(node.id, node.id, kind, {"isComponent": False, **details})
    for number, stake in enumerate(stakes.stakes, 1):
        party = stake.nominee_for or stake.owner
        interests = [_interest("shareholding", stake.share, stake.span)]
        if stake.votes is not None and stake.proxy_to is None:
            interests.append(_interest("votingRights", stake.votes, stake.span))
        yield _relationship(f"stake-{number}", stake.company, party, interests)
        if stake.proxy_to is not None:
            voting = _interest("votingRights", stake.votes or stake.share, stake.span)
            yield _relationship(f"stake-{number}-votes", stake.company, stake.proxy_to, [voting])
    for number, contract in enumerate(stakes.contracts, 1):
        how = contract.how if contract.how in _CONTROL else "rightsGrantedByContract"
        rights = [{"type": how, "directOrIndirect": "direct", **_days(contract.span)}]
        yield _relationship(f"contract-{number}", contract.company, contract.controller, rights)


def _statement(record: str, subject: str, kind: str, details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "declarationSubject": subject,
        "recordId": record,
        "recordType": kind,
        "recordStatus": "new",
        "recordDetails": details,
    }


def _relationship(record: str, company: str, party: str, interests: list[dict[str, Any]]) -> dict[str, Any]:
    details = {"isComponent": False, "subject": company, "interestedParty": party, "interests": interests}
    return _statement(record, company, "relationship", details)


_CHINA: Final = ("China", "CN")
_COUNTRY: Final = {
    Kind.DOMESTIC: _CHINA,
    Kind.STATE: _CHINA,
    Kind.COMPANY: _CHINA,
    Kind.HMT: ("Hong Kong", "HK"),
}


def _country(kind: Kind) -> dict[str, str]:
    """The country that gives the kind again when it is read; which one abroad, stakes do not know (ZZ: unknown)."""
    name, code = _COUNTRY.get(kind, ("Abroad, not known where", "ZZ"))
    return {"name": name, "code": code}


def _is_person(node: Node) -> bool:
    """Holders are taken for persons unless somebody said otherwise, as for beneficial owners."""
    return node.person if node.person is not None else node.kind in (Kind.DOMESTIC, Kind.FOREIGN, Kind.HMT)


def _person(node: Node) -> dict[str, Any]:
    known = node.kind is not Kind.UNKNOWN
    details: dict[str, Any] = {"personType": "knownPerson" if known else "unknownPerson"}
    if known:
        details["nationalities"] = [_country(node.kind)]
    return {**details, "names": [{"type": "individual", "fullName": node.name or node.id}]}


def _entity_details(node: Node) -> dict[str, Any]:
    kind = {Kind.STATE: "state", Kind.UNKNOWN: "unknownEntity"}.get(node.kind, "registeredEntity")
    details: dict[str, Any] = {"entityType": {"type": kind}, "name": node.name or node.id}
    return details if node.kind is Kind.UNKNOWN else {**details, "jurisdiction": _country(node.kind)}


def _interest(kind: str, share: Share, span: Span) -> dict[str, Any]:
    row: dict[str, Any] = {"type": kind, "directOrIndirect": "direct", **_days(span)}
    if share.text == "?":
        return row
    if share.known:
        number = _number(share.low)
        return {**row, "share": {"exact": number, "minimum": number, "maximum": number}, "details": share.text}
    return {**row, "share": {"minimum": _number(share.low), "maximum": _number(share.high)}, "details": share.text}


def _number(share: Fraction) -> Number | float:
    """Percent as a JSON number; a third is rounded there, and its text is kept in `details`."""
    return as_json_number(exact(share * 100))


def _days(span: Span) -> dict[str, str]:
    rows = {"startDate": span.first, "endDate": span.end}
    return {key: day.isoformat() for key, day in rows.items() if day is not None}


def _identity(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(repr(row).encode()).hexdigest()[:40]
