"""Two years of the fictional bureau: the acts of `luodi.world.office` in the order of their days."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final

from django.utils import timezone

from luodi.advice.answers import Answers
from luodi.casework.steps import OWN_PACE
from luodi.editions import reading
from luodi.web.advisor.result import advice_of
from luodi.web.demo.bureau import Bureau
from luodi.web.demo.data import Row
from luodi.web.demo.lives import LifeActions
from luodi.web.demo.office_actions import OfficeActions
from luodi.world.office import stories
from luodi.world.told import PlanStep, Story

_MORNING: Final = time(8, 40)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Act:
    """One act of a story, with its moment."""

    at: datetime
    story: int
    row: Row


def make_years(bureau: Bureau, progress: Progress) -> None:
    """In the bureau, whose people are there. `progress` is called with how many acts are done, and of how many."""
    told = stories(bureau.today, _steps_on(bureau.today))
    lives = [_life(bureau, story) for story in told]
    acts = list(in_order(bureau.today, told))
    for number, act in enumerate(acts, 1):
        with reading():
            lives[act.story].do(act.row, act.at)
        progress(number, len(acts))


def _life(bureau: Bureau, story: Story) -> LifeActions:
    named = {"company": dict(story.company), "person": dict(story.person or {})}
    return (LifeActions if story.company else OfficeActions)(bureau, "", named)


def in_order(today: date, told: list[Story]) -> Iterator[Act]:
    """By day, and on a day by story; two minutes after another, so that each has a moment of its own."""
    rows = [(int(row["days"]), number, row) for number, story in enumerate(told) for row in story.acts]
    rows.sort(key=lambda one: -one[0])  # stable: those of a story stay in their order
    of_day: Counter[int] = Counter()
    for days, number, row in rows:
        morning = timezone.make_aware(datetime.combine(today - timedelta(days=days), _MORNING))
        yield Act(morning + timedelta(minutes=2 * of_day[days]), number, row)
        of_day[days] += 1


def _steps_on(today: date) -> Callable[[str], tuple[PlanStep, ...]]:
    @cache
    def steps(answers: str) -> tuple[PlanStep, ...]:
        plan = advice_of(Answers.of(answers), today)
        duties = {row.id for row in plan.obligations}
        return tuple(
            PlanStep(
                id=row.id,
                needs=frozenset(row.needs),
                with_step=row.runs_with or "",
                own=row.time.rests in OWN_PACE,
                counts=not row.is_optional and (row.id not in duties or bool(row.runs_with)),
            )
            for row in plan.steps
        )

    return steps
