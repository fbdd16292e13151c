"""The chain, without a database: what an entry says in one exact text, and the hash over it and the one before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from luodi.web.core.snapshots import plain

START: Final = "0" * 64
SAID: Final = (
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


def text_of(said: Mapping[str, object]) -> str:
    """What an entry says: keys in order, no spaces, so that the same entry is always the same text."""
    chosen = {key: plain(said[key]) for key in SAID}
    return json.dumps(chosen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(previous: str, said: Mapping[str, object]) -> str:
    return hashlib.sha256(f"{previous}\n{text_of(said)}".encode()).hexdigest()


@dataclass(frozen=True)
class Verified:
    """How far a chain holds: `broken` is the number of the first entry that does not, with `why`."""

    entries: int
    head: str
    broken: int | None = None
    why: str = ""


def verify(entries: Iterable[Mapping[str, Any]]) -> Verified:
    """Entries in their order, each with `previous` and `hash`."""
    count, head = 0, START
    for said in entries:
        why = _objection(said, count, head)
        if why:
            return Verified(count, head, said["number"] if why != "gone" else count + 1, _SAY[why])
        count, head = count + 1, said["hash"]
    return Verified(count, head)


_SAY: Final = {
    "gone": "it is gone",
    "previous": "it does not follow from the one before it",
    "hash": "it does not say what it said when it was written",
}


def _objection(said: Mapping[str, object], count: int, head: str) -> str:
    if said["number"] != count + 1:
        return "gone"
    if said["previous"] != head:
        return "previous"
    return "hash" if said["hash"] != hash_of(head, said) else ""
