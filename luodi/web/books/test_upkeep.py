"""Upkeep: what is due and first, checks, the second person, and who sees which page."""

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from luodi.advice.answers import Answers
from luodi.editor.archive import unpack
from luodi.editor.checking import check as checked_files
from luodi.editor.stages import DraftNotNow, State
from luodi.errors import MissingKey, UnknownValue
from luodi.rules.due import Reason
from luodi.rules.kept_rows import Key, kept_books, kept_rows
from luodi.rules.library import load_book
from luodi.web.accounts.models import User
from luodi.web.advisor.determinations import determine
from luodi.web.advisor.models import Saved
from luodi.web.advisor.reliance import rows_named
from luodi.web.books import maintenance
from luodi.web.books.actions import checks, drafts
from luodi.web.books.actions.checks import DayAhead, NotWaiting
from luodi.web.books.actions.drafts import OwnWork
from luodi.web.books.conftest import AT, TODAY
from luodi.web.books.models import Check, CheckState, Draft, Found
from luodi.web.books.queries import last_edition
from luodi.web.books.row_checks import CheckResult, marked
from luodi.web.conftest import mailed
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

STEP = Key("landing-steps", "rules", "establishment-registration")
PAGE = "/en/desk/books/due/landing-steps/rules/establishment-registration/"
OFFICIAL = "https://www.gov.cn/zhengce/text.htm"
SAME = CheckResult(TODAY, "https://example.com/copy", Found.SAME)
RAISED = CheckResult(TODAY, OFFICIAL, Found.SAME, confidence="high", verification="text_seen")
SUMMARIES = {rule.id for rule in load_book("policies").rules if rule.verification == "summary_seen"}
LOW = next(row.key for row in kept_rows(load_book("policies")) if row.key.id in SUMMARIES)


def as_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    from luodi.web.books.views import maintenance as views

    monkeypatch.setattr(views.timezone, "now", lambda: AT)
    monkeypatch.setattr(views.timezone, "localdate", lambda *_: TODAY)


def is_due(key: Key, reason: Reason = Reason.ELSEWHERE) -> bool:
    return any(line.due.key == key and reason in line.due.reasons for line in maintenance.due(TODAY).lines)


# ---- a check


def test_a_check_that_finds_nothing_changed_counts_at_once_and_lasts_six_months(anna: User) -> None:
    assert is_due(STEP)
    made = checks.record(STEP, SAME, by=anna, at=AT)
    assert (made.state, made.by, made.draft) == (CheckState.COUNTS, anna, None)
    assert maintenance.checks() == {STEP: TODAY}
    assert not is_due(STEP)
    assert not Draft.objects.exists()
    entry = Entry.objects.get(kind="books.Check")
    assert (entry.act, entry.actor, entry.after["where"]) == ("record", anna.pk, "https://example.com/copy")


def test_the_last_of_several_checks_is_the_one_that_holds(anna: User) -> None:
    for days in (0, 30):
        checks.record(STEP, replace(SAME, on=TODAY - timedelta(days)), by=anna, at=AT)
    assert maintenance.checks() == {STEP: TODAY}


@pytest.mark.parametrize("found", [Found.CHANGED, Found.ENDED])
def test_what_changed_opens_a_draft_and_stays_due_until_then(anna: User, found: Found) -> None:
    made = checks.record(STEP, replace(SAME, found=found, note="Article 5 is new"), by=anna, at=AT)
    assert made.state == CheckState.DRAFT and made.draft is not None
    assert (made.draft.author, made.draft.book) == (anna, "landing-steps")
    assert "Article 5 is new" in made.draft.note
    assert f"checked_on: {TODAY}" in "".join(unpack(made.draft.files).values())
    assert is_due(STEP) and maintenance.checks() == {}
    (line,) = [line for line in maintenance.due(TODAY).lines if line.due.key == STEP]
    assert line.under_way == made


def test_a_check_of_tomorrow_without_a_place_or_of_no_row_is_refused(anna: User) -> None:
    with pytest.raises(DayAhead):
        checks.record(STEP, replace(SAME, on=TODAY + timedelta(1)), by=anna, at=AT)
    with pytest.raises(MissingKey):
        checks.record(STEP, replace(SAME, where=" "), by=anna, at=AT)
    with pytest.raises(UnknownValue):
        checks.record(STEP._replace(id="nothing"), SAME, by=anna, at=AT)
    with pytest.raises(UnknownValue):
        checks.record(STEP._replace(book="nowhere"), SAME, by=anna, at=AT)
    assert not Check.objects.exists()


