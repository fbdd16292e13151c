"""What is arranged around cases, for programs: hand-offs, promises, offers, talks and tasks. `/api/v1/referrals`,
`/api/v1/dealings`, `/api/v1/cases/REFERENCE/dealings`.

The actions are those of the pages; who may see and do what, `accounts.access` says.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import User
from luodi.web.api import given, paging, shown_dealings
from luodi.web.api.acting import BODY, act_of, number_of, read
from luodi.web.api.admission import admit_user
from luodi.web.api.answers import today
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import case_of
from luodi.web.core.actions import actions_on
from luodi.web.core.permissions import visible
from luodi.web.dealings import queries
from luodi.web.dealings.forms import form_of
from luodi.web.dealings.models import HandOff

router = Router()
Limit: Final[Any] = Query(50, ge=1, le=200)


@router.get("/referrals", operation_id="referrals")
def referrals(request: HttpRequest, state: str = "", limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    """What other units asked of those of the key's user."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    if state not in ("", *queries.STATES):
        raise UnknownValue("api.state", states=queries.STATES, at=in_key("state", Message("place.query")))
    rows = queries.referrals(user, {"state": state}, on=today())
    return paging.own(request, paging.newest("referrals", rows, shown_dealings.row, limit, cursor))


@router.get("/dealings/{kind}/{number}", operation_id="dealing")
def dealing(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """One referral, promise, proposition or task, with the acts that are open to the key's user."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    return paging.own(request, shown_dealings.whole(user, _found(user, kind, number)))


@router.post("/dealings/{kind}/{number}/acts/{act}", operation_id="dealing_act")
def dealing_act(request: HttpRequest, kind: str, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.DEALINGS)
    if kind not in queries.KINDS:
        raise _none(kind)
    action = act_of(actions_on(queries.KINDS[kind]), act)
    raw, text = given.body_of(request, BODY)

    def acted() -> HttpResponse:
        row = _found(user, kind, number)
        form = read(lambda data: form_of(action, row, data), raw)
        action.submit(form, row, by=user, at=timezone.now())
        return stored(shown_dealings.whole(user, _found(user, kind, number)))

    return once(request, caller, text, acted)


def _found(user: User, kind: str, number: str) -> Any:
    """Raises `NoSuchAddress`, also for one that is not for this user."""
    if kind not in queries.KINDS:
        raise _none(kind)
    found = visible(user, queries.KINDS[kind].objects.filter(pk=number_of(number))).first()
    if found is None:
        raise NoSuchAddress("api.no-number-you", kind=kind)
    return found


def _none(kind: str) -> NoSuchAddress:
    return NoSuchAddress("api.no-kind", kind=kind[:40], models=queries.KINDS)


# ---- around one case


@router.get("/cases/{reference}/dealings", operation_id="case_dealings")
def case_dealings(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything around a case that the key's user may see."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    return paging.own(request, shown_dealings.around(user, _case(user, reference)))


@router.post("/cases/{reference}/additions/{addition}", operation_id="add_dealing")
def add_dealing(request: HttpRequest, reference: str, addition: str) -> HttpResponse:
    """A hand-off, a promise, a proposition, a talk or a task."""
    caller, user = admit_user(request, KeyScope.DEALINGS)
    new = act_of(queries.additions(), addition)
    raw, text = given.body_of(request, {"given": True})

    def acted() -> HttpResponse:
        case = _case(user, reference)
        form = read(lambda data: new.form(data, case=case, on=today()), raw)
        made = new.submit(form, case, by=user, at=timezone.now())
        document = shown_dealings.hand_off(made) if isinstance(made, HandOff) else shown_dealings.row(made)
        return stored(document, 201, Location=f"/api/v1/cases/{case.reference}/dealings")

    return once(request, caller, text, acted)


def _case(user: User, reference: str) -> LandingCase:
    found = case_of(user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-case-reference-you")
    return found
