"""Background work of notices."""

from datetime import timedelta
from typing import Final

from django.utils import timezone
from django_tasks import task

AGAIN: Final = timedelta(minutes=10)  # after a post office that did not take a letter


@task()
def send_letters() -> int:
    """Send what is due; how many letters went. What could not be sent is tried again later."""
    from luodi.web.notices.letters import deliver

    sent, failed = deliver(timezone.now())
    if failed:
        send_letters.using(run_after=timezone.now() + AGAIN).enqueue()
    return sent


@task()
def forget_unconfirmed() -> int:
    """Once a day: the addresses of those who never said that it was they; how many."""
    from luodi.web.notices.actions import forget_unconfirmed as forget

    return forget(timezone.now())
