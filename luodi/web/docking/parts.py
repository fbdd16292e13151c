"""What this room shows in others. A company's matches are shown there only once names are, or to the company itself."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from luodi.casework.matches import NAMED, MatchState, Says
from luodi.web.accounts.access import visible
from luodi.web.accounts.models import Company
from luodi.web.docking.models import Match, Side
from luodi.web.docking.names import shown
from luodi.web.docking.queries import whole
from luodi.web.pages import url
from luodi.web.parts import DayRow, Event, Panel
from luodi.web.words import say

_MOST: Final = 30
_DAYS: Final = timedelta(days=9)  # to say whether one may be named


def of_company(user: Any, company: Company) -> list[Match]:
    """The latest matches of a company whose name the reader may see in them."""
    mine = visible(user, Side.objects.filter(company=company))
    rows = visible(user, Match.objects.filter(sides__company=company)).filter(
        Q(revealed__isnull=False) | Q(sides__in=mine)
    )
    return list(whole(Match.objects.filter(pk__in=rows.values("pk")))[:_MOST])


def case_panels(user: Any, case: Any, on: date) -> list[Panel]:
    """Matches of the case's company."""
    found = of_company(user, case.company)
    if not found:
        return []
    return [Panel("docking", "docking/panel.html.j2", {"matches": found, "shown": shown(user, found)})]


def case_facts(case: Any, on: date) -> dict[str, Any]:
    """For gates: whether the company was introduced to somebody, and whether a deal came of it."""
    states = set(Match.objects.filter(sides__company=case.company).values_list("state", flat=True))
    return {
        "has_introduction": bool(states & (NAMED - {MatchState.CONSENTED})),
        "has_deal": MatchState.DEAL in states,
    }  # fmt: skip


def case_events(user: Any, company: Company, on: date) -> Iterator[Event]:
    """When its matches were made and when it was introduced."""
    for match in of_company(user, company):
        address = url("docking:match", match.reference)
        texts = {
            lang: say("docking.event_match", lang, reference=match.reference, title=match.of.title(lang),
                      state=say(f"docking.match_{match.state}", lang))
            for lang in ("zh", "en")
        }  # fmt: skip
        yield Event(match.made, "match", address=address, **texts)


def day_rows(user: Any, on: date, limit: int) -> list[DayRow]:
    """Sides of one's own unit or companies that have not said whether they may be named, the oldest first."""
    if limit <= 0:
        return []
    waiting = visible(user, Side.objects.filter(says=Says.ASKED, match__state=MatchState.PROPOSED), "consent", on=on)
    rows = waiting.select_related("match", "match__demand", "match__need", "match__park", "company").order_by("pk")
    return [_row(side, on) for side in rows[:limit]]


def _row(side: Side, on: date) -> DayRow:
    due = timezone.localdate(side.asked) + _DAYS
    words = {name: {lang: say(f"docking.day_{name}", lang) for lang in ("zh", "en")} for name in ("act", "waiting_on")}
    return DayRow(
        band="overdue" if due < on else "due" if due <= on + timedelta(days=7) else "waiting",
        company=str(side.company) if side.company else "", case=side.match.reference, what=side.match.of.titles,
        waiting_on=words["waiting_on"], act=words["act"], address=url("docking:match", side.match.reference), due=due,
    )  # fmt: skip
