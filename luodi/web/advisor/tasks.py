"""Background work of the advisor."""

from django.utils import timezone
from django_tasks import task

from luodi.web.advisor.arrivals import digest
from luodi.web.advisor.staleness import refresh


@task()
def digest_enquiries() -> int:
    """Once a day: new enquiries in one letter, to officers who want it so. How many letters."""
    return digest(timezone.now())


@task()
def check_answers() -> int:
    """Once a day: law begins and ends by itself, whatever the books. How many answers became stale."""
    return refresh(timezone.now(), daily=True)
