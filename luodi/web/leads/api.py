"""Leads for programs, as far as the user of the key may see them. `/api/v1/leads`, with the scope `office`."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.casework.leads import Lead as State
from luodi.errors import BadInput, UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import BODY, act_of, number_of, read
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.values import day_or_none, moment
from luodi.web.core.actions import actions_on
from luodi.web.core.permissions import may, require
from luodi.web.leads import queries as leads_kept
from luodi.web.leads.actions import From, Heard, receive
from luodi.web.leads.forms import form_of
from luodi.web.leads.models import Lead, Signal
from luodi.web.leads.queries import now_possible
from luodi.web.leads.scoring import computed, rows_of

router = Router()
LEAD_STATES: Final = (*leads_kept.ASKED, *(state.value for state in State))
_KINDS: Final = ("news", "fair", "referral", "register", "feed")
_TEXTS: Final = {
    "company_name": 300,
    "country": 2,
    "summary": 10_000,
    "contact": 200,
    "email": 254,
    "technology": 300,
    "place": 40,
}


@router.get("/leads", operation_id="leads")
def leads(
    request: HttpRequest,
    state: str = "",
    words: str = "",
    limit: int = Query(50, ge=1, le=200),
    cursor: str | None = None,
) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    if state not in ("", *LEAD_STATES):
        raise UnknownValue("api.state-3", lead_states=LEAD_STATES, at=in_key("state", Message("place.query")))
    rows = leads_kept.leads(user, {"state": state, "words": words.replace("\0", " ")[:200]})
    return answers.own(request, paging.newest("leads", rows, lead_row, limit, cursor))


@router.get("/leads/{number}", operation_id="lead")
def lead(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    found = leads_kept.lead_of(user, number_of(number))
    if found is None:
        raise NoSuchAddress("api.no-lead-number-you")
    return answers.own(request, lead_whole(user, found))


@router.post("/leads/{number}/acts/{act}", operation_id="lead_act")
def lead_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    action = act_of(actions_on(Lead), act)
    raw, text = given.body_of(request, BODY)

    def acted() -> HttpResponse:
        found = leads_kept.lead_of(user, number_of(number))
        if found is None:
            raise NoSuchAddress("api.no-lead-number-you")
        require(user, "work", found)
        likely = list(leads_kept.companies_like(user, found))
        form = read(lambda data: form_of(action, found, likely, data), raw)
        action.submit(form, found, by=user, at=timezone.now())
        now = leads_kept.lead_of(user, found.pk)
        assert now is not None
        return stored(lead_whole(user, now))

    return once(request, caller, text, acted)


@router.post("/leads", operation_id="hear")
def hear(request: HttpRequest) -> HttpResponse:
    """A signal from a program: the same `external` of the same `source` again gives the lead that there is."""
    caller, user = admit_user(request, KeyScope.OFFICE)
    known = {"title": True, "kind": True, "source": True, "external": False, **dict.fromkeys(_TEXTS, False)}
    raw, text = given.body_of(request, known)
    said: dict[str, Any] = {name: given.words(raw, name, most) for name, most in _TEXTS.items()}
    heard = Heard(title=given.words(raw, "title", 300), **{**said, "country": said["country"].upper()})
    signal = _signal(raw)
    unit = leads_kept.unit_of(user)
    if unit is None:
        raise BadInput("api.only-officer-unit-hears-leads")

    def act() -> HttpResponse:
        made = receive(heard, signal, unit, at=timezone.now(), by=user)
        return stored(lead_row(made), 201, Location=f"/api/v1/leads/{made.pk}")

    return once(request, caller, text, act)


def _signal(raw: dict[str, Any]) -> From:
    kind = given.words(raw, "kind", 20)
    if kind not in _KINDS:
        raise UnknownValue("api.kind", kinds=_KINDS, at=in_key("kind", Message("place.body")))
    source = given.words(raw, "source", 200)
    if not source:
        raise BadInput("api.say-source", at=in_key("source", Message("place.body")))
    return From(Signal.Kind(kind), source, raw, given.words(raw, "external", 200))


def lead_row(one: Lead) -> dict[str, Any]:
    return {
        "number": one.pk,
        "version": one.version,
        "title": one.title,
        "state": one.state,
        "company": one.company_id,
        "company_name": str(one.company) if one.company else one.company_name,
        "country": one.country,
        "assigned": one.officer_id is not None,
        "received": moment(one.received),
        "score": {"low": f"{one.low:.1f}", "high": f"{one.high:.1f}"},
    }


def lead_whole(user: User, one: Lead) -> dict[str, Any]:
    score = computed(one, on=timezone.localdate())
    return {
        **lead_row(one),
        "score": {"low": f"{score.low:.1f}", "high": f"{score.high:.1f}"},
        "summary": one.summary,
        "plans": one.plans,
        "reason": one.reason,
        "case": one.case.reference if one.case else None,
        "evidence": rows_of(score),
        "adjustments": [{"points": row.points, "reason": row.reason} for row in one.adjustments.all()],
        "wakes": day_or_none(one.wakes),
        "duplicate_of": one.duplicate_of_id,
        "acts": now_possible(one) if may(user, "work", one) else [],
    }


OPERATIONS.update(
    {
        "leads": own(a_list("leads", "LeadRow"), 422, scope=KeyScope.OFFICE, values={"state": ("", *LEAD_STATES)}),
        "lead": own(ref("Lead"), 404, scope=KeyScope.OFFICE, of={"number": "lead"}),
        "lead_act": storing(
            KeyScope.OFFICE,
            ref("Lead"),
            *ACTED,
            asks="ToAct",
            given={"until": "2027-03-01", "reason": "After their round."},
            of={"number": "lead"},
        ),
        "hear": storing(
            KeyScope.OFFICE,
            ref("LeadRow"),
            asks="ToHear",
            done=(201,),
            title="Amber Quay looks for a site",
            kind="fair",
            source="Fair of 2026",
            external="17",
            company_name="Amber Quay",
            country="NL",
        ),
    }
)
