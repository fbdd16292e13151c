"""Reading hand-offs, promises, propositions, talks and tasks of cases."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from django.db.models import F, Model, Q, QuerySet

from luodi.casework.agreement import Standing
from luodi.casework.promises import PromiseState
from luodi.casework.propositions import OfferState
from luodi.casework.referrals import ReferralState
from luodi.casework.stages import End
from luodi.casework.tasks import TaskState
from luodi.web.accounts.models import Membership, User
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.agreements import standings
from luodi.web.cases.queries.calendars import late
from luodi.web.core.actions import Action, actions_on
from luodi.web.core.lists import Asked, Criteria, RecordList, choice
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task

Row = TypeVar("Row", bound=Model)
OfCase = TypeVar("OfCase", Promise, Proposition, Interaction, Task)

OPEN: Final = (ReferralState.SENT, ReferralState.ACCEPTED)
#: What a list of referrals can be narrowed to.
STATES: Final = ("open", "late", *(state.value for state in ReferralState))
_RELATED: Final = ("hand_off__case__company", "hand_off__case__unit", "unit", "officer")


def colleagues(case: LandingCase, *, on: date) -> list[User]:
    """The officers who may work on a case: those of its unit and of the units above."""
    above = [int(part) for part in case.unit.path.strip("/").split("/")]
    officers = Membership.objects.in_force(on).filter(unit__in=above, role=Role.OFFICER, user__is_active=True)
    return sorted({one.user for one in officers.select_related("user")}, key=str)


def _by_state(rows: QuerySet[Referral], state: str, asked: Asked) -> QuerySet[Referral]:
    if state not in ("open", "late"):
        return rows.filter(state=state)
    rows = rows.filter(state__in=OPEN)
    return rows.filter(late(asked.on, "due", "unit")) if state == "late" else rows


REFERRALS: Final = RecordList(
    Referral,
    "dealings",
    "dealings:referrals",
    filters=(choice("state", STATES, _by_state, default="open"),),
    order=("due", "pk"),
    related=_RELATED,
)


def referrals(user: AnyUser, criteria: Criteria, *, on: date) -> QuerySet[Referral]:
    """Those that came to one's units, the nearest day first."""
    return _to_own_units(user, REFERRALS.found(user, criteria, on=on), on)


def _to_own_units(user: AnyUser, rows: QuerySet[Referral], on: date) -> QuerySet[Referral]:
    own = Q(pk__in=[])
    for membership in memberships(user, on):
        if membership.unit and membership.role in (Role.OFFICER, Role.LEADER):
            own |= Q(unit__path__startswith=membership.unit.path)
    return rows.filter(own)


def hand_offs(user: AnyUser, case: LandingCase) -> QuerySet[HandOff]:
    return visible(user, HandOff.objects.filter(case=case)).prefetch_related("referrals__unit", "referrals__officer")


def of_case(user: AnyUser, model: type[OfCase], case: LandingCase) -> QuerySet[OfCase]:
    """Promises, propositions, talks or tasks of a case, as far as somebody may see them."""
    related = {Promise: ("owner",), Task: ("owner", "talk")}.get(model, ("by",))
    return visible(user, model.objects.filter(case=case)).select_related(*related)


def own_promises(user: AnyUser) -> QuerySet[Promise]:
    """What the companies that somebody acts for were promised and shown."""
    shown = visible(user, Promise.objects.filter(shown__isnull=False))
    return shown.select_related("case__company", "case__unit", "owner")


#: What promises are called among the facts between two sides.
PROMISE: Final = "promise"
_CLAIMED: Final = (PromiseState.KEPT, PromiseState.RELEASED)


def agreements(rows: Iterable[Promise]) -> dict[int, Standing]:
    """By promise, where the sides stand. What was settled before companies were asked is not yet agreed."""
    found = {one.pk: one for one in rows}
    before = {pk: Standing.PROPOSED for pk, one in found.items() if one.state in _CLAIMED}
    return {**before, **standings(PROMISE, found)}


