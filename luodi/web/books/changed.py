"""What a draft changes: rules by their clauses, rows of tables by their ids, and every file line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Final

from luodi.editions import with_books
from luodi.errors import LuodiError
from luodi.rules.book import Book
from luodi.rules.diff import diff_books
from luodi.rules.library import load_book
from luodi.web.books.archive import Files, differing, unpack
from luodi.web.books.judging import trial
from luodi.web.books.models import Draft
from luodi.web.library.editions import rows_changed

_MOST: Final = 400  # lines of a file that are shown


@dataclass(frozen=True)
class FileChange:
    """`lines` begin with a space, `+`, `-` or `@`; `more` says how many are left out."""

    name: str
    added: int
    removed: int
    lines: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class Changed:
    """`rules` is the difference as `library.Edition.changes` has it; `problem` where one of both does not load."""

    files: tuple[FileChange, ...]
    rules: dict[str, Any] | None
    problem: LuodiError | None = None

    @property
    def is_empty(self) -> bool:
        return not self.files


def changed(draft: Draft) -> Changed:
    """Against the edition that it began from."""
    return _changed(draft.book, bytes(draft.base_files), bytes(draft.files))


@with_books(maxsize=32)
def _changed(book: str, before: bytes, after: bytes) -> Changed:
    old, new = unpack(before), unpack(after)
    files = tuple(_file(name, old, new) for name in differing(old, new))
    try:
        return Changed(files, _rules(book, old, new))
    except LuodiError as problem:
        return Changed(files, None, problem)


def _rules(name: str, old: Files, new: Files) -> dict[str, Any]:
    before, after = _loaded(name, old), _loaded(name, new)
    return {**diff_books(before, after).as_json(), "tables": list(rows_changed(before, after))}


def _loaded(name: str, files: Files) -> Book:
    with trial(name, files):
        return load_book(name)


def _file(name: str, old: Files, new: Files) -> FileChange:
    lines = list(_lines(old.get(name, ""), new.get(name, "")))
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return FileChange(name, added, removed, tuple(lines[:_MOST]), max(len(lines) - _MOST, 0))


def _lines(old: str, new: str) -> Iterator[str]:
    found = unified_diff(old.splitlines(), new.splitlines(), n=2, lineterm="")
    return (line for number, line in enumerate(found) if number > 1)
