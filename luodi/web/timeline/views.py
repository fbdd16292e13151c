"""The page of a time line and its file, for the pages of cases and companies."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest, StreamingHttpResponse

from luodi.documents.report_csv import as_csv
from luodi.web.core.words import language, say
from luodi.web.journal.actions import record_export
from luodi.web.journal.models import Entry
from luodi.web.timeline.queries import Asked, entries, kinds_on, lines_of, page_of, people
from luodi.web.timeline.wording import HEADS, in_words

_AT_ONCE: Final = 500  # entries that are held as objects


def context(request: HttpRequest, record: Model) -> dict[str, object]:
    """What `timeline/lines.html.j2` shows of a record that the reader may see: one page, by what was asked."""
    asked = Asked.read(request.GET)
    found = page_of(request.user, record, asked, request.GET.get("page", ""))
    query = asked.as_query()
    return {
        "asked": asked,
        "days": [
            (day, list(of)) for day, of in groupby(in_words(found.lines, record, language()), lambda one: one.day)
        ],
        "kinds": kinds_on(type(record)),
        "people": people(request.user, record),
        "number": found.number,
        "more": urlencode({**query, "page": found.number + 1}) if found.more else "",
        "previous": urlencode({**query, "page": found.number - 1}) if found.number > 1 else "",
    }


def exported(request: HttpRequest, record: Model, name: str) -> StreamingHttpResponse:
    """All lines that fit as CSV, in the language of the reader; that they left is an entry itself."""
    asked, lang = Asked.read(request.POST), language()
    found = entries(request.user, record, asked)
    record_export(found, "csv", by=request.user, asked={"of": f"{record._meta.label} {record.pk}", **asked.as_query()})
    heads = [say(f"timeline.head_{head}", lang) for head in HEADS]
    numbers = list(found.values_list("pk", flat=True))

    def rows() -> Iterator[list[object]]:
        for start in range(0, len(numbers), _AT_ONCE):
            some = Entry.objects.filter(pk__in=numbers[start : start + _AT_ONCE]).order_by("-pk")
            lines = lines_of(list(some))
            yield from (one.as_cells() for one in in_words(lines, record, lang))

    response = StreamingHttpResponse(as_csv(heads, rows()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-timeline.csv"'
    return response
