"""The list of matches as a workbook: the names that the reader may see, the funnel, and what each figure counts."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from luodi.documents.report import MOST_ROWS, Cell, Report, Section, Table, TooManyRows
from luodi.web.accounts.models import User
from luodi.web.core.permissions import visible
from luodi.web.core.words import say
from luodi.web.docking import permissions
from luodi.web.docking.models import Match
from luodi.web.docking.queries import market as queries
from luodi.web.docking.template_globals import party_name
from luodi.web.journal.actions import record_export

COLUMNS: Final = ("reference", "about", "title", "owner", "partner", "state", "reason", "made", "introduced")
_STEPS: Final = ("step", "count", "share")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def row_of(one: Match, seen: permissions.Shown, lang: str) -> tuple[Cell, ...]:
    """The cells of `COLUMNS`: a name that the reader may not see is said to be hidden."""
    return (
        one.reference,
        one.of.reference,
        one.of.title(lang),
        party_name(seen.owner, lang),
        party_name(seen.partner, lang),
        say(f"docking.match_{one.state}", lang),
        say(f"docking.reason_{one.reason}", lang) if one.reason else "",
        timezone.localdate(one.made),
        one.introduced,
    )


@transaction.atomic
def export_matches(user: User, asked: Mapping[str, str], lang: str, *, at: datetime) -> bytes:
    """Raises `TooManyRows`; then nothing left and nothing is written down."""
    from luodi.documents.report_xlsx import report_xlsx  # read for the first workbook, not at the start

    found = visible(user, queries.matches(user, asked), "export")
    if found[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise TooManyRows("workbench.too-many-rows")
    made = report_xlsx(_report(user, list(found), asked, lang, at))
    record_export(found, "xlsx", by=user, asked=dict(asked))
    return made


def _report(user: User, found: list[Match], asked: Mapping[str, str], lang: str, at: datetime) -> Report:
    shown = permissions.shown(user, found)
    rows = [row_of(one, shown[one.pk], lang) for one in found]
    steps = [
        (say(f"docking.step_{one.step}", lang), one.count, _percent(one.of_before))
        for one in queries.counted(user, asked)
    ]
    tables = (_table("matches_title", COLUMNS, rows, lang), _table("funnel", _STEPS, steps, lang))
    filters = "; ".join(f"{name}={value}" for name, value in asked.items() if value)
    about = (
        (say("workbench.about_made", lang), timezone.localtime(at).strftime("%Y-%m-%d %H:%M")),
        (say("workbench.about_by", lang), str(user)),
        (say("workbench.about_filter", lang), filters or say("workbench.filter_any", lang)),
    )
    terms = tuple((say(f"docking.term_{name}", lang), say(f"docking.means_{name}", lang)) for name in _TERMS)
    return Report(say("docking.matches_title", lang), lang, at, about, (Section("", (), tables),), terms)


def _percent(share: Fraction | None) -> float | None:
    return None if share is None else round(float(100 * share), 1)


_TERMS: Final = ("names", "consented", "introduced", "pilot", "deal", "share")


def _table(name: str, columns: tuple[str, ...], rows: list[Any], lang: str) -> Table:
    heads = tuple(say(f"docking.column_{column}", lang) for column in columns)
    return Table(say(f"docking.{name}", lang), say(f"docking.{name}", lang), heads, rows)
