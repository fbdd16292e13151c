"""Every entry of the library as a record of the search: what it is called, what it says, and what narrows it.

The site writes these records into its database; whatever answers without one indexes the same records in memory.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import luodi.library
import luodi.search
from luodi.access import access_book
from luodi.dates import parse_day
from luodi.editions import with_books
from luodi.library.entry import KINDS, Entry
from luodi.library.names import Name, names
from luodi.library.ordinals import ALWAYS, NEVER
from luodi.library.shelf import Shelf, shelf
from luodi.search.postings import Split
from luodi.web.core.words import FOLDER
from luodi.web.library.entry_text import entry_text

#: What of this app turns entries into texts; all of `luodi.library` and `luodi.search` does.
_READERS = ("entry_text", "index", "law", "log", "records", "word_index")


@dataclass(frozen=True, slots=True)
class Record:
    """`position` is the place in the order of the library. `first` and `last` are ordinals of days, both inclusive;
    `closed` says that it does not hold on any day."""

    position: int
    kind: str
    name: str
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    first: int
    last: int
    closed: bool
    read: str
    doubtful: bool
    services: tuple[str, ...]
    places: tuple[str, ...]
    names: tuple[Name, ...]

    def split(self) -> Split:
        return split(self)


def split(record: "Record | object") -> Split:
    """The tokens of a record, or of a row of the database with the same columns."""
    r: Record = record  # type: ignore[assignment]
    called = (r.name, *(text for text, _ in r.names))
    return Split.of(r.position, called, f"{r.title_zh} {r.title_en}", f"{r.body_zh} {r.body_en}")


@with_books()
def records() -> tuple[Record, ...]:
    """Those of the books as this process read them; rules are told as they stood on the day of the book."""
    catalogue = shelf()
    return tuple(_records(catalogue, parse_day(access_book().book.head["as_of"])))


def _records(catalogue: Shelf, on: date) -> Iterator[Record]:
    called = names(catalogue)
    entries = [entry for kind in KINDS for entry in catalogue.by_kind[kind]]
    for position, entry in enumerate(entries, 1):
        services, places = catalogue.concerns[entry.key]
        yield Record(
            position=position,
            kind=entry.kind,
            name=entry.id,
            title_zh=entry.title["zh"],
            title_en=entry.title["en"],
            body_zh=_body(entry, "zh", on, catalogue),
            body_en=_body(entry, "en", on, catalogue),
            first=entry.span.first.toordinal() if entry.span.first else NEVER,
            last=entry.span.last.toordinal() if entry.span.last else ALWAYS,
            closed=entry.closed,
            read=entry.read,
            doubtful=entry.confidence == "low",
            services=tuple(services),
            places=tuple(places),
            names=called[entry.key],
        )


def _body(entry: Entry, lang: str, on: date, catalogue: Shelf) -> str:
    """What the page of the entry says, names of what it is linked to included."""
    said = entry_text(entry, lang, on)
    lines = [said.lead, *said.conditions, entry.note[lang] if entry.note else "", *said.named()]
    for link in entry.links:
        other = catalogue.entries.get(link.to)
        if other is not None and link.role != "asks":
            lines.append(f"{other.title[lang]} {link.detail[lang] if link.detail else ''}".strip())
    return "\n".join(filter(None, dict.fromkeys(lines)))


def digest(made: Shelf) -> str:
    """Of the books and of the code that turns them into texts and words."""
    return hashlib.sha256(f"{made.digest} {_reader()}".encode()).hexdigest()


@cache
def _reader() -> str:
    here = Path(__file__).parent
    found = hashlib.sha256((FOLDER / "library.yaml").read_bytes())
    below = [path for each in (luodi.library, luodi.search) for path in sorted(Path(each.__path__[0]).glob("*.py"))]
    for path in (*(here / f"{name}.py" for name in _READERS), *below):
        if not path.name.startswith("test_"):
            found.update(path.read_bytes())
    return found.hexdigest()
