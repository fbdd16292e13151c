"""Background work of the desk."""

from django_tasks import task

from luodi.web.books import actions_trying


@task()
def carry_out(run: int) -> str:
    """Try a draft on profiles, stored answers or companies; how the run ended."""
    return actions_trying.carry_out(run)
