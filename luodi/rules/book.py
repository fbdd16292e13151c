"""A book: a folder of rules as data, read with positions, typed at load, and named by version and hash.

`book.yaml` says what the book is, `rules/*.yaml` hold its rules (one, or a list under `rules:`), the other
YAML files are its tables (instruments, places ..), `tests/` hold its cases. See docs/reference/books.md.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from luodi.dates import Span
from luodi.errors import BadInput, UnknownKey, did_you_mean
from luodi.message import in_line
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules.tree import And, Const, Tree
from luodi.terms.reading import read_state


class BadRule(BadInput):
    """A rule that does not read or does not fit the vocabulary."""

    code = "bad-rule"


class UnknownBook(BadInput):
    code = "unknown-book"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where in the law a statement stands. `instrument` is an id of the book's instruments, or a title.

    Where a text was replaced, each edition is cited on its own days (`from`, `until`).
    """

    instrument: str
    article: str | None = None
    note: Mapping[str, str] | None = field(default=None, compare=False)  # a remark does not make another citation
    span: Span | None = None  # the days on which it is cited; None: on every day of its rule

    def as_json(self, rule: str | None = None) -> dict[str, str | None]:
        return {"instrument": self.instrument, "article": self.article, "rule": rule}


def cited_on(citations: tuple[Citation, ...], on: date) -> tuple[Citation, ...]:
    """The citations of one day: most stand on every day of their rule."""
    return tuple(c for c in citations if c.span is None or on in c.span)


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a rule: its CEL text, what it says in both languages, its own citations."""

    text: str
    cites: tuple[Citation, ...] = ()
    says: Mapping[str, str] | None = None
    presume: frozenset[str] = frozenset()
    id: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """A clause whose figures are those of one day."""

    clause: Clause
    tree: Tree


@dataclass(frozen=True)
class Rule:
    """One rule. `edition(day)` gives the clauses with the figures of that day."""

    id: str
    title: Mapping[str, str]
    span: Span
    clauses: tuple[Clause, ...]
    basis: tuple[Citation, ...]
    gives: Mapping[str, Any]
    parameters: Mapping[str, tuple[tuple[date, Any, tuple[Citation, ...]], ...]] = field(default_factory=dict)
    confidence: str = ""
    verification: str = ""
    seen_at: str | None = None
    note: Mapping[str, str] | None = None
    review_by: date | None = None  # the day by which somebody looks at the rule again
    checked_on: date | None = None  # the day on which somebody checked it last
    extra: Mapping[str, Any] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    editions: tuple[tuple[date, tuple[Bound, ...]], ...] = ()
    #: The same, apart for the days on which other texts are cited; empty where the same are cited on every day.
    cited: tuple[tuple[date, tuple[Bound, ...]], ...] = ()

    @property
    def at(self) -> str:
        return in_line(self.file, self.line)

    @property
    def first(self) -> date | None:
        return self.span.first

    @property
    def last(self) -> date | None:
        """The last day on which the rule is in force, inclusive."""
        return self.span.last

    @property
    def seen_also(self) -> Any:
        """Further addresses where the text was read, as the book has them."""
        return self.extra.get("seen_also")

    @cached_property
    def read(self) -> str:
        """How far its text was read: `official`, `elsewhere` or `not_read`."""
        return read_state(self).id

    def edition(self, on: date) -> tuple[Bound, ...]:
        """The clauses with the figures and the citations of a day."""
        editions = self.cited or self.editions
        chosen = editions[0][1]
        for since, bound in editions:
            if since <= on:
                chosen = bound
        return chosen

    def tree(self, on: date) -> Tree:
        bound = self.edition(on)
        if len(bound) == 1:
            return bound[0].tree
        return And(tuple(b.tree for b in bound)) if bound else Const(True)

    def citations(self, clause: Clause | None = None, *, on: date | None = None) -> tuple[Citation, ...]:
        """Those of a clause, or of the rule where it has none of its own; with a day, the ones of that day."""
        found = clause.cites if clause is not None and clause.cites else self.basis
        return found if on is None else cited_on(found, on)


@dataclass(frozen=True)
class Book:
    """Rules with their vocabulary and tables. `hash` is that of every file but the tests.

    Of a decision list: `on_unknown` says what an unknown rule does (see `decide`), `asks_first` names facts
    without which nothing else is worth asking.
    """

    id: str
    title: Mapping[str, str]
    version: str
    hash: str
    kind: str
    vocabulary: Vocabulary
    rules: tuple[Rule, ...]
    tables: Mapping[str, Any]
    head: Mapping[str, Any]
    folder: Path
    on_unknown: str = "agree"
    asks_first: tuple[str, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def instruments(self) -> dict[str, Mapping[str, Any]]:
        """Its own table of instruments, by every id that a row has or had."""
        return rows_by_id(self.tables.get("instruments") or ())

    def rule(self, rule_id: str) -> Rule:
        found = self.by_id.get(rule_id)
        if found is None:
            raise UnknownKey("rules.book-no-rule", id=self.id, rule_id=rule_id, meant=did_you_mean(rule_id, self.by_id))
        return found

    def as_json(self) -> dict[str, str]:
        return {"name": self.id, "version": self.version, "hash": self.hash}


def rows_by_id(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """A row that took in another one is found under the other id too, so that what was cited stays cited."""
    found: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        for name in (row.get("id"), *(old.get("id") for old in row.get("also") or ())):
            if name is not None:
                found.setdefault(str(name), row)
    return found


def file_hash(folder: Path) -> tuple[str, list[Path]]:
    """SHA-256 over the names and contents of a book's files, tests left out, and the files in order."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".yaml", ".csv") and "tests" not in path.relative_to(folder).parts
    )
    return hash_of({path.relative_to(folder).as_posix(): path.read_bytes() for path in files}), files


def hash_of(files: Mapping[str, bytes]) -> str:
    """The same of files by their names; those under `tests/` are left out."""
    digest = hashlib.sha256()
    for name in sorted(map(PurePosixPath, files)):
        if "tests" not in name.parts:
            digest.update(str(name).encode() + b"\0")
            digest.update(hashlib.sha256(files[str(name)]).digest())
    return digest.hexdigest()
