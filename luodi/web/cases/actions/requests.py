"""Questions to the company: asked, answered, taken back, and chased until they are."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.book import Chaser, chaser_on, chasers, limits
from luodi.casework.stages import End
from luodi.casework.states import NotNow
from luodi.casework.step_states import StepAct, StepState
from luodi.errors import DuplicateKey, MissingKey, UnknownValue
from luodi.message import Message
from luodi.web.accounts.models import User
from luodi.web.cases import forms, notices
from luodi.web.cases.actions import clocks
from luodi.web.cases.actions.cases import note_contact
from luodi.web.cases.actions.plan import answer_fact
from luodi.web.cases.actions.question_ends import answered, end_question
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.models import CaseStep, InfoRequest, LandingCase
from luodi.web.cases.models.steps import RequestState
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.cases.queries.unsettled import facts_asked
from luodi.web.core.actions import Changed, Created, action


@action("ask", model=InfoRequest, form=forms.AskForm, permission="ask", parent=LandingCase, parent_permits=True)
def ask(
    case: LandingCase,
    question: str,
    *,
    actor: User | None,
    at: datetime,
    step: CaseStep | None = None,
    fact: str = "",
) -> Created:
    """Ask the company something, with our own limit for the answer. About a step that was handed in, the step's clock
    stands still until the answer is there. Raises `MissingKey` without words; about a `fact` of the plan `UnknownValue`
    where it settles no step, and `DuplicateKey` where it waits for an answer already."""
    must_be_open(case)
    if not question.strip():
        raise MissingKey("cases.question-words", at="question")
    if fact:
        _must_be_worth_asking(case, fact)
    made = InfoRequest.objects.create(
        case=case, step=step, question=question.strip(), fact=fact, by=actor, at=at, due=localdate(at)
    )
    clock = clocks.start(case, "request", localdate(at), limits()["info-request"], request=made)
    made.due = clock.due or localdate(at)
    made.save(update_fields=["due"])
    if step is not None and step.state == StepState.SUBMITTED:
        act_on_step(step, StepAct.QUESTION, by=actor, at=at, reason=made.question[:200])
    notices.company(case, "case_question", made, "asked", at=at, due=made.due.isoformat())
    return Created(made)


def _must_be_worth_asking(case: LandingCase, fact: str) -> None:
    """The case is locked, so that two officers at once do not ask twice."""
    if fact not in facts_asked(case):
        raise UnknownValue("cases.fact-not-asked", name=fact[:80], at="fact")
    if case.requests.filter(fact=fact, state=RequestState.OPEN).exists():
        raise DuplicateKey("cases.fact-waits", at="fact")


@action(
    "answer",
    model=InfoRequest,
    form=forms.AnswerForm,
    permission="answer",
    locks=lambda request, *_, **__: [request.case],
)
def answer(request: InfoRequest, answer: str, *, actor: User | None, at: datetime) -> Changed:
    """The company answers, or an officer notes what it said. The answer to a question about a fact is one that the book
    takes: the plan is asked again with it, see `answer_fact`. Raises `NotNow` once the question is not open."""
    _must_wait(request)
    if not answer.strip():
        raise MissingKey("cases.answer-words", at="answer")
    if request.fact in facts_asked(request.case):
        answer_fact(request.case, {request.fact: answer.strip()}, by=actor, at=at, request=request)
        end_question(request, at)
        return Changed(answered(answer.strip(), actor, at, fact=request.fact))
    end_question(request, at)
    note_contact(request.case, at=at)
    notices.officer(request.case, "case_answered", request, "answered", at=at)
    return Changed(answered(answer.strip(), actor, at))


@action("withdraw_question", model=InfoRequest, form=forms.Plain, permission="withdraw", entries=["withdraw"])
def withdraw(request: InfoRequest, *, at: datetime) -> Changed:
    _must_wait(request)
    end_question(request, at)
    return Changed({"state": RequestState.WITHDRAWN})


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

    remind(row, chaser, by=None, at=at)
    return True


@action("remind", model=InfoRequest, entries=["remind", "last_chance", "expire"])
def remind(request: InfoRequest, chaser: Chaser, *, at: datetime) -> Changed:
    """The company is reminded, at last that the time is over."""
    case = request.case
    if chaser.act != "expire":
        notices.company(case, "case_chased", request, chaser.act, at=at, due=request.due.isoformat(), what=chaser.title)
        return Changed({"chased": chaser.days}, entry=chaser.act)
    end_question(request, at)
    notices.company(case, "case_expired", request, chaser.act, at=at)
    notices.officer(case, "case_unanswered", request, chaser.act, at=at)
    return Changed({"chased": chaser.days, "state": RequestState.EXPIRED}, entry=chaser.act)


def _must_wait(row: InfoRequest) -> None:
    if row.state != RequestState.OPEN:
        raise NotNow("cases.question", state=Message(f"state.{row.state}"))
