"""What the API is about, page by page: which addresses belong together, and an example of each (`resources.json`)."""

import json
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

from luodi.han import folded
from luodi.message import LANGUAGES
from luodi.web.core.words import say

START: Final = "/api/v1/"
FILE: Final = Path(__file__).with_suffix(".json")


class Resource(TypedDict):
    """The addresses that begin with one of `paths`; a request that the demo answers, by whose key, and the `answer`
    as far as the page shows it: only the keys in `keep`, without those in `drop`, and one row of each list."""

    group: str
    paths: list[str]
    method: str
    address: str
    body: str
    who: str
    keep: list[str]
    drop: list[str]
    answer: list[object]  # one for each line


@cache
def resources() -> dict[str, Resource]:
    found: dict[str, Resource] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def resource_of(path: str) -> str:
    """The resource that an address of the document belongs to: the one with the longest beginning."""
    starts = {start: name for name, one in resources().items() for start in one["paths"]}
    return starts[max((start for start in starts if f"{path}/".startswith(f"{START}{start}/")), key=len)]


def matching(query: str) -> list[str]:
    """The first resources that a search finds: each of its words is in their title, or one of their addresses."""
    asked = folded(query).split()
    return [name for name in resources() if asked and all(word in _words(name) for word in asked)][:3]


@cache
def _words(name: str) -> str:
    titles = [say(f"api.{key}", lang) for key in (f"resource_{name}", "heading", "name") for lang in LANGUAGES]
    return folded(" ".join((name, *resources()[name]["paths"], *titles)))
