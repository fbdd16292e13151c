"""A book is read with positions and typed at load; whatever is misspelt, missing or said twice is refused."""

from datetime import date
from fractions import Fraction

import pytest

from luodi.errors import BadInput, DuplicateKey, LuodiError, MissingKey, UnknownKey, UnreadableFile, WrongType
from luodi.rules.book import BadRule, Citation, file_hash
from luodi.rules.book_reading import read_book
from luodi.rules.tree import Op, Test

RULE = """
- id: small-firm
  title: {zh: 小企业, en: Small firm}
  from: 2024-01-01
  until: 2025-12-31
  when: [employees <= 300]
  basis: [{instrument: some-law, article: Art 1}]
"""
STEPS = """
- id: capped
  title: {zh: 设上限, en: Capped}
  from: 2014-01-06
  parameters:
    ceiling:
    - {from: 2014-01-06, is: 55, cites: {instrument: first-list}}
    - {from: 2015-01-13, is: 100, cites: [{instrument: second-list, article: Art 2}]}
  when: [{is: cap <= ceiling, says: {zh: 不超过上限, en: within the cap}, cites: {instrument: first-list}}]
  basis: [{instrument: some-law}]
"""


def test_a_rule_is_read_with_its_days_its_clauses_and_its_place(make_book):
    rule = make_book(RULE).rule("small-firm")
    assert (rule.first, rule.last) == (date(2024, 1, 1), date(2025, 12, 31))
    assert rule.basis == (Citation("some-law", "Art 1"),)
    assert rule.at == "rules/all.yaml, line 2"
    assert rule.tree(date(2024, 1, 1)) == Test("employees", Op.LE, 300)


@pytest.mark.parametrize(
    ("day", "inside"),
    [("2023-12-31", False), ("2024-01-01", True), ("2025-12-31", True), ("2026-01-01", False)],
)
def test_both_ends_of_the_window_are_inside(make_book, day, inside):
    assert (date.fromisoformat(day) in make_book(RULE).rule("small-firm").span) is inside


@pytest.mark.parametrize(("day", "figure"), [("2014-01-06", 55), ("2015-01-12", 55), ("2015-01-13", 100)])
def test_each_day_has_the_figure_in_force(make_book, day, figure):
    rule = make_book(STEPS).rule("capped")
    assert rule.tree(date.fromisoformat(day)) == Test("cap", Op.LE, figure)


def test_a_clause_keeps_what_it_says_and_its_own_citation(make_book):
    rule = make_book(STEPS).rule("capped")
    assert rule.clauses[0].says == {"zh": "不超过上限", "en": "within the cap"}
    assert rule.citations(rule.clauses[0]) == (Citation("first-list"),)
    assert rule.citations() == (Citation("some-law"),)


def test_a_file_holds_one_rule_a_list_or_a_list_under_rules(make_book):
    one = RULE.replace("- id", "  id").replace("\n  ", "\n")
    assert [make_book(text, name=str(n)).rules[0].id for n, text in enumerate((RULE, one, f"rules:{RULE}"))] == [
        "small-firm"
    ] * 3


def test_scalars_stay_text_until_the_vocabulary_types_them(make_book):
    rules = RULE.replace("title: {zh: 小企业, en: Small firm}", "title: {zh: 小企业, en: NO}")
    rules += "  gives: {value: on, code: 011, day: 2024-10-23, no: no}\n"
    book = make_book(rules, countries="NO: 1\non: 2\n")
    assert book.rules[0].title["en"] == "NO"
    assert book.rules[0].gives == {"value": "on", "code": "011", "day": "2024-10-23", "no": "no"}
    assert book.tables["countries"] == {"NO": "1", "on": "2"}


def test_a_ratio_in_a_parameter_is_exact(make_book):
    rules = STEPS.replace("cap <= ceiling", "share <= ceiling").replace("is: 55", "is: 0.1")
    assert make_book(rules).rule("capped").tree(date(2014, 1, 6)) == Test("share", Op.LE, Fraction(1, 10))


def test_presume_false_speaks_of_the_one_yes_or_no_fact_of_its_clause(make_book):
    rules = RULE.replace("when: [employees <= 300]", "when: [{is: '!listed && employees > 1', presume: false}]")
    assert make_book(rules).rules[0].editions[0][1][0].clause.presume == {"*"}
    bad = RULE.replace("when: [employees <= 300]", "when: [{is: listed || resident, presume: false}]")
    with pytest.raises(BadRule, match="one yes-or-no fact"):
        make_book(bad, name="other")


