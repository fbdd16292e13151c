"""Texts that a person reads in only one of the two languages."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from luodi.located import Map
from luodi.message import Message
from luodi.rules.book import Book, Rule
from luodi.rules.citing import articles_of, has_chinese
from luodi.rules.finding import Finding, place_of, warning
from luodi.rules.tree import Manual, leaves
from luodi.text import walk

_TITLES: Final = frozenset(("title", "name", "label", "question", "says", "label_en"))
# Addresses, ids and abbreviations are the same in both languages.
_NEUTRAL: Final = re.compile(
    r"https?://\S+|\S+\.(?:cn|com|gov|org|net)\S*|`[^`]*`"
    r"|\b\w*[A-Za-z]\w*(?:[-_./]\w+)+\b|\b\w*\d\w*\b|\b[A-Z][A-Z&]+s?\b"
)
_WORD: Final = re.compile(r"[A-Za-z]{3,}")


def translations(book: Book) -> Iterator[Finding]:
    """Empty sides, Chinese sides in English, titles in Chinese on the English side, articles nobody translated."""
    for rule in book.rules:
        yield from _rule(rule)
        yield from _manual(rule, book)
        yield from _articles(rule, book)
    for value in (book.head, *book.tables.values(), *(rule.gives for rule in book.rules)):
        for row in walk(value):
            if isinstance(row, Map):
                yield from _pairs(row)


def _rule(rule: Rule) -> Iterator[Finding]:
    place = (rule.file, rule.line)
    yield from _pair(rule.title, "title", place)
    if rule.note:
        yield from _pair(rule.note, "note", place)
    for clause in rule.clauses:
        if clause.says:
            yield from _pair(clause.says, "says", (rule.file, clause.line))


def _pairs(row: Map) -> Iterator[Finding]:
    for key, value in row.items():
        if isinstance(value, Map) and value and set(value) <= {"zh", "en"}:
            yield from _pair(value, key, place_of(row, key))
    if "label_zh" in row or "label_en" in row:
        yield from _pair({"zh": row.get("label_zh"), "en": row.get("label_en")}, "label", place_of(row))


def _pair(text: Mapping[str, Any], key: str, place: tuple[str, int]) -> Iterator[Finding]:
    chinese, english = str(text.get("zh") or "").strip(), str(text.get("en") or "").strip()
    for word, lang, side in (("Chinese", "zh", chinese), ("English", "en", english)):
        if not side:
            yield warning(place, Message("rules.no-text", key=key, word=word), Message("rules.add-4", language=lang))
    if chinese and not has_chinese(chinese) and _WORD.search(_NEUTRAL.sub(" ", chinese)):
        yield warning(
            place,
            Message("rules.chinese-side-not-chinese", key=key, chinese=chinese[:60]),
            Message("rules.translate-zh"),
        )
    if key in _TITLES and has_chinese(english):
        yield warning(
            place,
            Message("rules.english-side-holds-chinese", key=key, english=english[:60]),
            Message("rules.translate-en"),
        )


def _manual(rule: Rule, book: Book) -> Iterator[Finding]:
    """What a person decides is written in English in the clause; its Chinese is under `says` or in `texts`."""
    texts = book.tables.get("texts") or {}
    for bound in rule.editions[0][1]:
        for leaf in leaves(bound.tree):
            if isinstance(leaf, Manual) and not bound.clause.says and leaf.text not in texts:
                place = (rule.file, bound.clause.line)
                if not has_chinese(leaf.text):
                    yield warning(
                        place,
                        Message("rules.no-chinese-text", leaf=leaf.text[:60]),
                        Message("rules.add-says-or-line-texts"),
                    )


def _articles(rule: Rule, book: Book) -> Iterator[Finding]:
    known = articles_of(book)
    for citation in (*rule.basis, *(c for clause in rule.clauses for c in clause.cites)):
        article = citation.article
        if not article or article in known:
            continue
        if has_chinese(article) or _WORD.search(_NEUTRAL.sub(" ", article)):
            lang = "English" if has_chinese(article) else "Chinese"
            yield warning(
                (rule.file, rule.line),
                Message("rules.article-no-text", article=article, language=lang),
                Message("rules.add-articles-yaml"),
            )
