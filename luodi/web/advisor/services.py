"""Services by plain words: what a company calls its business, and the codes it may mean.

The order is that of the search of the law, of which the services are a part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from luodi.access import access_book
from luodi.advice.outside import Holds, what_holds
from luodi.editions import with_books
from luodi.search.words import compact
from luodi.web.advisor.types import Doc
from luodi.web.library.law import law

MOST_CHARACTERS: Final = 300
LANGUAGES: Final = ("zh", "en")
_ANY_DAY: Final = date(2000, 1, 1)  # services have no days


@dataclass(frozen=True)
class Found:
    """A service as the box shows it."""

    code: str
    name: Mapping[str, str]
    note: Mapping[str, str]


@dataclass(frozen=True)
class Meant:
    """What the book says about a word that may mean several services, or none of its services.

    `guess` is the code that is likeliest meant, to be confirmed by who asked; None where none is meant before it was
    asked. `outside` where the business is no service of the book. `see` names the rows about what holds instead.
    """

    word: str
    guess: str | None
    candidates: tuple[str, ...]
    note: Mapping[str, str]
    see: tuple[str, ...]
    confidence: str
    outside: bool = False

    @property
    def instead(self) -> list[Holds]:
        """What holds for it, by the rows that `see` names."""
        return what_holds(self.see)


def find_services(words: str, limit: int = 12) -> list[Found]:
    """The services that plain words of either language may mean, the likeliest first; a code finds itself.

    A misspelt code finds the nearest ones. One Chinese character finds only what is called so. Words past the first
    300 characters are not read.
    """
    asked = words.strip()[:MOST_CHARACTERS]
    if not asked or (len(asked) == 1 and compact(asked) not in law().frame.called):
        return []
    found = (record.name for record in law().found(asked, _ANY_DAY, ("service",)))
    rows = _rows()
    return [rows[code][0] for code, _ in zip(found, range(limit), strict=False)]


def service_tree() -> list[tuple[Found, int]]:
    """All services in the order of the catalogue with how deep each lies."""
    return list(_rows().values())


def meant(words: str) -> Meant | None:
    """What the book says about these words, where they may mean several services or none; else None."""
    return _meant().get(compact(words[:MOST_CHARACTERS]))


@with_books()
def _rows() -> Mapping[str, tuple[Found, int]]:
    book = access_book()
    return {
        row["id"]: (Found(row["id"], row["name"], row.get("note") or {}), len(book.services[row["id"]].line) - 1)
        for row in book.book.tables["services"]
    }


@with_books()
def _meant() -> Mapping[str, Meant]:
    tables = access_book().book.tables
    outside = {
        compact(word): _outside(word, row)
        for row in tables["outside"]
        for lang in LANGUAGES
        for word in row["words"][lang]
    }
    unsure = {compact(row["word"]): row for row in tables["ambiguous"]}
    return outside | {word: _unsure(row, outside.get(word)) for word, row in unsure.items()}


def _outside(word: str, row: Doc) -> Meant:
    return Meant(word, None, (), {}, (row["see"],), row["confidence"], outside=True)


def _unsure(row: Doc, outside: Meant | None) -> Meant:
    """What the word may mean; where it is among those outside the book too, nothing of the book before it was asked."""
    candidates, see = tuple(row["candidates"]), (*(row.get("see") or ()), *(outside.see if outside else ()))
    beside = outside is not None or not candidates
    see = tuple(dict.fromkeys(see))
    return Meant(row["word"], row.get("prefer"), candidates, row.get("note") or {}, see, row["confidence"], beside)
