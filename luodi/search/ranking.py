"""The order in which texts answer a question. One function for every index, so every interface has the same order.

What is called so comes first, then what has all words in its titles and names, then the rest; within these what holds
before what has ended; within these by score. A word counts the more the fewer texts hold it, and more in a title than
in a text. Where no text has all words, those that have most of them are given. Why: docs/methods/search.md.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from luodi.han import folded
from luodi.search import spelling
from luodi.search.postings import NAME, TITLE, WHOLE, Postings, Row
from luodi.search.words import HAN, RUN, Term, compact, said, stem, terms

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
class Held:
    """How the texts match the terms of a query; columns cover every position up to the last that matches any.

    `understood` is the question with misspelt words mended. `gains` are what each term counts in each text, `titles`
    where its names and titles have the term, `counts` how many texts have it, `worth` the more the fewer these are.
    """

    understood: str
    asked: tuple[Term, ...]
    gains: tuple[Floats, ...]
    titles: tuple[Bools, ...]
    counts: tuple[int, ...]
    worth: tuple[float, ...]

    @classmethod
    def of(cls, query: str, asked: tuple[Term, ...], postings: Postings, texts: int) -> "Held":
        rows = list(_fetched(asked, postings))
        size = max((int(positions[-1]) for _, _, positions in rows if len(positions)), default=-1) + 1
        each = [_gain(term, rows, size) for term in asked]
        counts = tuple(int(np.count_nonzero(gain)) for gain, _ in each)
        worth = tuple(float(np.log1p(max(texts, 1) / max(count, 1))) for count in counts)
        return cls(query, asked, tuple(gain for gain, _ in each), tuple(titled for _, titled in each), counts, worth)

    @property
    def size(self) -> int:
        return len(self.gains[0]) if self.gains else 0

    @property
    def lacking(self) -> list[Term]:
        """Terms that no text has."""
        return [term for term, count in zip(self.asked, self.counts, strict=True) if not count]

    @property
    def lacks_a_number(self) -> bool:
        return any(term.exact[0].startswith("#") for term in self.lacking)

    @cached_property
    def complete(self) -> Bools:
        """What has every word. Pairs of Chinese characters that no text has are where two words meet, and count not."""
        return self._all([gain > 0 for gain in self.gains])

    @cached_property
    def titled(self) -> Bools:
        """What has every word in its titles and names."""
        return self._all(list(self.titles))

    def _all(self, columns: list[Bools]) -> Bools:
        kept = [
            column
            for column, term, count in zip(columns, self.asked, self.counts, strict=True)
            if count or not _is_pair(term)
        ]
        return np.logical_and.reduce(kept) if kept else np.zeros(self.size, bool)

    @cached_property
    def most(self) -> Bools:
        """What has most of the words that there are, by what they count."""
        has = np.zeros(self.size, np.float32)
        for worth, gain in zip(self.worth, self.gains, strict=True):
            has += np.float32(worth) * (gain > 0)
        there = sum(worth for worth, count in zip(self.worth, self.counts, strict=True) if count)
        return has >= max(MOST * there, 1e-6)

    @cached_property
    def scores(self) -> Floats:
        found = np.zeros(self.size, np.float32)
        for worth, gain in zip(self.worth, self.gains, strict=True):
            found += np.float32(worth) * gain
        return found


def held(query: str, postings: Postings, texts: int) -> Held:
    """How the texts hold a question, misspelt words mended where no text has every word of it as it stands.

    `texts` is how many the index has.
    """
    found = Held.of(query, terms(query), postings, texts)
    if found.lacks_a_number:
        found = Held.of(query, terms(query, by_number=False), postings, texts)
    if not found.lacking or found.complete.any():
        return found
    meant = _mended(found, postings)
    return found if meant == query else Held.of(meant, terms(meant), postings, texts)


def _mended(found: Held, postings: Postings) -> str:
    lacking = {term.word for term in found.lacking}
    known = postings.latin() if any(word.isascii() for word in lacking) else {}

    def better(match: re.Match[str]) -> str:
        return (match[0] in lacking and spelling.mended(match[0], known)) or match[0]

    query = folded(found.understood)
    meant = _LATIN.sub(better, query)
    return found.understood if meant == query else meant


def _is_pair(term: Term) -> bool:
    return len(term.word) == 2 and not term.word.isascii() and term.prefix is None


def _fetched(asked: Sequence[Term], postings: Postings) -> Iterable[Row]:
    exact = list(dict.fromkeys(token for term in asked for token in term.exact))
    return postings.rows(exact, [term.prefix for term in asked if term.prefix is not None])


def _gain(term: Term, rows: Sequence[Row], size: int) -> tuple[Floats, Bools]:
    """What the term counts in each text: the most that any token of it counts there."""
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
