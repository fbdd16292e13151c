"""What is wrong with a book: ids that lead nowhere, windows that cannot be, texts without a translation, figures
that no test touches. Whatever stops a book from loading is an error of `read_book` and not looked for again.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from luodi.dates import Span, parse_day
from luodi.errors import LuodiError, did_you_mean
from luodi.message import Message
from luodi.rules.book import Book, Citation, Rule
from luodi.rules.cases import Case
from luodi.rules.citing import instruments_of
from luodi.rules.coverage import coverage
from luodi.rules.finding import Finding, Severity, error, information, place_of, rows_of, warning
from luodi.rules.in_force import not_in_force
from luodi.rules.lower import lower
from luodi.rules.syntax import Call, Expression, Ident, ListOf, Macro, Select, parse
from luodi.rules.translations import translations
from luodi.rules.tree import Test, leaves
from luodi.text import Map, walk
from luodi.values import exact

__all__ = ["Finding", "Severity", "check_book"]

_ORDER: Final = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_ID: Final = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)+")


def check_book(book: Book, cases: Sequence[Case]) -> list[Finding]:
    """Every finding, errors first, then by file and line. `cases` are the book's own tests."""
    found = {
        *_citations(book),
        *not_in_force(book),
        *_references(book),
        *_asked_first(book),
        *_codes(book),
        *_formulas(book),
        *_cycles(book),
        *_windows(book),
        *_counts(book),
        *_presence(book),
        *_stray_tests(book, cases),
        *_caps(book),
        *translations(book),
        *coverage(book, cases),
    }
    return sorted(found, key=lambda f: (_ORDER[f.severity], f.file, f.line, f.message))


def _place(rule: Rule) -> tuple[str, int]:
    return rule.file, rule.line


def _nowhere(place: tuple[str, int], what: str, name: str, known: Collection[str]) -> Finding:
    kind = _noun(what)
    near = did_you_mean(name, known)
    fix = (
        Message("rules.take-near", near=near.params["name"])
        if isinstance(near, Message)
        else Message("rules.add-or-mend-id", what=kind)
    )
    return error(place, Message("rules.nothing-called", what=kind, name=name), fix)


def _noun(what: str) -> Message:
    return Message(f"noun.{what.replace(' ', '-')}")


# ---- citations


def _citations(book: Book) -> Iterator[Finding]:
    known = instruments_of(book)
    for rule in book.rules:
        for place, citation in _cited(rule):
            yield from _instrument(place, citation.instrument, known)
    for table in (*book.tables.values(), *(rule.gives for rule in book.rules)):
        for row in walk(table):
            if isinstance(row, Map) and isinstance(row.get("instrument"), str):
                yield from _instrument(place_of(row, "instrument"), row["instrument"], known)
    for row in rows_of(book.tables, "requirements"):
        if not row.get("basis"):
            yield error(
                place_of(row), Message("rules.requirement-no-basis", id=row.get("id")), Message("rules.add-citation")
            )


def _cited(rule: Rule) -> Iterator[tuple[tuple[str, int], Citation]]:
    for citation in rule.basis:
        yield _place(rule), citation
    for clause in rule.clauses:
        for citation in clause.cites:
            yield (rule.file, clause.line), citation
    for steps in rule.parameters.values():
        for _, _, cites in steps:
            for citation in cites:
                yield _place(rule), citation


def _instrument(place: tuple[str, int], name: str, known: Collection[str]) -> Iterator[Finding]:
    """A title may stand in place of an id; only what looks like an id must lead somewhere."""
    if name not in known and _ID.fullmatch(name):
        yield _nowhere(place, "instrument", name, known)


# ---- ids


