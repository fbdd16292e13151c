"""What updates/2026-12-corrections.yaml changes in the facts of market access, so that the changed facts are compared.

Every entry of its part `market_access` is applied here, or named as one that no table holds (the gates are code).
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from reference.ledger import Ledger
from reference.reading import CannotRead, FactFiles, Row, read_yaml
from reference.told import told

FILE: Final = "updates/2026-12-corrections.yaml"
_PARTS: Final = frozenset(("requirements", "places", "cepa", "licences", "gates", "names"))
_GATES: Final = frozenset(
    ("unrecorded-owner", "chinese-control", "contract-control", "one-company-one-share", "facts-agree")
)
_HOMES: Final = {"cepa-2003": "HK", "cepa-services-2015": "HK"}
_MACAO: Final = "cepa-mo-2003"
_ENDED_WITH_2022: Final = ("jv-form", "track-vats")


def with_market_updates(facts: FactFiles, folder: Path) -> FactFiles:
    """The facts with the corrections applied. Raises `CannotRead` where the file has something that nobody applies."""
    whole = read_yaml(folder / FILE)
    updates, access = whole["market_access"], told(deepcopy(facts.access))
    unknown = set(updates) - _PARTS or {gate["id"] for gate in updates["gates"]} - _GATES
    if unknown:
        raise CannotRead(f"{FILE} has {', '.join(sorted(unknown))}, which nothing applies")
    access["meta"]["as_of"] = whole["seen_at"]
    _requirements(access, updates["requirements"])
    _places(access, updates["places"])
    _macao(access)
    _names(access, updates["names"])
    return replace(facts, access=access)


# ---- requirements


def _requirements(access: Row, updates: Iterable[Row]) -> None:
    rows = access["requirements"]
    for update in updates:
        for row in rows:
            if "editions" in update and any(fnmatch(row["id"], name) for name in update["ids"]):
                row["basis"] = _editions(row, update["editions"])
            if "ended_by" in update and row["id"] in update["ids"]:
                row["ended_by"] = [{"instrument": e["instrument"], "from": e["from"]} for e in update["ended_by"]]
                row["basis"] = _editions(row, _all_editions(updates))
                row["confidence"] = update["confidence"]
        if update.get("id") == "track-basic":
            _split(rows, update)


def _all_editions(updates: Iterable[Row]) -> list[Row]:
    return next(list(update["editions"]) for update in updates if "editions" in update)


def _editions(row: Row, editions: Iterable[Row]) -> str:
    """The editions of the days of a row, with the article where the row knew it of that edition; what is no edition of
    these Provisions stays."""
    known = dict(part.split(" ", 1) if " " in part else (part, "") for part in row["basis"].split(", "))
    names = {edition["instrument"] for edition in editions}
    if not set(known) & names:
        return str(row["basis"])
    found = [e for e in editions if _meet(row, e)]
    return ", ".join(f"{e['instrument']} {known.get(e['instrument'], '')}".strip() for e in found)


def _meet(row: Row, edition: Row) -> bool:
    starts_in_time = not row.get("until") or edition["from"] <= row["until"]
    return starts_in_time and (not edition["until"] or edition["until"] >= row["from"])


def _split(rows: list[Row], update: Row) -> None:
    """Record and experience ended, the licence at home stayed: a row of its own from the day after."""
    at, old = next((n, row) for n, row in enumerate(rows) if row["id"] == update["id"])
    stayed = {
        "id": f"{old['id']}-licence",
        **{key: old[key] for key in ("kind", "service", "who") if key in old},
        "rule": "basic telecom licence at home",
        "from": "2022-05-01",
        "until": None,
        "basis": "fite-2022",
        "confidence": update["confidence"],
        "seen_at": update["url"],
    }
    rows.insert(at + 1, stayed)


# ---- places, Macao, names


def _places(access: Row, updates: Iterable[Row]) -> None:
    zones = {row["id"]: row for row in access["zones"]}
    for update in updates:
        zone = zones[update["id"]]
        zone["parent"] = zones[update["member_of"]]["parent"]
        zone["member_of"] = [update["member_of"], *zone["member_of"]]
        zone["from"], zone["confidence"] = update["from"], update["confidence"]
        zone["unclear"] = {"from": "2019-08-06", "until": "2019-08-19"}
        zone.pop("note", None)


def _macao(access: Row) -> None:
    """Its arrangement is a text of its own beside that of Hong Kong."""
    for row in access["instruments"]:
        if row["id"] in _HOMES:
            row["home"] = _HOMES[row["id"]]
    access["instruments"].append({"id": _MACAO, "effective": "2004-01-01", "home": "MO", "confidence": "high"})
    for treatment in access["treatments"]:
        names = [cited["instrument"] for cited in treatment["basis"]]
        if "cepa-2003" in names:
            treatment["basis"].insert(names.index("cepa-2003") + 1, {"instrument": _MACAO})


def _names(access: Row, updates: Iterable[Row]) -> None:
    without = {update["instrument"] for update in updates if "no 关于" in update["fix"]}
    for row in access["instruments"]:
        if row.get("number") in without:
            row["title_zh"] = row["title_zh"].removeprefix("关于")


# ---- what stands in no row of the facts


def compare_market_updates(ledger: Ledger, books: Mapping[str, Any]) -> None:
    """The notes of the corrections that the book must carry: the pilot approval, and what ended with 2022."""
    ledger.open(FILE, "market access")
    licences = {row["id"]: row for row in books["licences"]}
    pilot = licences["vats-pilot-approval"]
    for key in ("unsettled", "zones", "from"):
        ledger.count("fields")
        if not pilot.get(key):
            ledger.differs(FILE, "vats-pilot-approval", key, "the corrections say it, the book does not")
    for row in books["requirements"]:
        ledger.count("rows")
        cited = [citation["instrument"] for citation in row["basis"]]
        if row["id"] in _ENDED_WITH_2022 and "fite-2022" in cited:
            ledger.differs(FILE, row["id"], "basis", "it ended with 2022-05-01 and must not cite fite-2022")
