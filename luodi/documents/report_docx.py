"""A report as a Word document: title, what it is about, sections with tables, definitions at the end."""

import io
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from luodi.colours import colours
from luodi.documents.report import Report, Section, Table, section_mark, shown
from luodi.documents.wording import clean

#: As Word has them: six digits, without a sign before.
_LINE, _SOFT, _FINE = (colours()[name][1:].upper() for name in ("ink", "ink-2", "rule"))
_INK: Final = RGBColor.from_string(_LINE)
_QUIET: Final = RGBColor.from_string(_SOFT)
#: Faces that the programs which open it have; the first is for Latin letters.
_FACES: Final = {"zh": ("Times New Roman", "宋体"), "en": ("Georgia", "宋体")}


def report_docx(report: Report) -> bytes:
    document = Document()
    _prepare(document, report)
    title = document.add_heading(clean(report.title), level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name, value in report.about:
        line = document.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        run = line.add_run(f"{clean(name)}{'：' if report.lang == 'zh' else ': '}{clean(value)}")
        run.font.color.rgb, run.font.size = _QUIET, Pt(9.5)
    for number, section in enumerate(report.sections, 1):
        _section(document, report, section, number)
    _definitions(document, report)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, report: Report) -> None:
    latin, han = _FACES[report.lang]
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name, style.font.color.rgb = latin, _INK
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), han)
    document.styles["Normal"].font.size = Pt(10.5)
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Cm(21), Cm(29.7)
    sheet.left_margin = sheet.right_margin = Cm(2.4)
    facts = document.core_properties
    facts.title, facts.author, facts.comments = clean(report.title), "Luodi 落地", ""
    facts.language = "zh-CN" if report.lang == "zh" else "en-GB"
    facts.created = facts.modified = report.made.replace(tzinfo=None)


def _section(document: Any, report: Report, section: Section, number: int) -> None:
    document.add_heading(section_mark(number, report.lang) + clean(section.heading), level=1)
    for text in section.paragraphs:
        document.add_paragraph(clean(text))
    for table in section.tables:
        _table(document, report, table)


def _table(document: Any, report: Report, table: Table) -> None:
    document.add_heading(clean(table.title), level=2)
    if not table.rows:
        document.add_paragraph(report.word("none"))
        return
    made = document.add_table(rows=1, cols=len(table.columns))
    right = [table.is_numeric(place) for place in range(len(table.columns))]
    _filled(made.rows[0].cells, [clean(text) for text in table.columns], right, bold=True)
    _ruled(made.rows[0].cells, 8, _LINE)
    _repeats(made.rows[0])
    for row in table.rows:
        cells = made.add_row().cells
        _filled(cells, [shown(value, report) for value in row], right)
        _ruled(cells, 4, _FINE)


def _filled(cells: Any, texts: list[str], right: list[bool], *, bold: bool = False) -> None:
    for cell, text, is_right in zip(cells, texts, right, strict=True):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(9), bold
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
        if is_right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _ruled(cells: Any, width: int, color: str) -> None:
    """A line below each cell, `width` in eighths of a point; nothing else is drawn."""
    for cell in cells:
        marks = cell._tc.get_or_add_tcPr()
        borders = marks.makeelement(qn("w:tcBorders"), {})
        borders.append(
            borders.makeelement(qn("w:bottom"), {qn("w:val"): "single", qn("w:sz"): str(width), qn("w:color"): color})
        )
        marks.append(borders)


def _repeats(row: Any) -> None:
    """The head of a table stands again on every page, and readers are told that it is one."""
    mark = row._tr.get_or_add_trPr()
    head = mark.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    mark.append(head)


def _definitions(document: Any, report: Report) -> None:
    if not report.definitions:
        return
    document.add_heading(report.word("definitions"), level=1)
    for term, meaning in report.definitions:
        line = document.add_paragraph()
        line.add_run(clean(term)).bold = True
        line.add_run(f"{'：' if report.lang == 'zh' else ': '}{clean(meaning)}")
