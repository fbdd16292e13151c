"""The shelf holds every object of every shipped book, tied to whatever it names."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from luodi.dates import Span
from luodi.library.entry import KINDS, Entry, Life, Role, addresses
from luodi.library.shelf import shelf
from luodi.rules.kept_rows import RULE_KINDS, RULES, kept_rows
from luodi.rules.library import book_names, load_book

DAY = date(2026, 11, 24)
LEFT_OUT = {  # tables that are words or workings of other entries, and have no page of their own
    *("articles", "order", "plan-facts", "routes", "service-codes", "benefit-keys", "benefit-types", "deliveries"),
    *("kinds", "levels", "sets", "statuses", "texts", "cautions-basis", "words", "basis", "derivations", "groups"),
    *("sources", "units", "values", "industries", "synonyms", "ambiguous", "outside", "also-called", "parts"),
    *("general-rules", "path-examples", "bars", "remedies-never"),
    *("stages", "tracks", "proofs", "limits", "chasers", "calendars"),
    *("do-not-say", "ai-services", "regimes"),  # a plan shows what of them was asked again for its question
    *("asking", "sentence", "checklists", "follows"),
    *(
        "plan",
        "goals",
        "measures",
        "tasks",
        "outcomes",
        "practice",
        "bands",
        "calendar",
    ),  # the page of the plan has them
}
TABLES = {
    "instruments": "instrument",
    "services": "service",
    "places": "place",
    "licences": "licence",
    "events": "event",
    "requirements": "requirement",
    "conflicts": "reading",
    "definitions": "definition",
    "facts": "finding",
    "flags": "flag",
    "attributes": "fact",
}


@pytest.mark.parametrize("name", book_names())
def test_every_rule_has_an_entry(name: str) -> None:
    book = load_book(name)
    if book.id in (
        "casework",
        "routes",
    ):  # working rules of the desk; ways that a plan shows only once they were checked
        assert book.kind not in RULE_KINDS
    else:
        assert all(shelf().get(RULE_KINDS[book.kind], rule.id) for rule in book.rules)


@pytest.mark.parametrize("name", book_names())
def test_every_row_of_every_table_has_an_entry(name: str) -> None:
    tables = load_book(name).tables
    assert set(tables) <= LEFT_OUT | set(TABLES), "a new table needs entries, or a place among those left out"
    for table, rows in tables.items():
        if table in TABLES:
            held = shelf().by_kind[TABLES[table]]
            ids = {entry.id for entry in held}
            named = (
                rows
                if isinstance(rows, dict)
                else [row.get("name") if table == "attributes" else row.get("id") for row in rows]
            )
            assert len(named) <= len(held)
            assert table == "events" or set(named) <= ids


def test_every_tie_leads_to_an_entry() -> None:
    assert [
        (entry.key, link.to)
        for entry in shelf().entries.values()
        for link in entry.links
        if link.to not in shelf().entries
    ] == []


def test_every_kind_has_entries_and_every_entry_both_titles() -> None:
    assert all(shelf().by_kind[kind] for kind in KINDS)
    assert all(entry.title["zh"] and entry.title["en"] for entry in shelf().entries.values())


def some(span: Span, **more: bool) -> Entry:
    return replace(shelf().entries["treatment", "p24-b11"], span=span, **more)


@pytest.mark.parametrize(
    ("days", "life"),
    [(-1, Life.COMING), (0, Life.OPEN), (69, Life.OPEN), (70, Life.CLOSING), (100, Life.CLOSING), (101, Life.CLOSED)],
)
def test_a_measure_closes_thirty_days_before_its_last_day(days: int, life: Life) -> None:
    entry = some(Span.through(DAY, DAY + timedelta(days=100)))
    assert entry.life(DAY + timedelta(days=days)) is life


def test_without_dates_it_stands_and_a_superseded_one_is_closed() -> None:
    assert some(Span()).life(DAY) is Life.STANDING
    assert some(Span(), closed=True).life(DAY) is Life.CLOSED
    superseded = [e for e in shelf().by_kind["policy"] if e.rule and e.rule.gives["status"] == "superseded"]
    assert superseded and {entry.life(DAY) for entry in superseded} == {Life.CLOSED}


def test_an_ended_treatment_names_the_one_that_took_its_place() -> None:
    ended = shelf().entries["treatment", "cepa-b11-2003"]
    assert [link.to for link in ended.linked(Role.REPLACED_BY)] == [("treatment", "cepa-b11-2016")]
    assert shelf().entries["treatment", "cepa-b11-2016"].linked(Role.REPLACED_BY) == []


def test_an_instrument_concerns_what_its_rules_concern() -> None:
    services, places = shelf().concerns["instrument", "miit-2024-107"]
    assert {"B11", "B21"} <= set(services) and places == ("VATS-PILOT-2024",)


def test_only_web_addresses_become_links() -> None:
    assert addresses(["https://a.example/x", "javascript:alert(1)", "", None]) == ("https://a.example/x",)
    assert addresses("a book in a shop") == ()


@pytest.mark.parametrize("name", book_names())
def test_whatever_is_also_called_something_is_there(name: str) -> None:
    book = load_book(name)
    there = {entry.id for entry in shelf().entries.values() if entry.book.id == book.id}
    table = book.tables.get("also-called") or {}
    assert set(table) <= there
    assert all(row["zh"] and row["en"] for row in table.values())


@pytest.mark.parametrize("book", book_names())
def test_a_plan_and_the_page_of_an_entry_say_the_same_of_every_row(book: str) -> None:
    """A further address counts as the first does; and the rows to check at the desk are read in the same way."""
    shown = {(entry.kind, entry.id): entry.read for entry in shelf().entries.values() if entry.book.id == book}
    to_check = {row.key.id: row.read for row in kept_rows(load_book(book)) if row.key.table == RULES}
    for rule in load_book(book).rules:
        rated = rule.read if rule.confidence or rule.verification else ""
        pages = {state for (_, name), state in shown.items() if name == rule.id}
        assert pages <= {rated}, rule.id
        assert to_check.get(rule.id, rated or None) == (rated or None), rule.id
