"""Drafts are written by one person and published by another, and only what holds is published."""

from datetime import timedelta

import pytest

from luodi.editions import SHIPPED
from luodi.editor.archive import files_of, unpack
from luodi.editor.readiness import NotReady
from luodi.editor.stages import DraftNotNow
from luodi.errors import BadInput, MissingKey
from luodi.rules.book import UnknownBook
from luodi.web.accounts.models import User
from luodi.web.books.actions import drafts, editions
from luodi.web.books.actions.drafts import OwnWork
from luodi.web.books.conftest import AT, PATHS, TODAY, approved, written
from luodi.web.books.models import Draft
from luodi.web.conftest import mailed
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


# ---- writing


def test_a_draft_begins_as_the_edition_in_force_byte_for_byte(anna: User) -> None:
    draft = drafts.begin("policies", " Housing ", by=anna, at=AT)
    assert unpack(draft.files) == files_of(SHIPPED / "policies") == unpack(draft.base_files)
    assert (draft.title, draft.state, draft.version, draft.author) == ("Housing", "draft", 1, anna)


def test_a_draft_has_a_title_and_a_book_that_there_is(anna: User) -> None:
    with pytest.raises(MissingKey):
        drafts.begin("policies", " ", by=anna, at=AT)
    with pytest.raises(UnknownBook):
        drafts.begin("policy", "Housing", by=anna, at=AT)


