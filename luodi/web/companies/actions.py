"""Changing what is kept of a company: one function an act. Each locks, permits, decides, saves and writes down."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from luodi.errors import BadInput, DuplicateKey, MissingKey
from luodi.ownership.interval import parse_share
from luodi.ownership.stakes import parse_kind
from luodi.profiles.codes import check_industry
from luodi.rules.library import company_vocabulary
from luodi.web.accounts.actions import MergedAway, add_company
from luodi.web.accounts.company_index import index_names
from luodi.web.accounts.models import Company, User
from luodi.web.accounts.naming import script_of
from luodi.web.companies.acting import locked, once, spend, unchanged
from luodi.web.companies.models import CompanyName, Consent, Contact, Fact, Holding, Identifier, Label, Origin
from luodi.web.companies.schemes import USCC, checked_scheme, checked_value
from luodi.web.core.models import ActionKey
from luodi.web.core.permissions import require
from luodi.web.core.snapshots import snapshot
from luodi.web.journal.actions import write

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Form:
    """Who acts, when, with the form's key and the version of the company it was made from."""

    by: User | None
    at: datetime
    key: str = ""
    version: int | None = None


def open_company(pk: Any, form: Form) -> Company:
    """The company, locked for one act. Raises `MergedAway`, `StaleVersion`, `NotPermitted`."""
    company = locked(Company, pk)
    if form.by is not None:
        require(form.by, "change", company)
    if company.merged_into_id:
        raise MergedAway("companies.company-merged-into-another")
    return company


@transaction.atomic
def create(
    name_zh: str, name_en: str, form: Form, *, country: str = "", identifiers: dict[str, str] | None = None
) -> Company:
    """A new company with its identifiers by scheme. Nothing is made where one of them is bad or taken."""
    numbers = {checked_scheme(scheme): value for scheme, value in (identifiers or {}).items() if value.strip()}
    code = checked_value(USCC, numbers[USCC]) if USCC in numbers else None
    company = add_company(name_zh, name_en, credit_code=code, country=country, by=form.by, at=form.at)
    for scheme, value in numbers.items():
        _identifier(company, scheme, value, None, "")
    return company


def create_once(name_zh: str, name_en: str, form: Form, **more: Any) -> Company:
    """The same, once for each key: sent again, it gives the company that was made."""
    try:
        return _created_once(name_zh, name_en, form, **more)
    except IntegrityError:  # two at once: what the other one stored is found now
        return _created_once(name_zh, name_en, form, **more)


@transaction.atomic
def _created_once(name_zh: str, name_en: str, form: Form, **more: Any) -> Company:
    done = made_by(form.key)
    if done is not None:
        return done
    made = create(name_zh, name_en, form, **more)
    spend(form.key, made, form.at, form.by)
    return made


def made_by(key: str) -> Company | None:
    """The company that a form with this key made, if it had its effect."""
    done = ActionKey.objects.filter(key=key, target__startswith=f"{Company._meta.label} ").first() if key else None
    return Company.objects.get(pk=done.target.rsplit(" ", 1)[1]) if done else None


def _act(pk: Any, form: Form, act: Callable[[Company], Row]) -> Row | None:
    """One act on a company; None where the same form had its effect already."""
    with transaction.atomic():
        company = open_company(pk, form)
        made: list[Row] = []

        def do() -> None:
            unchanged(company, form.version)
            made.append(act(company))
            company.version += 1
            company.save(update_fields=["version"])

        once(form.key, company, form.at, do, form.by)
        return made[0] if made else None


def _added(row: Row, form: Form, act: str = "add") -> Row:
    _checked(row)
    row.save()
    write(act, row, by=form.by, after=snapshot(row), at=form.at)
    return row


def _checked(row: models.Model) -> None:
    """Raises `BadInput` for a text that is too long, a word that is not on the list, an address that is none."""
    try:
        row.full_clean(exclude=["by"], validate_constraints=False)
    except ValidationError as problem:
        name, texts = next(iter(problem.message_dict.items()))
        raise BadInput("common.as-said", text=" ".join(texts), at=name) from None


# ---- names and identifiers


def add_name(
    company: int,
    text: str,
    form: Form,
    *,
    kind: str = CompanyName.Kind.LEGAL,
    language: str = "",
    starts: date | None = None,
    ends: date | None = None,
    source: str = "",
) -> CompanyName | None:
    """One more name, by which the company is found from now on."""

    def act(found: Company) -> CompanyName:
        if not text.strip():
            raise MissingKey("companies.name", at="text")
        _in_order(starts, ends)
        name = CompanyName(
            company=found,
            text=text.strip(),
            kind=kind,
            language=language,
            script=script_of(text),
            starts=starts,
            ends=ends,
            source=source,
        )
        _added(name, form)
        reindex(found)
        return name

    return _act(company, form, act)


def reindex(company: Company) -> None:
    """The words of a company's further names, and of those that were merged into it."""
    names = list(CompanyName.objects.filter(company=company).values_list("text", flat=True))
    for pair in Company.objects.filter(merged_into=company).values_list("name_zh", "name_en"):
        names += [name for name in pair if name]
    index_names(company, names, own=False)


