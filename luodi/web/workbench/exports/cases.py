"""What leaves the desk as a file: the cases that were asked for, with their clocks. Each file is an export record."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from luodi.documents.report import MOST_ROWS, Cell, Report, Section, TooManyRows
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.cases.template_globals import company_name
from luodi.web.core.exports import cells_of, definitions, made_by, narrowed_by, table, written
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export
from luodi.web.workbench.lists import QUEUE
from luodi.web.workbench.queries.clock_rows import reading, waiting_on, what

_AT_ONCE: Final = 2_000  # rows that are held as objects; of the others there are cells alone


@transaction.atomic
def export_cases(user: User, asked: Mapping[str, str], lang: str, *, at: datetime) -> bytes:
    """The cases of a list as a workbook. Raises `TooManyRows`; then nothing left and nothing is written down."""
    on = timezone.localdate(at)
    found = QUEUE.found(user, asked, act="export", on=on)
    if found[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise TooManyRows("workbench.too-many-rows")
    made = written(cases_report(found, asked, user, lang, at), "xlsx")
    record_export(found, "xlsx", by=user, asked=dict(asked))
    return made


def _clocks(cases: QuerySet[LandingCase]) -> Iterator[Clock]:
    """One more than a workbook takes, where there are that many: then it is refused, and none is left out."""
    running = Clock.objects.filter(stopped=None, case__in=cases.values("pk")).order_by("due", "pk")
    read = running.select_related("case__company", "case__unit", "step").only(*_OF_A_CLOCK)
    return read.prefetch_related("pauses")[: MOST_ROWS + 1].iterator(_AT_ONCE)


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


def cases_report(cases: QuerySet[LandingCase], asked: Mapping[str, str], user: User, lang: str, at: datetime) -> Report:
    """Two tables: cases, and the clocks that run in them."""
    clocks = (_clock_row(one, timezone.localdate(at), lang) for one in _clocks(cases))
    tables = (
        table("workbench", "sheet_cases", QUEUE.heads, cells_of(QUEUE, cases, user, lang), lang),
        table("workbench", "sheet_clocks", _CLOCK, clocks, lang),
    )
    return Report(
        say("workbench.export_cases", lang),
        lang,
        at,
        (*made_by(user, lang, at), narrowed_by(asked, lang)),
        (Section("", (), tables),),
        definitions("workbench", ("in_pool", "landed", "stage", "health", "clock", "money", "source"), lang),
    )


def _clock_row(one: Clock, on: date, lang: str) -> tuple[Cell, ...]:
    read = reading(one, on)
    assert read is not None
    state = "paused" if read.is_paused else "late" if read.is_over else "running"
    company = one.case.company
    return (
        one.case.reference,
        company_name(company, lang),
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


def unit_name(unit: Unit, lang: str) -> str:
    return unit.name_zh if lang == "zh" else unit.name_en
