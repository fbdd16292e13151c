"""Citations in words: the title of an instrument and the article, in Chinese or English."""

import re
from collections.abc import Mapping
from typing import Any, Final

from luodi.rules.book import Book, Citation
from luodi.rules.library import load_book

LAW: Final = "law"
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def has_chinese(text: str) -> bool:
    return _HAN.search(text) is not None


def instruments_of(book: Book) -> Mapping[str, Mapping[str, Any]]:
    """The instruments that a book may cite, by id: its own where it has a table of them, else those of `law`."""
    rows = book.tables.get("instruments")
    if rows is None and book.id != LAW:
        rows = load_book(LAW).tables["instruments"]
    return {str(row["id"]): row for row in rows or ()}


def articles_of(book: Book) -> Mapping[str, str]:
    """Articles in the other language: the laws of this house are cited in Chinese or in English as they were read."""
    if "instruments" in book.tables or book.id == LAW:
        found = book.tables.get("articles")
    else:
        found = book.tables.get("articles") or load_book(LAW).tables.get("articles")
    return found or {}


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
