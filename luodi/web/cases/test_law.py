"""A change of law reaches the cases whose plans rest on what changed, whatever that is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.editor.archive import book_hash, digest_of, pack
from luodi.editor.readiness import trial
from luodi.errors import MissingKey
from luodi.web.accounts.models import Membership
from luodi.web.advisor.models import Stale
from luodi.web.advisor.staleness import refresh
from luodi.web.books.actions import drafts
from luodi.web.books.actions.in_force import settle
from luodi.web.books.conftest import home
from luodi.web.books.models import Draft, Publication
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import law, law_letters, law_runs
from luodi.web.cases.actions.law_runs import carry_out
from luodi.web.cases.actions.plan import ask_plan
from luodi.web.cases.conftest import CLOUD, LAW_CHANGES, NOW, Bench, changed_law, grant, step_of
from luodi.web.cases.models import CaseChange, LandingCase, LawChange
from luodi.web.cases.queries import law_words as words
from luodi.web.cases.queries.cases import CASES
from luodi.web.conftest import mailed, person
from luodi.web.core.errors import NotPermitted
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry

__all__ = ["home"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", LAW_CHANGES)
def test_invariant_29_a_change_in_anything_that_a_plan_rests_on_flags_its_cases(
    kind: str, planned: LandingCase, bench: Bench
) -> None:
    refresh(NOW)
    mailed(NOW)
    with trial(*changed_law(kind)):
        assert refresh(NOW) == 1 and refresh(NOW) == 0
    assert LAW_CHANGES[kind][2] in str(Stale.objects.get().difference["kinds"][kind]) or kind in ("verdict", "licence")
    assert list(CASES.found(bench.anna, {"state": "stale"})) == [planned]
    assert [letter.to for letter in mailed(NOW)] == [[bench.anna.email]]


def test_a_case_that_rests_on_nothing_that_changed_is_not_flagged(planned: LandingCase, bench: Bench) -> None:
    book, files = changed_law("time")
    name = "rules/qualification.yaml"
    rule = files[name].index("id: telecom-service-classification\n")
    title = files[name].index("title:", rule)
    files[name] = files[name][:title] + "# looked at again\n  " + files[name][title:]
    files[name] = files[name].replace("max: 160", "max: 128", 1)
    with trial(book, files):
        assert refresh(NOW) == 0
    assert not CASES.found(bench.anna, {"state": "stale"}).exists()


# ---- worked out and told


@pytest.fixture
def change(planned: LandingCase, bench: Bench, home: Path) -> Callable[..., LawChange]:
    """An edition of one of `LAW_CHANGES` comes into force, and what it does to cases is worked out."""

    def publish(kind: str, at: datetime = NOW, *, work_out: bool = True) -> LawChange:
        book, files = changed_law(kind)
        base = {"base": "", "base_files": pack({}), "files": pack(files), "created": at, "changed": at}
        draft = Draft.objects.create(book=book, title=kind, state="published", **base)
        said = {"hash": book_hash(files), "digest": digest_of(files), "files": pack(files), "at": at}
        Publication.objects.create(book=book, first_day=at.date(), draft=draft, **said)
        settle(at)
        made = LawChange.objects.get(at=at)
        assert made.state == "waiting"
        if work_out:
            assert carry_out(made.pk) == "done"
        return LawChange.objects.get(pk=made.pk)

    return publish


@pytest.mark.parametrize("kind", LAW_CHANGES)
def test_each_kind_of_change_is_worked_out_with_its_letter(
    kind: str, change: Callable[..., LawChange], planned: LandingCase
) -> None:
    made = change(kind)
    assert (made.state, made.done, made.whole, made.cause) == ("done", 1, 1, "edition")
    row = CaseChange.objects.get()
    assert (row.case, row.letter, row.is_worked_out) == (planned, "draft", True)
    assert f" {kind} " in row.kinds
    lines = [line for lang in ("zh", "en") for line in words.lines(row.changes, lang)]
    assert len(lines) == 2 * len(row.changes) and all("→" in line for line in lines)
    assert all(line in row.text_zh + row.text_en for line in lines)
    assert (row.gained is None) == (row.most_before is None or row.most_after is None)


def test_a_longer_time_is_gained_at_the_upper_end_only_where_there_is_one(
    change: Callable[..., LawChange], planned: LandingCase, bench: Bench
) -> None:
    """The plan waits for a registration whose time nobody tells; once that is granted, the end is a day."""
    grant(step_of(planned, "fdi-forex-registration"), bench)
    change("time")
    row = CaseChange.objects.get()
    assert row.gained_least == 0 and row.least_before == row.least_after
    if row.most_before is not None and row.most_after is not None:
        assert row.gained == row.most_after - row.most_before > 0
    assert words.gained_shown(row, "en") and words.gained_shown(row, "zh")


def test_a_step_that_is_over_gains_nothing(
    change: Callable[..., LawChange], planned: LandingCase, bench: Bench, proof_files: None
) -> None:
    grant(step_of(planned, "vats-pilot-approval"), bench)
    change("time")
    row = CaseChange.objects.get()
    assert (row.least_before, row.most_before) == (row.least_after, row.most_after)
    assert "does not change" in row.text_en and "剩余时间不变" in row.text_zh


def test_a_case_without_a_plan_and_one_that_has_ended_are_left_out(
    change: Callable[..., LawChange], planned: LandingCase, bench: Bench
) -> None:
    bench.open()
    actions.end_case(planned, End.WITHDRAWN, "they went home", by=bench.anna, at=NOW)
    made = change("time")
    assert (made.whole, made.done) == (0, 0) and not CaseChange.objects.exists()


def test_a_run_that_was_cut_off_goes_on_behind_the_last_case(
    change: Callable[..., LawChange], planned: LandingCase, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    made = change("time", work_out=False)
    monkeypatch.setattr(law_runs, "_AT_ONCE", 1)
    asked = []

    def effects(cases: list[LandingCase], *given: object) -> object:
        asked.extend(cases)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(cases, *given)

    real = law_runs.effects
    monkeypatch.setattr(law_runs, "effects", effects)
    with pytest.raises(KeyboardInterrupt):
        carry_out(made.pk)
    made.refresh_from_db()
    assert (made.state, made.done, made.last) == ("running", 1, planned.pk)
    assert carry_out(made.pk) == "done" and carry_out(made.pk) == "done"
    assert asked == [planned, second, second]
    assert CaseChange.objects.filter(is_worked_out=True).count() == 2


def test_a_run_that_is_stopped_keeps_what_it_has_and_goes_on_when_asked(
    change: Callable[..., LawChange], bench: Bench
) -> None:
    made = change("time", work_out=False)
    officer = person("gao", Role.POLICY_OFFICER)
    law.stop(made, by=officer, at=NOW)
    assert carry_out(made.pk) == "stopped"
    law.go_on(LawChange.objects.get(), by=officer, at=NOW)
    assert carry_out(made.pk) == "done"
    with pytest.raises(NotPermitted):
        law.stop(made, by=bench.anna, at=NOW)


def test_an_edition_that_is_withdrawn_changes_the_law_back(
    change: Callable[..., LawChange], planned: LandingCase
) -> None:
    first = change("fee")
    later = NOW + timedelta(hours=1)
    Publication.objects.update(withdrawn_at=later)
    settle(later)
    back = LawChange.objects.get(at=later)
    assert (back.before, back.after) == (first.after, {})
    assert carry_out(back.pk) == "done"
    (there,) = back.cases.get().changes
    assert (there["was"]["amount"], there["now"]["amount"]) == (300, 0)
    assert first.cases.get().letter == "replaced"


def test_a_rule_that_ends_by_its_own_day_flags_on_the_day_after_and_not_before(
    planned: LandingCase, bench: Bench
) -> None:
    book, files = changed_law("policy")
    files = {name: text.replace("until: 2026-01-31", "until: 2026-03-20") for name, text in files.items()}
    actions.end_case(planned, End.WITHDRAWN, "they went home", by=bench.anna, at=NOW)
    with trial(book, files):
        ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
        assert refresh(NOW, daily=True) == 0
        assert refresh(NOW.replace(day=20), daily=True) == 0 and not LawChange.objects.exists()
        assert refresh(NOW.replace(day=21), daily=True) == 1
    made = LawChange.objects.get()
    assert (made.cause, made.day_before, made.on) == ("day", date(2026, 3, 20), date(2026, 3, 21))
    assert CaseChange.objects.get().kinds == " policy "


def test_a_draft_is_tried_on_cases_and_flags_nobody(
    change: Callable[..., LawChange], planned: LandingCase, bench: Bench
) -> None:
    book, files = changed_law("time")
    officer = person("gao", Role.POLICY_OFFICER)
    draft = drafts.begin(book, "Longer", by=officer, at=NOW)
    drafts.change(draft, {"rules/qualification.yaml": files["rules/qualification.yaml"]}, by=officer, at=NOW, version=1)
    draft.refresh_from_db()
    made = law.try_on_cases(draft, by=officer, at=NOW)
    assert law.try_on_cases(draft, by=officer, at=NOW) == made
    assert carry_out(made.pk) == "done"
    row = made.cases.get()
    assert (row.kinds, row.letter, row.text_en) == (" time ", "none", "")
    planned.refresh_from_db()
    assert planned.determination.state == "standing"
    with pytest.raises(NotNow):
        law_letters.send_letter(row, by=bench.anna, at=NOW)


# ---- the letter


def test_a_letter_is_sent_once_to_everybody_who_acts_for_the_company_in_their_language(
    change: Callable[..., LawChange], bench: Bench
) -> None:
    change("time")
    bench.mei.language = "en"
    bench.mei.save()
    lin = person("lin", Role.REPRESENTATIVE, bench.company)
    mailed(NOW)
    row = CaseChange.objects.get()
    law_letters.reword_letter(row, "给贵公司的话", "In our own words", by=bench.ben, at=NOW)
    sent = law_letters.send_letter(row, by=bench.anna, at=NOW, key="k" * 20)
    assert law_letters.send_letter(row, by=bench.anna, at=NOW, key="k" * 20) == sent
    with pytest.raises(NotNow):
        law_letters.send_letter(row, by=bench.ben, at=NOW)
    with pytest.raises(NotNow):
        law_letters.leave_letter(row, "too late", by=bench.ben, at=NOW)
    letters = {letter.to[0]: letter.body for letter in mailed(NOW)}
    assert letters.keys() == {bench.mei.email, lin.email}
    assert "In our own words" in letters[bench.mei.email] and "给贵公司的话" in letters[lin.email]
    assert [one.act for one in Entry.objects.filter(kind="cases.CaseChange")] == ["send_letter", "reword_letter"]


def test_a_letter_is_left_with_a_reason_and_clara_may_do_neither(
    change: Callable[..., LawChange], bench: Bench
) -> None:
    change("time")
    row = CaseChange.objects.get()
    for who in (bench.clara, bench.mei, person("gao", Role.POLICY_OFFICER)):
        with pytest.raises(NotPermitted):
            law_letters.send_letter(row, by=who, at=NOW)
    with pytest.raises(MissingKey):
        law_letters.leave_letter(row, " ", by=bench.anna, at=NOW)
    mailed(NOW)
    law_letters.leave_letter(row, "They know", by=bench.anna, at=NOW)
    row.refresh_from_db()
    assert (row.letter, row.reason, row.decided_by) == ("left", "They know", bench.anna) and mailed(NOW) == []


def test_a_letter_that_would_reach_nobody_is_refused(change: Callable[..., LawChange], bench: Bench) -> None:
    change("time")
    Membership.objects.filter(user=bench.mei).delete()
    with pytest.raises(MissingKey):
        law_letters.send_letter(CaseChange.objects.get(), by=bench.anna, at=NOW)
