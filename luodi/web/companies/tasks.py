"""Background work of companies: reading and comparing files, and decisions for many rows."""

from django.utils import timezone
from django_tasks import task

from luodi.web.accounts.models import User
from luodi.web.companies.actions.reading import COMPANY_FILES
from luodi.web.companies.models import ImportRun
from luodi.web.core.context import acting_as


@task()
def read_import(run: int) -> dict[str, int]:
    """Read and compare; how many rows, and how many of them are no company. Skipped rows count as failure."""
    with acting_as("task"):
        done = COMPANY_FILES.work(run)
    return {"read": done.read, "failed": done.skipped}


@task()
def decide_import(run: int, by: int) -> int:
    """How many rows were decided."""
    with acting_as("task"):
        return COMPANY_FILES.decide_many(run, by=User.objects.filter(pk=by).first(), at=timezone.now())


def enqueue_work(run: ImportRun, by: User) -> None:
    """Have the queue do what waits; asked for twice, it is done once."""
    if run.doing:
        decide_import.enqueue(run.pk, by.pk)
    else:
        read_import.enqueue(run.pk)
