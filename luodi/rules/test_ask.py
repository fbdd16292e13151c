"""Questions: none that is needless, none twice, the ones first that nothing spares, and few in all."""

from datetime import timedelta
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luodi.dates import Span
from luodi.errors import UnknownKey
from luodi.profiles.facts import Facts
from luodi.profiles.vocabulary import Value
from luodi.rules.ask import Questions, _Without, next_question, open_questions
from luodi.rules.book import Rule
from luodi.rules.evaluate import Answer, evaluate
from luodi.rules.library import load_book
from luodi.rules.lower import lower
from luodi.rules.strategies import DAY, DERIVATIONS, WORDS, books, companies, pools, random_facts, rule_of, rules
from luodi.rules.tree import MANUAL, Tree, attributes, uses_presence
from luodi.rules.verdicts import Verdicts

NOTHING = Facts(WORDS, {}, DERIVATIONS)


def cel(text: str) -> Tree:
    return lower(text, WORDS)


def book(*rows: list[str]) -> list[Rule]:
    return [rule_of([cel(text) for text in row], id=f"r{at}") for at, row in enumerate(rows)]


def names(rules: list[Rule], facts: Facts = NOTHING, **more: object) -> list[str]:
    return [question.attribute for question in open_questions(rules, facts, DAY, **more)]


def test_a_question_says_how_many_rules_wait_for_it():
    rules = book(["employees > 3", "listed"], ["employees > 5"], ["certified"])
    assert {q.attribute: (q.decides, q.rules) for q in open_questions(rules, NOTHING, DAY)} == {
        "employees": (2, ("r0", "r1")),
        "listed": (1, ("r0",)),
        "certified": (1, ("r2",)),
    }


def test_what_nothing_saves_comes_first():
    rules = book(["size == 'small'", "region == '110000'", "listed"], ["certified"])
    assert names(rules)[0] == "certified"


def test_what_rules_out_more_comes_earlier():
    rules = book(["size == 'small'", "listed"], ["size == 'small'", "certified"])
    assert names(rules)[0] == "size"


def test_no_question_once_the_answer_cannot_change():
    rules = book(["employees > 3", "listed"])
    assert names(rules, NOTHING.having({"listed": False})) == []
    assert next_question(rules, NOTHING.having({"listed": False}), DAY) is None


def test_no_question_about_a_rule_that_is_not_in_force():
    rule = rule_of([cel("listed")], span=Span(DAY + timedelta(days=1), None))
    assert names([rule]) == []


def test_a_person_is_never_a_question():
    assert names(book(['manual("m")', "listed"])) == ["listed"]
    assert names(book(['manual("m")'])) == []


def test_a_derived_fact_is_asked_by_its_inputs():
    assert sorted(names(book(["ratio > 1"]))) == ["employees", "revenue"]
    known = NOTHING.having({"employees": 3, "revenue": 0})
    assert names(book(["ratio > 1"]), known) == ["ratio"]


def test_a_known_base_of_zero_is_not_asked_again():
    facts = NOTHING.having({"revenue": 3, "revenue_before": 0})
    assert names(book(["growth(revenue, revenue_before) > 0.1"]), facts) == []


def test_what_the_company_does_not_know_is_not_asked_again():
    rules = book(["employees > 3", "listed"])
    assert names(rules, skip={"employees"}) == ["listed"]
    assert names(rules, skip={"employees", "listed"}) == []


def test_a_goal_leaves_other_rules_out():
    rules = book(["employees > 3"], ["certified"])
    assert names(rules, goal=["r1"]) == ["certified"]
    with pytest.raises(UnknownKey, match="r1"):
        names(rules, goal=["r1x"])


def test_a_presumed_fact_stays_askable_at_the_end():
    rules = [rule_of([lower("!critical", WORDS, presume=frozenset(("critical",)))], id="p"), *book(["listed"])]
    first, last = open_questions(rules, NOTHING, DAY)
    assert (first.attribute, first.presumed) == ("listed", False)
    assert (last.attribute, last.presumed, last.decides, last.rules) == ("critical", True, 0, ("p",))
    assert next_question(rules, NOTHING.having({"listed": True}), DAY) is None


def test_for_any_match_the_likeliest_rule_is_tried():
    rules = book(["size == 'small'", "region == '110000'"], ["employees != 3", "listed || certified"])
    assert next_question(rules, NOTHING, DAY, goal="any").rules == ("r1",)


def test_any_match_is_enough():
    rules = book(["listed"], ["certified"])
    assert next_question(rules, NOTHING.having({"certified": True}), DAY, goal="any") is None


def test_a_rule_for_a_person_to_decide_cannot_be_the_match():
    rules = book(["listed", 'manual("m")'], ["size == 'small'", "certified"])
    assert next_question(rules, NOTHING, DAY, goal="any").rules == ("r1",)
    assert names(book(['listed || manual("m")']), goal="any") == ["listed"]


