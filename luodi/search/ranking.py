"""The order in which texts answer a question. One function for every index, so every interface has the same order.

What is called so comes first, then what has all words in its titles and names, then the rest; within these what holds
before what has ended; within these by score. A word counts the more the fewer texts hold it, and more in a title than
in a text. Where no text has all words, those that have most of them are given. Why: docs/methods/search.md.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from luodi.search import spelling
from luodi.search.postings import NAME, TITLE, WHOLE, Postings, Row
from luodi.search.words import HAN, RUN, Term, compact, folded, said, stem, terms

#: What a word counts in each part of a text.
WEIGHTS: Final = {NAME: 5.0, TITLE: 6.0, WHOLE: 1.0}
#: A word that only begins so counts half of one that is the word.
BEGINNING: Final = 0.5
#: Where no text has all words: the part of what all of them count together that a text must have.
MOST: Final = 0.5
NOT_NAMED: Final = 100  # after every rank of a name
MAX_NAME: Final = 500
MAX_PHRASE: Final = 16
_LATIN: Final = re.compile(f"[^\\W\\d_{HAN}]+")

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Names = Mapping[str, Sequence[tuple[int, int]]]


@dataclass(frozen=True)
class Matches:
    """Positions of texts, ascending, with their scores; `titled` where names and titles have every word.

    `understood` is the question with misspelt words mended; `complete` where a text has every word of it.
    """

    understood: str
    positions: Ints
    scores: Floats
    titled: Bools
    complete: Bools

    @classmethod
    def none(cls, query: str) -> "Matches":
        return cls(query, np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, bool), np.zeros(0, bool))


def matches(query: str, postings: Postings, texts: int) -> tuple[Matches, "Held"]:
    """The texts that have every word of a question, misspelt words mended where no text has them.

    `texts` is how many the index has. The second answer finds those that have most of the words: see `Held.most`.
    """
    held = _held(query, postings, texts)
    found = held.complete(query)
    if len(found.positions) or not held.lacking:
        return found, held
    meant = _mended(query, held, postings)
    if meant == query:
        return found, held
    again = Held.of(terms(meant), postings, texts)
    return again.complete(meant), again


def _held(query: str, postings: Postings, texts: int) -> "Held":
    held = Held.of(terms(query), postings, texts)
    return Held.of(terms(query, by_number=False), postings, texts) if held.lacks_a_number else held


def _mended(query: str, held: "Held", postings: Postings) -> str:
    lacking = {term.word for term in held.lacking}
    known = postings.latin() if any(word.isascii() for word in lacking) else {}

    def better(found: re.Match[str]) -> str:
        return (found[0] in lacking and spelling.mended(found[0], known)) or found[0]

    folded_query = folded(query)
    meant = _LATIN.sub(better, folded_query)
    return query if meant == folded_query else meant


@dataclass(frozen=True)
class Held:
    """Of each wish what it counts in every text, and where names and titles have it."""

    asked: tuple[Term, ...]
    gains: list[Floats]
    titled: list[Bools]
    worth: list[float]
    counts: list[int]

    @classmethod
    def of(cls, asked: tuple[Term, ...], postings: Postings, texts: int) -> "Held":
        rows = list(_fetched(asked, postings))
        size = max((int(positions[-1]) for _, _, positions in rows if len(positions)), default=-1) + 1
        each = [_gain(term, rows, size) for term in asked]
        counts = [int(np.count_nonzero(gain)) for gain, _ in each]
        worth = [float(np.log1p(max(texts, 1) / max(count, 1))) for count in counts]
        return cls(asked, [gain for gain, _ in each], [titled for _, titled in each], worth, counts)

    @property
    def lacking(self) -> list[Term]:
        """Wishes that no text has."""
        return [term for term, count in zip(self.asked, self.counts, strict=True) if not count]

    @property
    def lacks_a_number(self) -> bool:
        return any(term.exact[0].startswith("#") for term in self.lacking)

    def complete(self, query: str) -> Matches:
        """What has every word. Pairs of Chinese characters that no text has are where two words meet, and count not."""
        kept = [n for n, (term, count) in enumerate(zip(self.asked, self.counts, strict=True))
                if count or not _is_pair(term)]  # fmt: skip
        if not kept:
            return Matches.none(query)
        holds = np.logical_and.reduce([self.gains[n] > 0 for n in kept])
        titled = np.logical_and.reduce([self.titled[n] for n in kept])
        return self._found(query, np.flatnonzero(holds), titled, holds)

    def most(self, query: str) -> Matches:
        """What has most of the words, by what they count."""
        if not self.gains or not len(self.gains[0]):
            return Matches.none(query)
        has = sum(worth * (gain > 0) for worth, gain in zip(self.worth, self.gains, strict=True))
        there = sum(worth for worth, count in zip(self.worth, self.counts, strict=True) if count)
        enough = np.flatnonzero(np.asarray(has) >= max(MOST * there, 1e-6))
        none = np.zeros(len(self.gains[0]), bool)
        return self._found(query, enough, none, none)

    def _found(self, query: str, at: Ints, titled: Bools, complete: Bools) -> Matches:
        score = np.zeros(len(at), np.float32)
        for worth, gain in zip(self.worth, self.gains, strict=True):
            score += np.float32(worth) * gain[at]
        return Matches(query, at.astype(np.int64), score, titled[at], complete[at])


def _is_pair(term: Term) -> bool:
    return len(term.word) == 2 and not term.word.isascii() and term.prefix is None


def _fetched(asked: Sequence[Term], postings: Postings) -> Iterable[Row]:
    exact = list(dict.fromkeys(token for term in asked for token in term.exact))
    return postings.rows(exact, [term.prefix for term in asked if term.prefix is not None])


def _gain(term: Term, rows: Sequence[Row], size: int) -> tuple[Floats, Bools]:
    """What the wish counts in each text: the most that any token of it counts there."""
    gain, titled = np.zeros(size, np.float32), np.zeros(size, bool)
    for weight, part, positions in sorted(_weighed(term, rows), key=lambda row: row[0]):
        gain[positions] = weight
        if part != WHOLE:
            titled[positions] = True
    return gain, titled


def _weighed(term: Term, rows: Sequence[Row]) -> Iterator[tuple[float, int, NDArray[np.int32]]]:
    for token, part, positions in rows:
        if token in term.exact:
            yield WEIGHTS[part], part, positions
        elif term.prefix is not None and token.startswith(term.prefix):
            yield WEIGHTS[part] * BEGINNING, part, positions


def phrases(query: str, names: Names) -> dict[int, int]:
    """The texts whose names stand in a longer question, each with its best rank; of names that overlap the longest.

    So `can a foreigner own a call centre` is about call centres, whatever else it says.
    """
    found: dict[int, int] = {}
    for key in _longest(said(folded(query[:MAX_NAME])), names):
        for position, rank in names[key]:
            found[position] = min(rank, found.get(position, rank))
    return found


def _longest(text: str, names: Names) -> Iterator[str]:
    units = [unit for han, word in RUN.findall(text) for unit in (han or (stem(word),))]
    at = 0
    while at < len(units):
        ends = range(min(at + MAX_PHRASE, len(units)), at, -1)
        end = next((end for end in ends if "".join(units[at:end]) in names and _says_enough(units[at:end])), None)
        if end is not None:
            yield "".join(units[at:end])
        at = end or at + 1


def _says_enough(units: Sequence[str]) -> bool:
    """One Chinese character, or a word of two letters, stands in too many questions."""
    return len("".join(units)) > (2 if units[0].isascii() else 1)


def named(query: str, names: Names) -> dict[int, int]:
    """The texts that are called what was asked, each with the rank of its name: 0 is its own name."""
    key = compact(query[:MAX_NAME])
    return dict(names.get(key, ())) if key else {}
