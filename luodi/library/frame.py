"""Everything that ranks and counts texts, as columns: the database finds, one function orders, for both databases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from luodi.library.entry import KINDS
from luodi.search.ranking import Names
from luodi.search.words import compact

READ: Final = ("official", "elsewhere", "not_read", "")
LIVES: Final = ("holds", "coming", "closed")
FACETS: Final = ("kind", "service", "place", "read", "life")

#: The columns of a text that a frame is made of.
COLUMNS: Final = (
    *("position", "kind", "name", "title_zh", "title_en", "first", "last", "closed", "read"),
    *("services", "places", "names", "doubtful"),
)
Row = tuple[int, str, str, str, str, int, int, bool, str, Sequence[str], Sequence[str], Sequence[tuple[str, int]], bool]
#: How likely an entry of a kind is meant, where nothing else tells; a kind that is not here counts 1.
LIKELY: Final = {
    **{"treatment": 1.2, "step": 1.25, "service": 1.1, "requirement": 1.1, "licence": 1.05, "policy": 1.05},
    **{
        "place": 0.9,
        "decision": 0.9,
        "event": 0.6,
        "reading": 0.6,
        "definition": 0.6,
        "finding": 0.4,
        "flag": 0.4,
        "fact": 0.4,
    },
}
#: What is told with little confidence comes after what is known; the longer a title, the less one word of it says.
DOUBTFUL: Final = 0.7
#: Kinds whose titles are sentences, questions or days: what they say is no name of anything.
BESIDE: Final = frozenset(("fact", "finding", "flag", "event", "reading"))
USUAL_TITLE, LEAST = 24, 0.5
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Many:
    """For each text some of `names`: the names of text n are `names[codes[starts[n]:starts[n + 1]]]`."""

    names: tuple[str, ...]
    starts: Ints
    codes: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[str]]) -> "Many":
        names = tuple(dict.fromkeys(name for each in lists for name in each))
        code = {name: n for n, name in enumerate(names)}
        starts = np.cumsum([0, *map(len, lists)], dtype=np.int64)
        return cls(names, starts, np.array([code[name] for each in lists for name in each], dtype=np.int64))

    def has(self, name: str) -> Bools:
        """Of each text, whether it has the name."""
        found = np.zeros(len(self.starts) - 1, dtype=bool)
        if name in self.names:
            at = np.flatnonzero(self.codes == self.names.index(name))
            found[np.searchsorted(self.starts, at, side="right") - 1] = True
        return found

    def counts(self, rows: Ints) -> dict[str, int]:
        sizes = self.starts[rows + 1] - self.starts[rows]
        ends = np.cumsum(sizes)
        at = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.starts[rows] - (ends - sizes), sizes)
        found = np.bincount(self.codes[at], minlength=len(self.names))
        return {name: int(n) for name, n in zip(self.names, found, strict=True) if n}


@dataclass(frozen=True)
class Frame:
    """The columns of all texts, in the order of their positions.

    `beside` are the kinds whose titles are no names, `about` those that a question is about, not where it plays.
    """

    positions: Ints
    kinds: Ints
    read: Ints
    first: Ints
    last: Ints
    closed: Bools
    services: Many
    places: Many
    called: Names
    codes: Mapping[str, int]
    likely: Floats
    beside: Bools
    about: Bools
    masks: dict[tuple[str, str], Bools] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Frame":
        """Rows must come in the order of their positions."""
        columns: list[Any] = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
        return cls(
            positions=np.array(columns[0], dtype=np.int64),
            kinds=_codes(columns[1], KINDS),
            read=_codes(columns[8], READ),
            first=np.array(columns[5], dtype=np.int64),
            last=np.array(columns[6], dtype=np.int64),
            closed=np.array(columns[7], dtype=bool),
            services=Many.of(columns[9]),
            places=Many.of(columns[10]),
            called=_called(columns),
            codes={name: n for n, name in enumerate(columns[2]) if columns[1][n] == "service"},
            likely=_likely(columns),
            beside=np.array([kind in BESIDE for kind in columns[1]], dtype=bool),
            about=np.array([kind not in BESIDE and kind != "place" for kind in columns[1]], dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.positions)

    def spread(self, column: NDArray[Any]) -> NDArray[Any]:
        """A column by position as a column by row; nothing where it ends before."""
        size = int(self.positions[-1]) + 1 if len(self) else 0
        padded = np.zeros(max(size, len(column)), column.dtype)
        padded[: len(column)] = column
        return padded[self.positions]

    def lives(self, on: date) -> Ints:
        """Of each text, the number of its life in `LIVES` on a day."""
        day = on.toordinal()
        found = np.where(self.first > day, 1, 0)
        found[(self.last < day) | self.closed] = 2
        return found

    def mask(self, facet: str, value: str, on: date) -> Bools:
        """Of each text, whether a facet has the value. A value that is none of the facet's is nobody's."""
        if facet == "life":
            return _equal(self.lives(on), _code(value, LIVES))
        if (facet, value) not in self.masks:
            self.masks[facet, value] = self._mask(facet, value)
        return self.masks[facet, value]

    def _mask(self, facet: str, value: str) -> Bools:
        match facet:
            case "kind":
                return _equal(self.kinds, _code(value, KINDS))
            case "read":
                return _equal(self.read, _code("" if value == "none" else value, READ))
            case "service":
                return self.services.has(value)
        return self.places.has(value)

    def counts(self, facet: str, rows: Ints, on: date) -> dict[str, int]:
        """How many of the rows each value of a facet has, the values in their own order."""
        match facet:
            case "service":
                return self.services.counts(rows)
            case "place":
                return self.places.counts(rows)
            case "kind":
                return _counted(self.kinds[rows], KINDS)
            case "read":
                return _counted(self.read[rows], (*READ[:3], "none"))
        return _counted(self.lives(on)[rows], LIVES)

    def ended(self, on: date) -> Bools:
        return _equal(self.lives(on), 2)


def _equal(codes: Ints, code: int) -> Bools:
    found: Bools = codes == code
    return found


def _called(columns: Sequence[Any]) -> Names:
    """Of each name the rows that have it, each with its rank; where a text has no names, its id and titles are some."""
    found: dict[str, dict[int, int]] = {}
    rows = zip(*columns[2:5], columns[11], strict=True)
    for n, (name, title_zh, title_en, more) in enumerate(rows):
        for text, rank in more or ((name, 0), (title_zh, 0), (title_en, 0)):
            ranks = found.setdefault(compact(text), {})
            ranks[n] = min(rank, ranks.get(n, rank))
    return {name: tuple(rows.items()) for name, rows in found.items() if name}


def _likely(columns: Sequence[Any]) -> Floats:
    """What the score of each text is multiplied with: by its kind, its confidence and how long its title is."""
    kinds = np.array([LIKELY.get(kind, 1.0) for kind in columns[1]], dtype=np.float32)
    sure = np.array([DOUBTFUL if each else 1.0 for each in columns[12]], dtype=np.float32)
    long = np.array([len(zh) + len(en) / 3 for zh, en in zip(*columns[3:5], strict=True)], dtype=np.float32)
    return (kinds * sure / (LEAST + (1 - LEAST) * long / USUAL_TITLE)).astype(np.float32)


def _codes(values: Iterable[str], known: Sequence[str]) -> Ints:
    code = {value: n for n, value in enumerate(known)}
    return np.array([code.get(value, -1) for value in values], dtype=np.int64)


def _code(value: str, known: Sequence[str]) -> int:
    return known.index(value) if value in known else -2


def _counted(codes: Ints, names: Sequence[str]) -> dict[str, int]:
    found = np.bincount(codes[codes >= 0], minlength=len(names))
    return {name: int(n) for name, n in zip(names, found, strict=True) if n}
