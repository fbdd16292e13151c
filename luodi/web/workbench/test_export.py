"""What leaves the desk: real numbers and days, only what one may see, and every file written down."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook

from luodi.casework.agreement import PartySide, Says
from luodi.casework.promises import PromiseAct
from luodi.casework.stages import End, Health
from luodi.documents import report_xlsx
from luodi.documents.report_xlsx import TooManyRows
from luodi.errors import OutOfRange
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.actions import plan as actions_plan
from luodi.web.cases.actions import stages as actions_stages
from luodi.web.cases.actions.observed import count_times
from luodi.web.cases.conftest import CLOUD, NOW, TODAY, Bench, ready_to_claim
from luodi.web.cases.models import Clock, LandingCase, Statement
from luodi.web.cases.models.money import Money
from luodi.web.cases.test_observed import OFFICE, decided
from luodi.web.core.context import acting_as
from luodi.web.dealings.actions import promises
from luodi.web.dealings.models import Promise
from luodi.web.journal.models import Entry, ExportRecord
from luodi.web.obstacles.models import Obstacle, PolicyIssue
from luodi.web.workbench.conftest import clocked
from luodi.web.workbench.exports import cases as exporting
from luodi.web.workbench.exports.bulletin import Period, bulletin, export_bulletin
from luodi.web.workbench.exports.cases import export_cases


def book(raw: bytes) -> Any:
    return load_workbook(io.BytesIO(raw))


def test_a_workbook_of_cases_holds_money_and_days_as_such(bench: Bench) -> None:
    money = Money(5_000_000, "USD", "investment", date(2026, 3, 1))
    case = actions.describe(bench.open(), money=money, by=bench.anna, at=NOW)
    Clock.objects.create(case=case, kind="verification", started=TODAY, limit=20, due=TODAY + timedelta(28))
    found = book(export_cases(bench.anna, {}, "en", at=NOW))
    head = {cell.value: place for place, cell in enumerate(found["Cases"][1])}
    row = [cell for cell in found["Cases"][2]]
    assert row[head["Amount"]].value == 5_000_000 and row[head["Currency"]].value == "USD"
    assert row[head["Opened"]].is_date and row[head["Amount as of"]].is_date
    assert found["Clocks that run"].max_row == 2 and "Definitions and sources" in found.sheetnames


def test_invariant_19_every_list_that_leaves_is_an_export_record(bench: Bench) -> None:
    bench.open()
    answer = bench.client("anna").post("/en/desk/queue/export/", {"who": "mine", "state": "opened"})
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith('.xlsx"')
    record = ExportRecord.objects.get()
    assert (record.actor, record.rows, record.form) == (bench.anna.pk, 1, "xlsx")
    assert record.asked == {"who": "mine", "state": "opened"} and record.entry.act == "export"


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_invariant_19_a_bulletin_is_one_too(bench: Bench, form: str) -> None:
    made = export_bulletin(bench.lee, bench.city, Period(TODAY, TODAY), form, "zh", at=NOW)
    assert made[:2] in (b"PK", b"%P")
    assert ExportRecord.objects.get().form == form


def test_an_export_holds_nothing_of_other_units(bench: Bench) -> None:
    bench.open()
    assert book(export_cases(bench.clara, {}, "en", at=NOW))["Cases"].max_row == 1
    assert book(export_cases(bench.lee, {}, "en", at=NOW))["Cases"].max_row == 2
    assert ExportRecord.objects.order_by("pk").values_list("rows", flat=True)[0] == 0


def test_those_without_the_role_export_nothing(bench: Bench) -> None:
    bench.open()
    assert bench.client("mei").post("/en/desk/queue/export/").status_code == 403
    assert book(export_cases(bench.mei, {}, "en", at=NOW))["Cases"].max_row == 1


def test_a_company_that_is_a_formula_is_only_a_name(bench: Bench) -> None:
    bench.company.name_en = '=HYPERLINK("http://x","y")'
    bench.company.save()
    bench.open()
    sheet = book(export_cases(bench.anna, {}, "en", at=NOW))["Cases"]
    cell = next(cell for cell in sheet[2] if str(cell.value).startswith("=HYP"))
    assert cell.data_type == "s" and cell.quotePrefix


def test_a_list_that_is_too_long_is_refused_and_not_written_down(bench: Bench, monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    bench.open(), bench.open()
    before = Entry.objects.count()
    answer = bench.client("anna").post("/zh/desk/queue/export/")
    assert answer.status_code == 422 and "20000" in answer.content.decode()
    assert Entry.objects.count() == before and not ExportRecord.objects.exists()


def test_more_rows_are_not_more_questions_and_clocks_are_never_cut(bench: Bench, monkeypatch: Any) -> None:
    def asked() -> int:
        with acting_as("request"), CaptureQueriesContext(connection) as seen:  # which keeps calendars once read
            export_cases(bench.anna, {}, "en", at=NOW)
        return len(seen)

    clocked(bench.open(), kind="verification", started=TODAY, limit=5, due=TODAY)
    first = asked()
    for day in range(3):
        clocked(bench.open(), kind="verification", started=TODAY, limit=5, due=TODAY + timedelta(day))
    assert asked() == first
    clocked(LandingCase.objects.all()[0], kind="request", started=TODAY, limit=5, due=TODAY)  # 4 cases, 5 clocks
    monkeypatch.setattr(exporting, "MOST_ROWS", 4)
    monkeypatch.setattr(report_xlsx, "MOST_ROWS", 4)
    with pytest.raises(TooManyRows):
        export_cases(bench.anna, {}, "en", at=NOW)


@pytest.mark.usefixtures("proof_files")
def test_a_bulletin_counts_what_was_verified_and_not_what_was_claimed(bench: Bench) -> None:
    case = actions_plan.ask_plan(bench.open(), CLOUD, by=bench.anna, at=NOW)
    case = ready_to_claim(bench, case)
    case = actions_stages.claim_landing(case, TODAY, by=bench.anna, at=NOW)
    basic = bulletin(bench.lee, bench.city, Period(TODAY, TODAY), "en", at=NOW).sections[0].paragraphs[0]
    assert "landings verified 0" in basic and "cases opened 1" in basic
    actions_stages.verify_landing(case, by=bench.ben, at=NOW)
    made = bulletin(bench.lee, bench.city, Period(TODAY, TODAY), "en", at=NOW)
    assert "landings verified 1" in made.sections[0].paragraphs[0]
    assert made.sections[1].tables[0].rows[0][0] == case.reference


def test_a_bulletin_has_the_official_order_and_its_problems_with_their_reasons(bench: Bench) -> None:
    risky, gone = bench.open(), bench.open()
    actions.set_health(risky, Health.AT_RISK, "the lease is open", by=bench.anna, at=NOW)
    actions.end_case(gone, End.LOST, "taxes", by=bench.anna, at=NOW, lost_to="Mill City")
    raw = export_bulletin(bench.lee, bench.city, Period(TODAY, TODAY), "docx", "zh", at=NOW)
    found = Document(io.BytesIO(raw))
    heads = [p.text for p in found.paragraphs if p.style.name == "Heading 1"]
    assert heads == ["一、基本情况", "二、进展", "三、问题", "四、下一步", "口径与来源"]
    cells = {cell.text for table in found.tables for row in table.rows for cell in row.cells}
    assert {"the lease is open", "taxes", "Mill City"} <= cells


def test_a_bulletin_of_a_unit_holds_those_below_and_no_other(bench: Bench) -> None:
    bench.open()
    for unit, count in ((bench.city, 1), (bench.here, 1), (bench.aside, 0)):
        text = bulletin(bench.lee, unit, Period(TODAY, TODAY), "en", at=NOW).sections[0].paragraphs[0]
        assert f"cases opened {count}," in text, unit


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(OutOfRange):
        Period(TODAY, TODAY - timedelta(1))
    assert Period.half_year(date(2026, 8, 3)) == Period(date(2026, 7, 1), date(2026, 8, 3))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_a_bulletin_gives_the_file_or_says_what_is_wrong(bench: Bench, lang: str) -> None:
    client = bench.client("lee")
    assert client.get(f"/{lang}/desk/bulletin/").status_code == 200
    given = {"unit": bench.city.pk, "first": "2026-03-01", "last": "2026-03-31", "form": "pdf"}
    assert client.post(f"/{lang}/desk/bulletin/", given)["Content-Type"] == "application/pdf"
    assert client.post(f"/{lang}/desk/bulletin/", {**given, "last": "2026-02-01"}).status_code == 422
    other = bench.client("clara").post(f"/{lang}/desk/bulletin/", {**given, "unit": bench.here.pk})
    assert other.status_code == 422 and not LandingCase.objects.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bulletin_tells_what_companies_report_by_the_thing_and_without_their_words(bench: Bench, lang: str) -> None:
    about = {"company": bench.company, "kind": "obstacle", "about_kind": "step", "about": "icp-filing"}
    rest = {"text": "asked twice for one paper", "at": NOW, "changed": NOW}
    question = PolicyIssue.objects.create(
        title="One paper, once", text="why twice", unit=bench.here, at=NOW, changed=NOW, due=TODAY + timedelta(9)
    )
    for unit, due in ((bench.here, TODAY), (bench.here, TODAY - timedelta(7)), (bench.aside, TODAY)):
        Obstacle.objects.create(**about, **rest, unit=unit, due=due, issue=question)
    made = bulletin(bench.lee, bench.here, Period(TODAY, TODAY), lang, at=NOW)
    reported, asked = made.sections[2].tables[2:4]
    title = "非经营性互联网信息服务备案（ICP备案）" if lang == "zh" else "ICP filing for a website"
    assert [row[1:] for row in reported.rows] == [(2, 2, 1, TODAY)] and title in str(reported.rows[0][0])
    assert [row[:3] for row in asked.rows] == [("One paper, once", 1, TODAY + timedelta(9))]
    assert "asked twice" not in repr(made) and bench.company.name_en not in repr(made.sections[2])
    elsewhere = bulletin(bench.clara, bench.aside, Period(TODAY, TODAY), lang, at=NOW).sections[2]
    assert [row[1] for row in elsewhere.tables[2].rows] == [1] and not elsewhere.tables[3].rows


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bulletin_counts_what_both_sides_agree_to_and_what_is_disputed_by_kind(bench: Bench, lang: str) -> None:
    last, yesterday = PartySide.AGENCY, NOW - timedelta(1)
    rows = (
        (1, [Says.PROPOSE, Says.AGREE]),
        (2, [Says.PROPOSE]),
        (3, [Says.PROPOSE, Says.DISPUTE]),
        (4, [Says.PROPOSE, Says.DISPUTE, Says.PROPOSE, Says.AGREE]),
        (5, [Says.PROPOSE, Says.DISPUTE, Says.CONCEDE]),
    )
    whose = {"unit": bench.here, "company": bench.company, "side": last, "words": "no desk"}
    for number, said in rows:
        for says in said:
            Statement.objects.create(about="promise", number=number, says=says, at=yesterday, **whose)

    def figures(first: date, until: date) -> list[tuple[object, ...]]:
        made = bulletin(bench.lee, bench.city, Period(first, until), lang, at=NOW)
        assert "no desk" not in repr(made)
        return [tuple(row[1:]) for row in made.sections[2].tables[4].rows]

    day = TODAY - timedelta(1)
    assert figures(day, day) == [(2, 1, 1, day, 1, 1)]
    assert figures(TODAY, TODAY) == [(0, 1, 1, day, 0, 0)]
    elsewhere = bulletin(bench.clara, bench.aside, Period(day, day), lang, at=NOW)
    assert elsewhere.sections[2].tables[4].rows == []


def test_invariant_31_a_bulletin_takes_no_promise_for_kept_before_the_company_agrees(bench: Bench) -> None:
    case, soon = bench.open(), TODAY + timedelta(5)
    row = promises.promise(case, "a desk", by=bench.anna, at=NOW, owner=bench.anna, due=soon)
    row = promises.settle_promise(
        promises.show_promise(row, by=bench.anna, at=NOW), PromiseAct.KEEP, by=bench.anna, at=NOW
    )

    def promised() -> list[tuple[object, ...]]:
        made = bulletin(bench.lee, bench.city, Period(TODAY, TODAY), "en", at=NOW)
        return [(row[2], row[5]) for row in made.sections[3].tables[1].rows]

    assert promised() == [("a desk", "Kept · not yet agreed")]
    promises.agree_promise(row, by=bench.mei, at=NOW)
    assert promised() == []


def test_a_bulletin_names_promises_that_the_company_knows_of(bench: Bench) -> None:
    case, soon = bench.open(), TODAY + timedelta(5)
    for what, shown, due in (("a desk", NOW, soon), ("in thought", None, soon), ("far", NOW, TODAY + timedelta(61))):
        Promise.objects.create(
            case=case, what=what, owner=bench.anna, due=due, at=NOW, changed=NOW, shown=shown, by=bench.anna
        )
    promised = bulletin(bench.lee, bench.city, Period(TODAY, TODAY), "en", at=NOW).sections[3].tables[1]
    assert [row[2] for row in promised.rows] == ["a desk"] and promised.rows[0][4] == soon


@pytest.mark.parametrize("n", [9, 10])
def test_a_bulletin_lists_what_offices_took_from_ten_decisions_on(n: int, bench: Bench) -> None:
    decided(bench.here, bench.company, n)
    count_times(NOW)

    def observed(last: date) -> list[Any]:
        progress = bulletin(bench.lee, bench.city, Period(date(2026, 1, 1), last), "en", at=NOW).sections[1]
        assert bool(progress.paragraphs) is (n == 10 and last == TODAY)
        return list(progress.tables[-1].rows)

    rows = observed(TODAY)
    assert [(row[1], row[2], row[5]) for row in rows] == [(OFFICE["en"], "10 to 18 working days", 10)][: n - 9]
    assert observed(TODAY - timedelta(days=1)) == []  # nothing was counted in that period
