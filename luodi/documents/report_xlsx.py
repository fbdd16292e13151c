"""A report as a workbook: a sheet a table, then one of definitions and sources. Numbers and days are numbers and days.

No text is ever a formula, whatever it begins with: it is written as text and marked so, also for whoever saves the
sheet as CSV later.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from luodi.documents.report import MOST_ROWS, Cell, Report, TooManyRows
from luodi.documents.wording import clean

#: What a spreadsheet may take for the beginning of a formula.
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NO_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_LONGEST: Final = 32_000  # characters of a cell, below what a spreadsheet refuses
_BOLD: Final = Font(bold=True)
_TOP: Final = Alignment(vertical="top", wrap_text=True)


def report_xlsx(report: Report) -> bytes:
    """Raises `TooManyRows` above 20,000 rows of a table."""
    for table in report.tables:
        if len(table.rows) > MOST_ROWS:
            raise TooManyRows("documents.rows-more-than", rows=len(table.rows), most_rows=MOST_ROWS)
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = report.title, "Luodi 落地"
    book.properties.created = book.properties.modified = report.made.replace(tzinfo=None)
    taken: set[str] = set()
    for table in report.tables:
        _sheet(book, _free(table.name, taken), table.columns, table.rows)
    rows = [(report.title, ""), *report.about, *report.definitions]
    _sheet(book, _free(report.word("definitions"), taken), (report.word("term"), report.word("means")), rows, [30, 100])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(
    book: Workbook, name: str, columns: Iterable[str], rows: Sequence[Sequence[Cell]], widths: list[int] | None = None
) -> None:
    """The first row stays in sight, and the whole can be filtered."""
    heads = list(columns)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"
    for place, width in enumerate(widths or list(_widths(heads, rows)), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_head(sheet, text) for text in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _widths(heads: list[str], rows: Sequence[Sequence[Cell]]) -> Iterator[int]:
    """By the longest text of the first rows; a Chinese character is as wide as two others."""
    for place, head in enumerate(heads):
        texts = (str(row[place]) for row in rows[:200] if row[place] is not None)
        yield max(10, min(48, 2 + max([_wide(head), *map(_wide, texts)])))


def _wide(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text[:60])


def _head(sheet: Any, text: str) -> Any:
    cell = text_cell(sheet, text)
    cell.font = _BOLD
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, str):
        return text_cell(sheet, value)
    if isinstance(value, datetime):
        # A spreadsheet has no time zones: it shows the clock of the site.
        value = value.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None) if value.tzinfo else value
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def text_cell(sheet: Any, text: str) -> Any:
    """A cell of a workbook that is text and stays text, cut to what a spreadsheet takes."""
    cell = WriteOnlyCell(sheet, value=clean(text)[:_LONGEST])
    cell.data_type = "s"
    cell.alignment = _TOP
    if text.lstrip(" ").startswith(_RISKY):
        cell.quotePrefix = True
    return cell


def _free(name: str, taken: set[str]) -> str:
    """A name that a sheet may have and no other has: 31 characters at most."""
    whole = _NO_NAME.sub(" ", clean(name)).strip()[:31] or "1"
    found, number = whole, 2
    while found.casefold() in taken:
        found = f"{whole[:27]} {number}"
        number += 1
    taken.add(found.casefold())
    return found
