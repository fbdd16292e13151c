"""Businesses that are no service of the platform's law: the words for them, and what holds for them instead."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from luodi.access import access_book
from luodi.rules.library import load_book


@dataclass(frozen=True, slots=True)
class Holds:
    """A row about what holds instead: a route, or a service of artificial intelligence."""

    id: str
    title: Mapping[str, str]
    says: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": dict(self.title), "says": dict(self.says)}


def what_holds(see: Iterable[str]) -> list[Holds]:
    """The rows of these ids, in their order."""
    routes, services = load_book("routes").by_id, load_book("ai-services").tables["ai-services"]
    named = {row["id"]: row for row in services}
    return [
        Holds(line, routes[line].title, routes[line].gives["what_it_is"])
        if line in routes
        else Holds(line, named[line]["name"], named[line]["what"])
        for line in see
    ]


def words_outside() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each word with the ids of the rows about it; a word that may mean no service at all is one of them."""
    tables = access_book().book.tables
    for row in tables["outside"]:
        yield from ((str(word), (str(row["see"]),)) for words in row["words"].values() for word in words)
    for row in tables["ambiguous"]:
        if not row["candidates"] and row.get("see"):
            yield str(row["word"]), tuple(map(str, row["see"]))
