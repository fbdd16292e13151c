"""A proof and what it must show: who may judge it is asked elsewhere; what was seen is compared here.

The verifier writes down what the document says. A program marks what differs from what the case says; a person decides,
and says why where they accept a document that differs.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from luodi.casework.evidence import must_lie
from luodi.casework.verdicts import Ground
from luodi.errors import MissingKey, OutOfRange
from luodi.han import simplified


class Likeness(StrEnum):
    """How what a document says compares with what it must say."""

    SAME = "same"
    NEAR = "near"  # but for brackets, spaces, case or the form of a character
    OTHER = "other"
    NOT_ASKED = "not_asked"
    NOT_SEEN = "not_seen"


_NOT_SEEN: Final = {
    "name": "casework.seen-name-missing",
    "number": "casework.seen-number-missing",
    "issued": "casework.seen-issued-missing",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a document must show. `names` are all that the company is known by; `number` and `issued` may be open."""

    names: tuple[str, ...]
    number: str = ""
    issued: date | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the verifier read in it; `is_of_kind`: whether it is the kind of document that it was sent as."""

    name: str = ""
    number: str = ""
    issued: date | None = None
    is_of_kind: bool = False


def compared(wanted: Wanted, seen: Seen) -> dict[str, Likeness]:
    """By field: `name`, `number` and `issued`."""
    day = Likeness.NOT_ASKED if wanted.issued is None else Likeness.NOT_SEEN
    if wanted.issued is not None and seen.issued is not None:
        day = Likeness.SAME if wanted.issued == seen.issued else Likeness.OTHER
    return {
        "name": _of_texts(wanted.names, seen.name),
        "number": _of_texts((wanted.number,), seen.number),
        "issued": day,
    }


def _of_texts(wanted: Iterable[str], seen: str) -> Likeness:
    asked = [one.strip() for one in wanted if one.strip()]
    if not asked:
        return Likeness.NOT_ASKED
    if not seen.strip():
        return Likeness.NOT_SEEN
    if seen.strip() in asked:
        return Likeness.SAME
    return Likeness.NEAR if _bare(seen) in map(_bare, asked) else Likeness.OTHER


def _bare(text: str) -> str:
    """Letters and digits alone, of one width and case."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", simplified(text)).casefold())


def must_be_seen(wanted: Wanted, seen: Seen, note: str, today: date) -> dict[str, Likeness]:
    """What a document that is accepted must have: each thing that is asked was seen, and a difference has its reason.
    Raises `MissingKey` and `OutOfRange` at the field."""
    must_lie(seen.issued, today, "seen_issued")
    if seen.issued is not None and seen.issued > today:
        raise OutOfRange("casework.seen-day-to-come", at="seen_issued")
    if not seen.is_of_kind:
        raise MissingKey("casework.seen-kind-missing", at="is_of_kind")
    found = compared(wanted, seen)
    for name, likeness in found.items():
        if likeness is Likeness.NOT_SEEN:
            raise MissingKey(_NOT_SEEN[name], at=f"seen_{name}")
    if not note.strip() and any(one in (Likeness.NEAR, Likeness.OTHER) for one in found.values()):
        raise MissingKey("casework.seen-differs", at="note")
    return found


def must_say_why(ground: Ground | None, note: str) -> Ground:
    """What a refused document must have. Raises `MissingKey`."""
    if ground is None:
        raise MissingKey("casework.refused-without-ground", at="ground")
    if ground is Ground.OTHER and not note.strip():
        raise MissingKey("casework.refused-without-words", at="note")
    return ground