# ---- what does not load


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        ("  when:", "  whem:", UnknownKey, "line 6: a rule has no key `whem`. Did you mean `when`?"),
        ("article: Art 1", "artikel: Art 1", UnknownKey, "a citation has no key `artikel`. Did you mean `article`?"),
        ("zh: 小企业", "zn: 小企业", UnknownKey, "has no key `zn`"),
        ("  until:", "  from:", DuplicateKey, "line 5: the key `from` stands twice; the first is on line 4"),
        ("  basis: [{instrument: some-law, article: Art 1}]", "", MissingKey, "has no `basis`"),
        ("[{instrument: some-law, article: Art 1}]", "[{article: Art 1}]", MissingKey, "a citation needs `instrument`"),
        ("  title: {zh: 小企业, en: Small firm}\n", "", MissingKey, "a rule needs `title`"),
        ("  when: [employees <= 300]\n", "", MissingKey, "needs `when`"),
        ("[employees <= 300]", "employees <= 300", WrongType, "`when` is a list of clauses"),
        (
            "employees <= 300",
            "employes <= 300",
            BadRule,
            "line 6: rule `small-firm`: there is no attribute `employes`.",
        ),
        ("employees <= 300", "employees <= ", BadRule, "an expression is missing"),
        ("employees <= 300", "{iz: employees <= 300}", UnknownKey, "a clause has no key `iz`"),
        ("employees <= 300", "{cites: {instrument: x}}", MissingKey, "a clause needs `is`"),
        ("employees <= 300", "{is: listed, presume: true}", WrongType, "`presume` is false, or a list"),
        ("2024-01-01", "2024-02-30", LuodiError, "line 4, key `from`: `2024-02-30` is not a day"),
        ("2025-12-31", "2023-12-31", LuodiError, "until 2023-12-31 lies before from 2024-01-01"),
    ],
)
def test_a_rule_that_cannot_be_does_not_load_and_says_where(make_book, old, new, error, words):
    assert old in RULE
    with pytest.raises(error) as caught:
        make_book(RULE.replace(old, new, 1))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        (
            ", cites: {instrument: first-list}}\n    - {from: 2015",
            "}\n    - {from: 2015",
            MissingKey,
            "without a citation does not load",
        ),
        ("is: 55, ", "", MissingKey, "a step of `ceiling` needs `is`"),
        ("from: 2015-01-13", "from: 2014-01-06", BadRule, "in the order of their days, each day once"),
        (
            "    - {from: 2014-01-06, is: 55, cites: {instrument: first-list}}\n",
            "",
            BadRule,
            "has no value on 2014-01-06",
        ),
        ("is: 55,", "is: many,", BadRule, "cannot be compared with this text"),
    ],
)
def test_a_figure_that_cannot_be_does_not_load(make_book, old, new, error, words):
    assert old in STEPS
    with pytest.raises(error) as caught:
        make_book(STEPS.replace(old, new, 1))
    assert words in str(caught.value)


def test_a_rule_id_stands_once(make_book):
    with pytest.raises(BadRule, match=r"`small-firm` stands twice; the first is at rules/all\.yaml, line 2"):
        make_book(RULE + RULE)


@pytest.mark.parametrize(
    ("head", "words"),
    [("kind: polices\n", "Did you mean `policies`?"), ("titel: x\n", "a book has no key `titel`")],
)
def test_the_head_of_a_book_is_checked_as_well(make_book, head, words):
    with pytest.raises(BadInput) as caught:
        make_book(head=head)
    assert words in str(caught.value)


def test_a_folder_without_book_yaml_is_no_book(tmp_path):
    with pytest.raises(UnreadableFile, match=r"a book is a folder with `book.yaml`"):
        read_book(tmp_path, None)


def test_an_unknown_rule_is_answered_with_the_nearest(make_book):
    with pytest.raises(UnknownKey, match="Did you mean `small-firm`"):
        make_book(RULE).rule("smal-firm")


def test_the_hash_changes_with_every_file_but_the_tests(make_book):
    book = make_book(RULE, tests="- {}\n")
    before = file_hash(book.folder)[0]
    (book.folder / "tests" / "all.yaml").write_text("- {a: 1}\n")
    assert file_hash(book.folder)[0] == before == book.hash
    (book.folder / "rules" / "all.yaml").write_text(RULE.replace("300", "301"))
    assert file_hash(book.folder)[0] != before


def test_a_rule_without_a_first_day_begins_with_its_figures(make_book):
    text = """
id: floor
title: A floor
parameters:
  least:
  - {from: 2020-01-01, is: 3, cites: {instrument: x}}
  - {from: 2024-06-01, is: 7, cites: {instrument: x}}
when: [employees >= least]
basis: [{instrument: x}]
"""
    rule = make_book(text).rule("floor")
    assert rule.first == date(2020, 1, 1)
    assert [rule.edition(day)[0].tree.constant for day in (date(2024, 5, 31), date(2024, 6, 1))] == [3, 7]
