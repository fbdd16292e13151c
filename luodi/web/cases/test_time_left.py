"""The time left of a case is a range with its open ends; what is not settled blocks what follows it and is asked."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from luodi.casework.step_states import StepAct
from luodi.casework.steps import StepBlocked
from luodi.errors import MissingKey, UnknownValue
from luodi.web.advisor.determinations import advice_in, answers_of
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions.plan import add_step, answer_fact
from luodi.web.cases.actions.stages import move_date
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.conftest import NOW, TODAY, WHOLE, Bench, step_of
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import unsettled
from luodi.web.cases.queries.law import time_left
from luodi.web.cases.queries.promises import Stands, promise_of
from luodi.web.cases.queries.steps import Work, work_of
from luodi.web.cases.test_pages import fields_of, send
from luodi.web.cases.views.schedule import left_in_words
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

pytestmark = pytest.mark.django_db
#: Waits for a licence of one province or of several: which, the coverage of the service says.
STEP = "idc-technical-evaluation"
FACT = "service_coverage"


@pytest.fixture(autouse=True)
def no_cached_plans() -> None:
    """Each test begins to number its plans anew."""
    unsettled._unsettled_in.cache_clear()


def state_of(work: Work, step: str) -> str:
    return next(one.state for one in work.rows if one.row.step == step)


def answered(case: LandingCase, bench: Bench, text: str) -> Work:
    answer_fact(case, {FACT: text}, by=bench.mei, at=NOW)
    return work_of(LandingCase.objects.get(pk=case.pk), TODAY)


# ---- what may be needed


def test_a_step_behind_one_that_is_not_settled_is_blocked_and_says_by_what(planned: LandingCase, bench: Bench) -> None:
    work = work_of(planned, TODAY)
    row = next(one for one in work.rows if one.row.step == STEP)
    assert row.state == "blocked"
    assert any("may be needed" in title["en"] and "尚不确定" in title["zh"] for title in row.waits_for)
    with pytest.raises(StepBlocked) as refused:
        act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW)
    assert "one province" in refused.value.said("en")
    with pytest.raises(StepBlocked):
        act_on_step(step_of(planned, STEP), StepAct.GRANT, by=bench.anna, at=NOW)
    assert act_on_step(step_of(planned, STEP), StepAct.SUBMIT, by=bench.anna, at=NOW, early=True).state == "submitted"


def test_the_answer_settles_the_steps_and_the_plan_is_reckoned_again(planned: LandingCase, bench: Bench) -> None:
    before, licences = work_of(planned, TODAY), {"vats-licence-intra-provincial", "vats-licence-cross-regional"}
    assert licences <= {row.id for row in before.unsettled.steps}
    after = answered(planned, bench, "one_province")
    assert not licences & {row.id for row in after.unsettled.steps}
    waits = {title["en"] for one in after.rows if one.row.step == STEP for title in one.waits_for}
    assert not any("may be needed" in title for title in waits)


@pytest.mark.parametrize(("text", "state"), [("true", "blocked"), ("false", None), ("~", None)])
def test_a_step_comes_in_with_a_yes_goes_with_a_no_and_stays_open_where_nobody_is_sure(
    planned: LandingCase, bench: Bench, text: str, state: str | None
) -> None:
    answer_fact(planned, {"operates_app": text}, by=bench.mei, at=NOW)
    work = work_of(LandingCase.objects.get(pk=planned.pk), TODAY)
    assert next((one.state for one in work.rows if one.row.step == "app-filing"), None) == state
    assert ("app-filing" in {row.id for row in work.unsettled.steps}) == (text == "~")


def test_who_is_not_sure_settles_nothing_and_is_asked_for_something_else_first(
    planned: LandingCase, bench: Bench
) -> None:
    first = work_of(planned, TODAY).unsettled.questions[0]
    assert first.name == FACT
    after = answered(planned, bench, "~")
    assert state_of(after, STEP) == "blocked"
    assert after.unsettled.questions[0].name != FACT and after.unsettled.questions[-1].name == FACT


def test_what_an_officer_takes_in_is_settled(planned: LandingCase, bench: Bench) -> None:
    step = add_step(planned, "app-filing", by=bench.anna, at=NOW)
    case = LandingCase.objects.get(pk=planned.pk)
    assert "app-filing" not in {row.id for row in work_of(case, TODAY).unsettled.steps}
    act_on_step(step, StepAct.DROP, by=bench.anna, at=NOW, reason="there is no app")
    case = LandingCase.objects.get(pk=planned.pk)
    assert "app-filing" not in {row.id for row in work_of(case, TODAY).unsettled.steps}


def test_a_case_with_all_its_facts_is_blocked_by_nothing_unsettled(bench: Bench) -> None:
    case = actions_plan.ask_plan(bench.open(), WHOLE, by=bench.anna, at=NOW)
    work = work_of(case, TODAY)
    assert not work.unsettled.steps and not work.unsettled.questions
    assert "not settled" not in left_in_words(work, "en")


def test_invariant_33_on_the_day_of_the_plan_each_step_ends_within_the_range_of_the_plan(planned: LandingCase) -> None:
    assert planned.determination is not None
    plan, work = advice_in(planned.determination), work_of(planned, TODAY)
    assert plan is not None
    for row in plan.steps:
        ends = work.ends_of(row.id)
        assert ends is not None
        assert ends.earliest == work.calendar.add_working_days(TODAY, row.finish.min), row.id
        last = None if row.finish.max is None else work.calendar.add_working_days(TODAY, row.finish.max)
        assert ends.latest == last, row.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_33_officer_company_and_program_are_told_the_same_range(
    bench: Bench, planned: LandingCase, lang: str
) -> None:
    work = work_of(planned, timezone.localdate())
    words = left_in_words(work, lang)
    assert (
        work.ends.latest is None and {"zh": "最晚完成日无法预计", "en": "nobody can tell the latest end"}[lang] in words
    )
    places = {
        "anna": (f"desk/cases/{planned.reference}/", f"desk/cases/{planned.reference}/steps/"),
        "mei": (f"cases/{planned.reference}/",),
    }
    for who, addresses in places.items():
        for address in addresses:
            assert escape(words) in bench.client(who).get(f"/{lang}/{address}").text, (who, address)
    drawn = bench.client("mei").post(f"/{lang}/cases/{planned.reference}/schedule.svg").content.decode()
    assert words[:20] in unescape(drawn)


@pytest.mark.parametrize("start", ["planned", "taken_in"])
def test_invariant_33_a_change_of_law_begins_with_the_range_that_the_case_shows(
    planned: LandingCase, bench: Bench, start: str
) -> None:
    assert planned.determination is not None
    plan = advice_in(planned.determination)
    assert plan is not None
    if start == "taken_in":
        add_step(planned, work_of(planned, TODAY).unsettled.steps[0].id, by=bench.anna, at=NOW)
    case = LandingCase.objects.get(pk=planned.pk)
    work, found = work_of(case, TODAY), time_left(case, case.steps.all(), plan, TODAY)
    assert (found.least, found.most) == (work.left.least, None if work.left.is_open else work.left.days)


# ---- the question on the page of the company


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_company_sees_the_missing_fact_first_and_answers_it_there(
    planned: LandingCase, bench: Bench, lang: str
) -> None:
    client, address = bench.client("mei"), f"/{lang}/cases/{planned.reference}/"
    page = client.get(address).text
    question = work_of(planned, TODAY).unsettled.questions[0]
    assert question.text[lang] in unescape(page)
    assert page.index('id="fact"') < min(page.index(f'id="{name}"') for name in ("questions", "proofs", "path"))
    given = {**fields_of(page, "answer_fact"), FACT: "one_province"}
    sent = client.post(f"{address}act/answer_fact/", given)
    assert (sent.status_code, sent["Location"]) == (302, address)
    case = LandingCase.objects.get(pk=planned.pk)
    assert case.determination is not None and answers_of(case.determination).given[FACT] == "one_province"
    assert case.determination.replaces_id == planned.determination_id
    [entry] = Entry.objects.filter(act="answer_fact")
    assert entry.actor == bench.mei.pk and entry.after["facts"] == f"{FACT}: one_province"
    assert Notice.objects.filter(user=bench.anna, kind="case_fact").count() == 1
    again = client.post(f"{address}act/answer_fact/", given)  # the second of two clicks
    assert again.status_code == 302 and Entry.objects.filter(act="answer_fact").count() == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("text", ["", "the moon"])
def test_an_answer_that_is_none_is_refused_where_it_was_given(
    planned: LandingCase, bench: Bench, lang: str, text: str
) -> None:
    client, address = bench.client("mei"), f"/{lang}/cases/{planned.reference}/"
    given = {**fields_of(client.get(address).text, "answer_fact"), FACT: text}
    refused = client.post(f"{address}act/answer_fact/", given)
    assert refused.status_code == 422 and 'class="problems"' in refused.text
    assert LandingCase.objects.get(pk=planned.pk).determination_id == planned.determination_id


def test_the_officer_notes_an_answer_and_nobody_else_does(planned: LandingCase, bench: Bench) -> None:
    with pytest.raises(NotPermitted):
        answer_fact(planned, {FACT: "national"}, by=bench.clara, at=NOW)
    sent = send(
        bench.client("anna"), planned, "answer_fact", **{FACT: "national", "key": new_key(), "version": planned.version}
    )
    assert sent.status_code == 302
    assert bench.client("clara").post(f"/en/cases/{planned.reference}/act/answer_fact/").status_code == 404


def test_two_answers_at_once_are_not_mixed(planned: LandingCase, bench: Bench) -> None:
    answer_fact(planned, {FACT: "national"}, by=bench.mei, at=NOW, version=planned.version)
    with pytest.raises(StaleVersion):
        answer_fact(planned, {FACT: "one_province"}, by=bench.anna, at=NOW, version=planned.version)


def test_a_fact_that_settles_nothing_is_not_taken(planned: LandingCase, bench: Bench) -> None:
    with pytest.raises(UnknownValue):
        answer_fact(planned, {"operates_website": "false"}, by=bench.mei, at=NOW)
    with pytest.raises(UnknownValue):
        answer_fact(planned, {FACT: "the moon"}, by=bench.mei, at=NOW)
    with pytest.raises(MissingKey):
        answer_fact(planned, {}, by=bench.mei, at=NOW)
    with pytest.raises(MissingKey):
        answer_fact(bench.open(), {FACT: "national"}, by=bench.mei, at=NOW)


# ---- the day that was promised


def promised(case: LandingCase, bench: Bench, day: date) -> LandingCase:
    if case.estimated is None:
        move_date(case, day, "agreed", by=bench.anna, at=NOW)
    LandingCase.objects.filter(pk=case.pk).moved(day)  # as once a leader agrees
    return LandingCase.objects.get(pk=case.pk)


@pytest.fixture
def closed(bench: Bench) -> LandingCase:
    """A case whose last end is known: nothing in it is open in time."""
    case = actions_plan.ask_plan(bench.open(), WHOLE, by=bench.anna, at=NOW)
    work = work_of(case, TODAY)
    for name in work.left.untimed:
        act_on_step(step_of(case, name), StepAct.DROP, by=bench.anna, at=NOW, reason="x")
    return LandingCase.objects.get(pk=case.pk)


def test_without_a_promise_nothing_is_early_or_late(planned: LandingCase) -> None:
    assert promise_of(planned, work_of(planned, TODAY)) is None


def test_late_is_what_ends_after_the_promised_day_at_the_earliest(closed: LandingCase, bench: Bench) -> None:
    ends = work_of(closed, TODAY).ends
    assert ends.latest is not None and ends.earliest < ends.latest
    day, cal = ends.earliest, work_of(closed, TODAY).calendar
    for promise, stands, days in (
        (cal.add_working_days(day, 0), Stands.WITHIN, 0),  # the day itself
        (day - timedelta(days=3), Stands.LATE, 1),  # the Friday before
        (ends.latest, Stands.WITHIN, 0),
        (cal.add_working_days(ends.latest, 1), Stands.AHEAD, 1),
    ):
        case = promised(closed, bench, promise)
        found = promise_of(case, work_of(case, TODAY))
        assert found is not None and (found.stands, found.days) == (stands, days), promise
        closed = case


def test_an_open_end_is_never_ahead(planned: LandingCase, bench: Bench) -> None:
    case = promised(planned, bench, TODAY + timedelta(days=2000))
    found = promise_of(case, work_of(case, TODAY))
    assert found is not None and (found.stands, found.ends.latest) == (Stands.WITHIN, None)


def test_a_promised_day_that_passed_is_late(closed: LandingCase, bench: Bench) -> None:
    case = promised(closed, bench, TODAY + timedelta(days=1))
    late = promise_of(case, work_of(case, TODAY + timedelta(days=30)))
    assert late is not None and late.stands is Stands.LATE


@pytest.mark.parametrize(("lang", "words"), [("zh", "尚未承诺落地日"), ("en", "No day of landing was promised")])
def test_pages_say_early_and_late_against_the_promise_alone(
    planned: LandingCase, bench: Bench, lang: str, words: str
) -> None:
    pages: list[tuple[Client, str]] = [
        (bench.client("anna"), f"/{lang}/desk/cases/{planned.reference}/"),
        (bench.client("anna"), f"/{lang}/desk/cases/{planned.reference}/steps/"),
        (bench.client("mei"), f"/{lang}/cases/{planned.reference}/"),
    ]
    for client, address in pages:
        assert words in client.get(address).text, address
    promised(planned, bench, date(2026, 3, 11))
    for client, address in pages:
        page = client.get(address).text
        assert words not in page and {"zh": "至少延误", "en": "it will be at least"}[lang] in page, address
