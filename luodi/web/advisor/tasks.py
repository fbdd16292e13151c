"""Background work of the advisor."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from luodi.editions import reading
from luodi.web.advisor.staleness import look, refresh
from luodi.web.books.actions.in_force import books_of, by_the_database
from luodi.web.books.queries import settled


def look_through(at: datetime, *, daily: bool = False) -> int:
    """Kept answers against the books that the database says are in force; none of them changes meanwhile."""
    with reading(books_of(settled())):
        looked = look(at, daily=daily)
    with by_the_database(at):
        return refresh(at, daily=daily, looked=looked)


@task()
def check_answers() -> int:
    """Once a day: law begins and ends by itself, whatever the books. How many answers became stale."""
    return look_through(timezone.now(), daily=True)
