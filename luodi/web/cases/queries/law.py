"""What a change of law does to open cases: both plans of each, what differs, and the days that it gains or loses."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date

from django.utils.timezone import localdate

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.plan_difference import between
from luodi.casework.step_states import StepState
from luodi.casework.steps import Step, from_plan, remaining
from luodi.editions import Books, reading
from luodi.editor.archive import unpack
from luodi.editor.readiness import trial
from luodi.web.advisor.determinations import answers_of
from luodi.web.advisor.result import advice_of, plan_of
from luodi.web.books.actions.in_force import books_of
from luodi.web.books.models import Draft, Publication
from luodi.web.cases.models import CaseStep, LandingCase, LawChange
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.core.types import Json


@dataclass(frozen=True)
class TimeLeft:
    """Working days; without an upper end where nobody can tell one."""

    least: int
    most: int | None


@dataclass(frozen=True)
class Effect:
    """What a change of law does to a case."""

    changes: list[Json]
    before: TimeLeft
    after: TimeLeft

    @property
    def kinds(self) -> str:
        return kinds_of(self.changes)

    @property
    def gained(self) -> int | None:
        """At the upper end; None where one of both is open."""
        if self.before.most is None or self.after.most is None:
            return None
        return self.after.most - self.before.most


def kinds_of(changes: Iterable[Json]) -> str:
    """The kinds of changes as one text, with a space around each."""
    return f" {' '.join(dict.fromkeys(one['kind'] for one in changes))} "


def books_before(change: LawChange) -> Books:
    return books_of(_chosen(change.before))


def books_after(change: LawChange) -> AbstractContextManager[Books]:
    """Answers of this thread come from them inside."""
    if change.draft_id is None:
        return reading(books_of(_chosen(change.after)))
    draft = Draft.objects.get(pk=change.draft_id)
    return trial(draft.book, unpack(draft.files), books_before(change))


def _chosen(keys: Mapping[str, int]) -> dict[str, Publication]:
    return {row.book: row for row in Publication.objects.filter(pk__in=keys.values())}


def effects(
    cases: Iterable[LandingCase], change: LawChange, before: Books, after: Books
) -> Iterator[tuple[LandingCase, Effect | None]]:
    """Of each case; None where nothing differs."""
    found = list(cases)
    steps: dict[int, list[CaseStep]] = {case.pk: [] for case in found}
    rows = CaseStep.objects.filter(case__in=found).only("case", "step", "state", "submitted")
    for row in rows:
        steps[row.case_id].append(row)
    for case in found:
        yield case, _effect(case, steps[case.pk], change, before, after)


def _effect(case: LandingCase, rows: list[CaseStep], change: LawChange, before: Books, after: Books) -> Effect | None:
    plan = case.determination
    assert plan is not None  # those that are looked at have one
    answers = answers_of(plan)
    days = [plan.on if plan.has_day else day for day in (change.day_before, change.on)]
    with reading(before):
        old, old_typed = plan_of(answers, days[0]), advice_of(answers, days[0])
    with reading(after):
        new, new_typed = plan_of(answers, days[1]), advice_of(answers, days[1])
    changes = between(old, new).changes
    if not changes:
        return None
    on = change.on if change.is_trial else localdate(change.at)
    return Effect(
        [one.as_json() for one in changes],
        time_left(case, rows, old_typed, on),
        time_left(case, rows, new_typed, on),
    )


def time_left(case: LandingCase, rows: Iterable[CaseStep], plan: LandingPlan, on: date) -> TimeLeft:
    """By a plan, as far as the case has come: what is over takes no time, what runs takes what is left of it."""
    there = {row.step: row for row in rows}
    steps = from_plan(plan.steps, plan.open_steps)
    left = remaining([_as_it_stands(step, there.get(step.id), case, on) for step in steps])
    return TimeLeft(left.least, None if left.is_open else left.days)


def _as_it_stands(step: Step, row: CaseStep | None, case: LandingCase, on: date) -> Step:
    if row is None:
        return step
    step = replace(step, unsettled=False)  # what a case has taken in is settled
    if row.state == StepState.OPEN:
        return step
    left = None
    if step.days is not None and row.submitted is not None:
        left = max(step.days - calendar_of(case.unit).working_days_between(row.submitted, on), 0)
    return replace(step, state=StepState(row.state), left=left)
