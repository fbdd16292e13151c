"""One sentence of free text, read for the four answers that give a verdict: who invests, what, where, how much.

    understood("Japanese game studio, wants to publish in Beijing, own all")
    # investor JP ("Japanese"), service C-GAME ("game studio"), place BJ ("Beijing"), share 100 ("own all")

Words are looked up, nothing is inferred and nobody outside is asked. Names of countries (CLDR), places and services
with their synonyms come from the books, what people say instead from `sentence.yaml` of the vocabulary. The longest
words win: 印度尼西亚 is not 印度. A guess is a proposal: whoever shows it lets the person confirm it, with the words it
rests on, and says what was not understood.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from luodi.access import access_book
from luodi.access.treatments import Zone
from luodi.advice.outside import Holds, what_holds, words_outside
from luodi.editions import with_books
from luodi.han import folded
from luodi.places import COUNTRIES, country
from luodi.rules.library import load_book
from luodi.values import exact, plain

MOST: Final = 10_000  # characters that are read
MOST_SERVICES: Final = 6
MOST_PLACES: Final = 5
_MOST_LEFT, _MOST_WORD = 12, 40
UNSAID: Final = "~"  # words of a share and no figure, or of several services and none before it was asked
_NAMES: Final = ("investor", "service", "place", "share", "has_mainland_company")
_PASSING, _WISH, _OUTSIDE = "passing", "wish", "outside"


@dataclass(frozen=True, slots=True)
class Guess:
    """An answer that some words may give: `words` as they were written, `others` what they or other words may mean."""

    name: str
    value: str
    words: str
    others: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """`value` is null where the words name no figure, or may mean any of `others`."""
        value = None if self.value == UNSAID else self.value
        return {"fact": self.name, "value": value, "words": self.words, "others": list(self.others)}


@dataclass(frozen=True, slots=True)
class Outside:
    """Words for a business that is no service of the book: `see` names the rows about what holds for it."""

    words: str
    see: tuple[str, ...]

    @property
    def instead(self) -> list[Holds]:
        return what_holds(self.see)


@dataclass(frozen=True, slots=True)
class Understood:
    """What a sentence says: a guess for each fact, for each service and place one; `outside` are businesses of another
    law, and `left` are words that say nothing to us."""

    guesses: tuple[Guess, ...] = ()
    left: tuple[str, ...] = ()
    outside: tuple[Outside, ...] = ()
    is_cut: bool = False  # longer than `MOST`, and read up to there

    def of(self, name: str) -> tuple[Guess, ...]:
        return tuple(guess for guess in self.guesses if guess.name == name)

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(guess.value for guess in self.of(name))

    def as_json(self) -> dict[str, Any]:
        rows = [guess.as_json() for guess in self.guesses]
        outside = [{"words": one.words, "holds": [row.as_json() for row in one.instead]} for one in self.outside]
        return {"guesses": rows, "outside": outside, "left": list(self.left), "cut": self.is_cut}


def understood(text: str) -> Understood:
    """The guesses of a text in the order of the four questions. Of 10,000 characters more is not read."""
    said = _Said.of(text[:MOST])
    taken = _longest(said, _found(said))
    guesses = [guess for name in _NAMES for guess in _guesses(name, taken, said)]
    return Understood(tuple(guesses), tuple(_left(said, taken)), tuple(_outside(said, taken)), len(text) > MOST)


# ---- the text as it is compared


@dataclass(frozen=True)
class _Said:
    """A text folded for comparing: `origin[n]` is where its n-th character stands in what was written."""

    written: str
    folded: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> "_Said":
        folded: list[str] = []
        origin: list[int] = []
        for place, char in enumerate(text):
            for one in _folded(char):
                if one == " " and (not folded or folded[-1] == " "):
                    continue
                folded.append(one)
                origin.append(place)
        return cls(text, "".join(folded), tuple(origin))

    def words(self, start: int, end: int) -> str:
        return self.written[self.origin[start] : self.origin[end - 1] + 1].strip()

    def is_whole(self, start: int, end: int) -> bool:
        """Whether a stretch begins and ends where words do; Chinese has no such places."""
        before, after = self.folded[start - 1 : start], self.folded[end : end + 1]
        return not (_joins(self.folded[start], before) or _joins(self.folded[end - 1], after))


def _folded(text: str) -> str:
    """Compatible forms, small letters, simplified characters, a blank for a hyphen: each character by itself."""
    return "".join(" " if c.isspace() or c in "-_‐‑–—’'" else c for c in folded(text))


def _joins(one: str, beside: str) -> bool:
    """Whether two characters belong to one word."""
    return bool(beside) and all(c.isalnum() and not _is_han(c) for c in (one, beside))


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


# ---- the words that are looked for


@dataclass(frozen=True)
class _Phrase:
    """Words with what they say: the name of a fact and its values. `shape` where they are no plain text."""

    text: str
    name: str
    values: tuple[str, ...] = ()
    shape: re.Pattern[str] | None = None

    def places(self, folded: str) -> Iterator[tuple[int, int]]:
        if self.shape is not None:
            yield from (found.span() for found in self.shape.finditer(folded))
            return
        at = folded.find(self.text)
        while at >= 0:
            yield at, at + len(self.text)
            at = folded.find(self.text, at + len(self.text))


@with_books()
def _lexicon() -> tuple[_Phrase, ...]:
    """Every phrase once. What several services are called has them all as values, in the order of the book."""
    meant: dict[tuple[str, str], dict[str, None]] = {}
    for name, text, value in _entries():
        key = _folded(text).strip()
        if len(key) > 1 or name == _PASSING or _is_han(key):
            meant.setdefault((name, key), {})[value] = None
    order = {name: n for n, name in enumerate((*_NAMES, _OUTSIDE, _WISH, _PASSING))}
    first: dict[str, _Phrase] = {}
    for (name, key), values in sorted(meant.items(), key=lambda item: order[item[0][0]]):
        first.setdefault(key, _Phrase(key, name, tuple(values), _shape(key)))
    return tuple(first.values())


@with_books()
def _rows_outside() -> Mapping[str, tuple[str, ...]]:
    return {_folded(form).strip(): see for word, see in words_outside() for form in _forms(word)}


def _shape(key: str) -> re.Pattern[str] | None:
    """`sell * online` lets a few words stand between, and never a stop."""
    if "*" not in key:
        return None
    return re.compile(r"[^,.;:!?，。；：！？、]{0,24}?".join(re.escape(part) for part in key.split("*")))


def _entries() -> Iterator[tuple[str, str, str]]:
    """Name of the fact, words, value; of a service first what is its own."""
    table = _table()
    for name in _NAMES:
        for value, words in (table.get(name) or {}).items():
            yield from ((name, text, str(value)) for texts in words.values() for text in texts)
    yield from _of_countries()
    yield from _of_places()
    yield from _of_services()
    yield from ((_OUTSIDE, form, "") for word, _ in words_outside() for form in _forms(word))
    for name in (_WISH, _PASSING):
        for texts in table[name].values():
            yield from ((name, word, "") for text in texts for word in _split(name, text))


def _split(name: str, text: str) -> list[str]:
    return text.split() if name == _PASSING else [text]


def _of_countries() -> Iterator[tuple[str, str, str]]:
    for code in sorted(COUNTRIES - {"CN"}):
        names = country(code)
        yield from (
            ("investor", text, code) for text in (names.name_en, names.name_zh, names.name_zh.removeprefix("中国"))
        )


def _of_places() -> Iterator[tuple[str, str, str]]:
    """The names of places that one can be at, without what kind of place they are; no mere lists of other places."""
    for zone in access_book().zones.values():
        if zone.id == "CN" or (zone.covers and zone.parent not in zone.covers):
            continue
        yield from (("place", text, zone.id) for text in _names_of_place(zone))


def _names_of_place(zone: Zone) -> tuple[str, ...]:
    chinese, english = zone.name["zh"], re.sub(r"\s*\(.*\)$", "", zone.name["en"])
    return (
        chinese,
        english,
        chinese.removesuffix("市").removesuffix("省"),
        re.sub(" (municipality|province)$", "", english),
    )


def _of_services() -> Iterator[tuple[str, str, str]]:
    """What the book says of a word that may mean several comes first: the likeliest, else none before it is asked."""
    tables = access_book().book.tables
    for row in tables["ambiguous"]:
        codes = [row.get("prefer") or UNSAID, *row["candidates"]]
        if row["candidates"]:
            yield from (("service", form, code) for form in _forms(str(row["word"])) for code in codes)
    for row in tables["services"]:
        code = row["id"]
        yield "service", code, code
        yield from (("service", text, code) for name in row["name"].values() for text in _parts(name))
    for code, synonyms in tables["synonyms"].items():
        for text in (text for texts in synonyms.values() for text in texts):
            yield from (("service", form, code) for form in _forms(str(text)))


def _parts(name: str) -> list[str]:
    """A name, and the name without what stands in brackets behind it, which is often its abbreviation."""
    bare = re.sub(r"\s*[(（].*?[)）]", "", name)
    inside = [text for text in re.findall(r"[(（](.*?)[)）]", name) if text.isupper()]
    return [bare.removesuffix("业务"), bare, *inside]


def _forms(text: str) -> set[str]:
    """One and many of an English word: games, game."""
    if len(text) < 4 or not text.isascii() or text.isupper():
        return {text}
    return {text, text.removesuffix("s")} if text.endswith("s") and not text.endswith("ss") else {text, f"{text}s"}


def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = load_book("vocabulary").tables["sentence"]
    return table


# ---- what is found


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    name: str
    values: tuple[str, ...] = field(default=())


def _found(said: _Said) -> Iterator[_Match]:
    for phrase in _lexicon():
        for start, end in phrase.places(said.folded):
            if said.is_whole(start, end):
                yield _Match(start, end, phrase.name, phrase.values)
    yield from _shares(said.folded)
    for letters, code in _table()["capitals"].items():
        for found in re.finditer(rf"(?<![A-Za-z]){letters}(?![A-Za-z])", said.written):
            start = said.origin.index(found.start())
            yield _Match(start, start + len(letters), "investor", (str(code),))


_PERCENT: Final = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{1,4})?) ?(?:%|percent\b|per cent\b|pct\b)")
_PARTS_OF_100: Final = re.compile(r"百分之([零一二两三四五六七八九十百]{1,5}|\d{1,3})")
_TENTHS: Final = re.compile(r"([一二三四五六七八九])成(?![立为本员都功果长])")
_DIGITS: Final = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"两": 2}


def _shares(folded: str) -> Iterator[_Match]:
    """Figures in percent, 0 to 100; others are no shares."""
    for shape, read in ((_PERCENT, str), (_PARTS_OF_100, _in_hundred), (_TENTHS, lambda t: str(_DIGITS[t] * 10))):
        for found in shape.finditer(folded):
            value = plain(exact(read(found.group(1))))
            if 0 <= float(value) <= 100:
                yield _Match(*found.span(), "share", (value,))


def _in_hundred(text: str) -> str:
    """51 for 五十一; a number that is written otherwise is out of range, and so left out."""
    if text.isdigit():
        return text
    if text in ("百", "一百"):
        return "100"
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return str(_DIGITS[text]) if len(text) == 1 and text in _DIGITS else "999"
    if len(tens) > 1 or len(ones) > 1 or "百" in tens + ones:
        return "999"
    return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))


def _longest(said: _Said, found: Iterable[_Match]) -> list[_Match]:
    """Matches that do not overlap, the longest first; of equal ones what says something before what passes by."""
    free = bytearray(len(said.folded))
    kept = []
    for match in sorted(set(found), key=lambda m: (m.start - m.end, m.name == _PASSING, m.start, m.name, m.values)):
        if not any(free[match.start : match.end]):
            free[match.start : match.end] = b"\1" * (match.end - match.start)
            kept.append(match)
    return sorted(kept, key=lambda m: m.start)


# ---- what it comes to


def _guesses(name: str, taken: list[_Match], said: _Said) -> Iterator[Guess]:
    rows = [match for match in taken if match.name == name]
    if not rows:
        return
    if name == "service":
        yield from _of_each_service(rows, _wish(taken), said)
        return
    if name == "place":
        yield from _of_each_place(rows, said)
        return
    figures = [row for row in rows if row.values[0] != UNSAID] or rows
    first = figures[0]
    others = [value for row in figures for value in row.values if value != first.values[0]]
    yield Guess(name, first.values[0], said.words(first.start, first.end), tuple(dict.fromkeys(others)))


def _of_each_place(rows: list[_Match], said: _Said) -> Iterator[Guess]:
    """A guess for each place: "Shanghai or Beijing" are two. What only says where a narrower one lies, as Beijing does
    in "Haidian, Beijing", stands beside it; a word for a part that the book has not, such as 朝阳, names its own."""
    zones = access_book().zones
    found: dict[str, Guess] = {}
    called: set[str] = set()
    for row in rows:
        code = row.values[0]
        words = said.words(row.start, row.end)
        found.setdefault(code, Guess("place", code, words, row.values[1:]))
        if _folded(words).strip() in {_folded(text).strip() for text in _names_of_place(zones[code])}:
            called.add(code)
    for code in sorted(called, key=lambda code: _place_depth(code), reverse=True):
        inside = [other for other in found if other != code and code in _place_line(other)[1:]]
        for other in inside:
            found[other] = replace(found[other], others=tuple(dict.fromkeys((*found[other].others, code))))
        if inside:
            del found[code]
    yield from list(found.values())[:MOST_PLACES]


def _place_line(code: str) -> list[str]:
    """The place, what it lies in, what that lies in, and so on."""
    zones, line = access_book().zones, [code]
    while (above := zones[line[-1]].parent) is not None and above in zones and above not in line:
        line.append(above)
    return line


def _place_depth(code: str) -> int:
    return len(_place_line(code))


def _wish(taken: list[_Match]) -> int:
    return next((match.end for match in taken if match.name == _WISH), 0)


def _of_each_service(rows: list[_Match], wish: int, said: _Said) -> Iterator[Guess]:
    """A guess for each service. Of one and its parent the wished one is meant, else the narrower; both are offered."""
    found: dict[str, Guess] = {}
    open_: list[Guess] = []
    wished: set[str] = set()
    for row in rows:
        first, *more = row.values
        if first == UNSAID:
            open_.append(Guess("service", UNSAID, said.words(row.start, row.end), tuple(more)))
            continue
        wished |= {first} if row.start >= wish else set()
        found.setdefault(first, Guess("service", first, said.words(row.start, row.end), tuple(more)))
    for code in sorted(found, key=_depth):
        for other in [other for other in found if other != code and other in _line(code)]:
            meant, beside = (other, code) if other in wished and code not in wished else (code, other)
            found[meant] = replace(found[meant], others=tuple(dict.fromkeys((*found[meant].others, beside))))
            found.pop(beside)
            if beside == code:
                break
    told = list(found.values())[:MOST_SERVICES]
    yield from told or open_[:1]  # beside a service that was named, a vague word adds nothing


def _line(code: str) -> tuple[str, ...]:
    return access_book().services[code].line


def _depth(code: str) -> int:
    return len(_line(code))


def _outside(said: _Said, taken: list[_Match]) -> Iterator[Outside]:
    """What the words are about that name a business of another law, each row once; a word may mean a service too."""
    known = _rows_outside()
    told: set[str] = set()
    for match in taken:
        see = known.get(said.folded[match.start : match.end].strip(), ()) if match.name in (_OUTSIDE, "service") else ()
        fresh = tuple(line for line in see if line not in told)
        told |= set(fresh)
        if fresh:
            yield Outside(said.words(match.start, match.end), fresh)


def _left(said: _Said, taken: list[_Match]) -> Iterator[str]:
    """The words that no phrase took, as they were written, each once."""
    rest = list(said.folded)
    for match in taken:
        rest[match.start : match.end] = "\n" * (match.end - match.start)
    seen: dict[str, str] = {}
    for found in re.finditer(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+", "".join(rest)):
        if len(found.group()) > 1 and not found.group().isdigit():
            seen.setdefault(found.group(), said.words(*found.span())[:_MOST_WORD])
        if len(seen) == _MOST_LEFT:
            break
    yield from seen.values()
