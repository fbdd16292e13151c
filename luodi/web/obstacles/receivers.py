"""What this room shows in others."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from luodi.web.accounts.models import Company
from luodi.web.cases.calendars import late_before_at
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries_steps import has
from luodi.web.core.agenda import Band, DayRow, Due, Dues, Event, Panel
from luodi.web.core.pages import url
from luodi.web.core.permissions import may, visible
from luodi.web.core.words import say
from luodi.web.obstacles import queries
from luodi.web.obstacles.models import OPEN, Obstacle

_SOON: Final = timedelta(days=7)


def case_panels(user: Any, case: LandingCase, on: date) -> list[Panel]:
    found = visible(user, Obstacle.objects.filter(case=case)).select_related("unit")
    rows = list(found[:20]) if has(case, "obstacles") else []
    works = may(user, "work", case)
    if not rows and not works:
        return []
    return [Panel("obstacles", "obstacles/panel.html.j2", {"rows": rows, "works": works, "case": case, "on": on})]


def case_dues(user: Any, case: LandingCase, by: date) -> list[Dues]:
    """What the company reported and nobody has answered."""
    if not has(case, "obstacles"):
        return []
    rows = visible(user, Obstacle.objects.filter(case=case, state__in=OPEN, due__lte=by))
    return [Dues("obstacle", rows, "text", "unit__name_zh", "unit__name_en", "unit__path", _due)]


def _due(row: Mapping[str, Any]) -> Due:
    return Due(
        row["due"],
        row["in_words"],
        _both("obstacles.one"),
        {"zh": row["whom_zh"], "en": row["whom_en"]},
        _both("obstacles.act_answer"),
        url("obstacles:obstacle", row["row"]),
        row["of_path"],
    )


def case_events(user: Any, company: Company, on: date) -> list[Event]:
    """When obstacles were raised and answered."""
    rows = visible(user, Obstacle.objects.filter(company=company))[:100]
    raised = [_event(one.at, "obstacles.event_raised", one) for one in rows]
    return raised + [_event(one.answered, "obstacles.event_answered", one) for one in rows if one.answered]


def _event(at: Any, key: str, one: Obstacle) -> Event:
    said = {lang: say(key, lang, kind=say(f"obstacles.kind_{one.kind}", lang)) for lang in ("zh", "en")}
    return Event(at, "obstacle", said["zh"], said["en"], url("obstacles:obstacle", one.pk))


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    return [_row(one, on) for one in queries.to_answer(user, on, limit)]


def _row(row: dict[str, Any], on: date) -> DayRow:
    due, names = row["due"], {"zh": row["company__name_zh"], "en": row["company__name_en"]}
    otherwise: Band = "new" if row["state"] == "received" else "waiting"
    late = due < late_before_at(row["unit__path"], on)
    band: Band = "overdue" if late else "due" if due <= on + _SOON else otherwise
    return DayRow(
        band,
        names["zh"] or names["en"],
        row["case__reference"] or "",
        _both(f"obstacles.kind_{row['kind']}"),
        _both("obstacles.day_us"),
        _both("obstacles.act_answer"),
        url("obstacles:obstacle", row["pk"]),
        due,
        names=names,
    )


def _both(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}
