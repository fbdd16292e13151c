"""Everything that is wrong with a book is told at once, each with its file, its line and what to do."""

from pathlib import Path

import pytest

from luodi.rules.cases import read_cases
from luodi.rules.check import check_book
from luodi.rules.conftest import ATTRIBUTES, HEAD
from luodi.rules.library import BOOKS, book_names, load_book
from luodi.rules.problems import check_folder, company_of

RULE = """- id: firm
  title: {zh: 小企业, en: Small firm}
  from: 2024-01-01
  when: [employees <= 300]
  basis: [{instrument: 某办法}]
"""
CASES = """- {case: at the limit, rule: firm, day: 2024-01-01, given: {employees: 300}, answer: match}
- {case: just past it, rule: firm, day: 2024-01-01, given: {employees: 301}, answer: no_match}
- {case: a fact missing, rule: firm, day: 2024-01-01, given: {}, answer: need_info}
"""


@pytest.fixture
def told(tmp_path: Path):
    def check(rules: str = RULE, tests: str = CASES, head: str = HEAD + ATTRIBUTES, **more: str) -> list[str]:
        files = {"book.yaml": head, "rules/all.yaml": rules, "tests/all.yaml": tests}
        files |= {f"{name}.yaml": text for name, text in more.items()}
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return [str(f) for f in check_folder(tmp_path, None).findings]

    return check


def has(told: list[str], *words: str) -> bool:
    return any(all(word in line for word in words) for line in told)


def test_a_sound_book_is_read_and_nothing_is_found(told):
    assert told() == []


@pytest.mark.parametrize("name", book_names())
def test_a_book_that_reads_gets_the_findings_of_the_check_and_no_others(name):
    book = load_book(name)
    checked = check_folder(BOOKS / name, company_of(BOOKS / name))
    assert checked.book is not None and checked.book.hash == book.hash
    assert list(checked.findings) == check_book(book, read_cases(book))


def test_every_wrong_part_of_a_rule_is_reported_at_its_own_line(told):
    found = told("""- id: firm
  title: {zh: 小企业, de: Kleinbetrieb}
  from: 2024-13-01
  colour: red
  when:
  - employees <= 300
  - employes <= 300
  - is: resident ===
  parameters:
    top: [{from: 2024-01-01, is: 3}]
  basis: [{instrument: 某办法, page: 3}]
""")
    for words in (
        ("line 2", "`de`"),
        ("line 3", "from"),
        ("line 4", "`colour`"),
        ("top", "`cites`"),
        ("line 11", "`page`"),
    ):
        assert has(found, "rules/all.yaml", *words), (words, found)


def test_each_clause_is_tried_with_the_figures_of_its_rule(told):
    found = told(
        RULE.replace("[employees <= 300]", "[employees <= top, employes <= 3, region > 3]").replace(
            "  basis", "  parameters: {top: [{is: 300, cites: 某办法}]}\n  basis"
        )
    )
    assert has(found, "employes", "Did you mean `employees`") and has(found, "region")
    assert not has(found, "`top`")


def test_two_broken_rules_and_a_broken_case_are_reported_together(told):
    second = RULE.replace("firm", "other").replace("employees", "peopel")
    found = told(RULE.replace("basis", "bases") + second, CASES.replace("employees: 301", "employes: 301"))
    assert has(found, "line 5", "`bases`") and has(found, "line 9", "peopel") and has(found, "tests/all.yaml, line 2")


def test_a_rule_that_does_not_read_is_not_said_to_be_missing_elsewhere(told):
    found = told(RULE.replace("employees <=", "employes <="), order="- firm\n")
    assert len(found) == 1 and "employes" in found[0]


def test_what_does_read_is_judged_beside_what_does_not(told):
    other = RULE.replace("firm", "other").replace("employees", "employes")
    found = told(RULE.replace("某办法", "an-act") + other)
    assert has(found, "employes") and has(found, "there is no instrument `an-act`")


def test_every_file_that_is_no_yaml_is_reported(told):
    found = told(RULE + "  - x\n", CASES, places="- {id: BJ\n")
    assert has(found, "rules/all.yaml") and has(found, "places.yaml") and len(found) == 2


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("id: little\n", "needs `title`"),
        ("[]\n", "is a mapping"),
        (HEAD + "kind: stepps\n", "Did you mean `steps`"),
        (HEAD + "colour: red\n", "`colour`"),
    ],
)
def test_a_head_that_does_not_say_what_the_book_is_is_reported_at_its_line(told, head, words):
    found = told(head=head)
    assert has(found, "book.yaml, line", words)


def test_each_wrong_fact_of_a_case_is_reported(told):
    found = told(
        tests=CASES + "- {case: x, rule: firm, day: 2024-99-01, given: {employees: many, shar: 1}, answer: yes}\n"
    )
    for word in ("day", "many", "`shar`", "`yes`"):
        assert has(found, "tests/all.yaml, line 4", word), (word, found)


def test_a_folder_without_a_head_is_reported(tmp_path: Path):
    (tmp_path / "rules").mkdir()
    assert "`book.yaml`" in str(check_folder(tmp_path, None).findings[0])


def test_the_same_id_twice_is_reported(told):
    assert has(told(RULE + RULE), "`firm` stands twice")
