"""Reading obstacles and policy questions."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Final, TypedDict

from django.db.models import Avg, Count, Min, Q, QuerySet
from django.utils import timezone

from luodi.casework.agreement import Standing
from luodi.casework.obstacles import IssueState, ObstacleState
from luodi.web.accounts.models import Company, Membership, Unit, User
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import standing_of
from luodi.web.cases.queries.calendars import late
from luodi.web.core import actions
from luodi.web.core.lists import Asked, Criteria, Filter, RecordList, choice
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.obstacles.models import AGAINST_SOMEBODY, OPEN, Obstacle, PolicyIssue

#: What the lists can be narrowed to.
STATES: Final = ("open", "late", *(state.value for state in ObstacleState))
ISSUE_STATES: Final = ("open", *(state.value for state in IssueState))
#: What obstacles are called among the facts between two sides.
OBSTACLE: Final = "obstacle"
_ANSWERED: Final = (ObstacleState.ANSWERED, ObstacleState.OUT_OF_SCOPE, ObstacleState.CLOSED)
#: First those who handle a complaint, then those who do where there is none of them.
_HANDLERS: Final = (Role.OFFICER, Role.LEADER)
_RELATED: Final = ("company", "case", "unit", "officer", "issue")


def _by_state(rows: QuerySet[Obstacle], state: str, asked: Asked) -> QuerySet[Obstacle]:
    if state not in ("open", "late"):
        return rows.filter(state=state)
    rows = rows.filter(state__in=OPEN)
    return rows.filter(late(asked.on, "due", "unit")) if state == "late" else rows


def _by_rule(rows: QuerySet[Obstacle], about: str, asked: Asked) -> QuerySet[Obstacle]:
    """Such as `step/icp-filing`; `-/` is about no rule."""
    kind, _, name = about.partition("/")
    return rows.filter(about_kind="" if kind == "-" else kind, about=name)


#: The newest first. The list by rule leads to those about one rule at one unit.
OBSTACLES: Final = RecordList(
    Obstacle,
    "obstacles",
    "obstacles:obstacles",
    filters=(
        choice("state", STATES, _by_state, default="open"),
        Filter("about", lambda about: about.replace("\0", "")[:240], _by_rule),
        Filter(
            "unit",
            lambda unit: unit if re.fullmatch(r"[0-9]{1,9}", unit) else "",
            lambda rows, unit, asked: rows.filter(unit=int(unit)),
        ),
    ),
    order=("-at", "-pk"),
    related=_RELATED,
)


class RuleCount(TypedDict):
    """How many obstacles there are about one rule at one bureau."""

    about_kind: str
    about: str
    unit: int
    unit__name_zh: str
    unit__name_en: str
    all: int
    open: int
    oldest: datetime | None  # of those that are open
    mean: float | None  # rating
    rated: int


def by_rule(user: AnyUser) -> list[RuleCount]:
    """What obstacles are about, with the responsible bureau. Most open ones first; 200 rows at most."""
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
    return [RuleCount(**row) for row in rows[:200]]


def _issue_by_state(rows: QuerySet[PolicyIssue], state: str, asked: Asked) -> QuerySet[PolicyIssue]:
    return rows.filter(state__in=[one for one in IssueState if one.is_open] if state == "open" else [state])


ISSUES: Final = RecordList(
    PolicyIssue,
    "obstacles",
    "obstacles:issues",
    filters=(choice("state", ISSUE_STATES, _issue_by_state, default="open"),),
    order=("-at", "-pk"),
    related=("unit",),
)


def issues(user: AnyUser, criteria: Criteria) -> QuerySet[PolicyIssue]:
    """With `raisers`: by how many companies."""
    found = ISSUES.found(user, criteria)
    return found.annotate(raisers=Count("obstacles__company", distinct=True), number=Count("obstacles"))


def own(user: AnyUser, *, on: date) -> QuerySet[Obstacle]:
    """What one's companies have raised."""
    mine = Obstacle.objects.filter(company__in=companies_of(user, on=on))
    return visible(user, mine).select_related(*_RELATED)


