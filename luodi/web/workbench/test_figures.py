"""Every figure of leaders is a count of records, opens to exactly its rows, and holds nothing of other units."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest

from luodi.casework.stages import End, Health, Stage
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.conftest import NOW, TODAY, Bench, step_of
from luodi.web.cases.models import Claim, LandingCase
from luodi.web.journal.models import ExportRecord
from luodi.web.leads.actions import From, Heard, assign, convert, qualify, receive
from luodi.web.workbench.conftest import clocked
from luodi.web.workbench.exports import charts
from luodi.web.workbench.exports.charts import FILES
from luodi.web.workbench.lists import LISTS, QUEUE
from luodi.web.workbench.queries import figures
from luodi.web.workbench.queries.figures import FigureScope

AGO = NOW - timedelta(days=500)


def at_stage(bench: Bench, stage: Stage, **more: Any) -> LandingCase:
    case = bench.open()
    LandingCase.objects.filter(pk=case.pk).update(stage=stage, **more)
    case.refresh_from_db()
    return case


def funnel(bench: Bench, who: str = "lee", **more: Any) -> dict[str, figures.Figure]:
    found = figures.funnel(FigureScope(getattr(bench, who), **more), TODAY - timedelta(30), TODAY)
    return {one.key: one for one in found}


def came(bench: Bench, n: int) -> Any:
    return receive(Heard(title=f"Amber Quay {n}"), From("fair", "fair", {"n": n}), bench.here, at=NOW)


def test_the_funnel_counts_a_case_at_every_stage_that_it_reached(bench: Bench) -> None:
    for stage in (Stage.OPENED, Stage.PLANNED, Stage.PLANNED, Stage.AFTERCARE):
        at_stage(bench, stage)
    at_stage(bench, Stage.SCOPED, end=End.LOST, ended=TODAY)
    found = funnel(bench)
    counts = [found[s].value for s in ("opened", "scoped", "planned", "establishing", "landing_verified")]
    assert counts == [5, 4, 3, 1, 1]
    assert found["scoped"].rate == 80 and found["opened"].rate is None


def test_the_funnel_begins_with_signals_and_leads_of_the_period(bench: Bench) -> None:
    lead, _ = came(bench, 1), came(bench, 2)
    receive(Heard(title="old"), From("fair", "fair", {"n": 3}), bench.here, at=AGO)
    lead = qualify(assign(lead, bench.anna, by=bench.anna, at=NOW), by=bench.anna, at=NOW)
    convert(lead, by=bench.anna, at=NOW, company=bench.company)
    found = funnel(bench)
    assert [found[k].value for k in ("signals", "leads", "converted", "opened")] == [2, 2, 1, 1]


CELL = re.compile(r'<a href="(/en/desk/(queue|leads)/\?[^"]*)">(\d+)</a>')


@pytest.mark.parametrize("of_unit", [False, True])
def test_every_cell_of_the_page_opens_to_exactly_its_rows(bench: Bench, of_unit: bool) -> None:
    """Whatever the figure: each is counted once more by the list behind its link, as the same reader sees it."""
    for stage in (Stage.OPENED, Stage.PLANNED, Stage.AFTERCARE):
        at_stage(bench, stage)
    at_stage(bench, Stage.SCOPED, end=End.LOST, ended=TODAY)
    late = at_stage(bench, Stage.OPENED, health=Health.DELAYED)
    for due in (TODAY - timedelta(9), TODAY + timedelta(9)):  # two clocks of one kind in one case
        clocked(late, kind="verification", started=TODAY - timedelta(60), limit=3, due=due)
    for landed, days in ((True, 500), (False, 400), (True, 30), (False, 30), (False, 20)):
        decided(bench, landed, days)
    lead, _ = came(bench, 1), came(bench, 2)
    convert(qualify(lead, by=bench.anna, at=NOW), by=bench.anna, at=NOW, company=bench.company)
    receive(Heard(title="aside"), From("fair", "fair", {"n": 9}), bench.aside, at=NOW)
    unit = f"&unit={bench.here.pk}" if of_unit else ""
    page = bench.client("lee").get(f"/en/desk/figures/?from=2020-01-01&until=2099-01-01{unit}").text
    cells = [(unescape(address), room, int(value)) for address, room, value in CELL.findall(page)]
    assert len(cells) == 3 + 7 + 2 + 5 * 4 + 3  # funnel, clocks, odds, load
    assert sum(value for _, _, value in cells) > 40
    for address, room, value in cells:
        of = LISTS["cases" if room == "queue" else "leads"]
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}
        assert of.found(bench.lee, of.read(given)).count() == value, address


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", [f"{chart}.{form}" for chart, forms in FILES.items() for form in forms])
def test_a_chart_leaves_as_a_file_that_says_what_it_is_and_is_written_down(bench: Bench, name: str, lang: str) -> None:
    clocked(bench.open(), kind="verification", started=TODAY, limit=5, due=TODAY)
    client, given = bench.client("lee"), {"from": "2026-01-01", "until": "2099-01-01", "unit": bench.here.pk}
    answer = client.post(f"/{lang}/desk/figures/{name}", given)
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    for word in ("Here", "未授权公开" if lang == "zh" else "not licensed for publication"):
        assert word in text
    if name.endswith("svg"):
        root = ElementTree.fromstring(text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg" and root.get("viewBox") and "url(http" not in text
        assert root.find("{http://www.w3.org/2000/svg}title") is not None
    else:
        head, *rows = csv.reader(io.StringIO(text))
        assert rows and {len(row) for row in rows} == {len(head)}
    record = ExportRecord.objects.get()
    assert (record.rows, record.asked["chart"], record.asked["unit"]) == (1, name[:-4], str(bench.here.pk))
    assert client.get(f"/{lang}/desk/figures/{name}").status_code == 405
    assert bench.client("mei").post(f"/{lang}/desk/figures/{name}").status_code == 403


def test_figures_hold_nothing_of_other_units(bench: Bench) -> None:
    bench.open(), came(bench, 1)
    assert {one.value for one in funnel(bench, "clara").values()} == {0}
    assert funnel(bench, "lee", unit=bench.aside)["opened"].value == 0
    assert funnel(bench, "lee", unit=bench.here)["opened"].value == 1
    assert (
        figures.workload(FigureScope(bench.clara), TODAY) == []
        and figures.clocks(FigureScope(bench.clara), TODAY) == []
    )


def test_clocks_say_how_much_of_their_limit_is_used(bench: Bench) -> None:
    case = bench.open()
    for started, due in ((TODAY - timedelta(60), TODAY - timedelta(30)), (TODAY, TODAY + timedelta(7))):
        clocked(case, kind="verification", started=started, limit=5, due=due)
    (lane,) = figures.clocks(FigureScope(bench.lee), TODAY)
    assert (lane.key, lane.cases, lane.late_cases, min(lane.used)) == ("verification", 1, 1, 0)
    asked = QUEUE.read({"step": lane.key, "clock": "late"})
    assert list(QUEUE.found(bench.lee, asked, on=TODAY)) == [case]
    assert not QUEUE.found(bench.lee, {**asked, "step": "seal-engraving"}, on=TODAY).exists()


def test_a_kind_of_which_no_clock_is_drawn_has_its_title_all_the_same(
    planned: LandingCase, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = step_of(planned, "domain-name-registration")
    for day in (1, 2):
        clocked(planned, kind="verification", started=TODAY, limit=5, due=TODAY + timedelta(day))
    clocked(planned, kind="step", step=step, started=TODAY, limit=9, due=TODAY + timedelta(9))
    monkeypatch.setattr(figures, "_DRAWN", 2)
    lanes = {lane.key: lane for lane in figures.clocks(FigureScope(bench.lee), TODAY)}
    assert lanes[step.step].titles == step.title and lanes[step.step].used == () and lanes[step.step].cases == 1
    assert len(lanes["verification"].used) == 2
    assert step.title["en"] in bench.client("lee").get("/en/desk/figures/").text


def test_what_is_drawn_is_of_the_kinds_with_most_clocks(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    case = bench.open()
    for kind, days in (("request", (1, 2)), ("verification", (0,))):
        for day in days:
            clocked(case, kind=kind, started=TODAY, limit=5, due=TODAY + timedelta(day))
    monkeypatch.setattr(figures, "_LANES", 1)
    (lane,) = figures.clocks(FigureScope(bench.lee), TODAY)
    assert (lane.key, len(lane.used)) == ("request", 2)


def decided(bench: Bench, landed: bool, days: int) -> None:
    at = NOW - timedelta(days=days)
    case = at_stage(bench, Stage.VERIFIED) if landed else at_stage(bench, Stage.PLANNED, end=End.LOST, ended=at.date())
    if landed:
        Claim.objects.create(case=case, day=at.date(), at=at, state="verified", decided=at)


def test_odds_come_from_what_was_decided_a_year_ago_and_are_held_against_what_came(bench: Bench) -> None:
    for landed, days, n in ((True, 500, 20), (False, 500, 20), (True, 30, 2), (False, 30, 1)):
        for _ in range(n):
            decided(bench, landed, days)
    found = {one.stage: one for one in figures.odds(FigureScope(bench.lee), TODAY)}
    assert (found[Stage.PLANNED].before.landed, found[Stage.PLANNED].before.n) == (20, 40)
    assert found[Stage.PLANNED].before.share == 0.5
    assert (found[Stage.ESTABLISHING].before.landed, found[Stage.ESTABLISHING].before.n) == (20, 20)
    after = found[Stage.PLANNED].after
    assert (after.landed, after.n, after.share, found[Stage.PLANNED].held) == (2, 3, None, None)


def test_the_chart_of_odds_has_a_mark_for_each_share_and_none_for_few_cases(bench: Bench) -> None:
    for landed, days, n in ((True, 500, 20), (False, 500, 20), (True, 30, 10), (False, 30, 25), (True, 2, 1)):
        for _ in range(n):
            decided(bench, landed, days)
    found = figures.odds(FigureScope(bench.lee), TODAY)
    held = {one.stage: one.held for one in found}
    assert held[Stage.PLANNED] is True and held[Stage.ESTABLISHING] is None  # 20 and 11 landed, fewer than 30 each
    assert charts.odds_finding(found, "en").startswith("3 stages have enough cases to compare: the forecast was right")
    assert charts.odds_finding([], "en").startswith("No stage has enough decided cases")
    drawn = charts.odds_picture(found, "en").inside
    assert drawn.count('class="late"') == drawn.count('class="bar"') == 1 + 3  # the key, and three stages
    assert "20 / 40 → 11 / 36　they held" in drawn and "20 / 20 → 11 / 11　too few to tell" in drawn
    decided(bench, False, 1)
    (head, *rows) = csv.reader(
        io.StringIO(
            charts.export_chart(
                bench.lee, FigureScope(bench.lee, act="export"), "odds", "csv", TODAY, TODAY, "en", at=NOW
            ).removeprefix("\ufeff")
        )
    )
    assert rows[0][head.index("did the odds hold")] == "they held"


def test_a_case_that_ended_after_its_landing_still_landed(bench: Bench) -> None:
    decided(bench, True, 10)
    case = LandingCase.objects.get()
    actions.end_case(case, End.WITHDRAWN, "moved on", by=bench.anna, at=NOW)
    (first, *_) = figures.odds(FigureScope(bench.lee), TODAY)
    assert (first.after.landed, first.after.n) == (1, 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_charts_with_title_description_and_table(bench: Bench, lang: str) -> None:
    case = bench.open()
    clocked(case, kind="verification", started=TODAY, limit=5, due=TODAY)
    page = bench.client("lee").get(f"/{lang}/desk/figures/?from=2026-01-01&until=2026-12-31").content.decode()
    assert page.count("<title id=") == page.count("<desc id=") == 3 and page.count("<figcaption>") == 3
    assert not re.search(r"<svg[^>]*style=|style=\"", page) and page.count("<table") == 4


@pytest.mark.parametrize("query", ["?from=x&until=9999-99-99", "?unit=99999999999999999999", "?from=2026-02-30"])
def test_what_is_no_day_or_unit_is_left_aside(bench: Bench, query: str) -> None:
    assert bench.client("lee").get(f"/en/desk/figures/{query}").status_code == 200
    assert bench.client("lee").get(f"/en/desk/leads/{query}").status_code == 200


def test_figures_are_for_staff(bench: Bench) -> None:
    assert bench.client("mei").get("/en/desk/figures/").status_code == 403


def test_the_page_asks_a_fixed_number_of_questions(bench: Bench, django_assert_max_num_queries: Any) -> None:
    client = bench.client("lee")
    for _ in range(2):
        at_stage(bench, Stage.PLANNED)
        clocked(bench.open(), kind="verification", started=TODAY, limit=5, due=TODAY)
    client.get("/en/desk/figures/")
    with django_assert_max_num_queries(20) as few:
        client.get("/en/desk/figures/")
    for _ in range(8):
        clocked(bench.open(), kind="verification", started=TODAY, limit=5, due=TODAY)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/en/desk/figures/")
