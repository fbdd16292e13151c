"""Background work of the advisor."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from luodi.web.advisor.staleness import refresh


def look_through(at: datetime, *, daily: bool = False) -> int:
    """Kept answers against the books that the database says are in force; none of them changes meanwhile."""
    from luodi.web.books.entering import by_the_database, look_ahead
    from luodi.web.books.queries import settled

    looked = look_ahead(at, settled(), daily=daily)
    with by_the_database(at):
        return refresh(at, daily=daily, looked=looked)


@task()
def check_answers() -> int:
    """Once a day: law begins and ends by itself, whatever the books. How many answers became stale."""
    return look_through(timezone.now(), daily=True)
