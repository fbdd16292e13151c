"""Editions of the books: each state that was ever on this site is kept, with what it changed."""

import gzip
import json
import tempfile
from datetime import datetime
from pathlib import Path

from luodi.errors import LuodiError
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.book import Book, file_hash
from luodi.rules.book_reading import read_book
from luodi.rules.library import book_names, company_vocabulary, load_book
from luodi.web.books.changed import book_difference
from luodi.web.books.queries import base_of
from luodi.web.core.types import Json
from luodi.web.library.models import Edition


def keep_editions(at: datetime) -> None:
    """Keep every book whose present state is not kept yet."""
    for name in book_names():
        book = load_book(name)
        if not Edition.objects.filter(book=book.id, hash=book.hash).exists():
            before = _before(book)
            Edition.objects.create(
                book=book.id,
                version=book.version,
                hash=book.hash,
                seen=at,
                files=packed(book.folder),
                changes=changes(before, book) if before else None,
            )


def _before(book: Book) -> Edition | None:
    """The one that it was made from where it was published here, else the one seen last."""
    seen = Edition.objects.filter(book=book.id).order_by("-seen", "-id")
    base = base_of(book.id, book.hash)
    return (seen.filter(hash=base).first() if base else None) or seen.first()


def packed(folder: Path) -> bytes:
    """The files of a book, by their names, compressed."""
    _, files = file_hash(folder)
    named = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}
    return gzip.compress(json.dumps(named, ensure_ascii=False).encode(), mtime=0)


def unpacked(raw: bytes | memoryview, company: Vocabulary | None) -> Book:
    """The book of an archive. Raises what `read_book` raises, where today's program no longer reads it."""
    with tempfile.TemporaryDirectory() as home:
        for name, text in json.loads(gzip.decompress(bytes(raw))).items():
            path = Path(home) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_book(Path(home), company)


def changes(before: Edition, book: Book) -> Json:
    """What `book` changed: rules by their clauses and keys, rows of tables by their ids."""
    own = book.id in ("vocabulary", "law") or "attributes" in book.head
    try:
        old = unpacked(before.files, None if own else company_vocabulary())
    except LuodiError as problem:
        return {"unreadable": problem.message}
    return book_difference(old, book)
