"""Texts and bytes: how values are written and read, and regular expressions that cannot run away.

`matches` follows RE2, as the standard asks: linear in the text whatever the pattern, no look-around and no back
references. Python's own `re` needs exponential time for a pattern such as `(a*)*b`, so it cannot stand in.
"""

import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import re2

from luodi.message import Message
from luodi.rules.cel.numbers import fitting, unsigned
from luodi.rules.cel.outcome import NoValue
from luodi.rules.syntax import Uint

_WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
_NATURAL: Final = re.compile(r"\+?\d+", re.ASCII)
_DOUBLE: Final = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf|infinity|nan)", re.ASCII | re.IGNORECASE)
_LONGEST: Final = 400  # digits; beyond that nothing fits, and reading them would take long
_TRUTHS: Final = {
    **dict.fromkeys(("1", "t", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "false", "FALSE", "False"), False),
}


def int_from(text: str) -> int:
    return fitting(int(_shaped(_WHOLE, text, "int")))


def uint_from(text: str) -> Uint:
    return unsigned(int(_shaped(_NATURAL, text, "uint")))


def double_from(text: str) -> float:
    return float(_shaped(_DOUBLE, text, "double"))


def _shaped(shape: re.Pattern[str], text: str, kind: str) -> str:
    if len(text) <= _LONGEST and shape.fullmatch(text):
        return text
    raise NoValue(Message("rules.text-no", kind=kind))


def bool_from(text: str) -> bool:
    if text in _TRUTHS:
        return _TRUTHS[text]
    raise NoValue(Message("rules.text-no-bool"))


def text_from_bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise NoValue(Message("rules.these-bytes-no-utf-8")) from None


def bytes_from(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NoValue(Message("rules.text-holds-half-character")) from None


def text_from_double(value: float) -> str:
    """The shortest text that reads back as the same double, with an exponent from a million on or below 0.0001."""
    if not math.isfinite(value):
        return str(value)
    number = Decimal(repr(value)).normalize()  # as few digits as tell the double from its neighbours
    if -4 <= number.adjusted() < 6:
        return f"{number:f}"
    digits = "".join(map(str, number.as_tuple().digits))
    tail = f".{digits[1:]}" if digits[1:] else ""
    return f"{'-' if value < 0 else ''}{digits[0]}{tail}e{number.adjusted():+03d}"


@lru_cache(maxsize=256)
def _pattern(text: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(text, options)


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found somewhere in the text."""
    try:
        return _pattern(pattern).search(text.encode()) is not None
    except re2.error as problem:
        raise NoValue(Message("rules.no-regular-expression", problem=problem)) from None
    except UnicodeEncodeError:
        raise NoValue(Message("rules.text-holds-half-character")) from None