def test_whoever_keeps_no_books_writes_none(clara: User, anna: User) -> None:
    with pytest.raises(NotPermitted):
        drafts.begin("policies", "Housing", by=clara, at=AT)
    draft = drafts.begin("policies", "Housing", by=anna, at=AT)
    for act in (
        lambda: drafts.change(draft, {PATHS: ""}, by=clara, at=AT, version=1),
        lambda: drafts.submit(draft, TODAY, by=clara, at=AT),
        lambda: drafts.approve(draft, by=clara, at=AT),
        lambda: editions.publish(draft, by=clara, at=AT).publication,
        lambda: drafts.discard(draft, "no", by=clara, at=AT),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_change_writes_the_named_files_and_leaves_the_others(anna: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    before = unpack(draft.files)
    draft = drafts.change(
        draft, {PATHS: before[PATHS] + "# a remark\n", "values.yaml": None}, by=anna, at=AT, version=1
    )
    assert unpack(draft.files) == {n: t for n, t in before.items() if n != "values.yaml"} | {
        PATHS: before[PATHS] + "# a remark\n"
    }
    revision = draft.revisions.get()
    assert (revision.version, revision.by, unpack(revision.files)) == (
        2,
        anna,
        {PATHS: before[PATHS] + "# a remark\n", "values.yaml": None},
    )


def test_line_ends_of_a_browser_change_nothing(anna: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    sent = unpack(draft.files)[PATHS].replace("\n", "\r\n")
    assert drafts.change(draft, {PATHS: sent}, by=anna, at=AT, version=1).version == 1


@pytest.mark.parametrize(
    "name", ["../book.yaml", "/etc/passwd.yaml", "rules/x.py", "rules\\x.yaml", "a/b/c/d/e.yaml", ""]
)
def test_a_file_that_no_book_has_is_refused(anna: User, name: str) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    with pytest.raises(BadInput):
        drafts.change(draft, {name: "a: 1\n"}, by=anna, at=AT, version=1)


def test_nobody_overwrites_what_they_have_not_seen(anna: User, ben: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    drafts.change(draft, {PATHS: "# Ben\n"}, by=ben, at=AT, version=1)
    with pytest.raises(StaleVersion):
        drafts.change(draft, {PATHS: "# Anna\n"}, by=anna, at=AT, version=1)
    assert unpack(Draft.objects.get().files)[PATHS] == "# Ben\n"


def test_every_act_stands_in_the_journal_with_before_and_after(anna: User, ben: User) -> None:
    draft = approved(anna, ben)
    entries = Entry.objects.filter(kind="books.Draft", subject=str(draft.pk)).order_by("number")
    assert [(e.act, e.actor) for e in entries] == [
        ("begin", anna.pk),
        ("change", anna.pk),
        ("submit", anna.pk),
        ("approve", ben.pk),
    ]
    assert (entries[3].before["state"], entries[3].after["state"]) == ("in_review", "approved")
    assert entries[1].after["changed_files"] == [PATHS] and "files" not in entries[1].after


# ---- submitting


def test_a_sound_draft_is_submitted_and_then_stays_as_it_is(anna: User) -> None:
    draft = drafts.submit(written(anna), TODAY, by=anna, at=AT)
    assert (draft.state, draft.first_day) == ("in_review", TODAY)
    with pytest.raises(DraftNotNow):
        drafts.change(draft, {PATHS: ""}, by=anna, at=AT, version=draft.version)


def test_invariant_07_a_rule_without_a_clause_or_a_day_to_look_again_is_refused_by_file_and_line(anna: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    files = unpack(draft.files)
    rules = files[PATHS].replace("en: Important data leaves}", "en: Important data leave}") + (
        "- id: dx-new\n  title: {zh: 新, en: New}\n  from: 2026-12-01\n  when: [exports_pi]\n  gives: {value: exempt}\n"
        "  basis: [{instrument: no-such-text-2026, article: 第1条}]\n  confidence: high\n"
    )
    cases = files["tests/paths.yaml"].replace("answer: security_assessment", "answer: exempt", 1)
    draft = drafts.change(draft, {PATHS: rules, "tests/paths.yaml": cases}, by=anna, at=AT, version=1)
    with pytest.raises(NotReady) as problem:
        drafts.submit(draft, TODAY, by=anna, at=AT)
    said = [str(finding) for finding in problem.value.findings]
    new, old = (rules[: rules.index(f"- id: {name}\n")].count("\n") + 1 for name in ("dx-new", "dx-important"))
    for wanted in (
        f"{PATHS}, line {new}: there is no instrument `no-such-text-2026`",
        f"{PATHS}, line {new}: the rule `dx-new` has no day by which",
        f"{PATHS}, line {old}: the rule `dx-important` has no day by which",
        "tests/paths.yaml, line",
    ):
        assert any(text.startswith(wanted) for text in said), (wanted, said)
    assert any("fails" in text and text.startswith("tests/paths.yaml") for text in said)


def test_invariant_07_a_published_rule_has_cases_of_yes_of_no_and_of_a_missing_fact(anna: User) -> None:
    draft = drafts.begin("policies", "Housing", by=anna, at=AT)
    name = "rules/national.yaml"
    rule = (
        "- id: cn-new-2026\n  title: {zh: 新政策, en: New}\n  from: 2026-12-01\n  review_by: 2027-12-01\n"
        "  when: [is_resident_enterprise]\n  gives: {}\n  basis: [{instrument: A notice of 2026, article: Art 1}]\n"
        "  confidence: high\n"
    )
    draft = drafts.change(draft, {name: unpack(draft.files)[name] + rule}, by=anna, at=AT, version=1)
    with pytest.raises(NotReady) as problem:
        drafts.submit(draft, TODAY, by=anna, at=AT)
    said = " ".join(str(finding) for finding in problem.value.findings)
    for words in ("answers yes", "answers no", "a fact is missing"):
        assert f"`cn-new-2026` has no test in which {words}" in said.replace("it answers", "answers")


def test_invariant_07_the_day_to_look_again_lies_after_the_first_day(anna: User) -> None:
    draft = written(anna)
    with pytest.raises(NotReady, match="was to be looked at by 2099-12-31"):
        drafts.submit(draft, TODAY.replace(year=2100), by=anna, at=AT)


def test_a_draft_that_changes_nothing_or_is_late_is_not_submitted(anna: User) -> None:
    draft = drafts.begin("data-export-path", "Words", by=anna, at=AT)
    with pytest.raises(DraftNotNow):
        drafts.submit(draft, TODAY, by=anna, at=AT)
    with pytest.raises(BadInput):
        drafts.submit(written(anna), TODAY - timedelta(days=1), by=anna, at=AT)


# ---- review


def test_invariant_03_and_07_nobody_approves_or_publishes_a_rule_that_they_wrote(anna: User, ben: User) -> None:
    draft = drafts.submit(written(anna), TODAY, by=anna, at=AT)
    with pytest.raises(OwnWork):
        drafts.approve(draft, by=anna, at=AT)
    draft = drafts.approve(draft, by=ben, at=AT)
    with pytest.raises(OwnWork):
        editions.publish(draft, by=anna, at=AT)


def test_invariant_03_and_07_whoever_edited_in_between_counts_as_an_author(anna: User, ben: User) -> None:
    draft = written(anna)
    draft = drafts.change(
        draft,
        {"tests/paths.yaml": unpack(draft.files)["tests/paths.yaml"] + "# Ben\n"},
        by=ben,
        at=AT,
        version=draft.version,
    )
    draft = drafts.submit(draft, TODAY, by=anna, at=AT)
    with pytest.raises(OwnWork):
        drafts.approve(draft, by=ben, at=AT)


def test_what_was_sent_back_is_reviewed_anew(anna: User, ben: User) -> None:
    draft = approved(anna, ben)
    with pytest.raises(MissingKey):
        drafts.send_back(draft, "  ", by=ben, at=AT)
    draft = drafts.send_back(draft, "Cite the article.", by=ben, at=AT)
    assert (draft.state, draft.reason, draft.reviewer) == ("draft", "Cite the article.", None)
    with pytest.raises(DraftNotNow):
        editions.publish(draft, by=ben, at=AT)


def test_a_discarded_draft_is_over(anna: User, ben: User) -> None:
    draft = drafts.discard(written(anna), "Not now.", by=ben, at=AT)
    assert draft.state == "refused"
    with pytest.raises(DraftNotNow):
        drafts.submit(draft, TODAY, by=anna, at=AT)


def test_letters_go_to_those_who_may_act(anna: User, ben: User, clara: User) -> None:
    draft = drafts.submit(written(anna), TODAY, by=anna, at=AT)
    assert [letter.to for letter in mailed(AT)] == [[ben.email]]
    drafts.send_back(draft, "Cite the article.", by=ben, at=AT)
    [letter] = mailed(AT)
    assert letter.to == [anna.email] and "Cite the article." in letter.body
