"""Writing down a talk, and tasks: one function an act."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone

from luodi.casework.tasks import TaskAct, TaskState, after
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.access import may
from luodi.web.accounts.models import User
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions import note_contact
from luodi.web.cases.models import LandingCase
from luodi.web.dealings.models import Interaction, TalkKind, Task
from luodi.web.journal.actions import snapshot, write


def log_talk(
    case: LandingCase,
    kind: TalkKind,
    note: str,
    *,
    by: User,
    at: datetime,
    day: date | None = None,
    people: str = "",
    then: str = "",
    then_due: date | None = None,
    key: str = "",
) -> Interaction:
    """Write a talk down, with what is to be done next where something is; the case was in contact that day.

    Raises `MissingKey` without a note, or for a next thing without its day; `OutOfRange` for a day to come.
    """
    on = timezone.localdate(at)

    def make() -> Interaction:
        if not note.strip():
            raise MissingKey("dealings.say-what-talk-about", at="note")
        if (day or on) > on:
            raise OutOfRange("dealings.talk-still-come-task", at="day")
        if then.strip():
            task = _add_task(case, then, by, then_due, by, at)
            write("add_task", task, by=by, after=snapshot(task), at=at)
        note_contact(case, at=timezone.make_aware(datetime.combine(day or on, time(12))))
        return Interaction.objects.create(
            company=case.company,
            unit=case.unit,
            case=case,
            kind=kind,
            day=day or on,
            people=people.strip(),
            note=note.strip(),
            by=by,
            at=at,
        )

    with transaction.atomic():
        return add(Interaction, make, "log_talk", by=by, at=at, key=key, permit="work", permit_on=case)


def add_task(
    case: LandingCase, what: str, owner: User, due: date | None, *, by: User, at: datetime, key: str = ""
) -> Task:
    """Something that an officer of the case does by a day."""
    return add(
        Task,
        lambda: _add_task(case, what, owner, due, by, at),
        "add_task",
        by=by,
        at=at,
        key=key,
        permit="work",
        permit_on=case,
    )


def _add_task(case: LandingCase, what: str, owner: User, due: date | None, by: User, at: datetime) -> Task:
    if not what.strip():
        raise MissingKey("dealings.say-what-done", at="what")
    if due is None:
        raise MissingKey("dealings.give-day-done", at="then_due")
    if due < timezone.localdate(at):
        raise OutOfRange("dealings.day-over", at="due")
    if not may(owner, "work", case):
        raise UnknownValue("dealings.only-officer-who-works-case-2", at="owner")
    return Task.objects.create(case=case, what=what.strip()[:300], owner=owner, due=due, by=by, at=at, changed=at)


def settle_task(
    task: Task, act: TaskAct, reason: str = "", *, by: User, at: datetime, key: str = "", version: int | None = None
) -> Task:
    """Done, or dropped with a reason."""

    def change(row: Task) -> dict[str, Any]:
        state = after(TaskState(row.state), act)
        if act is TaskAct.DROP and not reason.strip():
            raise MissingKey("dealings.say-why-not-done", at="reason")
        return {"state": state, "reason": reason.strip()}

    return perform(task, act.value, change, by=by, at=at, key=key, version=version, permit="work", reason=reason)
