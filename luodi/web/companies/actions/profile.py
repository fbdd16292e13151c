"""Changing what is kept of a company. Its parts are added and changed with its version and its permission."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from luodi.errors import BadInput, DuplicateKey, MissingKey
from luodi.ownership.interval import parse_share
from luodi.ownership.stakes import parse_kind
from luodi.profiles.codes import check_industry
from luodi.profiles.identifiers import USCC, checked_scheme, checked_value
from luodi.profiles.names import script_of
from luodi.rules.library import company_vocabulary
from luodi.web.accounts.actions.companies import new_company
from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, Membership, User
from luodi.web.accounts.validation import MergedAway
from luodi.web.companies import forms
from luodi.web.companies.models import CompanyName, Consent, Contact, Fact, Holding, Identifier, Label, Origin
from luodi.web.core.actions import Changed, Created, Deleted, Unchanged, action

Row = TypeVar("Row", bound=models.Model)


@action("create", model=Company, form=forms.New, permission="change", creates=True, entries=["add"])
def create(name_zh: str, name_en: str, country: str = "", identifiers: dict[str, str] | None = None) -> Created:
    """A new company with its identifiers by scheme. Nothing is made where one of them is bad or taken."""
    numbers = {checked_scheme(scheme): value for scheme, value in (identifiers or {}).items() if value.strip()}
    code = checked_value(USCC, numbers[USCC]) if USCC in numbers else None
    company = new_company(name_zh, name_en, code, country)
    for scheme, value in numbers.items():
        _identifier(company, scheme, value, None, "")
    return Created(company)


def itself(company: Company) -> Company:
    return company


def company_of(row: CompanyName | Label | Holding | Contact | Membership) -> Company | None:
    return row.company


def _not_merged(company: Company) -> Company:
    """Raises `MergedAway`."""
    if company.merged_into_id:
        raise MergedAway("companies.company-merged-into-another")
    return company


def _saved(row: Row) -> Row:
    """Raises `BadInput` for a text that is too long, a word that is not on the list, an address that is none."""
    try:
        row.full_clean(exclude=["by"], validate_constraints=False)
    except ValidationError as problem:
        name, texts = next(iter(problem.message_dict.items()))
        raise BadInput("common.as-said", text=" ".join(texts), at=name) from None
    row.save()
    return row


# ---- names and identifiers


@action("name", model=CompanyName, form=forms.Name, permission="change", parent=Company, holder=itself, entries=["add"])
def add_name(
    company: Company,
    text: str,
    kind: str = CompanyName.Kind.LEGAL,
    language: str = "",
    starts: date | None = None,
    ends: date | None = None,
    source: str = "",
) -> Created:
    """One more name, by which the company is found from now on."""
    _not_merged(company)
    if not text.strip():
        raise MissingKey("companies.name", at="text")
    _in_order(starts, ends)
    name = CompanyName(company=company, text=text.strip(), kind=kind, language=language, source=source)
    name.script, name.starts, name.ends = script_of(text), starts, ends
    _saved(name)
    reindex(company)
    return Created(name)


@action("remove_name", model=CompanyName, form=forms.OnRow, permission="change", holder=company_of, entries=["remove"])
def remove_name(name: CompanyName) -> Deleted:
    """A name that was wrong; the journal keeps what it was."""
    reindex(_not_merged(name.company), but=[name.pk])
    return Deleted()


def reindex(company: Company, but: Iterable[int] = ()) -> None:
    """The words of a company's further names, and of those that were merged into it."""
    names = list(CompanyName.objects.filter(company=company).exclude(pk__in=but).values_list("text", flat=True))
    for pair in Company.objects.filter(merged_into=company).values_list("name_zh", "name_en"):
        names += [name for name in pair if name]
    index_names(company, names, own=False)


@action(
    "number", model=Identifier, form=forms.Number, permission="change", parent=Company, holder=itself, entries=["add"]
)
def add_identifier(
    company: Company, scheme: str, value: str, verified: date | None = None, source: str = ""
) -> Created:
    """Raises `BadCode` for a wrong check digit, `DuplicateKey` where another company has the number."""
    return Created(_identifier(_not_merged(company), checked_scheme(scheme), value, verified, source))


def _identifier(company: Company, scheme: str, value: str, verified: date | None, source: str) -> Identifier:
    value = checked_value(scheme, value)
    taken = Identifier.objects.filter(scheme=scheme, value=value).exclude(company=company).exists()
    if scheme == USCC:
        taken = taken or Company.objects.filter(credit_code=value).exclude(pk=company.pk).exists()
    said = {"company": company, "verified": verified, "source": source}
    made, _ = (None, False) if taken else Identifier.objects.get_or_create(said, scheme=scheme, value=value)
    if made is None or made.company_id != company.pk:  # another one may have got it at this moment
        raise DuplicateKey("companies.taken", number=f"{scheme} {value}")
    made.verified, made.source = verified, source
    made.save(update_fields=["verified", "source"])
    if scheme == USCC and not company.credit_code:
        company.credit_code = value
        company.save(update_fields=["credit_code"])
    return made


# ---- what it does


