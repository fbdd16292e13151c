"""What each figure means: its sign, its threshold, the treatment of Hong Kong, Macao and Taiwan, and its source.

Data of the book `ownership`; nothing here decides, but every answer carries it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from luodi.editions import books, with_books
from luodi.errors import MissingKey, UnknownKey, UnknownValue, did_you_mean
from luodi.located import Map
from luodi.ownership.interval import Interval
from luodi.ownership.stakes import FOREIGN_AND_HMT, Kind
from luodi.text import read_yaml

_NEEDED: Final = ("id", "answers", "rule", "sign", "hmt", "source", "basis", "confidence", "facts")


@dataclass(frozen=True, slots=True)
class Fact:
    """One legal item with where it was read and how sure we are."""

    id: str
    text: Mapping[str, str]
    source: str
    basis: str
    confidence: str
    seen_at: str | list[str] | None
    consequence: Mapping[str, str] | None = None
    note: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One way to count, and what it is good for."""

    id: str
    answers: Mapping[str, str]
    rule: Mapping[str, str]
    sign: str
    threshold: Fraction | None
    hmt: str
    source: Mapping[str, str]
    basis: str
    confidence: str
    facts: tuple[str, ...]

    @property
    def kinds(self) -> frozenset[Kind]:
        """The holders that count as foreign here."""
        return FOREIGN_AND_HMT if self.hmt == "counted" else frozenset({Kind.FOREIGN})

    def met(self, figure: Interval) -> bool | None:
        """Whether the figure meets the threshold under this definition's sign; None if that is open."""
        if self.threshold is None:
            raise MissingKey("ownership.definition-no-threshold", id=self.id)
        return figure.reaches(self.threshold, self.sign)

    def as_json(self) -> dict[str, Any]:
        return {
            "sign": self.sign,
            "threshold": None if self.threshold is None else str(self.threshold),
            "hmt": self.hmt,
            "source": dict(self.source),
            "basis": self.basis,
            "confidence": self.confidence,
        }


@dataclass(frozen=True)
class Definitions:
    """The book: every definition, fact and flag by id, and their words, with the version and hash that answers name.
    `contract_bars` names the texts that bar control by contract, by the row of market access that cites them."""

    rows: Mapping[str, Definition]
    facts: Mapping[str, Fact]
    flags: Mapping[str, Mapping[str, str]]
    words: Mapping[str, Mapping[str, Mapping[str, str]]]
    contract_bars: Mapping[str, tuple[str, ...]]
    version: str
    hash: str

    def __getitem__(self, name: str) -> Definition:
        found = self.rows.get(name)
        if found is None:
            raise UnknownKey("ownership.no-definition", name=name, meant=did_you_mean(name, self.rows), at="ownership")
        return found

    def basis(self, names: Iterable[str]) -> list[dict[str, Any]]:
        """`{"instrument", "article", "rule"}` for each fact that the named definitions rest on."""
        return [
            {"instrument": fact, "article": self.facts[fact].source, "rule": name}
            for name in names
            for fact in self[name].facts
        ]

    def book(self) -> dict[str, str]:
        return {"name": "ownership", "version": self.version, "hash": self.hash}


@with_books()
def definitions() -> Definitions:
    """The book in force."""
    folder = books().folders["ownership"]
    head = read_yaml(folder / "book.yaml", name="book.yaml")
    facts = {row["id"]: _fact(row) for row in read_yaml(folder / "facts.yaml", name="facts.yaml")}
    table = read_yaml(folder / "definitions.yaml", name="definitions.yaml")
    rows = {row["id"]: _definition(row, facts) for row in table}
    flags = read_yaml(folder / "flags.yaml", name="flags.yaml")
    words = read_yaml(folder / "words.yaml", name="words.yaml")
    bars = {row["rule"]: tuple(row["instruments"]) for row in read_yaml(folder / "bars.yaml", name="bars.yaml")}
    return Definitions(rows, facts, flags, words, bars, str(head["version"]), _hash(folder))


def _fact(row: Map) -> Fact:
    return Fact(
        id=row["id"],
        text=row["text"],
        source=row["source"],
        basis=row["basis"],
        confidence=row["confidence"],
        seen_at=row.get("seen_at"),
        consequence=row.get("consequence"),
        note=row.get("note"),
    )


def _definition(row: Map, facts: Mapping[str, Fact]) -> Definition:
    for key in _NEEDED:
        if not row.get(key):
            raise MissingKey("ownership.definition-needs", key=key, at=row.where())
    for fact in row["facts"]:
        if fact not in facts:
            raise UnknownValue("ownership.no-fact", fact=fact, meant=did_you_mean(fact, facts), at=row.where("facts"))
    if row["sign"] not in (">=", ">") or row["hmt"] not in ("counted", "not_counted"):
        raise UnknownValue("ownership.sign-or-hmt-counted-or", at=row.where("sign"))
    return Definition(
        id=row["id"],
        answers=row["answers"],
        rule=row["rule"],
        sign=row["sign"],
        threshold=Fraction(row["threshold"]) if row.get("threshold") else None,
        hmt=row["hmt"],
        source=row["source"],
        basis=row["basis"],
        confidence=row["confidence"],
        facts=tuple(row["facts"]),
    )


def _hash(folder: Path) -> str:
    """Of every file of the book, as all books are named (a test compares)."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        if "tests" not in path.relative_to(folder).parts:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
