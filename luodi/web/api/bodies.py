"""Bodies, read strictly: JSON in UTF-8, of bounded size and depth, each key once, numbers exact."""

import re
from collections.abc import Iterator
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from luodi.errors import LuodiError, WrongType
from luodi.text import parse_json
from luodi.web.api.refusals import LengthRequired, TooLarge, UnreadableBody, WrongContentType

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 400
_DIGITS: Final = re.compile(rf"\d{{{MAX_DIGITS + 1},}}", re.ASCII)
JSON: Final = ("application/json",)
JSON_LINES: Final = ("application/x-ndjson", "application/jsonl", "application/json-lines")


def body(request: HttpRequest, types: tuple[str, ...], at: str = "the body") -> str:
    """The text of a body. Raises `Refused` for one that is too large, of another type, or no UTF-8."""
    _type(request, types)
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        raise LengthRequired("say how long the body is, in Content-Length")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        raise _too_large()
    try:
        return request.body.decode("utf-8")
    except RequestDataTooBig:
        raise _too_large() from None
    except UnicodeDecodeError as problem:
        raise UnreadableBody(f"the body is not UTF-8 (byte {problem.start + 1})", at=at) from None
    except UnreadablePostError:
        raise UnreadableBody("the body ended before it was whole", at=at) from None


def _too_large() -> TooLarge:
    return TooLarge(f"a body has at most {MAX_BYTES:,} bytes; ask in several requests")


def _type(request: HttpRequest, types: tuple[str, ...]) -> None:
    given = request.META.get("CONTENT_TYPE") or ""
    kind, _, parameters = given.partition(";")
    charset = parameters.partition("charset=")[2].strip(' "').casefold()
    if kind.strip().casefold() not in types or charset not in ("", "utf-8", "utf8"):
        raise WrongContentType(f"send {' or '.join(types)} in UTF-8, not {given[:80] or 'without a Content-Type'}")


def question(text: str, at: str = "the body") -> dict[str, Any]:
    """One question from its text. Raises `UnreadableBody`, or `WrongType` where it is no mapping."""
    if not text.strip():
        raise UnreadableBody('the body is empty; send a question such as {"service": "B11"}', at=at)
    try:
        raw = parse_json(text, at)
    except LuodiError as problem:
        raise UnreadableBody(problem.message, at=problem.at, code=problem.code) from None
    _bounded(raw, text, at)
    if not isinstance(raw, dict):
        raise WrongType('a question is a mapping such as {"service": "B11"}', at=at)
    return raw


def _bounded(raw: Any, text: str, at: str) -> None:
    """Nothing inside is too deep, too long a number, or half a character."""
    if text.count("{") + text.count("[") > MAX_DEPTH and max(_depths(raw)) > MAX_DEPTH:
        raise UnreadableBody(f"the body is nested more than {MAX_DEPTH} deep", at=at, code="too-deep")
    if "\\u" in text:
        _whole_characters(raw, at)
    if len(text) > MAX_DIGITS and _DIGITS.search(text):
        raise UnreadableBody(f"a number has at most {MAX_DIGITS} digits", at=at, code="out-of-range")


def _depths(raw: Any) -> Iterator[int]:
    waiting = [(raw, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield depth
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(item, depth + 1) for item in inside]


def _whole_characters(raw: Any, at: str) -> None:
    try:
        for text in _texts(raw):
            text.encode("utf-8")
    except UnicodeEncodeError:
        raise UnreadableBody("a text holds half a character (a lone surrogate)", at=at) from None


def _texts(raw: Any) -> Iterator[str]:
    waiting = [raw]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
