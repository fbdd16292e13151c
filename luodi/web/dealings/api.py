"""What is arranged around cases, for programs: hand-offs, promises, offers, talks and tasks. `/api/v1/referrals`,
`/api/v1/dealings`, `/api/v1/cases/REFERENCE/dealings`.
"""

from collections.abc import Mapping
from typing import Any, Final

from luodi.web.accounts.models import User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import fields, moment, named, today
from luodi.web.cases.api.cases import existing_case
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Action, actions_on, open_to
from luodi.web.core.permissions import visible
from luodi.web.core.types import Json
from luodi.web.dealings import queries
from luodi.web.dealings.actions.interactions import decide
from luodi.web.dealings.forms import Decision, form_of
from luodi.web.dealings.models import HandOff, Interaction, Promise, Proposition, Referral, Task

router = Router(KeyScope.DEALINGS)
_OF: Final = {"number": "dealing", "kind": "dealing"}
_KINDS: Final = {"kind": queries.KINDS}


@router.collection("/referrals", "referrals", "Referral", values={"state": ("", *queries.STATES)})
def referrals(user: User, state: str = "") -> Listing[Referral]:
    """What other units asked of those of the key's user."""
    return Listing(queries.referrals(user, {"state": state}, on=today()), row)


@router.record("/dealings/{kind}/{number}", ref("Dealing"), 404, of=_OF, values=_KINDS)
def dealing(user: User, kind: str, number: str) -> Document:
    """One referral, promise, proposition or task, with the actions that are open to the key's user."""
    return whole(user, _found(user, kind, number))


def _actions(kind: str, number: str) -> Mapping[str, Action]:
    return actions_on(_model(kind))


@router.action(
    "/dealings/{kind}/{number}/acts/{act}",
    ref("Dealing"),
    _actions,
    of=_OF,
    values=_KINDS,
    example={"version": 1, "given": {"words": "It needs no licence."}},
)
def dealing_act(user: User, action: Action, raw: inputs.Body, kind: str, number: str) -> Document:
    found = _found(user, kind, number)
    inputs.submit(action, found, raw, lambda data: form_of(action, found, data), by=user)
    return whole(user, _found(user, kind, number))


def _found(user: User, kind: str, number: str) -> Any:
    """Raises `NoSuchAddress`, also for one that is not for this user."""
    found = visible(user, _model(kind).objects.filter(pk=inputs.number_of(number))).first()
    return inputs.existing(found, "api.no-number-you", kind=kind)


def _model(kind: str) -> Any:
    if kind not in queries.KINDS:
        raise NoSuchAddress("api.no-kind", kind=kind[:40], models=queries.KINDS)
    return queries.KINDS[kind]


# ---- around one case


@router.record("/cases/{reference}/dealings", ref("Dealings"), 404)
def case_dealings(user: User, reference: str) -> Document:
    """Everything around a case that the key's user may see."""
    return around(user, existing_case(user, reference))


@router.store(
    "/cases/{reference}/additions/{addition}",
    ref("Added"),
    404,
    409,
    asks="ToAdd",
    done=(201,),
    values={"addition": queries.additions},
    example={"given": {"kind": "call", "note": "They look for a site by May."}},
)
def add_dealing(user: User, raw: inputs.Body, reference: str, addition: str) -> Made:
    """A hand-off, a promise, a proposition, a talk or a task."""
    new = inputs.action_of(queries.additions(), addition)
    case = existing_case(user, reference)
    made = inputs.submit(new, case, raw, lambda data: new.form(data, case=case, on=today()), by=user)
    document = hand_off(made) if isinstance(made, HandOff) else row(made)
    return Made(document, f"/api/v1/cases/{case.reference}/dealings")


@router.store(
    "/talks/{number}/decisions",
    ref("Added"),
    404,
    409,
    asks="ToAdd",
    done=(201,),
    of={"number": "talk"},
    example={"given": {"what": "Send the floor plan", "owner": "1", "due": "2027-04-12"}},
)
def add_decision(user: User, raw: inputs.Body, number: str) -> Made:
    """What was decided at a talk of a case: a task with an owner and a day."""
    rows = visible(user, Interaction.objects.filter(case__isnull=False, pk=inputs.number_of(number)))
    talk = inputs.existing(rows.select_related("case").first(), "api.no-number-you", kind="talk")
    case, on = existing_case(user, str(talk.case)), today()
    made = inputs.submit(decide, talk, raw, lambda data: Decision(data, case=case, on=on), by=user)
    return Made(row(made), f"/api/v1/dealings/task/{made.pk}")


# ---- as shown


def row(one: Any) -> Json:
    """One of any kind; a talk has neither a state nor a version, since nothing happens to it."""
    return _SHOWN[type(one)](one)


def whole(user: User, one: Any) -> Json:
    return {**row(one), "acts": open_to(user, one)}


def hand_off(one: HandOff) -> Json:
    return {
        "kind": "hand_off",
        "number": one.pk,
        "case": one.case.reference,
        "question": one.question,
        "state": one.state.value,
        "at": moment(one.at),
        "referrals": [_referral(each, question=False) for each in one.referrals.select_related("unit")],
    }


def around(user: User, case: LandingCase) -> Json:
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


def _referral(one: Referral, question: bool = True) -> Json:
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


def _promise(one: Promise) -> Json:
    return {
        **_of_case(one, "promise"),
        **fields(one, "what due shown"),
        "owner": _name(one.owner),
        "reason": one.reason or None,
        "agreement": queries.agreements([one]).get(one.pk),
    }


def _proposition(one: Proposition) -> Json:
    return {
        **_of_case(one, "proposition"),
        **fields(one, "title text last_day offered"),
        "reason": one.reason or None,
    }


def _task(one: Task) -> Json:
    return {
        **_of_case(one, "task"),
        **fields(one, "what due"),
        "owner": _name(one.owner),
        "reason": one.reason or None,
        "talk": one.talk_id,
    }


def _talk(one: Interaction) -> Json:
    return {
        "kind": "talk",
        "number": one.pk,
        "case": one.case.reference if one.case else None,
        "how": one.kind,
        "day": one.day.isoformat(),
        "people": one.people,
        "note": one.note,
    }


def _of_case(one: Any, kind: str) -> Json:
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
