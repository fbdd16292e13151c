"""An edition: what stood on a day, frozen. It is a document of plain values with a hash, and never changes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luodi.errors import LuodiError


class NotReproduced(LuodiError):
    """What the records say of that day is no longer what the edition says."""

    code = "not-reproduced"


@dataclass(frozen=True, slots=True)
class Edition:
    """`text` is the document as canonical JSON: sorted keys, no spaces. Nothing of it is ever changed."""

    text: str

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Edition":
        return cls(json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")))

    @property
    def hash(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def document(self) -> dict[str, Any]:
        """A copy, so that nobody changes what the edition says."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True, slots=True)
class Change:
    """What one edition says otherwise than the one before. `before` and `after` are None where it was not there."""

    kind: str  # value, target, contribution, declared, evidenced, thresholds
    of: str  # code of the indicator or id of the task
    before: Any
    after: Any
    about: str = ""  # reference of a contribution
    reason: str = ""


def difference(before: Edition | None, after: Edition) -> tuple[Change, ...]:
    """In the order of indicators, contributions and tasks. Everything is new where there is none before."""
    old, new = before.document if before else {}, after.document
    found = [*_of_indicators(old, new), *_of_contributions(old, new), *_of_tasks(old, new)]
    if before is not None and old["thresholds"] != new["thresholds"]:
        found.append(Change("thresholds", "", old["thresholds"], new["thresholds"]))
    return tuple(found)


def _by(document: Mapping[str, Any], part: str, key: str) -> dict[str, Any]:
    return {row[key]: row for row in document.get(part, ())}


def _of_indicators(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    was, now = _by(old, "indicators", "code"), _by(new, "indicators", "code")
    found = []
    for code in sorted(was.keys() | now.keys()):
        for kind in ("value", "target"):
            before, after = (side.get(code, {}).get(kind) for side in (was, now))
            if before != after:
                found.append(Change(kind, code, before, after))
    return found


def _of_contributions(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    was, now = _by(old, "contributions", "reference"), _by(new, "contributions", "reference")
    found = []
    for reference in sorted(was.keys() | now.keys()):
        before, after = (side.get(reference, {}).get("state") for side in (was, now))
        row = now.get(reference) or was[reference]
        if before != after:
            found.append(Change("contribution", row["indicator"], before, after, reference, row.get("reason") or ""))
    return found


def _of_tasks(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    was, now = _by(old, "tasks", "id"), _by(new, "tasks", "id")
    found = []
    for name in sorted(was.keys() | now.keys()):
        for kind in ("declared", "evidenced"):
            before, after = (side.get(name, {}).get(kind) for side in (was, now))
            if before != after:
                found.append(Change(kind, name, before, after))
    return found
