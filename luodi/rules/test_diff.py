"""What changed between two days, between two versions, and for whom."""

from datetime import date

import pytest

from luodi.rules.diff import ChangedAnswer, Kind, changed_answers, diff_books, diff_days

RULES = """
- id: firm
  title: {zh: 小企业, en: Small firm}
  from: 2024-01-01
  until: 2025-12-31
  parameters:
    most:
    - {from: 2024-01-01, is: 300, cites: {instrument: first}}
    - {from: 2025-01-01, is: 200, cites: {instrument: second}}
  when: [employees <= most, resident]
  basis: [{instrument: act}]
"""


@pytest.mark.parametrize(
    ("since", "until", "changes"),
    [
        ("2023-12-31", "2024-01-01", [(Kind.BEGAN, "2024-01-01")]),
        ("2024-01-01", "2024-12-31", []),
        ("2024-12-31", "2025-01-01", [(Kind.CHANGED, "2025-01-01")]),
        ("2025-12-31", "2026-01-01", [(Kind.ENDED, "2026-01-01")]),
        ("2026-01-01", "2027-01-01", []),
        ("2024-06-01", "2024-06-01", []),
        (
            "2026-01-01",
            "2023-12-31",
            [(Kind.BEGAN, "2024-01-01"), (Kind.CHANGED, "2025-01-01"), (Kind.ENDED, "2026-01-01")],
        ),
    ],
)
def test_what_began_ended_or_changed_between_two_days(make_book, since, until, changes):
    found = diff_days(make_book(RULES), date.fromisoformat(since), date.fromisoformat(until))
    assert [(change.kind, change.on.isoformat()) for change in found] == changes


def test_a_changed_figure_is_reported_with_its_citation(make_book):
    change = diff_days(make_book(RULES), date(2024, 12, 31), date(2025, 1, 1))[0]
    assert change.as_json()["figures"] == [
        {
            "name": "most",
            "before": 300,
            "after": 200,
            "since": "2025-01-01",
            "cites": [{"instrument": "second", "article": None, "rule": "firm"}],
        }
    ]


def test_a_book_is_the_same_as_itself(make_book):
    book = make_book(RULES)
    assert diff_books(book, book).is_empty


def test_spaces_in_a_clause_change_nothing(make_book):
    assert diff_books(make_book(RULES), make_book(RULES.replace("<= most", "  <=most"), name="new")).is_empty


def test_added_and_removed_rules_are_reported(make_book):
    old, new = make_book(RULES), make_book(RULES.replace("id: firm", "id: company"), name="new")
    found = diff_books(old, new).as_json()
    assert [row["rule"] for row in found["added"]] == ["company"]
    assert [row["rule"] for row in found["removed"]] == ["firm"]


@pytest.mark.parametrize(
    ("clauses", "changes"),
    [
        ("[employees < most, resident]", [("employees <= most", "employees < most")]),
        ("[employees <= most]", [("resident", None)]),
        ("[employees <= most, resident, share > 0]", [(None, "share > 0")]),
        ("[share > 0, employees <= most, resident]", [(None, "share > 0")]),
    ],
)
def test_a_changed_rule_is_reported_clause_by_clause(make_book, clauses, changes):
    new = make_book(RULES.replace("[employees <= most, resident]", clauses), name="new")
    change = diff_books(make_book(RULES), new).changed[0]
    assert [(clause.before, clause.after) for clause in change.clauses] == changes
    assert change.fields == {}


def test_a_changed_clause_is_reported_in_both_languages(make_book):
    new = make_book(RULES.replace("employees <= most", "employees < most"), name="new")
    clause = diff_books(make_book(RULES), new).changed[0].clauses[0]
    assert clause.text_before == {"zh": "从业人员不超过200人", "en": "Employees at most 200"}
    assert clause.text_after == {"zh": "从业人员少于200人", "en": "Employees less than 200"}


def test_other_keys_that_differ_are_reported_with_both_values(make_book):
    new = make_book(RULES.replace("until: 2025-12-31", "until: 2026-12-31").replace("act}", "other}"), name="new")
    change = diff_books(make_book(RULES), new).changed[0]
    assert change.clauses == ()
    assert change.fields["until"] == ("2025-12-31", "2026-12-31")
    assert set(change.fields) == {"until", "basis"}


def test_the_order_of_a_decision_list_is_part_of_it(make_book):
    two = RULES + RULES.replace("id: firm", "id: other")
    swapped = RULES.replace("id: firm", "id: other") + RULES
    head = "kind: decision-list\n"
    found = diff_books(make_book(two, head=head), make_book(swapped, head=head, name="new"))
    assert [change.fields["position"] for change in found.changed] == [(1, 0), (0, 1)]
    assert diff_books(make_book(two, name="a"), make_book(swapped, name="b")).is_empty


def test_only_companies_that_get_another_answer_are_reported(make_book):
    book = make_book(RULES)
    profiles = {
        "big": {"employees": 250, "resident": True},
        "small": {"employees": 200, "resident": True},
        "open": {"employees": 250},
    }
    found = changed_answers(book, date(2024, 12, 31), book, date(2025, 1, 1), profiles)
    assert found == [
        ChangedAnswer("big", "firm", "match", "no_match"),
        ChangedAnswer("open", "firm", "need_info", "no_match"),
    ]


def test_a_rule_that_one_version_does_not_have_is_reported_as_none(make_book):
    old, new = make_book("[]"), make_book(RULES, name="new")
    day = date(2024, 6, 1)
    assert changed_answers(old, day, new, day, {"acme": {}}) == [ChangedAnswer("acme", "firm", None, "need_info")]


def test_a_decision_list_is_compared_by_its_value(make_book):
    rules = RULES.replace("basis:", "gives: {value: small}\n  basis:")
    book = make_book(rules, head="kind: decision-list\n")
    profiles = {"acme": {"employees": 250, "resident": True}}
    found = changed_answers(book, date(2024, 12, 31), book, date(2025, 1, 1), profiles)
    assert found == [ChangedAnswer("acme", None, "small", None)]
