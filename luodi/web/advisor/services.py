"""Services by plain words: what a company calls its business, and the codes it may mean."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from luodi.access import access_book
from luodi.advice.shelf import LANGUAGES
from luodi.editions import with_books

_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_NAME, _SYNONYM, _NOTE = 6, 5, 1


@dataclass(frozen=True)
class Found:
    """A service with why it was found: `words` are those of the search that it answers to."""

    code: str
    name: Mapping[str, str]
    note: Mapping[str, str]
    score: float


def find_services(words: str, limit: int = 12) -> list[Found]:
    """The services that plain words of either language may mean, the likeliest first; a code finds itself.

    Every word counts where it stands in the name, in the synonyms or in the note of a service. Chinese needs no
    blanks: a run of it also counts by its pairs of characters. Narrower services come before their parents.
    """
    asked = words.strip().casefold()
    parts = _parts(asked)
    if not parts:
        return []
    rows = [(score, row) for row in _rows() if (score := _score(asked, parts, row)) > 0]
    rows.sort(key=lambda pair: (-pair[0], -pair[1].depth, pair[1].order))
    best = rows[0][0] if rows else 0
    return [Found(row.code, row.name, row.note, score) for score, row in rows if score >= best / 5][:limit]


def service_tree() -> list[tuple[Found, int]]:
    """All services in the order of the catalogue with how deep each lies."""
    return [(Found(row.code, row.name, row.note, 0), row.depth) for row in _rows()]


@dataclass(frozen=True)
class _Row:
    code: str
    name: Mapping[str, str]
    note: Mapping[str, str]
    depth: int
    order: int
    texts: tuple[tuple[int, str], ...]  # weight and text


@with_books()
def _rows() -> tuple[_Row, ...]:
    book = access_book()
    tables = book.book.tables
    return tuple(
        _Row(row["id"], row["name"], row.get("note") or {}, len(book.services[row["id"]].line) - 1, order,
             tuple(_texts(row, tables["synonyms"].get(row["id"], {}))))
        for order, row in enumerate(tables["services"])
    )  # fmt: skip


def _texts(row: Mapping[str, Mapping[str, str]], synonyms: Mapping[str, list[str]]) -> Iterator[tuple[int, str]]:
    yield from ((_NAME, text.casefold()) for text in row["name"].values())
    yield from ((_SYNONYM, text.casefold()) for lang in LANGUAGES for text in synonyms.get(lang, ()))
    yield from ((_NOTE, text.casefold()) for text in (row.get("note") or {}).values())


def _parts(asked: str) -> list[str]:
    found = []
    for part in _WORD.findall(asked):
        han = part[0] >= "\u3400"
        found += [part[i : i + 2] for i in range(len(part) - 1)] if han else [part]  # one character says too little
    return found


def _score(asked: str, parts: list[str], row: _Row) -> float:
    if asked == row.code.casefold():
        return 1000
    whole = max((weight * (4 if text == asked else 2) for weight, text in row.texts if asked in text), default=0)
    share = sum(max((weight for weight, text in row.texts if _holds(text, part)), default=0) for part in parts)
    return whole + share / max(len(parts), 1)


def _holds(text: str, part: str) -> bool:
    """Whether a text holds a word: Chinese anywhere, others from the start of a word."""
    return part in text if part[0] >= "\u3400" else re.search(rf"\b{re.escape(part)}", text) is not None
