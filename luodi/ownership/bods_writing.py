"""Writing a register as statements of the Beneficial Ownership Data Standard 0.4.

The standard's own words come first: bands with their ends, nominations, votes apart from shares, days, sources. What it
has no word for (a fraction such as 1/3, a declared group, a proxy) stands in an annotation beside it, so that nothing
is lost when we read it again, and nobody else is misled.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from luodi.ownership.bods import OURS, VOTES
from luodi.ownership.bods_terms import NOBODY, control, interests, node_of, party
from luodi.ownership.stakes import Contract, Node, Stake, Stakes

VERSION: Final = "0.4"
Row = dict[str, Any]


def bods_from(stakes: Stakes, *, on: date, publisher: str = OURS) -> list[Row]:
    """BODS 0.4 statements of a register, dated `on`. Ids follow from the content: the same register gives the same."""
    head = {
        "statementDate": on.isoformat(),
        "publicationDetails": {
            "publicationDate": on.isoformat(),
            "bodsVersion": VERSION,
            "publisher": {"name": publisher},
        },
    }
    return [{**row, **head, "statementId": _identity(row)} for row in _statements(stakes, on)]


def _statements(stakes: Stakes, on: date) -> Iterator[Row]:
    mark = ""
    while any(f"{mark}{word}-" == key[: len(mark) + len(word) + 1] for key in stakes.nodes for word in _WORDS):
        mark += "_"
    for node in stakes.nodes.values():
        yield _node(node, on)
    for number, stake in enumerate(stakes.stakes, 1):
        yield from _stake(stake, f"{mark}stake-{number}", f"{mark}nomination-{number}", on)
    for number, contract in enumerate(stakes.contracts, 1):
        yield _contract(contract, f"{mark}contract-{number}", on)
    for number, hint in enumerate(stakes.hints, 1):
        told = {"type": "unknownInterest", "directOrIndirect": "unknown", "details": hint.how or "hint of control"}
        row = _relationship(f"{mark}hint-{number}", hint.company, hint.controller, [told])
        yield {**row, **_kept("hint", _as_contract(hint), on)}


_WORDS: Final = ("stake", "nomination", "contract", "hint")


def _statement(record: str, subject: str, kind: str, details: Mapping[str, Any]) -> Row:
    return {
        "declarationSubject": subject,
        "recordId": record,
        "recordType": kind,
        "recordStatus": "new",
        "recordDetails": {"isComponent": False, **details},
    }


def _relationship(record: str, company: str, owner: str, told: list[Row]) -> Row:
    return _statement(
        record, company, "relationship", {"subject": company, "interestedParty": owner, "interests": told}
    )


def _node(node: Node, on: date) -> Row:
    kind, details = party(node)
    row = _statement(node.id, node.id, kind, details)
    if node_of(node.id, row) == node:
        return row
    person = {} if node.person is None else {"person": node.person}
    texts = {"group": node.group, "name": node.name, "country": node.country}
    return {**row, **_kept("node", {"kind": node.kind.value, **person, **_given(texts)}, on)}


def _stake(stake: Stake, record: str, arrangement: str, on: date) -> Iterator[Row]:
    """One statement; with a nominee, those of the arrangement too; with a proxy, one more with the votes."""
    owner = stake.owner
    if stake.nominee_for is not None and stake.nominee_for != owner:
        yield from _nomination(stake, arrangement, record)
        owner = arrangement
    source = {} if stake.source is None else {"source": _source(stake.source)}
    told = interests(stake.share, NOBODY if stake.proxy_to else stake.votes, stake.span)
    kept = _kept("stake", _as_stake(stake), on)
    yield {**_relationship(record, stake.company, owner, told), **source, **kept}
    if stake.proxy_to is not None:
        votes = interests(NOBODY, stake.votes or stake.share, stake.span)[1:]
        yield {**_relationship(record + VOTES, stake.company, stake.proxy_to, votes), **source}


def _nomination(stake: Stake, arrangement: str, record: str) -> Iterator[Row]:
    kind = {"entityType": {"type": "arrangement", "subtype": "nomination"}, "name": arrangement}
    yield _statement(arrangement, stake.company, "entity", kind)
    for role, who in (("nominee", stake.owner), ("nominator", stake.nominee_for)):
        told = [{"type": role, "directOrIndirect": "direct"}]
        yield _relationship(f"{record}-{role}", arrangement, str(who), told)


def _contract(contract: Contract, record: str, on: date) -> Row:
    told = control(contract.how, contract.span)
    row = _relationship(record, contract.company, contract.controller, [told])
    return row if contract.how == told["type"] else {**row, **_kept("contract", _as_contract(contract), on)}


def _as_stake(stake: Stake) -> Row:
    texts = {
        "votes": stake.votes.text if stake.votes else None,
        "nominee_for": stake.nominee_for,
        "proxy_to": stake.proxy_to,
        "from": stake.span.first,
        "to": stake.span.end,
        "source": stake.source,
    }
    return {"owner": stake.owner, "company": stake.company, "share": stake.share.text, **_given(texts)}


def _as_contract(contract: Contract) -> Row:
    texts = {"from": contract.span.first, "to": contract.span.end, "how": contract.how}
    return {"controller": contract.controller, "company": contract.company, **_given(texts)}


def _given(texts: Mapping[str, Any]) -> Row:
    return {key: str(value) for key, value in texts.items() if value is not None}


def _kept(word: str, record: Row, on: date) -> Row:
    """The record as our own registers write it, as an annotation."""
    note = {
        "statementPointerTarget": "/recordDetails",
        "motivation": "commenting",
        "description": json.dumps({word: record}, ensure_ascii=False),
        "createdBy": {"name": OURS},
        "creationDate": on.isoformat(),
    }
    return {"annotations": [note]}


def _source(text: str) -> Row:
    """A source as it was read: whole, or one text."""
    if text.startswith("{"):
        try:
            raw = json.loads(text)
        except ValueError:
            raw = None
        if isinstance(raw, dict):
            return raw
    return {"url": text} if text.startswith(("http://", "https://")) else {"description": text}


def _identity(row: Mapping[str, Any]) -> str:
    return hashlib.sha256(repr(row).encode()).hexdigest()[:40]