def _references(book: Book) -> Iterator[Finding]:
    tables, rules = book.tables, book.by_id
    ids = {name: [str(row["id"]) for row in rows_of(tables, name) if row.get("id")] for name in tables}
    services, places = ids.get("services", []), ids.get("places", [])
    for table, key, what, known in (
        ("services", "parent", "service", services),
        ("places", "parent", "place", places),
        ("places", "covers", "place", places),
        ("places", "member_of", "place", places),
        ("requirements", "services", "service", services),
        ("ambiguous", "candidates", "service", services),
        ("ambiguous", "prefer", "service", services),
        ("instruments", "replaced_by", "instrument", ids.get("instruments", [])),
        ("instruments", "scope", "place", places or None),
        ("routes", "prefer", "step", rules),
        ("routes", "over", "step", rules),
        ("routes", "per", "attribute", book.vocabulary.attributes),
    ):
        for row in rows_of(tables, table):
            yield from _reference(row, key, what, known)
    for rule in book.rules:
        yield from _given(rule, book, ids)
    yield from _order(book)
    for table in ("services", "places"):
        parents = {str(row["id"]): _listed(row.get("parent")) for row in rows_of(tables, table) if row.get("id")}
        where = {str(row["id"]): place_of(row, "parent") for row in rows_of(tables, table) if row.get("id")}
        yield from _loops(parents, where, "parents")


def _given(rule: Rule, book: Book, ids: Mapping[str, list[str]]) -> Iterator[Finding]:
    steps = book.by_id
    for key, what, known in (
        ("depends_on", "step", steps),
        ("any_of", "step", steps),
        ("runs_with", "step", steps),
        ("licences", "licence", ids.get("licences")),
        ("set", "policy set", ids.get("sets")),
        *((key, "rule", book.by_id) for key in ("replaced_by", "not_with", "also_with", "see_also")),
        ("unchanged", "attribute", book.vocabulary.attributes),
        ("money", "kind of benefit", ("one_off", "yearly", "tax", "rate", "non_money")),
        ("kind", "kind", _words(book, "kinds")),
        ("level", "level", _words(book, "levels")),
        ("status", "status", _words(book, "statuses")),
        ("delivery", "delivery", _words(book, "deliveries")),
        ("service_codes", "service code", _service_codes(book)),
    ):
        yield from _reference(rule.gives, key, what, known, otherwise=_place(rule))
    benefit = rule.gives.get("benefit")
    if isinstance(benefit, Map):
        qualifications = book.vocabulary.attributes.get("qualifications")
        yield from _reference(benefit, "grants", "recognition", qualifications.allowed if qualifications else None)
        yield from _reference(benefit, "type", "type of benefit", _words(book, "benefit-types"))


def _words(book: Book, table: str) -> Collection[str] | None:
    found = book.tables.get(table)
    return found if isinstance(found, dict) else None


def _service_codes(book: Book) -> Collection[str] | None:
    table = book.tables.get("service-codes")
    return [str(row["code"]) for row in table["codes"]] if isinstance(table, dict) and table.get("codes") else None


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _reference(
    row: Mapping[str, Any],
    key: str,
    what: str,
    known: Collection[str] | None,
    *,
    otherwise: tuple[str, int] = ("book.yaml", 1),
) -> Iterator[Finding]:
    if known is None:
        return
    for name in _listed(row.get(key)):
        if name not in known:
            yield _nowhere(place_of(row, key, otherwise=otherwise), what, name, known)


def _asked_first(book: Book) -> Iterator[Finding]:
    yield from _reference(book.head, "asks_first", "attribute", book.vocabulary.attributes)


def _order(book: Book) -> Iterator[Finding]:
    order = book.tables.get("order")
    if not isinstance(order, list):
        return
    place = place_of(order)
    for name in _listed(order):
        if name not in book.by_id:
            yield _nowhere(place, "rule", name, book.by_id)
    for rule in book.rules:
        if rule.id not in order:
            yield error(
                _place(rule),
                Message("rules.does-not-stand", rule=rule.id, place=place[0]),
                Message("rules.add", place=place[0]),
            )


