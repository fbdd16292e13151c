"""Questions to the company: asked, answered, taken back, and chased until they are."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.book import chaser_on, chasers, limits
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct, StepState
from luodi.errors import MissingKey
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.cases import counting, telling
from luodi.web.cases.acting import add, perform
from luodi.web.cases.actions import must_be_open, note_contact
from luodi.web.cases.actions_steps import act_on_step
from luodi.web.cases.models import CaseStep, InfoRequest, LandingCase
from luodi.web.cases.models_steps import RequestState


def ask(
    case: LandingCase, question: str, *, by: User | None, at: datetime, key: str = "", step: CaseStep | None = None
) -> InfoRequest:
    """Ask the company something, with our own limit for the answer. About a step that was handed in, the step's clock
    stands still until the answer is there. Raises `MissingKey` without words."""

    def make() -> InfoRequest:
        must_be_open(case)
        if not question.strip():
            raise MissingKey("cases.question-words", at="question")
        made = InfoRequest.objects.create(
            case=case, step=step, question=question.strip(), by=by, at=at, due=localdate(at)
        )
        clock = counting.start(case, "request", localdate(at), limits()["info-request"], request=made)
        made.due = clock.due or localdate(at)
        made.save(update_fields=["due"])
        if step is not None and step.state == StepState.SUBMITTED:
            act_on_step(step, StepAct.QUESTION, by=by, at=at, reason=made.question[:200])
        telling.company(case, "case_question", made, "asked", at=at, due=made.due.isoformat())
        return made

    return add(InfoRequest, make, "ask", by=by, at=at, key=key, permit="ask", permit_on=case)


def answer(
    request: InfoRequest, text: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> InfoRequest:
    """The company answers, or an officer notes what it said. Raises `NotNow` once the question is not open."""

    def change(row: InfoRequest) -> dict[str, Any]:
        _must_wait(row)
        if not text.strip():
            raise MissingKey("cases.answer-words", at="answer")
        _over(row, at, by)
        note_contact(row.case, at=at)
        telling.officer(row.case, "case_answered", row, "answered", at=at)
        return {"state": RequestState.ANSWERED, "answer": text.strip(), "answered_by": by, "answered": at}

    return perform(request, "answer", change, by=by, at=at, key=key, version=version)


def withdraw(
    request: InfoRequest, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> InfoRequest:
    def change(row: InfoRequest) -> dict[str, Any]:
        _must_wait(row)
        _over(row, at, by)
        return {"state": RequestState.WITHDRAWN}

    return perform(request, "withdraw", change, by=by, at=at, key=key, version=version)


def chase(at: datetime) -> int:
    """Remind companies of open questions, and end those that nobody answered; how many were chased. Repeating it on
    the same day changes nothing. Where a case has ended nobody is reminded; a reopened one goes on where it was."""
    first = chasers()[0].days
    old = at - timedelta(days=first - 1)
    waiting = InfoRequest.objects.filter(state=RequestState.OPEN, at__lt=old, case__end=End.NONE)
    return sum(_chase(number, at) for number in list(waiting.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _chase(number: int, at: datetime) -> bool:
    row = InfoRequest.objects.select_for_update().select_related("case").get(pk=number)
    chaser = chaser_on(localdate(row.at), localdate(at))
    if row.state != RequestState.OPEN or not row.case.is_open or chaser is None or chaser.days <= row.chased:
        return False

    def change(row: InfoRequest) -> dict[str, Any]:
        if chaser.act != "expire":
            telling.company(row.case, "case_chased", row, chaser.act, at=at, due=row.due.isoformat(), what=chaser.title)
            return {"chased": chaser.days}
        _over(row, at, None)
        telling.company(row.case, "case_expired", row, chaser.act, at=at)
        telling.officer(row.case, "case_unanswered", row, chaser.act, at=at)
        return {"chased": chaser.days, "state": RequestState.EXPIRED}

    perform(row, chaser.act, change, by=None, at=at)
    return True


def _must_wait(row: InfoRequest) -> None:
    if row.state != RequestState.OPEN:
        raise NotNow("cases.question", state=Message(f"state.{row.state}"))


def _over(row: InfoRequest, at: datetime, by: User | None) -> None:
    """Stop its clock; where it was the last question about a step, the step goes on, but for one of an ended case."""
    for clock in counting.running(request=row):
        counting.stop(clock, localdate(at))
    step = row.step
    if step is None or step.state != StepState.QUESTION or not row.case.is_open:
        return
    if not step.requests.filter(state=RequestState.OPEN).exclude(pk=row.pk).exists():
        act_on_step(step, StepAct.ANSWER, by=None, at=at)
