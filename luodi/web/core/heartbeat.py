"""Signs of life of the workers, so that a page can say whether background work is done."""

from datetime import timedelta
from typing import Final

from django.core.cache import cache
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

SILENT: Final = 30  # seconds without a sign, after which a worker counts as dead
LATE: Final = timedelta(minutes=10)  # a task that waits longer says that the queue is stuck


def beat(name: str) -> None:
    """A worker lives."""
    cache.set_many({f"worker:{name}": True, "worker": True}, timeout=SILENT)


def is_alive(name: str) -> bool:
    return cache.get(f"worker:{name}") is not None


def is_working() -> bool:
    """Does a worker live, and does no task wait for long?"""
    late = DBTaskResult.objects.ready().filter(enqueued_at__lt=timezone.now() - LATE)
    return bool(cache.get("worker")) and not late.exists()
