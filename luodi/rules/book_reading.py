"""Reading a book: its YAML into typed rules, with the file and the line of whatever is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, MissingKey, UnknownKey, UnreadableFile, WrongType, did_you_mean
from luodi.located import List, Map, where
from luodi.message import Message, in_key, in_line
from luodi.profiles.vocabulary import Kind, Vocabulary, attributes_from
from luodi.rules.book import BadRule, Book, Bound, Citation, Clause, Rule, file_hash
from luodi.rules.lower import lower
from luodi.rules.tree import attributes
from luodi.text import read_kept_yaml
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
    """A number, else a day, else yes or no, else the text itself: what is none of the first is tried as the next."""
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
    row = _mapping(raw, in_line(name, line))
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
        row = row if isinstance(row, Map) else _mapping(row, where(row, at))  # its place is told only when it is wrong
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
