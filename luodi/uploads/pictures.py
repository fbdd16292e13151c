"""Looking through PNG and JPEG: whether the picture is whole, has a size, and does not unpack without end."""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Final

from luodi.uploads.kinds import Kind, RefusedFile

_PNG_HEAD: Final = 8  # bytes before the first chunk
#: Of one picture; a page of A3 scanned at 600 dots an inch has fewer.
MOST_PIXELS: Final = 120_000_000
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type of a PNG
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # markers of a JPEG that name its size
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_SCAN, _END = 0xDA, 0xD9
_MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)


def look(file: IO[bytes], kind: Kind) -> list[str]:
    """Raises `RefusedFile` for what is cut off, damaged, without size or too large to be shown."""
    data = file.read()
    try:
        (_png if kind is Kind.PNG else _jpeg)(data)
    except (struct.error, zlib.error, IndexError, KeyError):
        raise RefusedFile("damaged") from None
    return []


def _png(data: bytes) -> None:
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
        raise RefusedFile("damaged")
    width, height, depth, colour = struct.unpack(">IIBB", chunks[0][1][:10])
    _must_be_sized(width, height)
    row = (width * depth * _CHANNELS[colour] + 7) // 8
    interlaced = bool(chunks[0][1][12])
    least = height * row + (0 if interlaced else height)  # with a byte of its filter for each row
    unpacker, size = zlib.decompressobj(), 0
    for name, content in chunks:
        while name == b"IDAT" and content:
            size += len(unpacker.decompress(content, 1 << 20))
            content = unpacker.unconsumed_tail
            if size > 2 * least + 1_000_000:
                raise RefusedFile("bomb")
    if size < least:
        raise RefusedFile("damaged")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Up to the end of the picture; a chunk that is not whole is damage."""
    at = _PNG_HEAD
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        content = data[at + 8 : at + 8 + length]
        (check,) = struct.unpack_from(">I", data, at + 8 + length)
        if zlib.crc32(name + content) != check:
            raise RefusedFile("damaged")
        yield name, content
        if name == b"IEND":
            return
        at += 12 + length


def _jpeg(data: bytes) -> None:
    at, sized, scanned = 2, False, False
    while True:
        if data[at] != 0xFF:
            raise RefusedFile("damaged")
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker == _END:
            break
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            if marker in _FRAMES:
                height, width = struct.unpack_from(">HH", data, at + 5)
                _must_be_sized(width, height)
                sized = True
            at += 2 + length
            if marker == _SCAN:
                scanned, at = True, _end_of_scan(data, at)
    if not (sized and scanned):
        raise RefusedFile("damaged")


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the next marker stands: in a scan 0xFF is followed by a zero or a restart. Raises `IndexError`."""
    found = _MARKER.search(data, at)
    if found is None:
        raise IndexError
    return found.start()


def _must_be_sized(width: int, height: int) -> None:
    if not width or not height:
        raise RefusedFile("damaged")
    if width * height > MOST_PIXELS:
        raise RefusedFile("bomb")
