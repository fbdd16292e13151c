"""A rule drawn as a flow: every condition has its ways out, and every path ends in a verdict."""

from datetime import date

import pytest

from luodi.rules.flow import End, flow_of
from luodi.rules.library import book_names, load_book

DAY = date(2026, 11, 25)


def day_of(rule):
    return min(max(DAY, rule.first or DAY), rule.last or date.max)


@pytest.mark.parametrize("name", book_names())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_path_through_every_rule_ends_in_a_verdict(name, lang):
    book = load_book(name)
    no = End.NEXT if book.kind == "decision-list" else End.FAILS
    for rule in book.rules:
        flow = flow_of(rule, book, lang, day_of(rule))
        paths = dict(flow.paths())
        assert len(flow.steps) == len(rule.edition(day_of(rule))) and all(step.text for step in flow.steps)
        assert paths[("yes",) * len(flow.steps)] is End.HOLDS
        for n, step in enumerate(flow.steps):
            assert paths[(*("yes",) * n, "no")] is no
            assert paths.get((*("yes",) * n, "unknown")) is step.unknown
        assert len(paths) == len(list(flow.paths()))  # no two paths are the same


def test_where_one_of_several_is_enough_each_is_a_way():
    books = [load_book(name) for name in book_names()]
    flows = [flow_of(rule, book, "en", day_of(rule)) for book in books for rule in book.rules]
    ways = [step.ways for flow in flows for step in flow.steps]
    assert any(len(found) >= 2 for found in ways) and all(len(found) != 1 for found in ways)


def test_what_a_person_decides_ends_with_a_person():
    book = load_book("policies")
    ends = {step.unknown for rule in book.rules for step in flow_of(rule, book, "en", day_of(rule)).steps}
    assert {End.PERSON, End.OPEN} <= ends
