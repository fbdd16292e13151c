"""What a program hands in to be stored: a body with known keys, and texts of bounded length."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from luodi.errors import MissingKey, UnknownKey, UnknownValue, WrongType, did_you_mean
from luodi.message import Message, in_key
from luodi.web.api import bodies, texts

AT: Final = Message("place.body")


def body_of(request: HttpRequest, known: Mapping[str, bool]) -> tuple[dict[str, Any], str]:
    """The body and its text; `known` says of each key whether it must be there. Raises what a question raises."""
    text = bodies.body(request, bodies.JSON)
    raw = texts.question(text)
    for key in raw:
        if key not in known:
            raise UnknownKey("api.no-key", key=str(key)[:40], meant=did_you_mean(str(key), known), at=AT)
    for key, needed in known.items():
        if needed and raw.get(key) is None:
            raise MissingKey("api.say", key=key, at=AT)
    return raw, text


def words(raw: Mapping[str, Any], key: str, most: int, default: str = "") -> str:
    """A text of at most so many characters, without spaces around it."""
    given = raw.get(key)
    if given is None:
        return default
    if not isinstance(given, str):
        raise WrongType("api.text", key=key, at=in_key(key, AT))
    text = given.strip()
    if len(text) > most or "\0" in text:
        raise UnknownValue("api.most-characters-none-them-nul", key=key, most=most, at=in_key(key, AT))
    return text
