"""What is put together from written pieces says, letter by letter, what the plain walk says."""

import json
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luodi.advice.lines import match, match_lines
from luodi.advice.match import brief as in_brief
from luodi.advice.match import match as in_full
from luodi.advice.match_writer import MatchWriter
from luodi.dates import Span
from luodi.profiles.facts import Facts
from luodi.rules.book import Book, Rule
from luodi.rules.evaluate import Answer
from luodi.rules.library import book_names, load_book
from luodi.rules.lower import lower
from luodi.rules.strategies import DAY, WORDS, books, companies, pools, random_facts, rule_of, rules
from luodi.text import json_bytes, json_line, parse_json

TEXT = {"zh": "随机", "en": "random"}


def book_of(some: tuple[Rule, ...]) -> Book:
    return Book("random", TEXT, "1", "", "rules", WORDS, some, {}, {}, Path())


def assert_same(book: Book, facts: Facts, on: date) -> None:
    full = json_bytes(in_full(book, facts, on=on, with_remedies=False))
    assert json_bytes(MatchWriter(book, on).results(facts)) == full
    assert json_bytes(MatchWriter(book, on, brief=True).results(facts)) == json_bytes(in_brief(book, facts, on=on))


def answers(book: Book, **facts: object) -> list[dict[str, object]]:
    """By both ways, which agree."""
    company = Facts(WORDS, facts)
    assert_same(book, company, DAY)
    found: list[dict[str, object]] = parse_json(json_line(MatchWriter(book, DAY).results(company)), "answers")
    return found


# ---- the same letters


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(books(), companies())
def test_any_book_is_written_as_it_is_walked(some, facts):
    assert_same(book_of(some), facts, DAY)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rules(), min_size=1, max_size=3), companies())
def test_any_window_is_written_as_it_is_walked(some, facts):
    named = tuple(
        rule_of([b.tree for b in one.editions[0][1]], id=f"r{at}", span=one.span) for at, one in enumerate(some)
    )
    assert_same(book_of(named), facts, DAY)


@pytest.mark.parametrize("name", [name for name in book_names() if load_book(name).rules])
def test_every_book_that_ships_is_written_as_it_is_walked(name):
    book, random = load_book(name), Random(13)
    for on in (date(2020, 7, 1), date(2024, 10, 23), date(2026, 12, 1)):
        current = [rule for rule in book.rules if on in rule.span]
        values = pools(current, book.vocabulary, on)
        for known in (0.0, 0.5, 0.9, 1.0):
            assert_same(book, random_facts(values, book.vocabulary, random, known=known), on)


def test_one_writer_answers_company_after_company():
    book, random = load_book("policies"), Random(500)
    writer, values = MatchWriter(book, DAY), pools(book.rules, book.vocabulary, DAY)
    for _ in range(20):
        facts = random_facts(values, book.vocabulary, random, known=0.8)
        assert json_bytes(writer.results(facts)) == json_bytes(in_full(book, facts, on=DAY, with_remedies=False))


# ---- what bits cannot tell


def test_a_formula_in_error_is_reported_with_its_place():
    (found,) = answers(book_of((rule_of([lower("revenue / employees > 1", WORDS)]),)), revenue=2, employees=0)
    assert found["answer"] == Answer.ERROR.value and found["error"]


def test_an_error_that_a_decided_part_absorbs_does_not_decide():
    tree = lower("revenue / employees > 1 || listed", WORDS)
    (found,) = answers(book_of((rule_of([tree]),)), revenue=2, employees=0, listed=True)
    assert found["answer"] == Answer.YES.value and "error" not in found


def test_a_presumed_fact_is_named():
    tree = lower("!listed", WORDS, presume=frozenset(("listed",)))
    (found,) = answers(book_of((rule_of([tree]),)))
    assert found["answer"] == Answer.YES.value and found["assumed"] == ["listed"]


def test_a_beginning_of_a_code_settles_what_it_can():
    book = book_of((rule_of([lower('region.startsWith("11")', WORDS)]),))
    for head in ("11", "31", "1"):
        assert_same(book, Facts(WORDS, {}, prefixes={"region": head}), DAY)


def test_too_many_choices_are_walked():
    parts = [f"(employees > {n} && listed)" for n in range(9)]
    (found,) = answers(book_of((rule_of([lower(" || ".join(parts), WORDS)]),)), employees=3)
    assert found["answer"] == Answer.UNKNOWN.value and found["missing"] == ["listed"]


def test_a_book_without_rules_has_no_results():
    assert answers(book_of(())) == []


def test_a_rule_of_no_clauses_holds():
    (found,) = answers(book_of((rule_of([]),)))
    assert found["answer"] == Answer.YES.value and found["reasons"] == []


def test_the_day_after_the_last_one_is_outside_the_window():
    ended = rule_of([lower("listed", WORDS)], span=Span(None, DAY))
    (found,) = answers(book_of((ended,)), listed=True)
    assert found["answer"] == Answer.NO.value
    assert [reason["clause"] for reason in found["reasons"]] == ["out_of_window"]


# ---- lines of a batch


@pytest.mark.parametrize("brief", [False, True])
@pytest.mark.parametrize("day", ["2024-12-02", "2028-01-01"])
@pytest.mark.parametrize("employees", [31, None, 2**70])
def test_a_line_of_many_is_the_line_alone(employees, day, brief):
    raw, on = {"profile": {"employees": employees}}, date.fromisoformat(day)
    book = load_book("policies")
    alone, written = match(raw, on, None, book=book, brief=brief), match_lines(book, brief=brief)(raw, on, None)
    assert json_line(written) == json_line(alone) and json.loads(json_line(written)) == alone


def test_lines_of_several_days_are_each_answered_on_their_own():
    book = load_book("policies")
    line = match_lines(book)
    for day in ("2024-12-02", "2028-01-01", "2024-12-02"):
        raw, on = {"profile": {"employees": 31}}, date.fromisoformat(day)
        assert json_line(line(raw, on, None)) == json_line(match(raw, on, None, book=book))
