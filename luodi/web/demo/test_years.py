"""The bureau of two years is one that a newcomer believes: whatever the site knows is there, in order, by its rules."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from luodi.calendar import WorkingCalendar
from luodi.casework.agreement import Says
from luodi.casework.evidence import kind_of_step
from luodi.casework.leads import Lead as LeadState
from luodi.casework.meetings import MeetingState
from luodi.casework.obstacles import ObstacleState
from luodi.casework.promises import PromiseState
from luodi.casework.stages import ORDER, End, Health, Stage
from luodi.casework.step_states import StepState
from luodi.web.accounts.models import Company, DemoWorld
from luodi.web.cases.models import CaseStep, Clock, LandingCase
from luodi.web.cases.models.agreements import Statement
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.evidence import shown_by
from luodi.web.companies.models import ImportRun, Merge
from luodi.web.dealings.models import Promise
from luodi.web.demo.data import colleagues, people
from luodi.web.demo.make import make
from luodi.web.docking.models import Demand, Meeting
from luodi.web.journal.models import Entry
from luodi.web.leads.models import Lead, Signal
from luodi.web.notices.models import Notice
from luodi.web.obstacles.models import Obstacle
from luodi.web.scorecard.models import Contribution, FrozenEdition
from luodi.web.scorecard.queries.editions import reproduced
from luodi.world.told import words

pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.fixture(scope="module", autouse=True)
def told(rows_of_module: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[int, int]]]:
    """The world, made once; how far it was as it was made."""
    heard: list[tuple[int, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path_factory.mktemp("files"))
        made = make(timezone.now(), progress=lambda done, of: heard.append((done, of)))
        assert made is not None and set(made) == {one.email for one in (*people(), *colleagues())}
        yield heard


def test_it_tells_how_far_it_is(told: list[tuple[int, int]]) -> None:
    assert told == [(number, len(told)) for number in range(1, len(told) + 1)] and DemoWorld.objects.count() == 1


def test_every_stage_end_and_health_is_there_and_cases_go_back_two_years() -> None:
    cases = list(LandingCase.objects.all())
    assert len(cases) >= 60
    assert {one.stage for one in cases if one.is_open} == set(Stage) and {one.end for one in cases} == set(End)
    assert {one.health for one in cases} == set(Health)
    assert min(one.opened for one in cases) < timezone.now() - timedelta(days=540)
    assert words()["stages"] == [stage.value for stage in ORDER]
    waiting = LandingCase.objects.filter(stage=Stage.CLAIMED, end=End.NONE)
    assert any(one.claims.filter(state="rejected").exists() for one in waiting), "no landing was claimed once more"
    assert Entry.objects.filter(kind="cases.LandingCase", act="reopen").exists()
    assert Merge.objects.filter(undone=None).count() == 1


def test_steps_clocks_and_questions_are_in_every_state() -> None:
    today = timezone.localdate()
    states = set(CaseStep.objects.values_list("state", flat=True))
    assert states >= {StepState.OPEN, StepState.SUBMITTED, StepState.QUESTION, StepState.GRANTED, StepState.REFUSED}
    running = Clock.objects.filter(stopped=None, case__end=End.NONE)
    assert running.filter(due__lt=today).exists() and running.filter(due__gte=today).exists()
    assert Clock.objects.filter(pauses__last=None, stopped=None).exists(), "no clock stands still"
    assert LandingCase.objects.filter(requests__state=RequestState.OPEN, end=End.NONE).count() >= 3


def test_leads_are_in_every_state_and_from_every_source() -> None:
    leads = list(Lead.objects.all())
    assert len(leads) >= 40 and {one.state for one in leads} == set(LeadState)
    by_hand = set(Signal.Kind) - {Signal.Kind.EVENT}  # of a guest of an event
    assert set(Signal.objects.values_list("kind", flat=True)) >= by_hand
    assert all(0 <= one.low <= one.high for one in leads), "a score is below zero"


def test_there_are_a_register_meetings_demands_promises_obstacles_and_editions() -> None:
    assert Company.objects.count() >= 2_000 and ImportRun.objects.get().read == 2_000
    assert {one.state for one in Meeting.objects.all()} == {MeetingState.HELD, MeetingState.ANNOUNCED}
    assert Demand.objects.filter(published__isnull=False).count() >= 7
    assert set(Promise.objects.values_list("state", flat=True)) >= {PromiseState.OPEN, PromiseState.KEPT}
    assert set(Statement.objects.values_list("says", flat=True)) >= {Says.PROPOSE, Says.AGREE, Says.DISPUTE}
    assert {*Obstacle.objects.values_list("state", flat=True)} >= {ObstacleState.RECEIVED, ObstacleState.CONFIRMED}
    editions = list(FrozenEdition.objects.order_by("number"))
    assert [one.number for one in editions] == [1, 2, 3]
    for one in editions:
        reproduced(one)
    assert Contribution.objects.filter(state="counted").count() >= 7


def test_officers_have_loads_that_people_can_bear() -> None:
    loads = Counter(LandingCase.objects.filter(end=End.NONE).values_list("officer__name", flat=True))
    assert len(loads) >= 9 and max(loads.values()) <= 15 and sum(load >= 3 for load in loads.values()) >= 7, loads


def test_at_least_ten_of_some_steps_were_closed_within_a_year() -> None:
    year = timezone.localdate() - timedelta(days=365)
    closed = CaseStep.objects.filter(state=StepState.GRANTED, decided__gte=year, submitted__isnull=False)
    often = {step for step, count in Counter(closed.values_list("step", flat=True)).items() if count >= 10}
    assert often >= {"establishment-registration", "foreign-investor-identity-authentication", "bank-account"}


def test_nobody_acts_on_a_day_on_which_offices_are_closed() -> None:
    calendar, days = WorkingCalendar.china(), dict[date, str]()
    for at, act in Entry.objects.exclude(actor=None).values_list("at", "act"):
        days[timezone.localdate(at)] = act
    closed = {day: act for day, act in days.items() if not calendar.is_working_day(day)}
    assert not closed and max(days) <= timezone.localdate()


def test_what_happened_to_a_case_happened_in_its_order() -> None:
    of_cases = Entry.objects.filter(kind="cases.LandingCase").order_by("number")
    last: dict[str, datetime] = {}
    for subject, at in of_cases.values_list("subject", "at"):
        assert last.get(subject, at) <= at, f"case {subject}"
        last[subject] = at


def test_no_step_is_granted_without_its_document_and_no_clock_runs_before_its_case() -> None:
    for case in LandingCase.objects.prefetch_related("steps", "authorisations__checked_by"):
        shown, opened = shown_by(case), timezone.localdate(case.opened)
        granted = [step for step in case.steps.all() if step.state == StepState.GRANTED]
        without = [step.step for step in granted if kind_of_step(step.step) and shown.get(step.step) is None]
        assert not without, (case.reference, without)
        for step in case.steps.all():
            days = [day for day in (opened, step.submitted, step.decided) if day is not None]
            assert days == sorted(days), (case.reference, step.step, days)
    clocks = Clock.objects.annotate(opened=F("case__opened"))
    early = [one for one in clocks if one.started < timezone.localdate(one.opened)]
    assert not early and not Clock.objects.filter(stopped__lt=F("started")).exists()


def test_what_was_told_long_ago_was_read_and_no_letter_goes_out_for_it() -> None:
    week_ago = timezone.now() - timedelta(days=7)
    assert not Notice.objects.filter(made__lt=week_ago, read=None).exists()
    assert not Notice.objects.filter(made__lt=week_ago, sent=None, withheld="").exists()
