"""Ids of a book that lead nowhere, and rows that go round in a circle."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from luodi.located import Map
from luodi.message import Message
from luodi.rules.book import Book, Citation, Rule
from luodi.rules.citing import instruments_of
from luodi.rules.finding import Finding, error, listed, noun, nowhere, place_of, place_of_rule, rows_of
from luodi.rules.tree import Test, leaves
from luodi.text import walk

_ID: Final = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)+")


def citations(book: Book) -> Iterator[Finding]:
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
        yield place_of_rule(rule), citation
    for clause in rule.clauses:
        for citation in clause.cites:
            yield (rule.file, clause.line), citation
    for steps in rule.parameters.values():
        for _, _, cites in steps:
            for citation in cites:
                yield place_of_rule(rule), citation


def _instrument(place: tuple[str, int], name: str, known: Collection[str]) -> Iterator[Finding]:
    """A title may stand in place of an id; only what looks like an id must lead somewhere."""
    if name not in known and _ID.fullmatch(name):
        yield nowhere(place, "instrument", name, known)


def references(book: Book) -> Iterator[Finding]:
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
        parents = {str(row["id"]): listed(row.get("parent")) for row in rows_of(tables, table) if row.get("id")}
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
        yield from _reference(rule.gives, key, what, known, otherwise=place_of_rule(rule))
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
    for name in listed(row.get(key)):
        if name not in known:
            yield nowhere(place_of(row, key, otherwise=otherwise), what, name, known)


def asked_first(book: Book) -> Iterator[Finding]:
    yield from _reference(book.head, "asks_first", "attribute", book.vocabulary.attributes)


def _order(book: Book) -> Iterator[Finding]:
    """Every rule has its place in the order, but for duties after the opening, which come last."""
    order = book.tables.get("order")
    if not isinstance(order, list):
        return
    place = place_of(order)
    for name in listed(order):
        if name not in book.by_id:
            yield nowhere(place, "rule", name, book.by_id)
    for rule in book.rules:
        if rule.id not in order and rule.gives.get("lane") != "after":
            yield error(
                place_of_rule(rule),
                Message("rules.does-not-stand", rule=rule.id, place=place[0]),
                Message("rules.add", place=place[0]),
            )


def codes(book: Book) -> Iterator[Finding]:
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
                                yield nowhere((rule.file, bound.clause.line), what, name, known[leaf.attribute])


def cycles(book: Book) -> Iterator[Finding]:
    """Steps that wait for one another. A step handed in with another one starts and ends with it."""
    needs = {
        rule.id: [n for key in ("depends_on", "any_of") for n in listed(rule.gives.get(key))] for rule in book.rules
    }
    yield from _loops(needs, {rule.id: place_of_rule(rule) for rule in book.rules}, "steps")


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
            Message("rules.these-go-round-circle", what=noun(what), circle=" -> ".join(circle)),
            Message("rules.take-links-out"),
        )
    elif name in needs and name not in done:
        path.append(name)
        for other in needs[name]:
            yield from _follow(other, needs, where, what, path, done)
        path.pop()
        done.add(name)
