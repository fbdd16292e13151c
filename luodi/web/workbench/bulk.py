"""One act on many cases: first what will and will not change, and why; then each through the room's own act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from luodi.casework.stages import Health
from luodi.errors import LuodiError, UnknownValue
from luodi.web.accounts.access import NotPermitted, has_role, may, visible
from luodi.web.accounts.models import User
from luodi.web.accounts.roles import Role
from luodi.web.cases import actions
from luodi.web.cases.models import LandingCase

ACTS: Final = ("assign", "pause")
MOST: Final = 200


@dataclass(frozen=True)
class Wanted:
    """What is to be done with all of them: `officer` for assign, `reason` for pause."""

    act: str
    officer: User | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise UnknownValue(f"many cases cannot be changed by `{self.act[:40]}`", at="act")


@dataclass(frozen=True)
class Outcome:
    """`why` is a key of the words: why it stays as it is, "" where it changes."""

    case: LandingCase
    why: str = ""


def chosen(user: User, references: Iterable[str]) -> list[LandingCase]:
    """Those of the references that somebody may see, 200 at most."""
    wanted = list(references)[:MOST]
    rows = visible(user, LandingCase.objects.select_related("company", "officer", "unit"))
    return list(rows.filter(reference__in=wanted).order_by("reference"))


def foreseen(user: User, cases: Iterable[LandingCase], wanted: Wanted, *, at: datetime) -> list[Outcome]:
    """What would become of each, without doing it."""
    return [Outcome(case, _objection(user, case, wanted, at)) for case in cases]


def _objection(user: User, case: LandingCase, wanted: Wanted, at: datetime) -> str:
    on = timezone.localdate(at)
    if not may(user, "work", case, on=on):
        return "not_permitted"
    if wanted.act == "assign":
        if wanted.officer is None or not has_role(wanted.officer, {Role.OFFICER}, on=on):
            return "no_officer"
        if not may(wanted.officer, "work", case, on=on):
            return "officer_elsewhere"
        return "same_officer" if case.officer_id == wanted.officer.pk else ""
    if not case.is_open:
        return "ended"
    return "paused_already" if case.health == Health.PAUSED else ""


def do(
    user: User, references: Iterable[tuple[str, int]], wanted: Wanted, *, key: str, at: datetime
) -> list[Outcome]:  # fmt: skip
    """Each in a transaction of its own, by its version; one that moved on meanwhile stays as it is and is told.

    The same key again changes nothing twice.
    """
    versions = dict(references)
    return [_done(user, case, versions[case.reference], wanted, key, at) for case in chosen(user, versions)]


def _done(user: User, case: LandingCase, version: int, wanted: Wanted, key: str, at: datetime) -> Outcome:
    why = _objection(user, case, wanted, at)
    if why and case.version == version:
        return Outcome(case, why)
    try:
        with transaction.atomic():
            return Outcome(_act(user, case, version, wanted, f"{key}-{case.pk}", at))
    except NotPermitted:
        return Outcome(case, "not_permitted")
    except LuodiError as refused:
        return Outcome(case, "moved_on" if refused.code == "moved-on" else "not_now")


def _act(user: User, case: LandingCase, version: int, wanted: Wanted, key: str, at: datetime) -> LandingCase:
    if wanted.act == "assign":
        assert wanted.officer is not None
        return actions.assign(case, wanted.officer, by=user, at=at, key=key, version=version)
    return actions.set_health(case, Health.PAUSED, wanted.reason, by=user, at=at, key=key, version=version)
