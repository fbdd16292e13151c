"""Background work of cases."""

from django.utils import timezone
from django_tasks import task

from luodi.web.cases.actions import next_facts
from luodi.web.cases.actions.agreements import remind_sides
from luodi.web.cases.actions.law_runs import carry_out
from luodi.web.cases.actions.observed import count_times
from luodi.web.cases.actions.proofs import expire
from luodi.web.cases.actions.reminders import remind
from luodi.web.cases.actions.requests import chase
from luodi.web.core.context import acting_as


@task()
def look_after_cases() -> int:
    """Once a day: questions that wait are chased, authorisations past their last day expire, and what ends or is due
    soon is told. How many of all. What open facts would settle is counted after it."""
    now = timezone.now()
    count_all_facts.enqueue()
    return chase(now) + expire(now) + remind(now) + remind_sides(now)


@task()
def work_out(change: int) -> str:
    """What a change of law does to each open case; how the run ended."""
    return carry_out(change)


@task()
def count_facts(case: int) -> bool:
    """What the answer to each open fact of a case would settle; whether there was anything to count."""
    return next_facts.count_facts(case, timezone.now())


@task()
def count_all_facts() -> int:
    """The same of all cases of which it is not counted, some at a time; how many."""
    counted = next_facts.count_due(timezone.now())
    if next_facts.are_left(counted):
        count_all_facts.enqueue()
    return counted


@task()
def observe_times() -> int:
    """Once a day: what offices took in the year until today. How many steps and offices there are."""
    with acting_as("task"):
        return count_times(timezone.now())
