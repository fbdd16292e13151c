"""Background work of the desk."""

from django_tasks import task

from luodi.web.books.actions import trials


@task()
def carry_out(run: int) -> str:
    """Try a draft on profiles, stored answers or companies; how the run ended."""
    return trials.carry_out(run)
