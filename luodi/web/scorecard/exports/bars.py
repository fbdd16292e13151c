"""The bars of the board as files: SVG that stands alone, CSV whose every line says what it means. Each is recorded."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.documents.charts import standing
from luodi.documents.report import Cell
from luodi.documents.report_csv import as_csv
from luodi.web.accounts.models import User
from luodi.web.core.exports import made_by
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export
from luodi.web.scorecard.exports.board import unit_name
from luodi.web.scorecard.models import Indicator
from luodi.web.scorecard.queries.board import Standing, board
from luodi.web.scorecard.views import figures

TYPES: Final = {"svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}
_COLUMNS: Final = (
    "of",
    "indicator",
    "unit",
    "counted",
    "expected",
    "target",
    "gap",
    "starts",
    "due",
    "attained",
    "band",
    "takes",
    "source",
    "definition",
    "day",
    "licence",
)


@transaction.atomic
def export_bars(user: User, form: str, lang: str, *, at: datetime) -> str:
    """The bars that the reader sees on the board: of indicators with a target whose figures they see whole."""
    on = timezone.localdate(at)
    found = figures.with_bar(board(user, on).standings)
    made = _svg(user, found, on, lang, at) if form == "svg" else "".join(as_csv(_heads(lang), _rows(found, on, lang)))
    rows = Indicator.objects.filter(pk__in=[one.indicator.pk for one in found])
    record_export(rows, form, by=user, asked={"chart": "bars", "on": on.isoformat()})
    return made


def _svg(user: User, found: Sequence[Standing], on: date, lang: str, at: datetime) -> str:
    drawn = figures.bullets_picture(found, on, lang, figures.finding(found, lang))
    colon, joint = ("：", "；") if lang == "zh" else (": ", "; ")
    about = ((say("scorecard.head_day", lang), on.isoformat()), *made_by(user, lang, at))
    said = joint.join(f"{name}{colon}{text}" for name, text in about)
    return standing(drawn, [figures.bullets_about(lang), said, say("workbench.chart_licence", lang)], lang)


def _heads(lang: str) -> list[str]:
    return [say(f"scorecard.head_{name}", lang) for name in _COLUMNS]


def _rows(found: Sequence[Standing], on: date, lang: str) -> Iterator[list[Cell]]:
    same = [figures.bullets_about(lang), on.isoformat(), say("workbench.chart_licence", lang)]
    for one in found:
        yield [*_row(one, on, lang), *same]


def _row(one: Standing, on: date, lang: str) -> list[Cell]:
    row, line, expected = one.indicator, one.line, figures.expected_on(one, on)
    assert line is not None
    attained = round(float(one.found.attained * 100), 1) if one.found.attained is not None else None
    return [
        row.of,
        row.titles[lang],
        unit_name(row.unit, lang),
        one.counted,
        None if expected is None else round(expected, 1),
        line.target,
        one.gap,
        line.starts,
        line.due,
        attained,
        figures.band_shown(one.found, lang),
        figures.takes_shown(line.takes, lang),
        say(f"scorecard.source_{line.source}", lang),
    ]
