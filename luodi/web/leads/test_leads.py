"""Leads: each comes once, is scored by evidence, is worked on by officers of its unit, and becomes a case once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.leads import Lead as State
from luodi.casework.states import NotNow
from luodi.errors import BadInput, MissingKey, UnknownValue
from luodi.web.accounts.actions.erasure import erase_over
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.validation import MergedAway
from luodi.web.advisor.actions.enquiries import Sender, send_enquiry
from luodi.web.books.signals import books_changed
from luodi.web.cases.models import LandingCase
from luodi.web.companies.actions import merging
from luodi.web.companies.queries import events_of
from luodi.web.conftest import add_company, person, unit
from luodi.web.core.errors import NotPermitted, StaleVersion
from luodi.web.core.keys import new_key
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.leads import actions, bulk, queries
from luodi.web.leads.actions import From, Heard
from luodi.web.leads.erasure import lead as erase
from luodi.web.leads.forms import plans_of
from luodi.web.leads.lists import INBOX
from luodi.web.leads.models import Evidence, Lead, Score, Signal
from luodi.web.leads.scoring import computed
from luodi.web.notices.models import Notice
from luodi.web.workbench.queries.day import day_of

pytestmark = pytest.mark.django_db
NOW, TODAY = timezone.now(), timezone.localdate()
CLOUD = "investor=SG&service=B11&place=BJ&share=100"


@pytest.fixture
def here() -> Unit:
    return unit("Here", unit("City"))


@pytest.fixture
def olga(here: Unit) -> User:
    return person("olga", Role.OFFICER, here)


def came(here: Unit, title: str = "Amber Quay", **more: Any) -> Lead:
    heard = Heard(title=title, company_name=more.pop("company_name", title), **more)
    return actions.receive(heard, From("fair", "fair of 2026", {"title": title}), here, at=NOW)


def by(user: User, **more: Any) -> dict[str, Any]:
    return {"by": user, "at": NOW, **more}


# ---- coming


def test_the_same_thing_of_the_same_source_is_one_lead(here: Unit) -> None:
    first, second = came(here), came(here)
    assert first == second and Lead.objects.count() == Signal.objects.count() == 1
    other = actions.receive(Heard("Amber Quay"), From("news", "a paper", {"title": "Amber Quay"}), here, at=NOW)
    assert other != first
    assert Entry.objects.filter(act="receive").count() == 2


def test_a_lead_without_a_title_or_with_no_country_is_refused(here: Unit) -> None:
    with pytest.raises(MissingKey):
        came(here, " ")
    with pytest.raises(UnknownValue):
        came(here, country="ZZ")
    assert not Lead.objects.exists()


def test_an_enquiry_arrives_as_a_lead_with_its_answers_and_asks_the_books(here: Unit) -> None:
    mill = add_company("", "Mill")
    mei = person("mei", Role.REPRESENTATIVE, mill)
    sender = Sender("Mei", mei.email, "en", company="Lantern Isle", message="When?")
    key = new_key()
    enquiry = send_enquiry(Answers.of(CLOUD), TODAY, sender, here, by=mei, key=key, at=NOW)
    lead = Lead.objects.get()
    assert (lead.enquiry, lead.determination, lead.unit) == (enquiry, enquiry.determination, here)
    assert lead.plans == [{"service": "B11", "place": "BJ", "share": "100"}]
    assert (lead.country, lead.company, lead.email) == ("SG", mill, mei.email)
    rows = {row.part.id: row.evidence for row in computed(lead, on=TODAY).rows}
    assert rows["openness"] is not None and rows["openness"].value == "conditional"
    assert "market-access" in rows["openness"].source
    assert rows["readiness"] is not None and rows["readiness"].value == "asked" and rows["fit"] is None
    send_enquiry(Answers.of(CLOUD), TODAY, sender, here, by=mei, key=key, at=NOW)
    assert Lead.objects.count() == 1


# ---- the score


def test_openness_comes_from_our_books_alone_and_a_closed_service_is_a_conflict(here: Unit, olga: User) -> None:
    closed = came(here, country="DE", plans=[{"service": "B11", "place": None, "share": "100"}])
    assert closed.evidence.count() == 0  # a place that nobody said: not known
    lead = came(here, "Mill", country="DE", plans=[{"service": "B11", "place": "TJ", "share": "100"}])
    values = {one.part: one.value for one in lead.evidence.all()}
    assert values == {"openness": "not_allowed", "conflicts": "blocked"}
    with pytest.raises(BadInput):
        actions.say_evidence(lead, "openness", "allowed", TODAY, "I think so", **by(olga))


def test_what_the_books_say_is_taken_back_when_they_say_it_no_more(here: Unit, olga: User) -> None:
    """A plan that was put right is open again, and one of which nobody can tell is not known: no old answer stays."""

    def standing(lead: Lead) -> dict[str, str | None]:
        rows = {row.part.id: row.evidence for row in computed(lead, on=TODAY).rows}
        return {part: found.value if (found := rows[part]) else None for part in ("openness", "conflicts")}

    lead = came(here, country="DE", plans=[{"service": "B11", "place": "TJ", "share": "100"}])
    assert standing(lead) == {"openness": "not_allowed", "conflicts": "blocked"} and (lead.low, lead.high) == (0, 60)
    lead = actions.describe(lead, {"plans": [{"service": "B11", "place": "BJ", "share": "100"}]}, **by(olga))
    assert standing(lead) == {"openness": "conditional", "conflicts": None} and (lead.low, lead.high) == (0, 94)
    lead = actions.describe(lead, {"plans": []}, **by(olga))
    assert standing(lead) == {"openness": None, "conflicts": None} and (lead.low, lead.high) == (0, 100)
    lead = actions.say_evidence(lead, "conflicts", "review", TODAY, "they told us", **by(olga))
    lead = actions.describe(lead, {"title": "Mill"}, **by(olga))
    assert standing(lead)["conflicts"] == "review"  # what a person said stays


def test_open_leads_are_computed_anew_as_evidence_grows_old_and_nobodys_form_is_lost(here: Unit, olga: User) -> None:
    lead = actions.say_evidence(came(here), "readiness", "decided", TODAY, "they wrote", **by(olga))
    refused = actions.refuse(came(here, "Other"), "no plan", **by(olga))
    assert (lead.low, actions.rescore_all(NOW)) == (0, 0)
    later = NOW + timedelta(days=120)
    assert actions.rescore_all(later) == 1 and actions.rescore_all(later) == 0
    lead.refresh_from_db()
    assert (lead.low, lead.high, lead.version) == (0, 95, 2)
    assert Score.objects.filter(lead=lead)[0].on == timezone.localdate(later)
    assert Score.objects.filter(lead=refused).count() == 1


def test_when_books_change_the_inbox_is_computed_by_them(here: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    from django_tasks_db.models import DBTaskResult

    lead = came(here, country="DE", plans=[{"service": "B11", "place": "TJ", "share": "100"}])
    books_changed.send(None)
    assert DBTaskResult.objects.filter(task_path="luodi.web.leads.tasks.rescore_leads").exists()
    monkeypatch.setattr("luodi.web.leads.scoring.openness", lambda lead, on: ("allowed", "market-access of next year"))
    assert actions.rescore_all(NOW) == 1
    lead.refresh_from_db()
    assert (lead.low, lead.high) == (0, 100)


def test_describing_a_lead_keeps_the_plans_that_the_form_does_not_show(here: Unit) -> None:
    first = {"service": "B11", "place": "BJ", "share": "100"}
    second = {"service": "B25", "place": "SH", "share": "50"}
    assert plans_of({**first, "share": "50"}, [first, second]) == [{**first, "share": "50"}, second]
    assert plans_of(dict.fromkeys(first, ""), [first, second]) == [second]


def test_every_point_has_its_source_and_the_score_is_kept_with_its_book(here: Unit, olga: User) -> None:
    lead = came(here)
    assert (lead.low, lead.high) == (0, 100)
    lead = actions.say_evidence(lead, "fit", "several", TODAY, "their web site", **by(olga))
    assert (lead.low, lead.high) == (5, 100)
    lead = actions.say_evidence(lead, "fit", "none", TODAY, "we talked", **by(olga))
    assert (lead.low, lead.high) == (0, 75) and lead.evidence.count() == 2
    assert Score.objects.filter(lead=lead).count() == 3
    assert Score.objects.filter(lead=lead)[0].book["name"] == "lead-score"
    for part, value, day, source in (
        ("fit", "several", TODAY, " "),
        ("fit", "x", TODAY, "x"),
        ("nationality", "x", TODAY, "x"),
        ("fit", "one", TODAY + timedelta(days=1), "x"),
    ):
        with pytest.raises((BadInput, UnknownValue)):
            actions.say_evidence(lead, part, value, day, source, **by(olga))


def test_an_adjustment_stands_beside_the_score_and_never_changes_it(here: Unit, olga: User) -> None:
    lead = actions.adjust(came(here), 10, "the mayor met them", **by(olga))
    assert (lead.low, lead.high) == (0, 100) and lead.adjustments.get().points == 10
    for points, reason in ((0, "x"), (21, "x"), (-21, "x"), (5, " ")):
        with pytest.raises(BadInput):
            actions.adjust(lead, points, reason, **by(olga))


# ---- being worked on


def test_a_lead_goes_its_way_to_a_case_without_retyping(here: Unit, olga: User) -> None:
    lead = came(
        here,
        "灯屿云",
        country="SG",
        technology="cloud",
        place="BJ",
        plans=[{"service": "B11", "place": "BJ", "share": "100"}],
    )
    with pytest.raises(NotNow):
        actions.convert(lead, **by(olga))
    lead = actions.assign(lead, olga, **by(olga))
    assert (lead.state, lead.officer) == ("screening", olga)
    lead = actions.qualify(lead, **by(olga))
    case = actions.convert(lead, **by(olga, key="k" * 16))
    assert actions.convert(lead, **by(olga, key="k" * 16)) == case and LandingCase.objects.count() == 1
    assert (case.company.name_zh, case.company.country) == ("灯屿云", "SG")
    assert (case.unit, case.officer, case.place, case.technology) == (here, olga, "BJ", "cloud")
    assert case.plans == lead.plans
    lead.refresh_from_db()
    assert (lead.state, lead.case, lead.company) == ("converted", case, case.company)
    with pytest.raises(NotNow):
        actions.convert(lead, **by(olga))
    assert LandingCase.objects.count() == Company.objects.count() == 1


def test_a_company_that_is_here_already_is_taken_and_none_is_made(here: Unit, olga: User) -> None:
    there = add_company("灯屿云有限公司", "")
    lead = actions.qualify(came(here, "灯屿云"), **by(olga))
    assert list(queries.companies_like(olga, lead)) == [there]
    assert actions.convert(lead, **by(olga), company=there).company == there and Company.objects.count() == 1


def test_a_lead_without_a_company_says_so_before_a_case_is_opened(here: Unit, olga: User) -> None:
    lead = actions.qualify(came(here, "A rumour", company_name=""), **by(olga))
    with pytest.raises(MissingKey):
        actions.convert(lead, **by(olga))
    assert not LandingCase.objects.exists()


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 8))


def test_a_parked_lead_wakes_on_its_day_and_once(here: Unit, olga: User) -> None:
    until = TODAY + timedelta(days=30)
    lead = actions.park(came(here), until, "after their fair", **by(olga))
    assert (lead.state, lead.reason) == ("parked", "after their fair")
    assert actions.wake_due(at(until - timedelta(days=1))) == 0
    assert actions.wake_due(at(until)) == 1 and actions.wake_due(at(until)) == 0
    lead.refresh_from_db()
    assert (lead.state, lead.wakes, lead.officer) == ("screening", None, olga)
    with pytest.raises(BadInput):
        actions.park(lead, TODAY, "today", **by(olga))
    with pytest.raises(MissingKey):
        actions.park(lead, until, " ", **by(olga))


def test_one_lead_that_somebody_took_up_meanwhile_keeps_no_other_asleep(
    here: Unit, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    until, woken = TODAY + timedelta(days=7), actions.wake
    first, second = (actions.park(came(here, name), until, "later", **by(olga)) for name in ("One", "Two"))

    def late(lead: Lead, **who: Any) -> Lead:
        if lead.pk == first.pk:
            woken(lead, **by(olga))
        return woken(lead, **who)

    monkeypatch.setattr(actions, "wake", late)
    assert actions.wake_due(NOW + timedelta(days=7)) == 1
    assert set(Lead.objects.filter(pk__in=(first.pk, second.pk)).values_list("state", flat=True)) == {"screening"}


def test_of_a_lead_whose_officer_works_here_no_more_the_others_are_told_when_it_wakes(here: Unit, olga: User) -> None:
    otto, until = person("otto", Role.OFFICER, here), TODAY + timedelta(days=7)
    actions.park(came(here), until, "later", **by(olga))
    olga.memberships.update(ends=TODAY)
    assert actions.wake_due(NOW + timedelta(days=7)) == 1
    assert [one.user for one in Notice.objects.filter(kind="lead_woke")] == [otto]


def test_no_case_is_opened_for_a_company_that_was_merged_meanwhile(here: Unit, olga: User) -> None:
    kept, gone = add_company("", "Mill"), add_company("", "Old Mill")
    lead = actions.qualify(came(here, "Mill Works"), **by(olga))
    merging.merge(kept, gone.pk, "the same", by=None, at=NOW)
    with pytest.raises(MergedAway):
        actions.convert(lead, **by(olga), company=gone)
    assert not LandingCase.objects.exists()
    assert actions.convert(lead, **by(olga), company=kept).company == kept


def test_the_queue_wakes_what_is_due(here: Unit, olga: User) -> None:
    from luodi.web.leads.tasks import wake_leads

    lead = actions.park(came(here), TODAY + timedelta(days=1), "later", **by(olga))
    Lead.objects.filter(pk=lead.pk).update(wakes=TODAY)
    assert wake_leads.call() == 1


def test_a_refusal_has_a_reason_and_can_be_taken_back(here: Unit, olga: User) -> None:
    lead = came(here)
    with pytest.raises(MissingKey):
        actions.refuse(lead, "", **by(olga))
    lead = actions.refuse(lead, "no plan", **by(olga))
    assert lead.ended == NOW
    lead = actions.reopen(lead, "they came back", **by(olga))
    assert (lead.state, lead.ended, lead.reason) == ("screening", None, "")
    assert [entry.reason for entry in Entry.objects.filter(act__in=["refuse", "reopen"]).order_by("number")] == [
        "no plan",
        "they came back",
    ]


def test_a_duplicate_names_another_lead_that_one_may_see(here: Unit, olga: User) -> None:
    lead, other, hidden = came(here), came(here, "Other"), came(unit("Aside"), "Hidden")
    for of in (lead.pk, hidden.pk, 10**9):
        with pytest.raises(BadInput):
            actions.mark_duplicate(lead, of, **by(olga))
    assert actions.mark_duplicate(lead, other.pk, **by(olga)).duplicate_of == other
    with pytest.raises(BadInput):  # of a duplicate
        actions.mark_duplicate(other, lead.pk, **by(olga))


def test_a_lead_goes_only_to_who_may_work_on_it(here: Unit, olga: User) -> None:
    with pytest.raises(BadInput):
        actions.assign(came(here), person("otto", Role.OFFICER, unit("Aside")), **by(olga))


def test_two_officers_at_once_the_second_one_is_told(here: Unit, olga: User) -> None:
    lead = came(here)
    actions.assign(lead, olga, **by(olga, version=1))
    with pytest.raises(StaleVersion):
        actions.refuse(lead, "no", **by(olga, version=1))


def test_clara_sees_no_lead_and_a_leader_works_on_none(here: Unit, olga: User) -> None:
    lead = came(here)
    clara, leader = person("clara", Role.OFFICER, unit("Aside")), person("lee", Role.LEADER, here)
    assert not visible(clara, Lead.objects.all()).exists() and queries.lead_of(clara, lead.pk) is None
    for user in (clara, leader):
        with pytest.raises(NotPermitted):
            actions.assign(lead, olga, **by(user))
    assert queries.lead_of(leader, lead.pk) == lead


# ---- lists and parts


def test_the_best_comes_first_and_a_page_asks_few_questions(
    here: Unit, olga: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        lead = came(here, f"Mill {number}")
        if number == 7:
            actions.say_evidence(lead, "conflicts", "none", TODAY, "x", **by(olga))
        elif number != 3:
            actions.say_evidence(lead, "fit", "none", TODAY, "x", **by(olga))
    with django_assert_max_num_queries(4):
        found, more = INBOX.page(olga, {"state": "open"}, 1)
        assert [str(one.officer or one.unit) for one in found]
        kept, of = queries.steady(found, on=TODAY)
    assert [one.title for one in found[:2]] == ["Mill 7", "Mill 3"] and not more and of == 10 and kept >= 2
    assert [one.title for one in INBOX.found(olga, {"words": "mill 11"})] == ["Mill 11"]


def test_new_leads_stand_in_the_day_of_who_may_take_them(here: Unit, olga: User) -> None:
    lead = came(here)
    assert [(row.band, row.company) for row in day_of(olga, TODAY).rows if "leads" in row.address] == [
        ("new", "Amber Quay")
    ]
    actions.qualify(lead, **by(olga))
    assert [row.band for row in day_of(olga, TODAY).rows if "leads" in row.address] == ["waiting"]
    clara = person("clara", Role.OFFICER, unit("Aside"))
    assert day_of(clara, TODAY).rows == ()


@pytest.mark.parametrize("state", [one for one in State if one != State.CONVERTED])  # that has a case
def test_every_lead_with_my_name_stands_in_my_day_until_it_is_parked_or_closed(
    here: Unit, olga: User, state: State
) -> None:
    lead = came(here)
    more: dict[str, Any] = {"wakes": TODAY} if state == State.PARKED else {}
    more |= {"reason": "later"} if state in (State.PARKED, State.REFUSED) else {}
    Lead.objects.filter(pk=lead.pk).update(officer=olga, state=state, **more)
    found = [row.address for row in day_of(olga, TODAY).rows if "leads" in row.address]
    assert len(found) == (state in (State.NEW, State.SCREENING, State.QUALIFIED))


def test_a_lead_stands_on_the_time_line_of_its_company_and_moves_with_a_merge(here: Unit, olga: User) -> None:
    kept, gone = add_company("", "Amber Quay"), add_company("", "Amber Quay BV")
    came(here, company=gone)
    merging.merge(kept, gone.pk, "the same", by=olga, at=NOW)
    assert "Lead: Amber Quay" in [event.en for event in events_of(olga, kept, TODAY)]


# ---- people


def test_what_a_lead_says_of_a_person_is_taken_away_when_its_term_is_over(here: Unit, olga: User) -> None:
    refused = actions.refuse(came(here, contact="Mei", email="mei@example.com"), "no", **by(olga))
    erase(refused, at=NOW)
    assert not Lead.objects.exists() and not Evidence.objects.exists()
    lead = actions.qualify(came(here, "Other", contact="Mei", email="mei@example.com"), **by(olga))
    actions.convert(lead, **by(olga))
    lead.refresh_from_db()
    erase(lead, at=NOW)
    lead.refresh_from_db()
    assert (lead.contact, lead.email) == ("", "") and lead.case is not None and not lead.signals.exists()
    assert not any("mei@example.com" in f"{entry.before}{entry.after}" for entry in Entry.objects.all())


def test_a_lead_that_became_a_case_is_erased_once_and_written_down_once(here: Unit, olga: User) -> None:
    lead = actions.qualify(came(here, contact="Mei", email="mei@example.com"), **by(olga))
    actions.convert(lead, **by(olga))
    later = NOW + timedelta(days=731)
    assert [erase_over(later).get("leads.Lead", 0) for _ in range(2)] == [1, 0]
    [entry] = Entry.objects.filter(act="erase", kind="leads.Lead")
    assert not entry.before and not lead.signals.exists()


# ---- who is told


def told(kind: str) -> list[tuple[str, str]]:
    return [(one.user.email.split("@")[0], one.row_key) for one in Notice.objects.filter(kind=kind).order_by("pk")]


def test_officers_are_told_of_what_others_give_them_and_of_a_parked_lead_whose_day_has_come(here: Unit) -> None:
    anna, ben = person("anna", Role.OFFICER, here), person("ben", Role.OFFICER, here)
    form = actions.receive(Heard("From the form"), From("form", "interest", {}, "1"), here, at=NOW)
    fair = actions.receive(Heard("From a fair"), From("fair", "Fair", {}, "1"), here, at=NOW)
    assert told("lead_arrived") == [("anna", str(form.pk)), ("ben", str(form.pk))]
    actions.assign(form, anna, by=anna, at=NOW)
    assert told("lead_assigned") == []
    actions.assign(form, ben, by=anna, at=NOW)
    assert told("lead_assigned") == [("ben", str(form.pk))]
    actions.park(form, timezone.localdate(NOW) + timedelta(1), "later", by=ben, at=NOW)
    assert [actions.wake_due(NOW + timedelta(days)) for days in (0, 1, 2)] == [0, 1, 0]
    assert told("lead_woke") == [("ben", str(form.pk))]
    actions.mark_duplicate(fair, form.pk, by=anna, at=NOW)
    assert told("lead_merged") == [("ben", str(form.pk))]
    assert Notice.objects.get(kind="lead_merged").values == {"number": form.pk, "other": fair.pk}


# ---- many at once


def test_many_leads_are_looked_at_first_and_then_changed_each_by_its_own_act(here: Unit) -> None:
    anna, ben = person("anna", Role.OFFICER, here), person("ben", Role.OFFICER, here)
    rows = [actions.receive(Heard(f"Lead {n}"), From("fair", "Fair", {}, str(n)), here, at=NOW) for n in range(3)]
    actions.refuse(rows[2], "no", by=anna, at=NOW)
    wanted = bulk.Wanted("assign", officer=ben)
    chosen = bulk.chosen(anna, [str(one.pk) for one in rows])
    assert sorted(one.why for one in bulk.BULK.foreseen(anna, chosen, wanted, at=NOW)) == ["", "", "not_now"]
    versions = {rows[0].pk: 1, rows[1].pk: 1, rows[2].pk: 2}
    actions.describe(rows[0], {"title": "Lead 0, changed"}, by=anna, at=NOW)
    for _ in range(2):  # the same key
        done = bulk.BULK.do(anna, bulk.chosen(anna, map(str, versions)), versions, wanted, key="k" * 20, at=NOW)
        assert {one.row.pk: one.why for one in done} == {rows[0].pk: "moved_on", rows[1].pk: "", rows[2].pk: "not_now"}
    rows[1].refresh_from_db()
    assert (rows[1].officer, rows[1].version) == (ben, 2)


def test_leads_of_others_are_neither_named_nor_changed_at_once(here: Unit) -> None:
    lead = actions.receive(Heard("Lead"), From("fair", "Fair", {}), here, at=NOW)
    clara, lee = person("clara", Role.OFFICER, unit("Aside")), person("lee", Role.LEADER, here)
    assert bulk.chosen(clara, [str(lead.pk)]) == []
    (one,) = bulk.BULK.foreseen(lee, [lead], bulk.Wanted("refuse", reason="x"), at=NOW)
    assert one.why == "not_permitted"


def test_points_are_shown_as_people_write_them() -> None:
    from luodi.web.leads.scoring import points_shown

    assert [points_shown(each) for each in (27.0, "26.5", Decimal("-2.0"), 0)] == ["27", "26.5", "−2", "0"]
