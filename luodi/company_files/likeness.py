"""Which companies a row may be about, with the parts of each score.

The same number settles it. Else names are compared part by part, the trade name above all: two companies of one city
and one industry share most of the letters of their names and nothing else. Every name is compared with those that share
one of the rarest pairs of characters of its trade name, so that a row meets some hundred names and never all of them.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from luodi.profiles.name_parts import NameParts, name_parts
from luodi.profiles.names import name_key

MOST: Final = 3
"""Proposals for a row."""
CUT: Final = 86.0
_WEIGHTS: Final = (0.75, 0.15, 0.10)  # of trade name, industry and place
_LEAST: Final = 60.0  # of the trade names; below it no industry or place makes up for it
_BEGINNING = 90.0  # a part that begins the other one
_SHORTEST, _MOST_OF = 3, 0.6  # of a trade name that does: its characters, and how much of the other one it is
_ONE_BLANK, _OTHER_PLACE = 80.0, -50.0  # a name that leaves a part out; in another place it is another company
_COMMON: Final = 400  # names that share a pair of characters; what is more common tells nothing
_RAREST: Final = 4
_NAMESAKES: Final = 10  # companies of one name; more tell nothing
#: Texts are as much alike as counts where at most this part of the letters of both is in one of them alone.
_APART: Final = 1 - _LEAST / 100 + 1e-9
_SAME_NUMBER, _SAME_NAME, _COUNTRY_AGREES, _COUNTRY_DIFFERS = 100, 90, 5, -25


@dataclass(frozen=True, slots=True)
class Alike:
    """A company that a row may be about. `parts` say what the score is made of, in points."""

    company: int
    score: int
    parts: Mapping[str, int]

    @property
    def by_number(self) -> bool:
        return "number" in self.parts


@dataclass(frozen=True, slots=True)
class Called:
    """A name as it is compared, worked out once for all it is compared with."""

    key: str
    parts: NameParts
    pairs: tuple[str, ...]
    letters: int

    @classmethod
    def of(cls, name: str) -> "Called":
        key, parts = name_key(name), name_parts(name)
        return cls(key, parts, tuple(sorted(pairs_of(parts.trade))), letters_of(parts.trade))


def likeness(one: Called, other: Called) -> float:
    """How much alike two names are, 0 to 100, by their parts."""
    trade = _trade(one.parts.trade, other.parts.trade)
    if trade < _LEAST:
        return 0.0
    industry = _part(one.parts.industry, other.parts.industry)
    values = (trade, industry, _place(one.parts.place, other.parts.place))
    return sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))


def _part(one: str, other: str) -> float:
    if one == other:
        return 100.0
    if not one or not other:
        return _ONE_BLANK
    shorter, longer = sorted((one, other), key=len)
    return max(fuzz.ratio(one, other), _BEGINNING if longer.startswith(shorter) or longer.endswith(shorter) else 0.0)


def _trade(one: str, other: str) -> float:
    """A name that begins the other one and is most of it may be the same, shortened."""
    shorter, longer = sorted((one, other), key=len)
    shortened = len(shorter) >= _SHORTEST and longer.startswith(shorter) and len(shorter) >= _MOST_OF * len(longer)
    return max(fuzz.ratio(one, other), _BEGINNING if shortened else 0.0)


def _place(one: str, other: str) -> float:
    """A city agrees with its district, and with itself without what it is."""
    if not one or not other:
        return _ONE_BLANK
    short = min(len(one.rstrip("市省")), len(other.rstrip("市省")))
    return 100.0 if one[:short] == other[:short] else _OTHER_PLACE


@dataclass
class Register:
    """The companies there are, as they are compared: by number, by key of name, and by pairs of its characters."""

    #: Where only few names will be asked about, the pairs of these; the others need not be kept.
    wanted: frozenset[str] | None = None
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    by_key: dict[str, list[int]] = field(default_factory=dict)
    countries: dict[int, str] = field(default_factory=dict)
    names: list[Called] = field(default_factory=list)
    _pairs: "dict[str, array[int]]" = field(default_factory=dict)
    _letters: "array[int]" = field(default_factory=lambda: array("Q"))
    _lengths: "array[int]" = field(default_factory=lambda: array("H"))

    def add(self, company: int, names: Iterable[Called], country: str, numbers: Iterable[tuple[str, str]] = ()) -> None:
        self.countries[company] = country
        for number in numbers:
            self.numbers[number] = company
        for name in names:
            self.call(company, name)

    def call(self, company: int, name: Called) -> None:
        """One more name of a company."""
        there = self.by_key.get(name.key)
        if there is None:
            self.by_key[name.key] = [company]
            self._index(name)
        elif len(there) < _NAMESAKES and company not in there:
            there.append(company)

    def _index(self, name: Called) -> None:
        position, wanted = len(self.names), self.wanted
        self.names.append(replace(name, pairs=()))  # the index has them
        self._letters.append(name.letters)
        self._lengths.append(len(name.parts.trade))
        for pair in name.pairs if wanted is None else wanted.intersection(name.pairs):
            found = self._pairs.get(pair)
            if found is None:
                self._pairs[pair] = array("i", (position,))
            elif len(found) <= _COMMON:  # one more than counts, so that a common pair is known as one
                found.append(position)

    def alike(self, names: Iterable[Called], country: str, numbers: Iterable[tuple[str, str]]) -> list[Alike]:
        """The best first, at most three; the numbers of one company settle it, so that no name is looked at."""
        found: dict[int, dict[str, int]] = {
            self.numbers[number]: {"number": _SAME_NUMBER} for number in numbers if number in self.numbers
        }
        if len(found) == 1:
            names = ()
        for name in names:
            for company, part, points in self._named(name):
                parts = found.setdefault(company, {})
                if "number" not in parts and points > parts.get("name", parts.get("similar", 0)):
                    found[company] = {part: points}
        for company, parts in found.items():
            self._country(parts, country, self.countries[company])
        made = [Alike(company, sum(parts.values()), parts) for company, parts in found.items()]
        return sorted(made, key=lambda one: (-one.score, one.company))[:MOST]

    def _named(self, name: Called) -> Iterable[tuple[int, str, int]]:
        key = name.key
        if not key:
            return
        for company in self.by_key.get(key, ()):
            yield company, "name", _SAME_NAME
        near = [other for other in map(self.names.__getitem__, self._near(name)) if other.key != key]
        trades = [other.parts.trade for other in near]
        found = process.extract(name.parts.trade, trades, scorer=fuzz.ratio, score_cutoff=_LEAST, limit=None)
        scored = sorted(((likeness(name, near[at]), near[at].key) for _, _, at in found), reverse=True)
        for score, other in scored[:MOST]:
            if score >= CUT:
                for company in self.by_key[other]:
                    yield company, "similar", int(score) - 15

    def _near(self, name: Called) -> list[int]:
        """Positions of keys that share one of the rarest pairs, without those whose letters alone say that they are
        further away than counts: most of them, and a text is dear to look up."""
        lists = [found for pair in name.pairs if (found := self._pairs.get(pair)) and len(found) <= _COMMON]
        if not lists:
            return []
        rarest = sorted(lists, key=len)[:_RAREST]
        near = np.concatenate([np.frombuffer(found, np.int32) for found in rarest])
        apart = np.bitwise_count(np.frombuffer(self._letters, np.uint64)[near] ^ np.uint64(name.letters))
        together = np.frombuffer(self._lengths, np.uint16)[near] + len(name.parts.trade)
        return sorted(set(near[apart <= together * _APART].tolist()))

    @staticmethod
    def _country(parts: dict[str, int], one: str, other: str) -> None:
        if "number" not in parts and one and other:
            parts["country"] = _COUNTRY_AGREES if one == other else _COUNTRY_DIFFERS


def pairs_of(key: str) -> set[str]:
    """Pairs of neighbours; of Latin letters, threes, since pairs of them are all common."""
    if key.isascii():
        return {key[n : n + 3] for n in range(max(1, len(key) - 2))}
    return set(map("".join, pairwise(key))) or {key}


def letters_of(key: str) -> int:
    """64 bits, one of them for each letter and how many times it came before. What two texts do not share of these
    is at most what must be added and taken away to make one of the other."""
    bits, seen = 0, {}  # type: int, dict[str, int]
    for letter in key:
        before = seen[letter] = seen.get(letter, -1) + 1
        bits |= 1 << ((ord(letter) * 0x9E37 + before * 29 >> 3) & 63)
    return bits
