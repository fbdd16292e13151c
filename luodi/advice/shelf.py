"""What stands in the books, as documents: books, rules in plain language, instruments, services and places."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from luodi.access.requirement import requirement_names
from luodi.access.treatments import access_book
from luodi.dates import parse_day
from luodi.editions import with_books
from luodi.errors import UnknownKey, UnknownValue, did_you_mean
from luodi.rules.book import Book, Citation, Rule
from luodi.rules.citing import REGISTRY, citation_shown, cited_by, registry
from luodi.rules.describe import describe_rule
from luodi.rules.library import book_names, load_book

LANGUAGES: Final = ("zh", "en")
INSTRUMENTS: Final = REGISTRY


def books() -> list[dict[str, Any]]:
    """One row a book: `{"name", "version", "hash", "title", "kind", "rules"}`."""
    return [_book_row(load_book(name)) for name in book_names()]


def book(name: str) -> dict[str, Any]:
    """The row of one book with its day and what its head says of it. Raises `UnknownBook`."""
    found = load_book(name)
    head = {key: found.head[key] for key in ("as_of", "scope", "conventions", "cautions") if found.head.get(key)}
    return {**_book_row(found), "tables": sorted(found.tables), **head}


def _book_row(found: Book) -> dict[str, Any]:
    return {**found.as_json(), "title": dict(found.title), "kind": found.kind, "rules": len(found.rules)}


def rules(name: str) -> list[dict[str, Any]]:
    """One row a rule of a book, in its order: `{"rule", "title", "from", "until", "confidence", "read"}`."""
    return [_rule_row(rule) for rule in load_book(name).rules]


def _rule_row(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "title": dict(rule.title),
        "from": rule.first.isoformat() if rule.first else None,
        "until": rule.last.isoformat() if rule.last else None,
        "confidence": rule.confidence or None,
        "read": rule.read if rule.confidence or rule.verification else None,
    }


def rule(rule_id: str, name: str | None = None, *, on: date) -> dict[str, Any]:
    """A rule in plain sentences of both languages, with its clauses, what it gives and its citations.

    Without a book, the first shipped one that has the rule. Raises `UnknownBook`, `UnknownKey`.
    """
    found, one = find(rule_id, name)
    return {
        **_rule_row(one),
        "book": found.id,
        "text": {lang: describe_rule(one, found, lang, on) for lang in LANGUAGES},
        "clauses": [clause.text for clause in one.clauses],
        "gives": dict(one.gives),
        "note": dict(one.note) if one.note else None,
        "verification": one.verification or None,
        "seen_at": one.seen_at,
        "basis": [cited(citation, one, found) for citation in cited_by(one, found, on)],
        "on": on.isoformat(),
        "books": [found.as_json()],
    }


def cited(citation: Citation, one: Rule, found: Book) -> dict[str, Any]:
    """A citation with its words in both languages."""
    return {**citation.as_json(one.id), "text": {lang: citation_shown(citation, found, lang) for lang in LANGUAGES}}


def find(rule_id: str, name: str | None = None) -> tuple[Book, Rule]:
    """A rule and its book. Raises `UnknownBook`, or `UnknownKey` with the nearest rule."""
    candidates = [load_book(name)] if name else [load_book(n) for n in book_names()]
    for found in candidates:
        if rule_id in found.by_id:
            return found, found.by_id[rule_id]
    known = [i for found in candidates for i in found.by_id]
    raise UnknownKey("advice.no-rule", rule_id=rule_id, meant=did_you_mean(rule_id, known))


def policy(policy_id: str, *, on: date) -> dict[str, Any]:
    """A support policy as `rule` has it. Raises `UnknownKey` with the nearest one."""
    return rule(policy_id, "policies", on=on)


# ---- instruments


def instruments() -> list[dict[str, Any]]:
    """Every legal text that a book cites, by id."""
    return [dict(row) for _, row in sorted(_instruments().items())]


def instrument(instrument_id: str) -> dict[str, Any]:
    """One legal text and the rules that cite it. Raises `UnknownValue` with the nearest id."""
    row = _instruments().get(str(registry().get(instrument_id, {}).get("id")))
    if row is None:
        near = did_you_mean(instrument_id, _instruments())
        raise UnknownValue("advice.no-instrument-books", instrument_id=instrument_id, near=near)
    return {**row, "cited_by": list(_cited_by().get(row["id"], ())), "books": _hashes(*INSTRUMENTS)}


@with_books()
def _instruments() -> Mapping[str, Mapping[str, Any]]:
    """One row for one instrument, each once: the ids it had before lead to it and are no rows of their own."""
    found: dict[str, Mapping[str, Any]] = {}
    for name in INSTRUMENTS:
        for row in load_book(name).tables["instruments"]:
            found.setdefault(str(row["id"]), {"book": name, **row})
    return found


@with_books()
def _cited_by() -> Mapping[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for book_, rule_ in every_rule():
        names = [str(registry().get(c.instrument, {}).get("id", c.instrument)) for c in rule_.basis]
        for name in dict.fromkeys(names):
            found.setdefault(name, []).append({"book": book_.id, "rule": rule_.id})
    return found


def every_rule() -> Iterator[tuple[Book, Rule]]:
    """Every rule of every shipped book."""
    for name in book_names():
        found = load_book(name)
        yield from ((found, one) for one in found.rules)


# ---- the tables of market access


def services() -> list[dict[str, Any]]:
    """The catalogue of services and our sub-scopes: `{"id", "name", "parent"?, "kind", "confidence", "note"}`."""
    return [dict(row) for row in load_book("market-access").tables["services"]]


def places(on: date | None = None) -> list[dict[str, Any]]:
    """Places and classes of places; with a day, those that exist on it."""
    rows = [dict(row) for row in load_book("market-access").tables["places"]]
    return rows if on is None else [row for row in rows if on in access_book().zones[row["id"]].span]


def requirements() -> list[dict[str, Any]]:
    """The names that `requirement` knows: `{"name"}`."""
    return [{"name": name} for name in requirement_names()]


def in_force(row: Mapping[str, Any], on: date) -> bool:
    """Whether a row with `from`/`until` or `effective`/`ended` holds on a day; open where a day is not stated."""
    first, last = row.get("from") or row.get("effective"), row.get("until") or row.get("ended")
    return (not first or parse_day(str(first)) <= on) and (not last or on <= parse_day(str(last)))


def _hashes(*names: str) -> list[dict[str, str]]:
    return [load_book(name).as_json() for name in names]
