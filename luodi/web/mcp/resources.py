"""Rules and texts of law by their address: `luodi://rule/BOOK/RULE`, `luodi://instrument/ID` and their like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote, unquote

from luodi.access.requirement import EDITIONS
from luodi.advice import shelf
from luodi.advice.lines import ask, shipped_book
from luodi.documents.marks import of_its_day
from luodi.editions import with_books
from luodi.errors import UnknownValue, did_you_mean
from luodi.rules.explain import Document
from luodi.web.mcp import personal

SCHEME: Final = "luodi://"
PAGE: Final = 100
TEMPLATES: Final = {
    "luodi://rule/{book}/{rule}": "A rule in plain language with its citations; 一条规则的平实文字和依据",
    "luodi://instrument/{id}": "A text of law and the rules that cite it; 一份法规和引用它的规则",
    "luodi://service/{id}": "A service of the catalogue; 目录中的一项业务",
    "luodi://requirement/{id}": "What the law asks of a company; 法律对企业的一项要求",
}


class UnknownResource(UnknownValue):
    """An address at which nothing is kept."""

    code = "unknown-resource"


@dataclass(frozen=True)
class Listed:
    """A resource as a list shows it."""

    uri: str
    name: str
    title: str


@with_books()
def listed() -> tuple[Listed, ...]:
    """Every rule and every instrument."""
    rules = [
        Listed(f"{SCHEME}rule/{quote(book.id)}/{quote(rule.id)}", rule.id, _both(rule.title))
        for book, rule in shelf.every_rule()
    ]
    texts = [
        Listed(f"{SCHEME}instrument/{quote(row['id'])}", row["id"], _both(row["title"])) for row in shelf.instruments()
    ]
    return (*rules, *texts)


def _both(title: Mapping[str, str]) -> str:
    return " · ".join(str(title[lang]) for lang in ("en", "zh") if title.get(lang))


def page(cursor: str | None) -> tuple[tuple[Listed, ...], str | None]:
    """One page of the list and the cursor of the next: first what is the asker's own. Raises `UnknownResource` for a
    cursor that we did not give."""
    start, rows = 0, (*(Listed(*row) for row in personal.listed()), *listed())
    if cursor is not None:
        places = {row.uri: place for place, row in enumerate(rows, 1)}
        if cursor not in places:
            raise UnknownResource("mcp.cursor-none-list-gave")
        start = places[cursor]
    shown = rows[start : start + PAGE]
    return shown, shown[-1].uri if start + PAGE < len(rows) else None


def read(uri: str, *, today: date) -> Document:
    """The document at an address, marked as translated.

    Raises `UnknownResource`, or what the shelf raises with the nearest id.
    """
    document = personal.read(uri)
    if document is not None:
        return document
    kind, *parts = [unquote(part) for part in uri.removeprefix(SCHEME).split("/")]
    if not uri.startswith(SCHEME) or kind not in READERS or len(parts) != (2 if kind == "rule" else 1):
        raise UnknownResource("mcp.nothing-kept", uri=uri[:100], known=[*TEMPLATES, *personal.templates()])
    return of_its_day(READERS[kind](parts, today))


def _rule(parts: list[str], today: date) -> Document:
    return shelf.rule(parts[1], shipped_book(parts[0]).id, on=today)


def _service(parts: list[str], today: date) -> Document:
    rows = {row["id"]: row for row in shelf.services()}
    if parts[0] not in rows:
        raise UnknownResource("mcp.no-service-book", parts=parts[0][:40], meant=did_you_mean(parts[0], rows))
    return rows[parts[0]]


def _requirement(parts: list[str], today: date) -> Document:
    name = next((name for name, editions in EDITIONS.items() if parts[0] in editions), parts[0])
    return ask("requirement", {"name": name}, today=today)


READERS: Final[dict[str, Callable[[list[str], date], Document]]] = {
    "rule": _rule,
    "instrument": lambda parts, today: shelf.instrument(parts[0]),
    "service": _service,
    "requirement": _requirement,
}
