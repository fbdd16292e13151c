"""One record of a register, read and checked: a node, a stake, a contract. Every error names the field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import (
    LuodiError,
    MissingKey,
    UnknownKey,
    UnknownValue,
    WrongType,
    did_you_mean,
)
from luodi.located import Map
from luodi.message import Message, in_key, in_line
from luodi.ownership.interval import Share, parse_share, parse_votes
from luodi.ownership.stakes import Contract, Node, Stake, parse_kind

NODE_KEYS: Final = ("kind", "group", "person", "name", "country")
STAKE_KEYS: Final = ("owner", "company", "share", "votes", "nominee_for", "proxy_to", "from", "to", "source")
CONTRACT_KEYS: Final = ("controller", "company", "from", "to", "how")


class UnknownNode(UnknownValue):
    """A stake or contract names somebody whom the nodes do not have."""

    code = "unknown-node"


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


def parse_node(key: str, raw: Any, at: str) -> Node:
    try:
        if not isinstance(raw, dict):
            return Node(key, parse_kind(raw))
        check_keys(raw, NODE_KEYS, "a-node", at)
        if raw.get("kind") is None:
            raise MissingKey("ownership.node-needs-kind")
        kind = parse_kind(raw["kind"])
        return Node(key, kind, _text(raw, "group"), _flag(raw, "person"), _text(raw, "name"), _text(raw, "country"))
    except LuodiError as problem:
        raise problem.located(at) from None


def parse_stake(raw: Any, at: str, nodes: Mapping[str, Node]) -> Stake:
    if not isinstance(raw, dict):
        raise WrongType("ownership.stake-mapping", at=at)
    check_keys(raw, STAKE_KEYS, "a-stake", at)
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
    check_keys(raw, CONTRACT_KEYS, "a-contract", at)
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


def check_keys(raw: Mapping[str, Any], keys: tuple[str, ...], what: str, at: str) -> None:
    for key in raw:
        if key not in keys:
            place = raw.where(key) if isinstance(raw, Map) else at
            raise UnknownKey(
                "ownership.no-key", what=Message(f"noun.{what}"), key=key, meant=did_you_mean(str(key), keys), at=place
            )
