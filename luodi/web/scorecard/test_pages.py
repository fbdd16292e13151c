"""The pages of the plan: what each shows to whom, and acts through their forms."""

import csv
import io
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from luodi.web.accounts.models import Company
from luodi.web.cases.conftest import NOW
from luodi.web.cases.signals import case_panels
from luodi.web.companies.queries import events_of
from luodi.web.journal.models import ExportRecord
from luodi.web.scorecard.actions.contributions import check, claim, count, reject
from luodi.web.scorecard.actions.editions import freeze
from luodi.web.scorecard.conftest import TODAY, Town
from luodi.web.scorecard.models import Contribution, FrozenEdition, Indicator, PlanTask
from luodi.web.workbench.queries.day import day_of

pytestmark = pytest.mark.django_db
BOARD = "/en/desk/plan/"


def acts_on(page: Any) -> set[str]:
    """The acts that a page offers."""
    return set(re.findall(r'id="act-([^"]+)"', page.text))


def form_of(page: Any, act: str) -> dict[str, str]:
    """The hidden fields of an act's form on a page."""
    found = re.search(rf'id="act-{act}".*?</form>', page.text, re.S)
    assert found is not None, acts_on(page)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found.group()))


def key_of(page: Any) -> str:
    """Of the only form on a page that does something."""
    found = re.search(r'name="key" value="([^"]+)"', page.text)
    assert found is not None
    return found.group(1)


def test_anybody_reads_the_plan_and_it_claims_no_completion(client: Any, db: None) -> None:
    for lang, words in (("zh", "没有公开数字"), ("en", "No public figure")):
        page = client.get(f"/{lang}/plan/").text
        assert page.count(words) >= 3 and "m5.3" in page
    assert client.get(BOARD).status_code == 302


def test_the_board_shows_figures_to_whom_they_belong_and_every_number_opens(town: Town) -> None:
    indicator = town.indicator()
    row = claim(indicator, town.case, by=town.bench.anna, at=NOW)
    count(check(row, by=town.cora, at=NOW), by=town.cora, at=NOW)
    whole = town.client("lee").get(BOARD)
    assert "Projects landed" in whole.text and "<svg" in whole.text and "1 of 10 projects" in whole.text
    part = town.client("clara").get(BOARD).text
    assert "Projects landed" in part and "1 of 10 projects" not in part and "Of your units alone" in part
    opened = town.client("lee").get(f"{BOARD}indicators/projects/").text
    assert row.reference in opened and "Lantern Isle Cloud" in opened
    there = town.client("lee").get(f"{BOARD}contributions/{row.reference}/").text
    assert town.case.reference in there and "Cora" in there and "Business licence" in there
    for who in ("clara", "mei"):
        assert town.client(who).get(f"{BOARD}contributions/{row.reference}/").status_code in (403, 404)
    assert "Lantern" not in town.client("clara").get(f"{BOARD}indicators/projects/").text


def test_an_officer_claims_another_counts_by_their_forms(town: Town) -> None:
    town.indicator()
    anna, cora = town.client("anna"), town.client("cora")
    address = f"{BOARD}indicators/projects/"
    sent = form_of(anna.get(address), "claim")
    for _ in range(2):  # a double click
        assert anna.post(address, {**sent, "thing": town.case.reference}).status_code == 302
    row = Contribution.objects.get()
    place = f"{BOARD}contributions/{row.reference}/"
    assert acts_on(anna.get(place)) == set()
    assert cora.post(place, form_of(cora.get(place), "check")).status_code == 302
    refused = cora.post(place, {**form_of(cora.get(place), "reject"), "reason": ""})
    assert refused.status_code == 422
    assert cora.post(place, form_of(cora.get(place), "count")).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.checker) == ("counted", town.cora)
    assert town.client("clara").post(place, {"act": "reverse"}).status_code == 404


