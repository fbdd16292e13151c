"""Which companies a row may be about, with the parts of each score. No Django in it.

The same number settles it. Else names are compared: every one with the names that share one of its rarest pairs of
characters, so that a row meets some hundred names and never all of them.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz, process

from luodi.web.accounts.naming import name_key

MOST: Final = 3
"""Proposals for a row."""
CUT: Final = 86.0
_COMMON: Final = 400  # names that share a pair of characters; what is more common tells nothing
_RAREST: Final = 4
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


@dataclass
class Register:
    """The companies there are, as they are compared: by number, by key of name, and by pairs of its characters."""

    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    countries: dict[int, str] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    _pairs: "dict[str, array[int]]" = field(default_factory=dict)

    def add(self, company: int, names: Iterable[str], country: str, numbers: Iterable[tuple[str, str]] = ()) -> None:
        self.countries[company] = country
        for number in numbers:
            self.numbers[number] = company
        for key in {name_key(name) for name in names if name}:
            if key not in self.by_key:
                self._index(key)
            self.by_key[key].append(company)

    def _index(self, key: str) -> None:
        position = len(self.keys)
        self.keys.append(key)
        for pair in _pairs_of(key):
            found = self._pairs.get(pair)
            if found is None:
                found = self._pairs[pair] = array("i")
            if len(found) <= _COMMON:  # one more than counts, so that a common pair is known as one
                found.append(position)

    def alike(self, names: Iterable[str], country: str, numbers: Iterable[tuple[str, str]]) -> list[Alike]:
        """The best first, at most three."""
        found: dict[int, dict[str, int]] = {}
        for number in numbers:
            if number in self.numbers:
                found[self.numbers[number]] = {"number": _SAME_NUMBER}
        for name in names:
            for company, part, points in self._named(name_key(name)):
                parts = found.setdefault(company, {})
                if "number" not in parts and points > parts.get("name", parts.get("similar", 0)):
                    found[company] = {part: points}
        for company, parts in found.items():
            self._country(parts, country, self.countries[company])
        made = [Alike(company, sum(parts.values()), parts) for company, parts in found.items()]
        return sorted(made, key=lambda one: (-one.score, one.company))[:MOST]

    def _named(self, key: str) -> Iterable[tuple[int, str, int]]:
        if not key:
            return
        for company in self.by_key.get(key, ())[:10]:
            yield company, "name", _SAME_NAME
        near = {self.keys[position]: None for position in self._near(key)}
        near.pop(key, None)
        for other, ratio, _ in process.extract(key, list(near), scorer=fuzz.ratio, score_cutoff=CUT, limit=MOST):
            for company in self.by_key[other][:10]:
                yield company, "similar", int(ratio) - 15

    def _near(self, key: str) -> set[int]:
        """Positions of keys that share one of the rarest pairs."""
        lists = [found for pair in _pairs_of(key) if (found := self._pairs.get(pair)) and len(found) <= _COMMON]
        near: set[int] = set()
        for found in sorted(lists, key=len)[:_RAREST]:
            near.update(found)
        return near

    @staticmethod
    def _country(parts: dict[str, int], one: str, other: str) -> None:
        if "number" not in parts and one and other:
            parts["country"] = _COUNTRY_AGREES if one == other else _COUNTRY_DIFFERS


def _pairs_of(key: str) -> set[str]:
    """Pairs of neighbours; of Latin letters, threes, since pairs of them are all common."""
    if key.isascii():
        return {key[n : n + 3] for n in range(max(1, len(key) - 2))}
    return set(map("".join, pairwise(key))) or {key}
