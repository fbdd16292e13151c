"""The texts whose words find a record, for each kind with words of its own. Nothing here needs the engine: a command of
an operator that saves an account starts without it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from django.db.models import Model

from luodi.web.accounts.models import User
from luodi.web.advisor.models import Enquiry, EnquiryFile
from luodi.web.cases.models import LandingCase, Proof
from luodi.web.companies.models import Contact
from luodi.web.docking.models import CapitalNeed, Demand, InvestorProfile, ParkOffer, Posted
from luodi.web.leads.models import Lead

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Texts(Generic[Row]):
    """`kind` is the name of the kind, `related` are read with each record."""

    kind: str
    model: type[Row]
    of: Callable[[Row], Iterable[str]]
    related: tuple[str, ...] = ()


AnyTexts: TypeAlias = Texts[Any]
"""Of whatever model: its function takes the records that it names."""


def _numbers(reference: str) -> Iterator[str]:
    """The number at the end of a reference, as people say it: LD-2026-0007 is 0007 and 7."""
    number = reference.rpartition("-")[2]
    yield from dict.fromkeys((number, number.lstrip("0")))


def _posted(row: Posted) -> Iterable[str]:
    return (row.title_zh, row.title_en, *_numbers(row.reference))


TEXTS: Final[tuple[AnyTexts, ...]] = (
    Texts("account", User, lambda user: (user.name, user.email.partition("@")[0])),
    Texts("case", LandingCase, lambda case: _numbers(case.reference)),
    Texts("contact", Contact, lambda contact: (contact.name, contact.email.partition("@")[0])),
    Texts("enquiry", Enquiry, lambda sent: (sent.company, sent.name, *_numbers(sent.reference))),
    Texts("enquiry_file", EnquiryFile, lambda sent: (sent.file.name,), ("file",)),
    Texts("lead", Lead, lambda lead: (lead.title, lead.company_name)),
    Texts("proof", Proof, lambda proof: (proof.file.name,), ("file",)),
    Texts("demand", Demand, _posted),
    Texts("capital_need", CapitalNeed, _posted),
    Texts("investor", InvestorProfile, _posted),
    Texts("park", ParkOffer, _posted),
)