# ---- the second person


def test_what_raises_confidence_waits_for_somebody_else(anna: User, ben: User) -> None:
    made = checks.record(LOW, RAISED, by=anna, at=AT)
    assert made.state == CheckState.WAITS and maintenance.checks() == {}
    title = next(row.title for row in kept_rows(load_book("policies")) if row.key == LOW)
    assert maintenance.waiting_for(ben) == [(made, title)] and maintenance.waiting_for(anna) == []
    with pytest.raises(OwnWork):
        checks.confirm(made, by=anna, at=AT, version=1)
    done = checks.confirm(made, by=ben, at=AT, version=1)
    assert (done.state, done.second, done.version) == (CheckState.COUNTS, ben, 2)
    assert maintenance.checks() == {LOW: TODAY}


def test_its_draft_is_reviewed_only_after_the_second_person_and_goes_the_usual_way(
    anna: User, ben: User, django_capture_on_commit_callbacks: Any
) -> None:
    made = checks.record(LOW, RAISED, by=anna, at=AT)
    assert made.draft is not None
    (row,) = [r for r in kept_rows_of(made.draft) if r.key == LOW]
    assert (row.read, row.checked, row.links[0]) == ("official", TODAY, OFFICIAL)
    draft = _promised(anna, made.draft)
    with pytest.raises(DraftNotNow, match="second person"):
        drafts.submit(draft, TODAY, by=anna, at=AT)
    checks.confirm(made, by=ben, at=AT, version=1)
    draft = drafts.submit(draft, TODAY, by=anna, at=AT)
    assert draft.state == State.IN_REVIEW
    with pytest.raises(OwnWork):
        drafts.approve(draft, by=anna, at=AT)


def _promised(user: User, draft: Draft) -> Draft:
    """Publication of a changed rule asks for a day to look at it again."""
    files = unpack(draft.files)
    name = next(n for n, text in files.items() if f"checked_on: {TODAY}" in text)
    text = files[name].replace(f"checked_on: {TODAY}", f"checked_on: {TODAY}\n  review_by: 2099-12-31")
    return drafts.change(draft, {name: text}, by=user, at=AT, version=draft.version)


def kept_rows_of(draft: Draft) -> list[Any]:
    from luodi.editor.readiness import trial

    with trial(draft.book, unpack(draft.files)):
        return list(kept_rows(load_book(draft.book)))


def test_a_check_that_is_not_confirmed_does_not_count_and_its_draft_ends(anna: User, ben: User) -> None:
    made = checks.record(LOW, RAISED, by=anna, at=AT)
    with pytest.raises(MissingKey):
        checks.refuse(made, " ", by=ben, at=AT, version=1)
    done = checks.refuse(made, "It says 2024", by=ben, at=AT, version=1)
    assert (done.state, done.second, done.reason) == (CheckState.REFUSED, ben, "It says 2024")
    assert maintenance.checks() == {}
    assert done.draft is not None and Draft.objects.get(pk=done.draft.pk).state == State.REFUSED


def test_whoever_may_confirm_is_told_and_nobody_else(anna: User, ben: User, clara: User) -> None:
    checks.record(STEP, SAME, by=anna, at=AT)
    assert mailed(AT) == []
    made = checks.record(LOW, RAISED, by=anna, at=AT)
    [letter] = mailed(AT)
    assert letter.to == [ben.email] and OFFICIAL in letter.body and LOW.id in letter.body
    checks.refuse(made, "It says 2024", by=ben, at=AT, version=1)
    [letter] = mailed(AT)
    assert letter.to == [anna.email] and "It says 2024" in letter.body


def test_two_cannot_decide_and_what_counts_already_waits_for_nobody(anna: User, ben: User) -> None:
    made = checks.record(LOW, RAISED, by=anna, at=AT)
    checks.confirm(made, by=ben, at=AT, version=1)
    with pytest.raises(StaleVersion):
        checks.refuse(made, "no", by=ben, at=AT, version=1)
    with pytest.raises(NotWaiting):
        checks.confirm(made, by=ben, at=AT, version=2)


def test_the_authority_s_own_page_raises_a_row_that_was_read_elsewhere_and_another_copy_does_not(anna: User) -> None:
    whole = {r.id for r in load_book("policies").rules if r.verification == "text_seen" and r.confidence == "high"}
    copied = next(r.key for r in kept_rows(load_book("policies")) if r.key.id in whole and r.read == "elsewhere")
    assert checks.record(copied, SAME, by=anna, at=AT).state == CheckState.COUNTS
    made = checks.record(copied, replace(SAME, where=OFFICIAL), by=anna, at=AT)
    assert made.state == CheckState.WAITS and made.draft is not None


