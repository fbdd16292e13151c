"""A book's own tests: cases in `tests/`, each a day, some facts and the answer that must come out.

Rules, policies, steps and decision lists are answered here. Questions about access are answered by the layer
above, which hands its answer in as `ask`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from luodi.dates import parse_day
from luodi.errors import LuodiError, MissingKey, UnknownKey, UnknownValue, WrongType, did_you_mean
from luodi.located import List, Map
from luodi.message import in_key, in_line
from luodi.profiles.vocabulary import Value
from luodi.rules.book import Book
from luodi.rules.decide import decide, rule_answer
from luodi.rules.derive import facts_on
from luodi.rules.evaluate import Answer
from luodi.text import read_kept_yaml
from luodi.values import Number, exact, plain

KEYS: Final = ("case", "rule", "day", "given", "answer", "missing", "assumed", "because", "basis", "cap")
RULE_ANSWERS: Final = tuple(answer.value for answer in Answer)
ACCESS_ANSWERS: Final = ("allowed", "conditional", "not_allowed", "unknown", "silent")


@dataclass(frozen=True)
class Case:
    """One test. `says` holds the keys that the case writes down: only those are compared."""

    case: str
    day: date
    given: Mapping[str, Value]
    answer: str | None
    rule: str | None = None
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    because: str | None = None
    basis: tuple[str, ...] = ()
    cap: Number | None = None
    says: frozenset[str] = frozenset()
    file: str = ""
    line: int = 0

    @property
    def at(self) -> str:
        return in_line(self.file, self.line)


@dataclass(frozen=True)
class Outcome:
    """What came out. `basis` are the ids of the deciding rows, in order."""

    answer: str | None
    missing: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    because: str | None = None
    basis: tuple[str, ...] = ()
    cap: Number | None = None


Ask = Callable[[Case], Outcome]


@dataclass(frozen=True)
class Result:
    """A case with its outcome; `problems` are the differences in words, none when it passed."""

    case: Case
    outcome: Outcome | None
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Report:
    """The results of a book's cases. `skipped` were questions that nobody was there to answer."""

    book: str
    results: tuple[Result, ...]
    skipped: tuple[Case, ...] = field(default=())

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        return not self.failed


# ---- reading


def read_cases(book: Book) -> list[Case]:
    """Every case under `tests/` of the book's folder, in the order of the files.

    Unknown keys, rules, facts and answers are errors with file, line and the nearest valid word.
    """
    found: list[Case] = []
    folder = book.folder / "tests"
    for path in sorted(folder.rglob("*.yaml")):
        name = f"tests/{path.relative_to(folder).as_posix()}"
        rows = read_kept_yaml(path, name=name)
        if not isinstance(rows, List):
            raise WrongType("rules.file-tests-list-cases", at=name)
        found += [_case(row, rows.where(index), book) for index, row in enumerate(rows)]
    return found


def _case(row: Any, at: str, book: Book) -> Case:
    if not isinstance(row, Map):
        raise WrongType("rules.case-mapping-with-case-day", at=at)
    for key in row:
        if key not in KEYS:
            raise UnknownKey("rules.case-no-key", key=key, meant=did_you_mean(key, KEYS), at=row.where(key))
    for key in ("case", "day", "given", "answer"):
        if key not in row or (row[key] is None and key in ("case", "day")):
            raise MissingKey("rules.case-needs", key=key, at=row.where())
    rule = _rule(row, book)
    return Case(
        case=str(row["case"]),
        day=_day(row),
        given=book.vocabulary.parse_facts(row["given"] if row["given"] is not None else {}, at=row.where("given")),
        answer=_answer(row, rule, book),
        rule=rule,
        missing=_words(row, "missing"),
        assumed=_words(row, "assumed"),
        because=_because(row, book),
        basis=_words(row, "basis"),
        cap=_cap(row),
        says=frozenset(row),
        file=row.name,
        line=row.line,
    )


