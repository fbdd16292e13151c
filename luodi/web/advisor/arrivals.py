"""Telling the officers of a unit that an enquiry has come."""

from datetime import datetime

from django.utils import timezone

from luodi.web.accounts.models import Membership, User
from luodi.web.accounts.queries import stand_ins_of
from luodi.web.accounts.roles import Role
from luodi.web.advisor.models import Enquiry
from luodi.web.notices.tell import tell


def officers_of(enquiry: Enquiry, at: datetime) -> list[User]:
    """Those of the very unit, and whoever stands in for one; where it has none, of the nearest unit above with one."""
    on = timezone.localdate(at)
    for unit in reversed([int(part) for part in enquiry.unit.path.strip("/").split("/")]):
        held = Membership.objects.in_force(on).filter(unit_id=unit, role=Role.OFFICER, user__is_active=True)
        people = {one.user for one in held.select_related("user")}
        if people:
            return sorted(people | set(stand_ins_of(people, on=on)), key=lambda one: one.pk)
    return []


def tell_officers(enquiry: Enquiry, *, at: datetime) -> None:
    """Once each."""
    unit = {"zh": enquiry.unit.name_zh, "en": enquiry.unit.name_en}
    for officer in officers_of(enquiry, at):
        tell("enquiry_arrived", officer, enquiry, "arrived", at=at, reference=enquiry.reference, unit=unit)
