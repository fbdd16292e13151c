"""Reading obstacles and policy questions."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Avg, Count, Min, Q, QuerySet

from luodi.casework.obstacles import IssueState, ObstacleState
from luodi.web.accounts.models import Company
from luodi.web.cases.calendars import late
from luodi.web.cases.models import LandingCase
from luodi.web.core import actions
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role
from luodi.web.obstacles.models import OPEN, Obstacle, PolicyIssue

#: What the lists can be narrowed to.
STATES: Final = ("open", "late", *(state.value for state in ObstacleState))
ISSUE_STATES: Final = ("open", *(state.value for state in IssueState))
_WHOLE: Final = ("company", "case", "unit", "officer", "issue")


def obstacles(user: Any, asked: Mapping[str, str], *, on: date) -> QuerySet[Obstacle]:
    """Those that somebody may see, the newest first. `asked`: `state` (one of them, `open` or `late`), `about` (such as
    `step/icp-filing`) and `unit` (its number), which the list by rule leads to."""
    found = visible(user, Obstacle.objects.all()).select_related(*_WHOLE)
    state = asked.get("state", "")
    if state in ("open", "late"):
        found = found.filter(state__in=OPEN)
        found = found.filter(late(on, "due", "unit")) if state == "late" else found
    elif state in set(ObstacleState):
        found = found.filter(state=state)
    if asked.get("about"):
        kind, _, name = asked["about"].partition("/")
        found = found.filter(about_kind="" if kind == "-" else kind, about=name)
    return found.filter(unit=int(asked["unit"])) if asked.get("unit", "").isdecimal() else found


def by_rule(user: Any) -> list[dict[str, Any]]:
    """What obstacles are about, with the responsible bureau: `about_kind`, `about`, `unit`, its names, how many, how
    many open, the oldest open one, the mean rating and how many rated. Most open ones first; 200 rows at most."""
    is_open = Q(state__in=OPEN)
    rows = (
        visible(user, Obstacle.objects.all())
        .order_by()
        .values("about_kind", "about", "unit", "unit__name_zh", "unit__name_en")
        .annotate(
            all=Count("pk"),
            open=Count("pk", filter=is_open),
            oldest=Min("at", filter=is_open),
            mean=Avg("rating"),
            rated=Count("rating"),
        )
        .order_by("-open", "-all", "about_kind", "about", "unit")
    )
    return list(rows[:200])


def issues(user: Any, asked: Mapping[str, str]) -> QuerySet[PolicyIssue]:
    """Those that somebody may see, the newest first, with `raisers`: by how many companies."""
    found = visible(user, PolicyIssue.objects.all()).select_related("unit")
    found = found.annotate(raisers=Count("obstacles__company", distinct=True), number=Count("obstacles"))
    found = found.order_by("-at", "-pk")
    state = asked.get("state", "")
    if state == "open":
        return found.filter(state__in=[one for one in IssueState if one.is_open])
    return found.filter(state=state) if state in set(IssueState) else found


def own(user: Any, *, on: date) -> QuerySet[Obstacle]:
    """What one's companies have raised."""
    mine = Obstacle.objects.filter(company__in=companies_of(user, on=on))
    return visible(user, mine).select_related(*_WHOLE)


def companies_of(user: Any, *, on: date) -> list[Company]:
    """Those for which somebody may raise an obstacle."""
    held = [one.company_id for one in memberships(user, on) if one.role == Role.REPRESENTATIVE]
    return list(Company.objects.filter(pk__in=held).order_by("pk"))


def open_cases_of(user: Any, company: Company) -> QuerySet[LandingCase]:
    return visible(user, LandingCase.objects.filter(company=company, end="none"))


def to_answer(user: Any, on: date, limit: int) -> list[dict[str, Any]]:
    """Of the very units somebody works in, the nearest day first, by an index; by column, as a day shows them."""
    units = tuple(held.unit_id for held in memberships(user, on) if held.role == Role.OFFICER and held.unit_id)
    return _TO_ANSWER(units=units, most=limit)


def _to_answer(*, units: tuple[int, ...], most: int) -> QuerySet[Any, Any]:
    found = Obstacle.objects.filter(unit__in=units, state__in=OPEN).order_by("due", "pk")
    shown = ("kind", "state", "due", "company__name_zh", "company__name_en", "case__reference", "unit__path")
    return found.values("pk", *shown)[:most]


_TO_ANSWER: Final[Prepared[dict[str, Any]]] = Prepared(_to_answer)


def open_to(user: Any, row: Obstacle) -> list[str]:
    """What somebody may do with an obstacle as it stands; joining a question only where there is one to join."""
    found = actions.open_to(user, row)
    return [name for name in found if name != "join" or issues(user, {"state": "open"}).exists()]