def awaits_company(row: Promise) -> bool:
    """Whether the company has not said yet whether it agrees."""
    return row.state in _CLAIMED and agreements([row]).get(row.pk) is Standing.PROPOSED


def own_propositions(user: AnyUser) -> QuerySet[Proposition]:
    offered = visible(user, Proposition.objects.exclude(state=OfferState.DRAFT))
    return offered.select_related("case__company", "case__unit", "case__determination", "by")


# ---- what of a case is due by a day


def promises_due(user: AnyUser, case: LandingCase, by: date) -> QuerySet[Promise]:
    return visible(user, Promise.objects.filter(case=case, state=PromiseState.OPEN, due__lte=by))


def tasks_due(user: AnyUser, case: LandingCase, by: date) -> QuerySet[Task]:
    return visible(user, Task.objects.filter(case=case, state=TaskState.OPEN, due__lte=by))


def referrals_due(user: AnyUser, case: LandingCase, by: date) -> QuerySet[Referral]:
    """What other units were asked and have not answered, or have not finished."""
    return visible(user, Referral.objects.filter(hand_off__case=case, state__in=OPEN, due__lte=by))


# ---- somebody's day: each by an index, and no more than asked for


@dataclass(frozen=True, slots=True)
class Due:
    """What a row of a day shows, and by whose working days it is late: those of the unit at `path`."""

    pk: int
    due: date | None  # None of a promise that has no day yet
    what: str  # of a promise or task; the state of a referral
    reference: str
    company_zh: str
    company_en: str
    path: str
    unit_zh: str = ""  # of a referral: who asks, or who was asked
    unit_en: str = ""


def promises_to_keep(user: User, limit: int) -> list[Due]:
    rows = Promise.objects.filter(owner=user, state=PromiseState.OPEN)
    return _due(rows, limit, "what", "case", "case__unit__path")


def tasks_to_do(user: User, limit: int) -> list[Due]:
    return _due(Task.objects.filter(owner=user, state=TaskState.OPEN), limit, "what", "case", "case__unit__path")


def referrals_to_answer(user: User, on: date, limit: int) -> list[Due]:
    """Of the very units somebody works in, so that an index gives them; the unit is the one that asks."""
    units = [one.unit_id for one in memberships(user, on) if one.role == Role.OFFICER and one.unit_id]
    return _due_referrals(Referral.objects.filter(unit__in=units), limit, "hand_off__case__unit")


def referrals_awaited(user: User, limit: int) -> list[Due]:
    """That cases of somebody wait for; the unit is the one that was asked."""
    rows = Referral.objects.filter(hand_off__case__officer=user, hand_off__case__end=End.NONE)
    return _due_referrals(rows, limit, "unit")


def _due_referrals(rows: QuerySet[Referral], limit: int, unit: str) -> list[Due]:
    names = (f"{unit}__name_zh", f"{unit}__name_en")
    return _due(rows.filter(state__in=OPEN), limit, "state", "hand_off__case", "unit__path", *names)


def _due(rows: QuerySet[Row], limit: int, what: str, case: str, *more: str) -> list[Due]:
    of_case = (f"{case}__{name}" for name in ("reference", "company__name_zh", "company__name_en"))
    found = rows.order_by(F("due").asc(nulls_last=True), "pk").values_list("pk", "due", what, *of_case, *more)
    return [Due(*row) for row in found[:limit]]


#: What belongs to a case and has a page of its own, by its name in addresses.
KINDS: Final[Mapping[str, type[Referral | Promise | Proposition | Task]]] = {
    "referral": Referral,
    "promise": Promise,
    "proposition": Proposition,
    "task": Task,
}


def additions() -> dict[str, Action]:
    """What can be added to a case, by name."""
    return dict(sorted(actions_on(LandingCase, app="dealings").items()))
