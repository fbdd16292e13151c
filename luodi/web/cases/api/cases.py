"""Cases for programs, with what is missing before their next stage, and their actions. `/api/v1/cases`."""

from typing import Any

from django.utils import timezone

from luodi.errors import MissingKey, UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref, translated
from luodi.web.api.timelines import timeline_of
from luodi.web.api.values import today
from luodi.web.cases.actions import cases as actions
from luodi.web.cases.api import shown
from luodi.web.cases.forms import OpenForm
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import cases as queries
from luodi.web.cases.queries.cases import units_to_open
from luodi.web.cases.queries.facts import passage
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import Role
from luodi.web.journal.models import Entry
from luodi.web.timeline.queries import kinds_on

router = Router(KeyScope.OFFICE)


@router.collection("/cases", "cases", "CaseRow", values={"state": ("", *queries.STATES)})
def cases(user: User, state: str = "", words: str = "") -> Listing[LandingCase]:
    return Listing(queries.cases(user, {"state": state, "words": words}), shown.row)


def _opens_cases(user: User) -> None:
    if not has_role(user, {Role.OFFICER}):
        raise NotPermitted("api.officer-opens-cases")


@router.store(
    "/cases",
    ref("CaseRow"),
    asks="ToAdd",
    allow=_opens_cases,
    done=(201,),
    example={"given": {"company": 17, "unit": 1, "technology": "Batteries without cobalt."}},
)
def open_case(user: User, raw: inputs.Body) -> Made:
    """Of a company, at a unit that the user is an officer of; with an `address` it rests on that plan at once."""
    form = inputs.form_of(lambda data: OpenForm(data, units=units_to_open(user)), raw)
    company = visible(user, Company.objects.filter(merged_into=None, pk=form.cleaned_data["company"])).first()
    if company is None:
        raise UnknownValue("api.no-company-number-you", at=in_key("company", inputs.GIVEN))
    made = actions.open_case.submit(form, company, by=user, at=timezone.now())
    return Made(shown.row(existing_case(user, made.reference)), f"/api/v1/cases/{made.reference}")


@router.record("/cases/{reference}", translated(ref("Case")), 404)
def case(user: User, reference: str) -> Document:
    return shown.whole(existing_case(user, reference), user, today())


@router.record("/cases/{reference}/missing", ref("CaseMissing"), 404)
def case_missing(user: User, reference: str) -> Document:
    found = passage(existing_case(user, reference), today())
    return found.as_json() if found else {"stage": None, "gate": None, "open": False, "requirements": []}


@router.collection(
    "/cases/{reference}/timeline",
    "lines",
    "TimelineLine",
    404,
    of={"kind": "timeline"},
    values={"kind": lambda: ("", *kinds_on(LandingCase))},
)
def case_timeline(user: User, reference: str, kind: str = "", first: str = "", last: str = "") -> Listing[Entry]:
    return timeline_of(user, existing_case(user, reference), kind, first, last)


def _sendable(**_: str) -> dict[str, Action]:
    """Actions that a program may send here: a document comes by an address of its own."""
    return {name: one for name, one in actions.actions_of_case().items() if name != "proof"}


@router.action(
    "/cases/{reference}/acts/{act}",
    ref("CaseRow"),
    _sendable,
    asks="ToActOnCase",
    example={"given": {"reason": "The lease came."}},
)
def case_act(user: User, action: Action, raw: inputs.Body, reference: str) -> Document:
    found = existing_case(user, reference)
    target = _target(action, found, raw.get("row"), user)
    row = None if target is found else target
    inputs.submit(action, target, raw, lambda data: action.form(data, case=found, target=row), by=user)
    return shown.row(existing_case(user, reference))


def existing_case(user: User, reference: str) -> LandingCase:
    """Raises `NoSuchAddress`, also for one of another unit."""
    return inputs.existing(queries.case_of(user, reference), "api.no-case-reference-you")


def _target(action: Action, found: LandingCase, row: object, user: User) -> Any:
    if action.target is LandingCase:
        return found
    at = in_key("row", inputs.AT)
    if row is None:
        raise MissingKey("api.act-row-case", at=at)
    number = row if inputs.is_key(row) else -1
    there = visible(user, action.model._default_manager.filter(case=found)).filter(pk=number).first()
    if there is None:
        raise UnknownValue("api.case-no-such-row", at=at)
    return there
