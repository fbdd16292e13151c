"""Background work of the desk."""

from django_tasks import task

from luodi.web.books import runs


@task()
def carry_out(run: int) -> str:
    """Try a draft on profiles, stored answers or companies; how the run ended."""
    return runs.carry_out(run)