def _codes(book: Book) -> Iterator[Finding]:
    """Services and places that clauses name."""
    known = {
        attribute: [str(row["id"]) for row in rows_of(book.tables, table) if row.get("id")]
        for table, attributes in (("services", ("service", "services")), ("places", ("place", "zones")))
        for attribute in attributes
        if table in book.tables
    }
    for rule in book.rules:
        for _, edition in rule.editions:
            for bound in edition:
                for leaf in leaves(bound.tree):
                    if isinstance(leaf, Test) and leaf.attribute in known:
                        names = leaf.constant if isinstance(leaf.constant, frozenset | tuple) else (leaf.constant,)
                        for name in names:
                            if name not in known[leaf.attribute]:
                                what = "service" if leaf.attribute.startswith("service") else "place"
                                yield _nowhere((rule.file, bound.clause.line), what, name, known[leaf.attribute])


# ---- the cap that is told, and the figure that is tested


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
            yield error(_place(rule), what, fix)
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


# ---- formulas in what a rule gives


def _formulas(book: Book) -> Iterator[Finding]:
    for rule in book.rules:
        for row in walk(rule.gives):
            if isinstance(row, Map):
                for key, text in _texts(row):
                    yield from _formula(text, book, place_of(row, key))
                if isinstance(row.get("when"), str):
                    yield from _tried(partial(lower, row["when"], book.vocabulary), place_of(row, "when"))


def _texts(row: Map) -> Iterator[tuple[str, str]]:
    if isinstance(row.get("formula"), str):
        yield "formula", row["formula"]
    if isinstance(row.get("formulas"), dict):
        yield from (("formulas", text) for text in row["formulas"].values() if isinstance(text, str))


def _formula(text: str, book: Book, place: tuple[str, int]) -> Iterator[Finding]:
    try:
        names = set(_idents(parse(text)))
    except LuodiError as problem:
        yield error(place, problem.message, Message("rules.mend-formula"))
        return
    for name in sorted(names):
        if name not in book.vocabulary:
            yield _nowhere(place, "attribute", name, book.vocabulary.attributes)


def _tried(act: Callable[[], object], place: tuple[str, int]) -> Iterator[Finding]:
    try:
        act()
    except LuodiError as problem:
        yield error(place, problem.message, Message("rules.mend-condition"))


def _idents(node: Expression) -> Iterator[str]:
    match node:
        case Ident(name=name):
            yield name
        case Select(operand=operand):
            yield from _idents(operand)
        case Call(arguments=arguments, target=target):
            for part in (*arguments, *((target,) if target is not None else ())):
                yield from _idents(part)
        case ListOf(items):
            for item in items:
                yield from _idents(item)
        case Macro(range=over, variable=variable, steps=steps):
            yield from _idents(over)
            yield from (name for step in steps for name in _idents(step) if name != variable)


# ---- cycles


def _cycles(book: Book) -> Iterator[Finding]:
    """Steps that wait for one another. A step handed in with another one starts and ends with it."""
    needs = {
        rule.id: [n for key in ("depends_on", "any_of") for n in _listed(rule.gives.get(key))] for rule in book.rules
    }
    yield from _loops(needs, {rule.id: _place(rule) for rule in book.rules}, "steps")


def _loops(needs: Mapping[str, Sequence[str]], where: Mapping[str, tuple[str, int]], what: str) -> Iterator[Finding]:
    done: set[str] = set()
    for start in needs:
        path: list[str] = []
        yield from _follow(start, needs, where, what, path, done)


def _follow(
    name: str,
    needs: Mapping[str, Sequence[str]],
    where: Mapping[str, tuple[str, int]],
    what: str,
    path: list[str],
    done: set[str],
) -> Iterator[Finding]:
    if name in path:
        circle = [*path[path.index(name) :], name]
        yield error(
            where[name],
            Message("rules.these-go-round-circle", what=_noun(what), circle=" -> ".join(circle)),
            Message("rules.take-links-out"),
        )
    elif name in needs and name not in done:
        path.append(name)
        for other in needs[name]:
            yield from _follow(other, needs, where, what, path, done)
        path.pop()
        done.add(name)


