"""An officer's records for programs: companies and leads, as far as the user of the key may see them.

`/api/v1/companies`, `/api/v1/leads`; all of it with the scope `office`. What can be done with them are the tables of
actions of their pages.
"""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.casework.leads import Lead as State
from luodi.errors import BadInput, UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import given, paging
from luodi.web.api.acting import BODY, ON_ROW, act_of, cleaned, number_of, read
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.api.shown import moment
from luodi.web.companies import actions as companies_acts
from luodi.web.companies import forms as company_forms
from luodi.web.companies import queries as companies_kept
from luodi.web.companies.acts import DEEDS as COMPANY_ACTS
from luodi.web.companies.acts import undo
from luodi.web.companies.merging import where_to
from luodi.web.companies.models import Merge
from luodi.web.core.actions import actions_on
from luodi.web.core.permissions import may, require, visible
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


# ---- companies


@router.get("/companies", operation_id="companies")
def companies(
    request: HttpRequest,
    words: str = "",
    country: str = "",
    sector: str = "",
    technology: str = "",
    limit: int = Query(50, ge=1, le=200),
    cursor: str | None = None,
) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    asked = {"words": words, "country": country.upper(), "sector": sector, "technology": technology}
    clean = {name: text.replace("\0", " ").strip()[:200] for name, text in asked.items()}
    rows = companies_kept.listed(user, {name: text for name, text in clean.items() if text})
    found = rows.prefetch_related("identifiers", "labels")
    return paging.own(request, paging.newest("companies", found, company_row, limit, cursor))


@router.get("/companies/{number}", operation_id="company")
def company(request: HttpRequest, number: str) -> HttpResponse:
    """The one it became, where it was merged."""
    _, user = admit_user(request, KeyScope.OFFICE)
    found = visible(user, Company.objects.filter(pk=number_of(number))).first()
    if found is None:
        raise NoSuchAddress("api.no-company-number-you")
    return paging.own(request, company_whole(user, where_to(found)))


@router.post("/companies", operation_id="make_company")
def make_company(request: HttpRequest) -> HttpResponse:
    """Refused where there are companies of the same name already, unless `anyway` says that it is another one."""
    caller, user = admit_user(request, KeyScope.OFFICE)
    raw, text = given.body_of(request, {"anyway": False, "given": True})

    def act() -> HttpResponse:
        fields = cleaned(company_forms.New, raw)
        names = [name for name in (fields["name_zh"], fields["name_en"]) if name]
        alike = [] if raw.get("anyway") is True else list(visible(user, companies_kept.alike(names))[:10])
        if alike:
            numbers = ", ".join(str(one.pk) for one in alike)
            raise AlreadyThere(
                "api.company-name",
                numbers=numbers,
                at=in_key("anyway", Message("place.body")),
            )
        made = companies_acts.create(
            fields["name_zh"],
            fields["name_en"],
            companies_acts.Form(user, timezone.now()),
            country=fields["country"].upper(),
            identifiers={fields["scheme"]: fields["value"]} if fields["scheme"] else {},
        )
        return stored(company_whole(user, made), 201, Location=f"/api/v1/companies/{made.pk}")

    return once(request, caller, text, act)


class AlreadyThere(BadInput):
    """A company of this name is known."""

    code = "already-there"


@router.post("/companies/{number}/acts/{act}", operation_id="company_act")
def company_act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    caller, user = admit_user(request, KeyScope.OFFICE)
    deed = act_of(COMPANY_ACTS, act)
    raw, text = given.body_of(request, ON_ROW)

    def acted() -> HttpResponse:
        found = _company(user, number)
        require(user, "change", found)
        people = [(str(one.pk), one.name) for one in companies_kept.contacts(user, found)]
        more: dict[str, Any] = {"people": people} if act == "consent" else {}
        fields = cleaned(lambda data: deed.form(data, **more), raw)
        sent = companies_acts.Form(user, timezone.now(), fields.pop("key"), fields.pop("version"))
        try:
            deed.do(found.pk, fields, sent)
        except Http404:
            raise UnknownValue("api.company-no-such-row", at=in_key("row", Message("place.body"))) from None
        return stored(company_whole(user, _company(user, number)))

    return once(request, caller, text, acted)