def test_a_summary_on_the_authority_s_page_stays_a_summary(anna: User) -> None:
    assert checks.record(LOW, replace(SAME, where=OFFICIAL), by=anna, at=AT).state == CheckState.COUNTS


def test_less_confidence_needs_a_draft_and_no_second_person(anna: User) -> None:
    made = checks.record(STEP, replace(SAME, confidence="low"), by=anna, at=AT)
    assert made.state == CheckState.DRAFT and made.draft is not None


def test_the_confidence_that_the_row_has_already_changes_nothing(anna: User) -> None:
    high = next(r for r in load_book("landing-steps").rules if r.confidence == "high")
    key = Key("landing-steps", "rules", high.id)
    assert checks.record(key, replace(SAME, confidence="high"), by=anna, at=AT).state == CheckState.COUNTS


FIRST_OF_EACH = {row.key[:2]: row.key for book in kept_books() for row in reversed([*kept_rows(load_book(book))])}


@pytest.mark.parametrize("key", FIRST_OF_EACH.values(), ids=str)
def test_every_kind_of_row_takes_the_mark_and_the_book_still_reads(key: Key) -> None:
    files = last_edition(key.book).files
    kept = next(row for row in kept_rows(load_book(key.book)) if row.key == key)
    changed = marked(files, kept, replace(RAISED, verification="text_seen" if key.table == "rules" else ""))
    (text,) = changed.values()
    assert f"checked_on: {TODAY}" in text and OFFICIAL in text
    before = {(one.file, one.message) for one in checked_files(files).errors}
    after = {(one.file, one.message) for one in checked_files({**files, **changed}).errors}
    assert after <= before


# ---- what comes first


def keep(user: User, **given: str) -> None:
    made = determine(Answers.of("&".join(f"{key}={text}" for key, text in given.items())), TODAY, at=AT)
    Saved.objects.create(user=user, name="mine", determination=made, fingerprint=made.digest, at=AT)


def test_the_rows_that_stored_answers_name_come_first(anna: User) -> None:
    assert maintenance.resting() == {}
    keep(anna, service="B11", place="BJ", share="100", investor="SG", on="2026-11-25")
    found = maintenance.resting()
    assert found[STEP].answers == 1 and found[STEP].cases == 0
    assert any(key.table == "instruments" for key in found) and any(key.book == "policies" for key in found)
    lines = maintenance.due(TODAY).lines
    assert lines[0].resting.answers == 1
    counts = [line.resting.whole for line in lines]
    assert counts == sorted(counts, reverse=True) and counts[-1] == 0


def test_of_a_plan_in_the_shape_of_before_its_texts_are_counted() -> None:
    old = b'{"sources": [{"instrument": "fite-2022"}], "steps": {"was": "another shape"}}'
    assert Key("market-access", "instruments", "fite-2022") in rows_named(old)


def test_filters_narrow_by_reason_and_by_book_and_counts_say_what_is_left(anna: User) -> None:
    every = maintenance.due(TODAY)
    ends = maintenance.due(TODAY, "ends", "policies")
    assert ends.lines and all(Reason.ENDS in one.due.reasons and one.due.key.book == "policies" for one in ends.lines)
    assert len(ends.lines) == ends.reasons["ends"] == ends.books["policies"] < every.whole == ends.whole


# ---- pages


