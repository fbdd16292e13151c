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
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import BODY, act_of, number_of, read
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import day_or_none, moment, moment_or_none, named, today
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import case_of
from luodi.web.core.actions import actions_on, open_to
from luodi.web.core.permissions import visible
from luodi.web.dealings import queries
from luodi.web.dealings.forms import form_of
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task

router = Router()
Limit: Final[Any] = Query(50, ge=1, le=200)


@router.get("/referrals", operation_id="referrals")
def referrals(request: HttpRequest, state: str = "", limit: int = Limit, cursor: str | None = None) -> HttpResponse:
    """What other units asked of those of the key's user."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    if state not in ("", *queries.STATES):
        raise UnknownValue("api.state", states=queries.STATES, at=in_key("state", Message("place.query")))
    found = queries.referrals(user, {"state": state}, on=today())
    return answers.own(request, paging.newest("referrals", found, row, limit, cursor))


@router.get("/dealings/{kind}/{number}", operation_id="dealing")
def dealing(request: HttpRequest, kind: str, number: str) -> HttpResponse:
    """One referral, promise, proposition or task, with the acts that are open to the key's user."""
    _, user = admit_user(request, KeyScope.DEALINGS)
    return answers.own(request, whole(user, _found(user, kind, number)))


@router.post("/dealings/{kind}/{number}/acts/{act}", operation_id="dealing_act")
def dealing_act(request: HttpRequest, kind: str, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.DEALINGS)
    if kind not in queries.KINDS:
        raise _none(kind)
    action = act_of(actions_on(queries.KINDS[kind]), act)
    raw, text = given.body_of(request, BODY)

    def acted() -> HttpResponse:
        found = _found(user, kind, number)
        form = read(lambda data: form_of(action, found, data), raw)
        action.submit(form, found, by=user, at=timezone.now())
        return stored(whole(user, _found(user, kind, number)))

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
    return answers.own(request, around(user, _case(user, reference)))


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
        document = hand_off(made) if isinstance(made, HandOff) else row(made)
        return stored(document, 201, Location=f"/api/v1/cases/{case.reference}/dealings")

    return once(request, caller, text, acted)


def _case(user: User, reference: str) -> LandingCase:
    found = case_of(user, reference) if "\0" not in reference else None
    if found is None:
        raise NoSuchAddress("api.no-case-reference-you")
    return found


# ---- as shown


def row(one: Any) -> dict[str, Any]:
    """One of any kind; a talk has neither a state nor a version, since nothing happens to it."""
    return _SHOWN[type(one)](one)


def whole(user: User, one: Any) -> dict[str, Any]:
    return {**row(one), "acts": open_to(user, one)}


def hand_off(one: HandOff) -> dict[str, Any]:
    return {
        "kind": "hand_off",
        "number": one.pk,
        "case": one.case.reference,
        "question": one.question,
        "state": one.state.value,
        "at": moment(one.at),
        "referrals": [_referral(each, question=False) for each in one.referrals.select_related("unit")],
    }


def around(user: User, case: LandingCase) -> dict[str, Any]:
    """By kind, as far as somebody may see them."""
    found = {
        "promises": queries.of_case(user, Promise, case),
        "propositions": queries.of_case(user, Proposition, case),
        "talks": queries.of_case(user, Interaction, case),
        "tasks": queries.of_case(user, Task, case),
    }
    return {
        "case": case.reference,
        "hand_offs": [hand_off(one) for one in queries.hand_offs(user, case)],
        **{name: [row(one) for one in rows] for name, rows in found.items()},
    }


def _referral(one: Referral, question: bool = True) -> dict[str, Any]:
    asked = {"question": one.hand_off.question, "from": named(one.hand_off.case.unit)} if question else {}
    return {
        "kind": "referral",
        "number": one.pk,
        "version": one.version,
        "state": one.state,
        "case": one.hand_off.case.reference,
        "unit": named(one.unit),
        "due": one.due.isoformat(),
        "sent": one.sent.isoformat(),
        "words": one.words or None,
        **asked,
    }


def _promise(one: Promise) -> dict[str, Any]:
    return {
        **_of_case(one, "promise"),
        "what": one.what,
        "owner": _name(one.owner),
        "due": day_or_none(one.due),
        "shown": moment_or_none(one.shown),
        "reason": one.reason or None,
    }


def _proposition(one: Proposition) -> dict[str, Any]:
    return {
        **_of_case(one, "proposition"),
        "title": one.title,
        "text": one.text,
        "last_day": day_or_none(one.last_day),
        "offered": moment_or_none(one.offered),
        "reason": one.reason or None,
    }


def _task(one: Task) -> dict[str, Any]:
    return {
        **_of_case(one, "task"),
        "what": one.what,
        "owner": _name(one.owner),
        "due": day_or_none(one.due),
        "reason": one.reason or None,
    }


def _talk(one: Interaction) -> dict[str, Any]:
    return {
        "kind": "talk",
        "number": one.pk,
        "case": one.case.reference if one.case else None,
        "how": one.kind,
        "day": one.day.isoformat(),
        "people": one.people,
        "note": one.note,
    }


def _of_case(one: Any, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": one.pk,
        "version": one.version,
        "state": one.state,
        "case": one.case.reference,
        "at": moment(one.at),
    }


_SHOWN: Final[dict[type, Any]] = {
    Referral: _referral,
    Promise: _promise,
    Proposition: _proposition,
    Task: _task,
    Interaction: _talk,
}


def _name(person: User | None) -> str | None:
    return str(person) if person else None


OPERATIONS.update(
    {
        "referrals": own(
            a_list("referrals", "Referral"), 422, scope=KeyScope.DEALINGS, values={"state": ("", *queries.STATES)}
        ),
        "dealing": own(
            ref("Dealing"),
            404,
            scope=KeyScope.DEALINGS,
            of={"number": "dealing", "kind": "dealing"},
            values={"kind": queries.KINDS},
        ),
        "dealing_act": storing(
            KeyScope.DEALINGS,
            ref("Dealing"),
            *ACTED,
            asks="ToAct",
            version=1,
            given={"words": "It needs no licence."},
            of={"number": "dealing", "kind": "dealing"},
            values={"kind": queries.KINDS},
        ),
        "case_dealings": own(ref("Dealings"), 404, scope=KeyScope.DEALINGS),
        "add_dealing": storing(
            KeyScope.DEALINGS,
            ref("Added"),
            *ACTED,
            asks="ToAdd",
            done=(201,),
            given={"kind": "call", "note": "They look for a site by May."},
            values={"addition": queries.additions},
        ),
    }
)
