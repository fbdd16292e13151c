"""A book's own tests are read strictly, answered by the engine, and told where they differ."""

import pytest

from luodi.errors import BadInput, MissingKey, UnknownKey, UnknownValue, WrongType
from luodi.rules.cases import Outcome, read_cases, run_cases
from luodi.rules.library import book_names, load_book

RULES = """
- {id: firm, title: {zh: 甲, en: A}, from: 2026-01-01, when: [employees <= 300, {is: '!listed', presume: false}],
   gives: {value: yes-it-is}, basis: [{instrument: act}]}
"""
CASE = """
- case: exactly at the limit
  rule: firm
  day: 2026-01-01
  given: {employees: 300}
  answer: match
  missing: []
  assumed: [listed]
"""


def run(make_book, tests, *, rules=RULES, head="", ask=None):
    book = make_book(rules, head=head, tests=tests)
    return run_cases(book, read_cases(book), ask=ask)


def test_a_case_is_read_with_its_place(make_book):
    case = read_cases(make_book(RULES, tests=CASE))[0]
    assert (case.rule, case.given, case.answer, case.at) == (
        "firm",
        {"employees": 300},
        "match",
        "tests/all.yaml, line 2",
    )


def test_a_case_that_comes_out_as_written_passes(make_book):
    assert run(make_book, CASE).passed


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("employees: 300", "employees: 301", "`answer` should be match and is no_match"),
        ("day: 2026-01-01", "day: 2025-12-31", "`answer` should be match and is no_match"),
        ("{employees: 300}", "{}", "`answer` should be match and is need_info"),
        ("missing: []", "missing: [share]", "`missing` should be [share] and is []"),
        ("assumed: [listed]", "assumed: []", "`assumed` should be [] and is [listed]"),
    ],
)
def test_a_difference_is_reported_in_words(make_book, old, new, problem):
    report = run(make_book, CASE.replace(old, new))
    assert not report.passed
    assert problem in report.failed[0].problems


def test_only_what_a_case_writes_down_is_compared(make_book):
    assert run(make_book, CASE.replace("  assumed: [listed]\n", "").replace("  missing: []\n", "")).passed


def test_missing_facts_are_the_exact_list(make_book):
    tests = CASE.replace("{employees: 300}", "{}").replace("match", "need_info").replace("[]", "[employees]")
    assert run(make_book, tests).passed
    assert not run(make_book, tests.replace("[employees]", "[employees, listed]")).passed


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("  answer:", "  anser:", UnknownKey, "line 6: a case has no key `anser`. Did you mean `answer`?"),
        ("  answer: match\n", "", MissingKey, "a case needs `answer`"),
        ("  day: 2026-01-01\n", "", MissingKey, "a case needs `day`"),
        ("2026-01-01", "2026-02-30", BadInput, "line 4, key `day`"),
        ("  rule: firm\n", "", MissingKey, "a case of this book needs `rule`"),
        ("rule: firm", "rule: frim", UnknownValue, "line 3: the book little has no rule `frim`. Did you mean `firm`?"),
        ("answer: match", "answer: allowed", UnknownValue, "line 6: `allowed` is no answer (match, no_match"),
        ("answer: match", "answer: null", UnknownValue, "is no answer"),
        ("employees: 300", "employes: 300", UnknownKey, "line 5: there is no attribute `employes`"),
        ("employees: 300", "employees: many", WrongType, "line 5, key `employees`"),
        ("missing: []", "missing: listed", WrongType, "`missing` is a list of names"),
    ],
)
def test_a_case_that_cannot_be_is_refused_with_its_line(make_book, old, new, error, words):
    with pytest.raises(error) as caught:
        run(make_book, CASE.replace(old, new))
    assert words in str(caught.value)
    assert "tests/all.yaml" in str(caught.value)


def test_a_file_of_tests_is_a_list(make_book):
    with pytest.raises(WrongType, match="a list of cases"):
        run(make_book, "case: alone\n")


DECIDED = """
- case: the list decides
  day: 2026-01-01
  given: {employees: 1, listed: false}
  answer: yes-it-is
  because: firm
- case: it stays open
  day: 2026-01-01
  given: {}
  answer: null
  because: null
  missing: [employees]
"""


def test_a_decision_list_is_asked_as_a_whole(make_book):
    assert run(make_book, DECIDED, head="kind: decision-list\n").passed
    wrong = run(make_book, DECIDED.replace("answer: yes-it-is", "answer: no"), head="kind: decision-list\n")
    assert wrong.failed[0].problems == ("`answer` should be no and is yes-it-is",)


def test_a_rule_in_error_fails_its_case_and_the_rest_still_runs(make_book):
    rules = RULES.replace("employees <= 300", "revenue / employees > 1")
    tests = DECIDED.replace("{employees: 1, listed: false}", "{employees: 0, revenue: 1}")
    report = run(
        make_book,
        tests.replace("missing: [employees]", "missing: [employees, revenue]"),
        rules=rules,
        head="kind: decision-list\n",
    )
    assert [result.passed for result in report.results] == [False, True]
    assert report.failed[0].problems[0].startswith("rule-in-error: ")


ACCESS = """
- case: a question for the layer above
  day: 2026-01-01
  given: {employees: 1}
  answer: conditional
  basis: [firm]
  cap: 50
"""


def test_questions_of_access_are_answered_by_whoever_asks(make_book):
    head = "kind: access\n"
    good = run(make_book, ACCESS, head=head, ask=lambda case: Outcome("conditional", basis=("firm",), cap=50))
    assert good.passed
    bad = run(make_book, ACCESS, head=head, ask=lambda case: Outcome("allowed", basis=("firm",), cap=100))
    assert bad.failed[0].problems == (
        "`answer` should be conditional and is allowed",
        "`cap` should be 50 and is 100",
    )


def test_questions_that_nobody_answers_are_skipped_and_listed(make_book):
    report = run(make_book, ACCESS, head="kind: access\n")
    assert report.results == ()
    assert [case.case for case in report.skipped] == ["a question for the layer above"]


HOUSE = [name for name in book_names() if load_book(name).rules and name != "market-access"]


@pytest.mark.parametrize("name", HOUSE)
def test_every_case_of_the_house_passes(name):
    book = load_book(name)
    report = run_cases(book, read_cases(book))
    assert report.results
    assert [(r.case.at, r.problems) for r in report.failed] == []
