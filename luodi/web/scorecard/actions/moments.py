"""When something was done, in one order with the editions: what an edition did not see has a later moment than it.

A moment is taken when an act arrives, before it waits for its turn. Without this, an act that began before an edition
was frozen and ended after it would belong to the edition by its moment and not be in it.
"""

from datetime import datetime, timedelta

from django.db.models import Max

from luodi.web.accounts.models import Unit
from luodi.web.scorecard.models import FrozenEdition


def in_turn(unit: Unit, at: datetime) -> datetime:
    """The moment of an act on the plan: `at`, or just after the last edition that could hold it. Call it within the
    transaction of the act: acts and editions of one tree of units wait for each other from here on."""
    above = [int(part) for part in unit.path.strip("/").split("/")]
    Unit.objects.select_for_update(no_key=True).get(pk=above[0])
    last = FrozenEdition.objects.filter(unit__in=above).aggregate(at=Max("at"))["at"]
    return at if last is None or last < at else last + timedelta(microseconds=1)
