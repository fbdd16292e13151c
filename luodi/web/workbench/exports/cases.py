"""What leaves the desk as a file: the cases that were asked for, with their clocks. Each file is an export record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from luodi.documents.answers import country_name
from luodi.documents.report import MOST_ROWS, Cell, Report, Section, Table, TooManyRows
from luodi.documents.report_pdf import report_pdf
from luodi.web.accounts.models import User
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export
from luodi.web.workbench.queries.cases import cases_asked
from luodi.web.workbench.queries.clock_rows import reading, waiting_on, what


@dataclass(frozen=True)
class Form:
    write: Callable[[Report], bytes]
    type: str


# What writes these takes a fifth of a start to read, and is read for the first file.


def _xlsx(report: Report) -> bytes:
    from luodi.documents.report_xlsx import report_xlsx

    return report_xlsx(report)


def _docx(report: Report) -> bytes:
    from luodi.documents.report_docx import report_docx

    return report_docx(report)


FORMS: Final[Mapping[str, Form]] = {
    "xlsx": Form(_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": Form(_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": Form(report_pdf, "application/pdf"),
}


@transaction.atomic
def export_cases(user: User, asked: Mapping[str, str], lang: str, *, at: datetime) -> bytes:
    """The cases of a list as a workbook. Raises `TooManyRows`; then nothing left and nothing is written down."""
    on = timezone.localdate(at)
    found = cases_asked(user, asked, on, "export")
    if found[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise TooManyRows("workbench.too-many-rows")
    made = _xlsx(cases_report(_cases(found), _clocks(found), asked, user, lang, at))
    record_export(found, "xlsx", by=user, asked=dict(asked))
    return made


_AT_ONCE: Final = 2_000  # rows that are held as objects; of the others there are cells alone


def _cases(found: QuerySet[LandingCase]) -> Iterator[LandingCase]:
    """The newest first, without what no column shows."""
    read = found.select_related("company", "unit", "officer").order_by("-opened", "-pk")
    return read.only(*_OF_A_CASE).iterator(_AT_ONCE)


def _clocks(cases: QuerySet[LandingCase]) -> Iterator[Clock]:
    """One more than a workbook takes, where there are that many: then it is refused, and none is left out."""
    running = Clock.objects.filter(stopped=None, case__in=cases.values("pk")).order_by("due", "pk")
    read = running.select_related("case__company", "case__unit", "step").only(*_OF_A_CLOCK)
    return read.prefetch_related("pauses")[: MOST_ROWS + 1].iterator(_AT_ONCE)


_OF_A_CASE: Final = (
    "reference",
    "stage",
    "since",
    "health",
    "health_reason",
    "end",
    "opened",
    "estimated",
    "actual",
    "amount",
    "currency",
    "amount_kind",
    "amount_as_of",
    "contacted",
    "company__name_zh",
    "company__name_en",
    "company__country",
    "unit__name_zh",
    "unit__name_en",
    "officer__name",
    "officer__email",
)
_OF_A_CLOCK: Final = (
    "kind",
    "started",
    "limit",
    "stopped",
    "due",
    "request",
    "case__reference",
    "case__company__name_zh",
    "case__company__name_en",
    "case__unit__path",
    "step__title",
    "step__authority",
    "step__state",
)


_CASE: Final = (
    "reference",
    "company_zh",
    "company_en",
    "country",
    "unit",
    "officer",
    "stage",
    "since",
    "health",
    "reason",
    "end",
    "opened",
    "estimated",
    "actual",
    "amount",
    "currency",
    "amount_kind",
    "amount_as_of",
    "contacted",
)
_CLOCK: Final = (
    "reference",
    "company",
    "what",
    "waiting",
    "started",
    "limit",
    "running",
    "paused",
    "left",
    "due",
    "state",
)


def cases_report(
    cases: Iterable[LandingCase], clocks: Iterable[Clock], asked: Mapping[str, str], user: User, lang: str, at: datetime
) -> Report:
    """Two tables: cases, and the clocks that run in them."""
    on = timezone.localdate(at)
    tables = (
        _table("cases", _CASE, [_case_row(one, lang) for one in cases], lang),
        _table("clocks", _CLOCK, [_clock_row(one, on, lang) for one in clocks], lang),
    )
    return Report(
        say("workbench.export_cases", lang),
        lang,
        at,
        about(user, asked, lang, at),
        (Section("", (), tables),),
        definitions(("in_pool", "landed", "stage", "health", "clock", "money", "source"), lang),
    )


def about(user: User, asked: Mapping[str, str], lang: str, at: datetime) -> tuple[tuple[str, str], ...]:
    """Who took it, when, and with which filter: a file that is passed on still says so."""
    filters = "; ".join(f"{name}={value}" for name, value in asked.items()) or say("workbench.filter_any", lang)
    return (
        (say("workbench.about_made", lang), timezone.localtime(at).strftime("%Y-%m-%d %H:%M")),
        (say("workbench.about_by", lang), str(user)),
        (say("workbench.about_filter", lang), filters),
    )


def definitions(names: tuple[str, ...], lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((say(f"workbench.term_{name}", lang), say(f"workbench.means_{name}", lang)) for name in names)


def _table(name: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]], lang: str) -> Table:
    heads = tuple(say(f"workbench.head_{column}", lang) for column in columns)
    return Table(say(f"workbench.sheet_{name}", lang), say(f"workbench.sheet_{name}", lang), heads, rows)


def _case_row(one: LandingCase, lang: str) -> tuple[Cell, ...]:
    country = country_name(one.company.country, lang) if one.company.country else None
    return (
        one.reference,
        one.company.name_zh,
        one.company.name_en,
        country,
        unit_name(one.unit, lang),
        str(one.officer) if one.officer else None,
        say(f"term.stage_{one.stage}", lang),
        _day(one.since),
        say(f"term.health_{one.health}", lang),
        one.health_reason,
        say(f"term.end_{one.end}", lang),
        _day(one.opened),
        one.estimated,
        one.actual,
        one.amount,
        one.currency,
        one.amount_kind,
        one.amount_as_of,
        one.contacted,
    )


def _clock_row(one: Clock, on: date, lang: str) -> tuple[Cell, ...]:
    read = reading(one, on)
    assert read is not None
    state = "paused" if read.is_paused else "late" if read.is_over else "running"
    company = one.case.company
    name = (company.name_zh or company.name_en) if lang == "zh" else (company.name_en or company.name_zh)
    return (
        one.case.reference,
        name,
        what(one)[lang],
        waiting_on(one)[lang],
        one.started,
        read.limit,
        read.running,
        read.paused,
        read.left,
        read.due,
        say(f"workbench.clock_state_{state}", lang),
    )


def unit_name(unit: Any, lang: str) -> str:
    return str(unit.name_zh if lang == "zh" else unit.name_en)


def _day(at: datetime) -> date:
    return timezone.localdate(at)
