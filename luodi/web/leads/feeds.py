"""Signals from a file that somebody brings: entries of an Atom or RSS feed, or rows of a table. Nothing is fetched."""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from io import BytesIO
from typing import Any, Final
from xml.sax import SAXException

import feedparser

from luodi.company_files import tables
from luodi.errors import BadInput, LuodiError, MissingKey
from luodi.han import folded
from luodi.message import Message
from luodi.places import country_named
from luodi.web.files.actions.storing import looked_through
from luodi.web.leads.actions import From, Heard
from luodi.web.leads.models import Signal

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 2_000
#: What a row may say, with the heads by which it says so, beside the name itself.
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("标题", "线索", "线索名称"),
    "company": ("企业", "企业名称", "公司", "公司名称"),
    "country": ("国家", "国别", "国家地区", "国家或地区"),
    "summary": ("摘要", "说明", "内容", "简介"),
    "contact": ("联系人",),
    "email": ("邮箱", "电子邮箱", "电子邮件"),
    "technology": ("技术", "技术领域"),
    "service": ("业务", "业务代码"),
    "place": ("地点", "拟落地地点"),
    "share": ("外资比例", "外资股比"),
    "id": ("编号",),
}
_NAMES: Final = {folded(head): name for name, heads in COLUMNS.items() for head in (name, *heads)}


class TooMuch(BadInput):
    """A file with more than is read at once."""

    code = "too-large"


def signals(content: bytes, source: str) -> list[tuple[Heard, From]]:
    """What a file says, row by row. Raises `BadInput` for one that is neither, naming the row."""
    if len(content) > MOST_BYTES:
        raise TooMuch("leads.file-more-than-mb", most_bytes=MOST_BYTES // 1000000)
    feed = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
    found = list(_feed(content, source) if feed else _table(content, source))
    if not found:
        raise BadInput("leads.file-no-entry")
    return found


def _within(rows: Iterable[object]) -> Iterator[tuple[int, Any]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise TooMuch("leads.file-more-than-entries", most_rows=MOST_ROWS)
        yield number, row


def _feed(content: bytes, source: str) -> Iterator[tuple[Heard, From]]:
    if (
        b"<!DOCTYPE" in content or b"<!ENTITY" in content
    ):  # nothing of a feed needs one, and entities can grow without end
        raise BadInput("leads.feed-no-document-type-no")
    found = feedparser.parse(BytesIO(content), resolve_relative_uris=False)
    if isinstance(found.get("bozo_exception"), SAXException):
        raise BadInput("leads.file-no-xml", problem=found.bozo_exception)
    if not found.version:
        raise BadInput("leads.file-neither-atom-nor-rss")
    for number, entry in _within(found.entries):
        said = _said(entry)
        if not said["title"]:
            raise MissingKey("leads.entry-title", at=Message("place.entry", number=number))
        heard = Heard(
            title=said["title"][:300],
            summary="\n".join(filter(None, (_plain(said["summary"] or said["content"]), said["link"]))),
        )
        yield heard, From(Signal.Kind.FEED, source, said, said["id"])


def _said(entry: Any) -> dict[str, str]:
    said = {name: str(entry.get(name, "")) for name in ("id", "title", "summary", "link")}
    said["updated"] = str(entry.get("updated") or entry.get("published", ""))
    said["content"] = "\n".join(part.value for part in entry.get("content", ()))
    return {**said, "title": _plain(said["title"]), "id": said["id"] or said["link"]}


def _plain(text: str) -> str:
    """Without tags and entities: what an entry says is often a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _table(content: bytes, source: str) -> Iterator[tuple[Heard, From]]:
    """A table as spreadsheets write it, in each of their encodings, or a workbook."""
    form = tables.form_of(source, content[:8192])
    if form == "bods":
        raise BadInput("leads.file-neither-feed-nor-table")
    if form == "xlsx":
        looked_through(content, "file.xlsx", MOST_BYTES, at=source)
    for _, row in _within(tables.rows(content, form, source)):
        said = {name: cell for column, cell in row.cells.items() if (name := _NAMES.get(folded(column)))}
        if not {"title", "company"} & set(said):
            raise MissingKey(
                "leads.table-column-title-may", known=[*COLUMNS][1:], at=Message("place.line-alone", line=1)
            )
        if row.problem is not None:
            raise BadInput(row.problem, at=Message("place.line-alone", line=row.line))
        yield _row(said, source, row.line)


def _row(said: dict[str, str], source: str, line: int) -> tuple[Heard, From]:
    try:
        title = said.get("title") or said.get("company", "")
        if not title:
            raise MissingKey("leads.row-title")
        land = said.get("country", "")
        plans = (
            [{name: said.get(name) or None for name in ("service", "place", "share")}] if said.get("service") else []
        )
        heard = Heard(
            title=title[:300],
            company_name=said.get("company", "")[:300],
            country=country_named(land).code if land else "",
            summary=said.get("summary", ""),
            contact=said.get("contact", "")[:200],
            email=said.get("email", "")[:254],
            technology=said.get("technology", "")[:300],
            place=said.get("place", "")[:40],
            plans=plans,
        )
        return heard, From(Signal.Kind.FILE, source, dict(said), said.get("id", ""))
    except LuodiError as problem:
        raise problem.located(Message("place.line-alone", line=line)) from None
