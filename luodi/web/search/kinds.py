"""What can be found: for each kind of record its words, who has a page for it, and how a result looks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeAlias, TypeVar

from django.db.models import Model, Q

from luodi.web.accounts.models import Company, User
from luodi.web.advisor.models import Enquiry, EnquiryFile
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.cases.template_globals import company_name
from luodi.web.companies.models import Contact
from luodi.web.core.pages import url
from luodi.web.core.roles import Role
from luodi.web.core.words import say
from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, ParkOffer, Posted
from luodi.web.leads.models import Lead

Row = TypeVar("Row", bound=Model)
Words = Callable[[Row, str], str]
_STAFF: Final = frozenset({Role.OFFICER, Role.LEADER})
_WITH_COMPANIES: Final = _STAFF | {Role.POLICY_OFFICER, Role.ADMINISTRATOR}
_OF_A_CASE: Final = _STAFF | {Role.REPRESENTATIVE}


@dataclass(frozen=True)
class Kind(Generic[Row]):
    """Records of one model. `roles` have a page for them; whoever has none of these is not shown any.

    A record is found by its words (`texts`); `company` is a lookup to a company by whose names it is found too,
    `reference` a field with a number such as LD-2026-0001. `title` and `detail` are
    what a result says in a language, `address` where it leads, by whether the reader works here.
    """

    name: str
    scope: str
    model: type[Row]
    roles: frozenset[Role]
    title: Words[Row]
    address: Callable[[Row, bool], str]
    detail: Words[Row] = lambda row, lang: ""
    company: str = ""
    reference: str = ""
    related: tuple[str, ...] = ()
    only: Q = field(default_factory=Q)


def _company(row: Company, lang: str) -> str:
    return company_name(row, lang)


def _company_detail(row: Company, lang: str) -> str:
    other = row.name_en if lang == "zh" else row.name_zh
    return " · ".join(filter(None, (other if other != company_name(row, lang) else "", row.credit_code, row.country)))


def _case_address(case: LandingCase, works_here: bool) -> str:
    return url("cases:case" if works_here else "cases:own_case", case.reference)


def _case_title(case: LandingCase, lang: str) -> str:
    return f"{case.reference} · {company_name(case.company, lang)}"


def _case_detail(case: LandingCase, lang: str) -> str:
    state = say(f"term.end_{case.end}", lang) if case.end != "none" else say(f"term.stage_{case.stage}", lang)
    return " · ".join(filter(None, (state, str(case.officer or ""))))


def _lead_detail(lead: Lead, lang: str) -> str:
    name = company_name(lead.company, lang) if lead.company else lead.company_name
    return " · ".join(filter(None, (name if name != lead.title else "", say(f"leads.state_{lead.state}", lang))))


def _contact_detail(contact: Contact, lang: str) -> str:
    return " · ".join(filter(None, (contact.post, company_name(contact.company, lang))))


def _proof_detail(proof: Proof, lang: str) -> str:
    return f"{proof.case.reference} · {company_name(proof.case.company, lang)}"


def _title(posted: Posted, lang: str) -> str:
    return posted.title(lang)


def _market(name: str, model: type[Posted]) -> Kind[Posted]:
    return Kind(
        name,
        "market",
        model,
        _OF_A_CASE,
        title=_title,
        address=lambda posted, works_here: url("docking:posted", posted.reference),
        detail=lambda posted, lang: posted.reference,
        reference="reference",
    )


AnyKind: TypeAlias = Kind[Any]
"""Of whatever model: its own functions take the records that it names."""
KINDS: Final[tuple[AnyKind, ...]] = (
    Kind(
        "company",
        "companies",
        Company,
        _WITH_COMPANIES,
        title=_company,
        address=lambda row, works_here: url("companies:company", row.pk),
        detail=_company_detail,
        company="pk",
        only=Q(merged_into=None),
    ),
    Kind(
        "case",
        "cases",
        LandingCase,
        _OF_A_CASE,
        title=_case_title,
        address=_case_address,
        detail=_case_detail,
        company="company",
        reference="reference",
        related=("company", "officer"),
    ),
    Kind(
        "lead",
        "leads",
        Lead,
        _STAFF,
        title=lambda lead, lang: lead.title,
        address=lambda lead, works_here: url("leads:lead", lead.pk),
        detail=_lead_detail,
        company="company",
        related=("company",),
    ),
    Kind(
        "enquiry",
        "leads",
        Enquiry,
        _STAFF,
        title=lambda enquiry, lang: f"{enquiry.reference} · {enquiry.company or enquiry.name}",
        address=lambda enquiry, works_here: url("advisor:received", enquiry.pk),
        detail=lambda enquiry, lang: enquiry.name if enquiry.company else "",
        reference="reference",
    ),
    Kind(
        "contact",
        "people",
        Contact,
        _STAFF,
        title=lambda contact, lang: contact.name,
        address=lambda contact, works_here: url("companies:company", contact.company_id),
        detail=_contact_detail,
        related=("company",),
    ),
    Kind(
        "account",
        "people",
        User,
        frozenset({Role.ADMINISTRATOR}),
        title=lambda user, lang: str(user),
        address=lambda user, works_here: url("accounts:person", user.pk),
        detail=lambda user, lang: user.email,
    ),
    Kind(
        "proof",
        "documents",
        Proof,
        _OF_A_CASE,
        title=lambda proof, lang: proof.file.name,
        address=lambda proof, works_here: _case_address(proof.case, works_here),
        detail=_proof_detail,
        related=("file", "case__company"),
    ),
    Kind(
        "enquiry_file",
        "documents",
        EnquiryFile,
        _STAFF,
        title=lambda sent, lang: sent.file.name,
        address=lambda sent, works_here: url("advisor:received", sent.enquiry_id),
        detail=lambda sent, lang: sent.enquiry.reference,
        related=("file", "enquiry"),
    ),
    _market("demand", Demand),
    _market("capital_need", CapitalNeed),
    _market("investor", InvestorProfile),
    _market("park", ParkOffer),
)
#: What a search can be narrowed to; blank is all. `law` is the library.
SCOPES: Final = (*dict.fromkeys(kind.scope for kind in KINDS), "law")
