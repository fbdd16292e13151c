"""Entries of the tables beside the rules: instruments, services, places, licences, requirements and the rest."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from luodi.access.requirement import EDITIONS
from luodi.access.treatments import AccessBook
from luodi.advice.sources import instruments
from luodi.dates import Span, parse_day
from luodi.library.entry import Entry, Link, Role, Texts, addresses
from luodi.library.from_rules import cites
from luodi.rules.book import Book
from luodi.rules.book_reading import citations
from luodi.rules.library import load_book

Row = Mapping[str, Any]
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+", re.ASCII)


def instrument_entries(access: AccessBook) -> Iterator[Entry]:
    """The instruments of both books; where both have one, the market-access book knows more of it."""
    law = load_book("law")
    for name, row in instruments().items():
        links = [Link(Role.REPLACED_BY, ("instrument", row["replaced_by"]))] if row.get("replaced_by") else []
        if row.get("scope"):
            links.append(Link(Role.PLACE, ("place", row["scope"])))
        book = access.book if name in access.instruments else law
        yield _entry(
            "instrument", row, book, row["title"], links, span=_span(row, "effective", "ended"), seen=row.get("url")
        )


def access_entries(access: AccessBook) -> Iterator[Entry]:
    """Services, places, licences, requirements, events and readings of the market-access book."""
    book, tables = access.book, access.book.tables
    for row in tables["services"]:
        links = [Link(Role.PARENT, ("service", row["parent"]))] if row.get("parent") else []
        also = {"also_called": _called(tables["synonyms"][row["id"]])} if row["id"] in tables["synonyms"] else {}
        yield _entry("service", {**row, **also}, book, row["name"], links)
    for row in tables["places"]:
        yield _entry("place", row, book, row["name"], list(_place_links(row)), span=_span(row, "from", "until"))
    for row in tables["licences"]:
        named = instruments_in(row["basis"]["en"])
        yield _entry("licence", row, book, row["name"], [Link(Role.CITES, ("instrument", name)) for name in named])
    for row in tables["requirements"]:
        yield _entry(
            "requirement", row, book, row["title"], list(_requirement_links(row)), span=_span(row, "from", "until")
        )
    yield from event_entries(book)
    for row in tables["conflicts"]:
        yield _entry("reading", row, book, row["about"], [])


def _called(row: Mapping[str, Any]) -> dict[str, Any]:
    return {lang: row[lang] for lang in ("zh", "en")}


def instruments_in(text: str) -> list[str]:
    """The ids of instruments that a text names, the longest first, so that none is taken for a part of another."""
    found = {word for word in _ID.findall(text) if word in instruments()}
    return sorted(found, key=lambda name: (-len(name), name))


def event_entries(book: Book) -> Iterator[Entry]:
    """Events have no id of their own: the day is one, with a number where a day has several."""
    seen: dict[str, int] = {}
    for row in book.tables["events"]:
        seen[row["date"]] = seen.get(row["date"], 0) + 1
        number = seen[row["date"]]
        named = {**row, "id": row["date"] if number == 1 else f"{row['date']}-{number}"}
        yield _entry("event", named, book, row["event"], [])


def ownership_entries(book: Book) -> Iterator[Entry]:
    for row in book.tables["definitions"]:
        rests = [Link(Role.RESTS_ON, ("finding", name)) for name in row.get("facts") or ()]
        yield _entry("definition", row, book, row["answers"], rests)
    for row in book.tables["facts"]:
        yield _entry("finding", row, book, row["text"], [])
    for name, texts in book.tables["flags"].items():
        yield _entry("flag", {"id": name, "says": texts}, book, {k: _bare(v) for k, v in texts.items()}, [])


def fact_entries(book: Book) -> Iterator[Entry]:
    """What the books may ask of a company, by the name that rules use."""
    for row in book.tables["attributes"]:
        links = [cites(citation) for citation in citations(row.get("basis"), "attributes.yaml")]
        title = {"zh": row["label_zh"], "en": row["label_en"]}
        yield _entry("fact", {**row, "id": row["name"]}, book, title, links)


def _entry(
    kind: str, row: Row, book: Book, title: Texts, links: Iterable[Link], *, span: Span | None = None, seen: Any = None
) -> Entry:
    return Entry(
        kind=kind,
        id=str(row["id"]),
        book=book,
        title=title,
        span=span or Span(),
        confidence=str(row.get("confidence") or ""),
        seen=addresses(row.get("seen_at") or seen),
        note=row.get("note"),
        row=row,
        links=tuple(links),
    )


def _bare(text: str) -> str:
    """A flag with its blanks drawn as blanks."""
    return text.replace("{at}", "…").replace("{value}", "…")


def _place_links(row: Row) -> Iterator[Link]:
    if row.get("parent"):
        yield Link(Role.PARENT, ("place", row["parent"]))
    yield from (Link(Role.MEMBER, ("place", name)) for name in row.get("member_of") or ())
    yield from (Link(Role.COVERS, ("place", name)) for name in row.get("covers") or ())


def _requirement_links(row: Row) -> Iterator[Link]:
    yield from (cites(citation) for citation in citations(row["basis"], "requirements.yaml"))
    yield from (Link(Role.SERVICE, ("service", code)) for code in row.get("services") or ())
    for citation in citations(row.get("ended_by"), "requirements.yaml"):
        yield Link(Role.ENDED_BY, ("instrument", citation.instrument))
    for editions in EDITIONS.values():
        if row["id"] in editions[:-1]:
            yield Link(Role.REPLACED_BY, ("requirement", editions[editions.index(row["id"]) + 1]))


def _span(row: Row, first: str, last: str) -> Span:
    return Span.through(_day(row.get(first)), _day(row.get(last)))


def _day(text: str | None) -> date | None:
    return parse_day(text) if text else None
