"""Words of a text as both databases index them, made by one function, so that both find the same.

Chinese has no spaces: of every run of Han characters the characters and the pairs of neighbours are tokens, so that
a word of two characters is always found, and never by a guess where words end. Other words are folded to lower case
and kept whole and by their English stem.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import snowballstemmer

MAX_WORD: Final = 40
MAX_TERMS: Final = 24
_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_STOP: Final = frozenset(
    "a an and are as at be been by for from has have in is it its of on or that the their this to was were which "
    "will with".split()
)
_STEMMER: Any = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Term:
    """One wish of a query: any of `exact`, or a word that begins with `prefix`."""

    exact: tuple[str, ...]
    prefix: str | None = None


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> Iterator[str]:
    """Every token of a text, repeats included."""
    for han, word in _RUN.findall(folded(text)):
        if han:
            yield from han
            yield from map("".join, pairwise(han))
        elif word not in _STOP:
            yield from dict.fromkeys((word[:MAX_WORD], stem(word)))


def terms(query: str) -> tuple[Term, ...]:
    """What a query asks for, all of it; at most `MAX_TERMS` wishes are kept. Empty where there is no word in it."""
    found: dict[Term, None] = {}
    for han, word in _RUN.findall(folded(query)):
        if len(han) == 1:
            found[Term((han,))] = None
        elif han:
            found |= dict.fromkeys(Term((a + b,)) for a, b in pairwise(han))
        elif word not in _STOP:
            found[_word(word[:MAX_WORD])] = None
        if len(found) >= MAX_TERMS:
            break
    return tuple(found)[:MAX_TERMS]


def _word(word: str) -> Term:
    long_enough = len(word) >= 3 or (len(word) == 2 and not word.isalpha())
    return Term(tuple(dict.fromkeys((word, stem(word)))), word if long_enough else None)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem; words with other letters or with digits stay as they are."""
    if not (word.isascii() and word.isalpha()):
        return word[:MAX_WORD]
    return str(_STEMMER.stemWord(word[:MAX_WORD]))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a shown text; `hit` where the query speaks of it."""

    text: str
    hit: bool = False


def marked(text: str, query: str) -> tuple[Piece, ...]:
    """The text in parts, those that the query asks for marked: nothing is lost and nothing is put in."""
    spans = sorted(_hits(text, query))
    found: list[Piece] = []
    end = 0
    for first, last in spans:
        if last <= end:
            continue
        first = max(first, end)
        if first > end:
            found.append(Piece(text[end:first]))
        if found and found[-1].hit and first == end:
            found[-1] = Piece(found[-1].text + text[first:last], True)
        else:
            found.append(Piece(text[first:last], True))
        end = last
    if end < len(text):
        found.append(Piece(text[end:]))
    return tuple(found)


def _hits(text: str, query: str) -> Iterator[tuple[int, int]]:
    """Where the wishes of a query stand in a text. Words are compared folded, each in its own place."""
    asked = terms(query)
    han = {token for term in asked for token in term.exact if _is_han(token)}
    for run in _RUN.finditer(text):
        if run[1]:
            for token in han:
                at = run[1].find(token)
                while at >= 0:
                    yield run.start() + at, run.start() + at + len(token)
                    at = run[1].find(token, at + 1)
        elif _asks(folded(run[2]), asked):
            yield run.start(), run.end()


def _is_han(token: str) -> bool:
    match = _RUN.match(token)
    return match is not None and match[1] is not None


def _asks(word: str, asked: tuple[Term, ...]) -> bool:
    return word not in _STOP and any(
        word in term.exact or stem(word) in term.exact or (term.prefix is not None and word.startswith(term.prefix))
        for term in asked
    )


def snippet(text: str, query: str, around: int = 90) -> tuple[Piece, ...]:
    """The part of a text where the query first stands, a little before and after, marked."""
    first = min((start for start, _ in _hits(text, query)), default=0)
    start = 0 if first <= around // 2 else _edge(text, first - around // 2)
    cut = text[start : start + 2 * around]
    if start + 2 * around < len(text):
        cut = cut.rstrip() + "…"
    return marked(("…" if start else "") + cut, query)


def _edge(text: str, at: int) -> int:
    """Not in the middle of a word of letters."""
    space = text.find(" ", at, at + 20)
    return space + 1 if space >= 0 else at
