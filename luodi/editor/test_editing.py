"""A rule and a row are edited and added by forms; what the checker says stands at its field."""

import pytest

from luodi.editions import shipped
from luodi.editor.archive import files_of
from luodi.editor.checking import check
from luodi.editor.editing import added, at_fields, blank_form, changed, form_of, with_rule
from luodi.editor.rows import has_rows, rows
from luodi.editor.test_fields import as_sent

POLICIES = files_of(shipped()["policies"])
ACCESS = files_of(shipped()["market-access"])
NATIONAL = "rules/national.yaml"
RULE = {
    "rule.id": "cn-new-relief",
    "rule.title.zh": "新的优惠",
    "rule.title.en": "A new relief",
    "rule.from": "2026-01-01",
    "rule.when.0.is": "employees <= most",
    "rule.parameters.0.=": "most",
    "rule.parameters.0.0.from": "2026-01-01",
    "rule.parameters.0.0.is": "30",
    "rule.parameters.0.0.cites.0.instrument": "fil-2019",
    "rule.gives": "",
    "rule.basis.0.instrument": "fil-2019",
    "rule.basis.0.article": "第4条",
    "rule.review_by": "2027-01-01",
    "rule.confidence": "high",
}
CASES = {
    "yes.case": "exactly at the limit",
    "yes.day": "2026-01-01",
    "yes.given": "employees: 30",
    "no.case": "just past it",
    "no.day": "2026-01-01",
    "no.given": "employees: 31",
    "missing.case": "a fact missing",
    "missing.day": "2026-01-01",
    "missing.missing": "employees",
}
TRIED = (("yes", "match"), ("no", "no_match"), ("missing", "need_info"))


def test_a_changed_figure_changes_one_line_of_one_file():
    file, key = "rules/pilot-2024.yaml", "p24-b11"
    given = {**as_sent(form_of(ACCESS, file, key)), "gives.cap": "60"}
    edit = changed(ACCESS, file, key, given)
    before, after = ACCESS[file].splitlines(), edit.files[file].splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [("    cap: 100", "    cap: 60")]
    assert edit.touched == (file,) and edit.row.value["gives"]["cap"] == "60"


def test_a_new_rule_comes_with_its_cases_its_place_in_the_order_and_the_count():
    head = POLICIES["book.yaml"].replace("counts: {", "counts: {policies: 197, ")
    edit = with_rule({**POLICIES, "book.yaml": head}, NATIONAL, {**RULE, **CASES}, TRIED)
    assert not edit.faults and "policies: 198" in edit.files["book.yaml"]
    assert set(edit.touched) == {"book.yaml", "order.yaml", NATIONAL, "tests/national.yaml"}
    report = check(edit.files)
    assert report.is_sound, report.errors
    assert "cn-new-relief" in report.book.by_id and report.warnings == check(POLICIES).warnings
    assert edit.files[NATIONAL].startswith(POLICIES[NATIONAL])


def test_a_new_rule_without_cases_is_added_and_the_checker_names_what_is_missing():
    edit = with_rule(POLICIES, NATIONAL, RULE, TRIED)
    told = [f.message for f in check(edit.files).warnings]
    assert sum("cn-new-relief" in message for message in told) >= 3


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"rule.id": ""}, {"rule.id": "must"}),
        ({"rule.title.zh": "", "rule.title.en": ""}, {"rule.title.zh": "must"}),
        ({"rule.id": "cn-cit-hnte-15"}, {"rule.id": "there"}),
        ({"yes.day": ""}, {"yes.day": "must"}),
        ({"yes.given": "[employees"}, {"yes.given": None}),
    ],
)
def test_what_is_blank_known_or_unreadable_is_told_at_its_field_and_nothing_is_changed(given, fault):
    edit = with_rule(POLICIES, NATIONAL, {**RULE, **CASES, **given}, TRIED)
    assert set(edit.faults) == set(fault) and edit.files == POLICIES
    assert all(wanted is None or edit.faults[name] == wanted for name, wanted in fault.items())


def test_a_row_of_a_table_is_added_and_counted():
    given = {"id": "XX-NEW", "name.zh": "新区", "name.en": "New area", "from": "2026-01-01", "parent": "CN"}
    edit = added(ACCESS, "places.yaml", given)
    assert not edit.faults and rows(edit.files["places.yaml"], "places.yaml")[-1].key == "XX-NEW"
    assert check(edit.files).errors == ()
    assert added(edit.files, "places.yaml", given).faults == {"id": "there"}


def test_the_form_of_a_new_row_has_the_fields_of_the_others():
    names = {field.name for field in blank_form(ACCESS, "places.yaml").fields()}
    assert {"id", "name.zh", "name.en", "from", "until", "parent", "covers"} <= names


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("when.0.is", '"B99" in services', "B99"),
        ("when.2.is", "shar <= ceiling", "shar"),
        ("parameters.0.0.cites.0.instrument", "miit-2024-170", "miit-2024-170"),
        ("gives.licences", "vats-licens", "vats-licens"),
        ("basis.0.instrument", "miit-1999-1", "miit-1999-1"),
        ("from", "2024-13-01", "month 13"),
    ],
)
def test_what_the_checker_says_stands_at_the_field(field, value, words):
    file, key = "rules/pilot-2024.yaml", "p24-b11"
    edit = changed(ACCESS, file, key, {**as_sent(form_of(ACCESS, file, key)), field: value})
    found, _ = at_fields(check(edit.files).errors, edit.files, edit.row, form_of(edit.files, file, key))
    assert any(words in finding.message for finding in found.get(field, [])), found


def test_which_files_take_one_more_row():
    assert has_rows(POLICIES[NATIONAL], NATIONAL) and has_rows(ACCESS["places.yaml"], "places.yaml")
    assert not has_rows(POLICIES["order.yaml"], "order.yaml") and not has_rows(POLICIES["book.yaml"], "book.yaml")
