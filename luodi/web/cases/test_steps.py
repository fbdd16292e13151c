"""The work of a case: steps from the plan, their clocks, their tracks and what is left; questions and their chasers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct
from luodi.errors import DuplicateKey, MissingKey, OutOfRange, UnknownValue
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import requests as actions_requests
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import CLOUD, NOW, TODAY, Bench, grant, step_of
from luodi.web.cases.models import CaseStep, Clock, InfoRequest, LandingCase
from luodi.web.cases.queries.steps import work_of
from luodi.web.cases.tasks import look_after_cases
from luodi.web.core.context import acting_as
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proof_files")]


def later(days: int) -> Any:
    return NOW + timedelta(days=days)


def done(case: LandingCase, bench: Bench, *names: str) -> None:
    for name in names:
        if step_of(case, name).state == "open":
            grant(step_of(case, name), bench)


# ---- from the plan


def test_the_steps_of_the_plan_are_made_with_what_it_says_of_them(planned: LandingCase) -> None:
    step = step_of(planned, "icp-filing")
    assert (step.track, step.days, step.state) == ("licence", 22, "open")
    assert step.basis_of_days == {"rests": "usual", "least": 5, "law": [20, "working_days"]}
    assert step.title["zh"] and step.title["en"] and step.documents and step.basis
    assert set(step.needs) == {"domain-name-registration", "establishment-registration"}
    assert planned.plans == [{"service": "B11", "place": "BJ", "share": "100"}]
    assert planned.place == "BJ"
    assert planned.obligations.filter(due__isnull=False).exists()


@pytest.mark.parametrize(("state", "after"), [("open", "not_needed"), ("submitted", "submitted")])
def test_a_step_that_became_a_duty_is_closed_as_one_and_keeps_running_where_it_runs(
    planned: LandingCase, bench: Bench, state: str, after: str
) -> None:
    """Cases of earlier releases have the annual report as a step."""
    row = step_of(planned, "icp-filing")
    CaseStep.objects.filter(pk=row.pk).update(step="annual-report", state=state)
    actions_plan.ask_plan(planned, CLOUD, by=bench.anna, at=NOW)
    kept = CaseStep.objects.get(pk=row.pk)
    assert (kept.state, "duty" in kept.reason) == (after, after == "not_needed")
    assert not Notice.objects.filter(kind="case_left_out").exists()
    page = bench.client("anna").get(f"/en/desk/cases/{planned.reference}/steps/").text
    assert "no longer asked for" not in page


def test_a_new_plan_keeps_what_runs_and_drops_what_it_no_longer_asks(planned: LandingCase, bench: Bench) -> None:
    done(planned, bench, "domain-name-registration")
    shorter = CLOUD.replace("operates_website=true", "operates_website=false")
    actions_plan.ask_plan(planned, shorter, by=bench.anna, at=NOW)
    assert step_of(planned, "icp-filing").state == "not_needed"
    assert step_of(planned, "domain-name-registration").state == "granted"
    actions_plan.ask_plan(planned, CLOUD, by=bench.anna, at=NOW)
    assert step_of(planned, "icp-filing").state == "open"


def test_a_step_that_the_plan_leaves_open_is_taken_in_by_hand(planned: LandingCase, bench: Bench) -> None:
    step = actions_plan.add_step(planned, "app-filing", by=bench.anna, at=NOW)
    assert (step.track, step.state, step.title["en"]) == ("licence", "open", "App filing")
    with pytest.raises(DuplicateKey):
        actions_plan.add_step(planned, "app-filing", by=bench.anna, at=NOW)
    with pytest.raises(UnknownValue):
        actions_plan.add_step(planned, "moon-landing", by=bench.anna, at=NOW)


def test_taking_a_plan_twice_with_one_key_makes_its_steps_once(bench: Bench) -> None:
    case, key = bench.open(), new_key()
    for _ in range(2):
        actions_plan.ask_plan(case, CLOUD, by=bench.anna, at=NOW, key=key)
    assert Entry.objects.filter(act="take_plan").count() == 1


# ---- states and clocks


def test_a_step_that_waits_for_another_is_blocked_until_that_is_granted(planned: LandingCase, bench: Bench) -> None:
    with pytest.raises(NotNow, match="omain"):
        act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=NOW)
    states = {one.row.step: one.state for one in work_of(planned, TODAY).rows}
    assert (states["icp-filing"], states["domain-name-registration"]) == ("blocked", "ready")


def test_an_authority_may_take_a_step_early(planned: LandingCase, bench: Bench) -> None:
    step = act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    assert step.state == "submitted"


def test_handing_in_starts_the_clock_and_the_decision_stops_it(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "domain-name-registration")
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW)
    clock = Clock.objects.get(step=step)
    assert (clock.limit, clock.due) == (5, date(2026, 3, 17))
    act_on_step(step, StepAct.GRANT, by=bench.anna, at=later(2))
    clock.refresh_from_db()
    assert (clock.stopped, clock.due) == (date(2026, 3, 12), None)


def test_the_clock_of_an_office_counts_the_time_that_the_law_gives_it(planned: LandingCase, bench: Bench) -> None:
    """20 working days for the ICP filing, though it usually takes up to 22; and no time where nobody tells one."""
    act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    act_on_step(step_of(planned, "vats-pilot-approval"), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    limits = dict(Clock.objects.filter(case=planned).values_list("step__step", "limit"))
    assert limits == {"icp-filing": 20, "vats-pilot-approval": None}


def test_a_law_in_calendar_days_counts_from_the_day_of_handing_in(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "social-insurance-registration")
    assert step.basis_of_days["law"] == [15, "calendar_days"]
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    assert Clock.objects.get(step=step).due == TODAY + timedelta(days=15)


def test_a_step_that_an_earlier_release_stored_keeps_its_limit(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "icp-filing")
    CaseStep.objects.filter(pk=step.pk).update(days=21, basis_of_days={"zh": "法定", "en": "by law"})
    act_on_step(step_of(planned, "icp-filing"), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    assert Clock.objects.get(step=step).limit == 21


def test_a_question_of_the_authority_pauses_the_clock_and_the_answer_moves_its_last_day(
    planned: LandingCase, bench: Bench
) -> None:
    step = step_of(planned, "domain-name-registration")
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW)
    act_on_step(step, StepAct.QUESTION, by=bench.anna, at=later(1), reason="the certificate is blurred")
    clock = Clock.objects.get(step=step)
    assert clock.due is None
    assert clock.reading(TODAY + timedelta(days=9), _china()).cause == "the certificate is blurred"
    act_on_step(step, StepAct.ANSWER, by=bench.anna, at=later(6))
    clock.refresh_from_db()
    assert clock.due == date(2026, 3, 20)


def _china() -> Any:
    from luodi.calendar import WorkingCalendar

    return WorkingCalendar.china()


@pytest.mark.parametrize("act", [StepAct.DROP, StepAct.QUESTION, StepAct.REFUSE])
def test_acts_that_stop_something_say_why(planned: LandingCase, bench: Bench, act: StepAct) -> None:
    step = step_of(planned, "domain-name-registration")
    if act is not StepAct.DROP:
        step = act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW)
    with pytest.raises(MissingKey):
        act_on_step(step, act, by=bench.anna, at=NOW)


def test_what_happened_has_a_day_that_has_come_and_none_before_the_last(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "domain-name-registration")
    with pytest.raises(OutOfRange):
        act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW, on=TODAY + timedelta(days=1))
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=later(9), on=later(5).date())
    assert Clock.objects.get(step=step).started == later(5).date()
    with pytest.raises(OutOfRange):
        act_on_step(step, StepAct.GRANT, by=bench.anna, at=later(9), on=later(4).date())
    assert step_of(planned, step.step).state == "submitted"


def test_a_refused_step_is_taken_up_again_with_a_new_clock(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "domain-name-registration")
    for act in (StepAct.SUBMIT, StepAct.REFUSE, StepAct.REOPEN, StepAct.SUBMIT):
        step = act_on_step(step, act, by=bench.anna, at=NOW, reason="x")
    assert Clock.objects.filter(step=step).count() == 2
    assert Clock.objects.filter(step=step, stopped=None).count() == 1


def test_two_officers_at_once_do_not_decide_a_step_twice(planned: LandingCase, bench: Bench) -> None:
    step = step_of(planned, "domain-name-registration")
    act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW, version=step.version)
    with pytest.raises(StaleVersion):
        act_on_step(step, StepAct.DROP, by=bench.ben, at=NOW, version=step.version, reason="x")


@pytest.mark.parametrize("who", ["clara", "lee", "mei"])
def test_only_officers_of_the_unit_work_on_steps(planned: LandingCase, bench: Bench, who: str) -> None:
    with pytest.raises(NotPermitted):
        act_on_step(step_of(planned, "domain-name-registration"), StepAct.SUBMIT, by=getattr(bench, who), at=NOW)


def test_the_path_that_is_left_grows_shorter_with_what_is_done(planned: LandingCase, bench: Bench) -> None:
    before = work_of(planned, TODAY)
    assert before.left.path[-1] == "icp-filing"
    assert before.ends.earliest == _china().add_working_days(TODAY, before.left.least)
    done(planned, bench, "domain-name-registration", "establishment-registration", "icp-filing")
    after = work_of(planned, TODAY).left
    assert after.days < before.left.days and after.least < before.left.least


def test_on_the_day_of_its_plan_no_step_of_a_case_is_late(planned: LandingCase) -> None:
    work = work_of(planned, TODAY)
    for one in work.rows:
        slot = work.left.slots[one.row.step]
        days = tuple(_china().add_working_days(TODAY, offset) for offset in (slot.start, slot.finish))
        assert (one.row.planned_start, one.row.planned_finish) == days, one.row.step


def test_a_duty_is_no_step_and_is_kept_as_a_duty(planned: LandingCase) -> None:
    for name in ("annual-report", "psb-network-filing"):
        assert not planned.steps.filter(step=name).exists()
    yearly, once = (planned.obligations.get(step=name) for name in ("annual-report", "psb-network-filing"))
    assert (yearly.every, yearly.due) == ("year", date(2027, 6, 30))
    assert (once.every, once.due) == ("once", None) and "30" in once.when["en"] and "30" in once.when["zh"]


def test_the_work_of_a_case_takes_a_fixed_number_of_questions(
    planned: LandingCase, bench: Bench, django_assert_num_queries: Any
) -> None:
    work_of(planned, TODAY)  # a plan is read once a process, and another test may have read it
    with acting_as("request"), django_assert_num_queries(3):  # steps, their clocks, the calendars of units
        work_of(planned, TODAY)
    act_on_step(step_of(planned, "domain-name-registration"), StepAct.SUBMIT, by=bench.anna, at=NOW)
    with acting_as("request"), django_assert_num_queries(4):  # the pauses of a clock that runs too
        work_of(planned, TODAY)


# ---- questions to the company


def asked(case: LandingCase, bench: Bench, **more: Any) -> InfoRequest:
    return actions_requests.ask(case, "Where will the racks stand?", by=bench.anna, at=NOW, **more)


def test_invariant_21_a_question_has_a_responsible_unit_and_a_due_day(planned: LandingCase, bench: Bench) -> None:
    request = asked(planned, bench)
    assert request.case.unit == bench.here
    assert request.due == date(2026, 3, 17)
    assert Clock.objects.get(request=request).due == request.due
    assert Notice.objects.filter(user=bench.mei, kind="case_question").count() == 1


def test_a_question_about_a_step_stops_its_clock_until_it_is_answered(planned: LandingCase, bench: Bench) -> None:
    step = act_on_step(step_of(planned, "domain-name-registration"), StepAct.SUBMIT, by=bench.anna, at=NOW)
    first, second = asked(planned, bench, step=step), asked(planned, bench, step=step_of(planned, step.step))
    assert step_of(planned, step.step).state == "question_open"
    actions_requests.answer(first, "In Yizhuang.", by=bench.mei, at=later(1))
    assert step_of(planned, step.step).state == "question_open"
    actions_requests.answer(second, "In hall 3.", by=bench.mei, at=later(2))
    assert step_of(planned, step.step).state == "submitted"
    assert not Clock.objects.filter(request__isnull=False, stopped=None).exists()


def test_the_company_answers_once(planned: LandingCase, bench: Bench) -> None:
    request, key = asked(planned, bench), new_key()
    for _ in range(2):
        actions_requests.answer(request, "In Yizhuang.", by=bench.mei, at=NOW, key=key, version=1)
    with pytest.raises(NotNow):
        actions_requests.answer(request, "Elsewhere.", by=bench.anna, at=NOW)
    request.refresh_from_db()
    assert (request.answer, request.answered_by) == ("In Yizhuang.", bench.mei)
    assert Notice.objects.filter(user=bench.anna, kind="case_answered").count() == 1


def test_nobody_else_answers_and_nobody_else_asks(planned: LandingCase, bench: Bench) -> None:
    request = asked(planned, bench)
    with pytest.raises(NotPermitted):
        actions_requests.answer(request, "x", by=bench.clara, at=NOW)
    for who in (bench.mei, bench.clara, bench.lee):
        with pytest.raises(NotPermitted):
            actions_requests.ask(planned, "x", by=who, at=NOW)


def test_words_of_questions_stay_out_of_the_journal(planned: LandingCase, bench: Bench) -> None:
    request = asked(planned, bench)
    actions_requests.answer(request, "In Yizhuang.", by=bench.mei, at=NOW)
    said = "".join(str(e.before) + str(e.after) + e.reason for e in Entry.objects.filter(kind="cases.InfoRequest"))
    assert "racks" not in said and "Yizhuang" not in said


@pytest.mark.parametrize(
    ("days", "chased", "state"),
    [(8, 0, "open"), (9, 9, "open"), (20, 9, "open"), (21, 21, "open"), (44, 21, "open"), (45, 45, "expired")],
)
def test_a_question_is_chased_day_by_day_and_ends(
    planned: LandingCase, bench: Bench, days: int, chased: int, state: str
) -> None:
    request = asked(planned, bench)
    for day in range(1, days + 1):
        actions_requests.chase(later(day))
        actions_requests.chase(later(day))
    request.refresh_from_db()
    assert (request.chased, request.state) == (chased, state)
    reminders = Notice.objects.filter(user=bench.mei, kind="case_chased").count()
    assert reminders == (days >= 9) + (days >= 21)
    assert Notice.objects.filter(user=bench.anna, kind="case_unanswered").count() == (days >= 45)


def test_a_worker_that_slept_sends_one_chaser_and_not_two(planned: LandingCase, bench: Bench) -> None:
    asked(planned, bench)
    assert actions_requests.chase(later(30)) == 1
    assert Notice.objects.filter(user=bench.mei, kind="case_chased").count() == 1


def test_the_day_is_that_of_the_place_and_not_of_greenwich(planned: LandingCase, bench: Bench) -> None:
    evening = NOW.replace(hour=18)  # already the next day in Beijing
    request = actions_requests.ask(planned, "x", by=bench.anna, at=evening)
    assert Clock.objects.get(request=request).started == localdate(evening) == TODAY + timedelta(days=1)


def test_a_case_that_has_ended_takes_no_more_work(planned: LandingCase, bench: Bench) -> None:
    from luodi.casework.stages import End

    actions.end_case(planned, End.LOST, "price", by=bench.anna, at=NOW)
    case = LandingCase.objects.get()
    with pytest.raises(NotNow):
        asked(case, bench)
    with pytest.raises(NotNow):
        act_on_step(CaseStep.objects.filter(case=case, state="open")[0], StepAct.GRANT, by=bench.anna, at=NOW)


# ---- the book moves on


def test_a_step_that_was_withdrawn_from_the_book_stays_in_the_cases_that_have_it(
    planned: LandingCase, bench: Bench
) -> None:
    """Its row of the book is gone, and the case still says what it is, works on it and keeps its clock."""
    done(planned, bench, "domain-name-registration", "establishment-registration")
    row = step_of(planned, "icp-filing")
    CaseStep.objects.filter(pk=row.pk).update(step="withdrawn-in-2027")
    row.refresh_from_db()
    for lang in ("zh", "en"):
        for who, path in (
            ("anna", f"desk/cases/{planned.reference}/steps/"),
            ("anna", "desk/queue/"),
            ("anna", "desk/"),
            ("mei", f"cases/{planned.reference}/"),
            ("lee", "desk/figures/"),
        ):
            page = bench.client(who).get(f"/{lang}/{path}")
            assert page.status_code == 200, (who, path)
            assert row.title[lang] in page.content.decode() or "cases/" not in path, (who, path)
    act_on_step(row, StepAct.SUBMIT, by=bench.anna, at=NOW)
    assert Clock.objects.filter(step=row, stopped=None).exists()
    assert bench.client("anna").get("/en/desk/queue/").status_code == 200  # with its clock
    look_after_cases.func()
    actions_plan.ask_plan(planned, CLOUD, by=bench.anna, at=NOW)  # keeps what runs
    act_on_step(CaseStep.objects.get(pk=row.pk), StepAct.GRANT, by=bench.anna, at=NOW)
    kept = CaseStep.objects.get(pk=row.pk)
    assert (kept.state, kept.step, kept.title) == ("granted", "withdrawn-in-2027", row.title)
