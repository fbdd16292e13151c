"""Leads for programs, as far as the user of the key may see them. `/api/v1/leads`, with the scope `office`."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from luodi.errors import BadInput
from luodi.message import in_key
from luodi.web.accounts.models import Unit, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.values import day_or_none, moment
from luodi.web.core.actions import Action, actions_on
from luodi.web.core.permissions import may, require
from luodi.web.leads import lists, queries
from luodi.web.leads.actions import From, Heard, receive
from luodi.web.leads.forms import form_of
from luodi.web.leads.models import Lead, Signal
from luodi.web.leads.scoring import computed, rows_of

router = Router(KeyScope.OFFICE)
STATES: Final = ("", *lists.STATES)
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


@router.collection("/leads", "leads", "LeadRow", values={"state": STATES})
def leads(user: User, state: str = "", words: str = "") -> Listing[Lead]:
    return Listing(lists.INBOX.found(user, {"state": state, "words": words[:200]}), lead_row)


@router.record("/leads/{number}", ref("Lead"), 404, of={"number": "lead"})
def lead(user: User, number: str) -> Document:
    return lead_whole(user, _lead(user, number))


def _lead(user: User, number: str) -> Lead:
    return inputs.existing(queries.lead_of(user, inputs.number_of(number)), "api.no-lead-number-you")


@router.action(
    "/leads/{number}/acts/{act}",
    ref("Lead"),
    lambda **_: actions_on(Lead),
    of={"number": "lead"},
    example={"given": {"until": "2027-03-01", "reason": "After their round."}},
)
def lead_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    found = _lead(user, number)
    require(user, "work", found)
    likely = list(queries.companies_like(user, found))
    inputs.submit(action, found, raw, lambda data: form_of(action, found, likely, data), by=user)
    return lead_whole(user, _lead(user, number))


@dataclass(frozen=True)
class ToHear:
    heard: Heard
    signal: From
    unit: Unit


def to_hear(user: User, raw: inputs.Body) -> ToHear:
    said: dict[str, Any] = {name: inputs.words(raw, name, most) for name, most in _TEXTS.items()}
    heard = Heard(title=inputs.words(raw, "title", 300), **{**said, "country": said["country"].upper()})
    kind = inputs.words(raw, "kind", 20)
    inputs.one_of(kind, _KINDS, "kind", inputs.AT)
    source = inputs.words(raw, "source", 200)
    if not source:
        raise BadInput("api.say-source", at=in_key("source", inputs.AT))
    unit = queries.unit_of(user)
    if unit is None:
        raise BadInput("api.only-officer-unit-hears-leads")
    return ToHear(heard, From(Signal.Kind(kind), source, dict(raw), inputs.words(raw, "external", 200)), unit)


@router.store(
    "/leads",
    ref("LeadRow"),
    asks="ToHear",
    parse=to_hear,
    done=(201,),
    example={
        "title": "Amber Quay looks for a site",
        "kind": "fair",
        "source": "Fair of 2026",
        "external": "17",
        "company_name": "Amber Quay",
        "country": "NL",
    },
)
def hear(user: User, raw: ToHear) -> Made:
    """A signal from a program: the same `external` of the same `source` again gives the lead that there is."""
    made = receive(raw.heard, raw.signal, raw.unit, at=timezone.now(), by=user)
    return Made(lead_row(made), f"/api/v1/leads/{made.pk}")


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
        "acts": queries.now_possible(one) if may(user, "work", one) else [],
    }
