"""Taking away who was invited; that somebody was, and whether they came, stays for the figures of the event."""

from datetime import datetime

from luodi.web.events.models import Invitation


def invitation(row: Invitation, *, at: datetime) -> None:
    row.name = row.email = row.company_name = ""
    row.contact = row.lead = None
    row.save(update_fields=["name", "email", "company_name", "contact", "lead"])


def is_erased(row: Invitation) -> bool:
    return not (row.name or row.email or row.company_name or row.contact_id or row.lead_id)
