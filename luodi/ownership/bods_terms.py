"""The words of the Beneficial Ownership Data Standard 0.4 and ours: parties and interests, each way.

A share is percent there, exact or as a band, whose ends may be left out. Mainland entities are companies here, others
foreign or HMT holders by jurisdiction; persons go by nationality.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, MissingKey, OutOfRange
from luodi.message import Message
from luodi.ownership.interval import ONE, ZERO, Share, parse_share, parse_votes
from luodi.ownership.stakes import Kind, Node
from luodi.values import Number, as_json_number, exact

_HMT: Final = ("HK", "MO", "TW", "CN-HK", "CN-MO", "CN-TW")
CONTROL: Final = frozenset(
    "rightsGrantedByContract conditionalRightsGrantedByContract controlViaCompanyRulesOrArticles "
    "controlByLegalFramework appointmentOfBoard otherInfluenceOrControl trustee".split()
)
NOBODY: Final = Share(ZERO, ZERO, "0")
"""No capital, or no votes."""
UNKNOWN: Final = parse_share("?")
UNKNOWN_VOTES: Final = parse_votes("?")

# ---- parties


def node_of(key: str, row: Mapping[str, Any]) -> Node:
    """A party as a person or entity statement tells it."""
    details = row["recordDetails"]
    if row["recordType"] == "person":
        names = details.get("names") or []
        codes = [code for c in details.get("nationalities") or [] if (code := _code(c))]
        name = names[0].get("fullName") if names else None
        return Node(key, _kind(codes), person=True, name=_named(name, key), country=_country_of(codes))
    kinds = details.get("entityType")
    word = kinds.get("type") if isinstance(kinds, dict) else kinds
    if word is None:
        raise MissingKey("ownership.entity-needs-entitytype")
    code = _code(details.get("jurisdiction"))
    name = _named(details.get("name"), key)
    return Node(key, _entity(str(word), code), person=False, name=name, country=_country_of([code]))


def is_nomination(row: Mapping[str, Any]) -> bool:
    """Whether the statement is about an arrangement in which somebody holds for somebody else."""
    kinds = row["recordDetails"].get("entityType")
    return isinstance(kinds, dict) and kinds.get("subtype") == "nomination"


def party(node: Node) -> tuple[str, dict[str, Any]]:
    """The type of the statement about a holder, and its details. Holders are taken for persons unless somebody said
    otherwise, as for beneficial owners."""
    person = node.person if node.person is not None else node.kind in (Kind.DOMESTIC, Kind.FOREIGN, Kind.HMT)
    return ("person", _person(node)) if person else ("entity", _entity_details(node))


def _named(name: Any, key: str) -> str | None:
    return None if name is None or name == key else str(name)


def _country_of(codes: list[str]) -> str | None:
    return codes[0] if codes and codes[0] not in ("", "CN", "ZZ") else None


def _entity(word: str, country: str) -> Kind:
    """A company registered in the mainland is looked through; one registered elsewhere is a foreign holder."""
    if word in ("unknownEntity", "anonymousEntity"):
        return _kind([country] if country and country != "CN" else [])
    if country in ("", "CN"):
        return Kind.STATE if word in ("state", "stateBody") else Kind.COMPANY
    return _kind([country])


def _kind(countries: list[str]) -> Kind:
    if not countries:
        return Kind.UNKNOWN
    if "CN" in countries:
        return Kind.DOMESTIC
    return Kind.HMT if any(c in _HMT for c in countries) else Kind.FOREIGN


def _code(country: Any) -> str:
    code = str(country.get("code") or "") if isinstance(country, dict) else ""
    return code if code in _HMT else code[:2].upper()


_CHINA: Final = {"name": "China", "code": "CN"}


def _country(node: Node) -> dict[str, str]:
    """The country as it was written, or one that gives the kind again when it is read (ZZ: abroad, not known where)."""
    if node.kind in (Kind.DOMESTIC, Kind.STATE, Kind.COMPANY):
        return _CHINA
    if node.country:
        return {"name": node.country, "code": node.country}
    if node.kind is Kind.HMT:
        return {"name": "Hong Kong", "code": "HK"}
    return {"name": "Abroad, not known where", "code": "ZZ"}


def _person(node: Node) -> dict[str, Any]:
    known = node.kind is not Kind.UNKNOWN
    details: dict[str, Any] = {"personType": "knownPerson" if known else "unknownPerson"}
    if known:
        details["nationalities"] = [_country(node)]
    return {**details, "names": [{"type": "individual", "fullName": node.name or node.id}]}


def _entity_details(node: Node) -> dict[str, Any]:
    kind = {Kind.STATE: "state", Kind.UNKNOWN: "unknownEntity"}.get(node.kind, "registeredEntity")
    details: dict[str, Any] = {"entityType": {"type": kind}, "name": node.name or node.id}
    return details if node.kind is Kind.UNKNOWN else {**details, "jurisdiction": _country(node)}


# ---- interests


@dataclass
class Held:
    """What the interests of one relationship come to: shares with their votes (None: as the share) and days, kinds of
    control with theirs, and the types that no figure uses."""

    shares: list[tuple[Share, Share | None, Span]] = field(default_factory=list)
    control: list[tuple[str, Span]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def held_through(interests: list[Mapping[str, Any]], within: Span) -> Held:
    """Direct interests on the days within. Votes told once apart from shares are told for the whole relationship."""
    found = Held()
    capital: list[tuple[Share, Span]] = []
    votes: list[tuple[Share, Span]] = []
    for interest in interests:
        kind, span = str(interest.get("type")), _overlap(_span(interest), within)
        if interest.get("directOrIndirect") == "indirect" or span is None:
            continue
        if kind in ("shareholding", "votingRights"):
            (capital if kind == "shareholding" else votes).append((_share(interest, kind), span))
        elif kind in CONTROL:
            found.control.append((kind, span))
        else:
            found.unused.append(kind)
    apart = bool(votes)
    for share, span in capital:
        same = next((v for v in votes if v[1] == span), None)
        if same is not None:
            votes.remove(same)
        found.shares.append((share, same[0] if same else NOBODY if apart else None, span))
    found.shares += [(NOBODY, share, span) for share, span in votes]
    return found


def interests(share: Share, votes: Share | None, span: Span) -> list[dict[str, Any]]:
    """The interests of one stake."""
    rows = [_interest("shareholding", share, span)]
    return rows if votes is None else [*rows, _interest("votingRights", votes, span)]


def control(how: str | None, span: Span) -> dict[str, Any]:
    word = how if how in CONTROL else "rightsGrantedByContract"
    return {"type": word, "directOrIndirect": "direct", **_days(span)}


def _interest(kind: str, share: Share, span: Span) -> dict[str, Any]:
    row: dict[str, Any] = {"type": kind, "directOrIndirect": "direct", **_days(span)}
    if share.text == "?":
        return row
    if share.known:
        number = _number(share.low)
        return {**row, "share": {"exact": number, "minimum": number, "maximum": number}, "details": share.text}
    low, high = ("exclusiveMinimum" if share.over else "minimum"), ("exclusiveMaximum" if share.under else "maximum")
    return {**row, "share": {low: _number(share.low), high: _number(share.high)}, "details": share.text}


def _number(share: Fraction) -> Number | float:
    """Percent as a JSON number; a third is rounded there, and its text is kept in `details`."""
    return as_json_number(exact(share * 100))


def _days(span: Span) -> dict[str, str]:
    rows = {"startDate": span.first, "endDate": span.end}
    return {key: day.isoformat() for key, day in rows.items() if day is not None}


def _span(interest: Mapping[str, Any]) -> Span:
    days = []
    for key in ("startDate", "endDate"):
        try:
            days.append(None if interest.get(key) is None else parse_day(str(interest[key])))
        except LuodiError as problem:
            raise problem.located(key) from None
    return Span(*days)


def _overlap(span: Span, within: Span) -> Span | None:
    firsts = [day for day in (span.first, within.first) if day is not None]
    ends = [day for day in (span.end, within.end) if day is not None]
    first, end = max(firsts, default=None), min(ends, default=None)
    if end is not None and ((first is not None and first >= end) or end == end.min):
        return None
    return Span(first, end)


def _share(interest: Mapping[str, Any], kind: str) -> Share:
    share = interest.get("share")
    if not isinstance(share, dict) or not share:
        return UNKNOWN_VOTES if kind == "votingRights" else UNKNOWN
    ends = {
        key: (_percent(value, f"{kind}, share.{key}"), value)
        for key, value in share.items()
        if value is not None and not isinstance(value, bool)
    }
    if "exact" in ends:
        value, text = ends["exact"]
        return Share(value, value, f"{text} %")
    (low, first), over = _end(ends, "inimum", (ZERO, 0)), "exclusiveMinimum" in ends
    (high, last), under = _end(ends, "aximum", (ONE, 100)), "exclusiveMaximum" in ends
    if high < low:
        raise OutOfRange("ownership.share-ends-below-beginning", at=Message("place.share-of", outer=kind))
    return Share(low, high, f"{'>' * over}{first}..{'<' * under}{last} %", over, under)


def _end(ends: Mapping[str, tuple[Fraction, Any]], name: str, otherwise: tuple[Fraction, Any]) -> tuple[Fraction, Any]:
    return ends.get(f"exclusiveM{name}") or ends.get(f"m{name}") or otherwise


def _percent(value: Any, at: str) -> Fraction:
    try:
        share = Fraction(exact(repr(value) if isinstance(value, float) else value)) / 100
    except LuodiError as problem:
        raise problem.located(at) from None
    if not 0 <= share <= 1:
        raise OutOfRange("ownership.not-percentage-from-0-100", value=value, at=at)
    return share


def unused_told(found: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    """What to say of interests that no figure uses."""
    for kind, (count, at) in found.items():
        yield f"{at}: no figure uses `{kind}` ({count:,} in the file)"
