"""A report says the same as workbook, document and PDF, and nothing that it holds is ever run."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from luodi.documents.fonts import drawable
from luodi.documents.report import MOST_ROWS, Report, Section, Table, TooManyRows
from luodi.documents.report_docx import report_docx
from luodi.documents.report_pdf import report_pdf
from luodi.documents.report_xlsx import report_xlsx

AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
ROWS = [("灯屿云", 3, 61.5, date(2026, 3, 1), AT, True), ("=1+1", None, -2, None, None, False)]
COLUMNS = ("Company", "Cases", "Share", "Day", "At", "Ours")


def report(lang: str = "en", rows: Any = ROWS) -> Report:
    table = Table("Cases", "Cases of the bureau", COLUMNS, rows)
    section = Section("Basic facts", ("Three cases were opened.",), (table,))
    return Report("Bulletin", lang, AT, (("Day", "2026-03-10"),), (section,), (("Opened", "the day a case began"),))


def book(one: Report) -> Any:
    return load_workbook(io.BytesIO(report_xlsx(one)))


def test_a_workbook_has_a_sheet_a_table_and_one_of_definitions() -> None:
    found = book(report())
    assert found.sheetnames == ["Cases", "Definitions and sources"]
    assert [cell.value for cell in found["Cases"][1]] == list(COLUMNS)
    assert ("Opened", "the day a case began") in list(found["Definitions and sources"].iter_rows(values_only=True))


def test_numbers_and_days_of_a_workbook_are_numbers_and_days() -> None:
    name, cases, share, day, at, ours = book(report())["Cases"][2]
    assert (name.value, cases.value, share.value, ours.value) == ("灯屿云", 3, 61.5, True)
    assert day.is_date and day.value == datetime(2026, 3, 1) and day.number_format == "yyyy-mm-dd"
    assert at.value == datetime(2026, 3, 10, 10, 0)  # as the clock of the site shows it


def test_the_head_of_a_sheet_stays_in_sight() -> None:
    sheet = book(report())["Cases"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:F3"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", '=HYPERLINK("http://x")']
)
def test_no_text_is_a_formula(text: str) -> None:
    raw = report_xlsx(report(rows=[(text, 1, 1, None, None, None)]))
    cell = load_workbook(io.BytesIO(raw))["Cases"]["A2"]
    assert cell.data_type == "s" and cell.quotePrefix
    assert b"<f>" not in b"".join(zipfile.ZipFile(io.BytesIO(raw)).read(n) for n in ("xl/worksheets/sheet1.xml",))


def test_marks_that_no_sheet_may_hold_are_left_out() -> None:
    rows = [("a\x00b\x0b\u202ec", 1, 1, None, None, None)]
    assert book(report(rows=rows))["Cases"]["A2"].value == "abc"


def test_names_of_sheets_are_made_fit_and_never_meet() -> None:
    tables = (Table("a/b:c" * 9, "x", ("A",), []), Table("a/b:c" * 9, "x", ("A",), []))
    found = book(replace(report(), sections=(Section("s", (), tables),)))
    assert len(set(found.sheetnames)) == 3 and all(len(name) <= 31 for name in found.sheetnames)


def test_a_table_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooManyRows):
        report_xlsx(report(rows=[ROWS[0]] * (MOST_ROWS + 1)))


def test_a_row_has_a_cell_for_every_column() -> None:
    with pytest.raises(ValueError, match="3 cells and 2 columns"):
        Table("x", "x", ("A", "B"), [(1, 2, 3)])


@pytest.mark.parametrize(("lang", "head"), [("zh", "一、Basic facts"), ("en", "1. Basic facts")])
def test_a_document_has_the_sections_in_order_and_the_definitions(lang: str, head: str) -> None:
    found = Document(io.BytesIO(report_docx(report(lang))))
    texts = [p.text for p in found.paragraphs]
    assert texts[0] == "Bulletin" and head in texts and texts.index(head) < texts.index("Three cases were opened.")
    assert any("the day a case began" in text for text in texts)
    assert [cell.text for cell in found.tables[0].rows[1].cells][:4] == ["灯屿云", "3", "61.5", "2026-03-01"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_report_gives_the_same_pdf(lang: str) -> None:
    first = report_pdf(report(lang, [*ROWS, ("#let x = 1 *bold* $x$", 1, 1, None, None, None)]))
    assert first.startswith(b"%PDF-") and first == report_pdf(
        report(lang, [*ROWS, ("#let x = 1 *bold* $x$", 1, 1, None, None, None)])
    )


def test_an_empty_table_says_so() -> None:
    empty = report(rows=[])
    assert report_pdf(empty) and "None" in [p.text for p in Document(io.BytesIO(report_docx(empty))).paragraphs]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_name_in_letters_that_no_font_has_does_not_keep_the_pdf_from_being_made(lang: str) -> None:
    """Rare Han characters are drawn; what is not stands there by its number, so that nothing is lost unseen."""
    names = (
        "𠮷野家",
        "Rocket \N{ROCKET}",
        "\N{WOMAN}\u200d\N{GIRL}",
        "\N{THAI CHARACTER KO KAI}",
        "\N{ARABIC LETTER ALEF}b",
    )
    rows = [(name, 1, 1, None, None, None) for name in names]
    made = report_pdf(replace(report(lang, rows), title="\N{ROCKET} 𠮷"))
    assert made.startswith(b"%PDF-") and made == report_pdf(replace(report(lang, rows), title="\N{ROCKET} 𠮷"))
    assert drawable("𠮷 \N{ROCKET}") == "𠮷 [U+1F680]" and drawable("\N{WOMAN}\u200d\N{GIRL}") == "[U+1F469][U+1F467]"
