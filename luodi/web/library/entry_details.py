"""What the page of an entry shows beside its words: notices, ties to other entries, what is open today."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from luodi.documents import wording
from luodi.library.entry import KINDS, Entry, Life, Link, Role, Texts
from luodi.library.law_table import MAIN_PLACES, Cell, cell, main_services
from luodi.library.shelf import Shelf
from luodi.terms.reading import is_official
from luodi.web.core.words import say

FIRST: Final = 8
#: Roles in the order in which a page shows them.
_OUT: Final = (
    *(Role.CITES, Role.SERVICE, Role.PLACE, Role.PARENT, Role.MEMBER, Role.COVERS, Role.LICENCE),
    *(Role.AFTER, Role.AFTER_ONE, Role.WITH, Role.ASKS, Role.RESTS_ON),
)
_TEXT_ID: Final = re.compile(
    r"https?://[!-'*+\--;=?-~]*[\w/]|(?<![\w/.-])[a-z0-9]+(?:[-_][a-z0-9]+)+(?![\w/-])", re.ASCII
)
_DATES: Final = (Role.REPLACED_BY, Role.ENDED_BY)


@dataclass(frozen=True)
class Tie:
    """One entry that another is tied to; `details` are the articles cited."""

    entry: Entry
    details: tuple[Texts, ...] = ()


@dataclass(frozen=True)
class Ties:
    """Entries tied in one way: `heading` is a key of words."""

    heading: str
    kind: str
    ties: tuple[Tie, ...]

    @property
    def shown(self) -> tuple[Tie, ...]:
        return self.ties[:FIRST] if len(self.ties) > FIRST + 2 else self.ties

    @property
    def rest(self) -> tuple[Tie, ...]:
        return self.ties[len(self.shown) :]


def ties_from(entry: Entry, catalogue: Shelf, roles: Sequence[Role] = _OUT) -> list[Ties]:
    """What the entry itself names, role by role."""
    return [
        group
        for role in roles
        for group in _grouped(
            "role",
            role,
            (
                (link, catalogue.entries[link.to])
                for link in entry.links
                if link.role is role and link.to in catalogue.entries
            ),
            by_kind=False,
        )
    ]


def ties_into(entry: Entry, catalogue: Shelf, roles: Sequence[Role] = _OUT) -> list[Ties]:
    """What names the entry, role by role and kind by kind."""
    into = catalogue.into.get(entry.key, [])
    return [
        group
        for role in roles
        for group in _grouped("into", role, (pair for pair in into if pair[0].role is role), by_kind=True)
    ]


def _grouped(way: str, role: Role, pairs: "Iterator[tuple[Link, Entry]]", *, by_kind: bool) -> Iterator[Ties]:
    found: dict[str, dict[tuple[str, str], Tie]] = {}
    for link, other in pairs:
        group = found.setdefault(other.kind if by_kind else "", {})
        before = group.get(other.key, Tie(other))
        detail = (link.detail,) if link.detail and link.detail not in before.details else ()
        group[other.key] = Tie(other, (*before.details, *detail))
    for kind in sorted(found, key=lambda k: KINDS.index(k) if k else -1):
        yield Ties(f"library.{way}_{role}", kind, tuple(found[kind].values()))


def inherited(entry: Entry, catalogue: Shelf) -> list[tuple[Entry, tuple[Tie, ...]]]:
    """Of a service: the rules of the services above it, which hold for it too."""
    if entry.kind != "service":
        return []
    found = []
    for code in catalogue.access.services[entry.id].line[1:]:
        above = catalogue.entries["service", code]
        rules = tuple(Tie(source) for link, source in catalogue.into.get(above.key, []) if link.role is Role.SERVICE)
        if rules:
            found.append((above, rules))
    return found


# ---- notices


@dataclass(frozen=True)
class Notice:
    """A message above the text; `warn` where the reader would err without it."""

    text: str
    warn: bool = False
    links: tuple[Entry, ...] = ()
    now: tuple[str, str, Cell] | None = None


def notices(entry: Entry, catalogue: Shelf, on: date, lang: str) -> Iterator[Notice]:
    """An expired measure says so itself, with what took its place and what holds today."""
    life = entry.life(on)
    if life is Life.CLOSED:
        end = entry.span.end
        text = (
            say("library.notice_closed_on", lang, day=wording.day(end, lang))
            if end
            else say("library.notice_closed", lang)
        )
        followers = (*entry.linked(Role.REPLACED_BY), *entry.linked(Role.ENDED_BY))
        yield Notice(text, True, tuple(catalogue.entries[link.to] for link in followers), _now(entry, on))
    elif life is Life.CLOSING and entry.span.last:
        yield _closing(entry.span.last, on, lang)
    elif life is Life.COMING:
        yield Notice(say("library.notice_coming", lang, day=wording.day(entry.span.first, lang)))
    if entry.announced:
        yield Notice(say("library.notice_announced", lang), True)
    elif entry.unsure and life.holds:
        yield Notice(say("library.notice_unsure", lang), True)
    elif entry.to_check and not entry.unsure:
        yield Notice(say("library.notice_low", lang), True)


def _closing(last: date, on: date, lang: str) -> Notice:
    left, day = (last - on).days, wording.day(last, lang)
    if left == 0:
        return Notice(say("library.notice_last_day", lang, day=day), True)
    return Notice(say("library.notice_closing", lang, day=day, n=left), True)


def _now(entry: Entry, on: date) -> tuple[str, str, Cell] | None:
    """Of a treatment that ended: service, place and the answer that holds there now."""
    services, places = entry.linked(Role.SERVICE), entry.linked(Role.PLACE)
    if entry.kind != "treatment" or not services or not places:
        return None
    service, place = services[0].to[1], places[0].to[1]
    return service, place, cell(service, place, on, "foreign")


# ---- today


def today(entry: Entry, catalogue: Shelf, on: date) -> list[tuple[str, str, Cell]]:
    """Of a service its answers in the main places, of a place those of the main services: `(service, place, cell)`."""
    if entry.kind == "service":
        pairs = [(entry.id, place) for place in MAIN_PLACES]
    elif entry.kind == "place":
        pairs = [(code, entry.id) for code in main_services(catalogue.access)]
    else:
        return []
    found = [(service, place, cell(service, place, on, "foreign")) for service, place in pairs]
    return [row for row in found if row[2].tone != "silent"]


def concerned(entry: Entry, catalogue: Shelf) -> tuple[str, str]:
    """The one service and the one place that the advisor may begin with; empty where it is not one."""
    services, places = catalogue.concerns[entry.key]
    return (services[0] if len(services) == 1 else "", places[0] if len(places) == 1 else "")


def advisor(service: str = "", place: str = "") -> str:
    """The address at which the advisor begins, with what is known already."""
    known = {key: value for key, value in (("service", service), ("place", place)) if value}
    try:
        start = reverse("advisor:ask")
    except NoReverseMatch:
        start = reverse("advisor:start")
    return f"{start}?{urlencode(known)}" if known else start


def dated(entry: Entry, catalogue: Shelf) -> list[Ties]:
    """What took the place of the entry, and whose place it took."""
    return [*ties_into(entry, catalogue, _DATES), *ties_from(entry, catalogue, _DATES)]


def named(text: str, catalogue: Shelf) -> Iterator[tuple[str, Entry | None, str]]:
    """A text in parts: the ids of entries in it lead to their pages, web addresses to where they say."""
    end = 0
    for match in _TEXT_ID.finditer(text):
        address = match[0] if match[0].startswith("http") else ""
        other = None if address else _called(match[0], catalogue)
        if address or other is not None:
            yield text[end : match.start()], None, ""
            yield match[0], other, address
            end = match.end()
    yield text[end:], None, ""


def _called(name: str, catalogue: Shelf) -> Entry | None:
    return next((catalogue.entries[kind, name] for kind in KINDS if (kind, name) in catalogue.entries), None)


def sources(entry: Entry) -> list[tuple[str, bool]]:
    """Where it was read, the authority's own page first; whether each is one."""
    links = ((address, is_official(address)) for address in dict.fromkeys(entry.seen))
    return sorted(links, key=lambda pair: not pair[1])
