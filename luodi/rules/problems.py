"""Everything that is wrong with a book, told at once: what keeps it from loading, then what `check_book` finds.

`read_book` stops at the first error, as it must. Whoever mends a book wants all of them, so here every file, rule,
clause, figure and case is read by itself with the reader's own functions. What stands on a part that does not read
is not judged: a rule that failed is not said to be missing elsewhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from luodi.dates import Span
from luodi.errors import LuodiError, WrongType, did_you_mean
from luodi.located import List, Map, where
from luodi.message import Message, in_line
from luodi.profiles.vocabulary import Vocabulary
from luodi.rules import book_reading as reader
from luodi.rules import cases as case_reader
from luodi.rules.book import Book, Rule, file_hash
from luodi.rules.book_reading import COMPANY_TOO, read_book
from luodi.rules.cases import Case, read_cases
from luodi.rules.check import check_book
from luodi.rules.finding import Finding, Severity, error
from luodi.rules.library import company_vocabulary
from luodi.text import read_kept_yaml

_FILE: Final = re.compile(r"[^,:]+\.(?:yaml|csv)")
_NO_RULE: Final = frozenset(("rules.book-no-rule",))
_ABOUT_CASES: Final = frozenset(("rules.no-test", "rules.threshold-not-tested", "rules.case-tests-rules"))
Place = tuple[str, int]
_HEAD: Final = ("book.yaml", 1)
_BOTH: Final = re.compile(rb"^vocabulary: %s$" % COMPANY_TOO.encode(), re.MULTILINE)
_OWN_WORDS: Final = re.compile(rb"^(attributes:|id: *(vocabulary|law)\s*$)", re.MULTILINE)
_FIXES: Final = {
    "unknown-key": "rules.take-out-or-known-name",
    "unknown-value": "rules.write-known-word",
    "missing-key": "rules.add-2",
    "duplicate-key": "rules.keep-one",
    "wrong-type": "rules.write-in-shape",
    "unreadable-file": "rules.mend-line",
}


@dataclass(frozen=True)
class Checked:
    """A folder read through. `book` and `cases` only where everything reads; the findings in either case."""

    book: Book | None
    cases: tuple[Case, ...]
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> tuple[Finding, ...]:
        """Without what is only to be known."""
        return tuple(f for f in self.findings if f.severity is not Severity.INFO)

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)


def check_folder(folder: Path, company: Vocabulary | None) -> Checked:
    """Every finding about the book in a folder. `company`: the vocabulary of books that bring none of their own."""
    found = _Reader(folder, company)
    first: list[Finding] = []
    if found.begins_well():
        try:
            book = read_book(folder, company)
            cases = tuple(read_cases(book))
            return Checked(book, cases, tuple(check_book(book, cases)))
        except LuodiError as problem:
            first = [finding_of(problem)]
    unread = found.problems() or first  # the first alone is what only the whole shows
    return Checked(None, (), tuple(_in_order([*unread, *found.judged(unread)])))


def company_of(folder: Path) -> Vocabulary | None:
    """The vocabulary of companies, for a book that brings no words of its own."""
    head = folder / "book.yaml"
    raw = head.read_bytes() if head.is_file() else b""
    return None if _OWN_WORDS.search(raw) and not _BOTH.search(raw) else company_vocabulary()


def finding_of(problem: LuodiError, otherwise: Place = ("book.yaml", 1)) -> Finding:
    """An error of the reader as a finding; its file, line and key are those of `at`."""
    parts = list(problem.at.parts()) if isinstance(problem.at, Message) else []
    key = next((part.params["key"] for part in parts if part.reason in ("place.key", "place.key-alone")), None)
    message = problem.message if key is None else Message("rules.of-key", key=key, problem=problem.message)
    file, line = next(((p.params["name"], p.params["line"]) for p in parts if p.reason == "place.line"), otherwise)
    if not parts and _FILE.fullmatch(problem.at or ""):
        file, line = str(problem.at), 1
    return error((file, line), message, Message(_FIXES.get(problem.code, "rules.mend-it")))


def _in_order(findings: Sequence[Finding]) -> list[Finding]:
    weight = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
    return sorted(dict.fromkeys(findings), key=lambda f: (weight[f.severity], f.file, f.line, f.message))


class _Reader:
    """Reads each part by itself and remembers what failed."""

    def __init__(self, folder: Path, company: Vocabulary | None) -> None:
        self.folder = folder
        self.company = company
        self.found: list[Finding] = []
        self.rules: list[Rule] = []
        self.lost: set[str] = set()  # ids of rules that do not read
        self.unread: set[str] = set()  # files that are no YAML
        self.partial: Book | None = None
        self.head: Map | None = None

    def attempt(self, otherwise: Place, act: Callable[..., Any], *given: Any) -> Any:
        """What the act answers, or None and a finding."""
        try:
            return act(*given)
        except LuodiError as problem:
            self.found.append(finding_of(problem, otherwise))
            return None

    def begins_well(self) -> bool:
        """Whether every file is YAML and `book.yaml` says what the book is. Mostly its rules and cases are sound too,
        and reading the whole says so in half the time that reading each by itself and then the whole would take."""
        self._files()
        self.head = self._head()
        return not self.found

    def problems(self) -> list[Finding]:
        """With those of each rule and case by itself."""
        if self.head is not None:
            self._rules(self.head)
            self._cases()
        return list(dict.fromkeys(self.found))

    def _files(self) -> None:
        """Each file as YAML."""
        self.content: dict[str, Any] = {}
        for path in sorted(self.folder.rglob("*.yaml")):
            name = path.relative_to(self.folder).as_posix()
            self.content[name] = self.attempt((name, 1), partial(read_kept_yaml, name=name), path)
            self.unread |= {name} if self.content[name] is None else set()

    def _head(self) -> Map | None:
        head = self.content.get("book.yaml")
        if not isinstance(head, Map):
            missing = "book.yaml" not in self.content
            if missing or head is not None:
                words = Message("rules.book-folder-with-book-yaml-3") if missing else Message("rules.book-yaml-mapping")
                self.found.append(error(("book.yaml", 1), words, Message("rules.write-what-book")))
            return None
        _each_key(self, head, reader._BOOK_KEYS, "a-book")
        before = len(self.found)
        for key in ("id", "title", "version"):
            if not head.get(key):
                self.found.append(
                    error((head.name, head.line), Message("rules.book-needs", key=key), Message("rules.add-2"))
                )
        kind = str(head.get("kind") or "rules")
        if kind not in reader._KINDS:
            words = Message("rules.no-kind-book", kind=kind, meant=did_you_mean(kind, reader._KINDS))
            self.found.append(
                error((head.name, head.lines["kind"]), words, Message("rules.write", kinds=reader._KINDS))
            )
        vocabulary = self.attempt(_HEAD, reader._vocabulary, head, self.company)
        return head if vocabulary is not None and len(self.found) == before else None

    def _rules(self, head: Map) -> None:
        vocabulary = reader._vocabulary(head, self.company)
        for name, content in self.content.items():
            if name.startswith("rules/") and content is not None:
                for row in self.attempt((name, 1), _rows, content, name) or ():
                    self._rule(row, name, vocabulary)
        self.attempt(_HEAD, reader._unique, tuple(self.rules))
        digest, _ = file_hash(self.folder)
        tables = {
            name.removesuffix(".yaml"): content
            for name, content in self.content.items()
            if not name.startswith(("rules/", "tests/")) and name != "book.yaml" and content is not None
        }
        self.partial = Book(
            id=str(head["id"]),
            title={},
            version=str(head["version"]),
            hash=digest,
            kind=str(head.get("kind") or "rules"),
            vocabulary=vocabulary,
            rules=tuple(self.rules),
            tables=tables,
            head=head,
            folder=self.folder,
            on_unknown=str(head.get("on_unknown") or "agree"),
            asks_first=tuple(head.get("asks_first") or ()),
        )

    def _rule(self, row: Any, name: str, vocabulary: Vocabulary) -> None:
        place = (name, row.line if isinstance(row, Map) else 1)
        try:
            self.rules.append(reader._rule(reader._mapping(row, where(row, name)), name, vocabulary))
            return
        except LuodiError as problem:
            first = finding_of(problem, place)
        if isinstance(row, Map):
            self.lost.add(str(row.get("id")))
            before = len(self.found)
            _RuleParts(self, row, name, vocabulary).read()
            if len(self.found) > before:
                return
        self.found.append(first)

    def _cases(self) -> None:
        assert self.partial is not None
        known = replace(self.partial, rules=(*self.rules, *map(_nameless, sorted(self.lost))))
        for name, rows in self.content.items():
            if name.startswith("tests/") and rows is not None:
                if not isinstance(rows, List):
                    self.found.append(
                        error((name, 1), Message("rules.file-tests-list-cases"), Message("rules.write-list"))
                    )
                    continue
                for index, row in enumerate(rows):
                    self._case(row, (name, rows.lines[index]), known)

    def _case(self, row: Any, place: tuple[str, int], book: Book) -> None:
        at = in_line(place[0], place[1])
        try:
            case_reader._case(row, at, book)
            return
        except LuodiError as problem:
            first = finding_of(problem, place)
        before = len(self.found)
        if isinstance(row, Map):
            _each_key(self, row, frozenset(case_reader.KEYS), "a-case")
            given = row.get("given")
            if isinstance(given, Map):
                for key in given:
                    one = _only(given, key)
                    self.attempt(place, partial(book.vocabulary.parse_facts, at=given.where(key)), one)
            if row.get("day") is not None:
                self.attempt(place, case_reader._day, row)
            self.attempt(place, case_reader._cap, row)
            if row.get("answer") is not None:
                self.attempt(place, case_reader._answer, row, row.get("rule"), book)
        unknown_rule = first.message.reason in _NO_RULE and any(name.startswith("rules/") for name in self.unread)
        if not unknown_rule and first.message not in [finding.message for finding in self.found[before:]]:
            self.found.append(first)

    # -- what the check says of the parts that do read

    def judged(self, unread: Sequence[Finding]) -> Iterator[Finding]:
        if self.partial is None or self.unread:
            return
        try:
            cases = read_cases(self.partial)
        except LuodiError:
            cases = []
        broken_cases = any(f.file.startswith("tests/") for f in unread) or (not cases and bool(self.lost))
        for finding in check_book(self.partial, cases):
            about_lost = not self.lost.isdisjoint(finding.message.names())
            about_counts = bool(self.lost) and finding.message.reason == "rules.counts-says"
            about_cases = broken_cases and finding.message.reason in _ABOUT_CASES
            if not (about_lost or about_counts or about_cases):
                yield finding


class _RuleParts:
    """The parts of a rule that does not read, each tried by itself."""

    def __init__(self, into: _Reader, row: Map, name: str, vocabulary: Vocabulary) -> None:
        self.into, self.row, self.name, self.vocabulary = into, row, name, vocabulary

    def read(self) -> None:
        row, attempt = self.row, self.into.attempt
        place = (self.name, row.line)
        _each_key(self.into, row, reader._RULE_KEYS, "a-rule")
        for key in ("id", "title", "basis"):
            if not row.get(key):
                self.into.found.append(
                    error(place, Message("rules.rule-needs", key=key), Message("rules.add-3", key=key))
                )
        if "when" not in row:
            self.into.found.append(
                error(place, Message("rules.rule-needs-when-list-clauses-2"), Message("rules.add-when"))
            )
        for key in ("title", "note", "unit"):
            if row.get(key):
                attempt(place, reader.bilingual, row[key], row.where(key))
        attempt(place, reader._day, row, "review_by")
        attempt(place, reader._day, row, "checked_on")
        self._citations(row.get("basis"), row.where("basis"))
        days = [attempt(place, reader._day, row, key) for key in ("from", "until")]
        span = attempt(place, Span.through, *days)
        self._clauses(span, self._figures(span if span is not None else Span()))

    def _citations(self, raw: Any, at: str) -> None:
        for one in raw if isinstance(raw, list) else [raw]:
            self.into.attempt((self.name, self.row.line), reader.citations, one, at)

    def _figures(self, span: Span) -> dict[str, Any] | None:
        """The figures, or None where one of them does not read, so that no clause is blamed for it."""
        raw, place = self.row.get("parameters") or {}, (self.name, self.row.line)
        if not isinstance(raw, dict):
            self.into.found.append(error(place, Message("rules.parameters-mapping"), Message("rules.write-2")))
            return None
        read = {
            key: self.into.attempt(place, reader._parameter, steps, self.row, key, span) for key, steps in raw.items()
        }
        return None if None in read.values() else read

    def _clauses(self, span: Span | None, figures: Mapping[str, Any] | None) -> None:
        when = self.row.get("when")
        place = (self.name, self.row.lines.get("when", self.row.line))
        if when is not None and not isinstance(when, list):
            self.into.found.append(error(place, Message("rules.when-list-clauses"), Message("rules.write-list")))
            return
        lines = when.lines if isinstance(when, List) else []
        for raw, line in zip(when or (), lines, strict=False):
            clause = self.into.attempt((self.name, line), reader._clause, raw, self.name, line)
            if clause is not None and span is not None and figures is not None:
                whole = reader._from_figures(span, figures)
                one = replace(
                    _nameless(str(self.row.get("id"))),
                    span=whole,
                    clauses=(clause,),
                    parameters=figures,
                    file=self.name,
                    line=self.row.line,
                )
                self.into.attempt((self.name, line), list, reader._editions(one, self.vocabulary))


def _each_key(into: _Reader, row: Map, known: frozenset[str], what: str) -> None:
    for key in row:
        into.attempt(_HEAD, reader._keys, _only(row, key), known, what)


def _only(row: Map, key: str) -> Map:
    """A mapping with one of its keys."""
    made = Map(row.name, row.line)
    made[key] = row[key]
    made.lines[key] = row.lines.get(key, row.line)
    return made


def _nameless(rule_id: str) -> Rule:
    return Rule(rule_id, {"zh": rule_id, "en": rule_id}, Span(), (), (), {})


def _rows(content: Any, name: str) -> list[Any]:
    """The rows of a file of rules. Raises what the reader raises of the file as a whole."""
    rows = content
    if isinstance(content, Map):
        rows = content.get("rules", [content])
    if not isinstance(rows, list):
        raise WrongType("rules.rule-or-list-under-rules", at=name)
    return rows
