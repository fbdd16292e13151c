"""A book: a folder of rules as data, read with positions, typed at load, and named by version and hash.

`book.yaml` says what the book is, `rules/*.yaml` hold its rules (one, or a list under `rules:`), the other
YAML files are its tables (instruments, places ..), `tests/` hold its cases. See docs/reference/books.md.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import BadInput, LuodiError, MissingKey, UnknownKey, UnreadableFile, WrongType, did_you_mean
from luodi.message import Message, in_key, in_line
from luodi.profiles.vocabulary import Kind, Vocabulary, attributes_from
from luodi.rules.lower import lower
from luodi.rules.tree import And, Const, Tree, attributes
from luodi.text import List, Map, read_kept_yaml, where
from luodi.values import exact

_BOOK_KEYS: Final = frozenset(
    "id title version as_of kind vocabulary attributes on_unknown asks_first tables counts scope conventions about "
    "confidence sources cautions licence".split()
)
_RULE_KEYS: Final = frozenset(
    "id title from until when parameters gives basis confidence confidence_parts verification seen_at seen_also "
    "seen_file note window_note review_by checked_on unit".split()
)
_CLAUSE_KEYS: Final = frozenset("is cites says presume id".split())
_STEP_KEYS: Final = frozenset("from is cites".split())
_CITATION_KEYS: Final = frozenset("instrument title number article note from until".split())
#: The value of `vocabulary:` of a book whose own words stand beside those of companies.
COMPANY_TOO: Final = "company"
_KINDS: Final = ("rules", "access", "steps", "policies", "decision-list", "vocabulary")


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


def read_book(folder: Path, company: Vocabulary | None) -> Book:
    """Read and type-check a book. `company` is the vocabulary of books that bring none of their own."""
    head_path = folder / "book.yaml"
    if not head_path.is_file():
        raise UnreadableFile("rules.book-folder-with-book-yaml", at=folder.name)
    head = _mapping(read_kept_yaml(head_path, name="book.yaml"), "book.yaml")
    _keys(head, _BOOK_KEYS, "a-book")
    for key in ("id", "title", "version"):
        if not head.get(key):
            raise MissingKey("rules.book-needs", key=key, at=head.where())
    kind = str(head.get("kind") or "rules")
    if kind not in _KINDS:
        raise BadRule("rules.no-kind-book", kind=kind, meant=did_you_mean(kind, _KINDS), at=head.where("kind"))
    digest, files = file_hash(folder)
    vocabulary = _vocabulary(head, company)
    rules = tuple(_rules(folder, files, vocabulary))
    _unique(rules)
    return Book(
        id=str(head["id"]),
        title=bilingual(head["title"], head.where("title")),
        version=str(head["version"]),
        hash=digest,
        kind=kind,
        vocabulary=vocabulary,
        rules=rules,
        tables=_tables(folder, files),
        head=head,
        folder=folder,
        on_unknown=str(head.get("on_unknown") or "agree"),
        asks_first=tuple(head.get("asks_first") or ()),
    )


def _vocabulary(head: Map, company: Vocabulary | None) -> Vocabulary:
    if head.get("attributes") is not None:
        own = attributes_from(head["attributes"], at=head.where("attributes"))
        if head.get("vocabulary") == COMPANY_TOO and company is not None:
            return Vocabulary(str(head["id"]), {**company.attributes, **own}, company.codes)
        return Vocabulary(str(head["id"]), own)
    return company if company is not None else Vocabulary(str(head["id"]), {})


def _tables(folder: Path, files: list[Path]) -> dict[str, Any]:
    found = {}
    for path in files:
        relative = path.relative_to(folder)
        if path.suffix == ".yaml" and relative.parts[0] != "rules" and relative.name != "book.yaml":
            found[relative.with_suffix("").as_posix()] = read_kept_yaml(path, name=relative.as_posix())
    return found


def _rules(folder: Path, files: list[Path], vocabulary: Vocabulary) -> Iterator[Rule]:
    for path in files:
        relative = path.relative_to(folder)
        if relative.parts[0] != "rules" or path.suffix != ".yaml":
            continue
        name = relative.as_posix()
        yield from rules_from(read_kept_yaml(path, name=name), name, vocabulary)


def rules_from(content: Any, name: str, vocabulary: Vocabulary) -> Iterator[Rule]:
    """The rules of one file: one rule, a list, or a list under `rules:`."""
    rows = content
    if isinstance(content, Map) and "rules" in content:
        _keys(content, frozenset(("rules",)), "a-file-of-rules")
        rows = content["rules"]
    elif isinstance(content, Map):
        rows = [content]
    if not isinstance(rows, list):
        raise WrongType("rules.rule-or-list-under-rules", at=name)
    for row in rows:
        yield _rule(_mapping(row, where(row, name)), name, vocabulary)


def _rule(row: Map, name: str, vocabulary: Vocabulary) -> Rule:
    _keys(row, _RULE_KEYS, "a-rule")
    for key in ("id", "title"):
        if not row.get(key):
            raise MissingKey("rules.rule-needs", key=key, at=row.where())
    if "when" not in row:
        raise MissingKey("rules.rule-needs-when-list-clauses", row=row["id"], at=row.where())
    basis = citations(row.get("basis"), row.where("basis"))
    if not basis:
        raise MissingKey("rules.rule-no-basis", row=row["id"], at=row.where())
    span = Span.through(_day(row, "from"), _day(row, "until"))
    parameters = {str(k): _parameter(v, row, str(k), span) for k, v in (row.get("parameters") or {}).items()}
    span = _from_figures(span, parameters)
    when = row["when"] if row["when"] is not None else []
    if not isinstance(when, list):
        raise WrongType("rules.when-list-clauses", at=row.where("when"))
    lines = when.lines if isinstance(when, List) else [row.line] * len(when)
    clauses = tuple(_clause(c, name, line) for c, line in zip(when, lines, strict=True))
    rule = Rule(
        id=str(row["id"]),
        title=bilingual(row["title"], row.where("title")),
        span=span,
        clauses=clauses,
        basis=basis,
        gives=row.get("gives") or {},
        parameters=parameters,
        confidence=str(row.get("confidence") or ""),
        verification=str(row.get("verification") or ""),
        seen_at=row.get("seen_at"),
        note=bilingual(row["note"], row.where("note")) if row.get("note") else None,
        review_by=_day(row, "review_by"),
        checked_on=_day(row, "checked_on"),
        extra={k: row[k] for k in ("seen_also", "seen_file", "confidence_parts", "window_note", "unit") if row.get(k)},
        file=name,
        line=row.line,
    )
    object.__setattr__(rule, "editions", tuple(_editions(rule, vocabulary)))
    object.__setattr__(rule, "cited", tuple(_cited(rule)))
    return rule


def _cited(rule: Rule) -> Iterator[tuple[date, tuple[Bound, ...]]]:
    """The editions with each clause citing what stands on those days; none where no citation has days."""
    spans = [c.span for cites in (rule.basis, *(c.cites for c in rule.clauses)) for c in cites if c.span is not None]
    if not spans:
        return
    turns = {day for span in spans for day in (span.first, span.end) if day is not None}
    begins = rule.first or date.min
    for day in sorted({begins, *(since for since, _ in rule.editions), *turns}):
        if day >= begins:
            yield day, tuple(_citing(bound, rule, day) for bound in rule.edition(day))


def _citing(bound: Bound, rule: Rule, on: date) -> Bound:
    return replace(bound, clause=replace(bound.clause, cites=rule.citations(bound.clause, on=on)))


def _from_figures(span: Span, parameters: Mapping[str, tuple[tuple[date, Any, tuple[Citation, ...]], ...]]) -> Span:
    """A rule without a first day begins when the last of its figures has a value."""
    begins = max((steps[0][0] for steps in parameters.values()), default=date.min)
    return span if span.first is not None or begins == date.min else Span(begins, span.end)


def _editions(rule: Rule, vocabulary: Vocabulary) -> Iterator[tuple[date, tuple[Bound, ...]]]:
    days = sorted({day for steps in rule.parameters.values() for day, _, _ in steps} | {rule.first or date.min})
    days = [day for day in days if day >= (rule.first or date.min)]
    for day in days:
        figures = {}
        for name, steps in rule.parameters.items():
            values = [value for since, value, _ in steps if since <= day]
            if not values:
                raise BadRule("rules.parameter-no-value-when-rule", name=name, rule=rule.id, day=day, at=rule.at)
            figures[name] = values[-1]
        yield day, tuple(_bound(rule, clause, vocabulary, figures) for clause in rule.clauses)


def _bound(rule: Rule, clause: Clause, vocabulary: Vocabulary, figures: Mapping[str, Any]) -> Bound:
    presume = clause.presume
    if presume == frozenset(("*",)):
        presume = _sole_boolean(clause, vocabulary, figures, rule)
    try:
        return Bound(clause, lower(clause.text, vocabulary, parameters=figures, presume=presume))
    except LuodiError as problem:
        raise BadRule("rules.rule", rule=rule.id, said=problem.message, at=in_line(rule.file, clause.line)) from None


def _sole_boolean(clause: Clause, vocabulary: Vocabulary, figures: Mapping[str, Any], rule: Rule) -> frozenset[str]:
    """`presume: false` speaks of the one boolean that its clause asks; with several, they must be named."""
    asked = attributes(lower(clause.text, vocabulary, parameters=figures))
    booleans = [a for a in asked if vocabulary[a].kind is Kind.BOOLEAN]
    if len(booleans) != 1:
        raise BadRule(
            "rules.rule-presume-false-needs-clause",
            rule=rule.id,
            at=in_line(rule.file, clause.line),
        )
    return frozenset(booleans)


def _parameter(steps: Any, row: Map, name: str, span: Span) -> tuple[tuple[date, Any, tuple[Citation, ...]], ...]:
    at = row.where("parameters")
    if not isinstance(steps, list) or not steps:
        raise WrongType("rules.parameter-list-dated-steps", name=name, at=at)
    found = []
    for step in steps:
        step = _mapping(step, where(step, at))
        _keys(step, _STEP_KEYS, "a-step-of-a-parameter")
        if step.get("is") is None:
            raise MissingKey("rules.step-needs-value", name=name, at=step.where())
        cites = citations(step.get("cites"), step.where("cites"))
        if not cites:
            raise MissingKey("rules.figure-no-cites", name=name, at=step.where())
        since = _day(step, "from") or span.first or date.min
        found.append((since, _figure(str(step["is"])), cites))
    days = [day for day, _, _ in found]
    if days != sorted(set(days)):
        raise BadRule("rules.steps-must-stand-order-their", name=name, at=at)
    return tuple(found)


def _figure(text: str) -> Any:
    try:
        return exact(text)
    except LuodiError:
        pass
    try:
        return parse_day(text)
    except LuodiError:
        return {"true": True, "false": False}.get(text, text)


def _clause(raw: Any, name: str, line: int) -> Clause:
    if isinstance(raw, str):
        return Clause(raw, line=line)
    row = _mapping(raw, f"{name}, line {line}")
    _keys(row, _CLAUSE_KEYS, "a-clause")
    if not row.get("is"):
        raise MissingKey("rules.clause-needs-cel-text", at=row.where())
    presume = row.get("presume")
    if presume is None:
        assumed: frozenset[str] = frozenset()
    elif presume == "false":
        assumed = frozenset(("*",))
    elif isinstance(presume, list) and presume:
        assumed = frozenset(map(str, presume))
    else:
        raise WrongType("rules.presume-false-or-list-yes", at=row.where("presume"))
    return Clause(
        text=str(row["is"]),
        cites=citations(row.get("cites"), row.where("cites")),
        says=bilingual(row["says"], row.where("says")) if row.get("says") else None,
        presume=assumed,
        id=row.get("id"),
        line=row.lines.get("is", row.line),
    )


def citations(raw: Any, at: str) -> tuple[Citation, ...]:
    """One citation or a list: `{instrument, article, from, until}`, or `{title, number, article}` without an id."""
    if raw is None:
        return ()
    rows = raw if isinstance(raw, list) else [raw]
    found = []
    for row in rows:
        if isinstance(row, str):
            found.append(Citation(row))
            continue
        row = _mapping(row, where(row, at))
        _keys(row, _CITATION_KEYS, "a-citation")
        instrument = row.get("instrument") or row.get("title")
        if not instrument:
            raise MissingKey("rules.citation-needs-instrument", at=row.where())
        note = row.get("note")
        said = None if note is None else bilingual(note, row.where("note"))
        first, last = _day(row, "from"), _day(row, "until")
        span = Span.through(first, last) if first or last else None
        found.append(Citation(str(instrument), row.get("article"), said, span))
    return tuple(found)


def bilingual(raw: Any, at: str) -> dict[str, str]:
    """`{zh, en}`; a plain text stands for both."""
    if isinstance(raw, str):
        return {"zh": raw, "en": raw}
    row = _mapping(raw, at)
    _keys(row, frozenset(("zh", "en")), "a-text-in-two-languages")
    if not row:
        raise MissingKey("rules.text-needs-zh-en", at=at)
    first = next(str(v) for v in row.values())
    return {"zh": str(row.get("zh") or first), "en": str(row.get("en") or first)}


def _mapping(raw: Any, at: str) -> Map:
    if isinstance(raw, Map):
        return raw
    raise WrongType(
        "rules.mapping-wanted-not", found=Message("noun.a-list") if isinstance(raw, list) else repr(raw)[:60], at=at
    )


def _keys(row: Map, known: frozenset[str], what: str) -> None:
    for key in row:
        if key not in known:
            raise UnknownKey(
                "rules.no-key", what=Message(f"noun.{what}"), key=key, meant=did_you_mean(key, known), at=row.where(key)
            )


def _day(row: Map, key: str) -> date | None:
    raw = row.get(key)
    if raw is None:
        return None
    try:
        return parse_day(str(raw))
    except LuodiError as problem:
        raise problem.located(in_key(key, row.where(key))) from None


def _unique(rules: tuple[Rule, ...]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        other = seen.setdefault(rule.id, rule)
        if other is not rule:
            raise BadRule("rules.rule-id-stands-twice", rule=rule.id, place=other.at, at=rule.at)
