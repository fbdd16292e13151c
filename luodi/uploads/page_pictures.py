"""A page of a PDF as a picture, made by PDFium in a process of its own: what breaks it breaks nothing else.

As a program: `python -m luodi.uploads.page_pictures PAGE`, the PDF on stdin; the number of pages, a line break and
a PNG on stdout.
"""

import logging
import resource
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from typing import Final

_WIDTH, _HEIGHT = 1_100, 2_200  # pixels at most
_MEMORY: Final = 2_000_000_000  # bytes
_SECONDS: Final = 15
_NO_PAGE: Final = 3
_LOG: Final = logging.getLogger(__name__)


class NoPage(Exception):
    """The file cannot be opened, or has no such page."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    png: bytes
    pages: int


def page_picture(pdf: bytes, page: int) -> PagePicture:
    """The page of that number, from 1; how many there are comes with it. Raises `NoPage`."""
    command = [sys.executable, "-m", __name__, str(page)]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise NoPage from None
    if done.returncode:
        if done.returncode != _NO_PAGE:  # PDFium broke, or is not there
            _LOG.error("no picture of a page, status %s: %s", done.returncode, done.stderr.decode(errors="replace"))
        raise NoPage
    pages, _, png = done.stdout.partition(b"\n")
    return PagePicture(png, int(pages))


def main() -> None:
    """Exit status 3 where there is no such page."""
    from pypdfium2 import PdfDocument, PdfiumError

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    number = int(sys.argv[1]) - 1
    try:
        document = PdfDocument(sys.stdin.buffer.read())
        if not 0 <= number < len(document):
            sys.exit(_NO_PAGE)
        page = document[number]
        width, height = page.get_size()
        bitmap = page.render(scale=min(_WIDTH / width, _HEIGHT / height), rev_byteorder=True)
    except PdfiumError:
        sys.exit(_NO_PAGE)
    png = _png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels)
    sys.stdout.buffer.write(b"%d\n" % len(document) + png)


def _png(pixels: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Red, green and blue of eight bits; what a pixel has beyond them is left out."""
    rows = bytearray()
    for y in range(height):
        row = pixels[y * stride : y * stride + width * channels]
        if channels == 4:
            row = b"".join(row[x : x + 3] for x in range(0, len(row), 4))
        rows += b"\0" + (row if channels != 1 else bytes(value for value in row for _ in range(3)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


if __name__ == "__main__":
    main()