def add_identifier(
    company: int, scheme: str, value: str, form: Form, *, verified: date | None = None, source: str = ""
) -> Identifier | None:
    """Raises `BadCode` for a wrong check digit, `DuplicateKey` where another company has the number."""

    def act(found: Company) -> Identifier:
        made = _identifier(found, checked_scheme(scheme), value, verified, source)
        write("add", made, by=form.by, after=snapshot(made), at=form.at)
        return made

    return _act(company, form, act)


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


def add_label(company: int, kind: str, code: str, form: Form) -> Label | None:
    """A sector by its code of GB/T 4754, or a field of technology. Repeating it changes nothing."""

    def act(found: Company) -> Label:
        word = code.strip()
        if kind == Label.Kind.SECTOR:
            check_industry(word)
        elif not word or len(word) > 80:
            raise BadInput("companies.technology", at="code")
        there = Label.objects.filter(company=found, kind=kind, code=word).first()
        return there or _added(Label(company=found, kind=kind, code=word), form)

    return _act(company, form, act)


def remove(company: int, row: models.Model, form: Form) -> None:
    """Take away a label or a name that was wrong; the journal keeps what it was."""

    def act(found: Company) -> models.Model:
        write("remove", row, by=form.by, before=snapshot(row), at=form.at)
        row.delete()
        if isinstance(row, CompanyName):
            reindex(found)
        return found

    _act(company, form, act)


# ---- facts


def say_fact(
    company: int, attribute: str, value: object, form: Form, *, as_of: date, origin: str, source: str = ""
) -> Fact | None:
    """What somebody says, typed by the vocabulary. It stands beside what was said before, and overwrites none of it.

    A representative declares; what a document or a register says is entered by those who have seen it.
    """

    def act(found: Company) -> Fact:
        if company_vocabulary().parse(attribute, value) is None:
            raise MissingKey("companies.value", at="value")
        fact = Fact(
            company=found,
            attribute=attribute,
            value=value,
            as_of=as_of,
            origin=Origin(origin),
            source=source,
            by=form.by,
            at=form.at,
        )
        return _added(fact, form)

    return _act(company, form, act)


# ---- who owns it


def add_holding(
    company: int,
    share: str,
    form: Form,
    *,
    holder: int | None = None,
    holder_name: str = "",
    holder_kind: str = "unknown",
    votes: str = "",
    starts: date | None = None,
    ends: date | None = None,
    origin: str = Origin.DECLARED,
    source: str = "",
) -> Holding | None:
    """A stake from a day to before another. Raises `BadInput` for a share that is none."""

    def act(found: Company) -> Holding:
        for text in filter(None, (share, votes)):
            parse_share(text)
        _in_order(starts, ends)
        if (holder is None) == (not holder_name.strip()) or holder == found.pk:
            raise BadInput("companies.holder", at="holder_name")
        made = Holding(
            company=found,
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
        return _added(made, form)

    return _act(company, form, act)


def end_holding(holding: Holding, ends: date, form: Form) -> None:
    """The stake ends with the day before `ends`."""

    def act(found: Company) -> Holding:
        row = locked(Holding, holding.pk)
        _in_order(row.starts, ends)
        before = snapshot(row)
        row.ends = ends
        row.save(update_fields=["ends"])
        write("end", row, by=form.by, before=before, after=snapshot(row), at=form.at)
        return row

    _act(holding.company_id, form, act)


def _in_order(starts: date | None, ends: date | None) -> None:
    if starts and ends and ends <= starts:
        raise BadInput("companies.days", at="ends")


# ---- people there, and what they allowed


def add_contact(
    company: int, name: str, form: Form, *, post: str = "", email: str = "", phone: str = "", language: str = "zh"
) -> Contact | None:
    def act(found: Company) -> Contact:
        made = Contact(company=found, name=name.strip(), post=post, email=email, phone=phone, language=language)
        _checked(made)
        made.save()
        _permitted(form, made)
        write("add", made, by=form.by, after=snapshot(made), at=form.at)
        return made

    return _act(company, form, act)


def contact_left(contact: Contact, form: Form, *, on: date) -> None:
    """They are no contact any more; their term runs from this day."""

    def act(found: Company) -> Contact:
        row = locked(Contact, contact.pk)
        _permitted(form, row)
        before = snapshot(row)
        row.left = row.left or on
        row.save(update_fields=["left"])
        write("left", row, by=form.by, before=before, after=snapshot(row), at=form.at)
        return row

    _act(contact.company_id, form, act)


def give_consent(contact: Contact, purpose: str, channel: str, form: Form, *, given: date, how: str) -> Consent | None:
    def act(found: Company) -> Consent:
        _permitted(form, contact)
        if not how.strip():
            raise MissingKey("companies.how", at="how")
        return _added(Consent(contact=contact, purpose=purpose, channel=channel, given=given, how=how.strip()), form)

    return _act(contact.company_id, form, act)


def withdraw_consent(consent: Consent, form: Form, *, on: date) -> None:
    """From this day on. Repeating it keeps the first day."""

    def act(found: Company) -> Consent:
        row = locked(Consent, consent.pk)
        _permitted(form, row)
        before = snapshot(row)
        row.withdrawn = row.withdrawn or on
        row.save(update_fields=["withdrawn"])
        write("withdraw", row, by=form.by, before=before, after=snapshot(row), at=form.at)
        return row

    _act(consent.contact.company_id, form, act)


def _permitted(form: Form, row: models.Model) -> None:
    if form.by is not None:
        require(form.by, "change", row)
