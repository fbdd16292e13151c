"""What came of introductions: each side is asked after 30, 90 and 180 days, by the queue."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from luodi.casework.matches import ASKED_AFTER, Outcome, Part, due
from luodi.casework.states import NotNow
from luodi.web.accounts.models import User
from luodi.web.core.actions import Changed, Unchanged, action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import visible
from luodi.web.docking.forms import matches as forms
from luodi.web.docking.models import Asked, Match, Side
from luodi.web.docking.notices import notify_sides

_AT_ONCE: Final = 500


def ask_due(at: datetime, most: int = _AT_ONCE) -> int:
    """Ask both sides of every match whose day has come; how many matches. Run again, it asks nobody twice."""
    due_now = Match.objects.filter(ask_next__lte=timezone.localdate(at)).order_by("ask_next", "pk")
    return sum(_was_asked(match, at) for match in list(due_now[:most]))


def _was_asked(match: Match, at: datetime) -> bool:
    before = match.asked.count()
    ask(match, by=None, at=at)
    return match.asked.count() > before


@action("ask", model=Match)
def ask(match: Match, *, at: datetime) -> Changed | Unchanged:
    """Ask both sides what came of it, once for all the days that went by. The version stays, so that no form on a page
    is lost by it."""
    day = timezone.localdate(at)
    if match.introduced is None or match.ask_next is None or match.ask_next > day:
        return Unchanged()
    asked = set(match.asked.values_list("days", flat=True))
    days = due(match.introduced, asked, day)
    values = {"ask_next": _next(match, days or max(asked)), "version": match.version}
    if days is None:
        return Changed(values)
    Asked.objects.bulk_create([Asked(match=match, part=part, days=days, at=at) for part in Part])
    return Changed(values, notify=lambda row: notify_sides(row, "match_outcome", f"outcome {days}", at))


def _next(match: Match, days: int) -> date | None:
    later = [one for one in ASKED_AFTER if one > days]
    assert match.introduced is not None
    return match.introduced + timedelta(days=later[0]) if later else None


@action("answer", model=Asked, form=forms.OutcomeForm, permission="see")
def answer(asked: Asked, outcome: Outcome, note: str, *, actor: User, at: datetime) -> Changed:
    """What came of it, said by the side that was asked. Raises `NotPermitted` for anybody of another side."""
    side = Side.objects.filter(match=asked.match_id, part=asked.part)
    if not visible(actor, side, "consent").exists():
        raise NotPermitted("docking.only-side-asked-answers")
    if asked.answered is not None:
        raise NotNow("docking.answered")
    return Changed({"outcome": outcome, "note": note.strip(), "answered": at, "by": actor})
