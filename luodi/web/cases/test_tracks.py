"""The part with the steps of a case: what can be seen without opening anything."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from luodi.casework.step_states import StepAct
from luodi.casework.steps import TrackState
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import CLOUD, NOW, TODAY, Bench, grant, step_of
from luodi.web.cases.models import CaseStep, LandingCase
from luodi.web.cases.queries.steps import work_of
from luodi.web.cases.queries.tracks import TrackShown, folds, shown_tracks
from luodi.web.cases.test_pages import fields_of, send, shown_part
from luodi.web.cases.views.schedule import left_in_words

pytestmark = pytest.mark.django_db
STEP = "domain-name-registration"


def lane(case: LandingCase, name: str) -> TrackShown:
    return next(one for one in shown_tracks(work_of(case, TODAY)) if one.track.id == name)


def test_a_track_says_how_far_it_is_and_what_is_next_in_it_by_which_day(planned: LandingCase, bench: Bench) -> None:
    before = lane(planned, "operations")
    assert (before.state, before.done, before.due) == (TrackState.NOT_STARTED, 0, None)
    assert before.next is not None and before.ends == work_of(planned, TODAY).ends_of(before.next.row.step)
    act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    now = lane(planned, "operations")
    assert now.next is not None
    assert (now.next.row.step, now.due) == (STEP, TODAY + timedelta(days=7))  # five working days
    act_on_step(step_of(planned, STEP), StepAct.GRANT, by=bench.anna, at=NOW)
    after = lane(planned, "operations")
    assert (after.done, after.needed) == (1, now.needed)
    assert after.next is not None and after.next.row.step != STEP


def test_a_step_that_nobody_gives_a_time_has_an_open_end(planned: LandingCase, bench: Bench) -> None:
    for one in CaseStep.objects.filter(case=planned, track="licence", state="open").exclude(step="vats-pilot-approval"):
        act_on_step(one, StepAct.DROP, by=bench.anna, at=NOW, reason="x")
    found = lane(planned, "licence")
    assert found.next is not None and (found.next.row.step, found.due) == ("vats-pilot-approval", None)
    assert found.ends is not None and found.ends.latest is None
    page = shown_part(bench.client("anna"), planned, "steps")
    [row] = re.findall(rf'<tr id="step-{found.next.row.pk}".*?</tr>', page, re.DOTALL)
    assert "open in time" in row and "at the earliest, open end" in row and "<time" not in row


def test_what_stands_still_has_no_last_day_and_a_track_that_is_done_has_nothing_next(
    planned: LandingCase, bench: Bench
) -> None:
    step = act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    act_on_step(step, StepAct.QUESTION, by=bench.anna, at=NOW, reason="blurred")
    stuck = lane(planned, "operations")
    assert stuck.next is not None
    assert (stuck.state, stuck.next.row.step, stuck.due) == (TrackState.STUCK, STEP, None)
    assert stuck.ends is not None
    CaseStep.objects.filter(case=planned).exclude(track="people").update(state="granted")  # nothing holds them up
    for one in CaseStep.objects.filter(case=planned, track="people", state="open").order_by("place"):
        grant(one, bench)
    done = lane(planned, "people")
    assert (done.state, done.next, done.due, done.ends) == (TrackState.DONE, None, None, None)


def test_every_step_is_shown_once_open_ones_before_the_folds(planned: LandingCase, bench: Bench) -> None:
    act_on_step(step_of(planned, STEP), StepAct.GRANT, by=bench.anna, at=NOW)
    work = work_of(planned, TODAY)
    found = {name: {one.row.step for one in rows} for name, rows in folds(work)}
    assert list(found) == ["open", "aside", "over"]
    assert sum(map(len, found.values())) == len(work.rows) == len(set().union(*found.values()))
    assert found["over"] == {STEP} and "icp-filing" in found["open"] and "mlps-assessment" in found["aside"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_granted_steps_are_behind_a_fold_and_open_ones_are_not(bench: Bench, lang: str) -> None:
    from luodi.web.cases.actions import plan as actions_plan

    case = actions_plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=timezone.now())
    done = act_on_step(step_of(case, STEP), StepAct.GRANT, by=bench.anna, at=timezone.now())
    page = shown_part(bench.client("anna"), case, "steps", lang)
    head, fold = page.split('id="steps-over"')
    assert f'id="step-{done.pk}"' in fold and f'id="step-{step_of(case, "icp-filing").pk}"' in head
    lanes = re.search(r'<ul class="lanes">.*?</ul>', page, re.DOTALL)
    assert lanes is not None
    assert {"zh": "1/10 已完成", "en": "1 of 10 done"}[lang] in lanes[0]
    for address in re.findall(r'href="#(step-\d+)"', lanes[0]):
        assert f'id="{address}"' in head  # what is next stands open


def test_a_refused_act_on_a_step_behind_a_fold_opens_it(planned: LandingCase, bench: Bench) -> None:
    client, step = bench.client("anna"), planned.steps.filter(optional=True, state="open")[0]
    page = shown_part(client, planned, "steps")
    assert '<details class="fold" id="steps-aside">' in page
    refused = send(client, planned, "step", **fields_of(page, "step", step.pk), act="drop", reason="")
    assert refused.status_code == 422 and '<details class="fold" id="steps-aside" open>' in refused.text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_step_that_is_handed_in_too_early_is_told_what_it_waits_for(
    planned: LandingCase, bench: Bench, lang: str
) -> None:
    """Also where that was refused: the step stays blocked until it is granted or dropped."""
    need = act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    act_on_step(need, StepAct.REFUSE, by=bench.anna, at=NOW, reason="the name is taken")
    client, step = bench.client("anna"), step_of(planned, "icp-filing")
    given = {**fields_of(shown_part(client, planned, "steps"), "step", step.pk), "act": "submit"}
    refused = client.post(f"/{lang}/cases/{planned.reference}/act/step/", given)
    told = refused.text.split('class="problems"')[1][:600]
    assert refused.status_code == 422 and need.title[lang] in told
    act_on_step(step_of(planned, STEP), StepAct.DROP, by=bench.anna, at=NOW, reason="another name is there")
    now = next(one for one in work_of(planned, TODAY).rows if one.row.pk == step.pk)
    assert now.waits_for and need.title not in now.waits_for


@pytest.mark.parametrize(("lang", "mark"), [("zh", "时间未定："), ("en", "open in time: ")])
def test_the_time_left_names_the_steps_that_are_open_in_time_to_officer_and_company_alike(
    planned: LandingCase, bench: Bench, lang: str, mark: str
) -> None:
    work = work_of(planned, timezone.localdate())  # as the pages do
    words = left_in_words(work, lang)
    assert work.left.untimed and mark in words
    assert all(step_of(planned, name).title[lang] in words for name in work.left.untimed)
    for who, address in (("anna", "desk/cases"), ("mei", "cases")):
        page = bench.client(who).get(f"/{lang}/{address}/{planned.reference}/").text
        assert escape(words) in page, who
