"""Background work of docking."""

from django.utils import timezone
from django_tasks import task

from luodi.web.docking.lists import KINDS


@task()
def seek_for(what: str, key: int) -> int:
    """An officer asked who fits one thing; how many were proposed."""
    from luodi.web.docking.actions.proposals import seek, seek_capital

    if what == "capital":
        return seek_capital(timezone.now())
    found = KINDS[what]._base_manager.select_related("company", "unit").filter(pk=key)
    return sum(one.proposed for one in seek(list(found), timezone.now()))


@task()
def seek_fits() -> int:
    """Once a day: proposals by rule for everything that is published."""
    from luodi.web.docking.actions.proposals import seek_all

    return seek_all(timezone.now())


@task()
def ask_outcomes() -> int:
    """Once a day: what came of introductions, 30, 90 and 180 days ago; how many matches were asked about."""
    from luodi.web.docking.actions.outcomes import ask_due

    return ask_due(timezone.now())
