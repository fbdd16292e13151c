"""The same checker for forms, text and the command: everything that is wrong, and the cases that fail."""

import pytest

from luodi.editions import shipped
from luodi.editor.archive import files_of
from luodi.editor.checking import check
from luodi.errors import BadInput
from luodi.rules.library import load_book

POLICIES = files_of(shipped()["policies"])
NATIONAL = "rules/national.yaml"


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_book_is_sound_as_files(name):
    report = check(files_of(shipped()[name]))
    assert report.is_sound and report.book.hash == load_book(name).hash


def test_a_figure_moved_by_one_is_told_as_the_cases_that_fail():
    report = check({**POLICIES, NATIONAL: POLICIES[NATIONAL].replace("[employees <= 30]", "[employees <= 31]")})
    assert not report.is_sound and report.failing
    assert any("should be no_match and is match" in f.message for f in report.in_file("tests/national.yaml"))


def test_errors_come_before_warnings_and_each_belongs_to_a_file():
    broken = POLICIES[NATIONAL].replace("[employees <= 30]", "[employes <= 30]")
    report = check({**POLICIES, NATIONAL: broken, "kinds.yaml": "tax: [\n"})
    assert report.book is None and {f.file for f in report.errors} == {NATIONAL, "kinds.yaml"}
    assert report.in_file("kinds.yaml") and not report.in_file("levels.yaml")


@pytest.mark.parametrize("name", ["../x.yaml", "/etc/x.yaml", "rules/x.py", "rules/../../x.yaml", "x", ""])
def test_a_name_that_leads_out_of_the_book_is_refused(name):
    with pytest.raises(BadInput):
        check({**POLICIES, name: "a: 1"})


def test_tables_that_read_but_do_not_fit_together_are_told():
    access = files_of(shipped()["market-access"])
    report = check({**access, "services.yaml": "- {name: {zh: 无, en: None}}\n"})
    assert not report.is_sound and report.errors
