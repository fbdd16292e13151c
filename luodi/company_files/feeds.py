"""Entries of an Atom or RSS feed that somebody brings, as rows of a table. Nothing is fetched."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from io import BytesIO
from typing import Any, Final
from xml.sax import SAXException

import feedparser

from luodi.company_files.tables import MOST_CELL, RawRow
from luodi.errors import BadInput
from luodi.message import Message

FEED: Final = "feed"
MOST_BYTES: Final = 2_000_000


class TooMuch(BadInput):
    """A file with more than is read at once."""

    code = "too-large"


def entries(content: bytes) -> Iterator[RawRow]:
    """Each entry with its number as the line. Raises `BadInput` for what is no feed."""
    if len(content) > MOST_BYTES:
        raise TooMuch("leads.file-more-than-mb", most_bytes=MOST_BYTES // 1_000_000)
    if (
        b"<!DOCTYPE" in content or b"<!ENTITY" in content
    ):  # nothing of a feed needs one, and entities can grow without end
        raise BadInput("leads.feed-no-document-type-no")
    found = feedparser.parse(BytesIO(content), resolve_relative_uris=False)
    if isinstance(found.get("bozo_exception"), SAXException):
        raise BadInput("leads.file-no-xml", problem=found.bozo_exception)
    if not found.version:
        raise BadInput("leads.file-neither-atom-nor-rss")
    for number, entry in enumerate(found.entries, 1):
        cells = _cells(entry)
        problem = None if cells["title"] else Message("leads.entry-title")
        yield RawRow(number, cells, problem)


def text_of(cells: Mapping[str, str]) -> str:
    """What an entry is about: its summary or else its content, as plain text, and its link."""
    return "\n".join(filter(None, (_plain(cells["summary"] or cells["content"]), cells["link"])))


def _cells(entry: Any) -> dict[str, str]:
    said = {name: str(entry.get(name, "")) for name in ("id", "title", "summary", "link")}
    said["updated"] = str(entry.get("updated") or entry.get("published", ""))
    said["content"] = "\n".join(part.value for part in entry.get("content", ()))
    said |= {"title": _plain(said["title"])[:300], "id": said["id"] or said["link"]}
    return {name: text.replace("\0", "")[:MOST_CELL] for name, text in said.items()}


def _plain(text: str) -> str:
    """Without tags and entities: what an entry says is often a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
