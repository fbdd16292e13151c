"""Views are saved, shared and followed; many cases change by their own act; calendars read only by their secret."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from luodi.casework.events import EventAct
from luodi.casework.stages import End, Health
from luodi.web.accounts.models import Membership
from luodi.web.cases.actions import cases
from luodi.web.cases.conftest import NOW, TODAY, Bench
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.companies.actions.profile import create
from luodi.web.conftest import person
from luodi.web.core.errors import NotPermitted
from luodi.web.core.keys import new_key
from luodi.web.core.roles import Role
from luodi.web.dealings.models import Promise, Task
from luodi.web.docking.models import Meeting
from luodi.web.events import actions as events
from luodi.web.journal.models import Entry
from luodi.web.leads.actions import From, Heard, receive
from luodi.web.notices.models import Notice
from luodi.web.workbench import actions, bulk
from luodi.web.workbench.bulk import Wanted
from luodi.web.workbench.exports.calendars import calendar_of
from luodi.web.workbench.models import CalendarFeed, Following, SavedView

RISKY = {"health": "at_risk"}


# ---- views


def test_a_shared_view_is_seen_in_its_unit_and_nowhere_else(bench: Bench) -> None:
    actions.save_view("ours-xq", RISKY, by=bench.anna, at=NOW, unit=bench.here)
    actions.save_view("mine-xq", RISKY, by=bench.anna, at=NOW)
    for who, sees in (
        ("anna", (True, True)),
        ("ben", (True, False)),
        ("lee", (True, False)),
        ("clara", (False, False)),
    ):
        page = bench.client(who).get("/en/desk/views/").content.decode()
        assert ("ours-xq" in page, "mine-xq" in page) == sees, who


def test_a_view_is_shared_with_ones_own_unit_alone(bench: Bench) -> None:
    with pytest.raises(NotPermitted):
        actions.save_view("x", RISKY, by=bench.anna, at=NOW, unit=bench.aside)


def test_the_same_name_takes_the_filters_anew(bench: Bench) -> None:
    for asked in (RISKY, {"clock": "late"}):
        actions.save_view("x", asked, by=bench.anna, at=NOW)
    assert SavedView.objects.get().asked == {"clock": "late"}


def test_a_view_without_a_name_is_refused_with_the_filters_still_there(bench: Bench) -> None:
    answer = bench.client("anna").post("/en/desk/views/", {"name": " ", "health": "at_risk", "key": new_key()})
    assert answer.status_code == 422 and 'name="health" value="at_risk"' in answer.content.decode()


def test_only_its_owner_removes_a_view(bench: Bench) -> None:
    view = actions.save_view("x", RISKY, by=bench.anna, at=NOW, unit=bench.here)
    assert bench.client("ben").post(f"/en/desk/views/{view.pk}/remove/").status_code == 403
    assert bench.client("clara").post(f"/en/desk/views/{view.pk}/remove/").status_code == 404
    assert bench.client("anna").post(f"/en/desk/views/{view.pk}/remove/").status_code == 302
    assert not SavedView.objects.exists()


def test_followers_are_notified_once_of_what_enters_and_not_of_what_was_there(bench: Bench) -> None:
    there, enters = bench.open(), bench.open()
    cases.set_health(there, Health.AT_RISK, "lease", by=bench.anna, at=NOW)
    view = actions.save_view("risky", RISKY, by=bench.anna, at=NOW)
    actions.follow(view, by=bench.anna, at=NOW)
    assert actions.notify_followers(NOW + timedelta(1)) == 0
    cases.set_health(enters, Health.AT_RISK, "lease", by=bench.anna, at=NOW)
    assert [actions.notify_followers(NOW + timedelta(days)) for days in (2, 3)] == [1, 0]
    notice = Notice.objects.get(kind="view_entered")
    assert notice.user == bench.anna and notice.values == {"name": "risky", "count": 1}


def test_a_follower_is_notified_only_of_cases_they_may_see(bench: Bench) -> None:
    view = actions.save_view("all", {}, by=bench.lee, at=NOW, unit=bench.city)
    omar = person("omar", Role.OFFICER, bench.aside)
    SavedView.objects.filter(pk=view.pk).update(unit=bench.aside)
    view.refresh_from_db()
    actions.follow(view, by=omar, at=NOW)
    bench.open()
    assert actions.notify_followers(NOW + timedelta(1)) == 0
    actions.stop_following(view, by=omar, at=NOW)
    assert not Following.objects.exists()


def test_a_view_of_leads_tells_of_those_that_enter_and_leads_to_the_inbox(bench: Bench) -> None:
    client = bench.client("anna")
    saved = {"key": new_key(), "about": "leads", "name": "fairs", "state": "unassigned", "words": "fair"}
    assert client.post("/en/desk/views/", saved).status_code == 302
    view = SavedView.objects.get()
    assert (view.about, view.asked) == ("leads", {"state": "unassigned", "words": "fair"})
    assert "/en/desk/leads/?state=unassigned&amp;words=fair" in client.get("/en/desk/views/").content.decode()
    actions.follow(view, by=bench.anna, at=NOW)
    for number, title in enumerate(("Fair of June", "News")):
        receive(Heard(title), From("fair", "Fair", {}, str(number)), bench.here, at=NOW)
    assert [actions.notify_followers(NOW + timedelta(days)) for days in (1, 2)] == [1, 0]
    notice = Notice.objects.get(kind="view_entered")
    assert (notice.words, notice.values) == ("workbench.letter_leads_entered", {"name": "fairs", "count": 1})


def test_a_view_of_companies_tells_of_those_that_enter_and_leads_to_the_list(bench: Bench) -> None:
    client = bench.client("anna")
    assert "?about=companies&amp;country=NL" in client.get("/en/desk/companies/?country=nl").content.decode()
    saved = {"key": new_key(), "about": "companies", "name": "Dutch", "country": "nl", "state": "open"}
    assert client.post("/en/desk/views/", saved).status_code == 302
    view = SavedView.objects.get()
    assert (view.about, view.asked) == ("companies", {"country": "NL"})
    assert "/en/desk/companies/?country=NL" in client.get("/zh/desk/views/").content.decode().replace("/zh/", "/en/")
    actions.follow(view, by=bench.anna, at=NOW)
    for name, country in (("Amber Quay", "NL"), ("Mill", "DE")):
        create("", name, country, by=bench.anna, at=NOW)
    assert [actions.notify_followers(NOW + timedelta(days)) for days in (1, 2)] == [1, 0]
    notice = Notice.objects.get(kind="view_entered")
    assert (notice.words, notice.values) == ("workbench.letter_companies_entered", {"name": "Dutch", "count": 1})


# ---- many at once


def chosen(*rows: LandingCase) -> list[str]:
    return [f"{row.reference}:{row.version}" for row in rows]


def test_a_page_says_first_what_will_and_will_not_change_and_why(bench: Bench) -> None:
    mine, his = bench.open(), cases.open_case(bench.company, bench.here, by=bench.ben, at=NOW)
    given = {"case": chosen(mine, his), "act": "assign", "officer": bench.ben.pk}
    page = bench.client("anna").post("/en/desk/queue/many/", given).content.decode()
    assert "1 will change" in page and "1 will not" in page and "it is theirs already" in page
    mine.refresh_from_db()
    assert mine.officer == bench.anna


def test_invariant_20_the_same_key_changes_many_cases_once(bench: Bench) -> None:
    rows = [bench.open(), bench.open()]
    given = {"case": chosen(*rows), "act": "pause", "reason": "holiday", "confirmed": "1", "key": "k" * 20}
    for _ in range(2):
        page = bench.client("anna").post("/en/desk/queue/many/", given).content.decode()
        assert "2 changed" in page
    assert Entry.objects.filter(act="set_health").count() == 2
    assert set(LandingCase.objects.values_list("health", "version")) == {("paused", 2)}


def test_one_that_moved_on_meanwhile_stays_and_is_said_so(bench: Bench) -> None:
    stale, fresh = bench.open(), bench.open()
    versions = {one.pk: one.version for one in (stale, fresh)}
    cases.set_health(stale, Health.DELAYED, "lease", by=bench.ben, at=NOW)
    rows = bulk.chosen(bench.anna, [stale.reference, fresh.reference])
    done = bulk.BULK.do(bench.anna, rows, versions, Wanted("pause", reason="x"), key="k" * 20, at=NOW)
    assert [one.why for one in done] == ["moved_on", ""]
    stale.refresh_from_db()
    assert stale.health == "delayed"


def test_a_next_step_is_set_on_many_and_each_is_a_task(bench: Bench) -> None:
    rows, ended, on = [bench.open(), bench.open()], bench.open(), timezone.localdate()
    cases.end_case(ended, End.LOST, "another city", by=bench.anna, at=NOW)
    ended.refresh_from_db()
    given = {"case": chosen(*rows, ended), "act": "next_step", "reason": "Call them", "due": on.isoformat()}
    page = bench.client("anna").post("/en/desk/queue/many/", given).text
    assert "2 will change" in page and "the case has ended" in page and not Task.objects.exists()
    for _ in range(2):
        page = bench.client("anna").post("/en/desk/queue/many/", {**given, "confirmed": "1", "key": "k" * 20}).text
        assert "2 changed" in page and rows[0].reference in page
    assert set(Task.objects.values_list("what", "due", "owner")) == {("Call them", on, bench.anna.pk)}
    assert Task.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"due": "x", "reason": "Call"}, "Give the day"),
        ({"due": "2099-01-01"}, "Say why"),
        ({"due": "2099-01-01", "reason": "Call", "officer": "999"}, "Choose"),
    ],
)
def test_a_next_step_needs_words_a_day_and_a_colleague(bench: Bench, given: dict[str, str], said: str) -> None:
    asked = {"case": chosen(bench.open()), "act": "next_step", **given}
    answer = bench.client("anna").post("/en/desk/queue/many/", asked)
    assert answer.status_code == 422 and said in answer.text


def test_a_next_step_is_not_set_on_a_day_that_is_over(bench: Bench) -> None:
    wanted = Wanted("next_step", bench.anna, "Call", timezone.localdate(NOW) - timedelta(1))
    (one,) = bulk.BULK.foreseen(bench.anna, [bench.open()], wanted, at=NOW)
    assert one.why == "day_over"


def test_an_officer_of_another_unit_is_given_nothing(bench: Bench) -> None:
    (one,) = bulk.BULK.foreseen(bench.anna, [bench.open()], Wanted("assign", officer=bench.clara), at=NOW)
    assert one.why == "officer_elsewhere"


def test_cases_of_others_are_not_even_named(bench: Bench) -> None:
    case = bench.open()
    answer = bench.client("clara").post("/en/desk/queue/many/", {"case": chosen(case), "act": "pause", "reason": "x"})
    assert answer.status_code == 422 and case.reference not in answer.content.decode()
    assert bench.client("mei").post("/en/desk/queue/many/").status_code == 403


@pytest.mark.parametrize("given", [{"act": "x"}, {"act": "pause"}, {"act": "assign", "officer": "9"}, {}])
def test_what_is_no_act_is_asked_for(bench: Bench, given: dict[str, str]) -> None:
    answer = bench.client("anna").post("/en/desk/queue/many/", {"case": chosen(bench.open()), **given})
    assert answer.status_code == 422


# ---- calendars


def days(raw: bytes) -> list[Any]:
    return Calendar.from_ical(raw).walk("VEVENT")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_calendar_holds_the_days_of_ones_own_cases(bench: Bench, lang: str) -> None:
    case, other = bench.open(), cases.open_case(bench.company, bench.here, by=bench.ben, at=NOW)
    for one in (case, other):
        Clock.objects.create(case=one, kind="verification", started=TODAY, limit=9, due=TODAY + timedelta(9))
    (event,) = days(calendar_of(bench.anna, lang, at=NOW))
    assert event.decoded("dtstart") == TODAY + timedelta(9) and case.reference in str(event["summary"])
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(1)
    assert ("灯屿云" if lang == "zh" else "Lantern Isle Cloud") in str(event["summary"])
    assert f"/{lang}/desk/cases/{case.reference}/" in str(event["url"])


def test_a_calendar_holds_events_by_the_hour_and_is_busy_for_the_host_alone(bench: Bench) -> None:
    fields = {"kind": "briefing", "title_zh": "说明会", "title_en": "Briefing", "place": "Hall", "host": bench.anna}
    hours = {"starts": NOW + timedelta(days=20), "ends": NOW + timedelta(days=20, hours=2)}
    made = events.arrange(bench.here, {**fields, **hours}, by=bench.anna, at=NOW)
    assert days(calendar_of(bench.anna, "en", at=NOW)) == []  # it is a draft
    events.move(made, EventAct.SEND, by=bench.anna, at=NOW)
    for user, busy in ((bench.anna, "OPAQUE"), (bench.ben, "TRANSPARENT")):
        (entry,) = days(calendar_of(user, "en", at=NOW))
        assert entry.decoded("dtend") - entry.decoded("dtstart") == timedelta(hours=2)
        assert (entry["transp"], made.reference in str(entry["summary"])) == (busy, True)
    assert days(calendar_of(bench.clara, "en", at=NOW)) == []


def test_a_calendar_is_read_by_its_secret_until_it_is_replaced(bench: Bench) -> None:
    case = bench.open()
    Clock.objects.create(case=case, kind="verification", started=TODAY, limit=9, due=TODAY)
    first = actions.make_calendar(by=bench.anna, at=NOW).secret
    visitor = bench.client("clara")
    visitor.logout()
    assert visitor.get(f"/calendar/en/{first}.ics")["Content-Type"].startswith("text/calendar")
    replaced = actions.make_calendar(by=bench.anna, at=NOW)
    second = replaced.secret
    assert visitor.get(f"/calendar/en/{first}.ics").status_code == 404
    assert visitor.get(f"/calendar/zh/{second}.ics").status_code == 200
    actions.revoke_calendar(replaced, by=bench.anna, at=NOW)
    assert visitor.get(f"/calendar/zh/{second}.ics").status_code == 404
    assert first not in str(list(CalendarFeed.objects.values())) + str(list(Entry.objects.values("after")))


def test_the_calendar_of_one_who_was_shut_out_is_gone(bench: Bench) -> None:
    secret = actions.make_calendar(by=bench.anna, at=NOW).secret
    bench.anna.is_active = False
    bench.anna.save()
    assert bench.client("ben").get(f"/calendar/en/{secret}.ics").status_code == 404


def test_the_page_shows_an_address_once(bench: Bench) -> None:
    client = bench.client("anna")
    assert ".ics" in client.post("/en/desk/calendar/", {"act": "make"}).content.decode()
    assert ".ics" not in client.get("/en/desk/calendar/").content.decode()
    client.post("/en/desk/calendar/", {"act": "revoke"})
    assert not CalendarFeed.objects.filter(revoked=None).exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_calendar_holds_what_the_other_rooms_put_into_ones_day_and_meetings(bench: Bench, lang: str) -> None:
    case, soon = bench.open(), TODAY + timedelta(20)
    wanted = "a desk, a room; 𠮷\nand a long text that is folded: " + "落地" * 40
    for owner, what in ((bench.anna, wanted), (bench.ben, "no")):
        Promise.objects.create(case=case, what=what, owner=owner, due=soon, at=NOW, changed=NOW, shown=NOW, by=owner)
    for unit, state in ((bench.here, "announced"), (bench.here, "draft"), (bench.aside, "announced")):
        Meeting.objects.create(
            reference=f"MD-2026-000{Meeting.objects.count()}",
            unit=unit,
            title_zh="对接会",
            title_en="Docking",
            day=soon,
            place="Hall",
            state=state,
            made=NOW,
            changed=NOW,
        )
    raw = calendar_of(bench.anna, lang, at=NOW)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75 and raw.decode()  # no character is cut in two
    promise, meeting = days(raw)
    act = "兑现承诺" if lang == "zh" else "Keep the promise"
    assert str(promise["summary"]).startswith(f"{act} · a desk, a room; 𠮷 and")
    assert case.reference in str(promise["summary"]) and "落地" * 40 in str(promise["summary"])
    assert promise.decoded("dtstart") == meeting.decoded("dtstart") == soon
    assert f"/{lang}/" in str(promise["url"]) and str(promise["url"]).startswith("http")
    assert str(meeting["summary"]) == f"{'对接会' if lang == 'zh' else 'Docking'} · Hall MD-2026-0000"
    uids = {str(one["uid"]) for one in days(calendar_of(bench.anna, "en" if lang == "zh" else "zh", at=NOW))}
    assert uids == {str(one["uid"]) for one in (promise, meeting)}  # the same thing, whatever the language
    Membership.objects.filter(user=bench.anna).update(ends=TODAY)
    assert days(calendar_of(bench.anna, lang, at=NOW)) == []


def test_a_row_that_comes_into_sight_in_a_large_view_has_not_entered_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_FOLLOWED", 2)
    opened = [bench.open() for _ in range(3)]
    LandingCase.objects.update(health="at_risk")
    view = actions.save_view("x", RISKY, by=bench.anna, at=NOW)
    actions.follow(view, by=bench.anna, at=NOW)
    LandingCase.objects.filter(pk=opened[2].pk).update(health="on_track")  # so that the first is looked at too
    assert actions.notify_followers(NOW + timedelta(1)) == 0
    LandingCase.objects.filter(pk=bench.open().pk).update(health="at_risk")
    assert actions.notify_followers(NOW + timedelta(2)) == 1
