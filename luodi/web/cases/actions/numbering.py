"""References without gaps, such as LD-2026-0001: of cases, and of what other apps number."""

from datetime import datetime

from django.utils.timezone import localdate

from luodi.web.cases.models import Numbering


def number(series: str, at: datetime) -> str:
    """The next of a series in the year of a moment. Call it within the transaction that stores it: it waits there for
    whoever took the last one, so that a number that was not stored is given out again."""
    year = localdate(at).year
    Numbering.objects.get_or_create(series=series, year=year)
    row = Numbering.objects.select_for_update().get(series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{year}-{row.last:04}"
