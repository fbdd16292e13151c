"""Citations in words: the title of an instrument and the article, in Chinese or English."""

import re
from collections import ChainMap
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.editions import with_books
from luodi.rules.book import Book, Citation, Rule
from luodi.rules.library import load_book

LAW: Final = "law"
#: The books that hold instruments. Together they have one row for one instrument.
REGISTRY: Final = ("market-access", LAW)
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def has_chinese(text: str) -> bool:
    return _HAN.search(text) is not None


def instruments_of(book: Book) -> Mapping[str, Mapping[str, Any]]:
    """The instruments that a book may cite, by id: its own where it has a table of them, else those of our books."""
    if book.id in REGISTRY:
        return ChainMap(book.instruments, registry())
    return book.instruments if "instruments" in book.tables else registry()


@with_books()
def registry() -> dict[str, Mapping[str, Any]]:
    """Every instrument of our books, by each id it has or had; one instrument has one row."""
    return {name: row for book in reversed(REGISTRY) for name, row in load_book(book).instruments.items()}


def cited_by(rule: Rule, book: Book, on: date) -> tuple[Citation, ...]:
    """What a rule rests on as of a day: nothing that is not in force on it. Before and after its own days the rule is
    told as it stood on the nearest of them."""
    day = max(on, rule.first or date.min)
    day = min(day, rule.last or date.max)
    known = instruments_of(book)
    found = rule.citations(on=day)
    return tuple(c for c in found if c.instrument not in known or day in days_of(known[c.instrument]))


def days_of(row: Mapping[str, Any]) -> Span:
    """The days on which an instrument is in force, as far as they are known: an end that nobody knows is none."""
    return _days(*(str(row[key]) if row.get(key) else None for key in ("effective", "ended")))


@lru_cache(maxsize=4096)
def _days(first: str | None, last: str | None) -> Span:
    """One plan asks for those of a few hundred texts thousands of times."""
    return Span.through(*(parse_day(day) if day else None for day in (first, last)))


def articles_of(book: Book) -> Mapping[str, str]:
    """Articles in the other language: the laws of this house are cited in Chinese or in English as they were read."""
    own = book.tables.get("articles") or {}
    if "instruments" in book.tables or book.id == LAW:
        return own
    return {**(load_book(LAW).tables.get("articles") or {}), **own}


def article_shown(article: str, book: Book, lang: str) -> str:
    """An article in the language wanted, or as it is written where nobody translated it."""
    if has_chinese(article) is (lang == "zh"):
        return article
    return articles_of(book).get(article, article)


def citation_shown(citation: Citation, book: Book, lang: str) -> str:
    """《中华人民共和国电信条例》（国务院令第291号）第9条; Telecommunications Regulations (..), Art 9."""
    row = instruments_of(book).get(citation.instrument, {})
    title = str((row.get("title") or {}).get(lang) or citation.instrument)
    number = row.get("number") if lang == "zh" else row.get("number_en") or row.get("number")
    article = article_shown(citation.article, book, lang) if citation.article else None
    if lang == "zh":
        return f"《{title}》{f'（{number}）' if number else ''}{article or ''}"
    return f"{title}{f' ({number})' if number else ''}{f', {article}' if article else ''}"