def _rule(row: Map, book: Book) -> str | None:
    rule = row.get("rule")
    if rule is None:
        if book.kind in ("rules", "policies", "steps"):
            raise MissingKey("rules.case-book-needs-rule-id", at=row.where())
        return None
    return _known(str(rule), row, "rule", book)


def _because(row: Map, book: Book) -> str | None:
    because = row.get("because")
    return None if because is None else _known(str(because), row, "because", book)


def _known(rule: str, row: Map, key: str, book: Book) -> str:
    if rule not in book.by_id:
        raise UnknownValue(
            "rules.book-no-rule", id=book.id, rule_id=rule, meant=did_you_mean(rule, book.by_id), at=row.where(key)
        )
    return rule


def _day(row: Map) -> date:
    try:
        return parse_day(str(row["day"]))
    except LuodiError as problem:
        raise problem.located(in_key("day", row.where("day"))) from None


def _answer(row: Map, rule: str | None, book: Book) -> str | None:
    answer = row["answer"]
    if answer is not None and not isinstance(answer, str):
        raise WrongType("rules.answer-word", at=row.where("answer"))
    if rule is None and book.kind == "decision-list":
        return answer
    allowed = ACCESS_ANSWERS if rule is None else RULE_ANSWERS
    if answer not in allowed:
        near = did_you_mean(answer or "", allowed)
        raise UnknownValue("rules.no-answer", answer=answer, allowed=allowed, near=near, at=row.where("answer"))
    return answer


def _words(row: Map, key: str) -> tuple[str, ...]:
    found = row.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise WrongType("rules.list-names", key=key, at=row.where(key))
    return tuple(found)


def _cap(row: Map) -> Number | None:
    if row.get("cap") is None:
        return None
    try:
        return exact(row["cap"])
    except LuodiError as problem:
        raise problem.located(in_key("cap", row.where("cap"))) from None


# ---- running


def run_cases(book: Book, cases: Sequence[Case], *, ask: Ask | None = None) -> Report:
    """Answer every case and compare. Without `ask`, cases of an access book are skipped and listed."""
    results: list[Result] = []
    skipped: list[Case] = []
    for case in cases:
        if book.kind == "access" and ask is None:
            skipped.append(case)
            continue
        results.append(_result(book, case, ask))
    return Report(book.id, tuple(results), tuple(skipped))


def _result(book: Book, case: Case, ask: Ask | None) -> Result:
    try:
        outcome = ask(case) if book.kind == "access" and ask else answer_case(book, case)
    except LuodiError as problem:
        return Result(case, None, (f"{problem.code}: {problem}",))
    return Result(case, outcome, tuple(_differences(case, outcome)))


def answer_case(book: Book, case: Case) -> Outcome:
    """The outcome of a case about one rule, or about a whole decision list."""
    facts = facts_on(book.vocabulary, case.given, case.day)
    if case.rule is None:
        made = decide(book, facts, case.day)
        return Outcome(made.value, made.missing, made.assumed, made.because, (made.because,) if made.because else ())
    finding = rule_answer(book.rule(case.rule), facts, case.day)
    missing = sorted(finding.missing) if finding.answer is Answer.UNKNOWN else ()
    return Outcome(finding.answer.value, tuple(missing), tuple(sorted(finding.assumed)))


def _differences(case: Case, outcome: Outcome) -> list[str]:
    pairs = {
        "answer": (case.answer, outcome.answer),
        "missing": (tuple(sorted(case.missing)), tuple(sorted(outcome.missing))),
        "assumed": (tuple(sorted(case.assumed)), tuple(sorted(outcome.assumed))),
        "because": (case.because, outcome.because),
        "basis": (case.basis, outcome.basis),
        "cap": (case.cap, outcome.cap),
    }
    return [
        f"`{key}` should be {_shown(wanted)} and is {_shown(found)}"
        for key, (wanted, found) in pairs.items()
        if key in case.says and wanted != found
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return value if isinstance(value, str) else plain(value)