# ---- on random rules


def ask_all(rules: list[Rule], company: Facts, goal: object = None) -> tuple[int, Facts, set[str]]:
    """Every question answered truthfully; what the company does not know is skipped."""
    made, facts, skip = (
        Questions(rules, company.vocabulary, DAY),
        Facts(company.vocabulary, {}, company.derivations),
        set(),
    )
    count = 0
    while (question := made.next(facts, goal=goal, skip=skip)) is not None:
        assert question.attribute not in facts.given and question.attribute not in skip
        value = company.given.get(question.attribute)
        if value is None:
            skip.add(question.attribute)
        else:
            facts = facts.having({question.attribute: value})
        count += 1
    return count, facts, skip


@given(books(), companies())
def test_open_questions_are_what_undecided_rules_miss(rules, facts):
    wanted: set[str] = set()
    for rule in rules:
        finding = evaluate(rule.tree(DAY), facts, DAY)
        if finding.answer is Answer.UNKNOWN:
            wanted |= {name for name in finding.missing - {MANUAL} if facts.value(name) is None}
    found = open_questions(rules, facts, DAY)
    assert {question.attribute for question in found if not question.presumed} == wanted
    first = next_question(rules, facts, DAY)
    assert (first.attribute if first else None) == (found[0].attribute if wanted else None)


@given(books(presence=False), companies(whole=True))
def test_all_questions_answered_leave_nothing_to_learn(rules, company):
    count, facts, _ = ask_all(list(rules), company)
    assert count <= len({name for rule in rules for name in attributes(rule.tree(DAY))}) + 2
    whole, asked = Verdicts(rules, WORDS, DAY).of(company), Verdicts(rules, WORDS, DAY).of(facts)
    settled = {Answer.UNKNOWN, Answer.ERROR}
    assert all(asked[rule] is answer or {asked[rule], answer} <= settled for rule, answer in whole.items())


@given(books(presence=False), companies(whole=True))
def test_any_match_is_found_if_there_is_one(rules, company):
    _, facts, _ = ask_all(list(rules), company, goal="any")
    made = Verdicts(rules, WORDS, DAY)
    assert (Answer.YES in made.of(facts).values()) == (Answer.YES in made.of(company).values())


@given(books(), companies(), st.sets(st.sampled_from(sorted(WORDS.attributes))))
def test_no_question_when_nothing_is_undecided(rules, facts, skip):
    undecided = Answer.UNKNOWN in Verdicts(rules, WORDS, DAY).of(facts).values()
    for goal in (None, "any"):
        question = next_question(rules, facts, DAY, goal=goal, skip=skip)
        assert question is None or (undecided and question.attribute not in skip)


@given(st.lists(rules(plain=True), min_size=1, max_size=4), companies(whole=True), st.data())
def test_an_answer_tried_in_thought_is_the_answer_given(book, company, data):
    made = Verdicts(book, WORDS, DAY)
    name = data.draw(st.sampled_from(sorted(set(company.given) - {"ratio"})))
    less = Facts(WORDS, {k: v for k, v in company.given.items() if k != name and data.draw(st.booleans())})
    if name in made.columns:
        met, possible = _Without(made, less).of(name)
        bits = made.columns[name].mask(company.given[name])
        assert (met | bits, possible | bits) == made.rails(less.having({name: company.given[name]}))[:2]


# ---- on our books


def by_form(rules: list[Rule], company: Facts) -> int:
    """Questions in the vocabulary's order, needless ones left out."""
    facts, count = Facts(company.vocabulary, {}), 0
    made, trees = Verdicts(rules, company.vocabulary, DAY), {rule.id: rule.tree(DAY) for rule in rules}
    while True:
        left = made.chosen(made.masks(facts).unknown)
        missing = frozenset[str]().union(*(evaluate(trees[rule.id], facts, DAY).missing for rule in left))
        name = next((n for n in company.vocabulary.attributes if n in missing and n not in facts.given), None)
        if name is None:
            return count
        facts, count = facts.having({name: company.given[name]}), count + 1


@pytest.mark.parametrize("name", ["policies", "landing-steps", "data-export-path"])
def test_our_books_are_settled_with_fewer_questions_than_a_form(name):
    loaded = load_book(name)
    rules = [rule for rule in loaded.rules if not uses_presence(rule.tree(DAY))]
    values: dict[str, tuple[Value, ...]] = pools(rules, loaded.vocabulary, DAY)
    random = Random(name)
    drawn = [random_facts(values, loaded.vocabulary, random) for _ in range(12)]
    counts = []
    for company in drawn:
        count, facts, _ = ask_all(rules, company)
        assert Verdicts(rules, loaded.vocabulary, DAY).of(facts) == Verdicts(rules, loaded.vocabulary, DAY).of(company)
        counts.append(count)
    assert mean(counts) <= mean(by_form(rules, company) for company in drawn)
