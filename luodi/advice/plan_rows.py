"""The rows of a plan, as page one and the whole document are made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from luodi.access.resolve import Access as Answered
from luodi.advice.context import Context
from luodi.advice.landing_plan.answers import Access, Gate, Whole
from luodi.advice.landing_plan.policies import Beside, Overlap, Policy
from luodi.advice.landing_plan.questions import Question
from luodi.advice.landing_plan.steps import Obligation, OpenStep, Step
from luodi.advice.landing_plan.times import Duration
from luodi.advice.timetable import Timetable
from luodi.calendar import WorkingCalendar


@dataclass(frozen=True, kw_only=True)
class PlanRows:
    context: Context
    answers: Sequence[Answered]
    access: Sequence[Access]
    gates: Sequence[Gate]
    whole: Whole | None
    table: Timetable
    steps: Sequence[Step]
    open_steps: Sequence[OpenStep]
    offered_steps: Sequence[OpenStep]
    duties: Sequence[Obligation]
    policies: Sequence[Policy]
    policies_beside: Sequence[Beside]
    overlaps: Sequence[Overlap]
    data_export: Mapping[str, Any]
    questions: Sequence[Question]

    @property
    def on(self) -> date:
        return self.context.on

    @property
    def calendar(self) -> WorkingCalendar:
        return self.context.calendar

    @property
    def duration(self) -> Duration | None:
        return self.table.duration

    @property
    def open(self) -> list[Access]:
        return [row for row in self.access if row.is_open]

    @property
    def coverage(self) -> str | None:
        found = self.context.facts.value("service_coverage")
        return found if isinstance(found, str) else None

    @property
    def is_established(self) -> bool:
        """Whether the company is there already, as it says or as its day of founding shows."""
        facts = self.context.facts
        return facts.value("has_mainland_company") is True or facts.value("founded_date") is not None

    @property
    def contents(self) -> frozenset[str]:
        found = self.context.facts.value("content_services")
        return frozenset(map(str, found)) if isinstance(found, frozenset) else frozenset()
