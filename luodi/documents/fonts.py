"""The Chinese font of documents: where it lies, what it is called, which characters it has.

It comes from the package manimgx-fonts-cjk, one collection with one variable face a region and no serif. Latin
headings are set in Libertinus Serif, which Typst carries itself.
"""

import struct
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import category

from luodi.errors import LuodiError

if TYPE_CHECKING:
    import typst

#: The face for simplified Chinese: text, and headings too where the language is Chinese.
TEXT: Final = "Noto Sans CJK SC"
#: The face of Latin headings and large figures.
DISPLAY: Final = "Libertinus Serif"
_PACKAGE: Final = "manimgx_fonts_cjk"
_KINDS: Final = (".ttc", ".otc", ".otf", ".ttf")


class NoFont(LuodiError):
    """The package with the Chinese font is missing or holds another font."""

    code = "no-font"


def font_folder() -> Path:
    """The folder to hand to Typst as font path. Raises `NoFont`."""
    return font_file().parent


@cache
def font_file() -> Path:
    """The file that holds the Chinese face. Raises `NoFont`."""
    try:
        package = import_module(_PACKAGE)
    except ImportError:
        raise NoFont("documents.pdf-needs-chinese-font") from None
    folder = Path(package.__file__ or "").parent
    for file in sorted(f for f in folder.rglob("*") if f.suffix.lower() in _KINDS):
        if TEXT in _faces(file):
            return file
    raise NoFont("documents.package-manimgx-fonts-cjk-no", text=TEXT)


def families() -> tuple[str, ...]:
    """The family names in the package."""
    return tuple(_faces(font_file()))


@cache
def typst_fonts() -> "typst.Fonts":
    """Our font and those of Typst, without the machine's own, so that a plan looks the same everywhere."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[font_folder()])


def missing_glyphs(text: str) -> str:
    """The characters of `text` that the Chinese face cannot draw, each once; spaces and line ends aside."""
    have = _characters()
    return "".join(sorted({c for c in text if not c.isspace() and c != "\u200b" and ord(c) not in have}))


def drawable(text: str) -> str:
    """Each character that the Chinese face cannot draw by its number, such as `[U+1F680]`; joiners and selectors of a
    form, which draw nothing, are left out."""
    lost = {ord(one): "" if category(one) in ("Mn", "Cf") else f"[U+{ord(one):04X}]" for one in missing_glyphs(text)}
    return text.translate(lost)


# ---- reading a font file, as far as needed: its names and its characters


@cache
def _faces(file: Path) -> dict[str, int]:
    """Family name to the offset of its face."""
    data = file.read_bytes()
    offsets = [0]
    if data[:4] == b"ttcf":
        count = _u32(data, 8)
        offsets = [_u32(data, 12 + 4 * n) for n in range(count)]
    return {_family(data, at): at for at in offsets}


def _u16(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">H", data, at)[0])


def _u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from(">I", data, at)[0])


def _table(data: bytes, face: int, tag: bytes) -> int:
    for n in range(_u16(data, face + 4)):
        record = face + 12 + 16 * n
        if data[record : record + 4] == tag:
            return _u32(data, record + 8)
    raise NoFont("documents.font-no-table", tag=tag.decode())


def _family(data: bytes, face: int) -> str:
    """The typographic family name in English, else the plain one."""
    table = _table(data, face, b"name")
    texts = table + _u16(data, table + 4)
    found: dict[int, str] = {}
    for n in range(_u16(data, table + 2)):
        platform, _, language, kind, length, offset = struct.unpack_from(">6H", data, table + 6 + 12 * n)
        if (platform, language) == (3, 0x409) and kind in (1, 16):
            found[kind] = data[texts + offset : texts + offset + length].decode("utf-16-be")
    return found.get(16, found.get(1, ""))


@cache
def _characters() -> frozenset[int]:
    """The code points of the Chinese face, from its widest character map (format 12)."""
    file = font_file()
    data = file.read_bytes()
    table = _table(data, _faces(file)[TEXT], b"cmap")
    found: set[int] = set()
    for n in range(_u16(data, table + 2)):
        part = table + _u32(data, table + 4 + 8 * n + 4)
        if _u16(data, part) != 12:
            continue
        for group in range(_u32(data, part + 12)):
            first, last, _ = struct.unpack_from(">3I", data, part + 16 + 12 * group)
            found.update(range(first, last + 1))
    return frozenset(found)
