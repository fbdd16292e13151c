"""The inbox as it is shown, as CSV or as a workbook; no cell of it is taken for a formula.

Names and addresses of people stay here: they are for whoever works on the lead.
"""

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from luodi.web.core.words import say
from luodi.web.leads.models import Lead
from luodi.web.leads.scoring import points_shown

HEADS: Final = ("number", "lead", "company", "country", "low", "high", "state", "wakes", "officer", "received", "case")


def heads(lang: str) -> list[str]:
    return [say(f"leads.head_{name}", lang) for name in HEADS]


def rows_of(found: QuerySet[Lead], lang: str) -> Iterator[list[str]]:
    """In the order of the inbox. The language is given, since a file is still being written when its page is over."""
    for one in found.select_related("case").iterator(chunk_size=500):
        company = one.company and ((one.company.name_zh if lang == "zh" else one.company.name_en) or str(one.company))
        yield [
            str(one.pk),
            one.title,
            company or one.company_name,
            one.country,
            points_shown(one.low),
            points_shown(one.high),
            say(f"leads.state_{one.state}", lang),
            one.wakes.isoformat() if one.wakes else "",
            str(one.officer or ""),
            timezone.localdate(one.received).isoformat(),
            one.case.reference if one.case else "",
        ]
