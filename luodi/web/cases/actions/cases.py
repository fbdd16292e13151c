"""What changes a case itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from luodi.casework.stages import End, Health, ended
from luodi.errors import MissingKey, UnknownValue
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.validation import still_there
from luodi.web.advisor.models import Determination
from luodi.web.cases import forms, notices
from luodi.web.cases.actions.numbering import number
from luodi.web.cases.actions.plan import ask_plan
from luodi.web.cases.models import (
    Authorisation,
    CaseChange,
    CaseStep,
    DateChange,
    DayCorrection,
    HandlingRating,
    InfoRequest,
    LandingCase,
    Obligation,
    Proof,
)
from luodi.web.cases.models.money import Money
from luodi.web.cases.queries.cases import query_of
from luodi.web.cases.queries.facts import must_be_open
from luodi.web.core.actions import Action, Changed, Created, action, actions_on
from luodi.web.core.permissions import has_role
from luodi.web.core.roles import Role

#: What somebody who acts for the company may send.
OWN: Final = ("answer", "answer_fact", "proof", "withdraw_proof", "meet", "rate")


def actions_of_case() -> Mapping[str, Action]:
    """By name, what can be done with a case and what belongs to it; other apps add more."""
    return actions_on(*_MODELS, app="cases")


_MODELS: Final = (
    LandingCase,
    DateChange,
    DayCorrection,
    CaseStep,
    InfoRequest,
    Proof,
    Authorisation,
    Obligation,
    CaseChange,
    HandlingRating,
)


@action("open", model=LandingCase, form=forms.OpenForm, permission="work", creates=True)
def open_case(
    company: Company,
    unit: Unit,
    *,
    actor: User | None,
    at: datetime,
    determination: Determination | None = None,
    place: str = "",
    plans: list[dict[str, object]] | None = None,
    technology: str = "",
    address: str = "",
) -> Created:
    """A new case of a company at a unit; whoever opens it is its officer. With the `address` of a plan it rests on that
    plan at once; a case whose plan is refused is not opened.

    References have no gaps: the number is taken under lock in the transaction that stores the case. Raises `MergedAway`
    for a company that turned out to be another one while somebody was choosing it.
    """
    still_there(company)
    case = LandingCase.objects.create(
        reference=number("LD", at),
        company=company,
        unit=unit,
        officer=actor,
        determination=determination,
        place=place,
        plans=plans or [],
        technology=technology.strip(),
        opened=at,
        since=at,
        changed=at,
    )
    query = query_of(address)
    return Created(case, notify=lambda row: ask_plan(row, query, by=actor, at=at) if query else None)


@action("assign", model=LandingCase, form=forms.AssignForm, permission="assign")
def assign(case: LandingCase, officer: User, reason: str = "", *, actor: User | None, at: datetime) -> Changed:
    """Give the case to another officer; both are told, once however many cases go over. Raises `UnknownValue` for
    somebody who is no officer."""
    _is_officer(officer, at, "officer")
    before = case.officer

    def tell(done: LandingCase) -> None:
        if before != officer:
            notices.given(done, before, actor, at=at)

    return Changed({"officer": officer}, reason=reason.strip(), notify=tell)


@action("assurance", model=LandingCase, form=forms.OfficerForm, permission="work", entries=["name_assurance"])
def name_assurance(case: LandingCase, officer: User, *, at: datetime) -> Changed:
    """Who will verify the landing: an officer who is not the one that works on it."""
    _is_officer(officer, at, "assurance")
    if officer.pk == case.officer_id:
        raise UnknownValue("cases.whoever-works-case-does-not", at="assurance")
    return Changed({"assurance": officer})


def _is_officer(user: User, at: datetime, where: str) -> None:
    if not has_role(user, {Role.OFFICER}, on=localdate(at)):
        raise UnknownValue("cases.person-no-officer", at=where)


@action("describe", model=LandingCase, form=forms.Facts, permission="work")
def describe(
    case: LandingCase,
    *,
    place: str | None = None,
    plans: list[dict[str, object]] | None = None,
    technology: str | None = None,
    money: Money | None = None,
) -> Changed:
    """Change what is known of it; what is left out stays as it is."""
    given = {"place": place, "plans": plans, "technology": technology, **_columns(money)}
    return Changed({name: value for name, value in given.items() if value is not None})


def _columns(money: Money | None) -> dict[str, object]:
    if money is None:
        return {}
    return {
        "amount": money.amount,
        "currency": money.currency,
        "amount_kind": money.kind,
        "amount_as_of": money.as_of,
        "amount_is_actual": money.is_actual,
    }


@action("health", model=LandingCase, form=forms.HealthForm, permission="work", entries=["set_health"])
def set_health(case: LandingCase, health: Health, reason: str) -> Changed:
    """Say how it goes. Anything but "on track" has a reason. Raises `NotNow` once the case has ended."""
    must_be_open(case)
    if health is not Health.ON_TRACK and not reason.strip():
        raise MissingKey("cases.say-why-since-others-rely", at="reason")
    return Changed({"health": health, "health_reason": reason.strip()}, reason=reason)


@action("end", model=LandingCase, form=forms.EndForm, permission="end")
def end_case(case: LandingCase, end: End, reason: str, *, at: datetime, lost_to: str = "") -> Changed:
    """End it, with a reason and, where it was lost to another place, which. The stage stays where it was."""
    now = ended(End(case.end), end)
    if not reason.strip():
        raise MissingKey("cases.say-why-case-ends", at="reason")
    values = {"end": now, "end_reason": reason.strip(), "ended": localdate(at), "lost_to": lost_to.strip()}
    return Changed(values, reason=reason)


@action("reopen", model=LandingCase, form=forms.Reason, permission="end")
def reopen(case: LandingCase, reason: str) -> Changed:
    if not reason.strip():
        raise MissingKey("cases.say-why-case-goes", at="reason")
    values = {"end": ended(End(case.end), End.NONE), "end_reason": "", "ended": None, "lost_to": ""}
    return Changed(values, reason=reason)


@transaction.atomic
def note_contact(case: LandingCase, *, at: datetime) -> None:
    """There was talk with the company. Called by the apps that record talks; it is no action of its own."""
    row = LandingCase.objects.select_for_update().get(pk=case.pk)
    if row.contacted is None or row.contacted < localdate(at):
        row.contacted = localdate(at)
        row.save(update_fields=["contacted"])
