"""What rows of a file add to companies: what is missing there. What somebody has taken away or changed by hand after an
earlier file of the same source is not brought back."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from django.utils import timezone

from luodi.company_files.mapping import shown_by
from luodi.profiles.identifiers import USCC
from luodi.profiles.names import script_of, words_of
from luodi.web.accounts.company_index import put_words
from luodi.web.accounts.models import Company, CompanyWord, User
from luodi.web.companies.models import (
    CompanyName,
    Fact,
    Holding,
    Identifier,
    ImportRun,
    InboundRecord,
    Label,
    MatchDecision,
)

Decided = MatchDecision.State
_AT_ONCE: Final = 500  # rows of one statement
MODELS: Final[dict[str, Any]] = {model._meta.label: model for model in (Identifier, CompanyName, Label, Fact, Holding)}
There = set[tuple[str, int, str]]
"""Label of a model, company (0 where any company counts), and what the row says."""


def apply_all(
    pairs: list[tuple[InboundRecord, Company]], run: ImportRun, *, at: datetime, by: User | None, fresh: bool = False
) -> list[dict[str, Any]]:
    """Add what is missing, for many records at once; what was added of each. `fresh` companies have nothing yet."""
    there = _there([company for _, company in pairs], [record for record, _ in pairs], run)
    added: list[list[tuple[str, Any]]] = []
    filled: dict[int, Company] = {}
    for record, company in pairs:
        added.append(list(_missing(_rows(record, run, company, at, by), there)))
        if _fill(company, record, [row for _, row in added[-1]]):
            filled[company.pk] = company
    rows = [row for own in added for _, row in own]
    for model in MODELS.values():
        model._base_manager.bulk_create([row for row in rows if isinstance(row, model)], batch_size=_AT_ONCE)
    Company.objects.bulk_update(filled.values(), ["country", "credit_code"], batch_size=_AT_ONCE)
    Company.objects.filter(pk__in={company.pk for _, company in pairs}).update(version=F("version") + 1)
    index_words([company for _, company in pairs], _more_names(rows), fresh=fresh)
    return [_by_model(own) for own in added]


def _missing(rows: Iterable[tuple[str, Any]], there: There) -> Iterable[tuple[str, Any]]:
    for value, row in rows:
        key = (row._meta.label, 0 if isinstance(row, Identifier) else row.company_id, value)
        if key not in there:
            there.add(key)
            yield value, row


def _fill(company: Company, record: InboundRecord, rows: Iterable[Any]) -> bool:
    """Country and credit code where the company has none; whether it got one."""
    before = company.country, company.credit_code
    company.country = company.country or record.said.get("country", "")
    for row in rows:
        if isinstance(row, Identifier) and row.scheme == USCC:
            company.credit_code = company.credit_code or row.value
    return (company.country, company.credit_code) != before


def _by_model(own: Iterable[tuple[str, Any]]) -> dict[str, dict[str, int]]:
    applied: dict[str, dict[str, int]] = {}
    for value, row in own:
        applied.setdefault(row._meta.label, {})[value] = row.pk
    return applied


def _there(companies: list[Company], records: list[InboundRecord], run: ImportRun) -> There:
    """What the companies have, and what earlier files of the same source added: where that is gone, somebody took it
    away. A number that another company has is there too: a person settles it by a merge."""
    keys = {company.pk for company in companies}
    numbers = [value for record in records for _, value in numbers_of(record)]
    found = {(Identifier._meta.label, 0, f"{s} {v}") for s, v in numbers_held(numbers, keys)}
    for company in companies:
        found |= {(CompanyName._meta.label, company.pk, name) for name in (company.name_zh, company.name_en)}
    for model, says in _SAYS.items():
        found |= {
            (model._meta.label, row.company_id, says(row)) for row in model._base_manager.filter(company__in=keys)
        }
    earlier = MatchDecision.objects.filter(company__in=keys, record__run__source=run.source_id, state=Decided.CONFIRMED)
    for company_id, applied in earlier.values_list("company_id", "applied"):
        for label, values in applied.items():
            found |= {(label, 0 if label == Identifier._meta.label else company_id, value) for value in values}
    return found


def numbers_held(numbers: list[str], own: set[int]) -> set[tuple[str, str]]:
    """Numbers that some company has: by an identifier, or another one by its credit code."""
    found = set(Identifier.objects.filter(value__in=numbers).values_list("scheme", "value"))
    codes = Company.objects.filter(credit_code__in=numbers).exclude(pk__in=own).values_list("credit_code", flat=True)
    return found | {(USCC, str(code)) for code in codes}


_SAYS: Final[dict[Any, Callable[[Any], str]]] = {
    CompanyName: lambda row: row.text,
    Label: lambda row: f"{row.kind} {row.code}",
    Fact: lambda row: f"{row.attribute} {row.value} {row.as_of} {row.origin}",
    Holding: lambda row: f"{row.holder_name} {row.share} {row.starts or ''}",
}


def _rows(
    record: InboundRecord, run: ImportRun, company: Company, at: datetime, by: User | None
) -> Iterable[tuple[str, Any]]:
    """Every row that the record would add, by what it says."""
    source = run.source
    told, on = f"{source.name}, {run.name}"[:300], timezone.localdate(run.at)
    for one in record.said.get("identifiers", []):
        yield f"{one['scheme']} {one['value']}", Identifier(company=company, source=told, **one)
    made: list[Any] = [
        CompanyName(company=company, source=told, script=script_of(one["text"]), **one)
        for one in record.said.get("names", [])
    ]
    made += [Label(company=company, **one) for one in record.said.get("labels", [])]
    made += [
        Fact(company=company, attribute=name, value=value, as_of=on, origin=source.origin, source=told, by=by, at=at)
        for name, value in record.said.get("facts", {}).items()
    ]
    made += [
        Holding(
            company=company,
            holder_name=one["holder"][:300],
            holder_kind=one["kind"],
            share=one["share"][:40],
            votes=one["votes"][:40],
            starts=one["starts"],
            ends=one["ends"],
            origin=source.origin,
            source=told,
        )
        for one in record.said.get("holdings", [])
    ]
    for row in made:
        yield _SAYS[type(row)](row), row


def new_company(record: InboundRecord) -> Company:
    zh, en = shown_by(record.said["names"])
    return Company(name_zh=zh, name_en=en, country=record.said.get("country", ""))


def numbers_of(record: InboundRecord) -> set[tuple[str, str]]:
    return {(one["scheme"], one["value"]) for one in record.said.get("identifiers", [])}


def _more_names(rows: Iterable[Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        if isinstance(row, CompanyName):
            found.setdefault(row.company_id, []).append(row.text)
    return found


def index_words(companies: Iterable[Company], more: dict[int, list[str]], *, fresh: bool) -> None:
    """The words of new companies, or of further names of those that were there."""
    if not fresh:
        wanted = {(key, word) for key, names in more.items() for word in words_of(names)}
        there = CompanyWord.objects.filter(company__in=more, own=False).values_list("company_id", "word")
        put_words((key, word, False) for key, word in sorted(wanted.difference(there)))
        return
    put_words(
        (company.pk, word, own)
        for company in companies
        for own, names in ((True, (company.name_zh, company.name_en)), (False, more.get(company.pk, ())))
        for word in sorted(words_of(filter(None, names)))
    )