@router.post("/merges/{number}/undo", operation_id="undo_merge")
def undo_merge(request: HttpRequest, number: str) -> HttpResponse:
    """Two companies again, each with what was its own; answers the one that was given up."""
    caller, user = admit_user(request, KeyScope.OFFICE)
    raw, text = given.body_of(request, {"reason": True})
    reason = given.words(raw, "reason", 2000)

    def act() -> HttpResponse:
        found = visible(user, Merge.objects.filter(pk=number_of(number))).first()
        if found is None:
            raise NoSuchAddress("api.no-merge-number-you")
        require(user, "undo", found)
        undo(found, {"reason": reason}, companies_acts.Form(user, timezone.now()))
        return stored(company_whole(user, found.gone))

    return once(request, caller, text, act)


def _company(user: User, number: str) -> Company:
    """One that was not merged. Raises `NoSuchAddress`."""
    found = visible(user, Company.objects.filter(merged_into=None, pk=number_of(number))).first()
    if found is None:
        raise NoSuchAddress("api.no-company-number-you")
    return found


def company_row(one: Company) -> dict[str, Any]:
    return {
        "number": one.pk,
        "version": one.version,
        "name": {"zh": one.name_zh, "en": one.name_en},
        "country": one.country,
        "identifiers": [{"scheme": row.scheme, "value": row.value} for row in one.identifiers.all()],
        "labels": [{"row": row.pk, "kind": row.kind, "code": row.code} for row in one.labels.all()],
    }


def company_whole(user: User, one: Company) -> dict[str, Any]:
    known = companies_kept.known(one, on=timezone.localdate())
    return {
        **company_row(one),
        "names": [
            {"row": row.pk, "text": row.text, "kind": row.kind, "language": row.language} for row in one.names.all()
        ],
        "facts": [
            {
                "attribute": row.attribute,
                "disputed": row.disputed,
                "said": [_fact(fact) for fact in (row.counts, *row.others)],
            }
            for row in known
        ],
        "holdings": [
            {
                "row": row.pk,
                "holder": str(row.holder or row.holder_name),
                "holder_number": row.holder_id,
                "share": row.share,
                "starts": _day(row.starts),
                "ends": _day(row.ends),
                "origin": row.origin,
            }
            for row in one.holdings.select_related("holder")
        ],
        "contacts": [_contact(row) for row in companies_kept.contacts(user, one)],
        "merges": [
            {"number": row.pk, "gone": row.gone_id, "reason": row.reason, "undone": row.undone is not None}
            for row in visible(user, companies_kept.merges(one))
        ],
        "acts": list(COMPANY_ACTS) if may(user, "change", one) else [],
    }


def _contact(one: Any) -> dict[str, Any]:
    return {
        "row": one.pk,
        "name": one.name,
        "post": one.post,
        "email": one.email,
        "phone": one.phone,
        "language": one.language,
        "left": _day(one.left),
        "consents": [
            {
                "row": row.pk,
                "purpose": row.purpose,
                "channel": row.channel,
                "given": _day(row.given),
                "withdrawn": _day(row.withdrawn),
            }
            for row in one.consents.all()
        ],
    }


def _fact(fact: Any) -> dict[str, Any]:
    return {"value": fact.value, "as_of": _day(fact.as_of), "origin": fact.origin, "source": fact.source}


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


# ---- leads


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
    return paging.own(request, paging.newest("leads", rows, lead_row, limit, cursor))


@router.get("/leads/{number}", operation_id="lead")
def lead(request: HttpRequest, number: str) -> HttpResponse:
    _, user = admit_user(request, KeyScope.OFFICE)
    found = leads_kept.lead_of(user, number_of(number))
    if found is None:
        raise NoSuchAddress("api.no-lead-number-you")
    return paging.own(request, lead_whole(user, found))


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
        "wakes": _day(one.wakes),
        "duplicate_of": one.duplicate_of_id,
        "acts": now_possible(one) if may(user, "work", one) else [],
    }
