"""Where a shown text speaks of the question: its parts, marked, and the piece worth showing."""

from collections.abc import Iterator
from dataclasses import dataclass

from luodi.han import folded
from luodi.search.words import RUN, STOP, Term, stem, terms


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
    """Where the terms of a query stand in a text. Words are compared folded, each in its own place."""
    asked = terms(query)
    han = {token for term in asked for token in term.exact if _is_han(token)}
    for run in RUN.finditer(text):
        if run[1]:
            yield from _places(folded(run[1]), han, run.start())
        elif _asks(folded(run[2]), asked):
            yield run.start(), run.end()


def _places(run: str, tokens: set[str], start: int) -> Iterator[tuple[int, int]]:
    """Where tokens stand in a run of Han characters, which is as long folded as it was."""
    for token in tokens:
        at = run.find(token)
        while at >= 0:
            yield start + at, start + at + len(token)
            at = run.find(token, at + 1)


def _is_han(token: str) -> bool:
    match = RUN.match(token)
    return match is not None and match[1] is not None


def _asks(word: str, asked: tuple[Term, ...]) -> bool:
    return word not in STOP and any(
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
