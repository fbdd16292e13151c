"""What a tool answers: the document of the command of the same name. Nothing of the protocol is here."""

from collections.abc import Callable
from datetime import date
from typing import Final

from luodi.advice import shelf
from luodi.advice.lines import KEYS, day_of, match, shipped_book
from luodi.documents.marks import marked, of_its_day
from luodi.errors import MissingKey, UnknownKey, WrongType, did_you_mean
from luodi.message import Message, in_key
from luodi.rules.explain import Document
from luodi.web.api import graphs, shapes
from luodi.web.api.texts import arguments
from luodi.web.library.law import search_law

AT: Final = Message("place.arguments")


class UnknownTool(UnknownKey):
    """A tool that is not there."""

    code = "unknown-tool"


def names() -> list[str]:
    return [*KEYS, *LOCAL_TOOLS]


def answer(name: str, given: object, *, today: date) -> Document:
    """What a call answers, marked as translated. Raises `LuodiError`, `UnknownTool` for a name that no tool has."""
    if name not in names():
        raise UnknownTool("mcp.no-tool", name=name, meant=did_you_mean(name, names()))
    raw = arguments(given)
    if name in KEYS:
        return of_its_day(graphs.answer(name, raw, today=today))
    _known(name, raw)
    on = today if raw.get("on") is None else day_of(raw["on"], key="on", at=AT)
    return marked(LOCAL_TOOLS[name](raw, on), on)


def explain(raw: dict[str, object], on: date) -> Document:
    """A rule; with a profile, `result` says how it stands, as `match` has it."""
    name = raw.get("book")
    found, rule = shelf.find(_text(raw, "rule"), None if name is None else shipped_book(_text(raw, "book")).id)
    document = shelf.rule(rule.id, found.id, on=on)
    if raw.get("profile") is None:
        return document
    results = match({"profile": raw["profile"]}, on, None, book=found, with_remedies=True)["results"]
    return {**document, "result": next(row for row in results if row["id"] == rule.id)}


def search(raw: dict[str, object], on: date) -> Document:
    limit, current = raw.get("limit"), raw.get("current")
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
        raise WrongType("mcp.limit-whole-number", at=in_key("limit", AT))
    if current not in (None, True, False):
        raise WrongType("mcp.current-true-or-false", at=in_key("current", AT))
    return search_law(_text(raw, "words"), on=on, limit=20 if limit is None else limit, current=bool(current))


def policy(raw: dict[str, object], on: date) -> Document:
    return shelf.policy(_text(raw, "policy"), on=on)


LOCAL_TOOLS: Final[dict[str, Callable[[Document, date], Document]]] = {
    "explain": explain,
    "search_law": search,
    "policy": policy,
}


def _known(name: str, raw: dict[str, object]) -> None:
    known = shapes.tool(name, "en")["properties"]
    for key in raw:
        if key not in known:
            raise UnknownKey("mcp.no-argument", name=name, key=key, meant=did_you_mean(str(key), known), at=AT)


def _text(raw: Document, key: str) -> str:
    if raw.get(key) is None:
        raise MissingKey("mcp.say", key=key, at=AT)
    if not isinstance(raw[key], str):
        raise WrongType("mcp.text", key=key, at=in_key(key, AT))
    return str(raw[key])
