"""Files of a list: CSV, sent line by line, and a workbook, of the columns that the list declares.

No cell is taken for a formula. Whoever sends one writes it down first with `journal.actions.record_export`.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Final, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from luodi.documents.report import Cell
from luodi.documents.report_csv import as_csv
from luodi.text import safe_cell
from luodi.web.core.lists import RecordList
from luodi.web.core.words import say

Row = TypeVar("Row", bound=Model)
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_AT_ONCE: Final = 500  # records that are held as objects


def file_form(request: HttpRequest) -> str:
    """`csv` or `xlsx`, as the button of a form says."""
    return "xlsx" if request.POST.get("form") == "xlsx" else "csv"


def file_of(
    exported: RecordList[Row], rows: QuerySet[Row], form: str, name: str, lang: str
) -> HttpResponse | StreamingHttpResponse:
    """The rows as `csv` or `xlsx`. The language is given, since a file is still being written when its page is over."""
    heads = [say(f"{exported.app}.head_{column.name}", lang) for column in exported.columns]
    lines = _lines(exported, rows, lang)
    answer = (
        StreamingHttpResponse(as_csv(heads, lines), content_type="text/csv; charset=utf-8")
        if form == "csv"
        else HttpResponse(as_workbook(heads, lines), content_type=WORKBOOK)
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _lines(exported: RecordList[Row], rows: QuerySet[Row], lang: str) -> Iterator[list[str]]:
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield [_text(column.cell(row, lang)) for column in exported.columns]


def _text(cell: Cell) -> str:
    """Days by their date in the site's time zone; nothing where nothing is known."""
    if isinstance(cell, datetime):
        cell = timezone.localdate(cell)
    return "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)


def as_workbook(heads: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Every cell is text, so that a workbook runs nothing and loses no leading zero. However many rows: it is a list to
    work on, where a report has its limit."""
    from openpyxl import Workbook  # a fifth of a start to read

    from luodi.documents.report_xlsx import text_cell

    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("1")
    sheet.append([text_cell(sheet, str(safe_cell(head))) for head in heads])
    for row in rows:
        sheet.append([text_cell(sheet, str(safe_cell(cell))) for cell in row])
    book.save(out)
    return out.getvalue()
