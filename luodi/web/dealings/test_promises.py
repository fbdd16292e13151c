"""Promises, propositions, talks and tasks: who owes what by when, what the company sees, and what it says to it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luodi.casework.promises import PromiseAct
from luodi.casework.propositions import OfferAct
from luodi.casework.states import NotNow
from luodi.casework.tasks import TaskAct
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.cases.conftest import NOW, TODAY, Bench, bench
from luodi.web.companies.queries import events_of
from luodi.web.core.context import acting_as
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.dealings.actions import promises as acts
from luodi.web.dealings.actions.interactions import add_talk, add_task, settle_task
from luodi.web.dealings.models import Interaction, Promise, Proposition, TalkKind, Task
from luodi.web.journal.models import Entry
from luodi.web.notices.models import Notice

__all__ = ["bench"]
pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=5)


def told(kind: str) -> list[str]:
    return [one.user.name for one in Notice.objects.filter(kind=kind).order_by("pk")]


def promised(bench: Bench, **more: Any) -> Promise:
    return acts.promise(bench.open(), "A desk in the park", by=bench.anna, at=NOW, **more)


def test_invariant_22_a_promise_has_an_owner_and_a_day_before_the_investor_sees_it(bench: Bench) -> None:
    row = promised(bench)
    assert not visible(bench.mei, Promise.objects.all()).exists()
    for owner, due in ((None, None), (bench.ben, None), (None, SOON)):
        row = acts.correct_promise(row, owner=owner, due=due, by=bench.anna, at=NOW)
        with pytest.raises(MissingKey):
            acts.show_promise(row, by=bench.anna, at=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():  # the database itself
            Promise.objects.filter(pk=row.pk).update(shown=NOW)
    row = acts.correct_promise(row, owner=bench.ben, due=SOON, by=bench.anna, at=NOW)
    acts.show_promise(row, by=bench.anna, at=NOW)
    assert visible(bench.mei, Promise.objects.all()).get() == row and told("promise_shown") == ["Mei"]
    with pytest.raises(MissingKey):
        acts.correct_promise(row, owner=None, due=SOON, by=bench.anna, at=NOW)


@pytest.mark.parametrize("act", list(PromiseAct))
def test_a_promise_is_settled_once_and_whoever_saw_it_is_told(bench: Bench, act: PromiseAct) -> None:
    row = acts.show_promise(promised(bench, owner=bench.ben, due=SOON), by=bench.anna, at=NOW)
    if act is not PromiseAct.KEEP:
        with pytest.raises(MissingKey):
            acts.settle_promise(row, act, by=bench.anna, at=NOW)
    row = acts.settle_promise(row, act, "as agreed", by=bench.anna, at=NOW)
    assert told("promise_settled") == ["Mei"]
    with pytest.raises(NotNow):
        acts.settle_promise(row, PromiseAct.KEEP, by=bench.anna, at=NOW)


def test_whoever_keeps_a_promise_works_on_the_case(bench: Bench) -> None:
    for other in (bench.clara, bench.mei, bench.lee):
        with pytest.raises(UnknownValue):
            promised(bench, owner=other)
    with pytest.raises(OutOfRange):
        promised(bench, owner=bench.ben, due=TODAY - timedelta(days=1))


def test_only_officers_of_the_case_promise(bench: Bench) -> None:
    case = bench.open()
    for other in (bench.clara, bench.mei, bench.lee):
        with pytest.raises(NotPermitted):
            acts.promise(case, "x", by=other, at=NOW)
    assert not Promise.objects.exists()


# ---- propositions


def offered(bench: Bench, **more: Any) -> Proposition:
    row = acts.propose(bench.open(), "Package", "Two desks, one year", by=bench.anna, at=NOW, **more)
    return acts.settle_proposition(row, OfferAct.OFFER, by=bench.anna, at=NOW)


def test_a_draft_is_the_units_own_and_an_offer_is_answered_by_the_company(bench: Bench) -> None:
    draft = acts.propose(bench.open(), "Package", "x", by=bench.anna, at=NOW)
    assert not visible(bench.mei, Proposition.objects.all()).exists()
    row = acts.settle_proposition(draft, OfferAct.OFFER, by=bench.anna, at=NOW)
    for other in (bench.anna, bench.clara, bench.lee):
        with pytest.raises(NotPermitted):
            acts.settle_proposition(row, OfferAct.ACCEPT, by=other, at=NOW)
    with pytest.raises(NotPermitted):
        acts.settle_proposition(row, OfferAct.WITHDRAW, "x", by=bench.mei, at=NOW)
    row = acts.settle_proposition(row, OfferAct.ACCEPT, by=bench.mei, at=NOW)
    assert row.state == "accepted" and told("offer_made") == ["Mei"] and told("offer_answered") == ["Anna"]


def test_an_offer_lapses_after_its_last_day_and_not_on_it(bench: Bench) -> None:
    row = offered(bench, last_day=SOON)
    assert acts.lapse_propositions(NOW + timedelta(days=5)) == 0
    with pytest.raises(OutOfRange):
        acts.settle_proposition(row, OfferAct.ACCEPT, by=bench.mei, at=NOW + timedelta(days=6))
    assert acts.lapse_propositions(NOW + timedelta(days=6)) == 1
    assert acts.lapse_propositions(NOW + timedelta(days=6)) == 0
    with pytest.raises(NotNow):
        acts.settle_proposition(row, OfferAct.ACCEPT, by=bench.mei, at=NOW)


def test_declining_says_why(bench: Bench) -> None:
    row = offered(bench)
    with pytest.raises(MissingKey):
        acts.settle_proposition(row, OfferAct.DECLINE, by=bench.mei, at=NOW)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_invariant_10_what_the_company_reads_is_marked_as_an_officers_opinion(bench: Bench, lang: str) -> None:
    """No page of this app gives a verdict of its own: it says whose word it is, and the verdict of the plan beside."""
    offer = offered(bench)
    acts.show_promise(
        acts.promise(offer.case, "A desk", by=bench.anna, at=NOW, owner=bench.ben, due=SOON), by=bench.anna, at=NOW
    )
    mei = bench.client("mei")
    label = "工作人员意见" if lang == "zh" else "Officer’s opinion"
    page = mei.get(f"/{lang}/promises/").text
    assert page.count(label) >= 2 and "A desk" in page and "Package" in page
    assert label in mei.get(f"/{lang}/dealings/proposition/{offer.pk}/").text
    assert label in mei.get(f"/{lang}/dealings/promise/{Promise.objects.get().pk}/").text


# ---- talks and tasks


def test_a_talk_is_logged_with_what_follows_in_one_act(bench: Bench) -> None:
    case, key = bench.open(), new_key()
    for _ in range(2):
        add_talk(
            case,
            TalkKind.CALL,
            "They want two racks.",
            by=bench.anna,
            at=NOW,
            day=TODAY - timedelta(days=1),
            people="Chen Mei",
            then="Send the price list",
            then_due=SOON,
            key=key,
        )
    talk, task = Interaction.objects.get(), Task.objects.get()
    case.refresh_from_db()
    assert (talk.company, talk.case, case.contacted) == (bench.company, case, TODAY - timedelta(days=1))
    assert (task.owner, task.due, task.state) == (bench.anna, SOON, "open")
    assert "racks" not in str([entry.after for entry in Entry.objects.all()])
    assert not visible(bench.mei, Interaction.objects.all()).exists()


def test_a_talk_to_come_is_no_talk_and_what_follows_has_a_day(bench: Bench) -> None:
    case = bench.open()
    with pytest.raises(OutOfRange):
        add_talk(case, TalkKind.CALL, "x", by=bench.anna, at=NOW, day=TODAY + timedelta(days=1))
    with pytest.raises(MissingKey):
        add_talk(case, TalkKind.CALL, "x", by=bench.anna, at=NOW, then="Send it")
    assert not Interaction.objects.exists() and not Task.objects.exists()


def test_a_task_is_done_or_dropped_with_a_reason(bench: Bench) -> None:
    task = add_task(bench.open(), "Call", bench.ben, SOON, by=bench.anna, at=NOW)
    with pytest.raises(MissingKey):
        settle_task(task, TaskAct.DROP, by=bench.ben, at=NOW)
    assert settle_task(task, TaskAct.DO, by=bench.ben, at=NOW).state == "done"
    with pytest.raises(NotNow):
        settle_task(task, TaskAct.DO, by=bench.ben, at=NOW)


# ---- what other apps show


def test_somebodys_day_holds_what_they_owe_by_few_questions(bench: Bench, django_assert_max_num_queries: Any) -> None:
    case = bench.open()
    for number in range(5):
        add_task(case, f"Call {number}", bench.ben, SOON, by=bench.anna, at=NOW)
        acts.promise(case, f"Desk {number}", by=bench.anna, at=NOW, owner=bench.ben, due=TODAY)
    from luodi.web.dealings.agenda import day_rows

    with django_assert_max_num_queries(8), acting_as("task"):
        rows = day_rows(bench.ben, TODAY + timedelta(days=1), 8)
    assert [row.band for row in rows] == ["overdue"] * 5 + ["due"] * 3
    assert rows[0].what == {"zh": "Desk 0", "en": "Desk 0"} and rows[0].case == case.reference
    assert day_rows(bench.clara, TODAY, 3) == []


def test_the_time_line_of_a_company_shows_each_reader_what_is_theirs(bench: Bench) -> None:
    offer = offered(bench)
    add_talk(offer.case, TalkKind.VISIT, "Seen the site", by=bench.anna, at=NOW)
    promised(bench)
    kinds = {user: {e.kind for e in events_of(user, bench.company, TODAY)} for user in (bench.anna, bench.mei)}
    assert {"talk", "proposition"} <= kinds[bench.anna] and "promise" not in kinds[bench.anna]
    assert "proposition" in kinds[bench.mei] and "talk" not in kinds[bench.mei]
