"""The parts of a company's name: place, trade name, industry and form.

A Chinese name has them in this order by law (State Council Decree 734, Art 6); a place may also stand in brackets. In
Latin script they are told by their words. The trade name says which company it is; the others are shared by many.
Words of industries and forms, with their sources, are data: `vocabulary/name-words.csv`.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from luodi.editions import books, with_books
from luodi.han import folded
from luodi.places import place_names

_HAN: Final = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff"
_RUN: Final = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_INITIALS: Final = re.compile(r"(?<=\b\w)\.(?=\w\b)|['’]")
_BRACKETS: Final = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_DISTRICT: Final = re.compile(
    f"^[{_HAN}]{{2,4}}?(?:自治区|自治州|自治县|新区|特区|开发区|区|县|市|省)(?=[{_HAN}]{{2}})"
)
_LONGEST: Final = 12  # characters of a place or an industry
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class NameParts:
    """Each folded, blank where the name has none; `trade` never is, but for a name without a letter."""

    place: str
    trade: str
    industry: str
    form: str


@with_books()
def _words() -> Mapping[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    with (books().folders["vocabulary"] / "name-words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault((row["kind"], row["language"]), set()).add(row["word"])
    return {key: frozenset(words) for key, words in found.items()}


def name_parts(name: str) -> NameParts:
    """上海灯屿云数据科技有限公司: 上海, 灯屿云, 数据科技, 有限公司."""
    text = _INITIALS.sub("", folded(name))
    places = [inner for inner in _BRACKETS.findall(text) if _is_place(inner)]
    text = _BRACKETS.sub(lambda match: " " if _is_place(match[1]) else match[1], text)
    text = re.sub(f"(?<=[{_HAN}]) (?=[{_HAN}])", "", text)
    parts = [_of_han(han) if han else _of_word(word) for han, word in _RUN.findall(text)]
    joined = ["".join(part) for part in zip(*parts, strict=True)] if parts else ["", "", "", ""]
    place, trade, industry, form = joined
    if not trade:
        trade, industry = industry, ""
    if not trade:
        trade, place = place, ""
    return NameParts((place + "".join(places))[:_MOST], (trade or form)[:_MOST], industry[:_MOST], form[:_MOST])


def _is_place(text: str) -> bool:
    words = _words()
    text = text.strip()
    return text in place_names() or text in words["place", "zh"] or text in words["place", "en"]


def _of_word(word: str) -> tuple[str, str, str, str]:
    words = _words()
    kind = next((kind for kind in ("place", "industry", "form") if word in words[kind, "en"]), "trade")
    return _parts(**{kind: word})


def _parts(place: str = "", trade: str = "", industry: str = "", form: str = "") -> tuple[str, str, str, str]:
    return place, trade, industry, form


def _of_han(han: str) -> tuple[str, str, str, str]:
    words = _words()
    front = next((word for word in words["form", "zh"] if han.startswith(word) and len(han) > len(word) + 1), "")
    form, rest = _ending(han.removeprefix(front), words["form", "zh"])
    place, rest = _beginning(rest, words["place", "zh"])
    industry, trade = _ending(rest, words["industry", "zh"])
    return place, trade, industry, front + form


def _beginning(text: str, more: frozenset[str]) -> tuple[str, str]:
    """The places in front, a district behind its city too, and what follows: two characters at the least."""
    rest, names = text, place_names()
    for _ in range(3):
        sizes = range(min(len(rest) - 2, _LONGEST), 1, -1)
        size = next((size for size in sizes if rest[:size] in names or rest[:size] in more), 0)
        if not size and rest != text and (district := _DISTRICT.match(rest)):
            size = district.end()
        if not size:
            break
        rest = rest[size:]
    return text[: len(text) - len(rest)], rest


def _ending(text: str, words: frozenset[str]) -> tuple[str, str]:
    """The words at the end, the longest first, and what stands before: two characters at the least."""
    rest = text
    while True:
        sizes = range(min(len(rest) - 2, _LONGEST), 0, -1)
        size = next((size for size in sizes if rest[-size:] in words), 0)
        if not size:
            return text[len(rest) :], rest
        rest = rest[:-size]
