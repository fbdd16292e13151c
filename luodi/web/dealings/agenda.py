"""What of this app is in somebody's day. `workbench.day` reads it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from luodi.web.cases.calendars import late_before_at
from luodi.web.core.agenda import Band, DayRow
from luodi.web.core.pages import url
from luodi.web.core.words import both, say
from luodi.web.dealings import queries
from luodi.web.dealings.queries import Due

_SOON: Final = timedelta(days=7)
_MOST: Final = 20  # rows of a panel


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    to_answer = queries.referrals_to_answer(user, on, limit)
    asked = {one.pk for one in to_answer}
    waited = [one for one in queries.referrals_waited_for(user, limit) if one.pk not in asked]
    return [
        *(_asked(one, on) for one in to_answer),
        *(_waited_for(one, on) for one in waited),
        *(_mine(one, on, "keep_promise", "promise") for one in queries.promises_to_keep(user, limit)),
        *(_mine(one, on, "do_task", "task") for one in queries.tasks_to_do(user, limit)),
    ]


def _band(one: Due, on: date, otherwise: Band) -> Band:
    """By the working days of the unit that is to act."""
    return "overdue" if one.due < late_before_at(one.path, on) else "due" if one.due <= on + _SOON else otherwise


def _asked(one: Due, on: date) -> DayRow:
    band = _band(one, on, "new" if one.what == "sent" else "waiting")
    return _row(
        one,
        band,
        {lang: say("dealings.day_asked", lang, unit=one.unit[lang]) for lang in ("zh", "en")},
        both("dealings.day_us"),
        "answer",
    )


def _waited_for(one: Due, on: date) -> DayRow:
    band: Band = "overdue" if one.due < late_before_at(one.path, on) else "waiting"
    return _row(one, band, both("dealings.day_waited"), one.unit, "look")


def _mine(one: Due, on: date, act: str, kind: str) -> DayRow:
    what = {"zh": one.what, "en": one.what}
    return _row(one, _band(one, on, "waiting"), what, both("dealings.day_us"), act, kind)


def _row(
    one: Due, band: Band, what: Mapping[str, str], on_whom: Mapping[str, str], act: str, kind: str = "referral"
) -> DayRow:
    company = one.names["zh"] or one.names["en"]
    return DayRow(
        band,
        company,
        one.reference,
        what,
        on_whom,
        both(f"dealings.act_{act}"),
        url("dealings:record", kind, one.pk),
        one.due,
        names=one.names,
    )