def test_an_indicator_is_proposed_by_a_form_and_approved_by_another_leader(town: Town) -> None:
    lee = town.client("lee")
    sent = {
        "key": key_of(lee.get(f"{BOARD}indicators/new/?of=m3.3")),
        "unit": town.bench.city.pk,
        "of": "m3.3",
        "thing": "project",
        "code": "demos",
        "title_zh": "示范项目",
        "title_en": "Demonstrations",
        "measured_zh": "个",
        "measured_en": "projects",
        "target": "5",
        "baseline": "0",
        "holds": "2026-01-01",
        "starts": "2026-01-01",
        "due": "2026-12-31",
        "path": "2026-06-30 | 1\n",
        "places": "BJ, SH",
        "source": "decision",
        "reason": "agreed on 3 March",
    }
    wrong = lee.post(f"{BOARD}indicators/new/", {**sent, "places": "Pekin", "path": "June 4"})
    assert wrong.status_code == 422 and "such as 2026-06-30 4" in wrong.text and "agreed on 3 March" in wrong.text
    assert lee.post(f"{BOARD}indicators/new/", {**sent, "places": "Pekin"}).status_code == 422
    assert lee.post(f"{BOARD}indicators/new/", sent).status_code == 302
    line = Indicator.objects.get().definitions.get()
    assert line.path == [{"day": "2026-06-30", "value": 1}] and line.takes == {"places": ["BJ", "SH"]}
    address = f"{BOARD}indicators/demos/"
    assert f"approve-{line.pk}" not in acts_on(lee.get(address))
    lars = town.client("lars")
    assert lars.post(address, form_of(lars.get(address), f"approve-{line.pk}")).status_code == 302
    line.refresh_from_db()
    assert (line.state, line.decided_by) == ("approved", town.lars)


def test_a_task_is_given_declared_and_reviewed_by_its_forms(town: Town) -> None:
    address = f"{BOARD}tasks/m3.3/"
    lee, anna, clara = (town.client(who) for who in ("lee", "anna", "clara"))
    sent = {**form_of(lee.get(address), "assign"), "unit": town.bench.here.pk, "reason": "theirs"}
    assert lee.post(address, sent).status_code == 302
    assert acts_on(anna.get(address)) == {"declare"}
    sent = {**form_of(anna.get(address), "declare"), "value": "under_way", "note": "two pilots"}
    assert anna.post(address, sent).status_code == 302
    assert acts_on(clara.get(address)) == {"review"}
    sent = {**form_of(clara.get(address), "review"), "value": "no_evidence", "note": "nothing was sent"}
    assert clara.post(address, sent).status_code == 302
    found = PlanTask.objects.get()
    assert (found.declared, found.evidenced) == ("under_way", "no_evidence")
    assert "nothing was sent" in clara.get(address).text
    assert anna.get(f"{BOARD}tasks/m9.9/").status_code == 404


def test_a_leader_freezes_an_edition_and_it_shows_what_changed_and_that_it_can_be_made_again(town: Town) -> None:
    indicator = town.indicator()
    row = check(claim(indicator, town.case, by=town.bench.anna, at=NOW), by=town.cora, at=NOW)
    freeze(town.bench.city, TODAY, by=town.bench.lee, at=NOW)
    reject(row, "another firm", by=town.cora, at=NOW)
    lee = town.client("lee")
    sent = {"key": key_of(lee.get(f"{BOARD}editions/")), "unit": town.bench.city.pk, "day": TODAY.isoformat()}
    assert lee.post(f"{BOARD}editions/", sent).status_code == 302
    second = FrozenEdition.objects.get(number=2)
    page = lee.get(f"{BOARD}editions/{second.pk}/").text
    assert "another firm" in page and "The records give it again" in page and "Being checked → Rejected" in page
    assert town.client("clara").get(f"{BOARD}editions/{second.pk}/").status_code == 404
    assert 'name="key"' not in town.client("anna").get(f"{BOARD}editions/").text


