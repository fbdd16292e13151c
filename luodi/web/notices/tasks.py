"""Background work of notices. The rows are the queue: the worker looks every few seconds whether one is due."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult


@task()
def send_letters() -> int:
    """Send what is due; how many letters went. What could not be sent is tried again later."""
    from luodi.web.notices.mail import deliver

    return deliver(timezone.now())[0]


@task()
def forget_unconfirmed() -> int:
    """Once a day: the addresses of those who never said that it was they; how many."""
    from luodi.web.notices.actions import forget_unconfirmed as forget

    return forget(timezone.now())


def send_what_is_due(at: datetime) -> bool:
    """Give the queue the task where a letter is due, unless it has that task already; whether it did."""
    from luodi.web.notices.mail import waiting

    if not waiting(at).exists():
        return False
    under_way = DBTaskResult.objects.filter(task_path=send_letters.module_path, status__in=("READY", "RUNNING"))
    if under_way.exists():
        return False
    send_letters.enqueue()
    return True
