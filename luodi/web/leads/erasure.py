"""Taking away what a lead says of a person; the lead itself stays where a case came from it."""

from luodi.web.leads.models import Lead


def lead(row: Lead) -> None:
    """The lead with its signals and scores; of one that became a case, the names and words and the raw signals."""
    if row.case_id is None:
        row.delete()
        return
    row.signals.all().delete()
    row.contact = row.email = row.summary = ""
    row.save(update_fields=["contact", "email", "summary"])
