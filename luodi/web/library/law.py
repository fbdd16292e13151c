"""Searching the law: the same entries in the same order as the site's pages, for programs, assistants and the advisor.

The records of the library are indexed in memory, so that an answer needs no database; ranking is `luodi.search`, as on
the pages. Asked for are instruments, rules, steps, policies, services and requirements: what a program can read on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from luodi.editions import with_books
from luodi.errors import MissingKey, OutOfRange
from luodi.library.answer import Answer, answer
from luodi.library.frame import COLUMNS, Frame
from luodi.library.shelf import shelf
from luodi.rules.explain import Document
from luodi.rules.library import cached_with_books, load_book
from luodi.search.marks import snippet
from luodi.search.postings import InMemory
from luodi.search.words import compact
from luodi.web.library.records import Record, digest, records

MOST: Final = 50
MAX_WORDS: Final = 200
LANGUAGES: Final = ("zh", "en")
#: The kinds that have an address for programs, each with the beginning of it; rules are told by their book.
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("treatment", "step", "policy", "decision"), "rule"),
    **{kind: kind for kind in ("instrument", "service", "requirement")},
}


@dataclass(frozen=True)
class Law:
    """The index in memory."""

    records: tuple[Record, ...]
    frame: Frame
    postings: InMemory

    def answer(self, query: str, on: date) -> Answer:
        return answer(query, self.frame, self.postings, on)

    def found(self, query: str, on: date, kinds: tuple[str, ...]) -> Iterator[Record]:
        """The records of some kinds that answer a question, the best first."""
        asked = self.answer(query, on)
        wanted = np.array([self.records[n].kind in kinds for n in asked.rows], dtype=bool)
        return (self.records[n] for n in asked.ordered(asked.rows[wanted]))


@with_books()
def law() -> Law:
    """The index of the books as this process read them."""
    return cached_with_books("index-of-law", digest(shelf()), _indexed)


def _indexed() -> Law:
    every = records()
    columns = (tuple(getattr(record, column) for column in COLUMNS) for record in every)
    return Law(every, Frame.of(columns), InMemory(record.split() for record in every))


def search_law(words: str, *, on: date, limit: int = 20, current: bool = False) -> Document:
    """`{"words", "on", "count", "hits", "books"}`, the best hit first; a hit is `{"kind", "id", "book", "title",
    "from", "until", "in_force", "extract", "uri"}`. With `current`, only what is in force on the day.

    Raises `MissingKey` without a word to look for, `OutOfRange` for too many of them or a limit outside 1 to 50.
    """
    if not 1 <= limit <= MOST:
        raise OutOfRange("library.limit-between-1", most=MOST, at="limit")
    if len(words) > MAX_WORDS:
        raise OutOfRange("library.give-most-characters-look", max_words=MAX_WORDS, at="words")
    if not compact(words):
        raise MissingKey("library.say-words-look-such-data", at="words")
    found = law().found(words, on, tuple(KINDS))
    matching = [record for record in found if not current or _in_force(record, on)]
    hits = [hit(record, words, on) for record in matching[:limit]]
    return {
        "words": words,
        "on": on.isoformat(),
        "count": len(matching),
        "hits": hits,
        "books": [load_book(name).as_json() for name in dict.fromkeys(hit["book"] for hit in hits)],
    }


def _in_force(record: Record, on: date) -> bool:
    return record.first <= on.toordinal() <= record.last


def hit(record: Record, words: str, on: date) -> Document:
    """A record as programs get it; its address leads to the whole of it."""
    entry = shelf().entries[record.kind, record.name]
    first, last = entry.span.first, entry.span.last
    parts = (KINDS[record.kind], *((entry.book.id,) if entry.rule else ()), record.name)
    return {
        "kind": record.kind,
        "id": record.name,
        "book": entry.book.id,
        "title": dict(entry.title),
        "from": first.isoformat() if first else None,
        "until": last.isoformat() if last else None,
        "uri": f"luodi://{'/'.join(parts)}",
        "in_force": _in_force(record, on),
        "extract": {lang: _extract(record, lang, words) for lang in LANGUAGES},
    }


def _extract(record: Record, lang: str, words: str) -> str:
    """The text around the first word that was asked for; its beginning where none occurs."""
    body = record.body_zh if lang == "zh" else record.body_en
    return "".join(piece.text for piece in snippet(body.replace("\n", " · "), words, 80))
