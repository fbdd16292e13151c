"""Companies for programs, as far as the user of the key may see them. `/api/v1/companies`, with the scope `office`."""

from typing import Any

from django.utils import timezone

from luodi.errors import BadInput, UnknownValue
from luodi.message import in_key
from luodi.web.accounts.models import Company, User
from luodi.web.api import inputs
from luodi.web.api.endpoints import Document, Listing, Made, Router
from luodi.web.api.models import KeyScope
from luodi.web.api.operations import ref
from luodi.web.api.timelines import timeline_of
from luodi.web.api.values import fields, moment_or_none, names
from luodi.web.companies import forms, queries
from luodi.web.companies.actions import ON_COMPANY
from luodi.web.companies.actions.merging import undo
from luodi.web.companies.actions.profile import create
from luodi.web.companies.lists import COMPANIES
from luodi.web.companies.models import Merge, MergeProposal, RegisterExtract, RepresentativeProposal
from luodi.web.companies.queries.merging import open_proposals
from luodi.web.companies.queries.registers import differs, extracts_of
from luodi.web.core.actions import Action, actions_on
from luodi.web.core.forms import ActionForm
from luodi.web.core.permissions import may, require, visible
from luodi.web.journal.models import Entry
from luodi.web.timeline.queries import kinds_on

router = Router(KeyScope.OFFICE)


@router.collection("/companies", "companies", "CompanyRow")
def companies(
    user: User, words: str = "", country: str = "", sector: str = "", technology: str = ""
) -> Listing[Company]:
    asked = COMPANIES.read({"words": words, "country": country, "sector": sector, "technology": technology})
    return Listing(COMPANIES.found(user, asked).prefetch_related("labels"), company_row)


@router.record("/companies/{number}", ref("Company"), 404, of={"number": "company"})
def company(user: User, number: str) -> Document:
    """The one it became, where it was merged."""
    found = visible(user, Company.objects.filter(pk=inputs.number_of(number))).first()
    return company_whole(user, queries.where_to(inputs.existing(found, "api.no-company-number-you")))


@router.collection(
    "/companies/{number}/timeline",
    "lines",
    "TimelineLine",
    404,
    of={"number": "company", "kind": "timeline"},
    values={"kind": lambda: ("", *kinds_on(Company))},
)
def company_timeline(user: User, number: str, kind: str = "", first: str = "", last: str = "") -> Listing[Entry]:
    """Of the one it became, where it was merged."""
    found = visible(user, Company.objects.filter(pk=inputs.number_of(number))).first()
    row = queries.where_to(inputs.existing(found, "api.no-company-number-you"))
    return timeline_of(user, row, kind, first, last)


class AlreadyThere(BadInput):
    """A company of this name is known."""

    code = "already-there"


@router.store(
    "/companies",
    ref("Company"),
    409,
    asks="ToAddCompany",
    done=(201,),
    example={"given": {"name_en": "Amber Quay", "country": "NL"}},
)
def make_company(user: User, raw: inputs.Body) -> Made:
    """Refused where there are companies of the same name already, unless `anyway` says that it is another one."""
    form = inputs.form_of(forms.New, raw)
    fields = form.cleaned_data
    called = [name for name in (fields["name_zh"], fields["name_en"]) if name]
    alike = [] if raw.get("anyway") is True else list(visible(user, queries.alike(called))[:10])
    if alike:
        numbers = ", ".join(str(one.pk) for one in alike)
        raise AlreadyThere("api.company-name", numbers=numbers, at=in_key("anyway", inputs.AT))
    made = create.submit(form, by=user, at=timezone.now())
    return Made(company_whole(user, made), f"/api/v1/companies/{made.pk}")


@router.action(
    "/companies/{number}/acts/{act}",
    ref("Company"),
    lambda **_: ON_COMPANY,
    asks="ToActOnRow",
    of={"number": "company"},
    example={"given": {"kind": "technology", "code": "robotics"}},
)
def company_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    found = _company(user, number)
    require(user, "change", found)
    people = [(str(one.pk), one.name) for one in queries.contacts(user, found)]
    more: dict[str, Any] = {"people": people} if action is ON_COMPANY["consent"] else {}
    form: ActionForm = inputs.form_of(lambda data: action.form(data, **more), raw)
    record = queries.record_of(action.target, found, form.cleaned_data)
    if record is None:
        raise UnknownValue("api.company-no-such-row", at=in_key("row", inputs.AT))
    action.submit(form, record, by=user, at=timezone.now())
    return company_whole(user, _company(user, number))


