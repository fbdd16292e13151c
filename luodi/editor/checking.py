"""The files of a book checked: everything that is wrong with it, and the cases of its own that fail.

Forms, the text editor, the review and the command ask the same checker; here it gets files that lie in no folder yet.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from luodi.access.cases import asker
from luodi.editions import with_books
from luodi.editor.archive import Files, digest_of, fitting, write_files
from luodi.errors import LuodiError
from luodi.message import Message, joined, sentence
from luodi.rules.book import Book
from luodi.rules.cases import Case, Result, run_cases
from luodi.rules.finding import Finding, Severity
from luodi.rules.problems import check_folder, company_of, finding_of


@dataclass(frozen=True)
class Report:
    """What the checker says. `book` is there where everything reads; `failing` are cases that give another answer."""

    book: Book | None
    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]
    failing: tuple[Result, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    @property
    def is_sound(self) -> bool:
        """It reads, nothing is an error, and every case holds."""
        return self.book is not None and not self.errors and not self.failing

    def in_file(self, file: str) -> tuple[Finding, ...]:
        """Errors and warnings of one file, failing cases among them."""
        failing = (_of_case(result) for result in self.failing if result.case.file == file)
        return (*(f for f in (*self.errors, *self.warnings) if f.file == file), *failing)

    @property
    def to_mend(self) -> tuple[Finding, ...]:
        """Everything to be mended, failing cases among it."""
        return (*self.errors, *(_of_case(result) for result in self.failing), *self.warnings)


def _of_case(result: Result) -> Finding:
    return Finding(
        result.case.file,
        result.case.line,
        Message("books.case-fails-here", case=result.case.case, problems=joined(result.problems)),
        Message("books.mend-rule-or-case"),
        Severity.ERROR,
    )


def check(files: Files) -> Report:
    """Raises `BadInput` for a name or a size that no book has. The last few states are remembered."""
    fitting(files)
    return _checked(_State(files))


class _State:
    """Files that are compared by their digest."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.digest = digest_of(files)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _State) and other.digest == self.digest


@with_books(maxsize=8)
def _checked(state: _State) -> Report:
    with folder_of(state.files) as folder:
        found = check_folder(folder, company_of(folder))
        findings = found.findings
        failing: tuple[Result, ...] = ()
        if found.book is not None:
            try:
                ask = asker(found.book) if found.book.kind == "access" else None
                failing = run_cases(found.book, found.cases, ask=ask).failed
            except LuodiError as problem:  # tables that read but cannot be put together
                findings = (finding_of(problem), *findings)
        return Report(found.book, found.cases, findings, failing)


@contextmanager
def folder_of(files: Files) -> Iterator[Path]:
    """The files as a folder, for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="luodi-book-") as home:
        folder = Path(home) / "book"
        folder.mkdir()
        write_files(folder, files)
        yield folder


def new_errors(before: Files, after: Files) -> tuple[Finding, ...]:
    """Errors of the files after an edit that the checker did not find in those before."""
    known = {(f.file, f.message) for f in check(before).errors}
    return tuple(f for f in check(after).errors if (f.file, f.message) not in known)


# ---- for a page


@dataclass(frozen=True)
class Problem:
    """A finding in the language of the page. `field`: the field of the form that a person goes to."""

    text: str
    fix: str
    field: str
    file: str = ""
    line: int = 0
    is_error: bool = True


def problems_of(findings: Iterable[Finding], lang: str, at: Mapping[str, list[Finding]] | None = None) -> list[Problem]:
    """Findings in the words of a language; `at` are those that stand at a field, by its name."""
    fields = {id(finding): name for name, rows in (at or {}).items() for finding in rows}
    return [
        Problem(
            sentence(one.message, lang),
            sentence(one.fix, lang),
            fields.get(id(one), ""),
            one.file,
            one.line,
            one.severity is Severity.ERROR,
        )
        for one in findings
    ]
