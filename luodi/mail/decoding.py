"""Text of messages: bytes whose charset is not named, or named wrongly, and headers with encoded words."""

import base64
import binascii
import codecs
import quopri
import re
import unicodedata
from typing import Final

#: Names that mail gives to older parts of a larger set.
_LARGER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "hz", "big5": "big5hkscs"}
#: Codecs of Python that no mail is written in; some of them take long with much text.
_NEVER: Final = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "charmap"}
#: They take any bytes, so that what is valid UTF-8 was more likely meant as such.
_TAKE_ALL: Final = {"iso8859-1", "latin-1", "cp1252", "iso8859-15"}
_GUESSES: Final = ("utf-8", "gb18030", "big5hkscs")
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN: Final = re.compile(r"(\?=)\s+(?==\?)")
#: Signs that turn the direction of what follows: with them `exe.fdp` reads `pdf.exe`.
_TURNING: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def decoded(data: bytes, declared: str = "") -> tuple[str, bool]:
    """The text, and whether it is in the charset that was declared. Without one, or with one that does not fit, UTF-8,
    GB 18030 and Big5 are tried in this order; what is none of them is read as Latin-1, which takes every byte."""
    for name in (_codec(declared), *_GUESSES):
        if not name or (name in _TAKE_ALL and _is_utf8(data)):
            continue
        try:
            return clean(data.decode(name)), name == _codec(declared) or data.isascii()
        except (LookupError, ValueError):
            continue
    return clean(data.decode("latin-1")), not declared


def _codec(declared: str) -> str:
    """The name of Python's codec; "" where there is none of that name."""
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name if declared else ""
    except (LookupError, ValueError):
        return ""
    return "" if name.replace("-", "_") in _NEVER else _LARGER.get(name, name)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def clean(text: str) -> str:
    """With one kind of line ends, without signs that steer a terminal or the direction of writing, without halves of
    characters and without NUL, which no database keeps."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or not _steers(sign))


def _steers(sign: str) -> bool:
    return ord(sign) in _TURNING or unicodedata.category(sign) in ("Cc", "Cs")


def one_line(text: str, most: int) -> str:
    """For a header or a field: no line ends, at most so many characters, the last an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def header_text(raw: str) -> str:
    """A header as it is read: `raw` is as it came, with bytes beyond ASCII as surrogates. Encoded words of one charset
    that follow each other are joined first, since senders cut characters in two."""
    joined, parts, end = _BETWEEN.sub(r"\1", raw), [], 0
    pending: tuple[str, bytes] = ("", b"")
    for found in _WORD.finditer(joined):
        charset, data = found[1].partition("*")[0], _word(found[2], found[3])
        if data is None:
            continue
        if found.start() > end or charset.casefold() != pending[0].casefold():
            parts += [decoded(pending[1], pending[0])[0], _plain(joined[end : found.start()])]
            pending = (charset, b"")
        pending, end = (charset, pending[1] + data), found.end()
    return "".join([*parts, decoded(pending[1], pending[0])[0], _plain(joined[end:])])


def _word(how: str, text: str) -> bytes | None:
    """The bytes of an encoded word; None where they are not encoded as it says."""
    raw = text.encode("utf-8", "surrogateescape")
    if how in "qQ":
        return quopri.decodestring(raw, header=True)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return None


def _plain(raw: str) -> str:
    return decoded(raw.encode("utf-8", "surrogateescape"))[0] if raw else ""
