"""Searching the books by words, in Chinese and English: instruments, rules, steps, policies, services, requirements.

Every word of the question must occur, an English one at the beginning of a word, a Chinese one anywhere. Where nothing
has them all, what has most of them is given. An index of full texts may later stand behind `search_law`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from luodi.advice.shelf import LANGUAGES, every_rule, in_force, instruments
from luodi.editions import with_books
from luodi.errors import MissingKey, OutOfRange
from luodi.rules.citing import citation_shown
from luodi.rules.describe import describe_rule
from luodi.rules.library import load_book

MOST: Final = 50
MAX_WORDS: Final = 200
#: What a book's rules are called.
KINDS: Final = {"access": "treatment", "steps": "step", "policies": "policy", "decision-list": "decision"}
_WORD: Final = re.compile(r"[\u3400-\u9fff]+|[^\W_]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_WEIGHTS: Final = (8, 6, 1)  # of the id, the titles, and the text


@dataclass(frozen=True)
class Entry:
    """One thing that can be found, with its fields folded for searching."""

    row: Mapping[str, Any]
    fields: tuple[str, str, str]
    texts: Mapping[str, str]


def search_law(words: str, *, on: date, limit: int = 20, current: bool = False) -> dict[str, Any]:
    """`{"words", "on", "count", "hits", "books"}`, the best hit first; a hit is `{"kind", "id", "book", "title",
    "from", "until", "in_force", "extract", "uri"}`. With `current`, only what is in force on the day.

    Raises `MissingKey` without a word to look for, `OutOfRange` for too many of them or a limit outside 1 to 50.
    """
    if not 1 <= limit <= MOST:
        raise OutOfRange(f"`limit` is between 1 and {MOST}", at="limit")
    if len(words) > MAX_WORDS:
        raise OutOfRange(f"give at most {MAX_WORDS} characters to look for", at="words")
    terms = _terms(words)
    if not terms:
        raise MissingKey("say which words to look for, such as data centre or 外资股比", at="words")
    found = sorted(_best(terms), key=lambda entry: entry.row["id"].casefold() != _folded(words).strip())
    hits = [{**entry.row, "in_force": in_force(entry.row, on)} | {"extract": _extract(entry, terms)} for entry in found]
    hits = [hit for hit in hits if hit["in_force"] or not current]
    named = dict.fromkeys(hit["book"] for hit in hits[:limit])
    return {
        "words": words,
        "on": on.isoformat(),
        "count": len(hits),
        "hits": hits[:limit],
        "books": [load_book(name).as_json() for name in named],
    }


def _terms(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_WORD.findall(_folded(words))))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _best(terms: tuple[str, ...]) -> list[Entry]:
    """What has every word, else what has most of them; a Chinese run that occurs nowhere is taken in pairs."""
    scored = _scored(terms)
    if not scored:
        pairs = tuple(dict.fromkeys(part for term in terms for part in _pairs(term)))
        scored = _scored(pairs) or _scored(pairs, at_least=(len(pairs) + 1) // 2)
    return [entry for _, _, entry in sorted(scored, key=lambda row: (-row[0], row[1]))]


def _pairs(term: str) -> list[str]:
    if not _HAN.match(term) or len(term) <= 2:
        return [term]
    return [term[i : i + 2] for i in range(len(term) - 1)]


def _scored(terms: tuple[str, ...], at_least: int | None = None) -> list[tuple[int, int, Entry]]:
    """Score, place in the books and entry, of those that have enough of the words."""
    found = []
    for place, entry in enumerate(index()):
        scores = [_score(term, entry.fields) for term in terms]
        if sum(score > 0 for score in scores) >= (at_least or len(terms)):
            found.append((sum(scores), place, entry))
    return found


def _score(term: str, fields: tuple[str, str, str]) -> int:
    return sum(weight for weight, text in zip(_WEIGHTS, fields, strict=True) if _holds(term, text))


def _holds(term: str, text: str) -> bool:
    if _HAN.match(term):
        return term in text
    return f" {term}" in text


def _spaced(*texts: str) -> str:
    """Folded words, a space before each, so that the beginning of a word can be told."""
    return "".join(f" {word}" for word in _WORD.findall(_folded(" ".join(texts))))


# ---- the index


@with_books()
def index() -> tuple[Entry, ...]:
    """Everything that can be found, in the order of the books."""
    return (*_services(), *_requirements(), *_rules(), *_instruments())


def _entry(row: dict[str, Any], texts: Mapping[str, str], *more: str) -> Entry:
    titles = [row["title"][lang] for lang in LANGUAGES]
    fields = (_spaced(row["id"]), _spaced(*titles), _spaced(*texts.values(), *more))
    return Entry(row, fields, texts)


def _rules() -> Iterator[Entry]:
    for book, rule in every_rule():
        if book.kind not in KINDS:  # working rules of a desk, which nobody outside is held to
            continue
        first, last = rule.first, rule.last
        texts = {lang: describe_rule(rule, book, lang, first or date(2000, 1, 1)) for lang in LANGUAGES}
        cites = [citation_shown(c, book, lang) for c in rule.basis for lang in LANGUAGES]
        row = {
            "kind": KINDS[book.kind],
            "id": rule.id,
            "book": book.id,
            "title": dict(rule.title),
            "from": first.isoformat() if first else None,
            "until": last.isoformat() if last else None,
            "uri": f"luodi://rule/{book.id}/{rule.id}",
        }
        yield _entry(row, texts, *cites)


def _instruments() -> Iterator[Entry]:
    for found in instruments():
        title = {lang: str(found["title"].get(lang) or found["title"]["zh"]) for lang in LANGUAGES}
        note = {lang: str((found.get("note") or {}).get(lang, "")) for lang in LANGUAGES}
        row = {
            "kind": "instrument",
            "id": found["id"],
            "book": found["book"],
            "title": title,
            "from": found.get("effective"),
            "until": found.get("ended"),
            "uri": f"luodi://instrument/{found['id']}",
        }
        numbers = [str(found.get(key, "")) for key in ("number", "number_en")]
        yield _entry(row, note, *numbers, *(found.get("issuer") or {}).values())


def _services() -> Iterator[Entry]:
    for found in load_book("market-access").tables["services"]:
        yield _entry(_table_row("service", found, found["name"]), found["note"])


def _requirements() -> Iterator[Entry]:
    for found in load_book("market-access").tables["requirements"]:
        yield _entry(
            _table_row("requirement", found, found["title"]), found.get("note") or dict.fromkeys(LANGUAGES, "")
        )


def _table_row(kind: str, found: Mapping[str, Any], title: Mapping[str, str]) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": found["id"],
        "book": "market-access",
        "title": dict(title),
        "from": found.get("from"),
        "until": found.get("until"),
        "uri": f"luodi://{kind}/{found['id']}",
    }


# ---- what is shown of a hit


def _extract(entry: Entry, terms: tuple[str, ...], width: int = 80) -> dict[str, str]:
    """The text around the first word that occurs, in each language; its beginning where none does."""
    return {lang: _around(entry.texts[lang], terms, width) for lang in LANGUAGES}


def _around(text: str, terms: tuple[str, ...], width: int) -> str:
    flat = " ".join(text.split())
    places = [place for term in terms if (place := flat.casefold().find(term)) >= 0]
    start = max(0, min(places, default=0) - width // 2)
    end = min(len(flat), start + 2 * width)
    return f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
