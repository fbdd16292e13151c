"""Obstacles: one responsible unit and a day, an answer that the company judges, policy questions that tell all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luodi.casework.obstacles import IssueAct, ObstacleAct, ObstacleKind
from luodi.casework.states import NotNow
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.conftest import NOW, TODAY, Bench, bench
from luodi.web.conftest import person
from luodi.web.core.context import acting_as
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.notices.models import Notice
from luodi.web.obstacles import actions, queries
from luodi.web.obstacles.agenda import day_rows
from luodi.web.obstacles.models import Obstacle, PolicyIssue

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
STEP = ("step", "icp-filing")
LATER = TODAY + timedelta(days=60)


def told(kind: str) -> list[str]:
    return [one.user.name for one in Notice.objects.filter(kind=kind).order_by("pk")]


def raised(bench: Bench, **more: Any) -> Obstacle:
    given = {"case": bench.open(), "about": STEP, "by": bench.mei, "at": NOW, **more}
    return actions.raise_obstacle(bench.company, ObstacleKind.REQUEST, "The form asks for a local telephone.", **given)


def answered(bench: Bench) -> Obstacle:
    row = raised(bench)
    for act, words in ((ObstacleAct.ACCEPT, ""), (ObstacleAct.ASSIGN, ""), (ObstacleAct.ANSWER, "Leave it empty.")):
        row = actions.handle(row, act, words, by=bench.anna, at=NOW)
    return row


# ---- raising


def test_what_a_company_reports_goes_to_the_unit_of_its_case_by_a_day(bench: Bench) -> None:
    row = raised(bench)
    assert (row.unit, row.state, row.about) == (bench.here, "received", "icp-filing")
    assert row.due == TODAY + timedelta(days=14)  # ten working days
    assert told("obstacle_raised") == ["Anna", "Ben"]


def test_without_a_case_it_goes_to_the_unit_that_receives_enquiries(bench: Bench) -> None:
    row = raised(bench, case=None, about=("", ""))
    assert row.unit == bench.city


def test_with_no_unit_at_all_nobody_is_promised_an_answer(bench: Bench) -> None:
    Unit.objects.filter(parent=None).update(closes=TODAY - timedelta(days=1))
    with pytest.raises(UnknownValue):
        raised(bench, case=None)


def test_two_clicks_report_once(bench: Bench) -> None:
    key, case = new_key(), bench.open()
    assert raised(bench, key=key, case=case) == raised(bench, key=key, case=case)
    assert Obstacle.objects.count() == 1 and len(told("obstacle_raised")) == 2


@pytest.mark.parametrize(
    ("more", "error"),
    [({"about": ("step", "no-such-step")}, UnknownValue), ({"about": ("nonsense", "x")}, UnknownValue)],
)
def test_what_is_about_nothing_there_is_refused(bench: Bench, more: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        raised(bench, **more)
    assert not Obstacle.objects.exists()


def test_nobody_reports_for_a_company_of_others(bench: Bench) -> None:
    rolf = person("rolf", Role.REPRESENTATIVE, bench.other)
    for by in (rolf, bench.clara, bench.lee):
        with pytest.raises(NotPermitted):
            raised(bench, by=by)
    with pytest.raises(UnknownValue):  # nor with another's case
        actions.raise_obstacle(bench.other, ObstacleKind.REQUEST, "x", by=rolf, at=NOW, case=bench.open())
    assert not Obstacle.objects.exists() and not Notice.objects.exists()
    assert raised(bench, by=bench.anna).raised_by == bench.anna


def test_invariant_21_every_open_obstacle_has_one_responsible_unit_and_a_day(bench: Bench) -> None:
    row = raised(bench)
    for field in ("unit", "due"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Obstacle.objects.filter(pk=row.pk).update(**{field: None})
    row = actions.pass_on(row, bench.aside, "They keep the form.", by=bench.anna, at=NOW)
    assert (row.unit, row.officer, row.state, row.due) == (bench.aside, None, "received", TODAY + timedelta(days=14))


# ---- handling


def test_it_is_answered_judged_opened_again_and_closed(bench: Bench) -> None:
    row = answered(bench)
    assert told("obstacle_moved") == ["Mei"] * 2  # accepted, answered; that it was assigned is the unit's own matter
    later = NOW + timedelta(days=7)
    row = actions.handle(row, ObstacleAct.REOPEN, "The form refuses it.", by=bench.mei, at=later)
    assert (row.state, row.due) == ("reopened", TODAY + timedelta(days=21)) and told("obstacle_judged") == ["Anna"]
    row = actions.handle(row, ObstacleAct.ASSIGN, by=bench.ben, at=later)
    row = actions.handle(row, ObstacleAct.ANSWER, "The form was mended.", by=bench.ben, at=later)
    row = actions.handle(row, ObstacleAct.CONFIRM, by=bench.mei, at=later)
    assert actions.handle(row, ObstacleAct.CLOSE, by=bench.anna, at=later).state == "closed"


@pytest.mark.parametrize("act", [ObstacleAct.REFUSE, ObstacleAct.ANSWER])
def test_an_answer_and_a_refusal_have_words(bench: Bench, act: ObstacleAct) -> None:
    row = actions.handle(raised(bench), ObstacleAct.ACCEPT, by=bench.anna, at=NOW)
    if act is ObstacleAct.ANSWER:
        row = actions.handle(row, ObstacleAct.ASSIGN, by=bench.anna, at=NOW)
    with pytest.raises(MissingKey):
        actions.handle(row, act, " ", by=bench.anna, at=NOW)


def test_each_side_does_what_is_its_own(bench: Bench) -> None:
    row = answered(bench)
    for by in (bench.anna, bench.clara, bench.lee):
        with pytest.raises(NotPermitted):
            actions.handle(row, ObstacleAct.CONFIRM, by=by, at=NOW)
        with pytest.raises(NotPermitted):
            actions.rate(row, 5, by=by, at=NOW)
    for by in (bench.mei, bench.clara, bench.lee):
        with pytest.raises(NotPermitted):
            actions.handle(row, ObstacleAct.CLOSE, by=by, at=NOW)


def test_an_officer_of_another_unit_cannot_be_given_it(bench: Bench) -> None:
    row = actions.handle(raised(bench), ObstacleAct.ACCEPT, by=bench.anna, at=NOW)
    with pytest.raises(UnknownValue):
        actions.handle(row, ObstacleAct.ASSIGN, by=bench.anna, at=NOW, officer=bench.clara)
    assert actions.handle(row, ObstacleAct.ASSIGN, by=bench.anna, at=NOW, officer=bench.ben).officer == bench.ben


def test_a_stale_form_changes_nothing(bench: Bench) -> None:
    row = raised(bench)
    actions.handle(row, ObstacleAct.ACCEPT, by=bench.anna, at=NOW, version=1)
    with pytest.raises(StaleVersion):
        actions.handle(row, ObstacleAct.REFUSE, "no", by=bench.ben, at=NOW, version=1)


def test_the_company_rates_what_was_answered_from_one_to_five(bench: Bench) -> None:
    row = answered(bench)
    for wrong in (0, 6):
        with pytest.raises(OutOfRange):
            actions.rate(row, wrong, by=bench.mei, at=NOW)
    assert actions.rate(row, 4, "Quick.", by=bench.mei, at=NOW).rating == 4
    with pytest.raises(NotNow):
        actions.rate(raised(bench), 5, by=bench.mei, at=NOW)


def test_after_it_was_passed_on_the_unit_of_the_case_still_reads_and_does_not_act(bench: Bench) -> None:
    row = actions.pass_on(raised(bench), bench.aside, "Theirs.", by=bench.anna, at=NOW)
    assert visible(bench.anna, Obstacle.objects.all()).exists() and "Clara" in told("obstacle_raised")
    with pytest.raises(NotPermitted):
        actions.handle(row, ObstacleAct.ACCEPT, by=bench.anna, at=NOW)
    with pytest.raises(UnknownValue):
        actions.pass_on(row, bench.aside, "again", by=bench.clara, at=NOW)


# ---- policy questions


@pytest.fixture
def paula(bench: Bench) -> User:
    return person("paula", Role.POLICY_OFFICER)


def issue(bench: Bench, *obstacles: Obstacle, by: User) -> PolicyIssue:
    return actions.open_issue(
        "The telephone", "Must it be local?", bench.city, LATER, by=by, at=NOW, about=STEP, obstacles=obstacles
    )


def test_the_change_is_told_to_everybody_who_raised_it(bench: Bench, paula: User) -> None:
    rolf = person("rolf", Role.REPRESENTATIVE, bench.other)
    theirs = actions.raise_obstacle(bench.other, ObstacleKind.COMPLAINT, "The same", by=rolf, at=NOW, about=STEP)
    ours, apart = raised(bench), raised(bench)
    made = issue(bench, ours, theirs, by=paula)
    assert {one.issue for one in Obstacle.objects.exclude(pk=apart.pk)} == {made}
    made = actions.settle_issue(made, IssueAct.STUDY, by=paula, at=NOW)
    assert told("issue_settled") == []
    with pytest.raises(MissingKey):
        actions.settle_issue(made, IssueAct.CHANGE, by=paula, at=NOW)
    actions.settle_issue(made, IssueAct.CHANGE, "Any telephone will do from May.", by=paula, at=NOW)
    assert sorted(told("issue_settled")) == ["Mei", "Rolf"]
    page = bench.client("mei").get(f"/en/obstacles/{ours.pk}/").text
    assert "Any telephone will do from May." in page
    late = actions.join_issue(apart, PolicyIssue.objects.get(), by=paula, at=NOW)
    assert late.issue == made and sorted(told("issue_settled")) == ["Mei", "Mei", "Rolf"]


def test_a_policy_question_is_for_those_who_keep_rules_and_its_unit(bench: Bench, paula: User) -> None:
    made = issue(bench, raised(bench), by=paula)
    for by in (bench.mei, bench.anna, bench.lee):
        with pytest.raises(NotPermitted):
            actions.settle_issue(made, IssueAct.STUDY, by=by, at=NOW)
    assert not visible(bench.mei, PolicyIssue.objects.all()).exists()


# ---- lists


def test_the_list_by_rule_and_bureau_counts_and_says_how_old(bench: Bench, paula: User) -> None:
    raised(bench, at=NOW - timedelta(days=8), by=bench.anna)
    raised(bench)
    actions.rate(answered(bench), 4, by=bench.mei, at=NOW)
    raised(bench, about=("", ""))
    rows = queries.by_rule(paula)
    assert [(r["about"], r["unit"], r["open"], r["all"], r["rated"]) for r in rows] == [
        ("icp-filing", bench.here.pk, 2, 3, 1),
        ("", bench.here.pk, 1, 1, 0),
    ]
    assert (NOW - rows[0]["oldest"]).days == 8 and rows[0]["mean"] == 4
    assert queries.by_rule(bench.clara) == []
    found = queries.OBSTACLES.found(paula, {"about": "step/icp-filing", "unit": str(bench.here.pk)}, on=TODAY)
    assert found.count() == 3


def test_lists_ask_a_fixed_number_of_questions(bench: Bench, django_assert_max_num_queries: Any) -> None:
    for _ in range(8):
        raised(bench)
    with django_assert_max_num_queries(4):
        assert len([str(one.case) for one in queries.OBSTACLES.found(bench.anna, {"state": "open"}, on=TODAY)]) == 8
    with django_assert_max_num_queries(5), acting_as("task"):
        rows = day_rows(bench.anna, TODAY + timedelta(days=15), 5)
    assert [row.band for row in rows] == ["overdue"] * 5 and day_rows(bench.clara, TODAY, 5) == []
    assert queries.OBSTACLES.found(bench.anna, {"state": "late"}, on=TODAY + timedelta(days=14)).count() == 0
    assert queries.OBSTACLES.found(bench.anna, {"state": "late"}, on=TODAY + timedelta(days=15)).count() == 8


def test_whoever_no_longer_acts_for_the_company_is_told_nothing_more(bench: Bench) -> None:
    """Mei raised it; she has left, and Noor acts for the company now."""
    row = answered(bench)
    before = told("obstacle_moved")
    noor = person("noor", Role.REPRESENTATIVE, bench.company)
    bench.mei.memberships.update(ends=TODAY)
    row = actions.handle(row, ObstacleAct.CONFIRM, by=noor, at=NOW)
    actions.handle(row, ObstacleAct.CLOSE, by=bench.anna, at=NOW)
    assert told("obstacle_moved")[len(before) :] == [noor.name]
