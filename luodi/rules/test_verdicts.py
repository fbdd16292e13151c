"""The fast path agrees with the plain walk, and both keep the laws of facts that are not known."""

from datetime import timedelta
from itertools import islice, product
from math import prod
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from luodi.dates import Span
from luodi.profiles.facts import Facts
from luodi.rules.book import Rule
from luodi.rules.cells import cells
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import book_names, load_book
from luodi.rules.lower import lower
from luodi.rules.normal import choices
from luodi.rules.strategies import (
    DAY,
    WORDS,
    books,
    by_attribute,
    companies,
    pools,
    random_facts,
    rule_of,
    rules,
    trees,
)
from luodi.rules.tree import And, Const, Not, Or, Test, Tree, attributes, uses_presence
from luodi.rules.verdicts import Verdicts


def cel(text: str) -> Tree:
    return lower(text, WORDS)


def plain_answer(rule: Rule, facts: Facts) -> Answer:
    return evaluate(rule.tree(DAY), facts, DAY).answer if DAY in rule.span else Answer.NO


def answer(text: str, **facts: object) -> Answer:
    return Verdicts([rule_of([cel(text)])], WORDS, DAY).of(Facts(WORDS, facts))["r"]


# ---- choices


def test_or_over_and_is_distributed():
    a, b, c = cel("listed"), cel("certified"), cel("critical")
    found = choices(Or((a, And((b, c)))))
    assert found is not None
    assert [[literal.leaf for literal in choice] for choice in found] == [[a, b], [a, c]]


def test_not_goes_down_to_the_leaves():
    found = choices(Not(And((cel("listed"), cel("certified")))))
    assert found is not None
    assert [[literal.wanted for literal in choice] for choice in found] == [[False, False]]


def test_nothing_is_simplified_that_kleene_would_not():
    assert answer("listed || !listed") is Answer.UNKNOWN
    assert answer("listed || !listed", listed=False) is Answer.YES


def test_constants_vanish():
    assert choices(Const(True)) == ()
    assert choices(Or((Const(False), And(())))) == ()
    assert choices(Not(Const(True))) == ((),)


def test_too_many_choices_give_the_tree_back():
    pairs = [And((Test("employees", cel("employees > 1").op, n), cel("listed"))) for n in range(8)]
    assert choices(Or(tuple(pairs)), cap=16) is None


def test_a_rule_above_the_cap_is_walked():
    rule = rule_of([cel("(employees > 1 && listed) || (employees > 2 && certified) || (employees > 3 && critical)")])
    facts = Facts(WORDS, {"employees": 4, "critical": True})
    assert Verdicts([rule], WORDS, DAY, cap=2).of(facts) == {"r": Answer.YES}
    assert Verdicts([rule], WORDS, DAY, cap=2).of(Facts(WORDS, {})) == {"r": Answer.UNKNOWN}


# ---- single answers


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("employees >= 3", {"employees": 3}, Answer.YES),
        ("employees >= 3", {"employees": 2}, Answer.NO),
        ("employees >= 3", {}, Answer.UNKNOWN),
        ("!(employees >= 3)", {}, Answer.UNKNOWN),
        ('zones.exists(z, z in ["a"])', {"zones": frozenset(("b",))}, Answer.NO),
        ('!zones.exists(z, z in ["a"])', {"zones": frozenset(("b",))}, Answer.YES),
        ('!zones.exists(z, z in ["a"])', {"zones": frozenset(("a", "b"))}, Answer.NO),
        ('!zones.exists(z, z in ["a"])', {"zones": frozenset()}, Answer.YES),
        ("has(profile.zones)", {}, Answer.NO),
        ("has(profile.zones)", {"zones": frozenset(("none",))}, Answer.NO),
        ("!has(profile.zones)", {}, Answer.YES),
        ("growth(revenue, revenue_before) > 0.1", {"revenue": 2, "revenue_before": 0}, Answer.UNKNOWN),
        ("growth(revenue, revenue_before) > 0.1", {"revenue": 2, "revenue_before": 1}, Answer.YES),
        ("revenue / employees > 1", {"revenue": 2, "employees": 0}, Answer.ERROR),
        ("revenue / employees > 1 || listed", {"revenue": 2, "employees": 0, "listed": True}, Answer.YES),
        ("revenue / employees > 1 || listed", {"revenue": 2, "employees": 0}, Answer.UNKNOWN),
        ('manual("looks good")', {}, Answer.UNKNOWN),
        ('manual("looks good") && listed', {"listed": False}, Answer.NO),
    ],
)
def test_one_clause(text, facts, expected):
    assert answer(text, **facts) is expected


