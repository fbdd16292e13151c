"""Stages through gates, overrides, expected days, claims and their verification."""

from datetime import date, timedelta
from typing import Any

import pytest

from luodi.casework.gates import GateMissing
from luodi.casework.stages import End, Stage
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct
from luodi.errors import MissingKey, OutOfRange
from luodi.web.advisor.models import Stale
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import CLOUD, NOW, TODAY, Bench, a_file, ready_to_claim, step_of
from luodi.web.cases.models import Authorisation, Clock, LandingCase, Proof
from luodi.web.cases.queries.facts import counted_proofs, facts_of, passage
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.roles import Role
from luodi.web.files.models import Scan, StoredFile
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

YESTERDAY = TODAY - timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]


@pytest.fixture
def operating(planned: LandingCase, bench: Bench) -> LandingCase:
    """Everything is there; the landing may be claimed."""
    return ready_to_claim(bench, planned)


@pytest.fixture
def claimed(operating: LandingCase, bench: Bench) -> LandingCase:
    return actions_stages.claim_landing(operating, TODAY, by=bench.anna, at=NOW)


def missing(case: LandingCase) -> set[str]:
    case.refresh_from_db()
    found = passage(case, TODAY)
    assert found is not None
    return {one.id for one in found.missing}


# ---- gates


