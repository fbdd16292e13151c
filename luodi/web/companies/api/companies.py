"""Companies for programs, as far as the user of the key may see them. `/api/v1/companies`.

All of it with the scope `office`. What can be done with them is the table of their pages.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from luodi.errors import BadInput, UnknownValue
from luodi.message import Message, in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import answers, given, paging
from luodi.web.api.acting import ON_ROW, act_of, cleaned, number_of
from luodi.web.api.admission import admit_user
from luodi.web.api.models import KeyScope
from luodi.web.api.once import once, stored
from luodi.web.api.operations import ACTED, OPERATIONS, a_list, own, ref, storing
from luodi.web.api.refusals import NoSuchAddress
from luodi.web.companies import actions as companies_acts
from luodi.web.companies import forms as company_forms
from luodi.web.companies import queries as companies_kept
from luodi.web.companies.acts import DEEDS as COMPANY_ACTS
from luodi.web.companies.acts import undo
from luodi.web.companies.merging import where_to
from luodi.web.companies.models import Merge
from luodi.web.core.permissions import may, require, visible

router = Router()


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
    return answers.own(request, paging.newest("companies", found, company_row, limit, cursor))


@router.get("/companies/{number}", operation_id="company")
def company(request: HttpRequest, number: str) -> HttpResponse:
    """The one it became, where it was merged."""
    _, user = admit_user(request, KeyScope.OFFICE)
    found = visible(user, Company.objects.filter(pk=number_of(number))).first()
    if found is None:
        raise NoSuchAddress("api.no-company-number-you")
    return answers.own(request, company_whole(user, where_to(found)))


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


OPERATIONS.update(
    {
        "companies": own(a_list("companies", "CompanyRow"), 422, scope=KeyScope.OFFICE),
        "company": own(ref("Company"), 404, scope=KeyScope.OFFICE, of={"number": "company"}),
        "make_company": storing(
            KeyScope.OFFICE,
            ref("Company"),
            409,
            asks="ToAddCompany",
            done=(201,),
            given={"name_en": "Amber Quay", "country": "NL"},
        ),
        "company_act": storing(
            KeyScope.OFFICE,
            ref("Company"),
            *ACTED,
            asks="ToActOnRow",
            given={"kind": "technology", "code": "robotics"},
            of={"number": "company"},
        ),
        "undo_merge": storing(
            KeyScope.OFFICE,
            ref("Company"),
            *ACTED,
            asks="ToClose",
            reason="They are two firms.",
            of={"number": "merge"},
        ),
    }
)
