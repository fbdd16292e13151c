"""Acts on the steps of a case, with the clocks that they start, pause and stop."""

from datetime import date, datetime

from django.db.models import Max
from django.utils.timezone import localdate

from luodi.casework.evidence import must_not_precede
from luodi.casework.step_states import WITH_REASON, StepAct, StepState, after
from luodi.casework.steps import StepBlocked, blocked_by, clock_days
from luodi.errors import MissingKey, OutOfRange
from luodi.web.accounts.models import User
from luodi.web.cases import forms
from luodi.web.cases.actions import clocks
from luodi.web.cases.models import CaseStep
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.evidence import must_be_shown
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.cases.queries.steps import as_steps, title_of
from luodi.web.cases.queries.unsettled import unsettled_of
from luodi.web.core.actions import Changed, action


@action("step", model=CaseStep, form=forms.StepForm, permission="work", entries=[act.value for act in StepAct])
def act_on_step(
    step: CaseStep,
    act: StepAct,
    *,
    actor: User | None,
    at: datetime,
    reason: str = "",
    on: date | None = None,
    early: bool = False,
) -> Changed:
    """Hand it in, note what the authority asks or decides, drop it or take it up again.

    `on` is the day on which it happened, today if left out. `early` hands in a step whose needs are not met yet, which
    some authorities allow. Raises `StepBlocked` for such a step, `NotNow` where the action does not fit, `MissingKey`
    without a reason where it needs one, `OutOfRange` for a day to come, before the last one or, of what was handed in,
    before the case. What ends with a document is granted on the day of its authorisation, and `NotNow` without one that
    somebody else has checked.
    """
    must_be_open(step.case)
    state = after(StepState(step.state), act)
    shown = must_be_shown(step) if act is StepAct.GRANT else None
    day = on or (shown.issued if shown else localdate(at))
    if act in WITH_REASON and not reason.strip():
        raise MissingKey("cases.say-why", at="reason")
    if day > localdate(at):
        raise OutOfRange("cases.day-come-cannot-happened", at="on")
    if act is StepAct.SUBMIT:
        _must_begin(step, day, early=early)
    elif act is StepAct.GRANT and step.state == StepState.OPEN:
        _must_be_ready(step)
    if shown is not None:
        must_not_precede(day, shown.issued, "on")
    _count(step, act, day, reason, actor)
    values = {"state": state, "reason": reason.strip(), **_days(act, day)}
    return Changed(values, reason=reason, entry=act.value)


def _must_begin(row: CaseStep, day: date, *, early: bool) -> None:
    """Neither before the case, nor, unless it is taken early, before what the step waits for was done."""
    must_not_precede(day, localdate(row.case.opened), "on")
    if early:
        return
    _must_be_ready(row)
    done = row.case.steps.filter(step__in=row.needs).aggregate(Max("decided"))["decided__max"]
    must_not_precede(day, done, "on")


def _must_be_ready(row: CaseStep) -> None:
    steps = {step.id: step for step in as_steps(row.case, localdate(row.case.opened))}
    waits = blocked_by(steps[row.step], steps)
    if waits:
        rows = list(row.case.steps.all())
        may_be = [title_of(one) for one in unsettled_of(row.case, rows).steps if one.id in waits]
        raise StepBlocked([*(one.title for one in rows if one.step in waits), *may_be])


def _days(act: StepAct, day: date) -> dict[str, object]:
    if act is StepAct.SUBMIT:
        return {"submitted": day, "decided": None}
    if act in (StepAct.GRANT, StepAct.REFUSE, StepAct.WITHDRAW, StepAct.DROP):
        return {"decided": day}
    if act is StepAct.REOPEN:
        return {"submitted": None, "decided": None}
    return {}


def _limit(row: CaseStep, day: date) -> int | None:
    """The working days that the office has; what is handed in with another step has no time of its own."""
    if row.runs_with:
        return None
    law = row.basis_of_days.get("law")
    return clock_days(tuple(law) if law else None, row.days, day, calendar_of(row.case.unit))


def _count(row: CaseStep, act: StepAct, day: date, reason: str, by: User | None) -> None:
    """What the act does to the clock of the step."""
    if act is StepAct.SUBMIT:
        clocks.start(row.case, "step", day, _limit(row, day), step=row)
        return
    for clock in clocks.running(step=row):
        if act is StepAct.QUESTION:
            clocks.pause(clock, reason, day, by=by)
        elif act is StepAct.ANSWER:
            clocks.go_on(clock, day)
        else:
            clocks.stop(clock, day)
