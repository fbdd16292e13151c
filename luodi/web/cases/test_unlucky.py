"""Acts that come late, twice, out of order, or after the case has ended."""

from datetime import date, timedelta
from typing import Any

import pytest

from luodi.casework.authorisations import AuthAct, AuthState
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct
from luodi.errors import OutOfRange
from luodi.web.advisor.models import Determination
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import NOW, TODAY, Bench, enter_permit, step_of
from luodi.web.cases.models import Authorisation, InfoRequest, LandingCase, Obligation
from luodi.web.cases.queries.steps import work_of
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
STEP = "domain-name-registration"


def later(days: int) -> Any:
    return NOW + timedelta(days=days)


@pytest.fixture
def asked(planned: LandingCase, bench: Bench) -> InfoRequest:
    """A question about a step that was handed in."""
    step = act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    return actions_requests.ask(planned, "Where will the racks stand?", by=bench.anna, at=NOW, step=step)


# ---- a case that has ended


def test_nobody_is_chased_where_the_case_has_ended_and_the_others_are(
    asked: InfoRequest, bench: Bench, planned: LandingCase
) -> None:
    other = actions_requests.ask(bench.open(), "Who signs?", by=bench.anna, at=NOW)
    actions.end_case(planned, End.LOST, "price", by=bench.anna, at=NOW)
    for days in (9, 21, 45):
        assert actions_requests.chase(later(days)) == 1
    asked.refresh_from_db(), other.refresh_from_db()
    assert (asked.state, asked.chased, other.state) == ("open", 0, "expired")
    assert Notice.objects.filter(kind="case_chased").count() == 2  # of the other


def test_the_company_answers_what_it_was_asked_although_the_case_has_ended(
    asked: InfoRequest, bench: Bench, planned: LandingCase
) -> None:
    case = actions.end_case(planned, End.LOST, "price", by=bench.anna, at=NOW)
    assert actions_requests.answer(asked, "In Yizhuang.", by=bench.mei, at=later(2)).state == "answered"
    assert step_of(planned, STEP).state == "question_open"  # nothing moves on an ended case
    actions.reopen(case, "they came back", by=bench.anna, at=later(3))
    assert act_on_step(step_of(planned, STEP), StepAct.ANSWER, by=bench.anna, at=later(3)).state == "submitted"


def test_a_question_that_expired_takes_no_answer_and_the_step_goes_on(
    asked: InfoRequest, bench: Bench, planned: LandingCase
) -> None:
    actions_requests.chase(later(45))
    assert step_of(planned, STEP).state == "submitted"
    with pytest.raises(NotNow, match="expired"):
        actions_requests.answer(asked, "In Yizhuang.", by=bench.mei, at=later(46))


# ---- plans


def test_a_plan_that_is_refused_stores_nothing_and_the_old_one_stands(planned: LandingCase, bench: Bench) -> None:
    there = Determination.objects.count()
    with pytest.raises(StaleVersion):
        actions_plan.renew_plan(planned, by=bench.anna, at=NOW, version=1)
    with pytest.raises(NotPermitted):
        actions_plan.renew_plan(planned, by=bench.clara, at=NOW)
    found = LandingCase.objects.get().determination
    assert found is not None
    assert (Determination.objects.count(), found.state) == (there, "standing")


def test_a_plan_that_is_renewed_by_two_clicks_is_asked_for_once(planned: LandingCase, bench: Bench) -> None:
    there, key = Determination.objects.count(), new_key()
    for _ in range(2):
        actions_plan.renew_plan(planned, by=bench.anna, at=NOW, key=key)
    assert Determination.objects.count() == there + 1


def test_a_step_that_was_withdrawn_holds_up_the_path_until_it_is_dropped(planned: LandingCase, bench: Bench) -> None:
    step = act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    before = work_of(planned, TODAY).left
    act_on_step(step, StepAct.WITHDRAW, by=bench.anna, at=NOW, reason="the name is taken")
    work = work_of(planned, TODAY)
    assert "blocked" in {one.state for one in work.rows if STEP in one.row.needs}
    assert STEP in work.left.slots and work.left.days == before.days
    act_on_step(step, StepAct.DROP, by=bench.anna, at=NOW, reason="another name is there already")
    assert STEP not in work_of(planned, TODAY).left.slots


# ---- days out of order


