"""What changes a task of the plan: it is given to a unit, the unit declares how far it is, another one finds evidence.

Each is one line more; what was said before stays.
"""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.utils.timezone import localdate

from luodi.errors import MissingKey
from luodi.scorecard.contributions import NotNow
from luodi.scorecard.plan import plan
from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.accounts.access import NotPermitted, memberships
from luodi.web.accounts.models import Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions_stages import OwnWork
from luodi.web.scorecard.models import PlanTask, TaskLine
from luodi.web.scorecard.moments import in_turn


def assign(
    name: str,
    unit: Unit,
    due: date | None,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> PlanTask:
    """Give a task of the plan to a unit, or to another one. A leader's act, over both units.

    Raises `UnknownValue` for a task that the plan does not have, `MissingKey` without a reason."""
    plan().task(name)
    if not reason.strip():
        raise MissingKey("scorecard.say-why-unit-answers", at="reason")
    found = PlanTask.objects.filter(task=name).first()
    if found is None:
        try:
            return add(PlanTask, lambda: _given(name, unit, due, reason, by, at), "assign", by=by, at=at, key=key)
        except IntegrityError:
            raise NotNow("scorecard.task-given-unit-meanwhile") from None

    def change(row: PlanTask) -> dict[str, Any]:
        if not _leads(by, unit, localdate(at)):
            raise NotPermitted("scorecard.your-roles-do-not-let")
        _line(row, TaskLine.Kind.ASSIGNED, "", reason, unit, due, by, at)
        return {"unit": unit, "due": due}

    return perform(found, "assign", change, by=by, at=at, key=key, version=version, reason=reason.strip())


def _given(name: str, unit: Unit, due: date | None, reason: str, by: User, at: datetime) -> PlanTask:
    row = PlanTask.objects.create(task=name, unit=unit, due=due, changed=at)
    _line(row, TaskLine.Kind.ASSIGNED, "", reason, unit, due, by, at)
    return row


def _leads(user: User, unit: Unit, on: date) -> bool:
    held = (one for one in memberships(user, on) if one.role == Role.LEADER and one.unit)
    return any(unit.path.startswith(one.unit.path) for one in held if one.unit)


def declare(
    task: PlanTask, value: Declared, note: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> PlanTask:
    """By the unit that answers for it."""

    def change(row: PlanTask) -> dict[str, Any]:
        _line(row, TaskLine.Kind.DECLARED, value, note, row.unit, row.due, by, at)
        return {"declared": value, "declared_day": localdate(at)}

    return perform(task, "declare", change, by=by, at=at, key=key, version=version)


def review(
    task: PlanTask, value: Evidenced, note: str, *, by: User, at: datetime, key: str = "", version: int | None = None
) -> PlanTask:
    """What somebody outside the unit found evidence for. Raises `OwnWork` for whoever works in it or below it."""

    def change(row: PlanTask) -> dict[str, Any]:
        inside = (one.unit for one in memberships(by, localdate(at)) if one.unit)
        if any(unit.path.startswith(row.unit.path) for unit in inside):
            raise OwnWork("scorecard.nobody-reviews-work-their-own")
        _line(row, TaskLine.Kind.EVIDENCED, value, note, row.unit, row.due, by, at)
        return {"evidenced": value, "evidenced_day": localdate(at)}

    return perform(task, "review", change, by=by, at=at, key=key, version=version)


def _line(
    row: PlanTask, kind: str, value: str, note: str, unit: Unit, due: date | None, by: User, at: datetime
) -> None:
    if not note.strip():
        raise MissingKey("scorecard.say-what-rests-another-can", at="note")
    TaskLine.objects.create(
        task=row, kind=kind, value=value, note=note.strip(), unit=unit, due=due, by=by, at=in_turn(unit, at)
    )
