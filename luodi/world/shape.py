"""How the made-up companies are spread: `shape.yaml`, read once."""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import numpy as np

from luodi.profiles.codes import industries
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.library import company_vocabulary
from luodi.text import read_yaml
from luodi.world.draws import Spread, Weights

NAMING: Final = ("id", "company_name_zh", "name_en")  # columns that name a company; they are never empty
_FILE: Final = Path(__file__).with_name("shape.yaml")


class Shape:
    """The tables of `shape.yaml`, ready for columns. Codes of regions and industries are known by their place."""

    def __init__(self, raw: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        self.raw, self.vocabulary = raw, vocabulary
        cities = [(city, code, weight) for city, codes in raw["regions"].items() for code, weight in codes.items()]
        self.regions = Weights({code: weight for _, code, weight in cities})
        self.cities = [city.split() for city, _, _ in cities]
        self.industries = Weights(_classes(raw["industries"]))
        self.kinds = Weights({kind: row["weight"] for kind, row in raw["kinds"].items()})
        self.countries, self.regions_abroad = Weights(raw["countries"]), Weights(raw["regions_abroad"])
        self._chosen: dict[str, Weights] = {}
        self.spreads = {name: Spread(knots) for name, knots in raw["numbers"].items()}

    @cached_property
    def numbered(self) -> dict[str, Any]:
        """Numbers that go with an industry, by its place."""
        return {
            name: np.array([float(longest(code, self.raw[name])) for code in self.industries.words])
            for name in ("revenue_per_employee", "technical")
        }

    @cached_property
    def branches(self) -> list[list[str]]:
        """What stands in the name, in both languages, by the place of the industry."""
        return [longest(code, self.raw["branches"]).split() for code in self.industries.words]

    @cached_property
    def fdi_classes(self) -> tuple[list[str], Any]:
        words = list(dict.fromkeys(self.raw["fdi_classes"].values()))
        found = [words.index(longest(code, self.raw["fdi_classes"])) for code in self.industries.words]
        return words, np.array(found)

    def industry(self, *prefixes: str) -> Any:
        """Which industries begin with one of these, by place."""
        return np.array([code.startswith(prefixes) for code in self.industries.words])

    def region(self, *prefixes: str) -> Any:
        """Which regions begin with one of these, by place."""
        return np.array([code.startswith(prefixes) for code in self.regions.words])

    def by_prefix(self, codes: list[str], chances: Mapping[str, Any]) -> Any:
        """The chance of each code: that of the longest prefix, else 0."""
        return np.array([float(longest(code, chances, "0")) for code in codes])

    def spread(self, name: str, knots: Any) -> Spread:
        """The numbers of an attribute: knots of its own, or the name of some."""
        if isinstance(knots, str):
            return self.spreads[knots]
        return self.spreads.setdefault(name, Spread(knots))

    def weights(self, name: str, words: Mapping[str, str]) -> Weights:
        return self._chosen.setdefault(name, Weights(words))

    def rate(self, name: str) -> float:
        """How many cells of a column are left empty."""
        if name in NAMING:
            return 0.0
        group = float(self.raw["missing"][self.vocabulary[name].group])
        return round(group * (60 + crc32(name.encode()) % 81) / 100, 4)


def longest(code: str, table: Mapping[str, Any], otherwise: Any = None) -> Any:
    """What the longest prefix of the code has."""
    fitting = [prefix for prefix in table if code.startswith(prefix)]
    return table[max(fitting, key=len)] if fitting else otherwise


def _classes(weights: Mapping[str, str]) -> dict[str, float]:
    """A weight for each class of the list: those of a division share its weight, the first ones more of it."""
    found: dict[str, float] = {}
    codes = [code for code in industries() if len(code) == 5]
    for prefix, weight in weights.items():
        inside = [
            code for code in codes if max((p for p in weights if code.startswith(p)), key=len, default="") == prefix
        ]
        parts = [1 + crc32(code.encode()) % 40 for code in inside]
        found |= {code: int(weight) * 1000 * part // sum(parts) for code, part in zip(inside, parts, strict=True)}
    return found


@cache
def shape() -> Shape:
    return Shape(read_yaml(_FILE), company_vocabulary())
