"""What is wrong with a book: ids that lead nowhere, windows that cannot be, texts without a translation, figures
that no test touches. Whatever stops a book from loading is an error of `read_book` and not looked for again.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from luodi.errors import LuodiError
from luodi.located import Map
from luodi.message import Message
from luodi.rules.book import Book
from luodi.rules.cases import Case
from luodi.rules.coverage import coverage
from luodi.rules.finding import Finding, Severity, error, information, nowhere, place_of, place_of_rule, warning
from luodi.rules.formulas import formulas
from luodi.rules.in_force import not_in_force
from luodi.rules.references import asked_first, citations, codes, cycles, references
from luodi.rules.translations import translations
from luodi.rules.windows import windows
from luodi.values import exact

_ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check_book(book: Book, cases: Sequence[Case]) -> list[Finding]:
    """Every finding, errors first, then by file and line. `cases` are the book's own tests."""
    found = {
        *citations(book),
        *not_in_force(book),
        *references(book),
        *asked_first(book),
        *codes(book),
        *formulas(book),
        *cycles(book),
        *windows(book),
        *_counts(book),
        *_presence(book),
        *_stray_tests(book, cases),
        *_caps(book),
        *translations(book),
        *coverage(book, cases),
    }
    return sorted(found, key=lambda f: (_ORDER[f.severity], f.file, f.line, f.message))


def _caps(book: Book) -> Iterator[Finding]:
    """`gives.cap` is what people are told, `ceiling` what their share is held against: the two are one figure."""
    if book.kind != "access":
        return
    for rule in book.rules:
        cap, steps = rule.gives.get("cap"), rule.parameters.get("ceiling", ())
        tested = [value for _, value, _ in steps]
        if steps and cap is None:
            what, fix = (
                Message("rules.rule-ceiling-tells-no-cap", rule=rule.id),
                Message("rules.write-cap", tested=tested[-1]),
            )
            yield error(place_of_rule(rule), what, fix)
        for value in tested if cap is not None else ():
            if not _same(value, cap):
                what = Message("rules.rule-tells-cap-tests-ceiling", rule=rule.id, cap=cap, value=value)
                fix = Message("rules.write-same-figure-both")
                yield error(place_of(rule.gives, "cap"), what, fix)


def _same(one: object, other: object) -> bool:
    try:
        return exact(str(one)) == exact(str(other))
    except LuodiError:  # no figure; the reader of the book says so at its place
        return str(one) == str(other)


COUNTED: Final = {
    "zones": "places",
    "source_systems": "sources",
    "treatments": "",
    "steps": "",
    "policies": "",
    "rules": "",
}


def _counts(book: Book) -> Iterator[Finding]:
    counts = book.head.get("counts")
    if not isinstance(counts, Map):
        return
    for name, wanted in counts.items():
        found = _count(book, name)
        place = place_of(counts, name)
        if found is None:
            known = [*book.tables, *COUNTED]
            yield nowhere(place, "table to count", name, known)
        elif str(found) != str(wanted):
            yield error(
                place,
                Message("rules.counts-says", wanted=wanted, name=name, found=found),
                Message("rules.find-row-lost-or-mend"),
            )


def _count(book: Book, name: str) -> int | None:
    table = COUNTED.get(name, name)
    if not table:
        return len(book.rules)
    found = book.tables.get(table, book.tables.get(table.replace("_", "-")))
    if isinstance(found, list):
        return len(found)
    if isinstance(found, dict):
        return len(found["codes"]) if isinstance(found.get("codes"), list) else len(found)
    path = book.folder / f"{table.replace('_', '-')}.csv"
    if path.is_file():
        return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip()) - 1
    return len(book.vocabulary.attributes) if table == "attributes" else None


def _presence(book: Book) -> Iterator[Finding]:
    """Places where absence itself is an answer: they are allowed, and the laws of unknown facts leave them out."""
    for rule in book.rules:
        for clause in rule.clauses:
            if clause.presume:
                what = Message("rules.absent-fact-counts-no")
            elif "has(" in clause.text:
                what = Message("rules.turns-absence-into-answer")
            else:
                continue
            yield information(
                (rule.file, clause.line),
                Message("rules.problem", rule=rule.id, what=what, clause=clause.text),
                Message("rules.keep-only-where-law-itself"),
            )


def _stray_tests(book: Book, cases: Sequence[Case]) -> Iterator[Finding]:
    """Tests stand under the name of the file of rules that they test."""
    rules = {rule.id: rule.file.removeprefix("rules/") for rule in book.rules}
    for case in cases:
        wanted = rules.get(case.rule or "")
        if wanted and case.file != f"tests/{wanted}":
            yield warning(
                (case.file, case.line),
                Message("rules.case-tests-rules", rule=case.rule, wanted=wanted),
                Message("rules.move-tests", wanted=wanted),
            )
