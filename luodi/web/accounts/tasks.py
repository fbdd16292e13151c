"""Background work of accounts."""

from django.utils import timezone
from django_tasks import task

from luodi.web.accounts.actions.erasure import erase_over


@task()
def erase_what_is_over() -> dict[str, int]:
    """Once a day: what is kept about people is erased when its term is over. How many rows of which kind."""
    return erase_over(timezone.now())
