"""How questions to a company end: their clocks stop, their step goes on, and one about a fact ends with the fact."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F
from django.utils.timezone import localdate

from luodi.advice.question import answer_words
from luodi.casework.step_states import StepAct, StepState
from luodi.web.accounts.models import User
from luodi.web.cases.actions import clocks
from luodi.web.cases.actions.steps import act_on_step
from luodi.web.cases.models import InfoRequest, LandingCase
from luodi.web.cases.models.steps import RequestState
from luodi.web.journal.actions import write


def end_question(row: InfoRequest, at: datetime) -> None:
    """Stop its clock; where it was the last question about a step, the step goes on, but for one of an ended case."""
    for clock in clocks.running(request=row):
        clocks.stop(clock, localdate(at))
    step = row.step
    if step is None or step.state != StepState.QUESTION or not row.case.is_open:
        return
    if not step.requests.filter(state=RequestState.OPEN).exclude(pk=row.pk).exists():
        act_on_step(step, StepAct.ANSWER, by=None, at=at)


def answered(text: str, by: User | None, at: datetime, *, fact: str = "") -> dict[str, object]:
    """What is stored of an answer; of one that a fact was told with its words, in both languages where they differ."""
    shown = " / ".join(dict.fromkeys(answer_words(fact, text).values())) if fact else text
    return {"state": RequestState.ANSWERED, "answer": shown, "answered_by": by, "answered": at}


def end_asked(
    case: LandingCase, facts: Mapping[str, str], but: InfoRequest | None, by: User | None, at: datetime
) -> None:
    """What was asked about facts is answered with them, wherever the answer was given."""
    there = case.requests.select_for_update().filter(fact__in=facts, state=RequestState.OPEN)
    for row in there:
        if but is not None and row.pk == but.pk:
            continue
        end_question(row, at)
        values = answered(facts[row.fact], by, at, fact=row.fact)
        InfoRequest.objects.filter(pk=row.pk).update(**values, version=F("version") + 1)
        write("answer", row, by=by, after={"state": str(RequestState.ANSWERED)}, at=at)
