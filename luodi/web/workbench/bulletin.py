"""The bulletin of a unit over a period, in the order of official papers: basic facts, progress, problems, next.

Every figure is counted from records: nobody types one. Only what somebody may see is in it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from luodi.casework.stages import ORDER, End, Health, Stage
from luodi.documents.report import Cell, Report, Section, Table
from luodi.errors import OutOfRange
from luodi.web.accounts.access import visible
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.calendars import late as days_over
from luodi.web.cases.models import Claim, Clock, LandingCase
from luodi.web.journal.actions import record_export
from luodi.web.words import say
from luodi.web.workbench.exporting import FORMS, about, definitions, unit_name

_MOST: Final = 200  # rows of one table of a bulletin
_AHEAD: Final = 60  # days that "next" looks ahead


@dataclass(frozen=True)
class Period:
    """Both ends belong to it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise OutOfRange("a period ends on the day it begins or later", at="last")

    @classmethod
    def half_year(cls, on: date) -> "Period":
        """The one that a day lies in, up to that day."""
        return cls(date(on.year, 1 if on.month <= 6 else 7, 1), on)


@transaction.atomic
def export_bulletin(user: User, unit: Unit, period: Period, form: str, lang: str, *, at: datetime) -> bytes:
    """As DOCX, PDF or XLSX, by the name of the form; the export is written down with it."""
    made = FORMS[form].write(bulletin(user, unit, period, lang, at=at))
    record_export(cases_of(user, unit), form, by=user, asked=_asked(unit, period))
    return made


def _asked(unit: Unit, period: Period) -> dict[str, str]:
    return {"unit": str(unit.pk), "from": period.first.isoformat(), "until": period.last.isoformat()}


def cases_of(user: User, unit: Unit) -> QuerySet[LandingCase]:
    return visible(user, LandingCase.objects.filter(unit__path__startswith=unit.path), "export")


def bulletin(user: User, unit: Unit, period: Period, lang: str, *, at: datetime) -> Report:
    says = _Says(cases_of(user, unit), period, lang, timezone.localdate(at))
    title = say("workbench.bulletin_title", lang, unit=unit_name(unit, lang))
    head = (
        (say("workbench.bulletin_unit", lang), unit_name(unit, lang)),
        (say("workbench.bulletin_period", lang), f"{period.first.isoformat()} – {period.last.isoformat()}"),
        *about(user, {}, lang, at)[:2],
    )
    sections = (says.basic(), says.progress(), says.problems(), says.next())
    terms = ("in_pool", "landed", "stage", "health", "clock", "overdue", "estimated", "source")
    return Report(title, lang, at, head, sections, definitions(terms, lang))


class _Says:
    """The four sections, over the cases of one unit and those below it."""

    def __init__(self, cases: QuerySet[LandingCase], period: Period, lang: str, on: date) -> None:
        self.cases, self.period, self.lang, self.on = cases, period, lang, on

    def words(self, key: str, **values: Any) -> str:
        return say(f"workbench.{key}", self.lang, **values)

    def table(self, name: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
        title = self.words(f"bulletin_{name}")
        return Table(title, title, tuple(self.words(f"head_{one}") for one in columns), rows)

    def company(self, case: LandingCase) -> str:
        zh, en = case.company.name_zh, case.company.name_en
        return (zh or en) if self.lang == "zh" else (en or zh)

    def basic(self) -> Section:
        inside = self.cases.filter(opened__date__range=(self.period.first, self.period.last)).count()
        landed = self._verified().count()
        still = self.cases.filter(end=End.NONE)
        counts = dict(still.order_by().values_list("stage").annotate(Count("pk")))
        ended = self.cases.filter(ended__range=(self.period.first, self.period.last)).count()
        text = self.words(
            "bulletin_basic", opened=inside, landed=landed, still=sum(counts.values()), ended=ended,
            first=self.period.first.isoformat(), last=self.period.last.isoformat(),
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = [(say(f"cases.stage_{s}", self.lang), counts.get(s.value, 0)) for s in ORDER]
        return Section(self.words("section_basic"), (text,), (self.table("stages", ("stage", "open_cases"), rows),))

    def _verified(self) -> QuerySet[Claim]:
        """Landings that somebody else verified within the period."""
        inside = (self.period.first, self.period.last)
        return Claim.objects.filter(case__in=self.cases, state="verified", decided__date__range=inside)

    def progress(self) -> Section:
        found = self._verified().select_related("case__company").order_by("decided", "pk")[:_MOST]
        rows: list[tuple[Cell, ...]] = [
            (one.case.reference, self.company(one.case), one.day, timezone.localdate(one.decided)) for one in found
        ]
        moved = self.cases.filter(since__date__range=(self.period.first, self.period.last), end=End.NONE)
        moved = moved.exclude(stage=Stage.OPENED).select_related("company").order_by("-since", "-pk")[:_MOST]
        ways: list[tuple[Cell, ...]] = [
            (
                one.reference,
                self.company(one),
                say(f"cases.stage_{one.stage}", self.lang),
                timezone.localdate(one.since),
            )
            for one in moved
        ]
        return Section(
            self.words("section_progress"), (),
            (self.table("landed", ("reference", "company", "actual", "verified"), rows),
             self.table("moved", ("reference", "company", "stage", "since"), ways)),
        )  # fmt: skip

    def problems(self) -> Section:
        found = self.cases.filter(end=End.NONE).exclude(health=Health.ON_TRACK).select_related("company")
        rows: list[tuple[Cell, ...]] = [
            (one.reference, self.company(one), say(f"cases.health_{one.health}", self.lang), one.health_reason)
            for one in found.order_by("health", "pk")[:_MOST]
        ]
        late = Clock.objects.filter(
            days_over(self.on, "due", "case__unit"), case__in=self.cases.filter(end=End.NONE), stopped=None
        )
        over = late.values("case").distinct().count()
        lost = self.cases.filter(ended__range=(self.period.first, self.period.last)).select_related("company")
        ends: list[tuple[Cell, ...]] = [
            (one.reference, self.company(one), say(f"cases.end_{one.end}", self.lang), one.end_reason, one.lost_to)
            for one in lost.order_by("ended", "pk")[:_MOST]
        ]
        return Section(
            self.words("section_problems"), (self.words("bulletin_late", n=over),),
            (self.table("unwell", ("reference", "company", "health", "reason"), rows),
             self.table("ended", ("reference", "company", "end", "reason", "lost_to"), ends)),
        )  # fmt: skip

    def next(self) -> Section:
        ahead = self.on + timedelta(days=_AHEAD)
        found = self.cases.filter(end=End.NONE, estimated__range=(self.on, ahead)).exclude(
            stage__in=[Stage.VERIFIED, Stage.AFTERCARE]
        )
        rows: list[tuple[Cell, ...]] = [
            (one.reference, self.company(one), say(f"cases.stage_{one.stage}", self.lang), one.estimated)
            for one in found.select_related("company").order_by("estimated", "pk")[:_MOST]
        ]
        text = self.words("bulletin_ahead_text", day=ahead.isoformat())
        table = self.table("ahead", ("reference", "company", "stage", "estimated"), rows)
        return Section(self.words("section_next"), (text,), (table,))
