"""Ordered decision lists: the first true rule decides, and what is not known is never guessed."""

from datetime import date

import pytest

from luodi.profiles.facts import Facts
from luodi.rules.decide import Decision, RuleInError, decide, rule_answer
from luodi.rules.evaluate import Answer

DAY = date(2026, 6, 30)
LIST = """
- {id: first, title: {zh: 一, en: First}, when: [resident], gives: {value: red}, basis: [{instrument: act}]}
- {id: second, title: {zh: 二, en: Second}, when: [listed], gives: {value: red}, basis: [{instrument: act}]}
- {id: third, title: {zh: 三, en: Third}, when: [employees > 5, share > 0], gives: {value: blue},
   basis: [{instrument: act}]}
"""
HEAD = "kind: decision-list\n"


@pytest.fixture
def ask(make_book):
    def answer(rules: str = LIST, head: str = HEAD, on: date = DAY, **facts) -> Decision:
        book = make_book(rules, head=head)
        return decide(book, Facts(book.vocabulary, facts), on)

    return answer


def test_the_first_true_rule_decides_and_is_cited(ask):
    assert ask(resident=True, listed=True) == Decision(
        "red", "first", basis=({"instrument": "act", "article": None, "rule": "first"},)
    )
    assert ask(resident=False, listed=False, employees=6, share=1).because == "third"


def test_no_true_rule_is_no_value_and_nothing_missing(ask):
    assert ask(resident=False, listed=False, employees=5) == Decision(None)


def test_a_value_stands_when_every_rule_that_could_decide_gives_it(ask):
    found = ask(listed=True)
    assert (found.value, found.because, found.missing) == ("red", "second", ())


def test_a_value_is_open_when_the_rules_would_disagree(ask):
    found = ask(resident=False, employees=6, share=1)
    assert (found.value, found.because, found.missing) == (None, None, ("listed",))
    assert found.basis == ()


def test_rules_that_agree_do_not_settle_it_while_no_rule_is_true(ask):
    assert ask(employees=1).missing == ("resident",)


def test_missing_names_only_the_first_unknown_rule(ask):
    assert ask(resident=False, listed=False).missing == ("employees", "share")


def test_a_book_may_stop_at_the_first_unknown_rule(ask):
    found = ask(head=HEAD + "on_unknown: stop\n", listed=True)
    assert (found.value, found.missing) == (None, ("resident",))
    assert ask(head=HEAD + "on_unknown: stop\n", resident=True).value == "red"


@pytest.mark.parametrize(("day", "value"), [("2025-12-31", None), ("2026-01-01", "red"), ("2026-01-02", None)])
def test_a_rule_outside_its_window_is_passed_over(ask, day, value):
    rules = LIST.replace("{id: first,", "{id: first, from: 2026-01-01, until: 2026-01-01,")
    assert ask(rules, on=date.fromisoformat(day), resident=True, listed=False, employees=0).value == value


def test_what_was_presumed_on_the_way_is_named(ask):
    rules = LIST.replace("when: [resident]", "when: [{is: resident, presume: false}]")
    assert ask(rules, listed=True).assumed == ("resident",)
    assert ask(rules, resident=True).assumed == ()


BROKEN = LIST.replace("when: [resident]", "when: [resident, revenue / employees > 1]")


def test_a_rule_in_error_that_would_decide_is_reported_with_its_clause_and_place(ask):
    with pytest.raises(RuleInError) as caught:
        ask(BROKEN, resident=True, revenue=1, employees=0)
    problem = caught.value
    assert (problem.code, problem.rule, problem.clause) == ("rule-in-error", "first", "revenue / employees > 1")
    assert problem.as_json()["position"] == 0
    assert "a division by zero" in str(problem)
    assert "rules/all.yaml, line 2" in str(problem)


def test_an_error_that_a_false_clause_absorbs_decides_nothing(ask):
    assert ask(BROKEN, resident=False, listed=True, revenue=1, employees=0).value == "red"


def test_no_value_stands_over_a_rule_in_error(ask):
    rules = LIST.replace("when: [listed]", "when: [revenue / employees > 1]")
    assert ask(rules, revenue=1, employees=0, share=1).missing == ("resident",)


def test_a_single_rule_is_no_outside_its_window(make_book):
    book = make_book(LIST.replace("{id: first,", "{id: first, from: 2026-01-01,"))
    facts = Facts(book.vocabulary, {})
    assert rule_answer(book.rule("first"), facts, date(2025, 12, 31)).answer is Answer.NO
    assert rule_answer(book.rule("first"), facts, date(2026, 1, 1)).answer is Answer.UNKNOWN
