"""What the API is about, page by page: which addresses belong together, and an example of each."""

import json
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from luodi.han import folded
from luodi.message import LANGUAGES
from luodi.web.api import bodies
from luodi.web.core.types import Json
from luodi.web.core.words import say

START: Final = "/api/v1/"
#: By the heading of the index; a resource has the addresses that begin with one of its paths.
GROUPS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "ask": {name: (name,) for name in ("access", "advise", "questions", "match", "decide", "ownership", "batch")}
    | {"requirement": ("requirement", "requirements")},
    "read": {
        "books": ("books", "services", "places"),
        "law": ("instruments",),
        "search": ("search",),
        "changes": ("changes",),
    },
    "own": {"profiles": ("profiles",), "enquiries": ("enquiries",)},
    "work": {
        "companies": ("companies", "merges"),
        "imports": ("imports",),
        "leads": ("leads",),
        "cases": ("cases",),
        "calendars": ("calendars",),
        "dealings": ("referrals", "dealings", "cases/{reference}/dealings", "cases/{reference}/additions"),
        "obstacles": ("obstacles",),
        "issues": ("issues",),
        "docking": ("demands", "matches"),
        "scorecard": ("plan", "indicators", "contributions"),
    },
    "about": {"keys": ()},
}
RESOURCES: Final = {name: paths for group in GROUPS.values() for name, paths in group.items()}
_EXAMPLES: Final = Path(__file__).with_name("examples.json")
_MOST: Final = 3


@dataclass(frozen=True)
class Example:
    """A request, the person of the demo whose key it needs, and what of the answer is shown."""

    method: str
    address: str
    body: str
    who: str
    answer: list[object]  # more than one where the answer has several lines

    @property
    def content_type(self) -> str:
        """That of the body; a batch has lines."""
        return bodies.JSON_LINES[0] if "\n" in self.body else bodies.JSON[0]

    def curl(self, origin: str) -> str:
        method = "" if self.method == "GET" else f"-X {self.method} "
        parts = [f"curl {method}'{origin}{START}{self.address}'"]
        if self.who:
            parts.append("-H 'Authorization: Bearer KEY'")
        if self.body:
            parts += [f"-H 'Content-Type: {self.content_type}'", f"--data-binary '{self.body}'"]
        return " \\\n  ".join(parts)

    def shown(self) -> str:
        return "\n".join(json.dumps(line, ensure_ascii=False, indent=2) for line in self.answer)


@cache
def examples() -> dict[str, Example]:
    """One of each resource; `test_resources` asks them."""
    rows: dict[str, Json] = json.loads(_EXAMPLES.read_text(encoding="utf-8"))
    return {name: _example(row) for name, row in rows.items()}


def _example(row: Json) -> Example:
    method, _, address = row["request"].partition(" ")
    body = "\n".join(json.dumps(line, ensure_ascii=False) for line in row.get("body", []))
    return Example(method, address, body, row.get("who", ""), row["answer"])


def resource_of(path: str) -> str:
    """The resource that an address of the document belongs to: the one with the longest beginning."""
    rest = path.removeprefix(START)
    found = [
        (len(start), name)
        for name, paths in RESOURCES.items()
        for start in paths
        if rest == start or rest.startswith(f"{start}/")
    ]
    return max(found)[1]


def matching(query: str) -> list[str]:
    """Resources that a search finds: each of its words is in their title, or one of their addresses."""
    asked = folded(query).split()
    if not asked:
        return []
    return list(islice((name for name in RESOURCES if all(word in _words(name) for word in asked)), _MOST))


@cache
def _words(name: str) -> str:
    titles = [say(f"api.{key}", lang) for key in (f"resource_{name}", "heading", "name") for lang in LANGUAGES]
    return folded(" ".join((name, *RESOURCES[name], *titles)))
