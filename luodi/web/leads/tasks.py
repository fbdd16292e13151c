"""Background work of leads."""

from django.utils import timezone
from django_tasks import task

from luodi.web.core.context import acting_as
from luodi.web.leads.actions import rescore_all, wake_due


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
