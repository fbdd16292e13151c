"""What came of introductions: each side is asked after 30, 90 and 180 days, by the queue."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.casework.matches import ASKED_AFTER, Outcome, Part, due
from luodi.casework.states import NotNow
from luodi.web.accounts.models import User
from luodi.web.core.actions import Changed, action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import visible
from luodi.web.docking.forms import matches as forms
from luodi.web.docking.models import Asked, Match, Side
from luodi.web.docking.notices import tell_sides

_AT_ONCE: Final = 500


def ask_due(at: datetime, most: int = _AT_ONCE) -> int:
    """Ask both sides of every match whose day has come; how many matches. Run again, it asks nobody twice."""
    day = timezone.localdate(at)
    keys = Match.objects.filter(ask_next__lte=day).order_by("ask_next", "pk").values_list("pk", flat=True)[:most]
    return sum(_ask(key, at) for key in list(keys))


@transaction.atomic
def _ask(key: int, at: datetime) -> bool:
    match, day = Match.objects.select_for_update().get(pk=key), timezone.localdate(at)
    if match.introduced is None or match.ask_next is None or match.ask_next > day:
        return False
    asked = set(match.asked.values_list("days", flat=True))
    days = due(match.introduced, asked, day)
    if days is not None:
        Asked.objects.bulk_create([Asked(match=match, part=part, days=days, at=at) for part in Part])
        tell_sides(match, "match_outcome", f"outcome {days}", at)
    match.ask_next = _next(match, days or max(asked))
    match.save(update_fields=["ask_next"])
    return days is not None


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