# ---- windows


def _windows(book: Book) -> Iterator[Finding]:
    for rule in book.rules:
        yield from _steps(rule)
    for table in book.tables.values():
        for row in walk(table):
            if isinstance(row, Map):
                for first, last in (("from", "until"), ("effective", "ended")):
                    yield from _reversed(row, first, last)
    yield from _editions(book)
    yield from _same_stem(book)


def _steps(rule: Rule) -> Iterator[Finding]:
    for name, steps in rule.parameters.items():
        for since, _, _ in steps:
            if rule.last is not None and since > rule.last:
                problem = Message("rules.begins-after-rule-ended", since=since, last=rule.last)
            elif rule.first is not None and since < rule.first:
                problem = Message("rules.begins-before-rule-does", since=since, first=rule.first)
            else:
                continue
            yield error(
                _place(rule),
                Message("rules.figure", name=name, rule=rule.id, problem=problem),
                Message("rules.mend-day-or-rules"),
            )


def _span(row: Map, first: str, last: str) -> Span | None:
    """The days of a row, or None where it has none or they do not read."""
    try:
        begin, end = (parse_day(row[key]) if isinstance(row.get(key), str) else None for key in (first, last))
        return Span.through(begin, end)
    except LuodiError:
        return None


def _reversed(row: Map, first: str, last: str) -> Iterator[Finding]:
    if isinstance(row.get(first), str) and isinstance(row.get(last), str) and _span(row, first, last) is None:
        if not re.match(r"\d{4}-", row[first]) or not re.match(r"\d{4}-", row[last]):
            return  # a span of figures, not of days
        yield error(
            place_of(row, last),
            Message("rules.no-span-days", first=first, row=row[first], last=last, row2=row[last]),
            Message("rules.mend-days"),
        )


def _editions(book: Book) -> Iterator[Finding]:
    """Editions of one requirement follow one another; two on one day would be two answers."""
    groups: dict[tuple[str, ...], list[Map]] = defaultdict(list)
    for row in rows_of(book.tables, "requirements"):
        groups[(str(row.get("kind")), str(row.get("scope")), *_listed(row.get("services")))].append(row)
    for rows in groups.values():
        for index, row in enumerate(rows):
            for other in rows[index + 1 :]:
                spans = _span(row, "from", "until"), _span(other, "from", "until")
                if spans[0] and spans[1] and spans[0].overlaps(spans[1]):
                    yield error(
                        place_of(other, "from"),
                        Message("rules.requirements-both-force-some-days", row=row["id"], other=other["id"]),
                        Message("rules.end-earlier-day-before-later"),
                    )


def _same_stem(book: Book) -> Iterator[Finding]:
    """Editions of a policy, told by the year at the end of the id. Rows of an access book are allowed to compete."""
    if book.kind == "access":
        return
    stems: dict[str, list[Rule]] = defaultdict(list)
    for rule in book.rules:
        stems[re.sub(r"-(19|20)\d\d$", "", rule.id)].append(rule)
    for rules in stems.values():
        for index, rule in enumerate(rules):
            for other in rules[index + 1 :]:
                if rule.span.overlaps(other.span):
                    yield warning(
                        _place(other),
                        Message("rules.look-like-editions-rule-share", rule=rule.id, other=other.id),
                        Message("rules.end-earlier-day-before-later-2"),
                    )


# ---- counts, presence, tests


_COUNTED: Final = {
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
            known = [*book.tables, *_COUNTED]
            yield _nowhere(place, "table to count", name, known)
        elif str(found) != str(wanted):
            yield error(
                place,
                Message("rules.counts-says", wanted=wanted, name=name, found=found),
                Message("rules.find-row-lost-or-mend"),
            )


def _count(book: Book, name: str) -> int | None:
    table = _COUNTED.get(name, name)
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