def test_invariant_01_a_stage_is_entered_only_through_its_gate(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(GateMissing) as refused:
        actions_stages.advance(case, by=bench.anna, at=NOW)
    assert {one.id for one in refused.value.missing} == {"services", "place"} == missing(case)
    assert LandingCase.objects.get().stage == Stage.OPENED
    actions_plan.ask_plan(case, CLOUD, by=bench.anna, at=NOW)
    assert actions_stages.advance(case, by=bench.anna, at=NOW).stage == Stage.SCOPED


def test_invariant_01_an_override_takes_permission_and_a_reason_and_stands_in_the_journal(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(NotPermitted):
        actions_stages.override(case, "the minister asked", by=bench.anna, at=NOW)
    with pytest.raises(MissingKey):
        actions_stages.override(case, " ", by=bench.lee, at=NOW)
    assert actions_stages.override(case, "the minister asked", by=bench.lee, at=NOW).stage == Stage.SCOPED
    entry = Entry.objects.get(act="override")
    assert (entry.actor, entry.reason, entry.before["stage"], entry.after["stage"]) == (
        bench.lee.pk,
        "the minister asked",
        "opened",
        "scoped",
    )


def test_invariant_02_page_act_and_import_ask_the_same_gate(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is one function; whoever asks goes through it."""
    from luodi.casework import gates

    asked: list[Stage] = []
    whole = gates.missing

    def noted(stage: Stage, facts: Any, on: date) -> Any:
        asked.append(stage)
        return whole(stage, facts, on)

    monkeypatch.setattr(gates, "missing", noted)
    monkeypatch.setattr("luodi.web.cases.queries.facts.missing", noted)
    case = bench.open()
    bench.client("anna").get(f"/en/desk/cases/{case.reference}/")
    with pytest.raises(GateMissing):
        actions_stages.advance(case, by=bench.anna, at=NOW)
    assert set(asked) == {Stage.SCOPED} and len(asked) >= 2


def test_every_fact_that_a_gate_asks_for_is_answered(planned: LandingCase) -> None:
    from luodi.casework.book import casework_book

    assert set(facts_of(planned, TODAY)) >= set(casework_book().vocabulary.attributes)


def test_a_case_goes_back_with_a_reason(planned: LandingCase, bench: Bench) -> None:
    actions_stages.advance(planned, by=bench.anna, at=NOW)
    with pytest.raises(MissingKey):
        actions_stages.go_back(planned, "", by=bench.anna, at=NOW)
    assert actions_stages.go_back(planned, "wrong service", by=bench.anna, at=NOW).stage == Stage.OPENED


def test_a_case_that_has_ended_moves_no_more(planned: LandingCase, bench: Bench) -> None:
    actions.end_case(planned, End.WITHDRAWN, "x", by=bench.anna, at=NOW)
    with pytest.raises(NotNow):
        actions_stages.advance(planned, by=bench.anna, at=NOW)


def test_the_company_is_told_of_each_stage(planned: LandingCase, bench: Bench) -> None:
    actions_stages.advance(planned, by=bench.anna, at=NOW)
    notice = Notice.objects.get(kind="case_stage")
    assert (notice.user, notice.values["stage"]["en"]) == (bench.mei, "Scoped")


def test_a_failed_check_keeps_a_case_from_being_established(operating: LandingCase, bench: Bench) -> None:
    from luodi.web.cases.models.proofs import CheckKind, CheckResult

    for result, by, wanted in (
        (CheckResult.FAILED, bench.anna, 1),
        (CheckResult.PENDING, bench.anna, 1),  # looking into it again takes nothing back
        (CheckResult.PASSED, bench.ben, 0),
    ):
        actions_proofs.add_check(operating, CheckKind.SCREENING, result, "register", by=by, at=NOW, note="cleared")
        assert facts_of(operating, TODAY)["checks_failed"] == wanted


# ---- expected days


def test_invariant_11_an_expected_day_changes_only_through_a_date_change(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(TypeError):
        LandingCase.objects.filter(pk=case.pk).update(estimated=TODAY)
    case.estimated = TODAY
    case.save()
    with pytest.raises(TypeError):
        case.save(update_fields=["estimated"])
    case.refresh_from_db()
    assert case.estimated is None
    actions_stages.move_date(case, date(2026, 9, 1), "first estimate", by=bench.anna, at=NOW)
    actions_stages.move_date(case, date(2026, 10, 1), "the approval is late", by=bench.anna, at=NOW)
    changes = [(one.old, one.new, one.reason, one.by) for one in case.date_changes.order_by("id")]
    assert changes == [
        (None, date(2026, 9, 1), "first estimate", bench.anna),
        (date(2026, 9, 1), date(2026, 10, 1), "the approval is late", bench.anna),
    ]
    case.refresh_from_db()
    assert case.estimated == date(2026, 10, 1)


@pytest.mark.parametrize(("days", "near"), [(27, True), (28, True), (29, False), (0, True), (-5, True)])
def test_invariant_11_a_near_day_is_moved_when_a_leader_approves(bench: Bench, days: int, near: bool) -> None:
    """Twenty working days from 10 March 2026 end on 8 April, since 6 April is Tomb-Sweeping Day's rest."""
    case, soon = bench.open(), TODAY + timedelta(days=days + 1)
    actions_stages.move_date(case, soon, "first estimate", by=bench.anna, at=NOW)
    actions_stages.move_date(case, date(2026, 12, 1), "late", by=bench.anna, at=NOW)
    case.refresh_from_db()
    assert (case.estimated == soon) is near
    assert Notice.objects.filter(user=bench.lee, kind="case_date").exists() is near


def test_a_proposed_day_is_decided_by_a_leader_who_did_not_propose_it(bench: Bench) -> None:
    case = bench.open()
    for day in (date(2026, 3, 20), date(2026, 12, 1)):
        actions_stages.move_date(case, day, "x", by=bench.anna, at=NOW)
    proposed = case.date_changes.get(state="proposed")
    with pytest.raises(NotNow):
        actions_stages.move_date(case, date(2026, 12, 2), "x", by=bench.anna, at=NOW)
    with pytest.raises(NotPermitted):
        actions_stages.decide_date(proposed, True, by=bench.ben, at=NOW)
    actions_stages.decide_date(proposed, True, by=bench.lee, at=NOW)
    case.refresh_from_db()
    assert case.estimated == date(2026, 12, 1)
    with pytest.raises(NotNow):
        actions_stages.decide_date(proposed, False, by=bench.lee, at=NOW)


def test_a_declined_day_leaves_the_old_one(bench: Bench) -> None:
    case = bench.open()
    for day in (date(2026, 3, 20), date(2026, 12, 1)):
        actions_stages.move_date(case, day, "x", by=bench.anna, at=NOW)
    actions_stages.decide_date(case.date_changes.get(state="proposed"), False, by=bench.lee, at=NOW)
    case.refresh_from_db()
    assert case.estimated == date(2026, 3, 20)


# ---- claims


def test_a_landing_is_claimed_with_its_day_and_a_clock_for_the_verifier(claimed: LandingCase, bench: Bench) -> None:
    assert (claimed.stage, claimed.actual) == (Stage.CLAIMED, TODAY)
    assert Clock.objects.get(kind="verification").limit == 10
    assert Notice.objects.filter(user=bench.ben, kind="case_claimed").count() == 1


def test_a_landing_to_come_cannot_be_claimed(operating: LandingCase, bench: Bench) -> None:
    with pytest.raises(OutOfRange):
        actions_stages.claim_landing(operating, TODAY + timedelta(days=1), by=bench.anna, at=NOW)


def test_invariant_03_nobody_verifies_a_landing_that_they_prepared(claimed: LandingCase, bench: Bench) -> None:
    with pytest.raises(OwnWork):
        actions_stages.verify_landing(claimed, by=bench.anna, at=NOW)
    with pytest.raises(OwnWork):
        actions_stages.reject_claim(claimed, "x", by=bench.anna, at=NOW)
    for who in (bench.clara, bench.mei, bench.lee):
        with pytest.raises(NotPermitted):
            actions_stages.verify_landing(claimed, by=who, at=NOW)
    assert actions_stages.verify_landing(claimed, by=bench.ben, at=NOW).stage == Stage.VERIFIED
    claim = claimed.claims.get()
    assert (claim.verifier, claim.state, len(claim.proofs)) == (bench.ben, "verified", claimed.proofs.count())
    assert not Clock.objects.filter(kind="verification", stopped=None).exists()


def test_invariant_03_whoever_claimed_or_brought_a_proof_has_prepared_it(claimed: LandingCase, bench: Bench) -> None:
    cora = person("cora", Role.OFFICER, bench.here)
    actions.assign(claimed, cora, by=bench.anna, at=NOW)
    with pytest.raises(OwnWork):  # she claimed it
        actions_stages.verify_landing(claimed, by=bench.anna, at=NOW)
    actions_proofs.add_proof(claimed, "other", a_file(), by=bench.ben, at=NOW)
    with pytest.raises(OwnWork):  # he brought a proof
        actions_stages.verify_landing(claimed, by=bench.ben, at=NOW)


@pytest.mark.parametrize("how", ["withdrawn", "expired", "waiting", "infected"])
def test_invariant_04_a_landing_is_verified_only_on_proofs_that_are_there_valid_and_scanned(
    claimed: LandingCase, bench: Bench, how: str, settings: Any
) -> None:
    proof = claimed.proofs.get(proves="business-licence")
    if how in ("withdrawn", "expired"):
        Authorisation.objects.filter(proof=proof).delete()
    if how == "withdrawn":
        actions_proofs.withdraw_proof(proof, "the wrong company", by=bench.mei, at=NOW)
    elif how == "expired":
        Proof.objects.filter(pk=proof.pk).delete()
        actions_proofs.add_proof(
            claimed, "business-licence", a_file(), by=bench.mei, at=NOW, expires=TODAY - timedelta(1)
        )
    else:
        StoredFile.objects.filter(pk=proof.file_id).update(scan=Scan(how))
    with pytest.raises(GateMissing) as refused:
        actions_stages.verify_landing(claimed, by=bench.ben, at=NOW)
    assert {one.id for one in refused.value.missing} == {"proofs"}


def test_invariant_04_no_leader_overrides_a_claim_or_a_verification(operating: LandingCase, bench: Bench) -> None:
    with pytest.raises(NotNow):
        actions_stages.override(operating, "x", by=bench.lee, at=NOW)
    claimed = actions_stages.claim_landing(operating, TODAY, by=bench.anna, at=NOW)
    with pytest.raises(NotNow):
        actions_stages.override(claimed, "x", by=bench.lee, at=NOW)


def test_a_proof_holds_through_its_last_day(operating: LandingCase, bench: Bench) -> None:
    proof = actions_proofs.add_proof(operating, "identity", a_file(), by=bench.mei, at=NOW, expires=TODAY)
    assert proof in counted_proofs(operating, TODAY)
    assert proof not in counted_proofs(operating, TODAY + timedelta(days=1))


def test_a_proof_on_which_a_landing_was_verified_cannot_be_taken_back(claimed: LandingCase, bench: Bench) -> None:
    actions_stages.verify_landing(claimed, by=bench.ben, at=NOW)
    with pytest.raises(NotNow):
        actions_proofs.withdraw_proof(claimed.proofs.all()[0], "x", by=bench.mei, at=NOW)


def test_a_rejected_claim_says_why_and_can_be_made_again(claimed: LandingCase, bench: Bench) -> None:
    with pytest.raises(MissingKey):
        actions_stages.reject_claim(claimed, "", by=bench.ben, at=NOW)
    case = actions_stages.reject_claim(claimed, "the lease is unsigned", by=bench.ben, at=NOW)
    assert (case.stage, case.actual) == (Stage.OPERATING, None)
    assert Notice.objects.filter(user=bench.anna, kind="case_rejected").count() == 1
    assert actions_stages.claim_landing(case, TODAY, by=bench.anna, at=NOW).claims.count() == 2


def test_a_verified_landing_goes_on_into_aftercare(claimed: LandingCase, bench: Bench) -> None:
    case = actions_stages.verify_landing(claimed, by=bench.ben, at=NOW)
    assert actions_stages.advance(case, by=bench.anna, at=NOW).stage == Stage.AFTERCARE
    assert passage(LandingCase.objects.get(), TODAY) is None


# ---- answers that no longer hold


def test_invariant_09_a_case_whose_plan_went_stale_is_flagged_and_its_officer_told(
    planned: LandingCase, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luodi.web.advisor import staleness

    shorter = CLOUD.replace("operates_website=true", "operates_website=false")
    whole = staleness.plan_of
    answers = type(staleness.answers_of(planned.determination)).of(shorter)
    monkeypatch.setattr(staleness, "plan_of", lambda _, day: whole(answers, day))
    assert staleness.refresh(NOW) == 1
    assert Stale.objects.get().determination == planned.determination
    assert Notice.objects.filter(user=bench.anna, kind="case_stale").count() == 1
    assert facts_of(LandingCase.objects.get(), TODAY)["answer_is_stale"] is True
    assert staleness.refresh(NOW) == 0


def test_a_case_that_has_ended_keeps_no_answer_fresh(planned: LandingCase, bench: Bench) -> None:
    from luodi.web.advisor.staleness import relied_on

    assert relied_on().count() == 1
    actions.end_case(planned, End.LOST, "x", by=bench.anna, at=NOW)
    assert relied_on().count() == 0


def test_renewing_the_plan_of_a_case_makes_it_hold_again(planned: LandingCase, bench: Bench) -> None:
    Stale.objects.create(determination=planned.determination, at=NOW, difference={})
    renewed = actions_plan.renew_plan(planned, by=bench.anna, at=NOW)
    assert renewed.determination != planned.determination
    assert facts_of(renewed, TODAY)["answer_is_stale"] is False


def test_a_step_under_way_that_the_plan_drops_keeps_its_state_until_the_officer_decides(
    planned: LandingCase, bench: Bench
) -> None:
    step = step_of(planned, "icp-filing")
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    without = CLOUD.replace("operates_website=true", "operates_website=false")
    renewed = actions_plan.ask_plan(planned, without, by=bench.anna, at=NOW)
    assert step_of(renewed, "icp-filing").state == "submitted"
    assert step_of(renewed, "domain-name-registration").state == "not_needed"  # nobody had begun it
    assert Notice.objects.filter(user=bench.mei, kind="case_left_out").count() == 1
    assert Entry.objects.get(act="leave_out").subject == str(step.pk)
    words = "Under way and no longer asked for"
    place = f"/en/desk/cases/{renewed.reference}/"
    page = bench.client("anna").get(place).text
    assert words in bench.client("anna").get(f"{place}steps/").text
    assert words in page and "A step under way is no longer asked for" in page
    assert words in bench.client("mei").get(f"/en/cases/{renewed.reference}/").text
    act_on_step(step_of(renewed, "icp-filing"), StepAct.WITHDRAW, by=bench.anna, at=NOW, reason="not needed")
    for part in ("", "steps/"):
        assert words not in bench.client("anna").get(place + part).text


def test_while_the_plan_does_not_hold_its_cases_are_listed_and_show_what_would_be_dropped(
    planned: LandingCase, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luodi.web.advisor import staleness
    from luodi.web.cases.views import case_page

    act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    whole = staleness.plan_of
    answers = type(staleness.answers_of(planned.determination)).of(CLOUD.replace("website=true", "website=false"))
    for room in (staleness, case_page):
        monkeypatch.setattr(room, "plan_of", lambda _, day: whole(answers, day))
    assert staleness.refresh(NOW) == 1
    client = bench.client("anna")
    listed = client.get("/en/desk/queue/?plan=stale").text
    assert planned.reference in listed and listed.count("The plan no longer holds") == 1
    page = client.get(f"/en/desk/cases/{planned.reference}/").text
    assert "Under way and no longer asked for" in page and "ICP filing" in page.split('id="left-out"')[1][:900]
