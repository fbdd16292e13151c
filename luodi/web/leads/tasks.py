"""Background work of leads."""

from django.utils import timezone
from django_tasks import task

from luodi.web.accounts.models import User
from luodi.web.core.context import acting_as
from luodi.web.leads.actions import rescore_all, wake_due
from luodi.web.leads.actions_imports import LEAD_FILES
from luodi.web.leads.models import LeadFile


@task()
def wake_leads() -> int:
    """Once a day: leads whose day has come are in the inbox again. How many."""
    with acting_as("task"):
        return wake_due(timezone.now())


@task()
def rescore_leads() -> int:
    """Once a day, and when books change: the inbox has the order of today. How many leads score otherwise."""
    with acting_as("task"):
        return rescore_all(timezone.now())


@task()
def read_file(run: int) -> dict[str, int]:
    """Read and compare; how many rows, and how many of them are no lead. Skipped rows count as failure."""
    with acting_as("task"):
        done = LEAD_FILES.work(run)
    return {"read": done.read, "failed": done.skipped}


@task()
def decide_file(run: int, by: int) -> int:
    """How many rows were decided."""
    with acting_as("task"):
        return LEAD_FILES.decide_many(run, by=User.objects.filter(pk=by).first(), at=timezone.now())


def enqueue_work(run: LeadFile, by: User) -> None:
    """Have the queue do what waits; asked for twice, it is done once."""
    if run.doing:
        decide_file.enqueue(run.pk, by.pk)
    else:
        read_file.enqueue(run.pk)
