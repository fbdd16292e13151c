"""A draft is tried before anybody relies on it: on profiles, on stored answers, on the companies of a register."""

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from luodi.advice.answers import Answers
from luodi.editor.archive import unpack
from luodi.errors import LuodiError
from luodi.rules.library import load_book
from luodi.web.accounts.models import User
from luodi.web.advisor.actions import saved as actions_saved
from luodi.web.advisor.models import Stale
from luodi.web.books import runs
from luodi.web.books import trials as trial_module
from luodi.web.books.actions import drafts, trials
from luodi.web.books.conftest import AT
from luodi.web.books.models import Draft, Run
from luodi.web.conftest import person
from luodi.web.core.error_words import restored
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import may
from luodi.web.journal.models import Entry

pytestmark = pytest.mark.django_db
CLOUD = "investor=SG&service=B11&place=BJ&share=100"
ELSEWHERE = "investor=SG&service=B11&place=SH&share=10"
PROFILE = """
investor: {country: SG}
plans:
  - {service: B11, place: BJ, share: 100}
"""
LEVY = "[employees <= 30]"


def drafted(user: User, book: str, file: str, before: str, after: str, times: int = 1) -> Draft:
    """A draft with one edit."""
    draft = drafts.begin(book, "A change", by=user, at=AT)
    text = unpack(draft.files)[file]
    assert before in text
    return drafts.change(draft, {file: text.replace(before, after, times)}, by=user, at=AT, version=draft.version)


@pytest.fixture
def closed(home: Path, anna: User) -> Draft:
    """Under this draft the pilot of data centres needs a share of at most half."""
    return drafted(anna, "market-access", "rules/pilot-2024.yaml", "    cap: 100", "    cap: 50")


def run(user: User, draft: Draft, kind: str) -> Run:
    found = trials.start_run(draft, kind, by=user, at=AT)
    runs.carry_out(found.pk)
    found.refresh_from_db()
    assert found.state == "done", found.problem
    return found


# ---- profiles


def test_the_bench_shows_verdicts_before_and_after_and_who_stays_the_same(closed: Draft, anna: User) -> None:
    trials.keep_profile(closed, "Cloud in Beijing", PROFILE, by=anna, at=AT)
    rows = {row["key"]: row for row in run(anna, closed, "profiles").result["rows"]}
    typed = next(row for row in rows.values() if row["kind"] == "typed")
    assert typed["name"] == "Cloud in Beijing" and not typed["same"]
    assert typed["before"]["access"][0]["answer"] == "conditional"
    assert typed["after"]["access"][0]["answer"] == "not_allowed"
    assert rows["sakura-games"]["kind"] == "example" and rows["sakura-games"]["same"]


def test_the_books_that_others_are_answered_from_are_never_touched(closed: Draft, anna: User) -> None:
    before = load_book("market-access")
    run(anna, closed, "profiles")
    assert load_book("market-access") is before or load_book("market-access").hash == before.hash
    assert Answers.of(CLOUD).profile and not Stale.objects.exists()


def test_a_policy_that_fits_otherwise_is_told_by_its_rule(home: Path, anna: User) -> None:
    draft = drafted(anna, "policies", "rules/national.yaml", LEVY, "[employees <= 29]")
    trials.keep_profile(draft, "Thirty people", "employees: 30\n", by=anna, at=AT)
    rows = run(anna, draft, "profiles").result["rows"]
    typed = next(row for row in rows if row["kind"] == "typed")
    assert [(r["rule"], r["before"], r["after"]) for r in typed["rules"]] == [
        ("cn-disabled-levy-30", "match", "no_match")
    ]
    assert [row["id"] for row in typed["sides"]["policies_gone"]] == ["cn-disabled-levy-30"]


def test_answers_that_the_officer_keeps_are_on_the_bench_and_those_of_others_are_not(closed: Draft, anna: User) -> None:
    actions_saved.save_answers(Answers.of(CLOUD), "Mine", today=AT.date(), by=anna, at=AT)
    actions_saved.save_answers(Answers.of(CLOUD), "Not mine", today=AT.date(), by=person("rita"), at=AT)
    names = [row["name"] for row in run(anna, closed, "profiles").result["rows"] if row["kind"] == "mine"]
    assert names == ["Mine"]


@pytest.mark.parametrize("text", ["employes: 3", "[", "employees: many", "- a"])
def test_a_text_that_is_no_profile_is_refused(closed: Draft, anna: User, text: str) -> None:
    with pytest.raises(LuodiError):
        trials.keep_profile(closed, "A name", text, by=anna, at=AT)
    assert not closed.profiles.exists()


