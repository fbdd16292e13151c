"""Reading a register from YAML or JSON: `{nodes, stakes, contracts}`, checked record by record.

A node is a kind (`T: company`) or `{kind, group?, person?, name?}`. Days are half-open: `from` counts, `to` does not.
Every error names the record and the field, with the nearest valid word.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from luodi.errors import (
    DuplicateKey,
    MissingKey,
    WrongType,
)
from luodi.located import List
from luodi.ownership.bods import stakes_from_bods
from luodi.ownership.faults import Faults
from luodi.ownership.records import check_keys, parse_contract, parse_node, parse_stake
from luodi.ownership.stakes import Kind, Node, Stakes
from luodi.text import parse_json_or_lines, parse_yaml, read_text

KEYS: Final = ("nodes", "stakes", "contracts", "hints")
Record = TypeVar("Record")
MAX_BYTES: Final = 200_000_000


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
        return stakes_from_bods(raw, name)
    if not isinstance(raw, dict):
        raise WrongType("ownership.register-mapping-or-list-bods", at=name)
    check_keys(raw, KEYS, "a-register", name)
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
