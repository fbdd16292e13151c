"""How well names of companies are told apart: precision and recall on `name_pairs.csv`, before and now.

    .venv/bin/python benches/name_likeness.py

The pairs are made up by hand for this bench, in the ways in which registers, fairs and officers write one company
differently, and in which two companies have names that look alike; no company of them exists, or is meant. Whoever
wrote the pairs wrote the rule, too, and has seen all of them: figures of names from a register will be lower.
`before` is what was used until parts were known: the likeness of the letters of the whole name, 86 of 100 or more.
"""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz

from luodi.company_files.likeness import CUT, Called, likeness
from luodi.profiles.names import name_key

PAIRS = Path(__file__).with_name("name_pairs.csv")


class Pair(NamedTuple):
    one: str
    other: str
    same: bool


def pairs() -> list[Pair]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [Pair(row["one"], row["other"], row["same"] == "yes") for row in csv.DictReader(file)]


def before(one: str, other: str) -> bool:
    left, right = name_key(one), name_key(other)
    return left == right or fuzz.ratio(left, right) >= CUT


def now(one: str, other: str) -> bool:
    left, right = Called.of(one), Called.of(other)
    return left.key == right.key or likeness(left, right) >= CUT


def measured(alike: Callable[[str, str], bool], rows: Iterable[Pair]) -> tuple[float, float, list[Pair]]:
    """Precision, recall, and the pairs that came out wrong."""
    found = [(pair, alike(pair.one, pair.other)) for pair in rows]
    right = sum(said and pair.same for pair, said in found)
    said_so, are_so = sum(said for _, said in found), sum(pair.same for pair, _ in found)
    return right / max(said_so, 1), right / max(are_so, 1), [pair for pair, said in found if said != pair.same]


def main() -> None:
    rows = pairs()
    print(f"{len(rows)} pairs, {sum(pair.same for pair in rows)} of them the same company")
    for label, alike in (("before", before), ("now", now)):
        precision, recall, wrong = measured(alike, rows)
        print(f"  {label:6}  precision {precision:.3f}  recall {recall:.3f}  wrong {len(wrong)}")
    for pair in measured(now, rows)[2]:
        print(f"  wrong now: {pair.one} / {pair.other} ({'the same' if pair.same else 'two companies'})")


if __name__ == "__main__":
    main()