def test_a_profile_of_the_same_name_takes_the_place_of_the_one_before(closed: Draft, anna: User) -> None:
    for text in ("employees: 1", "employees: 2"):
        made = trials.keep_profile(closed, "One", text, by=anna, at=AT)
    assert [row.text for row in closed.profiles.all()] == ["employees: 2"]
    trials.remove_profile(made, by=anna, at=AT)
    assert not closed.profiles.exists()


# ---- stored answers


def test_the_stored_answers_that_a_draft_changes_are_listed_without_their_owners(closed: Draft, anna: User) -> None:
    rita = person("rita")
    actions_saved.save_answers(Answers.of(CLOUD), "Ritas secret plan", today=AT.date(), by=rita, at=AT)
    actions_saved.save_answers(Answers.of(ELSEWHERE), "Elsewhere", today=AT.date(), by=rita, at=AT)
    result = run(anna, closed, "answers").result
    assert result["checked"] == 2
    (row,) = result["rows"]
    assert row["name"]["service"] == "B11" and row["after"]["access"][0]["answer"] == "not_allowed"
    assert "rita" not in str(result).lower() and "secret" not in str(result)


def test_what_would_flip_is_what_becomes_stale_when_the_draft_is_published(closed: Draft, anna: User) -> None:
    from luodi.advice.plan_difference import between
    from luodi.editor.readiness import trial
    from luodi.web.advisor.determinations import answers_of, document_of
    from luodi.web.advisor.result import plan_of
    from luodi.web.advisor.staleness import relied_on

    for query in (CLOUD, ELSEWHERE, f"{CLOUD}&on=2024-10-22"):
        actions_saved.save_answers(Answers.of(query), query, today=AT.date(), by=person(f"p{len(query)}"), at=AT)
    told = {int(row["key"]) for row in run(anna, closed, "answers").result["rows"]}
    with trial("market-access", unpack(closed.files)):
        now = {d.pk: plan_of(answers_of(d), d.on if d.has_day else AT.date()) for d in relied_on()}
    stale = {d.pk for d in relied_on() if not between(document_of(d), now[d.pk]).same}
    assert told == stale and len(told) == 1


# ---- companies


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "register.csv"
    rows = "".join(f"c{n:03},{n}\n" for n in range(1, 61))
    path.write_text("id,employees\n" + rows, encoding="utf-8")
    monkeypatch.setenv("LUODI_REGISTRY", str(path))
    return path


def test_bulk_counts_before_and_after_and_the_ids_of_those_that_change(home: Path, register: Path, anna: User) -> None:
    draft = drafted(anna, "policies", "rules/national.yaml", LEVY, "[employees <= 28]")
    found = run(anna, draft, "companies")
    (rule,) = found.result["rules"]
    assert rule["id"] == "cn-disabled-levy-30" and (rule["new"], rule["gone"]) == (0, 2)
    assert rule["before"]["yes"] == 30 and rule["after"]["yes"] == 28
    assert (
        found.result["rows"] == 60 and found.result["again"] == ["cn-disabled-levy-30"] and not found.result["made_up"]
    )
    lines = gzip.decompress(bytes(found.listed)).decode().splitlines()
    assert lines[0] == "id,rule,change" and {line.split(",")[0] for line in lines[1:]} == {"c029", "c030"}
    again = run(anna, draft, "companies")
    assert again.result == found.result  # the answers of the edition in force were kept


