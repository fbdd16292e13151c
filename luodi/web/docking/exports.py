"""The list of matches as a workbook: the names that the reader may see, the funnel, and what each figure counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from luodi.documents.report import MOST_ROWS, Report, Section, TooManyRows
from luodi.web.accounts.models import User
from luodi.web.core.exports import cells_of, definitions, made_by, narrowed_by, table, written
from luodi.web.core.words import say
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import Match
from luodi.web.docking.queries import market as queries
from luodi.web.journal.actions import record_export

_TERMS: Final = ("names", "consented", "introduced", "pilot", "deal", "share")


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
