"""Background work of the desk."""

from django.utils import timezone
from django_tasks import task

from luodi.web.core.context import acting_as
from luodi.web.workbench.actions import tell_followers


@task()
def tell_of_views() -> int:
    """Once a day: those who follow a view are told what entered it. How many."""
    with acting_as("task"):
        return tell_followers(timezone.now())
