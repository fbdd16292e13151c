"""What cases show in other apps: a company's time line and an officer's day."""

from datetime import timedelta
from typing import Any

import pytest

from luodi.casework.authorisations import AuthAct, AuthState
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct
from luodi.errors import MissingKey, OutOfRange
from luodi.rules.kept_rows import Key
from luodi.web.advisor.signals import open_cases
from luodi.web.books.maintenance import Resting, resting
from luodi.web.cases import agenda as own
from luodi.web.cases.actions import proofs as actions_proofs
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import NOW, TODAY, Bench, enter_permit, step_of
from luodi.web.cases.models import Authorisation, LandingCase
from luodi.web.cases.queries.facts import facts_of
from luodi.web.cases.signals import case_facts
from luodi.web.companies.queries import events_of
from luodi.web.core.context import acting_as
from luodi.web.notices.models import Notice
from luodi.web.workbench.queries.day import day_of

pytestmark = pytest.mark.django_db


def test_the_day_has_what_runs_the_nearest_first_and_what_is_over_on_top(planned: LandingCase, bench: Bench) -> None:
    act_on_step(step_of(planned, "company-name-declaration"), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    actions_requests.ask(planned, "Where?", by=bench.anna, at=NOW)
    act_on_step(step_of(planned, "access-negative-list-check"), StepAct.SUBMIT, by=bench.anna, at=NOW)
    (line,) = day_of(bench.anna, TODAY + timedelta(days=6)).lines
    assert line.band == "overdue"
    rows = own.day_rows([planned.pk], TODAY + timedelta(days=6))
    assert [row.what["en"] for row in (line, *line.also)] == [row.what["en"] for row in rows]
    assert [(row.band, row.what["en"]) for row in rows] == [
        ("overdue", step_of(planned, "company-name-declaration").title["en"]),
        ("due", "The company's answer"),
        ("waiting", step_of(planned, "access-negative-list-check").title["en"]),
    ]
    assert rows[0].waiting_on["zh"] and rows[0].case == planned.reference and rows[0].address
    assert rows[1].waiting_on["en"] == "the company"


def test_the_day_is_ones_own_and_takes_few_questions(
    planned: LandingCase, bench: Bench, django_assert_max_num_queries: Any
) -> None:
    for name in ("domain-name-registration", "access-negative-list-check", "company-name-declaration"):
        act_on_step(step_of(planned, name), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    assert day_of(bench.ben, TODAY).lines == ()
    with django_assert_max_num_queries(5):  # one of them for the calendars of units
        assert len(own.day_rows([planned.pk], TODAY)) == 3
    with acting_as("request"), django_assert_max_num_queries(34):  # calendars and stand-ins are read once
        (line,) = day_of(bench.anna, TODAY).lines
    assert len(line.also) == 2


def test_the_time_line_of_a_company_has_its_case_and_the_talk_about_it(planned: LandingCase, bench: Bench) -> None:
    request = actions_requests.ask(planned, "Where?", by=bench.anna, at=NOW + timedelta(hours=1))
    actions_requests.answer(request, "In Yizhuang.", by=bench.mei, at=NOW + timedelta(hours=2))
    kinds = [event.kind for event in events_of(bench.anna, bench.company, TODAY)]
    assert kinds == ["answer", "question", "case"]
    assert events_of(bench.clara, bench.company, TODAY) == []


def test_no_two_apps_answer_for_one_fact(planned: LandingCase) -> None:
    def other(sender: Any, **_: Any) -> list[tuple[str, bool]]:
        return [("has_deal", True)]

    case_facts.connect(other)
    try:
        with pytest.raises(ValueError, match="has_deal"):
            facts_of(planned, TODAY)
    finally:
        case_facts.disconnect(other)


# ---- authorisations and duties


@pytest.fixture
def permit(planned: LandingCase, bench: Bench, proof_files: None) -> Authorisation:
    return enter_permit(planned, "pilot-approval", bench, expires=TODAY + timedelta(days=30))


def test_an_authorisation_is_suspended_with_a_reason_and_reinstated(permit: Authorisation, bench: Bench) -> None:
    with pytest.raises(MissingKey):
        actions_proofs.act_on_authorisation(permit, AuthAct.SUSPEND, by=bench.anna, at=NOW)
    for act, state in ((AuthAct.SUSPEND, AuthState.SUSPENDED), (AuthAct.REINSTATE, AuthState.REINSTATED)):
        found = actions_proofs.act_on_authorisation(permit, act, by=bench.anna, at=NOW, reason="x")
        assert found.state == state
    with pytest.raises(NotNow):
        actions_proofs.act_on_authorisation(permit, AuthAct.REINSTATE, by=bench.anna, at=NOW, reason="x")


def test_an_authorisation_expires_the_day_after_its_last_and_is_renewed(permit: Authorisation, bench: Bench) -> None:
    assert actions_proofs.expire(NOW + timedelta(days=30)) == 0
    assert actions_proofs.expire(NOW + timedelta(days=31)) == 1
    assert actions_proofs.expire(NOW + timedelta(days=31)) == 0
    assert Notice.objects.filter(user=bench.anna, kind="case_permit_expired").count() == 1
    with pytest.raises(OutOfRange):
        actions_proofs.act_on_authorisation(permit, AuthAct.RENEW, by=bench.anna, at=NOW, expires=TODAY)
    later = TODAY + timedelta(days=400)
    found = actions_proofs.act_on_authorisation(permit, AuthAct.RENEW, by=bench.anna, at=NOW, expires=later)
    assert (found.state, found.expires) == (AuthState.ISSUED, later)


def test_a_yearly_duty_that_was_met_is_due_a_year_later(planned: LandingCase, bench: Bench) -> None:
    duty = planned.obligations.get(step="annual-report")
    due = duty.due
    assert due is not None
    with pytest.raises(OutOfRange):
        actions_proofs.meet_duty(duty, by=bench.mei, at=NOW, on=TODAY + timedelta(days=1))
    met = actions_proofs.meet_duty(duty, by=bench.mei, at=NOW)
    assert (met.done, met.due) == (TODAY, due.replace(year=due.year + 1))


def test_a_row_of_the_books_rests_on_by_the_answer_of_an_open_case_and_by_the_case(planned: LandingCase) -> None:
    step = Key("landing-steps", "rules", "establishment-registration")
    assert dict(open_cases.ask()) == {planned.determination_id: 1}
    assert resting()[step] == Resting(answers=1, cases=1)
    LandingCase.objects.filter(pk=planned.pk).update(end=End.LOST, ended=TODAY)
    assert dict(open_cases.ask()) == {}
    assert step not in resting()
