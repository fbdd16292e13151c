"""What of this app is in somebody's day. `workbench.day` reads it."""

from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from luodi.casework.demands import DemandState
from luodi.casework.matches import MatchState, Says
from luodi.web.core.agenda import DayRow, names_of
from luodi.web.core.pages import url
from luodi.web.core.permissions import in_scope, scope_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.types import AnyUser
from luodi.web.core.words import both
from luodi.web.docking.models import Asked, Demand, Match, Side

_MOST: Final = 30
_COMPANY: Final = ("company__name_zh", "company__name_en")
_DAYS: Final = timedelta(days=9)  # to say whether one may be named


def day_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """Sides of one's own unit or companies that have not said whether they may be named, and questions of what came of
    an introduction; each the oldest first."""
    if limit <= 0:
        return []
    scope = scope_of(user, Side, "consent", on=on)
    rows = [_row(side, on) for side in _TO_CONSENT(scope=scope, most=limit)]
    return [*rows, *(_question(one, on) for one in _TO_SAY(scope=scope, most=limit))][:limit]


_WITH_TITLE: Final = tuple(f"match__{name}" for name in ("demand", "need", "park"))
_TITLES: Final = tuple(f"{name}__{field}" for name in _WITH_TITLE for field in ("title_zh", "title_en"))


def _to_consent(*, scope: Q | None, most: int) -> QuerySet[Side]:
    found = in_scope(Side.objects.filter(says=Says.ASKED, match__state=MatchState.PROPOSED), scope)
    found = found.select_related("company", *_WITH_TITLE)
    return found.only("asked", "match__reference", *_TITLES, *_COMPANY).order_by("pk")[:most]


def _to_say(*, scope: Q | None, most: int) -> QuerySet[Asked]:
    own = in_scope(Side.objects.filter(match=OuterRef("match"), part=OuterRef("part")), scope)
    found = Asked.objects.filter(Exists(own), answered=None).select_related(*_WITH_TITLE)
    return found.only("at", "match__reference", *_TITLES).order_by("pk")[:most]


_TO_CONSENT: Final[Prepared[Side]] = Prepared(_to_consent)
_TO_SAY: Final[Prepared[Asked]] = Prepared(_to_say)


def new_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """Drafts of one's unit that a colleague wrote, the oldest first."""
    return [
        _draft(one)
        for one in _DRAFTS((user and user.pk) or 0, scope=scope_of(user, Demand, "screen", on=on), most=limit)
    ]


def _drafts(user: int, *, scope: Q | None, most: int) -> QuerySet[Demand]:
    found = in_scope(Demand.objects.filter(state=DemandState.DRAFT), scope).exclude(written_by=user)
    return found.select_related("company").order_by("pk").only("reference", "title_zh", "title_en", *_COMPANY)[:most]


_DRAFTS: Final[Prepared[Demand]] = Prepared(_drafts, int)


def _question(one: Asked, on: date) -> DayRow:
    due = timezone.localdate(one.at) + _DAYS
    return DayRow(
        band="overdue" if due < on else "due",
        company="",
        case="",
        what=_what(one.match),
        waiting_on=both("docking.day_waiting_on"),
        act=both("docking.day_outcome"),
        due=due,
        address=url("docking:match", one.match.reference),
    )


def _what(one: Demand | Match) -> dict[str, str]:
    """Its title with its reference; a case it is none."""
    titles = one.of.titles if isinstance(one, Match) else one.titles
    return {lang: f"{title} · {one.reference}" for lang, title in titles.items()}


def _draft(one: Demand) -> DayRow:
    return DayRow(
        band="new",
        company=str(one.company) if one.company else "",
        case="",
        what=_what(one),
        waiting_on=both("docking.day_unit"),
        act=both("docking.day_screen"),
        address=url("docking:posted", one.reference),
        names=names_of(one.company),
    )


def _row(side: Side, on: date) -> DayRow:
    due = timezone.localdate(side.asked) + _DAYS
    return DayRow(
        band="overdue" if due < on else "due" if due <= on + timedelta(days=7) else "waiting",
        company=str(side.company) if side.company else "",
        case="",
        what=_what(side.match),
        waiting_on=both("docking.day_waiting_on"),
        act=both("docking.day_act"),
        due=due,
        address=url("docking:match", side.match.reference),
        names=names_of(side.company),
    )
