"""Which texts hold a word: for each token and part of a text the positions of the texts, ascending.

`InMemory` keeps them in a dictionary; a database keeps the same rows in a table and answers by the same protocol, so
one ranking reads both.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from luodi.han import folded
from luodi.search import numbers
from luodi.search.words import tokens

#: Parts of a text: what it is called by (ids, numbers, everyday words), its titles, and all of it.
NAME, TITLE, WHOLE = 0, 1, 2
HIGHEST: Final = "\U0010ffff"  # after every other character
Positions = NDArray[np.int32]
Row = tuple[str, int, Positions]


@dataclass(frozen=True, slots=True)
class Split:
    """The tokens of one text by part, each token once; `whole` holds those of the others too."""

    position: int
    name: tuple[str, ...]
    title: tuple[str, ...]
    whole: tuple[str, ...]

    @classmethod
    def of(cls, position: int, names: Iterable[str], title: str, body: str) -> "Split":
        name = dict.fromkeys(token for text in names for token in (*tokens(text), *numbers.tokens_of(folded(text))))
        first = dict.fromkeys(tokens(title))
        return cls(position, tuple(name), tuple(first), tuple(dict.fromkeys((*name, *first, *tokens(body)))))

    def parts(self) -> tuple[tuple[int, tuple[str, ...]], ...]:
        return (NAME, self.name), (TITLE, self.title), (WHOLE, self.whole)


class Postings(Protocol):
    """An index of words."""

    def rows(self, exact: Sequence[str], prefixes: Sequence[str]) -> Iterable[Row]:
        """Every row of a token that is one of `exact`, or begins with one of `prefixes`."""
        ...

    def latin(self) -> Mapping[str, int]:
        """The words of Latin letters, each with the number of texts that hold it: what a misspelt one may mean."""
        ...


def gathered(splits: Iterable[Split]) -> dict[tuple[str, int], "array[int]"]:
    """The rows of an index. Positions must ascend."""
    found: dict[tuple[str, int], array[int]] = defaultdict(lambda: array("i"))
    for split in splits:
        for part, words in split.parts():
            for token in words:
                found[token, part].append(split.position)
    return found


def is_latin(token: str) -> bool:
    return len(token) >= 3 and token.isascii() and token.isalpha()


class InMemory:
    """The index of a few thousand texts."""

    def __init__(self, splits: Iterable[Split]) -> None:
        self._rows: dict[str, list[Row]] = defaultdict(list)
        for (token, part), positions in gathered(splits).items():
            self._rows[token].append((token, part, np.asarray(positions, dtype=np.int32)))

    def rows(self, exact: Sequence[str], prefixes: Sequence[str]) -> Iterator[Row]:
        wanted = dict.fromkeys(token for token in exact if token in self._rows)
        for prefix in prefixes:
            first, last = (bisect_left(self._sorted, end) for end in (prefix, prefix + HIGHEST))
            wanted |= dict.fromkeys(self._sorted[first:last])
        for token in wanted:
            yield from self._rows[token]

    def latin(self) -> Mapping[str, int]:
        return self._latin

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._rows)

    @cached_property
    def _latin(self) -> dict[str, int]:
        return {
            token: len(positions)
            for rows in self._rows.values()
            for token, part, positions in rows
            if part == WHOLE and is_latin(token)
        }
