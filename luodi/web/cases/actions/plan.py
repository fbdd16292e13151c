"""The plan of a case: taken from a determination, its steps and duties with it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from luodi.advice.answers import Answers, check
from luodi.advice.landing_plan import LandingPlan
from luodi.advice.landing_plan.common import Cite, Office, Text
from luodi.advice.landing_plan.steps import OpenStep, Step
from luodi.advice.landing_plan.times import Time
from luodi.advice.schedule import Slot
from luodi.calendar import WorkingCalendar
from luodi.casework.book import track_of
from luodi.casework.step_states import StepState
from luodi.casework.steps import Step as Held
from luodi.casework.steps import binding, from_plan, most_days, remaining
from luodi.dates import parse_day
from luodi.errors import DuplicateKey, MissingKey, UnknownValue
from luodi.rules.library import load_book
from luodi.web.accounts.models import User
from luodi.web.advisor.determinations import advice_in, answers_of, determine
from luodi.web.advisor.models import Determination
from luodi.web.cases import forms, notices
from luodi.web.cases.actions.question_ends import end_asked
from luodi.web.cases.models import CaseStep, InfoRequest, LandingCase, Obligation
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.cases.queries.steps import as_steps, not_named, undecided
from luodi.web.cases.queries.unsettled import facts_asked
from luodi.web.core.actions import Changed, Created, action
from luodi.web.journal.actions import write


@action("plan", model=LandingCase, form=forms.PlanForm, permission="work", entries=["take_plan"])
def ask_plan(case: LandingCase, query: str, *, actor: User | None, at: datetime) -> Changed:
    """Ask the books with the answers of an address, and rest the case on what they say today: its steps are made, those
    that are under way stay as they are, and those that the plan no longer names are not needed any more. Of the latter,
    those that were handed in keep their state: the company is told, and the officer decides. Raises `MissingKey` for a
    plan without steps."""
    must_be_open(case)
    return _take(case, _asked(case, query, at), actor, at)


@action("renew_plan", model=LandingCase, form=forms.Plain, permission="work", entries=["take_plan"])
def renew_plan(case: LandingCase, *, actor: User | None, at: datetime) -> Changed:
    """The same answers, asked again today. Raises `MissingKey` for a case without a plan."""
    must_be_open(case)
    if case.determination is None:
        raise MissingKey("cases.case-rests-no-plan-yet", at="plan")
    return _take(case, _asked(case, answers_of(case.determination).query(), at), actor, at)


@action("answer_fact", model=LandingCase, form=forms.FactForm, permission="answer", entries=["answer_fact"])
def answer_fact(
    case: LandingCase,
    facts: Mapping[str, str],
    *,
    actor: User | None,
    at: datetime,
    request: InfoRequest | None = None,
) -> Changed:
    """The company tells what its plan does not know, or an officer notes what it told; the books are asked again with
    it, and the case rests on what they say. Questions about the facts are answered with them, but for `request`, which
    whoever calls ends. Raises `UnknownValue` for a fact that settles no step of the case or an
    answer that the book does not take, `MissingKey` without any."""
    must_be_open(case)
    if case.determination is None:
        raise MissingKey("cases.case-rests-no-plan-yet", at="plan")
    asked = facts_asked(case)
    answers = answers_of(case.determination)
    if not facts:
        raise MissingKey("cases.answer-words")
    for name, text in facts.items():
        if name not in asked:
            raise UnknownValue("cases.fact-not-asked", name=name, at=name)
        if fault := check(name, text, answers):
            raise UnknownValue(fault.message, at=name)
    determination = determine(answers.having(**facts), localdate(at), at=at, replaces=case.determination)
    taken = _take(case, determination, actor, at)
    end_asked(case, facts, request, actor, at)
    notices.officer(case, "case_fact", case, f"plan {determination.pk}", at=at)
    values = {**taken.values, "contacted": max(case.contacted or localdate(at), localdate(at))}
    return Changed(values, details={"facts": "; ".join(f"{name}: {text}" for name, text in facts.items())})


def _take(case: LandingCase, determination: Determination, by: User | None, at: datetime) -> Changed:
    plan = advice_in(determination)
    if plan is None:
        raise MissingKey("cases.plan-stored-before-december-2026", at="plan")
    if not plan.steps:
        raise MissingKey("cases.plan-no-steps-nothing-work", at="plan")
    _steps(case, plan, by, at)
    _tell_left_out(case, plan, determination, by, at)
    _duties(case, plan)
    return Changed({"determination": determination, **_planned(determination)})


def _asked(case: LandingCase, query: str, at: datetime) -> Determination:
    return determine(Answers.of(query), localdate(at), at=at, replaces=case.determination)


@action("add_step", model=CaseStep, form=forms.AddStep, permission="work", parent=LandingCase, entries=["add"])
def add_step(case: LandingCase, step: str, *, at: datetime) -> Created:
    """Take in a step that the plan leaves open. Raises `UnknownValue` for one that it does not name, `DuplicateKey` for
    one that is there."""
    must_be_open(case)
    if case.steps.filter(step=step).exists():
        raise DuplicateKey("cases.case-step-already", at="step")
    row = next((row for row in undecided(case) if row.id == step), None)
    if row is None:
        raise UnknownValue("cases.plan-case-leaves-no-step", name=step, at="step")
    fields = _by_hand(case, row, at)
    return Created(CaseStep.objects.create(case=case, step=step, **fields, **_first(fields)))


def _by_hand(case: LandingCase, row: OpenStep, at: datetime) -> dict[str, object]:
    gives = load_book("landing-steps").rule(row.id).gives
    calendar, day = calendar_of(case.unit), localdate(at)
    fields = {
        "place": case.steps.count(),
        "track": track_of(row.id, row.domain),
        "title": _words(row.title),
        "authority": _office(row.authority),
        "documents": [dict(one) for one in gives.get("documents") or ()],
        "basis": _basis(row.basis),
        "needs": list(gives.get("depends_on") or ()),
        **_time(row.time),
        "optional": row.lane == "if_you_want",
        "changed": at,
    }
    slot = _beside(case, row.id, fields, day)
    return fields | {
        "planned_start": calendar.add_working_days(day, slot.start),
        "planned_finish": calendar.add_working_days(day, slot.finish),
    }


def _beside(case: LandingCase, name: str, fields: Mapping[str, Any], on: date) -> Slot:
    """When a step can be taken beside what is left of the case."""
    needs, days = frozenset(fields["needs"]), fields["days"]
    more = Held(name, fields["track"], StepState.OPEN, needs, days=days, optional=fields["optional"])
    others = [one for one in as_steps(case, on) if one.id != name]
    return remaining([*others, more]).slots[name]


def _time(time: Time) -> dict[str, object]:
    """What the plan reckons with at most, and what the law gives the office, which its clock counts."""
    law = binding(time)
    return {
        "days": most_days(time),
        "basis_of_days": {
            "rests": time.rests,
            "least": time.min_working_days,
            **({"law": [law.days, law.unit]} if law else {}),
        },
    }


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _office(row: Office) -> dict[str, str]:
    return {"zh": row.zh, "en": row.en, **({"level": row.level} if row.level else {})}


def _basis(rows: Sequence[Cite]) -> list[dict[str, str | None]]:
    return [{"instrument": row.instrument, "article": row.article, "rule": row.rule} for row in rows]


def _planned(determination: Determination) -> dict[str, object]:
    """What the answers say of services, place and share, as the case keeps it."""
    given = answers_of(determination)
    place, share = (_sure(given.given.get(name, "")) for name in ("place", "share"))
    plans = [{"service": service, "place": place or None, "share": share or None} for service in given.services]
    return {name: value for name, value in (("plans", plans), ("place", place)) if value}


def _sure(text: str) -> str:
    return "" if text == "~" else text


def _steps(case: LandingCase, plan: LandingPlan, by: User | None, at: datetime) -> None:
    there = {step.step: step for step in case.steps.select_for_update()}
    duties = {row.id for row in plan.obligations}
    slots = remaining(from_plan(plan.steps, plan.open_steps)).slots
    for place, row in enumerate(plan.steps):
        fields = _fields(row, duties, place, at) | _planned_days(parse_day(plan.on), slots[row.id])
        step = there.pop(row.id, None)
        if step is None:
            CaseStep.objects.create(case=case, step=row.id, **fields, **_first(fields))
            continue
        if step.state == StepState.NOT_NEEDED and step.reason in (_DROPPED, _A_DUTY):
            fields |= {"state": StepState.OPEN, "reason": ""}
        _set(step, fields)
    for step in there.values():
        if step.state == StepState.OPEN:
            reason = _A_DUTY if step.step in duties else _DROPPED
            _set(step, {"state": StepState.NOT_NEEDED, "reason": reason, "changed": at})
            write("drop", step, by=by, after={"state": step.state}, reason=reason, at=at)


def _tell_left_out(
    case: LandingCase, plan: LandingPlan, determination: Determination, by: User | None, at: datetime
) -> None:
    named = {*(row.id for row in plan.steps), *(row.id for row in (*plan.open_steps, *plan.offered_steps))}
    named |= {row.id for row in plan.obligations}
    for step in not_named(case.steps.all(), named):
        notices.company(case, "case_left_out", step, f"plan {determination.pk}", at=at, what=dict(step.title))
        write("leave_out", step, by=by, after={"state": step.state, "plan": determination.pk}, at=at)


_DROPPED = "方案不再要求此步骤 / the plan no longer asks for it"
_A_DUTY = "方案已将其列为持续义务 / the plan has it as a duty now"


def _first(fields: Mapping[str, Any]) -> dict[str, object]:
    """What is kept of the days that a step was planned for when the case took it in."""
    return {"first_start": fields["planned_start"], "first_finish": fields["planned_finish"]}


def _set(step: CaseStep, fields: dict[str, object]) -> None:
    for name, value in fields.items():
        setattr(step, name, value)
    step.version += 1
    step.save(update_fields=[*fields, "version"])


def _fields(row: Step, duties: set[str], place: int, at: datetime) -> dict[str, object]:
    return {
        "place": place,
        "track": track_of(row.id, row.domain),
        "title": _words(row.title),
        "authority": _office(row.authority),
        "documents": [_words(one) for one in row.documents],
        "basis": _basis(row.basis),
        "needs": list(row.needs),
        "runs_with": row.runs_with or "",
        **_time(row.time),
        "optional": row.is_optional,
        "recurs": row.id in duties and not row.runs_with,
        "changed": at,
    }


def _planned_days(on: date, slot: Slot) -> dict[str, date]:
    """Reckoned as what is left of the case is, so that on the day of the plan no step is late: each step at the most
    that it takes, and none of the time that nobody tells."""
    calendar = WorkingCalendar.china()
    return {
        "planned_start": calendar.add_working_days(on, slot.start),
        "planned_finish": calendar.add_working_days(on, slot.finish),
    }


def _duties(case: LandingCase, plan: LandingPlan) -> None:
    """Of a duty that comes once the first deadline says when."""
    for row in plan.obligations:
        if row.right:
            continue
        every = row.every or {"id": "once", "text": {"zh": "", "en": ""}}
        when = row.deadline[0]["text"] if row.deadline else every["text"]
        fields = {"title": _words(row.title), "every": every["id"], "when": when, "basis": _basis(row.basis)}
        due = parse_day(row.next_due) if row.next_due else None
        made, new = Obligation.objects.get_or_create(case=case, step=row.id, defaults={**fields, "due": due})
        if not new:
            Obligation.objects.filter(pk=made.pk).update(**fields)
