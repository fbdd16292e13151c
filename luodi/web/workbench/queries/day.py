"""Somebody's day: what each app has for them, in one order."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from luodi.web.cases import agenda as cases
from luodi.web.core.agenda import DayRow
from luodi.web.core.types import AnyUser
from luodi.web.dealings import agenda as dealings
from luodi.web.docking import agenda as docking
from luodi.web.leads import agenda as leads
from luodi.web.obstacles import agenda as obstacles
from luodi.web.scorecard import agenda as scorecard

_BANDS: Final = ("overdue", "due", "waiting", "new")
_BESIDE_CASES: Final = (dealings, obstacles, leads, docking, scorecard)
_WITH_NEW: Final = (leads, docking, scorecard)


def day_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """What is overdue, due, waiting and new, each with the nearest day first. What is new and has no day comes last,
    and is asked for only while there is space."""
    rows = [*cases.day_rows(user, on, limit), *rows_beside_cases(user, on, limit)]
    for app in _WITH_NEW:
        if len(rows) < limit:
            rows += app.new_rows(user, on, _tens(limit - len(rows)))
    return sorted(rows, key=lambda row: (_BANDS.index(row.band), row.due or date.max))[:limit]


def rows_beside_cases(user: AnyUser, on: date, limit: int) -> Iterator[DayRow]:
    """Promises, tasks, hand-offs, claims to check, obstacles, leads, sides of matches; at most `limit` of each app."""
    for app in _BESIDE_CASES:
        yield from app.day_rows(user, on, limit)


def _tens(number: int) -> int:
    """At least `number`: a query is prepared for each limit, of which there are so no more than a few."""
    return -(-number // 10) * 10
