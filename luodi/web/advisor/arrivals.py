"""Telling the officers of a unit that an enquiry has come."""

from datetime import datetime

from django.utils import timezone

from luodi.web.accounts.queries import officers_of
from luodi.web.advisor.models import Enquiry
from luodi.web.notices.tell import tell


def tell_officers(enquiry: Enquiry, *, at: datetime) -> None:
    """Once each."""
    unit = {"zh": enquiry.unit.name_zh, "en": enquiry.unit.name_en}
    for officer in officers_of(enquiry.unit, on=timezone.localdate(at)):
        tell("enquiry_arrived", officer, enquiry, "arrived", at=at, reference=enquiry.reference, unit=unit)
