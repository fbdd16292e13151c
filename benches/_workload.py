"""A fictional registry and fictional policies of any size, the same for the same seed: what the bulk bench measures on.

Fourteen attributes, three to eight predicates a rule, thresholds and lists shared among rules, 5 % of all cells missing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MISSING: Final = 0.05
REGIONS: Final = tuple(f"{province}{city:02}00" for province in range(11, 47) for city in range(1, 9))
INDUSTRIES: Final = tuple(f"{chr(65 + at // 20)}{at % 20 + 1:02}10" for at in range(240))
SIZES: Final = ("large", "medium", "small", "micro")
OWNERS: Final = ("state", "private", "foreign", "joint", "collective", "other")
TAGS: Final = tuple(f"tag{at}" for at in range(24))
MONEY: Final = ("revenue", "assets", "tax", "research")
NUMBERS: Final = ("employees", "patents")
SHARES: Final = ("foreign_share", "research_share")
TRUTHS: Final = ("listed", "certified")

HEAD: Final = """\
id: bulk-bench
title: {zh: 压测, en: Bench}
version: '1'
attributes:
"""


def companies(rows: int, *, seed: int = 1) -> pa.Table:
    """The registry as Arrow: numbers, dictionaries of text, lists of text, booleans and days, with holes."""
    random = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {"id": pa.array(np.arange(rows))}
    for name in MONEY:
        columns[name] = pa.array(np.rint(10 ** random.uniform(4, 10, rows)).astype(np.int64), mask=_holes(random, rows))
    for name in NUMBERS:
        columns[name] = pa.array((10 ** random.uniform(0, 4, rows)).astype(np.int32), mask=_holes(random, rows))
    for name in SHARES:
        columns[name] = pa.array(random.integers(0, 1001, rows) / 1000, mask=_holes(random, rows))
    columns["founded"] = pa.array(random.integers(7000, 20500, rows).astype(np.int32), pa.date32(), mask=_holes(random, rows))
    for name, texts in (("region", REGIONS), ("industry", INDUSTRIES), ("size", SIZES), ("owner", OWNERS)):
        places = pa.array(random.integers(0, len(texts), rows).astype(np.int32), mask=_holes(random, rows))
        columns[name] = pa.DictionaryArray.from_arrays(places, pa.array(texts))
    columns["tags"] = _sets(random, rows)
    for name in TRUTHS:
        columns[name] = pa.array(random.random(rows) < 0.4, mask=_holes(random, rows))
    return pa.table(columns)


def _holes(random: np.random.Generator, rows: int) -> NDArray[np.bool_]:
    return random.random(rows) < MISSING


def _sets(random: np.random.Generator, rows: int) -> pa.Array:
    starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(random.integers(0, 4, rows)).astype(np.int32)])
    places = random.integers(0, len(TAGS), int(starts[-1])).astype(np.int32)
    members = pa.DictionaryArray.from_arrays(pa.array(places), pa.array(TAGS))
    return pa.ListArray.from_arrays(pa.array(starts), members, mask=pa.array(_holes(random, rows)))


class Policies:
    """Rules in CEL, drawn from a stock of thresholds and lists that they share."""

    def __init__(self, count: int, *, seed: int = 2) -> None:
        self.random = np.random.default_rng(seed)

        self.groups = self._stock()
        self.rules = [self._rule() for _ in range(count)]

    def _stock(self) -> list[list[str]]:
        random = np.random.default_rng(3)
        found: list[list[str]] = []
        for name in MONEY:
            edges = np.unique(np.rint(10 ** random.uniform(4.5, 9.5, 36)).astype(np.int64) // 1000 * 1000 + 1000)
            found.append([f"{name} {sign} {edge}" for edge in edges.tolist() for sign in _signs(random)])
        for name in NUMBERS:
            edges = np.unique(np.rint(10 ** random.uniform(0.5, 3.5, 30)).astype(np.int64))
            found.append([f"{name} {sign} {edge}" for edge in edges.tolist() for sign in _signs(random)])
        for name in SHARES:
            edges = np.unique(random.integers(1, 200, 30)) * 5
            found.append([f"{name} {sign} {edge / 1000}" for edge in edges.tolist() for sign in _signs(random)])
        found.append([f"age_months(founded) {sign} {months}" for months in range(6, 186, 6) for sign in _signs(random)])
        for name, texts, lists in (("region", REGIONS, 64), ("industry", INDUSTRIES, 64), ("size", SIZES, 8), ("owner", OWNERS, 24)):
            found.append([_among(name, random.choice(texts, random.integers(1, 2 + min(len(texts) // 2, 14)), False)) for _ in range(lists)])
        found.append([f'tags.exists(t, t in [{_quoted(random.choice(TAGS, random.integers(1, 5), False))}])' for _ in range(60)])
        found.append([*TRUTHS, *(f"!{name}" for name in TRUTHS)])
        return found

    def _rule(self) -> list[str]:
        clauses, left = [], int(self.random.integers(3, 9))
        while left:
            size = 1 if left == 1 or self.random.random() < 0.62 else 2 if left == 2 or self.random.random() < 0.8 else 3
            left -= size
            clauses.append(" || ".join(self._predicate() for _ in range(size)))
        return clauses

    def _predicate(self) -> str:
        group = self.groups[int(self.random.integers(len(self.groups)))]
        text = group[int(self.random.integers(len(group)))]
        return text if self.random.random() < 0.9 else f"!({text})"

    def write(self, folder: Path) -> Path:
        """The policies as a book on disk."""
        (folder / "rules").mkdir(parents=True, exist_ok=True)
        (folder / "book.yaml").write_text(HEAD + "".join(_attributes()), encoding="utf-8")
        lines = ["rules:\n"]
        for at, clauses in enumerate(self.rules):
            lines.append(f"- id: r{at}\n  title: r{at}\n  basis: fictional\n  when:\n")
            lines += [f"  - '{clause}'\n" for clause in clauses]
        (folder / "rules" / "all.yaml").write_text("".join(lines), encoding="utf-8")
        return folder


def _signs(random: np.random.Generator) -> Sequence[str]:
    return (">=", "<") if random.random() < 0.5 else (">", "<=")


def _quoted(texts: Any) -> str:
    return ", ".join(f'"{text}"' for text in texts)


def _among(name: str, texts: Any) -> str:
    return f"{name} in [{_quoted(texts)}]"


def _attributes() -> list[str]:
    def one(name: str, kind: str, more: str = "") -> str:
        return f"- {{name: {name}, type: {kind}{more}, label_zh: {name}, label_en: {name}}}\n"

    return [
        *(one(name, "money") for name in MONEY),
        *(one(name, "integer") for name in NUMBERS),
        *(one(name, "decimal") for name in SHARES),
        one("founded", "date"),
        one("region", "string"),
        one("industry", "string"),
        one("size", "enum", f", allowed: [{', '.join(SIZES)}]"),
        one("owner", "enum", f", allowed: [{', '.join(OWNERS)}]"),
        one("tags", "set", f", allowed: [{', '.join(TAGS)}]"),
        *(one(name, "boolean") for name in TRUTHS),
    ]
