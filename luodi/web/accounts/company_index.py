"""Keeping the words by which companies are found, and finding companies by them, the same on both databases."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Lookup, Model, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from luodi.profiles.initials import INITIALS, could_be_initials
from luodi.profiles.names import SAME, asked, name_key, words_of
from luodi.web.accounts.models import Company, CompanyWord

Row = TypeVar("Row", bound=Model)


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


def found_by(rows: QuerySet[Row], query: str, company: str = "pk") -> QuerySet[Row]:
    """Those of `rows`, companies or rows with one, of whose names one holds every word of the query; none where it
    holds no word."""
    terms = list(asked(query))
    for word, longer in terms:
        rows = rows.filter(**{f"{company}__in": _with(word, longer).values("company_id")})
    return rows if terms else rows.none()


def few_found_by(query: str, most: int) -> list[int] | None:
    """The keys of the companies that `found_by` finds among all; None where there are more than `most`."""
    rows = None
    for word, longer in asked(query):
        here = _with(word, longer).values_list("company_id", flat=True)
        rows = here if rows is None else rows.filter(company_id__in=here)
    found = list(rows.distinct()[: most + 1]) if rows is not None else []
    return found if len(found) <= most else None


def _with(word: str, longer: bool) -> QuerySet[CompanyWord]:
    """Rows with the word, or with one that begins with it."""
    return CompanyWord.objects.filter(with_word(word, longer))


def with_word(word: str, longer: bool) -> Q:
    """Rows of an index of words with the word, or with one that begins with it, as a word or as initials of pinyin."""
    if not longer:
        return Q(word=word)
    found = begins(word)
    return found | begins(INITIALS + word) if could_be_initials(word) else found


def begins(text: str, field: str = "word") -> Q:
    """Rows of which a field begins so, by the order of its index."""
    return Q(_NotBefore(F(field), text), _Before(F(field), text + "\U0010ffff"))


class _NotBefore(Lookup[str]):
    """By the order of the index, which PostgreSQL keeps byte by byte whatever its collation. A range and no `LIKE`:
    SQLite reads no index for one, and PostgreSQL reads all words once it has prepared it for any beginning."""

    postgresql, sqlite = "~>=~", ">="

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        left, before = self.process_lhs(compiler, connection)
        right, behind = self.process_rhs(compiler, connection)
        return f"{left} {getattr(self, connection.vendor)} {right}", (*before, *behind)


class _Before(_NotBefore):
    postgresql, sqlite = "~<~", "<"


def of_the_same_name(names: Iterable[str]) -> QuerySet[Company]:
    """Companies with a name whose key is that of one of these: the same but for case, punctuation or legal form."""
    keys = {SAME + key for key in map(name_key, names) if key}
    found = CompanyWord.objects.filter(word__in=sorted(keys)).values_list("company_id", flat=True)
    # Named one by one: PostgreSQL expects many of a name and would read through the companies to find the few.
    return Company.objects.filter(pk__in=set(found), merged_into=None)
