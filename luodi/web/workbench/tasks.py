"""Background work of the desk."""

from django.utils import timezone
from django_tasks import task

from luodi.web.core.context import acting_as
from luodi.web.workbench.actions import notify_followers


@task()
def notify_followers_of_views() -> int:
    """Once a day: those who follow a view are notified of what entered it. How many."""
    with acting_as("task"):
        return notify_followers(timezone.now())
