"""The chain, without a database: what an entry says in one exact text, and the hash over it and the one before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from luodi.web.core.snapshots import plain
from luodi.web.core.types import Json

START: Final = "0" * 64
FIELDS: Final = (
    "number",
    "at",
    "actor",
    "role",
    "unit",
    "act",
    "kind",
    "subject",
    "before",
    "after",
    "reason",
    "request",
)


def text_of(entry: Mapping[str, object]) -> str:
    """What an entry says: keys in order, no spaces, so that the same entry is always the same text."""
    chosen = {key: plain(entry[key]) for key in FIELDS}
    return json.dumps(chosen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(previous: str, entry: Mapping[str, object]) -> str:
    return hashlib.sha256(f"{previous}\n{text_of(entry)}".encode()).hexdigest()


@dataclass(frozen=True)
class Verified:
    """How far a chain holds: `broken` is the number of the first entry that does not, with `why`."""

    entries: int
    head: str
    broken: int | None = None
    why: str = ""


def verify(entries: Iterable[Json]) -> Verified:
    """Entries in their order, each with `previous` and `hash`."""
    count, head = 0, START
    for entry in entries:
        why = _objection(entry, count, head)
        if why:
            return Verified(count, head, entry["number"] if why != "gone" else count + 1, _REASONS[why])
        count, head = count + 1, entry["hash"]
    return Verified(count, head)


_REASONS: Final = {
    "gone": "it is gone",
    "previous": "it does not follow from the one before it",
    "hash": "it does not say what it said when it was written",
}


def _objection(entry: Mapping[str, object], count: int, head: str) -> str:
    if entry["number"] != count + 1:
        return "gone"
    if entry["previous"] != head:
        return "previous"
    return "hash" if entry["hash"] != hash_of(head, entry) else ""
