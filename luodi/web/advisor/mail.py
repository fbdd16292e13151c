"""Letters of the advisor: where their links lead, with secret addresses that nothing is stored of."""

from typing import Final

from django.conf import settings
from django.core import signing

from luodi.casework.enquiries import State
from luodi.web.accounts.models import User
from luodi.web.advisor.models import Enquiry, Report, Saved
from luodi.web.advisor.reportable import PAGE
from luodi.web.core.notify import Address
from luodi.web.core.pages import place

_ENQUIRY: Final = "luodi.enquiry"


def secret_of(enquiry: Enquiry) -> str:
    """The part of an address that opens an enquiry to whoever has it."""
    return signing.Signer(salt=_ENQUIRY).sign(enquiry.reference)


def reference_of(secret: str) -> str | None:
    try:
        return signing.Signer(salt=_ENQUIRY).unsign(secret)
    except signing.BadSignature:
        return None


# ---- whom a letter goes to


def sender_of(enquiry: Enquiry) -> User | Address:
    """Who sent an enquiry: the person, where they had signed in and gave their own address; else the address."""
    user = enquiry.sender
    if user is not None and user.is_active and user.email.casefold() == enquiry.email.casefold():
        return user
    return Address(enquiry.email, enquiry.language)


# ---- where the links of notices lead


def to_enquiry(enquiry: Enquiry, lang: str) -> dict[str, str]:
    return {"place": place("advisor:enquiry", lang, secret_of(enquiry))}


def to_answers(row: Saved | Enquiry, lang: str) -> dict[str, str]:
    return to_enquiry(row, lang) if isinstance(row, Enquiry) else {"place": place("advisor:saved", lang)}


def to_desk(enquiry: Enquiry, lang: str) -> dict[str, str]:
    return {"place": place("advisor:received", lang, enquiry.pk)}


def to_line(report: Report, lang: str) -> dict[str, str]:
    if report.kind == PAGE:
        return {"place": f"{settings.LINKS_TO}{report.line}"}
    if report.kind == "section":
        return {"place": place("library:home", lang)}
    return {"place": place("library:entry", lang, report.kind, report.line)}


def is_new(enquiry: Enquiry) -> bool:
    """Whether nobody has taken it on yet."""
    return enquiry.state == State.NEW
