"""Many cases at once: given to an officer, handed over with a reason, paused, or given a next step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from luodi.casework.stages import Health
from luodi.errors import UnknownValue
from luodi.web.accounts.models import User
from luodi.web.cases.actions.cases import assign, set_health
from luodi.web.cases.models import LandingCase
from luodi.web.core.bulk import MOST, Bulk
from luodi.web.core.permissions import has_role, may, visible
from luodi.web.core.roles import Role
from luodi.web.dealings.actions.interactions import add_task

#: Those that can be chosen from the queue.
ACTS: Final = ("assign", "hand_over", "next_step", "pause")


@dataclass(frozen=True)
class Wanted:
    """What is to be done with all of them: `officer` for assign, `reason` for pause, both for hand_over; `officer`,
    `reason` and `due` for next_step: who does what until when."""

    act: str
    officer: User | None = None
    reason: str = ""
    due: date | None = None

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise UnknownValue("workbench.many-cases-cannot-changed", act=self.act[:40], at="act")


def chosen(user: User, references: Iterable[str]) -> list[LandingCase]:
    """Those of the references that somebody may see, 200 at most."""
    wanted = list(references)[:MOST]
    rows = visible(user, LandingCase.objects.select_related("company", "officer", "unit"))
    return list(rows.filter(reference__in=wanted).order_by("reference"))


def _objection(user: AbstractBaseUser, case: LandingCase, wanted: Wanted, at: datetime) -> str:
    on = timezone.localdate(at)
    if wanted.act == "next_step":
        return _against_step(case, wanted, on)
    if wanted.act != "pause":
        if wanted.officer is None or not has_role(wanted.officer, {Role.OFFICER}, on=on):
            return "no_officer"
        if not may(wanted.officer, "work", case, on=on):
            return "officer_elsewhere"
        return "same_officer" if case.officer_id == wanted.officer.pk else ""
    if not case.is_open:
        return "ended"
    return "paused_already" if case.health == Health.PAUSED else ""


def _against_step(case: LandingCase, wanted: Wanted, on: date) -> str:
    if not case.is_open:
        return "ended"
    if wanted.due is None or wanted.due < on:
        return "day_over"
    return "" if wanted.officer is not None and may(wanted.officer, "work", case, on=on) else "officer_elsewhere"


def _arguments(wanted: Wanted) -> dict[str, object]:
    if wanted.act == "next_step":
        return {"what": wanted.reason, "owner": wanted.officer, "due": wanted.due}
    if wanted.act != "pause":
        return {"officer": wanted.officer, "reason": wanted.reason}
    return {"health": Health.PAUSED, "reason": wanted.reason}


BULK: Final[Bulk[LandingCase, Wanted]] = Bulk(
    {"assign": assign, "hand_over": assign, "next_step": add_task, "pause": set_health}, _arguments, _objection
)
