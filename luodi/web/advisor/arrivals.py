"""Telling the officers of a unit that an enquiry has come: each at once, or once a day in one letter."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.web.accounts.models import Membership, User
from luodi.web.accounts.queries import stand_ins_of
from luodi.web.accounts.roles import Role
from luodi.web.advisor.letters import ARRIVED, note, place, send_stoppable, tell_once
from luodi.web.advisor.models import Enquiry
from luodi.web.advisor.stages import State

_REASON: Final = "arrived"
_LOOKS_BACK: Final = timedelta(days=14)  # a digest says nothing of what is older


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
    """Once each. Whoever wants a digest is told by `digest`."""
    for officer in officers_of(enquiry, at):
        if not officer.digest:
            lang = _language(officer)
            tell_once(
                officer.email, lang, kind=ARRIVED, subject=_subject(enquiry), reason=_REASON, at=at,
                key="advisor.letter_arrived", reference=enquiry.reference, unit=_unit(enquiry, lang),
                place=place("advisor:received", lang, enquiry.pk),
            )  # fmt: skip


@transaction.atomic
def digest(at: datetime) -> int:
    """One letter to each officer who wants it so, of new enquiries that they were not told of; how many letters."""
    new = Enquiry.objects.filter(state=State.NEW, received__gt=at - _LOOKS_BACK).select_related("unit")
    waiting: dict[User, list[Enquiry]] = {}
    for enquiry in new.order_by("received", "id"):
        for officer in officers_of(enquiry, at):
            if officer.digest and note(officer.email, kind=ARRIVED, subject=_subject(enquiry), reason=_REASON, at=at):
                waiting.setdefault(officer, []).append(enquiry)
    for officer, enquiries in waiting.items():
        lang = _language(officer)
        send_stoppable(
            officer.email, lang, ARRIVED, "advisor.letter_digest", number=len(enquiries),
            lines="\n".join(_lines(enquiries, lang)), place=place("advisor:enquiries", lang),
        )  # fmt: skip
    return len(waiting)


def _lines(enquiries: Iterable[Enquiry], lang: str) -> Iterable[str]:
    return (f"{one.reference}  {_unit(one, lang)}  {place('advisor:received', lang, one.pk)}" for one in enquiries)


def _subject(enquiry: Enquiry) -> str:
    return f"{enquiry._meta.label} {enquiry.pk}"


def _unit(enquiry: Enquiry, lang: str) -> str:
    return str(enquiry.unit.name_zh if lang == "zh" else enquiry.unit.name_en)


def _language(user: User) -> str:
    return "zh" if user.language.startswith("zh") else "en"
