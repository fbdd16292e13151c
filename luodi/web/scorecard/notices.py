"""Telling those who can check a claim that one waits, and whoever claimed it what became of it. Call it in the
transaction of the act."""

from datetime import datetime

from django.utils.timezone import localdate

from luodi.scorecard.contributions import Act, State
from luodi.web.accounts.models import Membership, User
from luodi.web.core.pages import place
from luodi.web.core.permissions import may
from luodi.web.core.roles import Role
from luodi.web.core.types import Json
from luodi.web.core.words import words
from luodi.web.notices.making import make_notice
from luodi.web.scorecard.models import Contribution
from luodi.web.scorecard.queries.countable import preparers


def tell_checkers(row: Contribution, *, at: datetime) -> None:
    """The officers who may decide on it, of the nearest unit from its own upwards that has any."""
    values: Json = {
        "reference": row.reference,
        "title": row.indicator.titles,
        "due": row.check_by.isoformat(),
    }
    for one in _checkers(row, at):
        make_notice("contribution_claimed", one, row, f"claim {at.isoformat()}", at=at, **values)


def _checkers(row: Contribution, at: datetime) -> list[User]:
    prepared, on = preparers(row), localdate(at)
    for unit in reversed([int(part) for part in row.unit.path.strip("/").split("/")]):
        officers = Membership.objects.in_force(on).filter(unit_id=unit, role=Role.OFFICER, user__is_active=True)
        people = {one.user for one in officers.exclude(user__in=prepared).select_related("user")}
        if found := sorted((one for one in people if may(one, "check", row, on=on)), key=lambda one: one.pk):
            return found
    return []


def waits(row: Contribution) -> bool:
    """Whether nobody has decided on it yet."""
    return State(row.state).is_open


def tell_leaders(row: Contribution, *, at: datetime) -> None:
    """That a reversal is asked for: the leaders of the nearest unit, from the indicator's own upwards, that has any."""
    why = dict(words()[f"scorecard.asked_{row.asked}"])
    values: Json = {"reference": row.reference, "title": row.indicator.titles, "why": why}
    for one in _leaders(row, at):
        make_notice("reversal_asked", one, row, f"{row.asked} {at.isoformat()}", at=at, **values)


def _leaders(row: Contribution, at: datetime) -> list[User]:
    on = localdate(at)
    for unit in reversed([int(part) for part in row.indicator.unit.path.strip("/").split("/")]):
        held = Membership.objects.in_force(on).filter(unit_id=unit, role=Role.LEADER, user__is_active=True)
        if people := {one.user for one in held.select_related("user")}:
            return sorted(people, key=lambda one: one.pk)
    return []


def is_asked(row: Contribution) -> bool:
    """Whether nobody has reversed or kept it yet."""
    return bool(row.asked)


def tell_claimer(row: Contribution, act: Act, state: State, reason: str, *, at: datetime) -> None:
    if row.claimed_by is None:
        return
    became = dict(words()[f"scorecard.state_{state}"])
    values: Json = {
        "reference": row.reference,
        "title": row.indicator.titles,
        "became": became,
        "why": reason or "–",
    }
    make_notice("contribution_decided", row.claimed_by, row, f"{act} {at.isoformat()}", at=at, **values)


def to_contribution(row: Contribution, lang: str) -> dict[str, str]:
    return {"place": place("scorecard:contribution", lang, row.reference)}
