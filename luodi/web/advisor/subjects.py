"""What people can subscribe to here: the plan of some answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from luodi.advice.answers import Answers
from luodi.advice.plan_difference import between, matching_policies
from luodi.web.advisor.answer_texts import answers_text
from luodi.web.advisor.differences import in_words
from luodi.web.advisor.result import plan_of
from luodi.web.core.pages import place
from luodi.web.core.words import say
from luodi.web.notices.subjects import State, Subject


@dataclass(frozen=True)
class PlanSubject(Subject):
    """The plan of some answers; its name is the query of their address."""

    kind: ClassVar[str] = "plan"

    @classmethod
    def find(cls, answers: Answers) -> Self | None:
        """None where the answers make no plan that could change."""
        return None if answers.faults or answers.wrong_day or not answers.given else cls(answers.query())

    @property
    def _answers(self) -> Answers:
        return Answers.of(self.name)

    @property
    def has_fixed_day(self) -> bool:
        return self._answers.on is not None

    def title(self, lang: str) -> str:
        answers = self._answers
        said = answers_text([name for name in ("service", "place") if name in answers.given], answers, lang)
        return say("notices.a_plan", lang) + (f"{'：' if lang == 'zh' else ': '}{said}" if said else "")

    def page(self, lang: str) -> str:
        return place("advisor:plan", lang, query=self.name)

    def state(self, on: date) -> State:
        answers = self._answers
        plan = plan_of(answers, answers.on or on)
        return {
            "on": plan["on"],
            "access": [{"answer": row["answer"], "cap": row["cap"]} for row in plan["access"]],
            "steps": [{"id": row["id"], "title": row["title"]} for row in plan["steps"]],
            "policies": [
                {key: row[key] for key in ("id", "title", "answer", "decides")} for row in matching_policies(plan)
            ],
        }

    def difference(self, before: State, after: State, lang: str) -> Iterator[str]:
        found = between(before, after)
        if not found.same:
            yield from in_words(found, lang)
