"""Reading what is arranged around cases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Q, QuerySet

from luodi.casework.promises import PromiseState
from luodi.casework.propositions import OfferState
from luodi.casework.referrals import ReferralState
from luodi.web.accounts.models import Membership, User
from luodi.web.cases.calendars import late
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Action, actions_on
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task

OPEN: Final = (ReferralState.SENT, ReferralState.ACCEPTED)
#: What a list of referrals can be narrowed to.
STATES: Final = ("open", "late", *(state.value for state in ReferralState))
_WHOLE: Final = ("hand_off__case__company", "hand_off__case__unit", "unit", "officer")


def colleagues(case: LandingCase, *, on: date) -> list[User]:
    """The officers who may work on a case: those of its unit and of the units above."""
    above = [int(part) for part in case.unit.path.strip("/").split("/")]
    held = Membership.objects.in_force(on).filter(unit__in=above, role=Role.OFFICER, user__is_active=True)
    return sorted({one.user for one in held.select_related("user")}, key=str)


def referrals(user: Any, asked: Mapping[str, str], *, on: date) -> QuerySet[Referral]:
    """Those that came to one's units, the nearest day first. `asked`: `state` (one of them, `open` or `late`)."""
    found = _to_my_units(user, visible(user, Referral.objects.all()), on).select_related(*_WHOLE)
    state = asked.get("state", "")
    if state in ("open", "late"):
        found = found.filter(state__in=OPEN)
        return found.filter(late(on, "due", "unit")) if state == "late" else found
    return found.filter(state=state) if state in set(ReferralState) else found


def _to_my_units(user: Any, rows: QuerySet[Referral], on: date) -> QuerySet[Referral]:
    mine = Q(pk__in=[])
    for held in memberships(user, on):
        if held.unit and held.role in (Role.OFFICER, Role.LEADER):
            mine |= Q(unit__path__startswith=held.unit.path)
    return rows.filter(mine)


def hand_offs(user: Any, case: LandingCase) -> QuerySet[HandOff]:
    return visible(user, HandOff.objects.filter(case=case)).prefetch_related("referrals__unit", "referrals__officer")


def of_case(user: Any, model: Any, case: LandingCase) -> QuerySet[Any]:
    """Promises, propositions, talks or tasks of a case, as far as somebody may see them."""
    more = {Promise: ("owner",), Task: ("owner",), Interaction: ("by",), Proposition: ("by",)}[model]
    return visible(user, model.objects.filter(case=case)).select_related(*more)


def own_promises(user: Any) -> QuerySet[Promise]:
    """What the companies that somebody acts for were promised and shown."""
    shown = visible(user, Promise.objects.filter(shown__isnull=False))
    return shown.select_related("case__company", "case__unit", "owner")


def own_propositions(user: Any) -> QuerySet[Proposition]:
    offered = visible(user, Proposition.objects.exclude(state=OfferState.DRAFT))
    return offered.select_related("case__company", "case__unit", "case__determination", "by")


# ---- what of a case is due by a day


def promises_due(user: Any, case: LandingCase, by: date) -> QuerySet[Promise]:
    return visible(user, Promise.objects.filter(case=case, state=PromiseState.OPEN, due__lte=by))


def tasks_due(user: Any, case: LandingCase, by: date) -> QuerySet[Task]:
    return visible(user, Task.objects.filter(case=case, state="open", due__lte=by))


def referrals_due(user: Any, case: LandingCase, by: date) -> QuerySet[Referral]:
    """What other units were asked and have not answered, or have not finished."""
    return visible(user, Referral.objects.filter(hand_off__case=case, state__in=OPEN, due__lte=by))


# ---- somebody's day: each by an index, and no more than asked for


@dataclass(frozen=True, slots=True)
class Due:
    """What a row of a day shows, and by whose working days it is late: those of the unit at `path`."""

    pk: int
    due: date
    what: str  # of a promise or task; the state of a referral
    reference: str
    names: Mapping[str, str]
    path: str
    unit: Mapping[str, str] = field(default_factory=dict)  # of a referral: who asks, or who was asked


_OF_CASE: Final = ("case__reference", "case__company__name_zh", "case__company__name_en")


def promises_to_keep(user: Any, limit: int) -> list[Due]:
    return _own(_PROMISES(user.pk, most=limit))


def tasks_to_do(user: Any, limit: int) -> list[Due]:
    return _own(_TASKS(user.pk, most=limit))


def _own(rows: list[Any]) -> list[Due]:
    return [Due(pk, due, what, ref, {"zh": zh, "en": en}, path) for pk, due, what, ref, zh, en, path in rows]


def _own_rows(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    return found.order_by("due", "pk").values_list("pk", "due", "what", *_OF_CASE, "case__unit__path")


_PROMISES: Final[Prepared[Any]] = Prepared(
    lambda user, *, most: _own_rows(Promise.objects.filter(owner=user, state=PromiseState.OPEN, due__isnull=False))[
        :most
    ],
    int,
)
_TASKS: Final[Prepared[Any]] = Prepared(
    lambda user, *, most: _own_rows(Task.objects.filter(owner=user, state="open"))[:most], int
)


def referrals_to_answer(user: Any, on: date, limit: int) -> list[Due]:
    """Of the very units somebody works in, so that an index gives them; `unit` is the one that asks."""
    units = tuple(h.unit_id for h in memberships(user, on) if h.role == Role.OFFICER and h.unit_id)
    return _referrals(_TO_ANSWER(units=units, most=limit))


def referrals_waited_for(user: Any, limit: int) -> list[Due]:
    """That cases of somebody wait for; `unit` is the one that was asked."""
    return _referrals(_WAITED_FOR(user.pk, most=limit))


def _referrals(rows: list[Any]) -> list[Due]:
    return [
        Due(pk, due, state, ref, {"zh": zh, "en": en}, path, {"zh": unit_zh, "en": unit_en})
        for pk, due, state, ref, zh, en, path, unit_zh, unit_en in rows
    ]


def _referral_rows(found: QuerySet[Referral], unit: str) -> QuerySet[Any, Any]:
    return found.order_by("due", "pk").values_list(
        "pk",
        "due",
        "state",
        *(f"hand_off__{name}" for name in _OF_CASE),
        "unit__path",
        f"{unit}__name_zh",
        f"{unit}__name_en",
    )


def _to_answer(*, units: tuple[int, ...], most: int) -> QuerySet[Any, Any]:
    return _referral_rows(Referral.objects.filter(unit__in=units, state__in=OPEN), "hand_off__case__unit")[:most]


def _waited_for(user: int, *, most: int) -> QuerySet[Any, Any]:
    found = Referral.objects.filter(hand_off__case__officer=user, hand_off__case__end="none", state__in=OPEN)
    return _referral_rows(found, "unit")[:most]


_TO_ANSWER: Final[Prepared[Any]] = Prepared(_to_answer)
_WAITED_FOR: Final[Prepared[Any]] = Prepared(_waited_for, int)


#: What stands around a case and has a life of its own, by its name in addresses.
KINDS: Final[Mapping[str, Any]] = {
    "referral": Referral,
    "promise": Promise,
    "proposition": Proposition,
    "task": Task,
}


def additions() -> dict[str, Action]:
    """What can be added to a case, by name."""
    return dict(sorted(actions_on(LandingCase, app="dealings").items()))