@router.store(
    "/merges/{number}/undo",
    ref("Company"),
    404,
    409,
    asks="ToClose",
    of={"number": "merge"},
    example={"reason": "They are two firms."},
)
def undo_merge(user: User, raw: inputs.Body, number: str) -> Document:
    """Two companies again, each with what was its own; answers the one that was given up."""
    found = visible(user, Merge.objects.filter(pk=inputs.number_of(number))).first()
    found = inputs.existing(found, "api.no-merge-number-you")
    require(user, "undo", found)
    undo(found, inputs.words(raw, "reason", 2000), by=user, at=timezone.now())
    return company_whole(user, found.gone)


@router.action(
    "/merge-proposals/{number}/acts/{act}",
    ref("Company"),
    lambda **_: actions_on(MergeProposal),
    of={"number": "merge_proposal"},
    example={"given": {"reason": "They are two firms."}},
)
def merge_proposal_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    """Answers the company that is or would be kept."""
    found = visible(user, MergeProposal.objects.filter(pk=inputs.number_of(number))).first()
    found = inputs.existing(found, "api.no-merge-proposal-you")
    require(user, action.permission, found)
    inputs.submit(action, found, raw, action.form, by=user)
    return company_whole(user, found.kept)


@router.action(
    "/representative-proposals/{number}/acts/{act}",
    ref("Company"),
    lambda **_: actions_on(RepresentativeProposal),
    of={"number": "representative_proposal"},
    example={"given": {"reason": "The directors name somebody else."}},
)
def representative_proposal_act(user: User, action: Action, raw: inputs.Body, number: str) -> Document:
    """Answers the company."""
    found = visible(user, RepresentativeProposal.objects.filter(pk=inputs.number_of(number))).first()
    found = inputs.existing(found, "api.no-representative-proposal-you")
    require(user, action.permission, found)
    inputs.submit(action, found, raw, action.form, by=user)
    return company_whole(user, found.company)


def _company(user: User, number: str) -> Company:
    """One that was not merged."""
    found = visible(user, Company.objects.filter(merged_into=None, pk=inputs.number_of(number))).first()
    return inputs.existing(found, "api.no-company-number-you")


def company_row(one: Company) -> Document:
    return {
        "number": one.pk,
        "version": one.version,
        "name": names(one),
        "country": one.country,
        "identifiers": [{"scheme": row.scheme, "value": row.value} for row in one.identifiers.all()],
        "labels": [{"row": row.pk, "kind": row.kind, "code": row.code} for row in one.labels.all()],
    }


def company_whole(user: User, one: Company) -> Document:
    on = timezone.localdate()
    known = queries.known(one, on=on)
    return {
        **company_row(one),
        "names": [{"row": row.pk, **fields(row, "text kind language")} for row in one.names.all()],
        "facts": [
            {
                "attribute": row.attribute,
                "disputed": row.disputed,
                "said": [fields(fact, "value as_of origin source") for fact in (row.counts, *row.others)],
            }
            for row in known
        ],
        "holdings": [
            {
                "row": row.pk,
                "holder": str(row.holder or row.holder_name),
                "holder_number": row.holder_id,
                **fields(row, "share starts ends origin"),
            }
            for row in one.holdings.select_related("holder")
        ],
        "contacts": [_contact(row) for row in queries.contacts(user, one)],
        "on_hold": [
            {"row": row.pk, "name": row.user.name, "since": moment_or_none(row.on_hold)}
            for row in queries.on_hold(user, one, on)
        ],
        "merges": [
            {"number": row.pk, "gone": row.gone_id, "reason": row.reason, "undone": row.undone is not None}
            for row in visible(user, queries.merges(one))
        ],
        "merge_proposals": [
            {
                "number": row.pk,
                "kept": row.kept_id,
                "gone": row.gone_id,
                "reason": row.reason,
                "why": row.doubts,
                "by": str(row.by or ""),
            }
            for row in visible(user, open_proposals(one))
        ],
        "representative_proposals": [
            {
                "number": row.pk,
                **fields(row, "email scope ends reason"),
                "expires": moment_or_none(row.expires),
                "by": str(row.by or ""),
            }
            for row in visible(user, queries.proposed_representatives(one))
        ],
        "register": _register(visible(user, extracts_of(one)).first()),
        "acts": list(ON_COMPANY) if may(user, "change", one) else [],
    }


def _register(one: RegisterExtract | None) -> Document | None:
    """The last extract, and what it says otherwise."""
    if one is None:
        return None
    differences = [fields(row, "field ours theirs") for row in differs(one)]
    return {"row": one.pk, "said": one.said, "looked_up": moment_or_none(one.at), "differences": differences}


def _contact(one: Any) -> Document:
    return {
        "row": one.pk,
        **fields(one, "name post email phone language left"),
        "consents": [{"row": row.pk, **fields(row, "purpose channel given withdrawn")} for row in one.consents.all()],
    }
