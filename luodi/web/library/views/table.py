"""The table of what is open, its downloads, and the page of one cell."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.access import Access
from luodi.access.requirement import requirements_of
from luodi.dates import parse_day
from luodi.documents import wording
from luodi.documents.marks import of_its_day
from luodi.errors import LuodiError
from luodi.library.entry import Entry
from luodi.library.law_table import GROUPS, INVESTORS, MAIN_PLACES, Table, as_document, as_rows, cell
from luodi.library.law_table import table as table_of
from luodi.library.shelf import shelf
from luodi.text import safe_cell
from luodi.web.core.words import language, say
from luodi.web.library import entry_details, timeline_svg
from luodi.web.library.views.shared import library_page

#: Days on which much changed, for those who look for one.
ALSO: Final = (date(2019, 9, 2), date(2021, 10, 18), date(2024, 10, 23))
PLACES: Final = ("main", "all")


@dataclass
class Criteria:
    """What was asked of the table, as it was written; `errors` by field. What cannot be read falls back."""

    on: date
    day: str
    investor: str = "foreign"
    services: str = "value-added"
    places: str = "main"
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: Mapping[str, str], today: date) -> "Criteria":
        criteria = cls(today, given.get("on", "").strip() or today.isoformat())
        try:
            criteria.on = parse_day(criteria.day)
        except LuodiError:
            criteria.errors["on"] = "library.error_day"
        for name, known in (("investor", INVESTORS), ("services", GROUPS), ("places", PLACES)):
            value = given.get(name) or getattr(criteria, name)
            if value in known:
                setattr(criteria, name, value)
            else:
                criteria.errors[name] = "library.error_choice"
        return criteria

    @property
    def table(self) -> Table:
        places = MAIN_PLACES if self.places == "main" else tuple(shelf().access.zones)
        return table_of(self.on, self.investor, self.services, places)

    @property
    def query(self) -> str:
        return urlencode(
            {"on": self.on.isoformat(), "investor": self.investor, "services": self.services, "places": self.places}
        )


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    criteria = Criteria.parse(request.GET, timezone.localdate())
    return library_page(
        request,
        "library/table",
        status=422 if criteria.errors else 200,
        criteria=criteria,
        table=criteria.table,
        also=ALSO,
        today=timezone.localdate(),
        choices={"investor": INVESTORS, "services": GROUPS, "places": PLACES},
    )


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    criteria = Criteria.parse(request.GET, timezone.localdate())
    if criteria.errors:
        return _refused(criteria)
    text = io.StringIO()
    csv.writer(text).writerows(map(safe_cell, row) for row in as_rows(criteria.table, language()))
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="luodi-law-table-{criteria.on.isoformat()}.csv"'
    return answer


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    criteria = Criteria.parse(request.GET, timezone.localdate())
    return _refused(criteria) if criteria.errors else JsonResponse(of_its_day(as_document(criteria.table)))


def _refused(criteria: Criteria) -> HttpResponse:
    return JsonResponse({"errors": {name: say(key) for name, key in criteria.errors.items()}}, status=422)


# ---- one cell


@require_safe
def answer(request: HttpRequest, service: str, place: str) -> HttpResponse:
    """What is open of one service in one place, with the rules that decide it."""
    catalogue = shelf()
    what, where = catalogue.get("service", service), catalogue.get("place", place)
    if what is None or where is None:
        raise Http404(f"{service[:50]} {place[:50]}")
    criteria = Criteria.parse(request.GET, timezone.localdate())
    found = cell(service, place, criteria.on, criteria.investor)
    return library_page(
        request,
        "library/answer",
        status=422 if criteria.errors else 200,
        criteria=criteria,
        what=what,
        where=where,
        cell=found,
        state=timeline_svg.state(found, language()),
        rules=_rules(found.access),
        ask=entry_details.advisor(service, place),
        requirements=_requirements(found.access, service),
        also=ALSO,
        today=timezone.localdate(),
        choices={"investor": INVESTORS},
        day=wording.day(criteria.on, language()),
    )


def _rules(access: Access) -> list[tuple[str, list[Entry]]]:
    """Entries of the rules, by what they have to do with the answer."""
    entries = shelf().entries
    groups = (("decides", access.deciding), ("announced", access.announced), ("yielded", access.yielded))
    return [(name, [entries["treatment", row.id] for row in rows]) for name, rows in groups if rows]


def _requirements(access: Access, service: str) -> list[Entry]:
    if not access.is_open:
        return []
    rows = requirements_of(service, access.places, shelf().access, on=access.on)
    return [shelf().entries["requirement", str(row["rule"])] for row in rows]
