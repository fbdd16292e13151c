"""Taking away what a lead says of a person; the lead itself stays where a case came from it."""

from datetime import datetime

from luodi.web.leads.models import Lead


def lead(row: Lead, *, at: datetime) -> None:
    """The lead with its signals and scores; of one that became a case, the names and words and the raw signals."""
    if row.case_id is None:
        row.delete()
        return
    row.signals.all().delete()
    row.rows.all().delete()
    row.contact = row.email = row.summary = ""
    row.save(update_fields=["contact", "email", "summary"])


def is_erased(row: Lead) -> bool:
    """Of one that became a case, whether nothing about a person is left."""
    return row.case_id is not None and not (row.contact or row.email or row.summary or row.signals.exists())
