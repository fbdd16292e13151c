"""Reading what the advisor stores."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from luodi.casework.enquiries import State
from luodi.errors import UnknownValue
from luodi.message import Message
from luodi.web.accounts.models import Unit
from luodi.web.advisor.mail import reference_of
from luodi.web.advisor.models import Enquiry, Report, Saved, Stale
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser

_STALE: Final = Stale.objects.filter(determination=OuterRef("determination"))


def receiving_unit() -> Unit | None:
    """The unit that enquiries go to: the one that the settings name, else the first root; None where there is none."""
    there = Unit.objects.filter(Q(closes=None) | Q(closes__gt=timezone.localdate()))
    if settings.ENQUIRY_UNIT:
        return there.filter(pk=settings.ENQUIRY_UNIT).first()
    return there.filter(parent=None).order_by("pk").first()


def check_receiving_unit(*, on: date) -> None:
    """Raises `UnknownValue` where the settings name a unit that is not there, or is closed."""
    number = settings.ENQUIRY_UNIT
    if not number:
        return
    unit = Unit.objects.filter(pk=number).first()
    if unit is None or (unit.closes and unit.closes <= on):
        state = (
            Message("advisor.no-unit-with-that-number")
            if unit is None
            else Message("advisor.closed-since", day=unit.closes)
        )
        raise UnknownValue(
            "advisor.luodi-enquiry-unit",
            number=number,
            state=state,
            at="environment",
        )


def enquiry_of(secret: str) -> Enquiry | None:
    """The enquiry of a secret address."""
    reference = reference_of(secret)
    whole = Enquiry.objects.select_related("determination", "determination__stale", "unit")
    return whole.filter(reference=reference).first() if reference else None


def enquiries(user: Any, asked: Mapping[str, str]) -> QuerySet[Enquiry]:
    """Those that somebody may see, the newest first. `asked`: `state` (a state, `open`, `mine` or `stale`), `words`."""
    found = visible(user, Enquiry.objects.all()).select_related("determination", "assigned", "unit")
    found = found.defer("determination__packed").annotate(is_stale=Exists(_STALE))
    match asked.get("state", ""):
        case "mine":
            found = found.filter(assigned=user).exclude(state=State.CLOSED)
        case "stale":
            found = found.filter(is_stale=True).exclude(state=State.CLOSED)
        case "open":
            found = found.exclude(state=State.CLOSED)
        case state if state in set(State):
            found = found.filter(state=state)
    for word in asked.get("words", "").split()[:8]:
        found = found.filter(_holds(word))
    return found


def _holds(word: str) -> Q:
    fields = ("reference", "name", "email", "company", "message")
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": word})
    return found


def reports(user: AnyUser, asked: Mapping[str, str]) -> QuerySet[Report]:
    """The newest first; `asked["state"]` is `open`, `closed` or blank."""
    found = visible(user, Report.objects.all())
    if asked.get("state") in ("open", "closed"):
        found = found.filter(closed__isnull=asked["state"] == "open")
    return found


def saved(user: AnyUser) -> QuerySet[Saved]:
    return visible(user, Saved.objects.all()).select_related("determination", "determination__stale")


def sent_by(user: Any) -> QuerySet[Enquiry]:
    """What somebody handed over while they had signed in."""
    return visible(user, Enquiry.objects.filter(sender=user))
