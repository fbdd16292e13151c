"""What offices took, from the steps that they decided: counted each night, shown beside law and usual, opened to the
cases that the reader may see."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from luodi.calendar import WorkingCalendar
from luodi.casework.stages import End
from luodi.casework.step_states import StepAct
from luodi.web.accounts.models import Company, Unit
from luodi.web.advisor.models import ObservedTime
from luodi.web.advisor.observed import observed_on
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import steps as actions_steps
from luodi.web.cases.actions.calendars import set_day
from luodi.web.cases.actions.observed import count_times
from luodi.web.cases.conftest import CLOUD, NOW, TODAY, WHOLE, Bench, step_of
from luodi.web.cases.models import CaseStep, Clock, LandingCase, Pause
from luodi.web.cases.tasks import observe_times
from luodi.web.conftest import person
from luodi.web.core.roles import Role

pytestmark = pytest.mark.django_db
CHINA = WorkingCalendar.china()
STEP = "establishment-registration"
OFFICE = {"zh": "北京市市场监督管理局", "en": "Beijing market regulator"}


def decided(
    unit: Unit, company: Company, n: int, *, on: date = TODAY, days: int = 10, step: str = STEP, **more: Any
) -> list[CaseStep]:
    """So many cases of a company, of which an office decided a step; each took a working day more, from `days` on."""
    made = []
    for number in range(n):
        case = LandingCase.objects.create(
            reference=f"LD-T-{LandingCase.objects.count()}",
            company=company,
            unit=unit,
            opened=NOW,
            since=NOW,
            changed=NOW,
        )
        filed = working_days_before(on, days + number)
        values = {"state": "granted", "submitted": filed, "decided": on, "authority": OFFICE, **more}
        made.append(
            CaseStep.objects.create(
                case=case,
                step=step,
                place=0,
                track="licence",
                title={"zh": "设立登记", "en": "Registration"},
                planned_start=on,
                planned_finish=on,
                first_start=on,
                first_finish=on,
                changed=NOW,
                **values,
            )
        )
        Clock.objects.create(case=case, step=made[-1], kind="step", started=made[-1].submitted, stopped=on)
    return made


def working_days_before(day: date, n: int) -> date:
    for _ in range(n):
        day = CHINA.working_day_up_to(day - timedelta(days=1))
    return day


def count(step: str = STEP) -> ObservedTime | None:
    count_times(NOW)
    return ObservedTime.objects.filter(last=TODAY, step=step).first()


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_nine_decisions_are_counted_and_never_shown(bench: Bench) -> None:
    decided(bench.here, bench.company, 9)
    row = count()
    assert row is not None and (row.n, row.least, row.most) == (9, None, None)
    assert observed_on(TODAY).rows == ()
    for path in ("/en/desk/observed-times/?enough=few", f"/en/desk/observed-times/{row.pk}/"):
        text = shown(bench.client("clara"), path)
        assert "ewer than 10" in text and ">9<" not in text and "n = 9" not in text
    assert "Registration" not in shown(bench.client("clara"), "/en/desk/observed-times/")


def test_ten_are_shown_with_what_law_and_usage_say(bench: Bench) -> None:
    rows = decided(bench.here, bench.company, 10)
    took = sorted(CHINA.working_days_between(row.submitted, TODAY) for row in rows if row.submitted)
    row = count()
    assert row is not None and (row.n, row.least, row.most) == (10, took[0], took[8])
    assert (row.first, row.last) == (TODAY - timedelta(days=364), TODAY)
    for lang, words in (("en", f"{took[0]} to {took[8]} working days"), ("zh", f"{took[0]}至{took[8]}个工作日")):
        text = shown(bench.client("anna"), f"/{lang}/desk/observed-times/")
        assert words in text and OFFICE[lang] in text and ("usually" in text or "通常" in text)


@pytest.mark.parametrize(("ago", "counts"), [(0, True), (364, True), (365, False), (366, False)])
def test_the_last_365_days_count(ago: int, counts: bool, bench: Bench) -> None:
    decided(bench.here, bench.company, 10, on=TODAY - timedelta(days=ago))
    assert (count() is not None) is counts


def test_days_on_which_the_office_asked_are_taken_out(bench: Bench) -> None:
    for row in decided(bench.here, bench.company, 10, days=20):
        Pause.objects.create(
            clock=row.clocks.get(), first=TODAY - timedelta(days=14), last=TODAY - timedelta(days=7), cause="a paper"
        )
    row = count()
    assert row is not None and row.least is not None and row.whole_least is not None
    waited = CHINA.working_days_between(TODAY - timedelta(days=14), TODAY - timedelta(days=7))
    assert row.whole_least - row.least == waited == 6  # with a Saturday that was worked in exchange
    assert "with waiting for the company" in shown(bench.client("anna"), "/en/desk/observed-times/")
    assert f'<span class="num">{waited}</span>' in shown(bench.client("anna"), f"/en/desk/observed-times/{row.pk}/")


def test_a_pause_of_an_earlier_filing_is_none_of_this_one(bench: Bench) -> None:
    for row in decided(bench.here, bench.company, 10, days=10):
        day = row.submitted - timedelta(days=30)
        before = Clock.objects.create(case=row.case, step=row, kind="step", started=day, stopped=day + timedelta(9))
        Pause.objects.create(clock=before, first=day, last=day + timedelta(days=9), cause="a paper")
    row = count()
    assert row is not None and row.least == row.whole_least


def test_the_working_days_are_those_of_the_unit(bench: Bench) -> None:
    decided(bench.here, bench.company, 10)
    before = count()
    set_day(bench.here, TODAY - timedelta(days=1), False, "The hall is moved.", by=bench.anna, at=NOW)
    after = count()
    assert before is not None and after is not None and before.least is not None
    assert after.least == before.least - 1


@pytest.mark.parametrize(
    "change",
    [
        {"state": "withdrawn"},
        {"state": "not_needed"},
        {"state": "submitted", "decided": None},
        {"submitted": None},
        {"runs_with": "company-name-declaration"},
        {"basis_of_days": {"rests": "own"}},
        {"basis_of_days": {"rests": "duty"}},
    ],
)
def test_what_no_office_decided_is_not_counted(change: dict[str, Any], bench: Bench) -> None:
    steps = decided(bench.here, bench.company, 10)
    CaseStep.objects.filter(pk=steps[0].pk).update(**change)
    row = count()
    assert row is not None and (row.n, row.least) == (9, None)


def test_a_refusal_is_a_decision_and_an_ended_case_keeps_its_own(bench: Bench) -> None:
    steps = decided(bench.here, bench.company, 10)
    CaseStep.objects.filter(pk=steps[0].pk).update(state="refused")
    LandingCase.objects.filter(pk=steps[1].case_id).update(end=End.WITHDRAWN, ended=TODAY)
    row = count()
    assert row is not None and row.n == 10


def test_the_same_application_in_two_cases_of_a_company_counts_once(bench: Bench) -> None:
    decided(bench.here, bench.company, 10)
    again = decided(bench.aside, bench.other, 1)
    row = count()
    assert row is not None and row.n == 11
    LandingCase.objects.filter(pk=again[0].case_id).update(company=bench.company)  # as a merge does
    row = count()
    assert row is not None and row.n == 10


def test_what_is_corrected_is_followed_by_the_next_count_and_a_second_one_changes_nothing(bench: Bench) -> None:
    steps = decided(bench.here, bench.company, 10)
    assert count() is not None
    kept = sorted(ObservedTime.objects.values_list())
    count()
    assert sorted(ObservedTime.objects.values_list()) == kept
    CaseStep.objects.filter(pk=steps[0].pk).update(decided=TODAY - timedelta(days=400))
    row = count()
    assert row is not None and (row.n, row.least) == (9, None)
    CaseStep.objects.all().update(state="withdrawn")
    assert count() is None


def test_a_figure_opens_to_the_cases_that_the_reader_may_see(bench: Bench) -> None:
    near, far = decided(bench.here, bench.company, 7), decided(bench.aside, bench.other, 4)
    row = count()
    assert row is not None
    path = f"/en/desk/observed-times/{row.pk}/"
    for who, yours, theirs in (("anna", near, far), ("clara", far, near)):
        text = shown(bench.client(who), path)
        assert "n = 11" in text and f"Yours to open: {len(yours)}." in text
        assert all(f">{one.case.reference}<" in text for one in yours)
        assert not any(f">{one.case.reference}<" in text for one in theirs)
    assert "Yours to open: 11." in shown(bench.client("lee"), path)
    client = Client()
    client.force_login(person("gao", Role.POLICY_OFFICER))
    assert "Yours to open: 0." in shown(client, path) and "None of these cases" in shown(client, path)
    assert bench.client("mei").get(path).status_code == 403


def test_the_list_is_narrowed_by_step_and_office_in_either_language(bench: Bench) -> None:
    decided(bench.here, bench.company, 10), decided(bench.here, bench.company, 10, step="icp-filing")
    count()
    for word, found in (("市场监督", 2), ("Beijing market", 2), ("ICP", 1), ("nowhere", 0)):
        text = shown(bench.client("anna"), f"/en/desk/observed-times/?words={word}")
        assert sum(f"/desk/observed-times/{row.pk}/" in text for row in ObservedTime.objects.all()) == found, word


def test_the_night_counts_and_a_count_asks_the_same_of_more_cases(bench: Bench) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            observe_times.func()
        return len(seen)

    today = timezone.localdate()
    decided(bench.here, bench.company, 10, on=today)
    first = asked()
    decided(bench.here, bench.company, 10, on=today), decided(bench.aside, bench.other, 10, on=today)
    assert asked() == first
    assert ObservedTime.objects.get(last=today).n == 20


def test_a_real_course_of_a_step_is_counted(bench: Bench) -> None:
    """By the actions of the desk: handed in, asked, answered, refused."""
    case = actions_plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    for act, days, reason in ((StepAct.SUBMIT, 0, ""), (StepAct.QUESTION, 2, "a paper"), (StepAct.ANSWER, 6, "")):
        step = step_of(case, "mlps-grading-and-filing")
        at = NOW + timedelta(days=days)
        actions_steps.act_on_step(step, act, by=bench.anna, at=at, reason=reason, early=act is StepAct.SUBMIT)
    end = NOW + timedelta(days=9)
    actions_steps.act_on_step(
        step_of(case, "mlps-grading-and-filing"), StepAct.REFUSE, by=bench.anna, at=end, reason="x"
    )
    assert count_times(end) == 1
    row = ObservedTime.objects.get()
    assert (row.step, row.n, row.office) == ("mlps-grading-and-filing", 1, step_of(case, row.step).authority["zh"])


# ---- plans


@pytest.fixture
def seen(bench: Bench) -> ObservedTime:
    """At the office that a plan of today names."""
    case = actions_plan.ask_plan(bench.open(), WHOLE, by=bench.anna, at=NOW)
    office = step_of(case, STEP).authority
    decided(bench.here, bench.company, 23, authority=office)
    row = count()
    assert row is not None and row.most is not None
    return row


def words_of(row: ObservedTime) -> str:
    return f"here: {row.least} to {row.most} working days in the last year (n = 23)"


def test_plans_show_it_beside_law_and_usual_on_the_page_and_in_files(seen: ObservedTime, bench: Bench) -> None:
    client = Client()
    for path in (f"/en/advisor/plan/?{WHOLE}&on=2026-03-10", f"/en/advisor/plan.html?{WHOLE}&on=2026-03-10"):
        assert words_of(seen) in shown(client, path), path
    document = client.get(f"/en/advisor/plan.json?{WHOLE}&on=2026-03-10").json()
    times = {row["id"]: row["time"]["observed"] for row in document["steps"]}
    assert times[STEP]["n"] == 23 and times[STEP]["min"] == seen.least
    assert words_of(seen) not in shown(
        client, f"/en/advisor/plan/?{WHOLE}&on=2026-03-09"
    )  # not counted yet on that day


def test_the_plan_of_a_case_keeps_what_was_shown_on_its_day(seen: ObservedTime, bench: Bench) -> None:
    from luodi.web.advisor.determinations import advice_in

    case = actions_plan.renew_plan(LandingCase.objects.get(reference__startswith="LD-2026"), by=bench.anna, at=NOW)
    ObservedTime.objects.all().delete()
    plan = advice_in(case.determination)
    found = next(row.time.observed for row in plan.steps if row.id == STEP)
    assert found is not None and found.n == 23


def test_no_day_of_a_case_rests_on_it(seen: ObservedTime, bench: Bench) -> None:
    before = actions.open_case(bench.other, bench.here, by=bench.anna, at=NOW)
    days = dict(step_of_all(actions_plan.ask_plan(before, WHOLE, by=bench.anna, at=NOW)))
    ObservedTime.objects.all().delete()
    after = actions.open_case(bench.other, bench.here, by=bench.anna, at=NOW)
    assert dict(step_of_all(actions_plan.ask_plan(after, WHOLE, by=bench.anna, at=NOW))) == days


def step_of_all(case: LandingCase) -> list[tuple[str, tuple[date, date, int | None]]]:
    return [(row.step, (row.planned_start, row.planned_finish, row.days)) for row in case.steps.all()]
