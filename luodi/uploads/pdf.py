"""Looking through a PDF for what runs when it is opened.

Names are looked for in the whole file and inside object streams, which are unpacked within a limit. What a filter of
another kind hides cannot be looked at, and so is refused.
"""

import re
import zlib
from collections.abc import Iterator
from typing import IO, Final

from luodi.uploads.kinds import RefusedFile

_RUNS: Final = re.compile(rb"/(JavaScript|Launch|RichMedia|ImportData|Rendition)(?![A-Za-z0-9])")
_FLAGS: Final = {
    "attachments": re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])"),
    "forms": re.compile(rb"/(XFA|SubmitForm)(?![A-Za-z0-9])"),
    "sealed": re.compile(rb"/Encrypt(?![A-Za-z0-9])"),
}
_PAGE: Final = re.compile(rb"/Pages?(?![A-Za-z0-9])")
_STREAM: Final = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_FAR: Final = 65_536  # bytes before a stream in which what it is may stand
MOST: Final = 64_000_000  # bytes of all object streams


def look(file: IO[bytes]) -> list[str]:
    """Flags of what was found. Raises `RefusedFile` for what runs, is cut off, has no page or cannot be looked into."""
    data = file.read()
    if b"%%EOF" not in data[-4096:]:
        raise RefusedFile("damaged")
    whole = _named(data)
    sealed = bool(_FLAGS["sealed"].search(whole))
    parts = [whole, *map(_named, _object_streams(data, sealed=sealed))]
    for part in parts:
        if found := _RUNS.search(part):
            raise RefusedFile("active", what=found[1].decode())
    if not sealed and not any(_PAGE.search(part) for part in parts):
        raise RefusedFile("damaged")
    return [flag for flag, pattern in _FLAGS.items() if any(pattern.search(part) for part in parts)]


def _named(data: bytes) -> bytes:
    """Names with their signs written out: `/J#61vaScript` is `/JavaScript`."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _object_streams(data: bytes, *, sealed: bool) -> Iterator[bytes]:
    """Their contents; none of a file that is sealed with a password, where they cannot be read."""
    if sealed:
        return
    left = MOST
    for found in _STREAM.finditer(data):
        head = data[max(0, found.start() - _FAR) : found.start()]
        head = _named(head[head.rfind(b"obj") + 3 :])
        if b"/ObjStm" in head and b"/Filter" in head:
            content = _unpacked(data, found.end(), head, left)
            left -= len(content)
            yield content


def _unpacked(data: bytes, start: int, head: bytes, left: int) -> bytes:
    filters = re.search(rb"/Filter\s*(\[[^\]]*\]|/\w+)?", head)
    named = re.findall(rb"/(\w+)", (filters and filters[1]) or b"")
    if named not in ([b"FlateDecode"], [b"Fl"]) or b"/Predictor" in head or b"/DecodeParms" in head:
        raise RefusedFile("opaque")
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(memoryview(data)[start:], left + 1)
    except zlib.error:
        raise RefusedFile("damaged") from None
    if len(content) > left:
        raise RefusedFile("bomb")
    return content
