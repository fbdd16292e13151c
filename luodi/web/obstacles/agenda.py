"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date, timedelta
from typing import Final

from luodi.casework.obstacles import ObstacleState
from luodi.web.cases.queries.calendars import late_before_at
from luodi.web.core.agenda import Band, DayRow, names_of
from luodi.web.core.pages import url
from luodi.web.core.types import AnyUser
from luodi.web.core.words import both
from luodi.web.obstacles import queries
from luodi.web.obstacles.models import Obstacle

_SOON: Final = timedelta(days=7)


def day_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    return [_row(one, on) for one in queries.to_answer(user, on, limit)]


def _row(row: Obstacle, on: date) -> DayRow:
    otherwise: Band = "new" if row.state == ObstacleState.RECEIVED else "waiting"
    late = row.due < late_before_at(row.unit.path, on)
    names = names_of(row.company)
    return DayRow(
        "overdue" if late else "due" if row.due <= on + _SOON else otherwise,
        names["zh"] or names["en"],
        row.case.reference if row.case else "",
        both(f"obstacles.kind_{row.kind}"),
        both("obstacles.day_us"),
        both("obstacles.act_answer"),
        url("obstacles:obstacle", row.pk),
        row.due,
        names=names,
    )