def test_a_presumed_fact_counts_as_false_and_is_named():
    rule = rule_of([lower("!critical", WORDS, presume=frozenset(("critical",)))])
    (verdict,) = Verdicts([rule], WORDS, DAY).full(Facts(WORDS, {}))
    assert (verdict.answer, verdict.assumed) == (Answer.YES, {"critical"})


def test_a_rule_without_clauses_always_holds():
    assert Verdicts([rule_of([])], WORDS, DAY).of(Facts(WORDS, {})) == {"r": Answer.YES}


def test_no_rules_no_answers():
    assert Verdicts([], WORDS, DAY).of(Facts(WORDS, {})) == {}


def test_outside_its_window_a_rule_says_no():
    day_after = DAY + timedelta(days=1)
    rule = rule_of([], span=Span.through(DAY, DAY))
    assert [Verdicts([rule], WORDS, day).answers(Facts(WORDS, {})) for day in (DAY, day_after)] == [
        (Answer.YES,),
        (Answer.NO,),
    ]
    assert not Verdicts([rule], WORDS, day_after).full(Facts(WORDS, {}))[0].in_force


def test_masks_name_rules_by_their_guard():
    made = Verdicts([rule_of([cel("listed")], id="one"), rule_of([cel("certified")], id="two")], WORDS, DAY)
    masks = made.masks(Facts(WORDS, {"certified": True}))
    assert masks.yes == made.guard("two") and masks.unknown == made.guard("one")
    assert [rule.id for rule in made.chosen(masks.yes)] == ["two"]


def test_full_names_the_failing_and_the_open_clauses():
    rule = rule_of([cel("listed"), cel("employees > 3"), cel("certified")])
    (verdict,) = Verdicts([rule], WORDS, DAY).full(Facts(WORDS, {"employees": 1, "certified": True}))
    assert [bound.clause.text for bound in verdict.failed] == ["clause 2"]
    assert [bound.clause.text for bound in verdict.open] == ["clause 1"]
    assert verdict.basis == rule.basis and verdict.missing == frozenset()


# ---- the fast path is the plain walk


@given(books(), st.lists(companies(), min_size=1, max_size=3))
def test_fast_and_plain_agree_on_random_rules(book, profiles):
    made = Verdicts(book, WORDS, DAY)
    for facts in profiles:
        assert made.of(facts) == {rule.id: plain_answer(rule, facts) for rule in book}


@given(books(), companies())
def test_the_full_form_agrees_clause_by_clause(book, facts):
    for verdict in Verdicts(book, WORDS, DAY).full(facts):
        finding = evaluate(verdict.rule.tree(DAY), facts, DAY)
        truths = {bound: evaluate(bound.tree, facts, DAY).truth for bound in verdict.rule.edition(DAY)}
        assert verdict.answer is finding.answer
        assert verdict.assumed == finding.assumed
        if verdict.answer is Answer.UNKNOWN:
            assert verdict.missing == finding.missing
        if verdict.answer is not Answer.YES:
            assert verdict.failed == tuple(bound for bound, truth in truths.items() if truth is False)
            assert verdict.open == tuple(bound for bound, truth in truths.items() if truth is None)


@given(trees(), companies())
def test_choices_keep_the_three_values(tree, facts):
    found = choices(tree)
    assume(found is not None)
    back = And(tuple(Or(tuple(x.leaf if x.wanted else Not(x.leaf) for x in choice)) for choice in found or ()))
    assert evaluate(back, facts, DAY).truth == evaluate(tree, facts, DAY).truth


@pytest.mark.parametrize("name", book_names())
def test_fast_and_plain_agree_on_every_rule_of_our_books(name):
    book = load_book(name)
    made, values = Verdicts(book.rules, book.vocabulary, DAY), pools(book.rules, book.vocabulary, DAY)
    random = Random(name)
    for known in (0.0, 0.3, 0.6, 0.9, 1.0) * 6:
        facts = random_facts(values, book.vocabulary, random, known=known)
        plain = {rule.id: plain_answer(rule, facts) for rule in book.rules}
        assert made.of(facts) == plain
        assert {verdict.rule.id: verdict.answer for verdict in made.full(facts)} == plain


