"""What changes a case itself: one function an act. Each locks, permits, decides, saves, writes down, then tells."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.stages import End, Health, ended
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.access import has_role
from luodi.web.accounts.actions import still_there
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.advisor.models import Determination
from luodi.web.cases.acting import add, perform
from luodi.web.cases.models import LandingCase
from luodi.web.cases.money import Money
from luodi.web.cases.numbering import number


def open_case(
    company: Company,
    unit: Unit,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    determination: Determination | None = None,
    place: str = "",
    plans: list[dict[str, Any]] | None = None,
    technology: str = "",
) -> LandingCase:
    """A new case of a company at a unit; whoever opens it is its officer. The same key again gives the same case.

    References have no gaps: the number is taken under lock in the transaction that stores the case. Raises `MergedAway`
    for a company that turned out to be another one while somebody was choosing it.
    """

    def make() -> LandingCase:
        still_there(company)
        case = LandingCase.objects.create(
            reference=number("LD", at),
            company=company,
            unit=unit,
            officer=by,
            determination=determination,
            place=place,
            plans=plans or [],
            technology=technology,
            opened=at,
            since=at,
            changed=at,
        )
        return case

    return add(LandingCase, make, "open", by=by, at=at, key=key, permit="work")


def assign(
    case: LandingCase, officer: User, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """Give the case to another officer. Raises `UnknownValue` for somebody who is no officer."""

    def change(_: LandingCase) -> dict[str, Any]:
        _is_officer(officer, at, "officer")
        return {"officer": officer}

    return perform(case, "assign", change, by=by, at=at, key=key, version=version, permit="work")


def name_assurance(
    case: LandingCase, officer: User, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    """Who will verify the landing: an officer who is not the one that works on it."""

    def change(row: LandingCase) -> dict[str, Any]:
        _is_officer(officer, at, "assurance")
        if officer.pk == row.officer_id:
            raise UnknownValue("cases.whoever-works-case-does-not", at="assurance")
        return {"assurance": officer}

    return perform(case, "name_assurance", change, by=by, at=at, key=key, version=version, permit="work")


def _is_officer(user: User, at: datetime, where: str) -> None:
    if not has_role(user, {Role.OFFICER}, on=localdate(at)):
        raise UnknownValue("cases.person-no-officer", at=where)


def describe(
    case: LandingCase,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
    place: str | None = None,
    plans: list[dict[str, Any]] | None = None,
    technology: str | None = None,
    money: Money | None = None,
) -> LandingCase:
    """Change what is known of it; what is left out stays as it is."""
    given = {"place": place, "plans": plans, "technology": technology, **_columns(money)}
    fields = {name: value for name, value in given.items() if value is not None}
    return perform(case, "describe", lambda _: fields, by=by, at=at, key=key, version=version, permit="work")


def _columns(money: Money | None) -> dict[str, Any]:
    if money is None:
        return {}
    return {
        "amount": money.amount,
        "currency": money.currency,
        "amount_kind": money.kind,
        "amount_as_of": money.as_of,
        "amount_is_actual": money.is_actual,
    }


def set_health(
    case: LandingCase,
    health: Health,
    reason: str,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
) -> LandingCase:
    """Say how it goes. Anything but "on track" has a reason. Raises `NotNow` once the case has ended."""

    def change(row: LandingCase) -> dict[str, Any]:
        must_be_open(row)
        if health is not Health.ON_TRACK and not reason.strip():
            raise MissingKey("cases.say-why-since-others-rely", at="reason")
        return {"health": health, "health_reason": reason.strip()}

    return perform(case, "set_health", change, by=by, at=at, key=key, version=version, permit="work", reason=reason)


def end_case(
    case: LandingCase,
    end: End,
    reason: str,
    *,
    by: User | None,
    at: datetime,
    key: str = "",
    version: int | None = None,
    lost_to: str = "",
) -> LandingCase:
    """End it, with a reason and, where it was lost to another place, which. The stage stays where it was."""

    def change(row: LandingCase) -> dict[str, Any]:
        now = ended(End(row.end), end)
        if not reason.strip():
            raise MissingKey("cases.say-why-case-ends", at="reason")
        return {"end": now, "end_reason": reason.strip(), "ended": localdate(at), "lost_to": lost_to.strip()}

    return perform(case, "end", change, by=by, at=at, key=key, version=version, reason=reason)


def reopen(
    case: LandingCase, reason: str, *, by: User | None, at: datetime, key: str = "", version: int | None = None
) -> LandingCase:
    def change(row: LandingCase) -> dict[str, Any]:
        if not reason.strip():
            raise MissingKey("cases.say-why-case-goes", at="reason")
        return {"end": ended(End(row.end), End.NONE), "end_reason": "", "ended": None, "lost_to": ""}

    return perform(case, "reopen", change, by=by, at=at, key=key, version=version, permit="end", reason=reason)


def must_be_open(case: LandingCase) -> None:
    """Raises `NotNow` for a case that has ended."""
    if not case.is_open:
        ended(End(case.end), End.LOST)


@transaction.atomic
def note_contact(case: LandingCase, *, at: datetime) -> None:
    """There was talk with the company. Called by the rooms that record talks; it is no act of its own."""
    row = LandingCase.objects.select_for_update().get(pk=case.pk)
    if row.contacted is None or row.contacted < localdate(at):
        row.contacted = localdate(at)
        row.save(update_fields=["contacted"])