@action("label", model=Label, form=forms.LabelForm, permission="change", parent=Company, holder=itself, entries=["add"])
def add_label(company: Company, kind: str, code: str) -> Created | Unchanged:
    """A sector by its code of GB/T 4754, or a field of technology. Repeating it changes nothing."""
    word = code.strip()
    if kind == Label.Kind.SECTOR:
        check_industry(word)
    elif not word or len(word) > 80:
        raise BadInput("companies.technology", at="code")
    there = Label.objects.filter(company=_not_merged(company), kind=kind, code=word).first()
    return Unchanged(there) if there else Created(_saved(Label(company=company, kind=kind, code=word)))


@action("remove_label", model=Label, form=forms.OnRow, permission="change", holder=company_of, entries=["remove"])
def remove_label(label: Label) -> Deleted:
    """A label that was wrong; the journal keeps what it was."""
    _not_merged(label.company)
    return Deleted()


# ---- facts


@action("fact", model=Fact, form=forms.FactForm, permission="change", parent=Company, holder=itself, entries=["add"])
def say_fact(
    company: Company,
    attribute: str,
    value: object,
    as_of: date,
    origin: str,
    source: str = "",
    *,
    actor: User | None,
    at: datetime,
) -> Created:
    """What somebody says, typed by the vocabulary. It stands beside what was said before, and overwrites none of it.

    A representative declares; what a document or a register says is entered by those who have seen it.
    """
    _not_merged(company)
    if company_vocabulary().parse(attribute, value) is None:
        raise MissingKey("companies.value", at="value")
    fact = Fact(company=company, attribute=attribute, value=value, as_of=as_of, origin=Origin(origin), source=source)
    fact.by, fact.at = actor, at
    return Created(_saved(fact))


# ---- who owns it


@action(
    "holding",
    model=Holding,
    form=forms.HoldingForm,
    permission="change",
    parent=Company,
    holder=itself,
    entries=["add"],
)
def add_holding(
    company: Company,
    share: str,
    holder: int | None = None,
    holder_name: str = "",
    holder_kind: str = "unknown",
    votes: str = "",
    starts: date | None = None,
    ends: date | None = None,
    origin: str = Origin.DECLARED,
    source: str = "",
) -> Created:
    """A stake from a day to before another. Raises `BadInput` for a share that is none."""
    _not_merged(company)
    for text in filter(None, (share, votes)):
        parse_share(text)
    _in_order(starts, ends)
    if (holder is None) == (not holder_name.strip()) or holder == company.pk:
        raise BadInput("companies.holder", at="holder_name")
    made = Holding(
        company=company,
        holder_id=holder,
        holder_name=holder_name.strip(),
        holder_kind="company" if holder else parse_kind(holder_kind),
        share=share.strip(),
        votes=votes.strip(),
        starts=starts,
        ends=ends,
        origin=Origin(origin),
        source=source,
    )
    return Created(_saved(made))


@action("end_holding", model=Holding, form=forms.EndHolding, permission="change", holder=company_of, entries=["end"])
def end_holding(holding: Holding, ends: date) -> Changed:
    """The stake ends with the day before `ends`."""
    _not_merged(holding.company)
    _in_order(holding.starts, ends)
    return Changed({"ends": ends})


def _in_order(starts: date | None, ends: date | None) -> None:
    if starts and ends and ends <= starts:
        raise BadInput("companies.days", at="ends")


# ---- people there, and what they allowed


@action(
    "contact",
    model=Contact,
    form=forms.ContactForm,
    permission="change",
    parent=Company,
    holder=itself,
    entries=["add"],
)
def add_contact(
    company: Company, name: str, post: str = "", email: str = "", phone: str = "", language: str = "zh"
) -> Created:
    _not_merged(company)
    return Created(
        _saved(Contact(company=company, name=name.strip(), post=post, email=email, phone=phone, language=language))
    )


@action("left", model=Contact, form=forms.OnRow, permission="change", holder=company_of)
def contact_left(contact: Contact, on: date | None = None, *, at: datetime) -> Changed | Unchanged:
    """They are no contact any more; their term runs from this day, today if left out. Repeating it keeps the first."""
    _not_merged(contact.company)
    return Unchanged() if contact.left else Changed({"left": on or timezone.localdate(at)})


@action(
    "consent",
    model=Consent,
    form=forms.ConsentForm,
    permission="change",
    parent=Contact,
    holder=company_of,
    entries=["add"],
)
def give_consent(contact: Contact, purpose: str, channel: str, given: date, how: str) -> Created:
    _not_merged(contact.company)
    if not how.strip():
        raise MissingKey("companies.how", at="how")
    return Created(_saved(Consent(contact=contact, purpose=purpose, channel=channel, given=given, how=how.strip())))


@action(
    "withdraw", model=Consent, form=forms.OnRow, permission="change", holder=lambda consent: consent.contact.company
)
def withdraw_consent(consent: Consent, on: date | None = None, *, at: datetime) -> Changed | Unchanged:
    """From this day on, today if left out. Repeating it keeps the first day."""
    _not_merged(consent.contact.company)
    return Unchanged() if consent.withdrawn else Changed({"withdrawn": on or timezone.localdate(at)})
