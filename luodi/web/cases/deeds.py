"""What a form may do with a case: its form, the row it acts on, and the act. Pages and programs share this table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict
from urllib.parse import urlsplit

from django.db.models import Model

from luodi.casework.authorisations import AuthAct
from luodi.casework.stages import End, Health
from luodi.casework.step_states import StepAct
from luodi.errors import MissingKey
from luodi.web.accounts.models import User
from luodi.web.cases import (
    actions,
    actions_plan,
    actions_proofs,
    actions_requests,
    actions_stages,
    actions_steps,
    forms,
)
from luodi.web.cases.models import Authorisation, CaseStep, DateChange, InfoRequest, LandingCase, Obligation, Proof
from luodi.web.cases.models_proofs import CheckKind, CheckResult
from luodi.web.cases.money import Money

Given = Mapping[str, Any]


class How(TypedDict):
    """Who acts, when, and with which key of a form."""

    by: User
    at: datetime
    key: str


@dataclass(frozen=True)
class Deed:
    """`do(row, given, how, version)` acts on a row of `model`: the case itself, or one that belongs to it."""

    form: type[forms.Act]
    do: Callable[[Any, Given, How, int | None], Any]
    model: type[Model] = LandingCase


def _describe(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    money = None
    if given["amount"] is not None:
        if given["amount_as_of"] is None or not given["currency"]:
            raise MissingKey("cases.amount-currency-day", at="amount_as_of")
        money = Money(
            given["amount"], given["currency"], given["amount_kind"], given["amount_as_of"], given["amount_is_actual"]
        )
    return actions.describe(case, money=money, technology=given["technology"], version=version, **how)


def _plan(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    address = given["address"].strip()
    return actions_plan.ask_plan(case, urlsplit(address).query or address, version=version, **how)


def _ask(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    step = case.steps.filter(pk=given["step"]).first() if given["step"] else None
    return actions_requests.ask(case, given["question"], step=step, **how)


def _step(step: CaseStep, given: Given, how: How, version: int | None) -> Any:
    return actions_steps.act_on_step(
        step,
        StepAct(given["act"]),
        reason=given["reason"],
        on=given["on"],
        early=bool(given.get("early")),
        version=version,
        **how,
    )


def _proof(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    return actions_proofs.add_proof(
        case, given["proves"], given["files"][0], issued=given["issued"], expires=given["expires"], **how
    )


def _authorise(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    return actions_proofs.add_authorisation(
        case,
        given["kind"],
        number=given["number"],
        issued=given["issued"],
        expires=given["expires"],
        conditions=given["conditions"],
        **how,
    )


def _check(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    return actions_proofs.add_check(
        case,
        CheckKind(given["kind"]),
        CheckResult(given["result"]),
        given["source"],
        note=given["note"],
        valid_until=given["valid_until"],
        **how,
    )


def _authorisation(one: Authorisation, given: Given, how: How, version: int | None) -> Any:
    return actions_proofs.act_on_authorisation(
        one, AuthAct(given["act"]), reason=given["reason"], expires=given["expires"], version=version, **how
    )


def _end(case: LandingCase, given: Given, how: How, version: int | None) -> Any:
    return actions.end_case(case, End(given["end"]), given["reason"], lost_to=given["lost_to"], version=version, **how)


DEEDS: Final[dict[str, Deed]] = {
    "advance": Deed(forms.Plain, lambda c, g, h, v: actions_stages.advance(c, version=v, **h)),
    "override": Deed(forms.Reason, lambda c, g, h, v: actions_stages.override(c, g["reason"], version=v, **h)),
    "go_back": Deed(forms.Reason, lambda c, g, h, v: actions_stages.go_back(c, g["reason"], version=v, **h)),
    "claim": Deed(forms.ClaimForm, lambda c, g, h, v: actions_stages.claim_landing(c, g["day"], version=v, **h)),
    "verify": Deed(forms.Plain, lambda c, g, h, v: actions_stages.verify_landing(c, version=v, **h)),
    "reject": Deed(forms.Reason, lambda c, g, h, v: actions_stages.reject_claim(c, g["reason"], version=v, **h)),
    "health": Deed(
        forms.HealthForm, lambda c, g, h, v: actions.set_health(c, Health(g["health"]), g["reason"], version=v, **h)
    ),
    "end": Deed(forms.EndForm, _end),
    "reopen": Deed(forms.Reason, lambda c, g, h, v: actions.reopen(c, g["reason"], version=v, **h)),
    "assign": Deed(forms.OfficerForm, lambda c, g, h, v: actions.assign(c, g["officer"], version=v, **h)),
    "assurance": Deed(forms.OfficerForm, lambda c, g, h, v: actions.name_assurance(c, g["officer"], version=v, **h)),
    "describe": Deed(forms.Facts, _describe),
    "plan": Deed(forms.PlanForm, _plan),
    "renew_plan": Deed(forms.Plain, lambda c, g, h, v: actions_plan.renew_plan(c, version=v, **h)),
    "add_step": Deed(forms.AddStep, lambda c, g, h, v: actions_plan.add_step(c, g["step"], **h)),
    "move_date": Deed(
        forms.DayForm, lambda c, g, h, v: actions_stages.move_date(c, g["new"], g["reason"], version=v, **h)
    ),
    "decide_date": Deed(
        forms.DecideForm,
        lambda r, g, h, v: actions_stages.decide_date(r, g["decision"] == "approve", version=v, **h),
        DateChange,
    ),
    "step": Deed(forms.StepForm, _step, CaseStep),
    "ask": Deed(forms.AskForm, _ask),
    "answer": Deed(
        forms.AnswerForm, lambda r, g, h, v: actions_requests.answer(r, g["answer"], version=v, **h), InfoRequest
    ),
    "withdraw_question": Deed(
        forms.Plain, lambda r, g, h, v: actions_requests.withdraw(r, version=v, **h), InfoRequest
    ),
    "proof": Deed(forms.ProofForm, _proof),
    "withdraw_proof": Deed(
        forms.Reason, lambda r, g, h, v: actions_proofs.withdraw_proof(r, g["reason"], version=v, **h), Proof
    ),
    "authorise": Deed(forms.AuthorisationForm, _authorise),
    "authorisation": Deed(forms.AuthActForm, _authorisation, Authorisation),
    "check": Deed(forms.CheckForm, _check),
    "meet": Deed(
        forms.MeetForm, lambda r, g, h, v: actions_proofs.meet_duty(r, on=g["on"], version=v, **h), Obligation
    ),
}
#: What somebody who acts for the company may send.
OWN: Final = ("answer", "proof", "withdraw_proof", "meet")