def test_a_register_that_is_not_there_is_told(home: Path, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUODI_REGISTRY", "/nowhere/table.parquet")
    draft = drafted(anna, "policies", "rules/national.yaml", LEVY, "[employees <= 28]")
    found = trials.start_run(draft, "companies", by=anna, at=AT)
    assert runs.carry_out(found.pk) == "failed"
    found.refresh_from_db()
    assert "LUODI_REGISTRY" in restored(found.problem)


def test_without_a_register_a_made_up_one_is_used_and_said_to_be(
    home: Path, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luodi.web.books.register.MADE_UP", 300)
    draft = drafted(anna, "policies", "rules/national.yaml", LEVY, "[employees <= 5]")
    result = run(anna, draft, "companies").result
    assert result["made_up"] and result["rows"] == 300 and result["rules"][0]["gone"] > 0


# ---- runs


def test_a_draft_that_cannot_be_read_is_not_tried(home: Path, anna: User) -> None:
    draft = drafted(anna, "policies", "rules/national.yaml", LEVY, "[employes <= 30]")
    with pytest.raises(runs.NotChecked):
        trials.start_run(draft, "profiles", by=anna, at=AT)
    assert not Run.objects.exists()


def test_asking_twice_is_one_run_and_another_version_another_one(closed: Draft, anna: User) -> None:
    first = trials.start_run(closed, "answers", by=anna, at=AT)
    assert trials.start_run(closed, "answers", by=anna, at=AT) == first
    changed = drafts.change(closed, {}, by=anna, at=AT, version=closed.version, note="A note")
    assert trials.start_run(changed, "answers", by=anna, at=AT) != first


def test_a_run_that_is_told_to_stop_ends_and_keeps_nothing(
    closed: Draft, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = trials.start_run(closed, "profiles", by=anna, at=AT)
    real = trial_module.tried

    def stopped_meanwhile(*args: Any) -> Any:
        for row in real(*args):
            trials.stop(found, by=anna, at=AT)
            yield row

    monkeypatch.setattr(trial_module, "tried", stopped_meanwhile)
    assert runs.carry_out(found.pk) == "stopped"
    found.refresh_from_db()
    assert (found.state, found.result) == ("stopped", None)
    assert runs.carry_out(found.pk) == "stopped"  # whoever takes the task again does nothing


def test_a_fault_of_the_program_ends_the_run_and_is_not_swallowed(
    closed: Draft, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = trials.start_run(closed, "profiles", by=anna, at=AT)
    monkeypatch.setattr(trial_module, "subjects", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        runs.carry_out(found.pk)
    found.refresh_from_db()
    assert found.state == "failed" and found.problem


def test_only_the_last_runs_of_a_kind_are_kept(closed: Draft, anna: User) -> None:
    for _ in range(8):
        trials.stop(trials.start_run(closed, "answers", by=anna, at=AT), by=anna, at=AT)
    assert Run.objects.count() == 6


def test_a_run_cut_off_in_the_middle_begins_anew(closed: Draft, anna: User) -> None:
    found = trials.start_run(closed, "answers", by=anna, at=AT)
    Run.objects.filter(pk=found.pk).update(state="running", done=3)
    assert runs.carry_out(found.pk) == "done"


def test_a_draft_that_was_changed_before_the_run_began_is_not_tried_unseen(closed: Draft, anna: User) -> None:
    found = trials.start_run(closed, "answers", by=anna, at=AT)
    drafts.change(
        closed, {"book.yaml": unpack(closed.files)["book.yaml"] + "\n"}, by=anna, at=AT, version=closed.version
    )
    assert runs.carry_out(found.pk) == "failed"


def test_a_later_first_day_is_the_day_that_is_tried(closed: Draft, anna: User) -> None:
    later = AT.date() + timedelta(days=40)
    Draft.objects.filter(pk=closed.pk).update(first_day=later)
    assert trials.start_run(closed, "answers", by=anna, at=AT).on == later


def test_nobody_else_tries_stops_or_sees_and_every_act_is_in_the_journal(
    closed: Draft, anna: User, clara: User
) -> None:
    found = trials.start_run(closed, "answers", by=anna, at=AT)
    made = trials.keep_profile(closed, "One", "employees: 1", by=anna, at=AT)
    for act in (
        lambda: trials.start_run(closed, "answers", by=clara, at=AT),
        lambda: trials.stop(found, by=clara, at=AT),
        lambda: trials.keep_profile(closed, "Two", "employees: 1", by=clara, at=AT),
        lambda: trials.remove_profile(made, by=clara, at=AT),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert not may(clara, "see", found) and closed.profiles.count() == 1
    trials.stop(found, by=anna, at=AT)
    assert list(Entry.objects.filter(kind="books.Run").values_list("act", flat=True).order_by("number")) == [
        "try",
        "stop",
    ]


@pytest.mark.parametrize(
    ("lang", "says"), [("zh", "逐家计数没有意义"), ("en", "counting them one by one would mean nothing")]
)
def test_where_companies_are_not_counted_the_page_says_why(anna: User, lang: str, says: str) -> None:
    draft = drafts.begin("market-access", "A cap", by=anna, at=AT)
    client = Client()
    client.force_login(anna)
    with translation.override("zh-hans" if lang == "zh" else "en"):
        place = reverse("books:affected", args=[draft.pk])
    assert says in client.get(place).text
