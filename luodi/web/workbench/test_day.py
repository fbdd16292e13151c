"""The desk: what is due comes first, the queue holds every open case once, and a move is the app's own action."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from luodi.casework.stages import End, Health, Stage
from luodi.casework.step_states import StepAct
from luodi.web.accounts.company_index import index_names
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import steps as actions_steps
from luodi.web.cases.conftest import CLOUD, NOW, TODAY, Bench
from luodi.web.cases.models import LandingCase
from luodi.web.journal.models import Entry
from luodi.web.workbench import lists
from luodi.web.workbench.conftest import clocked
from luodi.web.workbench.lists import QUEUE
from luodi.web.workbench.queries import cases as queries
from luodi.web.workbench.queries import day
from luodi.web.workbench.queries.cases import PAGE, Place
from luodi.web.workbench.queries.day import day_of

OPEN: dict[str, str] = {}


def timed(bench: Bench, due: date, by: Any = None) -> LandingCase:
    """A case with a clock that runs until a day."""
    case = actions.open_case(bench.company, bench.here, by=by or bench.anna, at=NOW)
    clocked(case, kind="verification", started=TODAY - timedelta(days=30), limit=20, due=due)
    return case


def references(user: Any, asked: dict[str, str], after: Place | None = None) -> list[str]:
    found, _ = queries.queue(QUEUE.found(user, asked, on=TODAY), after)
    return [item.case.reference for item in found]


# ---- the day


def test_a_day_has_what_is_late_first_then_this_week_then_the_rest(bench: Bench) -> None:
    sunday = TODAY + timedelta(days=6 - TODAY.weekday())
    later, week = timed(bench, sunday + timedelta(days=1)), timed(bench, sunday)
    late = timed(bench, TODAY - timedelta(days=1))
    bands = {row.case: row.band for row in day_of(bench.anna, TODAY).lines}
    assert list(bands) == [late.reference, week.reference, later.reference]
    assert list(bands.values()) == ["overdue", "due", "waiting"]


def test_what_is_due_on_monday_waits_and_on_sunday_is_of_this_week() -> None:
    from luodi.web.core.agenda import DayRow
    from luodi.web.workbench.queries.bands import week_ends

    texts: dict[str, Any] = {name: {"zh": "", "en": ""} for name in ("what", "waiting_on", "act")}
    sunday = date(2026, 3, 15)
    rows = [
        DayRow(band="due", company="", case="", address="", due=due, **texts) for due in (sunday, date(2026, 3, 16))
    ]
    assert [day._banded(row, week_ends(sunday)).band for row in rows] == ["due", "waiting"]


def test_a_day_holds_nothing_of_others(bench: Bench) -> None:
    timed(bench, TODAY)
    found = day_of(bench.clara, TODAY)
    assert (found.lines, found.rows, found.total) == ((), (), 0)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_day_shows_the_case_beside_it(bench: Bench, lang: str) -> None:
    case = actions_plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    step = case.steps.filter(needs=[], days__isnull=False).first()
    assert step is not None
    actions_steps.act_on_step(step, StepAct.SUBMIT, by=bench.anna, at=NOW, early=True)
    page = bench.client("anna").get(f"/{lang}/desk/").content.decode()
    assert page.count(case.reference) >= 3 and step.title[lang] in unescape(page)
    assert 'class="case" id="case"' in page and 'name="move"' in page


def test_a_chosen_case_of_another_unit_is_not_shown(bench: Bench) -> None:
    case = bench.open()
    page = bench.client("clara").get(f"/en/desk/?case={case.reference}").content.decode()
    assert str(bench.company) not in page and 'id="case"' not in page


# ---- the queue


def test_the_queue_holds_each_case_once_by_its_nearest_day(bench: Bench) -> None:
    far, none, near = timed(bench, TODAY + timedelta(9)), bench.open(), timed(bench, TODAY + timedelta(2))
    clocked(far, kind="step", started=TODAY, limit=50, due=TODAY + timedelta(90))
    assert references(bench.anna, OPEN) == [near.reference, far.reference, none.reference]


def test_pages_of_the_queue_follow_one_another_without_a_gap(bench: Bench) -> None:
    made = {timed(bench, TODAY + timedelta(n % 7)).reference for n in range(PAGE)}
    made |= {bench.open().reference for _ in range(7)}
    cases = QUEUE.found(bench.anna, OPEN, on=TODAY)
    first, place = queries.queue(cases)
    assert place is not None
    second, end = queries.queue(cases, Place.read(str(place)))
    found = [item.case.reference for item in (*first, *second)]
    assert end is None and len(found) == len(set(found)) and set(found) == made


@pytest.mark.parametrize("text", ["", "x", "none.", "2026-13-01.4", "2026-01-01.-4", "none.99999999999999999999"])
def test_what_is_no_place_begins_at_the_beginning(text: str) -> None:
    assert Place.read(text) is None


def test_the_queue_is_narrowed(bench: Bench) -> None:
    index_names(bench.company, ["灯屿云", "Lantern Isle Cloud"])
    late, week = timed(bench, TODAY - timedelta(1)), timed(bench, TODAY)
    risky, bens = bench.open(), timed(bench, TODAY + timedelta(30), by=bench.ben)
    actions.set_health(risky, Health.AT_RISK, "the lease", by=bench.anna, at=NOW)
    LandingCase.objects.filter(pk=late.pk).update(place="BJ")
    LandingCase.objects.filter(pk=week.pk).update(plans=[{"service": "B11", "place": "SH", "share": "100"}])
    ended = bench.open()
    actions.end_case(ended, End.LOST, "another city", by=bench.anna, at=NOW)
    for asked, wanted in (
        ({"clock": "late"}, {late}),
        ({"clock": "week"}, {week}),
        ({"clock": "none"}, {risky}),
        ({"health": "at_risk"}, {risky}),
        ({"state": "ended"}, {ended}),
        ({"who": "nobody"}, set()),
        ({"officer": str(bench.ben.pk)}, {bens}),
        ({"words": risky.reference.lower()}, {risky}),
        ({"words": "lantern", "clock": "late"}, {late}),
        ({"unit": str(bench.aside.pk)}, set()),
        ({"state": "opened"}, {late, week, risky, bens}),
        ({"place": "BJ"}, {late}),
        ({"place": "SH"}, {week}),
        ({"service": "B11"}, {week}),
        ({"service": "B1"}, set()),
        ({"plan": "stale"}, set()),
    ):
        assert set(references(bench.anna, asked)) == {one.reference for one in wanted}, asked


def test_the_queue_forgets_what_it_does_not_know() -> None:
    given = {"who": "x", "state": "opened", "clock": "late", "unit": "1; drop", "words": "  a\0b ", "page": "3"}
    assert QUEUE.read(given) == {"state": "opened", "clock": "late", "words": "ab"}


def test_the_list_stands_in_another_order_page_by_page(bench: Bench) -> None:
    cases = [bench.open() for _ in range(PAGE + 2)]
    actions.note_contact(cases[0], at=NOW)
    found = QUEUE.found(bench.anna, OPEN, on=TODAY)
    newest, follows = queries.in_order(found, "opened", 1)
    rest, ends = queries.in_order(found, "opened", 2)
    assert (len(newest), follows, len(rest), ends) == (PAGE, True, 2, False)
    assert {item.case for item in (*newest, *rest)} == set(cases)
    assert queries.in_order(found, "contacted", 2)[0][-1].case == cases[0]
    page = bench.client("anna").get("/en/desk/queue/?sort=contacted").text
    assert "sort=contacted&amp;page=2" in page
    assert cases[0].reference in bench.client("anna").get("/en/desk/queue/?sort=contacted&page=2").text


@pytest.mark.parametrize(("lang", "head", "unit"), [("zh", "最近联系", "Here"), ("en", "Last contact", "Here")])
def test_columns_are_chosen_saved_and_shown(bench: Bench, lang: str, head: str, unit: str) -> None:
    timed(bench, TODAY)
    client = bench.client("anna")
    page = client.get(f"/{lang}/desk/queue/?columns=contacted&columns=unit&columns=x").text
    heads = re.findall('<th scope="col">([^<]*)</th>', page)
    assert len(heads) == 3 and heads[-1] == head and f"<span>{unit}</span>" in page
    assert QUEUE.read({"columns": "contacted,unit,x"}) == {"columns": "unit,contacted"}
    assert QUEUE.read({"columns": "stage,what,clock,waiting,risk,officer"}) == {}
    assert "columns=unit%2Ccontacted" in client.get(f"/{lang}/desk/queue/?columns=unit,contacted").text


def test_units_people_places_and_services_are_chosen_by_name(bench: Bench) -> None:
    page = bench.client("anna").get("/en/desk/queue/?place=SH").text
    assert '<option value="SH" selected>Shanghai municipality</option>' in page
    assert f'<option value="{bench.ben.pk}">Ben</option>' in page
    assert str(bench.clara) not in page


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("", "?"),
        ("?state=mine&words=a+b", "?who=mine&words=a+b"),
        ("?state=at_risk", "?health=unwell"),
        ("?state=stale", "?plan=stale"),
        ("?state=ended", "?state=ended"),
        ("?state=x", "?"),
    ],
)
def test_the_address_of_the_list_of_before_leads_to_what_it_asked_for(bench: Bench, before: str, now: str) -> None:
    assert bench.client("anna").get(f"/en/desk/cases/{before}").url == f"/en/desk/queue/{now}"


def test_nobody_else_has_a_case_in_queue_or_board(bench: Bench) -> None:
    case = timed(bench, TODAY)
    for address in ("/en/desk/queue/", "/en/desk/board/", f"/en/desk/queue/?case={case.reference}"):
        assert "Lantern" not in bench.client("clara").get(address).content.decode()
        assert case.reference in bench.client("lee").get(address).content.decode()
    assert bench.client("mei").get("/en/desk/queue/").status_code == 403


#: SQLite is asked for each column of the board by itself. Units and people to choose from are two of the list's; one
#: of the day's asks for cases with a plan, which may lack facts; two for mail, one for events.
@pytest.mark.parametrize(
    ("address", "most"),
    [("/en/desk/", 29), ("/en/desk/queue/", 12), ("/en/desk/board/", 13), ("/en/desk/queue/?words=lantern", 8)],
)
def test_a_page_asks_a_fixed_number_of_questions(
    bench: Bench, address: str, most: int, django_assert_max_num_queries: Any
) -> None:
    client = bench.client("anna")
    for _ in range(3):
        timed(bench, TODAY)
    client.get(address)
    with django_assert_max_num_queries(most) as few:
        client.get(address)
    for _ in range(12):
        timed(bench, TODAY)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address)


def test_the_board_has_the_cases_of_the_queue_by_stage_those_that_moved_last_first(bench: Bench) -> None:
    cases = [timed(bench, TODAY) for _ in range(4)]
    for number, stage in ((0, "scoped"), (2, "scoped"), (3, "planned")):
        LandingCase.objects.filter(pk=cases[number].pk).update(stage=stage, since=NOW + timedelta(hours=number))
    actions.end_case(cases[1], End.LOST, "Elsewhere", by=bench.anna, at=NOW)
    found = {column.stage: column for column in queries.board(bench.anna, OPEN, TODAY)}
    assert [one.pk for one in found[Stage.SCOPED].cards] == [cases[2].pk, cases[0].pk]
    cards = [one.reference for column in found.values() for one in column.cards]
    assert sorted(cards) == sorted(references(bench.anna, OPEN))
    assert not any(column.has_more for column in found.values())


def test_words_find_the_same_whether_companies_are_few_or_many(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    index_names(bench.company, ["灯屿云", "Lantern Isle Cloud"])
    case = timed(bench, TODAY)
    for words in ("lantern isle", "灯屿", "云", "isle mill", "li", "-"):
        few = references(bench.anna, {"words": words})
        with monkeypatch.context() as patched:
            patched.setattr(lists, "_FEW", -1)
            assert references(bench.anna, {"words": words}) == few
        assert few == ([] if words in ("isle mill", "-") else [case.reference] if words != "li" else few)


# ---- moving


def moved(bench: Bench, case: LandingCase, who: str = "anna", **given: Any) -> Any:
    whole = {"key": "k" * 20, "version": case.version, "to": "board", "reason": "", **given}
    return bench.client(who).post(f"/en/desk/move/{case.reference}/", whole)


def test_a_move_that_lacks_something_says_what_and_changes_nothing(bench: Bench) -> None:
    case = bench.open()
    answer = moved(bench, case, move="advance")
    case.refresh_from_db()
    assert answer.status_code == 422 and case.stage == "opened" and case.version == 1
    assert 'class="open"' in answer.content.decode()


def test_a_move_is_written_down_once_however_often_it_is_sent(bench: Bench) -> None:
    case = bench.open()
    for _ in range(2):
        assert moved(bench, case, move="at_risk", reason="the lease").status_code == 302
    case.refresh_from_db()
    assert (case.health, case.health_reason, case.version) == ("at_risk", "the lease", 2)
    assert Entry.objects.filter(act="set_health").count() == 1


def test_a_stale_form_is_shown_again_with_what_was_typed(bench: Bench) -> None:
    case = bench.open()
    actions.set_health(case, Health.PAUSED, "they rest", by=bench.ben, at=NOW)
    answer = moved(bench, case, move="delayed", reason="typed-before")
    assert answer.status_code == 409 and "typed-before" in answer.content.decode()
    case.refresh_from_db()
    assert case.health == "paused"


def test_a_reason_is_asked_for(bench: Bench) -> None:
    assert moved(bench, bench.open(), move="delayed").status_code == 422


def test_only_officers_of_the_unit_move_a_case(bench: Bench) -> None:
    case = bench.open()
    assert moved(bench, case, "clara", move="paused", reason="x").status_code == 404
    assert moved(bench, case, "lee", move="paused", reason="x").status_code == 403


def test_moves_fit_the_stage(bench: Bench) -> None:
    from luodi.web.workbench.views.moves import moves_of

    case = bench.open()
    assert moves_of(case) == ("advance", "at_risk", "delayed", "paused")
    case.stage = "operating"
    assert moves_of(case) == ("back", "at_risk", "delayed", "paused")
    case.end = End.LOST
    assert moves_of(case) == ()


def test_the_clock_is_said_in_words() -> None:
    from luodi.calendar import WorkingCalendar
    from luodi.casework.clocks import Clock as Counted
    from luodi.casework.clocks import Pause, read
    from luodi.web.workbench.views.clocks import clock_shown

    china, start = WorkingCalendar.china(), date(2026, 3, 2)
    left = read(Counted(start, 5), date(2026, 3, 6), china)
    assert clock_shown(left, "zh").words == "剩1个工作日" and clock_shown(left, "en").words == "1 working day left"
    over = read(Counted(start, 5), date(2026, 3, 11), china)
    assert clock_shown(over, "en").words == "2 working days late" and clock_shown(over, "en").is_late
    assert clock_shown(over, "en").note == "limit: 5 working days"
    last = read(Counted(start, 5), date(2026, 3, 9), china)
    assert (clock_shown(last, "zh").words, clock_shown(last, "en").words) == ("今天是最后一天", "last day today")
    at_once = read(Counted(start, 0), date(2033, 3, 11), china)  # a limit of nothing is the same day, not "of 0"
    assert clock_shown(at_once, "en").words.endswith(" working days late")
    assert (clock_shown(at_once, "zh").note, clock_shown(at_once, "en").note) == ("应当日办结", "due the same day")
    paused = read(Counted(start, 5, None, (Pause(start, None, "papers"),)), date(2026, 3, 11), china)
    assert (clock_shown(paused, "zh").words, clock_shown(paused, "zh").strip) == ("暂停", "pause")
    assert clock_shown(paused, "en").note == "papers"
    free = read(Counted(start), date(2026, 3, 6), china)
    assert (clock_shown(free, "en").words, clock_shown(free, "en").strip) == ("4 working days so far", "")
