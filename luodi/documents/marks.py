"""That words of the law in an answer are translated: the one home of that mark in JSON, for every interface."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from luodi.documents.labels import translated

LANGS = ("zh", "en")


def marked(document: Mapping[str, Any], on: date | str | None) -> dict[str, Any]:
    """The document with `translation`, as the texts stood on a day; None where it is of no day."""
    return {**document, "translation": translation(on if isinstance(on, str) or on is None else on.isoformat())}


def of_its_day(document: Mapping[str, Any]) -> dict[str, Any]:
    """`marked` with the day that the document itself says it is of."""
    return marked(document, document.get("on"))


@lru_cache(maxsize=64)
def translation(on: str | None) -> dict[str, Any]:
    """`{"from", "as_of", "binding", "says"}`; to be read and not changed, since answers share it."""
    return {
        "from": "zh",
        "as_of": on,
        "binding": False,
        "says": {lang: translated(on, lang) for lang in LANGS},
    }
