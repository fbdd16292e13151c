"""GLEIF level 2, "who owns whom": consolidation in the accounts. It hints at control and knows no percentages, so it
decides nothing: a hint that the stakes do not bear out becomes a flag."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, MissingKey, UnreadableFile
from luodi.message import system_words
from luodi.ownership.stakes import Contract, Kind, Node, Stakes

_START: Final = "Relationship.StartNode.NodeID"
_END: Final = "Relationship.EndNode.NodeID"
_TYPE: Final = "Relationship.RelationshipType"
_STATUS: Final = "Relationship.RelationshipStatus"
_HINTS: Final = ("IS_DIRECTLY_CONSOLIDATED_BY", "IS_ULTIMATELY_CONSOLIDATED_BY")
_PERIOD: Final = "Relationship.Period."


def read_gleif(path: Path) -> list[Contract]:
    """Hints from a golden copy in CSV: the start node is consolidated by the end node. Inactive records are left out.

    Raises `MissingKey` if the file lacks a column of the format, naming record and column otherwise.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            for column in (_START, _END, _TYPE):
                if column not in (rows.fieldnames or ()):
                    raise MissingKey("ownership.gleif-level-2-file-column", column=column, at=path.name)
            return [hint for number, row in enumerate(rows, 1) if (hint := _hint(row, f"{path.name}, record {number}"))]
    except OSError as problem:
        raise UnreadableFile("ownership.cannot-read", problem=system_words(problem), at=path.name) from None
    except UnicodeDecodeError:
        raise UnreadableFile("ownership.file-not-utf-8-text", at=path.name) from None


def _hint(row: Mapping[str, Any], at: str) -> Contract | None:
    if row[_TYPE] not in _HINTS or (row.get(_STATUS) or "ACTIVE") != "ACTIVE":
        return None
    for column in (_START, _END):
        if not row[column]:
            raise MissingKey("ownership.empty", column=column, at=at)
    try:
        return Contract(row[_END], row[_START], _span(row), at, how=row[_TYPE])
    except LuodiError as problem:
        raise problem.located(at) from None


def _span(row: Mapping[str, Any]) -> Span:
    """The relationship period; accounting and filing periods say nothing about when it holds."""
    for number in range(1, 6):
        if row.get(f"{_PERIOD}{number}.periodType") == "RELATIONSHIP_PERIOD":
            days = (row.get(f"{_PERIOD}{number}.{end}") or "" for end in ("startDate", "endDate"))
            return Span(*(parse_day(day[:10]) if day else None for day in days))
    return Span()


def with_hints(stakes: Stakes, hints: list[Contract]) -> Stakes:
    """The register with hints about companies it has; a parent it does not have becomes a holder of unknown kind."""
    usable = [hint for hint in hints if hint.company in stakes.nodes]
    nodes = {**{name: Node(name, Kind.UNKNOWN) for name in _strangers(usable, stakes)}, **stakes.nodes}
    return replace(stakes, nodes=nodes, hints=(*stakes.hints, *usable))


def _strangers(hints: list[Contract], stakes: Stakes) -> Iterator[str]:
    return (hint.controller for hint in hints if hint.controller not in stakes.nodes)
