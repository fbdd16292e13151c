"""A row is taken out of a draft by a form: with what hangs on it, after being asked, and never unseen."""

from typing import Any

import pytest
from django.test import Client

from luodi import editions
from luodi.editor.archive import Files, files_of, unpack
from luodi.editor.editing import removed
from luodi.editor.rows import rows
from luodi.errors import UnknownValue
from luodi.text import parse_yaml
from luodi.web.accounts.models import User
from luodi.web.books.actions import drafts
from luodi.web.books.conftest import AT
from luodi.web.books.models import Draft
from luodi.web.books.test_editing_pages import as_of, at, shown

PATHS, CASES = "rules/paths.yaml", "tests/paths.yaml"


def book(name: str) -> Files:
    return files_of(editions.shipped()[name])


def keys(files: Files, file: str) -> list[str]:
    return [one.key for one in rows(files[file], file)]


def test_a_rule_goes_with_its_cases_its_place_and_its_count() -> None:
    before = book("data-export-path")
    gone = "dx-ciio"
    after = removed(before, PATHS, gone).files
    assert keys(after, PATHS) == [key for key in keys(before, PATHS) if key != gone]
    named = [one.value.get("rule") for file in after if file.startswith("tests/") for one in rows(after[file], file)]
    assert gone not in named
    assert "order.yaml" not in after or gone not in after["order.yaml"]
    counts = [parse_yaml(files["book.yaml"], "book.yaml").get("counts") or {} for files in (before, after)]
    assert {name: int(counts[0][name]) - int(counts[1][name]) for name in counts[0]} in ({}, {"rules": 1})


@pytest.mark.parametrize("name", ["market-access", "policies", "landing-steps", "data-export-path"])
def test_all_other_rows_keep_every_letter(name: str) -> None:
    before = book(name)
    for file in [file for file in before if file.startswith("rules/")][:6]:
        one = rows(before[file], file)[0]
        after = removed(before, file, one.key).files
        if file not in after:
            assert len(rows(before[file], file)) == 1
            continue
        was, now = before[file].splitlines(), after[file].splitlines()
        missing = [line for line in was if line not in set(now)]
        assert set(now) <= set(was) and missing
        assert [other.value for other in rows(after[file], file)] == [o.value for o in rows(before[file], file)[1:]]


def test_a_row_of_a_table_goes_and_is_counted() -> None:
    before = book("market-access")
    after = removed(before, "synonyms.yaml", keys(before, "synonyms.yaml")[0]).files
    assert len(keys(after, "synonyms.yaml")) == len(keys(before, "synonyms.yaml")) - 1


def test_the_last_rule_of_a_file_takes_the_file_with_it() -> None:
    before = dict(book("data-export-path"))
    only = rows(before[PATHS], PATHS)[0]
    before["rules/more.yaml"] = before[PATHS]
    for one in rows(before[PATHS], PATHS)[1:]:
        before["rules/more.yaml"] = removed(before, "rules/more.yaml", one.key).files["rules/more.yaml"]
    edit = removed(before, "rules/more.yaml", only.key)
    assert "rules/more.yaml" not in edit.files and "rules/more.yaml" in edit.touched


def test_what_is_not_there_or_one_whole_cannot_be_taken() -> None:
    for file, key in ((PATHS, "nothing"), ("book.yaml", "_"), ("nowhere.yaml", "x")):
        with pytest.raises(UnknownValue):
            removed(book("data-export-path"), file, key)


# ---- the page


@pytest.fixture
def draft(anna: User, home: Any) -> Draft:
    return drafts.begin("data-export-path", "Less", by=anna, at=AT)


def files(draft: Draft) -> dict[str, str]:
    return unpack(Draft.objects.get(pk=draft.pk).files)


@pytest.mark.parametrize(("lang", "word"), [("zh", "删除"), ("en", "Remove")])
def test_it_is_asked_first_and_reading_changes_nothing(draft: Draft, anna: User, lang: str, word: str) -> None:
    own, place = as_of(anna), at(draft, "edit/row/remove", lang, file=PATHS, row="dx-ciio")
    assert f">{word}</a>" in shown(own.get(at(draft, "edit/row", lang, file=PATHS, row="dx-ciio")))
    html = shown(own.get(place))
    assert "dx-ciio" in html and CASES in html and "dx-ciio" in files(draft)[PATHS]


def test_what_would_break_is_told_and_has_to_be_agreed_to(draft: Draft, anna: User) -> None:
    own, place = as_of(anna), at(draft, "edit/row/remove", file=PATHS, row="dx-ciio")
    given = {"seen": str(draft.version)}
    first = own.post(place, given)
    if first.status_code == 422:  # cases of other rules lean on it
        assert "dx-ciio" in files(draft)[PATHS] and 'id="even_so"' in first.text
        first = own.post(place, {**given, "even_so": "1"})
    assert first.status_code == 302 and "id: dx-ciio" not in files(draft)[PATHS]


def test_errors_that_would_come_of_it_refuse_it(anna: User, home: Any) -> None:
    draft = drafts.begin("market-access", "Less", by=anna, at=AT)
    place = at(draft, "edit/row/remove", file="places.yaml", row="BJ")
    answer = as_of(anna).post(place, {"seen": str(draft.version)})
    assert answer.status_code == 422 and 'id="even_so"' in answer.text and "- id: BJ\n" in files(draft)["places.yaml"]


def test_a_file_that_somebody_else_wrote_meanwhile_is_looked_at_first(draft: Draft, anna: User, ben: User) -> None:
    edited = files(draft)[PATHS] + "# seen\n"
    drafts.change(draft, {PATHS: edited}, by=ben, at=AT, version=draft.version)
    place = at(draft, "edit/row/remove", file=PATHS, row="dx-ciio")
    answer = as_of(anna).post(place, {"seen": "1", "even_so": "1"})
    assert answer.status_code == 409 and files(draft)[PATHS] == edited


def test_only_those_who_keep_the_books_take_anything_out(draft: Draft, clara: User, client: Client) -> None:
    place = at(draft, "edit/row/remove", file=PATHS, row="dx-ciio")
    assert client.post(place).status_code == 302 and as_of(clara).post(place).status_code == 403
    assert "dx-ciio" in files(draft)[PATHS]


def test_what_is_not_there_answers_404(draft: Draft, anna: User) -> None:
    for file, key in ((PATHS, "nothing"), ("book.yaml", "_"), ("nowhere.yaml", "x")):
        assert as_of(anna).get(at(draft, "edit/row/remove", file=file, row=key)).status_code == 404
