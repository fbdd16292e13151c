"""What the plan of a case does not settle: steps that may be needed, who waits for them, and what to ask about them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from luodi.advice.landing_plan.questions import Question
from luodi.advice.landing_plan.steps import OpenStep
from luodi.web.advisor.determinations import advice_in, answers_of
from luodi.web.advisor.models import Determination
from luodi.web.cases.models import CaseStep, LandingCase

_NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True)
class Unsettled:
    """`steps` may be needed until facts are known; `waits` says by step of the plan for which of them it waits.
    `questions` are those of the plan that bear on them: what holds a step up first, then what settles most; at the end
    what somebody was not sure of."""

    steps: tuple[OpenStep, ...]
    waits: Mapping[str, frozenset[str]]
    questions: tuple[Question, ...]

    def but(self, there: Collection[str]) -> "Unsettled":
        """Without the steps that a case has taken in."""
        steps = tuple(row for row in self.steps if row.id not in there)
        ids = {row.id for row in steps}
        return replace(self, steps=steps, questions=tuple(one for one in self.questions if ids & set(one.rules)))

    def before(self, step: str) -> frozenset[str]:
        """Which of them a step of the plan waits for."""
        return self.waits.get(step, _NOBODY) & {row.id for row in self.steps}

    @property
    def holding(self) -> tuple[OpenStep, ...]:
        """Those that another step waits for."""
        names = {name for waits in self.waits.values() for name in waits}
        return tuple(row for row in self.steps if row.id in names)

    def asked(self, question: Question) -> tuple[str, ...]:
        """The facts of a question that bear on the steps; all of one on which these facts themselves depend."""
        missing = {name for row in self.steps for name in row.missing}
        return tuple(name for name in question.attributes if name in missing) or tuple(question.attributes)


NOTHING: Final = Unsettled((), {}, ())


def unsettled_of(case: LandingCase, rows: Iterable[CaseStep]) -> Unsettled:
    """Beside the rows of its steps; nothing for a case without a plan, or with one of an older shape: it is asked again
    first."""
    plan = case.determination
    return NOTHING if plan is None else _unsettled_in(plan.pk, plan.digest).but({row.step for row in rows})


def facts_asked(case: LandingCase) -> frozenset[str]:
    """The facts that a case may be told, each with steps that wait for it."""
    may_be = unsettled_of(case, case.steps.all())
    return frozenset(name for one in may_be.questions for name in may_be.asked(one))


def waits_on_unsettled(step: CaseStep) -> bool:
    """Whether a step cannot begin because it is not settled what comes before it."""
    return bool(unsettled_of(step.case, step.case.steps.all()).before(step.step))


@lru_cache(maxsize=512)
def _unsettled_in(pk: int, digest: str) -> Unsettled:
    """By what the plan is, not only by its number: a row is never edited, and `digest` is that of its text. What
    nobody has to take is no part of it."""
    stored = Determination.objects.only("packed", "query").get(pk=pk)
    plan, told = advice_in(stored), answers_of(stored).given
    if plan is None:
        return NOTHING
    steps = tuple(row for row in plan.open_steps if row.lane != "if_you_want")
    ids = {row.id for row in steps}
    waits = {row.id: frozenset(row.waits_on_open) & ids for row in plan.steps if row.waits_on_open}
    holding = {name for row in plan.steps for name in row.waits_on_open}
    asked = [one for one in plan.questions if one.plan is None and ids & set(one.rules)]
    questions = tuple(sorted(asked, key=lambda one: (told.keys() >= set(one.attributes), not holding & set(one.rules))))
    return Unsettled(steps, waits, questions)
