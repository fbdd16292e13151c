"""What changes a task of the plan: it is given to a unit, the unit declares how far it is, another one finds evidence.

Each is one line more; what was said before stays.
"""

from datetime import date, datetime

from django.utils.timezone import localdate

from luodi.errors import MissingKey
from luodi.scorecard.contributions import NotNow
from luodi.scorecard.plan import plan
from luodi.scorecard.statuses import Declared, Evidenced
from luodi.web.accounts.models import Unit, User
from luodi.web.core.actions import Changed, Created, action
from luodi.web.core.errors import NotPermitted, OwnWork
from luodi.web.core.permissions import memberships
from luodi.web.core.roles import Role
from luodi.web.scorecard import forms
from luodi.web.scorecard.actions.moments import in_turn
from luodi.web.scorecard.models import PlanTask, TaskLine


@action("declare", model=PlanTask, form=forms.Declare, permission="declare")
def declare(task: PlanTask, value: Declared, note: str, *, actor: User, at: datetime) -> Changed:
    """By the unit that answers for it."""
    _line(task, TaskLine.Kind.DECLARED, value, note, task.unit, task.due, actor, at)
    return Changed({"declared": value, "declared_day": localdate(at)})


@action("review", model=PlanTask, form=forms.Review, permission="review")
def review(task: PlanTask, value: Evidenced, note: str, *, actor: User, at: datetime) -> Changed:
    """What somebody outside the unit found evidence for. Raises `OwnWork` for whoever works in it or below it."""
    inside = (one.unit for one in memberships(actor, localdate(at)) if one.unit)
    if any(unit.path.startswith(task.unit.path) for unit in inside):
        raise OwnWork("scorecard.nobody-reviews-work-their-own")
    _line(task, TaskLine.Kind.EVIDENCED, value, note, task.unit, task.due, actor, at)
    return Changed({"evidenced": value, "evidenced_day": localdate(at)})


@action("give", model=PlanTask, form=forms.Assign, permission="assign", creates=True, entries=["assign"])
def give(name: str, unit: Unit, due: date | None, reason: str, *, actor: User, at: datetime) -> Created:
    """A task that no unit had yet. Raises `UnknownValue` for one that the plan does not have, `MissingKey` without a
    reason, `NotNow` for one that a unit has."""
    _is_given(name, reason)
    if PlanTask.objects.filter(task=name).exists():
        raise NotNow("scorecard.task-given-unit-meanwhile")
    row = PlanTask.objects.create(task=name, unit=unit, due=due, changed=at)
    _line(row, TaskLine.Kind.ASSIGNED, "", reason, unit, due, actor, at)
    return Created(row)


@action("assign", model=PlanTask, form=forms.Assign, permission="assign")
def pass_on(task: PlanTask, unit: Unit, due: date | None, reason: str, *, actor: User, at: datetime) -> Changed:
    """A task that a unit has, to another one. A leader decides it, over both units."""
    _is_given(task.task, reason)
    if not _leads(actor, unit, localdate(at)):
        raise NotPermitted("scorecard.your-roles-do-not-let")
    _line(task, TaskLine.Kind.ASSIGNED, "", reason, unit, due, actor, at)
    return Changed({"unit": unit, "due": due}, reason=reason.strip())


def _is_given(name: str, reason: str) -> None:
    plan().task(name)
    if not reason.strip():
        raise MissingKey("scorecard.say-why-unit-answers", at="reason")


def _leads(user: User, unit: Unit, on: date) -> bool:
    led = (one for one in memberships(user, on) if one.role == Role.LEADER and one.unit)
    return any(unit.path.startswith(one.unit.path) for one in led if one.unit)


def _line(
    row: PlanTask, kind: str, value: str, note: str, unit: Unit, due: date | None, by: User, at: datetime
) -> None:
    if not note.strip():
        raise MissingKey("scorecard.say-what-rests-another-can", at="note")
    TaskLine.objects.create(
        task=row, kind=kind, value=value, note=note.strip(), unit=unit, due=due, by=by, at=in_turn(unit, at)
    )
