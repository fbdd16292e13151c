"""The list of companies, declared once for its page, programs and files."""

from collections.abc import Callable
from typing import Final

from django.db.models import Q, QuerySet

from luodi.web.accounts.company_index import found_by
from luodi.web.accounts.models import Company
from luodi.web.companies.models import Identifier, Label
from luodi.web.core.lists import Asked, Column, Filter, RecordList, clean_text

_MOST_NUMBERS: Final = 50


def _by_words(rows: QuerySet[Company], text: str, asked: Asked) -> QuerySet[Company]:
    """By a name, or by a number; those of a company that was merged find the one it became."""
    return rows.filter(pk__in=with_number(text)) | found_by(rows, text)


def with_number(text: str) -> list[int]:
    """Keys of companies with a number of any register; of a merged one that of the company it became."""
    number = "".join(text.split()).upper()
    rows = Identifier.objects.filter(value__in={number, text.upper()}).values_list("company_id", flat=True)
    coded = Company.objects.filter(credit_code=number).values_list("pk", "merged_into_id")
    return sorted({*rows[:_MOST_NUMBERS], *(kept or pk for pk, kept in coded)})


def _of_country(rows: QuerySet[Company], code: str, asked: Asked) -> QuerySet[Company]:
    return rows.filter(country=code)


def _labelled(kind: Label.Kind, lookup: str) -> Filter[Company]:
    def narrow(rows: QuerySet[Company], code: str, asked: Asked) -> QuerySet[Company]:
        labels = Label.objects.filter(kind=kind, **{lookup: code})
        return rows.filter(pk__in=labels.values("company_id"))

    return Filter(kind.value, clean_text, narrow)


def _joined(texts: Callable[[Company], list[str]]) -> Callable[[Company, str], str]:
    return lambda company, lang: "; ".join(texts(company))


COMPANIES: Final = RecordList(
    Company,
    "companies",
    "companies:companies",
    only=Q(merged_into=None),
    filters=(
        Filter("words", clean_text, _by_words),
        Filter("country", lambda text: clean_text(text).upper(), _of_country),
        _labelled(Label.Kind.SECTOR, "code__startswith"),
        _labelled(Label.Kind.TECHNOLOGY, "code"),
    ),
    prefetched=("identifiers",),  # files and programs add the labels
    columns=(
        Column("number", lambda company, lang: company.pk),
        Column("name_zh", lambda company, lang: company.name_zh),
        Column("name_en", lambda company, lang: company.name_en),
        Column("country", lambda company, lang: company.country),
        Column("numbers", _joined(lambda company: [str(one) for one in company.identifiers.all()])),
        Column("labels", _joined(lambda company: [str(one) for one in company.labels.all()])),
    ),
)
