"""What of this app is in somebody's day. `workbench.day` reads it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from luodi.casework.referrals import ReferralState
from luodi.web.accounts.models import User
from luodi.web.cases.queries.calendars import late_before_at
from luodi.web.core.agenda import Band, DayRow
from luodi.web.core.pages import url
from luodi.web.core.words import both, say
from luodi.web.dealings import queries
from luodi.web.dealings.queries import Due

_SOON: Final = timedelta(days=7)


def day_rows(user: User, on: date, limit: int) -> list[DayRow]:
    """Hand-offs, promises and tasks together, the nearest day first."""
    to_answer = queries.referrals_to_answer(user, on, limit)
    asked = {one.pk for one in to_answer}
    awaited = [one for one in queries.referrals_awaited(user, limit) if one.pk not in asked]
    rows = [
        *(_asked(one, on) for one in to_answer),
        *(_awaited(one, on) for one in awaited),
        *(_own(one, on, "keep_promise", "promise") for one in queries.promises_to_keep(user, limit)),
        *(_own(one, on, "do_task", "task") for one in queries.tasks_to_do(user, limit)),
    ]
    return sorted(rows, key=lambda row: row.due or date.max)[:limit]


def _band(one: Due, on: date, otherwise: Band, soon: Band = "due") -> Band:
    """By the working days of the unit that is to act."""
    if one.due is None:
        return otherwise
    return "overdue" if one.due < late_before_at(one.path, on) else soon if one.due <= on + _SOON else otherwise


def _asked(one: Due, on: date) -> DayRow:
    what = {
        "zh": say("dealings.day_asked", "zh", unit=one.unit_zh),
        "en": say("dealings.day_asked", "en", unit=one.unit_en),
    }
    band = _band(one, on, "new" if one.what == ReferralState.SENT else "waiting")
    return _row(one, band, what, both("dealings.day_us"), "answer")


def _awaited(one: Due, on: date) -> DayRow:
    unit = {"zh": one.unit_zh, "en": one.unit_en}
    return _row(one, _band(one, on, "waiting", soon="waiting"), both("dealings.day_waited"), unit, "look")


def _own(one: Due, on: date, act: str, kind: str) -> DayRow:
    what = {"zh": one.what, "en": one.what}
    return _row(one, _band(one, on, "waiting"), what, both("dealings.day_us"), act, kind)


def _row(
    one: Due, band: Band, what: Mapping[str, str], on_whom: Mapping[str, str], act: str, kind: str = "referral"
) -> DayRow:
    address, company = url("dealings:record", kind, one.pk), one.company_zh or one.company_en
    names = {"zh": one.company_zh, "en": one.company_en}
    return DayRow(
        band, company, one.reference, what, on_whom, both(f"dealings.act_{act}"), address, one.due, names=names
    )
