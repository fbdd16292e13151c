"""The administrator's page of the journal, and its export."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_POST, require_safe

from luodi.text import safe_cell
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.journal.actions import record_export
from luodi.web.journal.chain import FIELDS
from luodi.web.journal.models import Entry
from luodi.web.journal.queries import changes, names_of

_FILTERS: Final = ("kind", "subject", "actor")


@require_safe
@only(Role.ADMINISTRATOR)
def entries(request: HttpRequest) -> HttpResponse:
    """The newest first, of one kind of record, one record or one person."""
    asked = _asked(request.GET)
    shown = Paginator(_found(request.user, asked, "see"), 50).get_page(request.GET.get("page"))
    more = "&" + urlencode({name: value for name, value in asked.items() if value})
    return page(
        request,
        "journal/entries",
        entries=shown,
        asked=asked,
        changes=changes,
        names=_names(shown),
        represented=represented,
        more=more if len(more) > 1 else "",
    )


@require_POST
@only(Role.ADMINISTRATOR)
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries as CSV; that they left is an entry itself."""
    asked = _asked(request.POST)
    found = _found(request.user, asked, "export")
    record = record_export(found, "csv", by=request.user, asked=asked)
    rows = found.filter(number__lt=record.entry.number).values_list(*FIELDS, "hash").iterator(chunk_size=2000)
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="journal-{record.entry.number}.csv"'
    return response


def represented(entry: Entry) -> list[int]:
    """For whom somebody acted who was away, by number."""
    parts = (role.rpartition("-for-") for role in entry.role.split())
    return [int(person) for _, found, person in parts if found and person.isdecimal()]


def _names(entries: Iterable[Entry]) -> dict[int, str]:
    found = list(entries)
    return names_of({*(one.actor for one in found), *(person for one in found for person in represented(one))})


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    return {name: str(given.get(name, "")).strip()[:100] for name in _FILTERS}


def _found(user: AnyUser, asked: dict[str, str], act: str) -> QuerySet[Entry]:
    found = visible(user, Entry.objects.all(), act)
    for name in ("kind", "subject"):
        if asked[name]:
            found = found.filter(**{name: asked[name]})
    if asked["actor"]:
        found = found.filter(actor=int(asked["actor"])) if asked["actor"].isdecimal() else found.none()
    return found


def _csv(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "\ufeff" + _line([*FIELDS, "hash"])
    for row in rows:
        yield _line([safe_cell(cell) for cell in row])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
