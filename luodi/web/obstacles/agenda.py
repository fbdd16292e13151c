"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date, timedelta
from typing import Any, Final

from luodi.web.cases.calendars import late_before_at
from luodi.web.core.agenda import Band, DayRow
from luodi.web.core.pages import url
from luodi.web.core.words import both
from luodi.web.obstacles import queries

_SOON: Final = timedelta(days=7)


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
        both(f"obstacles.kind_{row['kind']}"),
        both("obstacles.day_us"),
        both("obstacles.act_answer"),
        url("obstacles:obstacle", row["pk"]),
        due,
        names=names,
    )
