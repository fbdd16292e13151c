"""An entry of the library: one object of a book with its days, its source and what it is linked to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from luodi.dates import Span
from luodi.rules.book import Book, Rule
from luodi.terms.reading import read_state

Texts = Mapping[str, str]
Key = tuple[str, str]

#: Every kind of entry, in the order in which the library shows them. The first six are those people come for.
KINDS: Final = (
    *("service", "place", "treatment", "step", "policy", "instrument"),
    *("licence", "requirement", "decision", "event", "reading", "definition", "finding", "flag", "fact"),
)
CLOSING: Final = timedelta(days=30)


class Life(StrEnum):
    """Where an entry stands on a day. Those without dates are `standing`."""

    STANDING = "standing"
    COMING = "coming"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"

    @property
    def holds(self) -> bool:
        return self in (Life.STANDING, Life.OPEN, Life.CLOSING)


class Role(StrEnum):
    """How one entry is tied to another, read from the one that says so."""

    CITES = "cites"
    REPLACED_BY = "replaced_by"
    ENDED_BY = "ended_by"
    SERVICE = "service"
    PLACE = "place"
    PARENT = "parent"
    MEMBER = "member"
    COVERS = "covers"
    LICENCE = "licence"
    AFTER = "after"
    AFTER_ONE = "after_one"
    WITH = "with"
    ASKS = "asks"
    RESTS_ON = "rests_on"


@dataclass(frozen=True, slots=True)
class Link:
    """From the entry that holds it to another one. `detail` is the article, where it is a citation."""

    role: Role
    to: Key
    detail: Texts | None = None


@dataclass(frozen=True)
class Entry:
    """One object of a book. `seen` are the addresses where it was read.

    `closed` says that it ended where no day does, `unsure` that nobody confirmed that it still holds.
    """

    kind: str
    id: str
    book: Book
    title: Texts
    span: Span = field(default_factory=Span)
    confidence: str = ""
    verification: str = ""
    seen: tuple[str, ...] = ()
    note: Texts | None = None
    row: Mapping[str, Any] = field(default_factory=dict)
    rule: Rule | None = None
    links: tuple[Link, ...] = ()
    announced: bool = False
    closed: bool = False
    unsure: bool = False

    @property
    def key(self) -> Key:
        return self.kind, self.id

    @property
    def read(self) -> str:
        """How far it was read: `official`, `elsewhere` or `not_read`; nothing where nobody rates it."""
        return read_state(self).id if self.confidence or self.verification else ""

    @property
    def to_check(self) -> bool:
        """Whether the reader must be told that this was not confirmed."""
        return self.confidence == "low" or self.verification == "not_seen" or self.unsure

    def life(self, on: date) -> Life:
        if self.closed:
            return Life.CLOSED
        if self.span.first is None and self.span.end is None:
            return Life.STANDING
        if on in self.span:
            ends = self.span.last is not None and self.span.last - on <= CLOSING
            return Life.CLOSING if ends else Life.OPEN
        return Life.COMING if self.span.first is not None and on < self.span.first else Life.CLOSED

    def linked(self, *roles: Role) -> list[Link]:
        return [link for link in self.links if link.role in roles]


def addresses(raw: object) -> tuple[str, ...]:
    """The web addresses of a `seen_at`, a text or a list; whatever is no address is left out."""
    items = raw if isinstance(raw, list) else [raw] if raw else []
    return tuple(text for item in items if (text := str(item).strip()).startswith(("https://", "http://")))
