"""What this room shows in others."""

from datetime import date, timedelta
from typing import Any, Final

from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries_steps import has
from luodi.web.core.agenda import DayRow, Event, Panel, names_of
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.words import say
from luodi.web.scorecard import queries
from luodi.web.scorecard.models import Contribution, ContributionStep
from luodi.web.scorecard.queries import Proposal

_SOON: Final = timedelta(days=7)


def case_panels(user: Any, case: LandingCase, on: date) -> list[Panel]:
    """For what the landing was claimed, and for what it may be claimed."""
    mine = queries.whole(visible(user, Contribution.objects.filter(case=case)))
    rows = list(mine[:20]) if has(case, "contributions") else []
    offered = queries.proposals(user, on, 5, case=case) if case.stage in queries.LANDED else []
    if not rows and not offered:
        return []
    return [Panel("scorecard", "scorecard/panel.html.j2", {"rows": rows, "offered": offered})]


def case_events(user: Any, company: Company, on: date) -> list[Event]:
    """When a landing of the company was counted, rejected or reversed."""
    steps = visible(user, ContributionStep.objects.filter(contribution__case__company=company))
    rows = steps.exclude(act__in=["claim", "check"]).select_related("contribution__indicator").order_by("-id")
    return [_event(one) for one in rows[:50]]


def _event(one: ContributionStep) -> Event:
    row = one.contribution
    said = {lang: say(f"scorecard.event_{one.state}", lang, title=row.indicator.titles[lang]) for lang in ("zh", "en")}
    return Event(one.at, "contribution", said["zh"], said["en"], url("scorecard:contribution", row.reference))


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Claims that one may check, by the day by which they are checked."""
    return [_to_check(one, on) for one in queries.to_check(user, limit)]


def new_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Verified things that nobody has claimed."""
    return [_to_claim(one) for one in queries.proposals(user, on, limit)]


def _to_check(one: Contribution, on: date) -> DayRow:
    company = one.case.company if one.case else None
    return DayRow(
        "overdue" if one.check_by < on else "due" if one.check_by <= on + _SOON else "waiting",
        str(company) if company else one.indicator.titles["zh"],
        one.case.reference if one.case else "",
        {lang: say("scorecard.day_check", lang, title=one.indicator.titles[lang]) for lang in ("zh", "en")},
        _both("scorecard.day_us"),
        _both("scorecard.action_check"),
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
        _both("scorecard.day_us"),
        _both("scorecard.action_claim"),
        url("scorecard:indicator", one.indicator.code),
        names=dict(one.titles),
    )


def _both(key: str) -> dict[str, str]:
    return {lang: say(key, lang) for lang in ("zh", "en")}
