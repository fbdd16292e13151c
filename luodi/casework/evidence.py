"""What shows that something was granted or landed, who checked it, and on which days it can have happened.

Pages, programs and imports read these rules here. A step that ends with a document of an office, such as a licence, is
granted by that document: with its number, who issued it and when, checked by somebody who neither entered nor sent it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from luodi.casework.book import ProofKind, proof_kinds
from luodi.casework.states import NotNow
from luodi.dates import add_years
from luodi.errors import BadInput, MissingKey, OutOfRange
from luodi.message import Message

#: What is further from today than this is a slip of the pen, as 1900 and 2999 are.
MOST_YEARS: Final = 100
#: Bytes. The smallest PDF that shows a page has more.
LEAST_SIZE: Final = 64
#: A document of an office has a seal and a layout, which plain text and tables cannot show.
PAPERS: Final = frozenset({"pdf", "png", "jpeg"})


class NoDocument(BadInput):
    """A file that cannot be the document that it is said to be."""

    code = "no-document"


@dataclass(frozen=True, slots=True)
class Record:
    """An authorisation as evidence; `brought_by` are who entered it and who sent its document."""

    number: str
    issuer: str
    has_document: bool
    brought_by: frozenset[int] = frozenset()
    checked_by: int | None = None

    @property
    def is_checked(self) -> bool:
        return self.checked_by is not None

    def may_be_checked_by(self, person: int) -> bool:
        return person not in self.brought_by


def kind_of_step(step: str) -> ProofKind | None:
    """The document with which a step ends; None for a step that ends with none."""
    return next((kind for kind in proof_kinds().values() if step in kind.steps), None)


def must_be_whole(record: Record) -> None:
    """Raises `MissingKey` at the first of number, issuer and document that is not there."""
    if not record.number.strip():
        raise MissingKey("casework.authorisation-needs-number", at="number")
    if not record.issuer.strip():
        raise MissingKey("casework.authorisation-needs-issuer", at="issuer")
    if not record.has_document:
        raise MissingKey("casework.authorisation-needs-document", at="proof")


def must_show_grant(kind: ProofKind | None, records: Collection[Record]) -> None:
    """Raises `NotNow` for a step that ends with a document which nobody entered, or nobody checked."""
    if kind is None or any(record.is_checked for record in records):
        return
    title = Message("common.text", text=kind.title)
    raise NotNow("casework.grant-not-checked" if records else "casework.grant-no-authorisation", kind=title)


def must_lie(day: date | None, today: date, at: str) -> None:
    """Raises `OutOfRange` for a day that lies in no lifetime."""
    if day is not None and not add_years(today, -MOST_YEARS) <= day <= add_years(today, MOST_YEARS):
        raise OutOfRange("casework.day-too-far", years=MOST_YEARS, at=at)


def must_not_precede(day: date, first: date | None, at: str) -> None:
    """Raises `OutOfRange` for a day before that of what it is about."""
    if first is not None and day < first:
        raise OutOfRange("casework.day-before-what-it-is-about", first=first.isoformat(), at=at)


def must_be_document(kind: ProofKind, file_kind: str, size: int) -> None:
    """Raises `NoDocument` for a file too small to be read, or of a kind in which no office issues anything."""
    if size < LEAST_SIZE:
        raise NoDocument("casework.file-too-small", size=size, least=LEAST_SIZE, at="files")
    if kind.steps and file_kind not in PAPERS:
        title = Message("common.text", text=kind.title)
        raise NoDocument("casework.file-no-paper", kind=title, at="files")
