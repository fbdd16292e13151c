"""Talks with a company, and tasks."""

from datetime import date, datetime, time

from django.utils import timezone

from luodi.casework.states import NotNow
from luodi.casework.tasks import TaskAct, TaskState, after
from luodi.errors import MissingKey, OutOfRange, UnknownValue
from luodi.web.accounts.models import User
from luodi.web.cases.actions.cases import note_contact
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Changed, Created, action, action_for_each
from luodi.web.core.permissions import may
from luodi.web.dealings import forms
from luodi.web.dealings.models import Interaction, TalkKind, Task


@action(
    "talk",
    model=Interaction,
    form=forms.Talk,
    permission="work",
    parent=LandingCase,
    parent_permits=True,
    entries=["log_talk"],
)
def add_talk(
    case: LandingCase,
    kind: TalkKind,
    note: str,
    *,
    actor: User,
    at: datetime,
    day: date | None = None,
    people: str = "",
    then: str = "",
    then_due: date | None = None,
) -> Created:
    """Write a talk down, with what is to be done next where something is; the case was in contact that day.

    Raises `MissingKey` without a note, or for a next thing without its day; `OutOfRange` for a day to come.
    """
    on = timezone.localdate(at)
    if not note.strip():
        raise MissingKey("dealings.say-what-talk-about", at="note")
    if (day or on) > on:
        raise OutOfRange("dealings.talk-still-come-task", at="day")
    if then.strip():
        add_task(case, then, actor, then_due, by=actor, at=at)
    note_contact(case, at=noon(day or on))
    made = Interaction.objects.create(
        company=case.company,
        unit=case.unit,
        case=case,
        kind=kind,
        day=day or on,
        people=people.strip(),
        note=note.strip(),
        by=actor,
        at=at,
    )
    return Created(made)


def noon(day: date) -> datetime:
    """The moment of a talk of which only the day is known."""
    return timezone.make_aware(datetime.combine(day, time(12)))


@action(
    "task",
    model=Task,
    form=forms.Task,
    permission="work",
    parent=LandingCase,
    parent_permits=True,
    entries=["add_task"],
)
def add_task(case: LandingCase, what: str, owner: User, due: date | None, *, actor: User, at: datetime) -> Created:
    """Something that an officer of the case does by a day."""
    made = new_task(case, what, owner, due, at=at)
    made.by = actor
    made.save()
    return Created(made)


def new_task(case: LandingCase, what: str, owner: User, due: date | None, *, at: datetime) -> Task:
    """Not saved yet. Raises `MissingKey` without words or a day, `OutOfRange` for a day that is over, `UnknownValue`
    for an owner who may not work on the case."""
    if not what.strip():
        raise MissingKey("dealings.say-what-done", at="what")
    if due is None:
        raise MissingKey("dealings.give-day-done", at="then_due")
    if due < timezone.localdate(at):
        raise OutOfRange("dealings.day-over", at="due")
    if not may(owner, "work", case):
        raise UnknownValue("dealings.only-officer-who-works-case-2", at="owner")
    return Task(case=case, what=what.strip()[:300], owner=owner, due=due, at=at, changed=at)


@action(
    "decide",
    model=Task,
    form=forms.Decision,
    permission="work",
    parent=Interaction,
    fits=lambda talk: talk.case_id is not None,
    entries=["record_decision"],
)
def decide(talk: Interaction, what: str, owner: User, due: date | None, *, actor: User, at: datetime) -> Created:
    """What was decided at a meeting, with who does it by which day: a task of the case, which is open until it is done
    or dropped. Raises `NotNow` for a talk that belongs to no case."""
    if talk.case is None:
        raise NotNow("dealings.talk-of-no-case")
    made = new_task(talk.case, what, owner, due, at=at)
    made.talk, made.by = talk, actor
    made.save()
    return Created(made)


@action_for_each(
    TaskAct,
    model=Task,
    form=lambda act: forms.Reason if act is TaskAct.DROP else forms.Plain,
    permission=lambda _: "work",
    fits=lambda _, row: row.state == TaskState.OPEN,
)
def settle_task(task: Task, reason: str = "", *, act: TaskAct) -> Changed:
    """Done, or dropped with a reason."""
    state = after(TaskState(task.state), act)
    if act is TaskAct.DROP and not reason.strip():
        raise MissingKey("dealings.say-why-not-done", at="reason")
    return Changed({"state": state, "reason": reason.strip()}, reason=reason)
