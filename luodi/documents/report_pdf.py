"""A report as PDF, by Typst. Python hands everything over as JSON; no text is ever read as markup."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from luodi.documents.fonts import DISPLAY, TEXT
from luodi.documents.report import Report, Section, Table, section_mark, shown
from luodi.documents.typesetting import typeset
from luodi.documents.wording import clean


def report_pdf(report: Report) -> bytes:
    """Raises `NoFont` where the font package is missing, `CannotTypeset` where the template fails."""
    return typeset(_template(), json.dumps(_view(report), ensure_ascii=False), report.made.date())


@cache
def _template() -> bytes:
    return files("luodi.documents").joinpath("templates/report.typ").read_bytes()


def _view(report: Report) -> dict[str, Any]:
    return {
        "lang": report.lang,
        "fonts": {"text": TEXT, "display": DISPLAY},
        "title": clean(report.title),
        "day": [report.made.year, report.made.month, report.made.day],
        "about": [[clean(name), clean(value)] for name, value in report.about],
        "sections": [_section(section, report, number) for number, section in enumerate(report.sections, 1)],
        "definitions": [[clean(term), clean(meaning)] for term, meaning in report.definitions],
        "definitions_title": report.word("definitions"),
        "none": report.word("none"),
    }


def _section(section: Section, report: Report, number: int) -> dict[str, Any]:
    """A report of one part needs no number, nor does a part without a heading."""
    mark = section_mark(number, report.lang) if section.heading and len(report.sections) > 1 else ""
    return {
        "heading": mark + clean(section.heading),
        "paragraphs": [clean(text) for text in section.paragraphs],
        "tables": [_table(table, report) for table in section.tables],
    }


def _table(table: Table, report: Report) -> dict[str, Any]:
    rows = [[shown(cell, report) for cell in row] for row in table.rows]
    return {
        "title": clean(table.title),
        "columns": [clean(text) for text in table.columns],
        "rows": rows,
        "right": [table.is_numeric(place) for place in range(len(table.columns))],
        "widths": [_width(place, table, rows) for place in range(len(table.columns))],
    }


def _width(place: int, table: Table, rows: list[list[str]]) -> int:
    """A share of the sheet by the length of its texts, so that a long column is not crushed by short ones."""
    texts = [table.columns[place], *(row[place] for row in rows[:100])]
    return max(6, min(30, max(len(text) + sum(ord(letter) > 0x2E80 for letter in text) for text in texts)))
