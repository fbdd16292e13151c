"""The score of a lead: a list of evidence with points, and a range where evidence is missing.

Points and half-lives are the book `lead-score`. Evidence of a part is what was said of it last; it grows old by its
half-life. A part without evidence is unknown: it counts from the least to the most that the part can give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

from luodi.editions import books, with_books
from luodi.errors import MissingKey, UnknownValue, did_you_mean
from luodi.rules.book import file_hash
from luodi.text import read_yaml

_TENTH: Final = Decimal("0.1")
TOP: Final = 10
SWING: Final = Decimal("0.2")


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a lead is scored by. `points` by what evidence may say; `half_life` in days, None for ever."""

    id: str
    title: Mapping[str, str]
    points: Mapping[str, Decimal]
    words: Mapping[str, Mapping[str, str]]
    half_life: int | None = None
    from_books: bool = False

    @property
    def most(self) -> Decimal:
        return max(self.points.values())

    @property
    def least(self) -> Decimal:
        return min(self.points.values())


@dataclass(frozen=True, slots=True)
class Weights:
    """The parts of one edition of the book, in its order."""

    parts: tuple[Part, ...]
    version: str
    hash: str

    def part(self, name: str) -> Part:
        """Raises `UnknownValue` with the nearest part."""
        found = next((one for one in self.parts if one.id == name), None)
        if found is None:
            known = [one.id for one in self.parts]
            raise UnknownValue("radar.lead-not-scored", name=name, known=known, meant=did_you_mean(name, known))
        return found

    def check(self, part: str, value: str) -> None:
        """Raises `UnknownValue` for what no evidence of this part can say."""
        known = self.part(part).points
        if value not in known:
            raise UnknownValue("radar.not", part=part, known=known, value=value, meant=did_you_mean(value, known))

    def book(self) -> dict[str, str]:
        return {"name": "lead-score", "version": self.version, "hash": self.hash}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What somebody found out about one part of a lead, when, and where."""

    part: str
    value: str
    day: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the waterfall: `points` as of the day, None and a range where there is no evidence."""

    part: Part
    low: Decimal
    high: Decimal
    evidence: Evidence | None = None
    full: Decimal | None = None  # before it grew old

    @property
    def known(self) -> bool:
        return self.evidence is not None


@dataclass(frozen=True, slots=True)
class Raise:
    """What would raise the score: a part that says `value`, by how much at most."""

    part: Part
    value: str
    by: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    rows: tuple[Row, ...]

    @property
    def low(self) -> Decimal:
        """The sum of the least, and never below zero: parts that take points away cannot say "worse than nothing"."""
        return max(Decimal(0), sum((row.low for row in self.rows), Decimal(0)))

    @property
    def high(self) -> Decimal:
        return max(Decimal(0), sum((row.high for row in self.rows), Decimal(0)))

    @property
    def is_cut(self) -> bool:
        """Whether the parts add up to less than the score says, which ends at zero."""
        return sum((row.low for row in self.rows), Decimal(0)) < 0

    @property
    def middle(self) -> Decimal:
        """The middle of what the parts add up to, not cut: by it leads are compared."""
        return sum((row.low + row.high for row in self.rows), Decimal(0)) / 2

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(row.part.id for row in self.rows if not row.known)

    def would_raise(self) -> list[Raise]:
        """Each part that could give more, the most first; over what is known, or over the least."""
        found = []
        for row in self.rows:
            best = max(row.part.points, key=lambda value: row.part.points[value])
            if row.part.most > row.low:
                found.append(Raise(row.part, best, row.part.most - row.low))
        return sorted(found, key=lambda one: (-one.by, one.part.id))


def score(found: Iterable[Evidence], weights: Weights, *, on: date) -> Score:
    """The score on a day: evidence of later days is not known yet. Of a part the latest counts, of one day the last."""
    latest = _latest(found, on)
    return Score(tuple(_row(part, latest.get(part.id), on) for part in weights.parts))


def _latest(found: Iterable[Evidence], on: date) -> dict[str, Evidence]:
    latest: dict[str, Evidence] = {}
    for one in found:
        if one.day <= on and (one.part not in latest or one.day >= latest[one.part].day):
            latest[one.part] = one
    return latest


def _row(part: Part, evidence: Evidence | None, on: date) -> Row:
    if evidence is None or evidence.value not in part.points:
        return Row(part, part.least, part.most)
    full = part.points[evidence.value]
    points = _aged(full, part.half_life, (on - evidence.day).days)
    return Row(part, points, points, evidence, full)


@lru_cache(maxsize=16_384)  # a list of leads asks for the same few again and again, and a power of decimals is dear
def _aged(points: Decimal, half_life: int | None, days: int) -> Decimal:
    """Half after a half-life, a quarter after two; rounded to a tenth."""
    if half_life is None or not points:
        return points
    return (points * Decimal(2) ** (Decimal(-days) / Decimal(half_life))).quantize(_TENTH, ROUND_HALF_UP)


def stability(leads: Sequence[Sequence[Evidence]], weights: Weights, *, on: date) -> tuple[int, int]:
    """How many of the best ten stay among them whichever part is given 20 % more or less, and of how many."""
    latest = [_latest(found, on) for found in leads]
    given = {part.id: _middles(part, latest, on) for part in weights.parts}
    whole = [sum(column, Decimal(0)) for column in zip(*given.values(), strict=True)]
    best = _best(whole)
    kept = set(best)
    for part in weights.parts:
        for factor in (1 - SWING, 1 + SWING):  # the other parts give what they gave
            points = {value: points * factor for value, points in part.points.items()}
            swung = _middles(replace(part, points=points), latest, on)
            kept &= set(_best([a - b + c for a, b, c in zip(whole, given[part.id], swung, strict=True)]))
    return len(kept), len(best)


def _middles(part: Part, latest: Sequence[Mapping[str, Evidence]], on: date) -> list[Decimal]:
    """What one part gives to the middle of the score of each lead."""
    rows = [_row(part, found.get(part.id), on) for found in latest]
    return [(row.low + row.high) / 2 for row in rows]


def _best(scores: Sequence[Decimal]) -> list[int]:
    return sorted(range(len(scores)), key=lambda number: (-scores[number], number))[:TOP]


# ---- the book


@with_books()
def weights() -> Weights:
    """The book in force."""
    folder = books().folders["lead-score"]
    head = read_yaml(folder / "book.yaml", name="book.yaml")
    rows = read_yaml(folder / "parts.yaml", name="parts.yaml")
    return Weights(tuple(_part(row) for row in rows), str(head["version"]), file_hash(folder)[0])


def _part(row: Mapping[str, Any]) -> Part:
    values = row.get("values")
    if not values:
        raise MissingKey("radar.part-no-values", id=row.get("id"), at="parts.yaml")
    half_life = row.get("half_life")
    return Part(
        id=str(row["id"]),
        title=row["title"],
        points={str(one["id"]): Decimal(str(one["points"])) for one in values},
        words={str(one["id"]): {"zh": one["zh"], "en": one["en"]} for one in values},
        half_life=int(half_life) if half_life is not None else None,
        from_books=row.get("from") == "books",
    )
