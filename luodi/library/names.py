"""What an entry is called: its id, its titles, its number, what people say for it, and for a rule what it is about.

Names have ranks. 0 is the entry's own name. From 100 on stand the rules on a service that an everyday word means, since
whoever types "call center" asks whether one may open one; 200 is the service itself, 300 its rules for some places and
investors. From 400 on stand other services that the word may mean, and 500 are rules for a place that is meant.
See docs/methods/search.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from luodi.access.treatments import AccessBook, Treatment
from luodi.library.entry import Entry, Key
from luodi.library.frame import BESIDE
from luodi.library.shelf import Shelf
from luodi.rules.library import book_names, load_book

OWN, RULE, SERVICE, OTHER_RULE, PERHAPS, THERE = 0, 100, 200, 300, 400, 500
#: What a company is asked and what was found out comes after everything else that has the same name.
LAST: Final = 50
LANGUAGES: Final = ("zh", "en")
#: The city that runs this platform: of several openings elsewhere than everywhere, one that reaches it is shown first.
CITY: Final = "BJ"
Name = tuple[str, int]
_BRACKET: Final = re.compile(r"\s*[（(][^（()）]*[)）]\s*")
_STATE: Final = re.compile(r"^中华人民共和国| of the People's Republic of China\b")
_QUOTES: Final = re.compile('[《》“”"]')


def names(made: Shelf) -> Mapping[Key, tuple[Name, ...]]:
    """The names of every entry, each once with its best rank."""
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for key, text, rank in (*_everyday(made.access), *_said(made), *_called(made)):
        row = found[key]
        row[text.casefold()] = (
            min(rank, row.get(text.casefold(), rank)) if key[0] != "service" else row.get(text.casefold(), rank)
        )
    return {key: tuple(row.items()) for key, row in found.items()}


def _called(made: Shelf) -> Iterator[tuple[Key, str, int]]:
    for entry in made.entries.values():
        rank = OWN + LAST if entry.kind in BESIDE else OWN
        yield from ((entry.key, text, rank) for text in _own(entry))


def _own(entry: Entry) -> Iterator[str]:
    yield entry.id
    for title in filter(None, entry.title.values()):
        yield from _variants(title)
    for key in ("number", "number_en"):
        if entry.kind == "instrument" and entry.row.get(key):
            yield str(entry.row[key])


def _variants(title: str) -> Iterator[str]:
    """The title, and what is left of it without brackets, quotes and the name of the state."""
    yield title
    for text in (_QUOTES.sub("", title), _BRACKET.sub("", title)):
        yield text
        yield _STATE.sub("", text)


def _said(made: Shelf) -> Iterator[tuple[Key, str, int]]:
    """What people say for steps, instruments, policies and rules: the table `also-called` of a book."""
    by_id: dict[str, list[Entry]] = defaultdict(list)
    for entry in made.entries.values():
        by_id[entry.id].append(entry)
    for book in book_names():
        table: Mapping[str, Any] = load_book(book).tables.get("also-called") or {}
        for name, texts in table.items():
            words = [str(word) for lang in LANGUAGES for word in texts.get(lang) or ()]
            keys = [entry.key for entry in by_id[name] if entry.book.id == book]
            yield from ((key, word, OWN) for key in keys for word in words)
            there = [("treatment", t.id) for t in made.access.treatments if ("place", t.zone) in keys]
            yield from ((key, word, THERE) for key in there for word in words)


# ---- everyday words of services


def _everyday(access: AccessBook) -> Iterator[tuple[Key, str, int]]:
    tables = access.book.tables
    unsure = {row["word"].casefold(): row for row in tables.get("ambiguous") or ()}
    for code, texts in tables["synonyms"].items():
        for word in (str(word) for lang in LANGUAGES for word in texts[lang]):
            if word.casefold() not in unsure:
                yield from _of_service(access, code, word)
    for row in unsure.values():
        yield from _of_unsure(access, row)
    for service in access.services.values():
        for text in (service.code, *service.name.values()):
            yield from ((("treatment", t.id), text, rank) for t, rank in rules_of(access, service.code))


def _of_service(access: AccessBook, code: str, word: str) -> Iterator[tuple[Key, str, int]]:
    yield ("service", code), word, SERVICE
    yield from ((("treatment", t.id), word, rank) for t, rank in rules_of(access, code))


def _of_unsure(access: AccessBook, row: Mapping[str, Any]) -> Iterator[tuple[Key, str, int]]:
    """The service that is guessed, then the others it may be; where none is guessed, all of them only may be."""
    word, guess = row["word"], row.get("prefer")
    if guess:
        yield from _of_service(access, guess, word)
    for place, code in enumerate(code for code in row["candidates"] if code != guess):
        yield ("service", code), word, PERHAPS + place


def rules_of(access: AccessBook, code: str) -> list[tuple[Treatment, int]]:
    """The rules that answer for a service, the likeliest first, with their ranks as names of it.

    They are those of the service, or of the nearest service above it that has any. What holds in the whole country
    comes first, unless it is closed there and open in some place: then the widest such opening that reaches the city
    comes before it. Rules for holders of a CEPA certificate and rules that never decide answer for nobody in general.
    """
    every = next((rows for parent in access.services[code].line if (rows := _general(access, parent))), [])
    national = [t for t in every if t.zone == "CN"]
    opened = [t for t in national if t.is_opening]
    local = [t for t in every if t.zone != "CN" and t.is_opening]
    best = [] if opened else sorted(local, key=lambda t: _reach(access, t), reverse=True)[:1]
    closed = [t for t in national if not t.is_opening]
    found = [(t, RULE + place) for place, rows in enumerate((opened, best, closed)) for t in rows]
    first = {t.id for t, _ in found}
    others = [t for t in access.rows_ever([code]) if t.decides and t.id not in first]
    return found + [(t, OTHER_RULE) for t in others]


def _general(access: AccessBook, code: str) -> list[Treatment]:
    return [t for t in access.rows_ever([code]) if t.decides and not t.cepa]


def _reach(access: AccessBook, treatment: Treatment) -> tuple[bool, bool, Any]:
    """Whether it still holds without an end, reaches the city, and since when."""
    span = treatment.rule.span
    return span.end is None, _reaches_city(access, treatment.zone), span.first


def _reaches_city(access: AccessBook, zone: str) -> bool:
    covered = (zone, *access.zones[zone].covers, *(z.id for z in access.zones.values() if zone in z.member_of))
    return any(_line(access, name) for name in covered)


def _line(access: AccessBook, name: str | None) -> bool:
    while name is not None:
        if name == CITY:
            return True
        name = access.zones[name].parent
    return False
