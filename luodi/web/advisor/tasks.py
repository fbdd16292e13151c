"""Background work of the advisor."""

from django.utils import timezone
from django_tasks import task

from luodi.web.advisor.staleness import refresh


@task()
def check_answers() -> int:
    """Once a day: law begins and ends by itself, whatever the books. How many answers became stale."""
    return refresh(timezone.now(), daily=True)