def test_nothing_is_decided_before_the_last_question_was_answered(planned: LandingCase, bench: Bench) -> None:
    step = act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    act_on_step(step, StepAct.QUESTION, by=bench.anna, at=later(4), reason="blurred")
    with pytest.raises(OutOfRange):  # on a Friday, and closed on the day before it was opened
        act_on_step(step, StepAct.ANSWER, by=bench.anna, at=later(6), on=TODAY + timedelta(days=3))
    act_on_step(step, StepAct.ANSWER, by=bench.anna, at=later(6))
    with pytest.raises(OutOfRange):
        act_on_step(step, StepAct.GRANT, by=bench.anna, at=later(8), on=TODAY + timedelta(days=5))
    assert act_on_step(step, StepAct.GRANT, by=bench.anna, at=later(8), on=later(6).date()).state == "granted"


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2400, 1, 1)])
def test_a_day_that_no_calendar_knows_is_not_expected(bench: Bench, day: date) -> None:
    with pytest.raises(OutOfRange):
        actions_stages.move_date(bench.open(), day, "x", by=bench.anna, at=NOW)


# ---- authorisations


@pytest.fixture
def permit(planned: LandingCase, bench: Bench, proof_files: None) -> Authorisation:
    return enter_permit(planned, "pilot-approval", bench, expires=TODAY + timedelta(days=30))


def test_a_suspended_authorisation_whose_last_day_has_passed_is_renewed_and_not_reinstated(
    permit: Authorisation, bench: Bench
) -> None:
    actions_proofs.act_on_authorisation(permit, AuthAct.SUSPEND, by=bench.anna, at=NOW, reason="x")
    with pytest.raises(NotNow, match="renew"):
        actions_proofs.act_on_authorisation(permit, AuthAct.REINSTATE, by=bench.anna, at=later(31), reason="x")
    assert actions_proofs.expire(later(31)) == 1
    renewed = actions_proofs.act_on_authorisation(
        permit, AuthAct.RENEW, by=bench.anna, at=later(31), expires=TODAY + timedelta(days=400)
    )
    assert renewed.state == AuthState.ISSUED


def test_it_is_reinstated_through_its_last_day(permit: Authorisation, bench: Bench) -> None:
    actions_proofs.act_on_authorisation(permit, AuthAct.SUSPEND, by=bench.anna, at=NOW, reason="x")
    found = actions_proofs.act_on_authorisation(permit, AuthAct.REINSTATE, by=bench.anna, at=later(30), reason="x")
    assert found.state == AuthState.REINSTATED


def test_a_renewal_ends_later_and_nothing_expires_before_its_last_day(permit: Authorisation, bench: Bench) -> None:
    with pytest.raises(OutOfRange):
        actions_proofs.act_on_authorisation(
            permit, AuthAct.RENEW, by=bench.anna, at=NOW, expires=TODAY + timedelta(days=30)
        )
    with pytest.raises(NotNow):
        actions_proofs.act_on_authorisation(permit, AuthAct.EXPIRE, by=bench.anna, at=later(30), reason="x")


# ---- duties


@pytest.fixture
def duty(planned: LandingCase) -> Obligation:
    return planned.obligations.get(step="annual-report")


def test_a_duty_that_two_people_report_as_met_is_due_the_next_year_and_not_the_one_after(
    duty: Obligation, bench: Bench
) -> None:
    first = duty.due
    assert first is not None
    for who in (bench.mei, bench.anna):
        met = actions_proofs.meet_duty(duty, by=who, at=NOW)
    assert met.due == first.replace(year=first.year + 1)


def test_a_duty_that_was_met_late_is_due_the_next_year_all_the_same(duty: Obligation, bench: Bench) -> None:
    Obligation.objects.filter(pk=duty.pk).update(due=date(2024, 6, 30), done=date(2023, 5, 1))
    assert actions_proofs.meet_duty(duty, by=bench.mei, at=NOW).due == date(2025, 6, 30)
    assert actions_proofs.meet_duty(duty, by=bench.mei, at=NOW).due == date(2026, 6, 30)


def test_a_duty_is_not_met_before_the_last_time(duty: Obligation, bench: Bench) -> None:
    actions_proofs.meet_duty(duty, by=bench.mei, at=NOW)
    with pytest.raises(OutOfRange):
        actions_proofs.meet_duty(duty, by=bench.mei, at=NOW, on=TODAY - timedelta(days=1))
