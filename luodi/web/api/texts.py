"""A question from its JSON text, read strictly: bounded in depth, each key once, numbers exact."""

import json
import re
from collections.abc import Iterator
from typing import Final

from luodi.errors import LuodiError, WrongType
from luodi.text import parse_json
from luodi.web.api.refusals import TooDeep, UnreadableBody
from luodi.web.core.types import Json

MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 400
_DIGITS: Final = re.compile(rf"\d{{{MAX_DIGITS + 1},}}", re.ASCII)


def question(text: str, at: str = "the body") -> Json:
    """One question from its text. Raises `UnreadableBody`, or `WrongType` where it is no mapping."""
    if not text.strip():
        raise UnreadableBody("api.body-empty", at=at)
    try:
        raw = parse_json(text, at)
    except LuodiError as problem:
        raise UnreadableBody(problem.message, at=problem.at, code=problem.code) from None
    _bounded(raw, text, at)
    if not isinstance(raw, dict):
        raise WrongType("api.question-mapping-such", at=at)
    return raw


def _bounded(raw: object, text: str, at: str) -> None:
    """Nothing inside is too deep, too long a number, or half a character."""
    if text.count("{") + text.count("[") > MAX_DEPTH and max(_depths(raw)) > MAX_DEPTH:
        raise TooDeep("api.question-nested-most-deep", max_depth=MAX_DEPTH, at=at)
    if "\\u" in text:
        _whole_characters(raw, at)
    if len(text) > MAX_DIGITS and _DIGITS.search(text):
        raise UnreadableBody("api.number-most-digits", max_digits=MAX_DIGITS, at=at, code="out-of-range")


def _depths(raw: object) -> Iterator[int]:
    waiting = [(raw, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield depth
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(item, depth + 1) for item in inside]


def _whole_characters(raw: object, at: str) -> None:
    try:
        for text in _texts(raw):
            text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableBody("api.text-holds-half-character", at=at) from None


def _texts(raw: object) -> Iterator[str]:
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def arguments(given: object, at: str = "the arguments") -> Json:
    """The same for what somebody else has parsed: its floats are read as they were most likely written."""
    try:
        return question(json.dumps({} if given is None else given), at)
    except (RecursionError, ValueError) as problem:
        raise UnreadableBody("api.no-valid-json", problem=problem, at=at) from None
