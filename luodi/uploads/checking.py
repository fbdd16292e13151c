"""Looking a file over before it is kept: its size, what it is by its content and by its name, and what it would do."""

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from luodi.uploads import office, pdf, pictures, texts
from luodi.uploads.kinds import HEAD, Kind, RefusedFile, agrees, by_name

_LONGEST: Final = 150  # characters of a name


@dataclass(frozen=True)
class Checked:
    """A file that may be kept. `file` reads it from the beginning; `flags` say what its reader should know:
    `attachments`, `forms`, `links`, `sealed`."""

    file: Any
    name: str
    kind: Kind
    size: int
    sha256: str
    flags: tuple[str, ...] = ()


def checked(file: Any, name: str, *, limit: int) -> Checked:
    """`limit` in bytes. Raises `RefusedFile`."""
    name = clean_name(name)
    kind = by_name(name)
    size, digest = _measured(file, limit)
    file.seek(0)
    if not agrees(kind, file.read(HEAD)):
        raise RefusedFile("lies", kind=kind.value.upper())
    file.seek(0)
    flags = _looked(file, kind)
    file.seek(0)
    return Checked(file, name, kind, size, digest, tuple(flags))


def clean_name(name: str) -> str:
    """The last part of a name, without signs that steer a reader or a system; it keeps its ending."""
    plain = "".join(
        sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    )
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", plain))[-1].strip().strip(".")
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: _LONGEST - len(ending)].strip()}{dot}{ending}" if dot else last[:_LONGEST]


def _measured(file: Any, limit: int) -> tuple[int, str]:
    file.seek(0)
    size, digest = 0, sha256()
    while block := file.read(1 << 20):
        size += len(block)
        digest.update(block)
        if size > limit:
            raise RefusedFile("large", most=f"{limit / 1_000_000:g}")
    if not size:
        raise RefusedFile("empty")
    return size, digest.hexdigest()


def _looked(file: Any, kind: Kind) -> list[str]:
    if kind.is_office:
        return office.look(file, kind)
    if kind.is_text:
        return texts.look(file, kind)
    return pdf.look(file) if kind is Kind.PDF else pictures.look(file, kind)
