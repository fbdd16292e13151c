"""Whether a draft may be published: the book's own checks and tests, and what every new or changed rule must have."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from luodi import editions
from luodi.access.cases import asker
from luodi.editor.archive import Files, write_files
from luodi.errors import LuodiError
from luodi.message import Message, joined
from luodi.rules.book import Book
from luodi.rules.cases import Case, read_cases, run_cases
from luodi.rules.check import check_book
from luodi.rules.coverage import untested
from luodi.rules.diff import diff_books
from luodi.rules.finding import Finding, Severity, error
from luodi.rules.library import book_names, load_book, locate
from luodi.rules.problems import check_folder, company_of, finding_of

#: Books that others are read with: when one of these changes, all others must still hold.
_SHARED: Final = ("vocabulary", "law", "enterprise-size", "ownership")
#: Read by the program itself as lists of codes and words; they change with a release.
_FIXED: Final = {"vocabulary": ("industry-codes.csv", "name-words.csv")}


class NotReady(LuodiError):
    """A draft that fails its checks. `findings` are all failures, each with file, line and what to do."""

    code = "draft-not-ready"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("books.draft-not-ready", count=len(findings), first=findings[0].whole)
        self.findings = findings


@contextmanager
def trial(book: str, files: Files, among: editions.Books | None = None) -> Iterator[editions.Books]:
    """All books as they would stand with this one from these files. This thread answers from them until it ends."""
    with tempfile.TemporaryDirectory(prefix="luodi-draft-") as home:
        folder = Path(home) / book
        write_files(folder, files)
        with editions.reading((among or editions.latest()).having(book, folder)) as tried:
            yield tried


def judge(book: str, files: Files, base: Files, first_day: date, among: editions.Books | None = None) -> list[Finding]:
    """Everything that keeps a draft from being published, by file and line. `base` is the edition it began from."""
    try:
        with trial(book, base, among):
            before = load_book(book)
    except LuodiError:  # an edition that today's program does not read: every rule counts as new
        before = None
    found = [*_fixed(book, files, base)]
    with trial(book, files, among):
        try:
            found += _own(book, before, first_day)
        except LuodiError as problem:
            folder = locate(book)
            found += check_folder(folder, company_of(folder)).wrong or (finding_of(problem),)
        else:
            found += _others(book)
    return sorted(set(found), key=lambda f: (f.file, f.line, f.message))


def _fixed(book: str, files: Files, base: Files) -> Iterator[Finding]:
    for name in _FIXED.get(book, ()):
        if files.get(name) != base.get(name):
            yield error((name, 1), Message("books.list-codes-belongs-program"), Message("books.leave"))


def _own(name: str, before: Book | None, first_day: date) -> Iterator[Finding]:
    book = load_book(name)
    if book.id != name:
        yield error(
            ("book.yaml", 1),
            Message("books.book-called-not", name=name, book=book.id),
            Message("books.write-id", name=name),
        )
    cases = read_cases(book)
    yield from (f for f in check_book(book, cases) if f.severity is not Severity.INFO)
    yield from _failed(book, cases)
    for rule_id in touched(before, book):
        rule = book.rule(rule_id)
        yield from untested(rule, book, cases)
        if rule.review_by is None:
            yield error(
                (rule.file, rule.line),
                Message("books.rule-no-day-somebody-looks", rule=rule.id),
                Message("books.add-review-such-year-from"),
            )
        elif rule.review_by <= first_day:
            yield error(
                (rule.file, rule.line),
                Message("books.rule-looked", rule=rule.id, review_by=rule.review_by),
                Message("books.look-again-write-next-day"),
            )


def touched(before: Book | None, after: Book) -> list[str]:
    """Ids of the rules that are new or not what they were."""
    if before is None:
        return list(after.by_id)
    change = diff_books(before, after)
    return [*(rule.id for rule in change.added), *(rule.id for rule in change.changed)]


def _failed(book: Book, cases: list[Case], inside: str = "") -> Iterator[Finding]:
    report = run_cases(book, cases, ask=asker(book) if book.kind == "access" else None)
    for result in report.failed:
        case = result.case
        problems = joined(result.problems)
        words = Message("books.case-fails", case=case.case, problems=problems)
        if inside:
            words = Message("books.case-of-another-book-fails", book=inside, case=case.case, problems=problems)
        yield error((case.file, case.line), words, Message("books.mend-rule-or-what-case"))


def _others(book: str) -> Iterator[Finding]:
    """Books that are read with this one still load, and their cases still hold."""
    if book not in _SHARED:
        return
    for name in book_names():
        if name == book:
            continue
        try:
            other = load_book(name)
            yield from _failed(other, read_cases(other), name)
        except LuodiError as problem:
            yield error(
                ("book.yaml", 1),
                Message("books.book-no-longer-loads", name=name, problem=problem.whole),
                Message("books.mend-what-relies"),
            )
