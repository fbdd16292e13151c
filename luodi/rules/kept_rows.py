"""Rows of the books that somebody has to look after: rules and the tables that answers rest on, told in one way.

A row is known by its book, its table (`rules` for a rule) and its id. What it says of itself (days, links, how far it
was read) is read here once, so that whoever asks what is due need not know the shape of each table.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from luodi.dates import BadDate, Span, parse_day
from luodi.rules.book import Book, Rule
from luodi.rules.library import book_names
from luodi.terms.reading import read_state

RULES: Final = "rules"
#: The tables whose rows are looked after.
TABLES: Final = ("instruments", "requirements", "licences", "ai-services", "regimes")
#: What a rule is called, by the kind of its book; rules of other books are no entries of the library.
RULE_KINDS: Final[Mapping[str, str]] = {
    "access": "treatment",
    "steps": "step",
    "policies": "policy",
    "decision-list": "decision",
}
#: What a policy is called that is over where no day says so.
_OVER: Final = frozenset(("superseded", "expired"))
#: Keys under which a row names rows of these tables.
_NAMING: Final[Mapping[str, str]] = {
    **dict.fromkeys(("instrument", "replaced_by"), "instruments"),
    **dict.fromkeys(("licences", "licence"), "licences"),
    **dict.fromkeys(("depends_on", "any_of", "runs_with", "step", "steps", "routes", "not_with", "also_with"), RULES),
}


class Key(NamedTuple):
    """What a row is known by."""

    book: str
    table: str
    id: str

    def __str__(self) -> str:
        return f"{self.book}/{self.table}/{self.id}"


@dataclass(frozen=True)
class KeptRow:
    """A row as whoever looks after it sees it. `read` is a term of the family `read`, None where nobody rated the row.

    `checked` is the day on which a person checked it (`checked_on`), `gathered` the last day of which the row, or else
    its book, says that its sources were read. `file` is where it stands in its book.
    """

    key: Key
    title: Mapping[str, str]
    span: Span
    links: tuple[str, ...]
    read: str | None
    checked: date | None
    gathered: date | None
    review_by: date | None
    file: str


def kept_books() -> list[str]:
    """The books that have such rows, by name."""
    from luodi.rules.library import load_book

    return [name for name in book_names() if any(True for _ in kept_rows(load_book(name)))]


def kept_rows(book: Book) -> Iterator[KeptRow]:
    """Those of a book that did not end where no day says so, in its order."""
    gathered = _day(book.head.get("as_of"))
    for rule in book.rules:
        if rule.gives.get("status") not in _OVER:
            yield _of_rule(rule, book, gathered)
    for table in TABLES:
        for row in book.tables.get(table) or ():
            yield _of_row(row, table, book, gathered)


def _of_rule(rule: Rule, book: Book, gathered: date | None) -> KeptRow:
    seen = (*_texts(rule.seen_at), *_texts(rule.extra.get("seen_also")))
    gives = rule.gives
    sources = (*_parts(gives.get("sources")), *_parts(gives.get("links")))
    dated = (*_seen_on(gives), *_seen_on({"sources": gives.get("sources")}))
    return KeptRow(
        key=Key(book.id, RULES, rule.id),
        title=rule.title,
        span=rule.span,
        links=tuple(dict.fromkeys((*seen, *_urls(sources)))),
        read=_read(rule.confidence, rule.verification, seen),
        checked=rule.checked_on,
        gathered=max(dated, default=gathered),
        review_by=rule.review_by,
        file=rule.file,
    )


def _of_row(row: Mapping[str, Any], table: str, book: Book, gathered: date | None) -> KeptRow:
    found = (*_texts(row.get("url")), *_texts(row.get("seen_at")), *_urls(_sources(row)))
    links = tuple(dict.fromkeys(found))
    first, last = ("effective", "ended") if table == "instruments" else ("from", "until")
    return KeptRow(
        key=Key(book.id, table, str(row["id"])),
        title=row.get("title") or row.get("name") or row.get("says") or {"zh": row["id"], "en": row["id"]},
        span=Span.through(_day(row.get(first)), _day(row.get(last))),
        links=links,
        read=_read(str(row.get("confidence") or ""), str(row.get("verification") or ""), links),
        checked=_day(row.get("checked_on")),
        gathered=max(_seen_on(row), default=gathered),
        review_by=_day(row.get("review_by")),
        file=f"{table}.yaml",
    )


def _read(confidence: str, verification: str, links: tuple[str, ...]) -> str | None:
    if not confidence and not verification:
        return None
    return read_state({"confidence": confidence, "verification": verification, "seen_at": list(links)}).id


def _sources(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*_parts(row.get("source")), *_parts(row.get("sources"))]


def _seen_on(row: Mapping[str, Any]) -> list[date]:
    """Days on which the row says that it, or a source of it, was read."""
    said = [row.get("audited"), *(part.get("on") for part in _parts(row.get("checked")))]
    found = (_day(text) for text in (*said, *(source.get("seen_at") for source in _sources(row))))
    return [day for day in found if day is not None]


def _parts(value: Any) -> list[Mapping[str, Any]]:
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, Mapping)]


def _urls(parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(part["url"]) for part in parts if part.get("url"))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in (value if isinstance(value, list) else [value]) if part)


def _day(text: Any) -> date | None:
    """None for what is no day: `seen_at` is an address in one table and a day in another."""
    try:
        return parse_day(str(text)) if text else None
    except BadDate:
        return None


# ---- who names whom


def named_by(books: Iterable[Book]) -> Mapping[Key, int]:
    """Of each row, how many other rows of these books name it: cite the text, come after the step, grant the licence.

    An id that two books have counts for both: a text that stands in two books is the same text.
    """
    books = list(books)
    by_name: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for book in books:
        for row in kept_rows(book):
            by_name[row.key.table, row.key.id].append(row.key)
        for name, instrument in book.instruments.items():  # by the ids of before, too
            if name != instrument["id"]:
                by_name["instruments", name].append(Key(book.id, "instruments", str(instrument["id"])))
    counted: Counter[Key] = Counter()
    for book in books:
        for own, names in _names(book):
            counted.update({key for name in names for key in by_name.get(name, ()) if key != own})
    return counted


def _names(book: Book) -> Iterator[tuple[Key, set[tuple[str, str]]]]:
    for rule in book.rules:
        cited = [*rule.basis, *(c for clause in rule.clauses for c in clause.cites)]
        cited += [c for steps in rule.parameters.values() for _, _, cites in steps for c in cites]
        names = {("instruments", citation.instrument) for citation in cited} | set(_mentioned(rule.gives))
        yield Key(book.id, RULES, rule.id), names
    for table in TABLES:
        for row in book.tables.get(table) or ():
            yield Key(book.id, table, str(row["id"])), set(_mentioned(row))


def _mentioned(value: Any) -> Iterator[tuple[str, str]]:
    """The rows that a value names under keys that name rows, at any depth."""
    if isinstance(value, list):
        for part in value:
            yield from _mentioned(part)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            if key in _NAMING:
                yield from ((_NAMING[key], text) for text in _texts(part) if isinstance(part, str | list))
            yield from _mentioned(part)
