"""Counting what offices took, once a day, for plans, the page of officers and the bulletin."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.observed import Times, times, window
from luodi.web.advisor.models import ObservedTime
from luodi.web.cases.queries.observed import decided_steps, procedures

_VALUES = ("office_en", "first", "n", "least", "most", "whole_least", "whole_most")


def count_times(at: datetime) -> int:
    """Count the year until today; counted again on the same day, it replaces what was counted before, and what earlier
    days counted stays. How many steps and offices there are."""
    on = localdate(at)
    english = _english(on)
    found = times(procedures(on), on)
    rows = [_row(*key, english.get(key, key[1]), one, on) for key, one in sorted(found.items())]
    with transaction.atomic():
        made = ObservedTime.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["last", "step", "office"], update_fields=list(_VALUES)
        )
        there = {(row.step, row.office) for row in made}
        for row in ObservedTime.objects.filter(last=on):
            if (row.step, row.office) not in there:
                row.delete()
    return len(rows)


def _english(on: date) -> dict[tuple[str, str], str]:
    """What the office is called in English, by the step that was decided last."""
    names = decided_steps(on).order_by("decided", "pk").values_list("step", "authority").distinct()
    return {(step, office["zh"]): office["en"] for step, office in names}


def _row(step: str, office: str, office_en: str, found: Times, on: date) -> ObservedTime:
    first, last = window(on)
    row = ObservedTime(step=step, office=office, office_en=office_en, first=first, last=last, n=found.n)
    if (seen := found.observed) is not None:
        row.least, row.most = seen.min, seen.max
        row.whole_least, row.whole_most = seen.whole.min, seen.whole.max
    return row