@pytest.mark.parametrize("path", ["", ".csv", "/landing-steps/rules/establishment-registration/"])
def test_only_policy_officers_come_in(anna: User, ben: User, clara: User, path: str) -> None:
    address = f"/en/desk/books/due{path or '/'}"
    assert as_of(anna).get(address).status_code == 200
    assert as_of(ben).get(address).status_code == 200
    assert as_of(clara).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_nobody_else_records_or_confirms(anna: User, clara: User) -> None:
    made = checks.record(LOW, RAISED, by=anna, at=AT)
    assert as_of(clara).post(PAGE, _form()).status_code == 403
    assert as_of(clara).post(f"/en/desk/books/checks/{made.pk}/confirm/", {"version": 1}).status_code == 403
    assert list(maintenance.checks_of(clara)) == []
    for act in (
        lambda: checks.record(STEP, SAME, by=clara, at=AT),
        lambda: checks.confirm(made, by=clara, at=AT, version=1),
        lambda: checks.refuse(made, "no", by=clara, at=AT, version=1),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert Check.objects.get().state == CheckState.WAITS


def _form(**given: str) -> dict[str, str]:
    return {"on": TODAY.isoformat(), "where": "https://example.com/copy", "found": "same", **given}


@pytest.mark.parametrize(("lang", "said"), [("en", "What to check next"), ("zh", "接下来核对什么")])
def test_the_list_shows_rows_with_why_a_page_at_a_time(anna: User, lang: str, said: str) -> None:
    hers, address = as_of(anna), f"/{lang}/desk/books/due/"
    first, second = hers.get(address).text, hers.get(f"{address}?page=2").text
    assert said in first and first.count('<p class="why">') == second.count('<p class="why">') == maintenance.PAGE
    assert hers.get(f"{address}?page=99999").status_code == 200
    assert hers.get(f"{address}?reason=boredom&book=nowhere&page=x").status_code == 200
    ends = hers.get(f"{address}?reason=ends").text
    assert ("2026年12月31日" if lang == "zh" else "31 December 2026") in ends


def test_the_table_holds_every_row_in_the_order_of_the_page(anna: User) -> None:
    answer = as_of(anna).get("/en/desk/books/due.csv?reason=ends")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + len(maintenance.due(TODAY, "ends").lines) and rows[0][:2] == ["Number", "Row"]
    assert len(rows[0]) == len(maintenance.HEADS) == len(rows[1])


def test_a_form_sent_twice_records_once(anna: User) -> None:
    hers, form = as_of(anna), _form(key="k" * 22)
    assert hers.post(PAGE, form).status_code == hers.post(PAGE, form).status_code == 302
    assert Check.objects.count() == 1
    assert "Nothing changed" in hers.get(PAGE).text


def test_a_form_that_is_wrong_says_so_at_its_field(anna: User) -> None:
    answer = as_of(anna).post(PAGE, _form(where="", found="perhaps"))
    assert answer.status_code == 422 and 'href="#id_where"' in answer.text and 'href="#id_found"' in answer.text
    ahead = as_of(anna).post(PAGE.replace("/en/", "/zh/"), _form(on="2026-11-26"))
    assert ahead.status_code == 422 and "核对日期不能晚于今天" in ahead.text
    assert not Check.objects.exists()


def test_what_changed_leads_to_its_draft(anna: User) -> None:
    went = as_of(anna).post(PAGE, _form(found="changed"))
    assert went.headers["Location"].endswith(f"/desk/books/drafts/{Draft.objects.get().pk}/")


def test_a_check_is_confirmed_over_pages_by_somebody_else(anna: User, ben: User) -> None:
    hers, his = as_of(anna), as_of(ben)
    page = f"/en/desk/books/due/policies/rules/{LOW.id}/"
    hers.post(page, _form(where=OFFICIAL, confidence="high", verification="text_seen"))
    made = Check.objects.get()
    decide = f"/en/desk/books/checks/{made.pk}"
    assert "Another policy officer has to confirm it" in hers.get(page).text
    for path in ("/en/desk/books/", "/en/desk/books/due/"):
        assert (
            "Checks that wait for you" in his.get(path).text and "Checks that wait for you" not in hers.get(path).text
        )
    assert hers.post(f"{decide}/confirm/", {"version": 1}).status_code == 403
    assert his.post(f"{decide}/refuse/", {"version": 1}).status_code == 422
    assert his.post(f"{decide}/confirm/", {"version": 1, "key": "k" * 22}).status_code == 302
    assert his.post(f"{decide}/confirm/", {"version": 1, "key": "k" * 22}).status_code == 302
    assert his.post(f"{decide}/confirm/", {"version": 1}).status_code == 409
    assert Check.objects.get().state == CheckState.COUNTS
    assert f"confirmed by {ben}" in his.get(page).text


def test_a_row_or_a_check_that_is_not_there_is_not_found(anna: User) -> None:
    hers = as_of(anna)
    assert hers.get("/en/desk/books/due/policies/rules/nothing/").status_code == 404
    assert hers.get("/en/desk/books/due/nowhere/rules/nothing/").status_code == 404
    assert hers.post("/en/desk/books/checks/99/confirm/", {"version": 1}).status_code == 404


def test_an_officer_who_left_is_no_name_and_the_check_stays(anna: User) -> None:
    checks.record(STEP, SAME, by=anna, at=AT)
    Check.objects.update(by=None)
    assert maintenance.checks() == {STEP: date(2026, 11, 25)}
