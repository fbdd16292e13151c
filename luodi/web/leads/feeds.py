"""Signals from a file that somebody brings: entries of an Atom feed, or rows of a CSV table. Nothing is fetched."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree

from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.web.leads.actions import From, Heard
from luodi.web.leads.models import Signal

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 2_000
_ATOM: Final = "{http://www.w3.org/2005/Atom}"
COLUMNS: Final = (
    "title",
    "company",
    "country",
    "summary",
    "contact",
    "email",
    "technology",
    "service",
    "place",
    "share",
    "id",
)


class TooMuch(BadInput):
    """A file with more than is read at once."""

    code = "too-large"


def signals(content: bytes, source: str) -> list[tuple[Heard, From]]:
    """What a file says, row by row. Raises `BadInput` for one that is neither, naming the row."""
    if len(content) > MOST_BYTES:
        raise TooMuch(f"the file has more than {MOST_BYTES // 1_000_000} MB; bring it in parts")
    found = list(_atom(content, source) if content.lstrip()[:1] == b"<" else _csv(content, source))
    if not found:
        raise BadInput("the file has no entry")
    return found


def _within(rows: Iterator[Any]) -> Iterator[tuple[int, Any]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise TooMuch(f"the file has more than {MOST_ROWS} entries; bring it in parts")
        yield number, row


def _atom(content: bytes, source: str) -> Iterator[tuple[Heard, From]]:
    if (
        b"<!DOCTYPE" in content or b"<!ENTITY" in content
    ):  # nothing of a feed needs one, and entities can grow without end
        raise BadInput("a feed has no document type and no entities")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as problem:
        raise BadInput(f"the file is no XML: {problem}") from None
    if root.tag != f"{_ATOM}feed":
        raise BadInput("the file is no Atom feed")
    for number, entry in _within(iter(root.findall(f"{_ATOM}entry"))):
        said = {name: _text(entry, name) for name in ("id", "title", "summary", "updated", "content")}
        link = entry.find(f"{_ATOM}link")
        said["link"] = link.get("href", "") if link is not None else ""
        if not said["title"]:
            raise MissingKey("an entry has a title", at=f"entry {number}")
        heard = Heard(
            title=said["title"][:300],
            summary="\n".join(filter(None, (said["summary"] or said["content"], said["link"]))),
        )
        yield heard, From(Signal.Kind.FEED, source, said, said["id"])


def _text(entry: ElementTree.Element, name: str) -> str:
    found = entry.find(f"{_ATOM}{name}")
    return "".join(found.itertext()).strip() if found is not None else ""


def _csv(content: bytes, source: str) -> Iterator[tuple[Heard, From]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("the file is not UTF-8 text") from None
    if "\0" in text:
        raise BadInput("the file is no table")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if "title" not in (reader.fieldnames or ()):
        raise MissingKey(f"the table has the column `title`, and may have {', '.join(COLUMNS[1:])}", at="line 1")
    try:
        for number, row in _within(reader):
            yield _row({key: (value or "").strip() for key, value in row.items() if key in COLUMNS}, source, number + 1)
    except csv.Error as problem:
        raise BadInput(f"the table cannot be read: {problem}", at=f"line {reader.line_num}") from None


def _row(said: dict[str, str], source: str, line: int) -> tuple[Heard, From]:
    try:
        if not said["title"]:
            raise MissingKey("a row has a title")
        plans = (
            [{name: said.get(name) or None for name in ("service", "place", "share")}] if said.get("service") else []
        )
        heard = Heard(
            title=said["title"][:300], company_name=said.get("company", "")[:300],
            country=said.get("country", "").upper()[:2],
            summary=said.get("summary", ""), contact=said.get("contact", "")[:200], email=said.get("email", "")[:254],
            technology=said.get("technology", "")[:300], place=said.get("place", "")[:40], plans=plans,
        )  # fmt: skip
        return heard, From(Signal.Kind.FILE, source, dict(said), said.get("id", ""))
    except LuodiError as problem:
        raise problem.located(f"line {line}") from None
