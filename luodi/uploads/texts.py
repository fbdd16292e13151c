"""Looking through a text or a table as text."""

import codecs
import re
from typing import IO, Final

from luodi.uploads.kinds import Kind, RefusedFile

#: A cell that a spreadsheet takes for a call to another program.
_CALLS: Final = re.compile(r'(?m)(?:^|[,;\t"])[ \t]*[=+@-][^,;\t\r\n]{0,200}\|[^\r\n]{0,200}!')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PAIR: Final = re.compile(rb"[\x80-\xff]{2}")  # in Chinese they stand side by side, an accent stands alone
_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def look(file: IO[bytes], kind: Kind) -> list[str]:
    """Raises `RefusedFile` for what is no text in UTF-8, UTF-16, GB 18030 or, of Western Europe, Windows-1252, or calls
    programs. No flags."""
    text = _decoded(file.read())
    if _CONTROL.search(text):
        raise RefusedFile("lies", kind=kind.value.upper())
    if kind is Kind.CSV and _CALLS.search(text):
        raise RefusedFile("active", what="DDE")
    return []


def _decoded(raw: bytes) -> str:
    western = ("cp1252",) if _PAIR.search(raw) is None else ()
    for encoding in (_MARKS.get(raw[:2], "utf-8"), "gb18030", *western):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedFile("encoding")
