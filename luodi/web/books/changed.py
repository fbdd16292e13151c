"""What a draft changes: rules by their clauses, rows of tables by their ids, and every file line by line."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final

from luodi.editions import with_books
from luodi.editor.archive import Files, differing, unpack
from luodi.editor.readiness import trial
from luodi.errors import LuodiError
from luodi.rules.book import Book
from luodi.rules.diff import diff_books
from luodi.rules.library import load_book
from luodi.web.books.models import Draft
from luodi.web.core.types import Json

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
    rules: Json | None
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


def _rules(name: str, old: Files, new: Files) -> Json:
    before, after = _loaded(name, old), _loaded(name, new)
    return book_difference(before, after)


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


# ---- rules and rows


def book_difference(old: Book, new: Book) -> Json:
    """What `new` changed: rules by their clauses and keys, rows of tables by their ids."""
    return {**diff_books(old, new).as_json(), "tables": list(_rows_changed(old, new))}


def _rows_changed(old: Book, new: Book) -> Iterator[Mapping[str, object]]:
    for name in sorted({*old.tables, *new.tables}):
        before, after = _rows(old.tables.get(name)), _rows(new.tables.get(name))
        found = {
            "table": name,
            "added": [key for key in after if key not in before],
            "removed": [key for key in before if key not in after],
            "changed": [key for key in after if key in before and after[key] != before[key]],
        }
        if found["added"] or found["removed"] or found["changed"]:
            yield found


def _rows(table: object) -> Mapping[str, object]:
    """The rows of a table by id; those without one by what they say."""
    if isinstance(table, Mapping):
        return {str(key): value for key, value in table.items()}
    if not isinstance(table, list):
        return {}
    return {
        str(row["id"]) if isinstance(row, Mapping) and "id" in row else json.dumps(row, ensure_ascii=False): row
        for row in table
    }
