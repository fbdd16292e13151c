"""The list of matches as a file, with the names that the reader may see; a workbook says what each figure counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from luodi.documents.report import MOST_ROWS, Report, Section, TooManyRows
from luodi.web.accounts.models import User
from luodi.web.core.error_words import in_words
from luodi.web.core.exports import (
    WORKBOOK,
    attached,
    cells_of,
    definitions,
    file_form,
    file_of,
    made_by,
    narrowed_by,
    table,
    written,
)
from luodi.web.core.guards import only
from luodi.web.core.roles import Role
from luodi.web.core.words import language, say
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Match
from luodi.web.docking.queries import market as queries
from luodi.web.docking.views.matches import matches_page
from luodi.web.journal.actions import record_export

_TERMS: Final = ("names", "consented", "introduced", "pilot", "deal", "share")


@require_POST
@only(Role.OFFICER, Role.LEADER)
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The same list as CSV or as a workbook, with the names that the reader may see; that it left is written down."""
    asked, now = MATCHES.read(request.POST), timezone.now()
    name = f"matches-{timezone.localdate(now).isoformat()}"
    if file_form(request) == "xlsx":
        assert isinstance(request.user, User)
        try:
            made = export_matches(request.user, asked, language(), at=now)
        except TooManyRows as refused:
            return matches_page(request, in_words(refused))
        return attached(made, WORKBOOK, f"{name}.xlsx")
    found = MATCHES.found(request.user, asked, act="export")
    record_export(found, "csv", by=request.user, asked=asked)
    return file_of(MATCHES, found, "csv", name, language(), user=request.user)


@transaction.atomic
def export_matches(user: User, asked: Mapping[str, str], lang: str, *, at: datetime) -> bytes:
    """Raises `TooManyRows`; then nothing left and nothing is written down."""
    found = MATCHES.found(user, asked, act="export")
    if found[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise TooManyRows("workbench.too-many-rows")
    made = written(_report(user, found, asked, lang, at), "xlsx")
    record_export(found, "xlsx", by=user, asked=dict(asked))
    return made


def _report(user: User, found: QuerySet[Match], asked: Mapping[str, str], lang: str, at: datetime) -> Report:
    steps = [
        (
            say(f"docking.step_{one.step}", lang),
            one.count,
            None if one.of_before is None else round(float(100 * one.of_before), 1),
        )
        for one in queries.counted(user, asked)
    ]
    tables = (
        table("docking", "matches_title", MATCHES.heads, cells_of(MATCHES, found, user, lang), lang),
        table("docking", "funnel", ("step", "count", "share"), steps, lang),
    )
    about = (*made_by(user, lang, at), narrowed_by(asked, lang))
    title = say("docking.matches_title", lang)
    return Report(title, lang, at, about, (Section("", (), tables),), definitions("docking", _TERMS, lang))
