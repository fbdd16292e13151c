"""Background work of events."""

from django.utils import timezone
from django_tasks import task

from luodi.web.core.context import acting_as
from luodi.web.events.actions import remind


@task()
def remind_guests() -> int:
    """Once a day: who is invited to an event of the next days is reminded, once. How many."""
    with acting_as("task"):
        return remind(timezone.now())
