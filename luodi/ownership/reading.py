"""Reading a register from YAML or JSON: `{nodes, stakes, contracts}`, checked record by record.

A node is a kind (`T: company`) or `{kind, group?, person?, name?}`. Days are half-open: `from` counts, `to` does not.
Every error names the record and the field, with the nearest valid word.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from luodi.dates import Span, parse_day
from luodi.errors import (
    DuplicateKey,
    LuodiError,
    MissingKey,
    UnknownKey,
    UnknownValue,
    WrongType,
    did_you_mean,
)
from luodi.message import Message, in_key, in_line
from luodi.ownership.faults import Faults
from luodi.ownership.interval import Share, parse_share, parse_votes
from luodi.ownership.stakes import Contract, Kind, Node, Stake, Stakes, parse_kind
from luodi.text import List, Map, parse_json_or_lines, parse_yaml, read_text

KEYS: Final = ("nodes", "stakes", "contracts", "hints")
NODE_KEYS: Final = ("kind", "group", "person", "name", "country")
STAKE_KEYS: Final = ("owner", "company", "share", "votes", "nominee_for", "proxy_to", "from", "to", "source")
CONTRACT_KEYS: Final = ("controller", "company", "from", "to", "how")
Record = TypeVar("Record")
MAX_BYTES: Final = 200_000_000


class UnknownNode(UnknownValue):
    """A stake or contract names somebody whom the nodes do not have."""

    code = "unknown-node"


def read_stakes(path: Path) -> Stakes:
    """A register from a file: our YAML or JSON, or a BODS 0.4 document."""
    name = path.name
    text = read_text(path, max_bytes=MAX_BYTES)
    is_json = path.suffix.lower() in (".json", ".jsonl") and text.lstrip()[:1] in "{["
    raw = parse_json_or_lines(text, name) if is_json else parse_yaml(text, name)
    return stakes_from(raw, name)


def stakes_from(raw: Any, name: str) -> Stakes:
    """A register from a parsed document; a list is taken for BODS statements."""
    if isinstance(raw, list):
        from luodi.ownership.bods import stakes_from_bods

        return stakes_from_bods(raw, name)
    if not isinstance(raw, dict):
        raise WrongType("ownership.register-mapping-or-list-bods", at=name)
    _known(raw, KEYS, "a-register", name)
    if raw.get("nodes") is None:
        raise MissingKey("ownership.register-needs-nodes-such", at=name)
    faults = Faults(name)
    nodes = _nodes(raw["nodes"], name, faults)
    found = Stakes(
        nodes=nodes,
        stakes=tuple(_each(parse_stake, raw, "stakes", nodes, name, faults)),
        contracts=tuple(_each(parse_contract, raw, "contracts", nodes, name, faults)),
        hints=tuple(_each(parse_contract, raw, "hints", nodes, name, faults)),
        name=name,
    )
    faults.check()
    return found


def _each(
    parse: Callable[[Any, str, Mapping[str, Node]], Record],
    raw: Mapping[str, Any],
    key: str,
    nodes: Mapping[str, Node],
    name: str,
    faults: Faults,
) -> Iterator[Record]:
    for row, at in _rows(raw, key, name):
        with faults.caught():
            yield parse(row, at, nodes)


@dataclass(frozen=True, slots=True)
class _Field:
    """Where one value stands, so that its errors can say so."""

    record: str
    raw: Mapping[str, Any]

    def at(self, key: str) -> str:
        place = in_key(key, self.record)
        if isinstance(self.raw, Map) and key in self.raw.lines:
            return in_line(place, self.raw.lines[key])
        return place


def _rows(raw: Mapping[str, Any], key: str, name: str) -> list[tuple[Any, str]]:
    rows = raw.get(key)
    if rows is None:
        return []
    if not isinstance(rows, list):
        raise WrongType("ownership.list", key=key, at=name)
    word = {"stakes": "stake", "contracts": "contract", "hints": "hint"}[key]
    places = rows.lines if isinstance(rows, List) else []
    return [
        (row, f"{name}, line {places[i]}, {word} {i + 1}" if i < len(places) else f"{name}, {word} {i + 1}")
        for i, row in enumerate(rows)
    ]


def _nodes(raw: Any, name: str, faults: Faults) -> dict[str, Node]:
    """All nodes; one that is wrong stays as unknown, so that what names it is not told to be wrong too."""
    if isinstance(raw, list):
        return _listed_nodes(raw, name, faults)
    if not isinstance(raw, dict):
        raise WrongType("ownership.nodes-mapping-ids-kinds-such", at=name)
    found = {str(key): Node(str(key), Kind.UNKNOWN) for key in raw}
    for key, value in raw.items():
        with faults.caught():
            found[str(key)] = parse_node(str(key), value, f"{name}, node `{key}`")
    return found


def _listed_nodes(raw: list[Any], name: str, faults: Faults) -> dict[str, Node]:
    """Nodes as a list of `{id, kind}`, as tables hold them."""
    found: dict[str, Node] = {}
    for number, row in enumerate(raw, 1):
        at = f"{name}, node {number}"
        with faults.caught():
            if not isinstance(row, dict) or row.get("id") is None:
                raise MissingKey("ownership.node-list-needs-id-kind", at=at)
            key = str(row["id"])
            if key in found:
                raise DuplicateKey("ownership.node-stands-twice", key=key, at=at)
            found[key] = Node(key, Kind.UNKNOWN)
            found[key] = parse_node(key, {k: v for k, v in row.items() if k != "id"}, f"{name}, node `{key}`")
    return found


def parse_node(key: str, raw: Any, at: str) -> Node:
    try:
        if not isinstance(raw, dict):
            return Node(key, parse_kind(raw))
        _known(raw, NODE_KEYS, "a-node", at)
        if raw.get("kind") is None:
            raise MissingKey("ownership.node-needs-kind")
        kind = parse_kind(raw["kind"])
        return Node(key, kind, _text(raw, "group"), _flag(raw, "person"), _text(raw, "name"), _text(raw, "country"))
    except LuodiError as problem:
        raise problem.located(at) from None


def parse_stake(raw: Any, at: str, nodes: Mapping[str, Node]) -> Stake:
    if not isinstance(raw, dict):
        raise WrongType("ownership.stake-mapping", at=at)
    _known(raw, STAKE_KEYS, "a-stake", at)
    for key in ("owner", "company"):
        if raw.get(key) is None:
            raise MissingKey("ownership.stake-needs", key=key, at=at)
    if "share" not in raw:
        raise MissingKey("ownership.stake-needs-share", at=at)
    place = _Field(f"{at} ({raw['owner']} -> {raw['company']})", raw)
    share = _share(raw["share"], place, "share")
    return Stake(
        owner=_named(raw, "owner", nodes, place),
        company=_named(raw, "company", nodes, place),
        share=share,
        votes=None if raw.get("votes") is None else _share(raw["votes"], place, "votes", parse_votes),
        nominee_for=_named(raw, "nominee_for", nodes, place) if raw.get("nominee_for") is not None else None,
        proxy_to=_named(raw, "proxy_to", nodes, place) if raw.get("proxy_to") is not None else None,
        span=_span(raw, place),
        at=at,
        source=_text(raw, "source"),
    )


def parse_contract(raw: Any, at: str, nodes: Mapping[str, Node]) -> Contract:
    if not isinstance(raw, dict):
        raise WrongType("ownership.contract-mapping", at=at)
    _known(raw, CONTRACT_KEYS, "a-contract", at)
    for key in ("controller", "company"):
        if raw.get(key) is None:
            raise MissingKey("ownership.contract-needs", key=key, at=at)
    place = _Field(at, raw)
    controller, company = (_named(raw, key, nodes, place) for key in ("controller", "company"))
    return Contract(controller, company, _span(raw, place), at, _text(raw, "how"))


def _share(raw: Any, place: _Field, key: str, parse: Callable[[Any], Share] = parse_share) -> Share:
    try:
        return parse(raw)
    except LuodiError as problem:
        raise problem.located(place.at(key)) from None


def _named(raw: Mapping[str, Any], key: str, nodes: Mapping[str, Node], place: _Field) -> str:
    name = str(raw[key])
    if name not in nodes:
        raise UnknownNode("ownership.no-node", name=name, meant=did_you_mean(name, nodes), at=place.at(key))
    return name


def _span(raw: Mapping[str, Any], place: _Field) -> Span:
    first, end = (_day(raw, key, place) for key in ("from", "to"))
    try:
        return Span(first, end)
    except LuodiError as problem:
        raise problem.located(place.at("to")) from None


def _day(raw: Mapping[str, Any], key: str, place: _Field) -> date | None:
    value = raw.get(key)
    if value is None:
        return None
    try:
        return value if isinstance(value, date) else parse_day(str(value))
    except LuodiError as problem:
        raise problem.located(place.at(key)) from None


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    return None if raw.get(key) is None else str(raw[key])


def _flag(raw: Mapping[str, Any], key: str) -> bool | None:
    value = raw.get(key)
    if value is None or isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise WrongType("ownership.true-or-false-not", key=key, value=value)
    return bool(value == "true")


def _known(raw: Mapping[str, Any], keys: tuple[str, ...], what: str, at: str) -> None:
    for key in raw:
        if key not in keys:
            place = raw.where(key) if isinstance(raw, Map) else at
            raise UnknownKey(
                "ownership.no-key", what=Message(f"noun.{what}"), key=key, meant=did_you_mean(str(key), keys), at=place
            )
