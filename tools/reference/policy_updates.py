"""The policies of policies.yaml with what updates/2026-12-policies.yaml and the corrections made of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from reference.reading import CannotRead, FactFiles, Row, read_yaml

POLICIES: Final = "updates/2026-12-policies.yaml"
CORRECTIONS: Final = "updates/2026-12-corrections.yaml"
#: `add: registered_region_code region_in [110115, 110112], so that ..`
_LEAF: Final = re.compile(r"add: (\w+) (\w+) \[([^\]]*)\]")
_SIZED: Final = re.compile(r"\d{5,}")


def with_policy_updates(facts: FactFiles, folder: Path) -> FactFiles:
    """The facts as they stand after the update. Raises `CannotRead` where a file of it is missing or speaks of a
    policy that is not there, or where a new row comes without its details."""
    update, corrections = read_yaml(folder / POLICIES), read_yaml(folder / CORRECTIONS)
    rows = {str(row["id"]): dict(row) for row in facts.policies["policies"]}
    for row in update["refresh"]:
        _refresh(_known(rows, row["id"]), row)
    for row in update["new"]:
        rows[str(row["id"])] = {**row, "state": None, "details": None}
    for row in update["details"]:
        _known(rows, row["id"])["details"] = {key: value for key, value in row.items() if key != "id"}
    for row in corrections["policies"]:
        _ask_too(rows.values(), row)
    for row in update["new"]:
        if rows[row["id"]]["details"] is None:
            raise CannotRead(f"{POLICIES} has no details of {row['id']}")
    policies = dict(facts.policies) | {"as_of": update["as_of"], "policies": list(rows.values())}
    policies["cautions"] = _cautions(policies["cautions"], update["other_changes"])
    return replace(facts, policies=policies)


def _known(rows: dict[str, Row], name: str) -> Row:
    if name not in rows:
        raise CannotRead(f"{POLICIES} speaks of the policy {name}, which is none")
    return rows[name]


def _refresh(policy: Row, row: Mapping[str, Any]) -> None:
    """State and window are those of the update; what it alters word by word is told apart in `changes`."""
    changes = dict(row["changes"] or {})
    policy["status"] = row["status"]
    policy["window"] = {**policy["window"], "from": row["valid_from"], "to": row["valid_to"]}
    policy["state"] = {key: row.get(key) for key in ("confidence", "source", "audited", "note", "replaced_by")}
    for key in ("confidence", "delivery"):
        policy[key] = changes.pop(key, policy[key])
    if "basis.number" in changes:
        policy["basis"] = [{**policy["basis"][0], "number": changes.pop("basis.number")}, *policy["basis"][1:]]
    if leaf := _LEAF.search(changes.pop("criteria", "")):
        policy["criteria"] = _and_leaf(policy["criteria"], *leaf.groups())
    for key in [key for key in changes if key.startswith("window.") or key == "status"]:
        changes.pop(key)
    policy["changes"] = changes


def _and_leaf(tree: Any, attribute: str, op: str, values: str) -> Row:
    leaf = {"attr": attribute, "op": op, "value": values.split(", ")}
    return {"all": [leaf, *tree.get("all", [tree])]}


def _ask_too(policies: Any, row: Mapping[str, Any]) -> None:
    """`{title: 财库〔2020〕46号, note: ".. are excluded: ask"}`: a person decides it for what rests on that text."""
    if not row.get("title") or not str(row.get("note")).endswith(": ask"):
        return
    for policy in policies:
        if any(text.get("number") == row["title"] for text in policy["basis"]):
            tree = policy["criteria"]
            policy["criteria"] = {"all": [*tree.get("all", [tree]), {"manual": row["note"]}]}


def _cautions(texts: list[str], changes: list[Row]) -> list[str | None]:
    """A caution that the update writes anew is None: what takes its place is not a text of the older file."""
    anew = [re.search(r"announcement \d{4} No\. \d+", str(row["where"])) for row in changes]
    heads = [found.group().lower() for found in anew if found]
    return [None if any(head in text.lower() for head in heads) else text for text in texts]


def figures(text: str) -> Iterator[str]:
    """Sums in a text of changes, such as 75000000."""
    yield from _SIZED.findall(text.replace(",", ""))