@pytest.mark.parametrize("name", book_names())
def test_every_rule_of_our_books_has_a_fast_path(name):
    book = load_book(name)
    assert not Verdicts(book.rules, book.vocabulary, DAY)._walked


# ---- the laws of facts that are not known


@given(rules(presence=False), companies(), companies())
def test_filling_in_a_fact_never_turns_yes_into_no_or_back(rule, facts, more):
    before = plain_answer(rule, facts)
    after = plain_answer(rule, facts.having({k: v for k, v in more.given.items() if k not in facts.given}))
    assert before in (Answer.UNKNOWN, Answer.ERROR) or after is before


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(rules(presence=False, plain=True), companies(whole=True), st.data())
def test_a_verdict_agrees_with_every_completion(rule, facts, data):
    used = sorted(attributes(rule.tree(DAY)) - {"ratio"})
    absent = data.draw(st.sets(st.sampled_from(used), max_size=3)) if used else set()
    tests = by_attribute([rule], DAY)
    every = {name: cells(WORDS[name], tests[name], DAY) for name in absent}
    assume(prod(map(len, every.values())) <= 400)
    less = facts.having(dict.fromkeys(absent))
    before = plain_answer(rule, less)
    after = {plain_answer(rule, less.having(dict(zip(every, row, strict=True)))) for row in product(*every.values())}
    assert before is Answer.UNKNOWN or after == {before}


@pytest.mark.parametrize("name", book_names())
def test_no_completion_contradicts_our_books(name):
    book, random = load_book(name), Random(name)
    values = pools(book.rules, book.vocabulary, DAY)
    lawful = [rule for rule in book.rules if not uses_presence(rule.tree(DAY))]
    made = Verdicts(lawful, book.vocabulary, DAY)
    for _ in range(10):
        whole = random_facts(values, book.vocabulary, random)
        less = whole.having({name: None for name in whole.given if random.random() < 0.4})
        after = made.of(whole)
        assert all(was is Answer.UNKNOWN or after[rule] is was for rule, was in made.of(less).items())


# ---- cells


@given(st.data(), companies(whole=True))
def test_every_value_lies_in_a_cell(data, facts):
    name = data.draw(st.sampled_from(sorted(set(facts.given) - {"ratio"})))
    tree = data.draw(trees(plain=True))
    tests = by_attribute([rule_of([tree])], DAY).get(name, [])
    found = cells(WORDS[name], tests, DAY)

    def pattern(value: object) -> list[Answer]:
        return [evaluate(test, facts.having({name: value}), DAY).answer for test in tests]

    assert pattern(facts.given[name]) in [pattern(value) for value in found]


def test_cells_of_a_number_stand_below_at_and_above():
    tests = [cel("employees >= 2"), cel("employees > 5")]
    assert cells(WORDS["employees"], tests, DAY) == (0, 2, 3, 5, 6)
    assert cells(WORDS["employees"], tests, DAY, near=4) == (1, 2, 4, 5, 6)


def test_cells_keep_to_what_the_attribute_can_be():
    assert cells(WORDS["share"], [cel("share >= 0"), cel("share <= 1")], DAY)[0] == 0
    assert all(0 <= value <= 1 for value in islice(cells(WORDS["share"], [cel("share > 0.5")], DAY), 9))


@pytest.mark.parametrize("head", ["11", "44", "4401"])
def test_both_ways_agree_where_only_the_beginning_of_a_code_is_known(head):
    book = load_book("policies")
    facts = Facts(book.vocabulary, {}, prefixes={"registered_region_code": head})
    fast = Verdicts(book.rules, book.vocabulary, DAY).of(facts)
    for rule in book.rules:
        walked = evaluate(rule.tree(DAY), facts, DAY).answer if DAY in rule.span else Answer.NO
        assert fast[rule.id] is walked


@pytest.mark.parametrize("name", ["policies", "landing-steps", "market-access"])
def test_every_no_of_a_shipped_book_names_what_it_rests_on(name):
    book = load_book(name)
    facts = Facts(book.vocabulary, {})
    for verdict in Verdicts(book.rules, book.vocabulary, DAY).full(facts):
        assert verdict.basis and len(set(verdict.basis)) == len(verdict.basis)
    assert all(len(set(rule.basis)) == len(rule.basis) for rule in book.rules)