def companies_of(user: AnyUser, *, on: date) -> list[Company]:
    """Those for which somebody may raise an obstacle."""
    companies = [one.company_id for one in memberships(user, on) if one.role == Role.REPRESENTATIVE and one.company_id]
    return list(Company.objects.filter(pk__in=companies).order_by("pk"))


def open_cases_of(user: AnyUser, company: Company) -> QuerySet[LandingCase]:
    return visible(user, LandingCase.objects.filter(company=company, end="none"))


# ---- whom a complaint is about, and who handles it


def involved(person: User | None, unit: Unit | None, *, on: date) -> set[int]:
    """The people whom a complaint about a person or a unit is about."""
    found = {person.pk} if person is not None else set()
    if unit is not None:
        staff = Membership.objects.in_force(on).filter(role__in=_HANDLERS, unit__path__startswith=unit.path)
        found |= set(staff.values_list("user_id", flat=True))
    return found


def handlers(unit: Unit, about: Collection[int], *, on: date) -> list[User]:
    """Who of the very unit handles a complaint about these people: its other officers, else its leaders."""
    held = Membership.objects.in_force(on).filter(unit=unit, role__in=_HANDLERS, user__is_active=True)
    staff = [one for one in held.select_related("user").order_by("user") if one.user_id not in about]
    for role in _HANDLERS:
        if found := {one.user.pk: one.user for one in staff if one.role == role}:
            return list(found.values())
    return []


def unit_for(start: Unit, person: User | None, unit: Unit | None, *, on: date) -> Unit | None:
    """The nearest unit, from this one upwards, in which somebody else handles a complaint; None where there is none."""
    about = involved(person, unit, on=on)
    one: Unit | None = start
    while one is not None:
        if can_take(one, unit, about, on=on):
            return one
        one = one.parent
    return None


def can_take(one: Unit, unit: Unit | None, about: Collection[int], *, on: date) -> bool:
    """Whether a unit is open, is no part of the one that a complaint is about, and has somebody else."""
    is_part = unit is not None and one.path.startswith(unit.path)
    is_closed = one.closes is not None and one.closes <= on
    return not is_part and not is_closed and bool(handlers(one, about, on=on))


def may_handle(user: User, row: Obstacle, *, on: date) -> bool:
    """Whether a complaint is not about somebody, nor about the officer in whose place they would handle it."""
    about = involved(row.against_person, row.against_unit, on=on)
    if not about or user.pk in about:
        return not about
    own = [one for one in memberships(user, on) if one.role in _HANDLERS and one.user_id not in about]
    return any(one.unit is None or row.unit.path.startswith(one.unit.path) for one in own)


def to_answer(user: AnyUser, on: date, limit: int) -> QuerySet[Obstacle]:
    """Of the very units somebody works in, the nearest day first, by an index; with what a day shows of them. Leaders
    have the complaints about those below them."""
    held = [one for one in memberships(user, on) if one.role in _HANDLERS and one.unit_id]
    officers = Q(unit__in=[one.unit_id for one in held if one.role == Role.OFFICER])
    leaders = Q(unit__in=[one.unit_id for one in held if one.role == Role.LEADER]) & AGAINST_SOMEBODY
    found = Obstacle.objects.filter(officers | leaders, state__in=OPEN).select_related("company", "case", "unit")
    found = found.exclude(against_person__in={one.user_id for one in held})
    names = ("company__name_zh", "company__name_en", "case__reference", "unit__path")
    return found.only("kind", "state", "due", *names).order_by("due", "pk")[:limit]


def agreement_of(row: Obstacle) -> Standing | None:
    """Where the sides stand. What was answered before the company was asked is not yet agreed."""
    found = standing_of(OBSTACLE, row.pk)
    if found is None and row.state == ObstacleState.CONFIRMED:
        return Standing.AGREED
    return Standing.PROPOSED if found is None and row.state in _ANSWERED else found


def open_to(user: AnyUser, row: Obstacle) -> list[str]:
    """What somebody may do with an obstacle as it stands; joining a question only where there is one to join."""
    found = actions.open_to(user, row)
    if isinstance(user, User) and not may_handle(user, row, on=timezone.localdate()):
        found = [name for name in found if actions.actions_on(Obstacle)[name].permission != "work"]
    return [name for name in found if name != "join" or issues(user, {"state": "open"}).exists()]
