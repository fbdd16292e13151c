"""Looking through XLSX and DOCX, archives of XML, for what unpacks without end and for what runs."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, Final
from xml.etree import ElementTree

from luodi.uploads.kinds import Kind, RefusedFile

ENTRIES: Final = 5_000
UNPACKED: Final = 200_000_000  # bytes of all parts together
RATIO: Final = 250  # times the packed size, where more than _SMALL comes out
_SMALL: Final = 10_000_000
_WHOLE: Final = 64_000_000  # bytes of a part that has to be read as one
_BLOCK: Final = 1 << 16
_DEEP: Final = 1  # a table inside a document, and nothing inside that one
_MAIN: Final = {
    Kind.DOCX: "wordprocessingml.document.main+xml",
    Kind.XLSX: "spreadsheetml.sheet.main+xml",
}
_RUNS: Final = re.compile(r"macroEnabled|vbaProject|macrosheet|activeX|oleObject", re.I)
_RUNS_BY_NAME: Final = re.compile(r"vbaproject|vbadata|/activex/|macrosheets/|/oleobject|\.(bin|exe|dll|js|vbs)$", re.I)
_HARMLESS_BIN: Final = re.compile(r"(^|/)printersettings/[^/]*\.bin$", re.I)
_OUTSIDE: Final = {"hyperlink", "externalLinkPath", "image"}  # what may lie elsewhere
_FIELDS: Final = re.compile(r"<(?:\w+:)?instrText[^>]*>([^<]*)<|\binstr=\"([^\"]*)\"")
_PARTS: Final = re.compile(r"^(word/[^/]+\.xml|xl/externalLinks/[^/]+\.xml|\[Content_Types\]\.xml)$|\.rels$", re.I)


@dataclass
class _Budget:
    """What is left of the limits, for an archive and those inside it."""

    entries: int
    unpacked: int
    flags: set[str] = field(default_factory=set)


def look(file: IO[bytes], kind: Kind) -> list[str]:
    """Flags of what was found. Raises `RefusedFile` for what is another kind, unpacks without end, or runs."""
    budget = _Budget(ENTRIES, UNPACKED)
    found = _archive(file, budget, _DEEP)
    if found is not kind:
        raise RefusedFile("lies", kind=kind.value.upper())
    return sorted(budget.flags)


def _archive(file: IO[bytes], budget: _Budget, deeper: int) -> Kind | None:
    try:
        with zipfile.ZipFile(file) as archive:
            return _parts(archive, budget, deeper)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, UnicodeError, ValueError):
        raise RefusedFile("damaged") from None


def _parts(archive: zipfile.ZipFile, budget: _Budget, deeper: int) -> Kind | None:
    inside = archive.infolist()
    budget.entries -= len(inside)
    names = {one.filename for one in inside}
    if budget.entries < 0:
        raise RefusedFile("bomb")
    if len(names) != len(inside) or any(one.flag_bits & 1 for one in inside) or any(map(_leads_away, names)):
        raise RefusedFile("damaged")
    kind: Kind | None = None
    for one in inside:
        content = _content(archive, one, budget)
        if one.filename == "[Content_Types].xml":
            kind = _kind_of(_text(content))
        _look_at(one.filename, content, budget, deeper)
    return kind


def _leads_away(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _content(archive: zipfile.ZipFile, one: zipfile.ZipInfo, budget: _Budget) -> bytes:
    """The part where it has to be looked at, else nothing; counted as it comes out, whatever its head says."""
    if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedFile("damaged")
    wanted = bool(_PARTS.search(one.filename)) or "/embeddings/" in one.filename
    out, size = io.BytesIO(), 0
    with archive.open(one) as source:
        while block := source.read(_BLOCK):
            size += len(block)
            budget.unpacked -= len(block)
            if budget.unpacked < 0 or (size > _SMALL and size > RATIO * max(one.compress_size, 1)):
                raise RefusedFile("bomb")
            if wanted:
                out.write(block)
                if size > _WHOLE:
                    raise RefusedFile("bomb")
    return out.getvalue()


def _look_at(name: str, content: bytes, budget: _Budget, deeper: int) -> None:
    low = name.lower()
    if "/embeddings/" in low and low.endswith((".xlsx", ".docx")):
        if not deeper or _archive(io.BytesIO(content), budget, deeper - 1) is None:
            raise RefusedFile("active", what=name.rpartition("/")[2])
        budget.flags.add("attachments")
    elif "/embeddings/" in low or (_RUNS_BY_NAME.search(low) and not _HARMLESS_BIN.search(low)):
        raise RefusedFile("active", what=name.rpartition("/")[2])
    elif low.endswith(".rels"):
        _relations(_text(content), budget)
    elif content and low != "[content_types].xml":
        _fields(_text(content), low)


def _kind_of(types: str) -> Kind | None:
    if found := _RUNS.search(types):
        raise RefusedFile("active", what=found[0])
    kinds = [kind for kind, main in _MAIN.items() if main in types]
    return kinds[0] if len(kinds) == 1 else None


def _relations(text: str, budget: _Budget) -> None:
    for one in _tree(text).iter():
        kind = one.get("Type", "").rpartition("/")[2]
        outside = one.get("TargetMode") == "External"
        if _RUNS.search(kind) or kind == "control" or (outside and kind not in _OUTSIDE):
            raise RefusedFile("active", what=kind)
        if outside and kind != "hyperlink":
            budget.flags.add("links")


def _fields(text: str, name: str) -> None:
    """Fields and links that start another program."""
    if name.startswith("xl/") and re.search(r"<(?:\w+:)?(ddeLink|oleLink)\b", text):
        raise RefusedFile("active", what="DDE")
    said = "".join(a or b for a, b in _FIELDS.findall(text))
    if re.search(r"\bDDE(AUTO)?\b", said, re.I):
        raise RefusedFile("active", what="DDE")


def _text(raw: bytes) -> str:
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise RefusedFile("damaged")
    return text


def _tree(text: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1))  # it may name another encoding
    except ElementTree.ParseError:
        raise RefusedFile("damaged") from None
