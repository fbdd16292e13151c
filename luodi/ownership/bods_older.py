"""Statements of BODS 0.1 to 0.3 in the words of 0.4, so that one reader reads them all.

There a statement stands for itself and names those that it replaces; in 0.4 statements about one record follow each
other. The record is named after the first statement of such a chain.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

_TYPES: Final = {
    "entityStatement": "entity",
    "personStatement": "person",
    "ownershipOrControlStatement": "relationship",
}
#: Kinds of interests that got another name; the others were only spelt with hyphens.
_INTERESTS: Final = {
    "influence-or-control": "otherInfluenceOrControl",
    "other-influence-or-control-of-trust": "otherInfluenceOrControl",
    "settlor-of-trust": "settlor",
    "trustee-of-trust": "trustee",
    "protector-of-trust": "protector",
    "beneficiary-of-trust": "beneficiaryOfLegalArrangement",
    "rights-to-surplus-assets": "rightsToSurplusAssetsOnDissolution",
}
_OF_THE_STATEMENT: Final = frozenset(
    "statementID statementType statementDate publicationDetails source annotations replacesStatements".split()
)


def in_words_of_0_4(statements: list[Any]) -> list[Any]:
    """Those of 0.4, and what is no statement, stay as they are."""
    older = [row for row in statements if _is_older(row)]
    if not older:
        return statements
    before = {str(row["statementID"]): _replaced(row) for row in older}
    firsts = {key: _first(key, before) for key in before}
    return [_statement(row, firsts) if _is_older(row) else row for row in statements]


def _is_older(row: Any) -> bool:
    return isinstance(row, dict) and row.get("statementType") in _TYPES and bool(row.get("statementID"))


def _replaced(row: Mapping[str, Any]) -> list[str]:
    found = row.get("replacesStatements")
    return [str(key) for key in found] if isinstance(found, list) else []


def _first(key: str, before: Mapping[str, list[str]]) -> str:
    seen = {key}
    while (earlier := next(iter(before.get(key, ())), None)) is not None and earlier not in seen:
        seen.add(earlier)
        key = earlier
    return key


def _statement(row: Mapping[str, Any], firsts: Mapping[str, str]) -> dict[str, Any]:
    kind, key = _TYPES[row["statementType"]], str(row["statementID"])
    details = {name: value for name, value in row.items() if name not in _OF_THE_STATEMENT}
    if kind == "entity":
        details = _entity(details)
    elif kind == "relationship":
        details = _relationship(details, firsts)
    kept = {name: row[name] for name in ("statementDate", "publicationDetails", "source", "annotations") if name in row}
    return {
        **kept,
        "statementId": key,
        "recordId": firsts[key],
        "recordType": kind,
        "recordDetails": details,
        "recordStatus": "updated" if _replaced(row) else "new",
    }


def _entity(details: Mapping[str, Any]) -> dict[str, Any]:
    kind, place = details.get("entityType"), details.get("incorporatedInJurisdiction")
    named = {"entityType": {"type": kind}} if isinstance(kind, str) else {}
    return {**details, **named, **({"jurisdiction": place} if place and not details.get("jurisdiction") else {})}


def _relationship(details: Mapping[str, Any], firsts: Mapping[str, str]) -> dict[str, Any]:
    found = {**details, **{name: _party(details.get(name), firsts) for name in ("subject", "interestedParty")}}
    rows = details.get("interests")
    if isinstance(rows, list):
        found["interests"] = [_interest(row) if isinstance(row, dict) else row for row in rows]
    return found


def _party(raw: Any, firsts: Mapping[str, str]) -> Any:
    """The record that is named, or what is said of somebody who is not."""
    if not isinstance(raw, dict):
        return raw
    for name in ("describedByEntityStatement", "describedByPersonStatement"):
        if raw.get(name):
            return firsts.get(str(raw[name]), str(raw[name]))
    said = raw.get("unspecified")
    return said if isinstance(said, dict) else raw


def _interest(row: Mapping[str, Any]) -> dict[str, Any]:
    kind, level = str(row.get("type")), row.get("interestLevel")
    word = _INTERESTS.get(kind) or re.sub(r"-(\w)", lambda found: found[1].upper(), kind)
    share = row.get("share")
    return {
        **row,
        "type": word,
        **({"directOrIndirect": level} if level and not row.get("directOrIndirect") else {}),
        **({"share": _share(share)} if isinstance(share, dict) else {}),
    }


def _share(share: Mapping[str, Any]) -> dict[str, Any]:
    """Whether an end belongs to the band was a flag; in 0.4 an end that does not has a name of its own."""
    found = dict(share)
    for end, apart in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(found.get(apart), bool):
            without = found.pop(apart)
            if without and end in found:
                found[apart] = found.pop(end)
    return found
