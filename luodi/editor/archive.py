"""The files of a book by their names: packed as they are stored, on the disk, and as a ZIP. Every byte is kept."""

import gzip
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from luodi.errors import BadInput, OutOfRange
from luodi.rules.book import hash_of

Files = Mapping[str, str]
MAX_FILES: Final = 300
MAX_FILE: Final = 2_000_000  # characters
MAX_BOOK: Final = 8_000_000
_NAME: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]{0,80}/){0,3}[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(yaml|csv)")


def pack(files: Mapping[str, str | None]) -> bytes:
    """The same files make the same bytes."""
    ordered = {name: files[name] for name in sorted(files)}
    return gzip.compress(json.dumps(ordered, ensure_ascii=False).encode(), mtime=0)


def unpack(raw: bytes | memoryview) -> dict[str, str]:
    found: dict[str, str] = json.loads(gzip.decompress(bytes(raw)))
    return found


def files_of(folder: Path) -> dict[str, str]:
    """Every file of a book, its tests included."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".yaml", ".csv")
    }


def write_files(folder: Path, files: Files) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def book_hash(files: Files) -> str:
    """What `Book.hash` is for these files: tests left out."""
    return hash_of({name: text.encode("utf-8") for name, text in files.items()})


def digest_of(files: Files) -> str:
    """Of every file, tests included."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name].encode("utf-8")).digest())
    return digest.hexdigest()


def zipped(files: Files, folder: str) -> bytes:
    """A ZIP of the folder; the same files make the same ZIP."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name].encode("utf-8"))
    return held.getvalue()


def differing(one: Files, other: Files) -> Iterator[str]:
    """Names of the files that are not the same in both."""
    yield from (name for name in sorted({*one, *other}) if one.get(name) != other.get(name))


def fitting(files: Files) -> None:
    """Raises `BadInput` for a name or a size that no book has."""
    for name, text in files.items():
        if not _NAME.fullmatch(name):
            raise BadInput("books.file-book-named-such-rules", at=name)
        if "\0" in text:
            raise BadInput("books.file-binary-not-text", at=name)
        if len(text) > MAX_FILE:
            raise OutOfRange("books.file-characters", count=len(text), max_file=MAX_FILE, at=name)
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BOOK:
        raise OutOfRange("books.book-most-files-characters", max_files=MAX_FILES, max_book=MAX_BOOK)
