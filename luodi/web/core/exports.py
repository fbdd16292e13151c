"""Files of a list: CSV, sent line by line, and a workbook, of the columns that the list declares; and files of reports.

No cell is taken for a formula. Whoever sends one writes it down first with `journal.actions.record_export`.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from luodi.documents.report import Cell, Report, Table
from luodi.documents.report_csv import as_csv
from luodi.text import safe_cell
from luodi.web.core.lists import RecordList
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say

Row = TypeVar("Row", bound=Model)
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
WORKBOOK: Final = f"{_OFFICE}spreadsheetml.sheet"
#: Of files that a report is written as.
TYPES: Final = {"xlsx": WORKBOOK, "docx": f"{_OFFICE}wordprocessingml.document", "pdf": "application/pdf"}
_AT_ONCE: Final = 500  # records that are held as objects


def file_form(request: HttpRequest) -> str:
    """`csv` or `xlsx`, as the button of a form says."""
    return "xlsx" if request.POST.get("form") == "xlsx" else "csv"


def file_of(
    exported: RecordList[Row], rows: QuerySet[Row], form: str, name: str, lang: str, *, user: AnyUser = None
) -> HttpResponse | StreamingHttpResponse:
    """The rows as `csv` or `xlsx`, as `user` may see them. The language is given, since a file is still being written
    when its page is over."""
    heads = [say(f"{exported.app}.head_{head}", lang) for head in exported.heads]
    lines = ([_text(cell) for cell in row] for row in cells_of(exported, rows, user, lang))
    answer = (
        StreamingHttpResponse(as_csv(heads, lines), content_type="text/csv; charset=utf-8")
        if form == "csv"
        else HttpResponse(as_workbook(heads, lines), content_type=WORKBOOK)
    )
    return _named(answer, f"{name}.{form}")


Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse, HttpResponse | StreamingHttpResponse)


def _named(answer: Answer, name: str) -> Answer:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def cells_of(exported: RecordList[Row], rows: QuerySet[Row], user: AnyUser, lang: str) -> Iterator[list[Cell]]:
    """However many rows: of most there are cells alone. Moments as days of the site's time zone."""
    found = rows.iterator(chunk_size=_AT_ONCE)
    while some := list(islice(found, _AT_ONCE)):
        for row in exported.cells(some, user, lang):
            yield [timezone.localdate(cell) if isinstance(cell, datetime) else cell for cell in row]


def _text(cell: Cell) -> str:
    """Nothing where nothing is known."""
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


# ---- reports


def table(app: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]], lang: str) -> Table:
    """Of a report, by the words of an app."""
    title = say(f"{app}.{name}", lang)
    return Table(title, title, tuple(say(f"{app}.head_{head}", lang) for head in heads), list(rows))


def made_by(user: AnyUser, lang: str, at: datetime) -> tuple[tuple[str, str], ...]:
    """When a file was made and for whom: one that is passed on still says so."""
    made = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return (say("site.file_made", lang), made), (say("site.file_by", lang), str(user))


def narrowed_by(criteria: Mapping[str, str], lang: str) -> tuple[str, str]:
    """By which criteria its rows were found."""
    found = "; ".join(f"{name}={value}" for name, value in criteria.items() if value)
    return say("site.file_filter", lang), found or say("site.file_all", lang)


def definitions(app: str, names: Iterable[str], lang: str) -> tuple[tuple[str, str], ...]:
    """What figures mean, by the words of an app."""
    return tuple((say(f"{app}.term_{name}", lang), say(f"{app}.means_{name}", lang)) for name in names)


def written(report: Report, form: str) -> bytes:
    """As one of `TYPES`. Raises `TooManyRows`."""
    return _writer(form)(report)


def _writer(form: str) -> Callable[[Report], bytes]:
    """What writes them takes a fifth of a start to read, and is read for the first file."""
    if form == "xlsx":
        from luodi.documents.report_xlsx import report_xlsx

        return report_xlsx
    if form == "docx":
        from luodi.documents.report_docx import report_docx

        return report_docx
    from luodi.documents.report_pdf import report_pdf

    return report_pdf


def attached(content: bytes | str, type_: str, name: str) -> HttpResponse:
    """To be saved under a name."""
    return _named(HttpResponse(content, content_type=type_), name)
