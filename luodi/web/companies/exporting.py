"""Lists of companies that leave the site as CSV or as a workbook; no cell of them is taken for a formula."""

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from luodi.documents.report_csv import as_csv
from luodi.web.accounts.models import Company
from luodi.web.companies.models import ImportRun, InboundRecord
from luodi.web.core.error_words import in_full

HEADS: Final = ("number", "name_zh", "name_en", "country", "numbers", "labels")


def rows_of(found: QuerySet[Company]) -> Iterator[list[str]]:
    for one in found.prefetch_related("identifiers", "labels").iterator(chunk_size=500):
        numbers = [f"{number.scheme} {number.value}" for number in one.identifiers.all()]
        labels = [label.code for label in one.labels.all()]
        yield [str(one.pk), one.name_zh, one.name_en, one.country, "; ".join(numbers), "; ".join(labels)]


def skipped(run: ImportRun, lang: str) -> Iterator[str]:
    """The rows of a file that are no company, each with the reason, so that they can be mended and brought again."""
    found = InboundRecord.objects.filter(run=run, state=InboundRecord.State.SKIPPED).order_by("line")
    first = found.first()
    columns = list(first.raw["cells"]) if first else []
    rows = (
        [one.line, in_full(one.problem, lang), *(one.raw["cells"].get(name, "") for name in columns)]
        for one in found.iterator()
    )
    return as_csv(["line", "problem", *columns], rows)