def test_board_and_edition_leave_with_their_definitions_and_are_written_down(town: Town) -> None:
    row = check(claim(town.indicator(), town.case, by=town.bench.anna, at=NOW), by=town.cora, at=NOW)
    count(row, by=town.cora, at=NOW)
    edition = freeze(town.bench.city, TODAY, by=town.bench.lee, at=NOW)
    lee = town.client("lee")
    board = load_workbook(io.BytesIO(lee.post(f"{BOARD}export/", {"form": "xlsx"}).content))
    cells = [[cell.value for cell in line] for line in board["Indicators"].iter_rows()]
    assert cells[1][cells[0].index("Counted")] == 1 and cells[1][cells[0].index("Target")] == 10
    terms = {line[0].value for line in board["Definitions and sources"].iter_rows()}
    assert {"Counted", "Thresholds", "Quantified", "The plan of 2019"} <= terms
    frozen = lee.post("/zh/desk/plan/export/", {"form": "xlsx", "edition": edition.pk})
    assert load_workbook(io.BytesIO(frozen.content)).sheetnames == ["指标", "任务", "贡献项", "口径与来源"]
    assert lee.post(f"{BOARD}export/", {"form": "pdf"}).content[:4] == b"%PDF"
    assert [one.rows for one in ExportRecord.objects.order_by("at")] == [1, 1, 1]
    clara = town.client("clara")
    assert clara.post(f"{BOARD}export/", {"form": "xlsx", "edition": edition.pk}).status_code == 404
    own = load_workbook(io.BytesIO(clara.post(f"{BOARD}export/", {"form": "xlsx"}).content))
    assert own["Contributions"].max_row == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_bars_leave_as_files_with_what_the_reader_sees_and_are_written_down(town: Town, lang: str) -> None:
    row = claim(town.indicator(), town.case, by=town.bench.anna, at=NOW)
    count(check(row, by=town.cora, at=NOW), by=town.cora, at=NOW)
    address, texts = f"/{lang}/desk/plan/bars.", {}
    for form in ("svg", "csv"):
        answer = town.client("lee").post(f"{address}{form}")
        assert answer["Content-Disposition"].startswith("attachment; filename=") and f'"{address}{form}"' in (
            town.client("lee").get(f"/{lang}/desk/plan/").text
        )
        texts[form] = answer.content.decode("utf-8-sig")
        assert ("未授权公开" if lang == "zh" else "not licensed for publication") in texts[form]
    assert ElementTree.fromstring(texts["svg"]).get("viewBox") and "url(http" not in texts["svg"]
    head, only = csv.reader(io.StringIO(texts["csv"]))
    assert len(head) == len(only) and only[3] == "1" and only[5:7] == ["10", "9"]
    assert [(one.kind, one.form, one.rows) for one in ExportRecord.objects.order_by("pk")] == [
        ("scorecard.Indicator", "svg", 1),
        ("scorecard.Indicator", "csv", 1),
    ]
    part = town.client("clara").post(f"{address}csv").content.decode("utf-8-sig")  # sees a part, so there is no bar
    assert len(list(csv.reader(io.StringIO(part)))) == 1 and ExportRecord.objects.count() == 3
    assert town.client("lee").get(f"{address}svg").status_code == 405
    assert town.bench.client("mei").post(f"{address}csv").status_code == 403


def test_a_day_a_case_and_a_company_show_what_stands_above_them(town: Town) -> None:
    bench = town.bench
    indicator = town.indicator()
    panels = {panel.key: panel for panel in case_panels.ask(user=bench.anna, case=town.case, on=TODAY)}
    assert [one.indicator for one in panels["scorecard"].context["offered"]] == [indicator]
    page = town.client("anna").get(f"/en/desk/cases/{town.case.reference}/dealings/").text
    assert "it may be claimed for" in page
    assert any("claimed" in row.what["en"] for row in day_of(bench.anna, TODAY).rows)
    row = claim(indicator, town.case, by=bench.anna, at=NOW)
    mine = [one for one in day_of(town.cora, TODAY).rows if row.reference in one.address]
    assert [(one.band, one.due) for one in mine] == [("waiting", row.check_by)]
    assert not any(row.reference in one.address for one in day_of(bench.anna, TODAY).rows)
    reject(check(row, by=town.cora, at=NOW), "no", by=town.cora, at=NOW)
    texts = [event.en for event in events_of(bench.lee, Company.objects.get(pk=bench.company.pk), TODAY)]
    assert "Claim for “Projects landed” rejected" in texts
    assert row.reference in town.client("anna").get(f"/en/desk/cases/{town.case.reference}/dealings/").text
