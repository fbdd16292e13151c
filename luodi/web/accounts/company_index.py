"""Keeping the words by which companies are found, and finding companies by them, the same on both databases."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from luodi.web.accounts.models import Company, CompanyWord
from luodi.web.accounts.naming import SAME, asked, name_key, words_of


def index_names(company: Company, names: Iterable[str], *, own: bool = True) -> None:
    """Put the words of these names in the place of those that were there; `own` are those of the company's row."""
    wanted = words_of(names)
    there = set(CompanyWord.objects.filter(company=company, own=own).values_list("word", flat=True))
    CompanyWord.objects.filter(company=company, own=own, word__in=there - wanted).delete()
    CompanyWord.objects.bulk_create(CompanyWord(company=company, word=word, own=own) for word in sorted(wanted - there))


def put_words(rows: Iterable[tuple[int, str, bool]]) -> None:
    """Many words at once, none of which is there yet: company, word, whether it is of its own names.

    Past the ORM, since a company has some fifteen words: a hundred thousand companies are seconds and not minutes.
    """
    table, columns = CompanyWord._meta.db_table, "company_id, word, own"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s)", list(rows))
            return
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def found_by(rows: QuerySet[Company], query: str) -> QuerySet[Company]:
    """Those of `rows` one of whose names holds every word of the query; none where it holds no word."""
    terms = list(asked(query))
    for word, longer in terms:
        here = _begins(word) if longer else Q(word=word)
        rows = rows.filter(pk__in=CompanyWord.objects.filter(here).values("company_id"))
    return rows if terms else rows.none()


def few_found_by(query: str, most: int) -> list[int] | None:
    """The keys of the companies that `found_by` finds among all; None where there are more than `most`."""
    rows = None
    for word, longer in asked(query):
        here = CompanyWord.objects.filter(_begins(word) if longer else Q(word=word)).values_list(
            "company_id", flat=True
        )
        rows = here if rows is None else rows.filter(company_id__in=here)
    found = list(rows.distinct()[: most + 1]) if rows is not None else []
    return found if len(found) <= most else None


def _begins(word: str) -> Q:
    """SQLite reads an index for a range and not for `LIKE`; PostgreSQL has one for `LIKE`, whatever its collation."""
    if connection.vendor == "sqlite":
        return Q(word__gte=word, word__lt=word + "\U0010ffff")
    return Q(word__startswith=word)


def of_the_same_name(names: Iterable[str]) -> QuerySet[Company]:
    """Companies with a name whose key is that of one of these: the same but for case, punctuation or legal form."""
    keys = {SAME + key for key in map(name_key, names) if key}
    return Company.objects.filter(
        pk__in=CompanyWord.objects.filter(word__in=keys).values("company_id"), merged_into=None
    )
