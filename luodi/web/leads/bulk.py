"""Many leads at once: given to an officer, parked or refused, each by its own action."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from luodi.casework.leads import Act, possible
from luodi.casework.leads import Lead as State
from luodi.errors import UnknownValue
from luodi.web.accounts.models import User
from luodi.web.core.bulk import MOST, Bulk
from luodi.web.core.permissions import may, visible
from luodi.web.leads.actions import assign, park, refuse
from luodi.web.leads.models import Lead

ACTS: Final = ("assign", "park", "refuse")


@dataclass(frozen=True)
class Wanted:
    """What is to be done with all of them: `officer` for assign, `until` and `reason` for park, `reason` for refuse."""

    act: str
    officer: User | None = None
    until: date | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise UnknownValue("leads.many-leads-cannot-changed", act=self.act[:40], at="act")


def chosen(user: User, numbers: Iterable[str]) -> list[Lead]:
    """Those of the numbers that somebody may see, 200 at most."""
    wanted = [int(text) for text in numbers if text.isascii() and text.isdecimal() and len(text) < 19][:MOST]
    return list(visible(user, Lead.objects.select_related("company", "officer", "unit")).filter(pk__in=wanted))


def _objection(user: AbstractBaseUser, lead: Lead, wanted: Wanted, at: datetime) -> str:
    on = timezone.localdate(at)
    if Act(wanted.act) not in possible(State(lead.state)):
        return "not_now"
    if wanted.act == "assign":
        if wanted.officer is None or not may(wanted.officer, "work", lead, on=on):
            return "officer_elsewhere"
        return "same_officer" if lead.officer_id == wanted.officer.pk else ""
    return "parked_already" if wanted.act == "park" and lead.wakes == wanted.until else ""


def _arguments(wanted: Wanted) -> dict[str, object]:
    by_act: dict[str, dict[str, object]] = {
        "assign": {"officer": wanted.officer},
        "park": {"until": wanted.until, "reason": wanted.reason},
        "refuse": {"reason": wanted.reason},
    }
    return by_act[wanted.act]


BULK: Final[Bulk[Lead, Wanted]] = Bulk({"assign": assign, "park": park, "refuse": refuse}, _arguments, _objection)
