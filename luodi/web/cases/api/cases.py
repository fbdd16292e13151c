"""Cases for programs: the list, one of them, what is missing before its next stage, and every act. `/api/v1/cases`.

The same functions as the pages: `cases.queries` reads, `casework.gates` says what is missing, and the actions are those
of the registry.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import MissingKey, UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import AT, act_of, read
from luodi.web.api.admission import Caller, admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, ref, storing, translated
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import today
from luodi.web.cases import queries
from luodi.web.cases.actions import actions_of_case, open_case
from luodi.web.cases.api import shown
from luodi.web.cases.facts import passage
from luodi.web.cases.forms import OpenForm
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import units_to_open
from luodi.web.core.actions import Action
from luodi.web.core.errors import NotPermitted
from luodi.web.core.permissions import has_role, visible
from luodi.web.core.roles import Role

router = Router()


@router.get("/cases", operation_id="cases")
def cases(
    request: HttpRequest,
    state: str = "",
    words: str = "",
    limit: int = Query(50, ge=1, le=200),
    cursor: str | None = None,
) -> HttpResponse:
    caller, _ = admit_user(request, KeyScope.OFFICE)
    if state not in ("", *queries.STATES):
        raise UnknownValue("api.state", states=queries.STATES, at=in_key("state", Message("place.query")))
    rows = queries.cases(caller.user, {"state": state, "words": words.replace("\0", " ")})
    return answers.own(request, paging.newest("cases", rows, shown.row, limit, cursor))


@router.post("/cases", operation_id="open_case")
def open_one(request: HttpRequest) -> HttpResponse:
    """Of a company, at a unit that the user is an officer of; with an `address` it rests on that plan at once."""
    caller, user = admit_user(request, KeyScope.OFFICE)
    if not has_role(user, {Role.OFFICER}):
        raise NotPermitted("api.officer-opens-cases")
    raw, text = given.body_of(request, {"given": True})

    def act() -> HttpResponse:
        form = read(lambda data: OpenForm(data, units=units_to_open(user)), raw)
        number = form.cleaned_data["company"]
        company = visible(user, Company.objects.filter(merged_into=None, pk=number)).first()
        if company is None:
            raise UnknownValue("api.no-company-number-you", at=in_key("company", AT))
        made = open_case.submit(form, company, by=user, at=timezone.now())
        return stored(shown.row(_case(caller, made.reference)), 201, Location=f"/api/v1/cases/{made.reference}")

    return once(request, caller, text, act)


@router.get("/cases/{reference}", operation_id="case")
def case(request: HttpRequest, reference: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    return answers.own(request, shown.whole(_case(caller, reference), user, today()))


@router.get("/cases/{reference}/missing", operation_id="case_missing")
def missing(request: HttpRequest, reference: str) -> HttpResponse:
    caller, _ = admit_user(request, KeyScope.OFFICE)
    found = passage(_case(caller, reference), today())
    document = found.as_json() if found else {"stage": None, "gate": None, "open": False, "requirements": []}
    return answers.own(request, document)


@router.post("/cases/{reference}/acts/{act}", operation_id="case_act")
def act(request: HttpRequest, reference: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    action = act_of(_sendable(), act)
    raw, text = given.body_of(request, {"version": False, "row": False, "given": False})

    def acted() -> HttpResponse:
        found = _case(caller, reference)
        _do(action, found, raw, user)
        return stored(shown.row(_case(caller, reference)))

    return once(request, caller, text, acted)


def _case(caller: Caller, reference: str) -> LandingCase:
    """Raises `NoSuchAddress`, also for one of another unit."""
    found = queries.case_of(caller.user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-case-reference-you")
    return found


def _sendable() -> dict[str, Action]:
    """Actions that a program may send here: a document comes by an address of its own."""
    return {name: one for name, one in actions_of_case().items() if name != "proof"}


def _do(action: Action, found: LandingCase, raw: dict[str, Any], user: User) -> None:
    target = _target(action, found, raw.get("row"), user)
    form = read(lambda data: action.form(data, case=found, target=None if target is found else target), raw)
    action.submit(form, target, by=user, at=timezone.now())


def _target(action: Action, found: LandingCase, row: Any, user: User) -> Any:
    if action.target is LandingCase:
        return found
    if row is None:
        raise MissingKey("api.act-row-case", at=in_key("row", Message("place.body")))
    number = row if isinstance(row, int) and not isinstance(row, bool) and 0 <= row < 2**63 else -1
    there = visible(user, action.model._default_manager.filter(case=found)).filter(pk=number).first()
    if there is None:
        raise UnknownValue("api.case-no-such-row", at=in_key("row", Message("place.body")))
    return there


OPERATIONS.update(
    {
        "cases": own(a_list("cases", "CaseRow"), 422, scope=KeyScope.OFFICE, values={"state": ("", *queries.STATES)}),
        "open_case": storing(
            KeyScope.OFFICE,
            ref("CaseRow"),
            asks="ToAdd",
            done=(201,),
            given={"company": 17, "unit": 1, "technology": "Batteries without cobalt."},
        ),
        "case": own(translated(ref("Case")), 404, scope=KeyScope.OFFICE),
        "case_missing": own(ref("CaseMissing"), 404, scope=KeyScope.OFFICE),
        "case_act": storing(
            KeyScope.OFFICE, ref("CaseRow"), *ACTED, asks="ToActOnCase", given={"reason": "The lease came."}
        ),
    }
)
