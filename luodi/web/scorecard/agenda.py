"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date, timedelta
from typing import Final

from luodi.web.cases.models import LandingCase
from luodi.web.core.agenda import DayRow, names_of
from luodi.web.core.pages import url
from luodi.web.core.types import AnyUser
from luodi.web.core.words import both, say
from luodi.web.scorecard.models import Contribution
from luodi.web.scorecard.queries import board as queries
from luodi.web.scorecard.queries.board import Proposal

_SOON: Final = timedelta(days=7)


def day_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """Claims that one may check, by the day by which they are checked."""
    return [_to_check(one, on) for one in queries.to_check(user, limit)]


def new_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """Verified things that nobody has claimed."""
    return [_to_claim(one) for one in queries.proposals(user, on, limit)]


def _to_check(one: Contribution, on: date) -> DayRow:
    company = one.case.company if one.case else None
    return DayRow(
        "overdue" if one.check_by < on else "due" if one.check_by <= on + _SOON else "waiting",
        str(company) if company else one.indicator.titles["zh"],
        one.case.reference if one.case else "",
        {lang: say("scorecard.day_check", lang, title=one.indicator.titles[lang]) for lang in ("zh", "en")},
        both("scorecard.day_us"),
        both("scorecard.action_check"),
        url("scorecard:contribution", one.reference),
        one.check_by,
        names=names_of(company) or one.indicator.titles,
    )


def _to_claim(one: Proposal) -> DayRow:
    case = one.thing if isinstance(one.thing, LandingCase) else None
    return DayRow(
        "new",
        one.titles["zh"],
        case.reference if case else "",
        {lang: say("scorecard.day_claim", lang, title=one.indicator.titles[lang]) for lang in ("zh", "en")},
        both("scorecard.day_us"),
        both("scorecard.action_claim"),
        url("scorecard:indicator", one.indicator.code),
        names=dict(one.titles),
    )
