"""The files of a book checked: everything that is wrong with it, and the cases of its own that fail.

Forms, the text editor, the review and the command ask the same checker; here it gets files that lie in no folder yet.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Final

from luodi.access.cases import asker
from luodi.errors import BadInput, LuodiError
from luodi.rules.book import Book
from luodi.rules.cases import Case, Result, run_cases
from luodi.rules.finding import Finding, Severity
from luodi.rules.problems import check_folder, company_of, finding_of

Files = Mapping[str, str]
_SUFFIXES: Final = (".yaml", ".csv")


class BadFileName(BadInput):
    """A name that no file of a book can have."""

    code = "bad-file-name"


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
    def told(self) -> tuple[Finding, ...]:
        """Everything to be mended, failing cases among it."""
        return (*self.errors, *(_of_case(result) for result in self.failing), *self.warnings)


def _of_case(result: Result) -> Finding:
    return Finding(
        result.case.file, result.case.line, f"the case `{result.case.case}` fails: {'; '.join(result.problems)}",
        "mend the rule, or the case", Severity.ERROR,
    )  # fmt: skip


def check(files: Files) -> Report:
    """Raises `BadFileName` for a name that leads out of the book. The last few states are remembered."""
    for name in files:
        require_name(name)
    return _checked(_State(files))


class _State:
    """Files that are compared by their hash."""

    def __init__(self, files: Files) -> None:
        self.files = files
        digest = sha256()
        for name in sorted(files):
            digest.update(f"{name}\0{len(files[name])}\0{files[name]}".encode())
        self.digest = digest.hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _State) and other.digest == self.digest


@lru_cache(maxsize=8)
def _checked(state: _State) -> Report:
    with folder_of(state.files) as folder:
        found = check_folder(folder, company_of(folder))
        failing: tuple[Result, ...] = ()
        findings = found.findings
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
        write(files, folder)
        yield folder


def write(files: Files, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        require_name(name)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


def require_name(name: str) -> None:
    """A file lies in the book's folder or in one below it, and is YAML or CSV."""
    path = PurePosixPath(name)
    parts_fine = all(part[:1].isalnum() and not set(part) & set('\\:*?"<>|\0\n') for part in path.parts)
    if not parts_fine or not path.parts or path.is_absolute() or len(path.parts) > 3 or path.suffix not in _SUFFIXES:
        raise BadFileName(f"`{name[:80]}` is no name for a file of a book; write one such as rules/beijing.yaml")
    if name != path.as_posix() or len(name) > 120:
        raise BadFileName(f"`{name[:80]}` is no name for a file of a book; write one such as rules/beijing.yaml")
