"""Background work of cases."""

from django.utils import timezone
from django_tasks import task

from luodi.web.cases.actions.agreements import remind_sides
from luodi.web.cases.actions.law_runs import carry_out
from luodi.web.cases.actions.proofs import expire
from luodi.web.cases.actions.reminders import remind
from luodi.web.cases.actions.requests import chase


@task()
def look_after_cases() -> int:
    """Once a day: questions that wait are chased, authorisations past their last day expire, and what ends or is due
    soon is told. How many of all."""
    now = timezone.now()
    return chase(now) + expire(now) + remind(now) + remind_sides(now)


@task()
def work_out(change: int) -> str:
    """What a change of law does to each open case; how the run ended."""
    return carry_out(change)
