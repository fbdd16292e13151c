"""Whom one can invite: a contact of a company, the person of a lead, or somebody else by name."""

from dataclasses import dataclass

from luodi.web.accounts.models import Company
from luodi.web.companies.models import Contact
from luodi.web.leads.models import Lead


@dataclass(frozen=True)
class Guest:
    """`email` is blank where somebody is asked by telephone, else in small letters; `language` is `zh` or `en`."""

    name: str
    email: str = ""
    language: str = "zh"
    company: Company | None = None
    company_name: str = ""
    contact: Contact | None = None
    lead: Lead | None = None

    @classmethod
    def of(cls, one: Contact | Lead) -> "Guest":
        if isinstance(one, Contact):
            return cls(one.name, one.email.casefold(), one.language, company=one.company, contact=one)
        name = one.contact or one.company_name or one.title
        return cls(name[:200], one.email.casefold(), one.language, one.company, one.company_name, lead=one)
