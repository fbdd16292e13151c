"""The bulletin of a unit over a period, in the order of official papers: basic facts, progress, problems, next.

Every figure is counted from records of the unit and of those below it: nobody types one. Only what somebody may see is
in it. What companies wrote, and who wrote it, is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from django.db import transaction
from django.db.models import Count, Exists, Min, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from luodi.casework.agreement import Says, Standing
from luodi.casework.leads import Lead as LeadState
from luodi.casework.obstacles import IssueState
from luodi.casework.promises import PromiseState
from luodi.casework.ratings import GRADES
from luodi.casework.stages import ORDER, End, Health, Stage
from luodi.documents import wording
from luodi.documents.report import Cell, Report, Section, Table
from luodi.errors import OutOfRange
from luodi.library.shelf import shelf
from luodi.scorecard.contributions import State as Counting
from luodi.terms.figures import day_shown
from luodi.web.accounts.models import Unit, User
from luodi.web.advisor.observed import latest
from luodi.web.cases.models import Claim, Clock, HandlingRating, LandingCase, Statement
from luodi.web.cases.queries import agreements, ratings
from luodi.web.cases.queries.calendars import late as days_over
from luodi.web.cases.queries.observed import line_of
from luodi.web.cases.template_globals import company_name
from luodi.web.cases.views.wording import rating_words
from luodi.web.core.exports import definitions, made_by, table, written
from luodi.web.core.permissions import visible
from luodi.web.core.words import say
from luodi.web.dealings.models import Promise
from luodi.web.dealings.queries import PROMISE
from luodi.web.dealings.queries import agreements as agreements_of_promises
from luodi.web.journal.actions import record_export
from luodi.web.leads.models import Lead
from luodi.web.obstacles.models import OPEN, Obstacle, PolicyIssue
from luodi.web.scorecard.models import Contribution
from luodi.web.workbench.exports.cases import unit_name

Row = TypeVar("Row", bound=Model)
_MOST: Final = 200  # rows of one table of a bulletin
AGREEMENTS: Final = ("fact", "agreed", "awaited", "disputed", "oldest", "settled", "conceded")
_AHEAD: Final = 60  # days that "next" looks ahead


@dataclass(frozen=True)
class Period:
    """Both ends belong to it."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise OutOfRange("workbench.period-ends-day-begins-or", at="last")

    @classmethod
    def half_year(cls, on: date) -> "Period":
        """The one that a day lies in, up to that day."""
        return cls(date(on.year, 1 if on.month <= 6 else 7, 1), on)


@transaction.atomic
def export_bulletin(user: User, unit: Unit, period: Period, form: str, lang: str, *, at: datetime) -> bytes:
    """As DOCX, PDF or XLSX, by the name of the form; the export is written down with it."""
    made = written(bulletin(user, unit, period, lang, at=at), form)
    record_export(cases_of(user, unit), form, by=user, asked=_asked(unit, period))
    return made


def _asked(unit: Unit, period: Period) -> dict[str, str]:
    return {"unit": str(unit.pk), "from": period.first.isoformat(), "until": period.last.isoformat()}


def cases_of(user: User, unit: Unit) -> QuerySet[LandingCase]:
    return visible(user, LandingCase.objects.filter(unit__path__startswith=unit.path), "export")


def bulletin(user: User, unit: Unit, period: Period, lang: str, *, at: datetime) -> Report:
    says = _Says(user, unit, period, lang, timezone.localdate(at))
    title = say("workbench.bulletin_title", lang, unit=unit_name(unit, lang))
    head = (
        (say("workbench.bulletin_unit", lang), unit_name(unit, lang)),
        (say("workbench.bulletin_period", lang), f"{day_shown(period.first, lang)} – {day_shown(period.last, lang)}"),
        *made_by(user, lang, at),
    )
    sections = (says.basic(), says.progress(), says.problems(), says.next())
    terms = (
        "in_pool",
        "landed",
        "stage",
        "health",
        "clock",
        "overdue",
        "estimated",
        "counted",
        "observed",
        "obstacle",
        "source",
    )
    return Report(title, lang, at, head, sections, definitions("workbench", terms, lang))


class _Says:
    """The four sections, over one unit and those below it."""

    def __init__(self, user: User, unit: Unit, period: Period, lang: str, on: date) -> None:
        self.user, self.unit, self.period, self.lang, self.on = user, unit, period, lang, on
        self.cases = cases_of(user, unit)
        self.inside = (period.first, period.last)

    def of_unit(self, model: type[Row]) -> QuerySet[Row]:
        """Rows of another app that the reader may see, of these units."""
        return visible(self.user, model._default_manager.filter(unit__path__startswith=self.unit.path))

    def words(self, key: str, **values: object) -> str:
        return say(f"workbench.{key}", self.lang, **values)

    def table(self, name: str, columns: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> Table:
        return table("workbench", f"bulletin_{name}", columns, rows, self.lang)

    def company(self, case: LandingCase) -> str:
        return company_name(case.company, self.lang)

    def basic(self) -> Section:
        inside = self.cases.filter(opened__date__range=self.inside).count()
        landed = self._verified().count()
        still = self.cases.filter(end=End.NONE)
        counts = dict(still.order_by().values_list("stage").annotate(Count("pk")))
        ended = self.cases.filter(ended__range=self.inside).count()
        text = self.words(
            "bulletin_basic",
            opened=inside,
            landed=landed,
            still=sum(counts.values()),
            ended=ended,
            first=day_shown(self.period.first, self.lang),
            last=day_shown(self.period.last, self.lang),
        )
        leads = self.of_unit(Lead).filter(received__date__range=self.inside)
        converted = leads.filter(state=LeadState.CONVERTED).count()
        more = self.words("bulletin_leads", n=leads.count(), converted=converted)
        rows: list[tuple[Cell, ...]] = [(say(f"term.stage_{s}", self.lang), counts.get(s.value, 0)) for s in ORDER]
        return Section(
            self.words("section_basic"), (text, more), (self.table("stages", ("stage", "open_cases"), rows),)
        )

    def _verified(self) -> QuerySet[Claim]:
        """Landings that somebody else verified within the period."""
        return Claim.objects.filter(case__in=self.cases, state="verified", decided__date__range=self.inside)

    def progress(self) -> Section:
        found = self._verified().select_related("case__company").order_by("decided", "pk")[:_MOST]
        rows: list[tuple[Cell, ...]] = [
            (one.case.reference, self.company(one.case), one.day, timezone.localdate(one.decided)) for one in found
        ]
        moved = self.cases.filter(since__date__range=self.inside, end=End.NONE)
        moved = moved.exclude(stage=Stage.OPENED).select_related("company").order_by("-since", "-pk")[:_MOST]
        ways: list[tuple[Cell, ...]] = [
            (
                one.reference,
                self.company(one),
                say(f"term.stage_{one.stage}", self.lang),
                timezone.localdate(one.since),
            )
            for one in moved
        ]
        return Section(
            self.words("section_progress"),
            self._window(),
            (
                self.table("landed", ("reference", "company", "actual", "verified"), rows),
                self.table("moved", ("reference", "company", "stage", "since"), ways),
                self.table("counted", ("indicator", "counted"), self._counted()),
                self.table("observed", ("step", "office", "observed", "usual", "by_law", "number"), self._observed()),
            ),
        )

    def _counted(self) -> list[tuple[Cell, ...]]:
        """What was counted for the plan within the period and still counts, by indicator."""
        title = f"indicator__title_{self.lang}"
        found = self.of_unit(Contribution).filter(state=Counting.COUNTED, decided__date__range=self.inside)
        return list(found.order_by(title).values_list(title).annotate(n=Count("pk"))[:_MOST])

    def _window(self) -> tuple[str, ...]:
        """Of the observed times, where there are any."""
        found = latest(self.period.last).exclude(least=None).values_list("first", "last").first()
        if found is None:
            return ()
        first, last = (day_shown(day, self.lang) for day in found)
        return (self.words("bulletin_observed_text", first=first, last=last),)

    def _observed(self) -> list[tuple[Cell, ...]]:
        """What offices took, as it was counted last in the period or before it: of all units, since each application is
        one of many, and never of fewer than ten."""
        found = latest(self.period.last).exclude(least=None).order_by("-n", "step", "office")
        lines = (line_of(row, self.lang) for row in found[:_MOST])
        return [(one.title, one.office, one.observed, one.usual, one.law, one.number) for one in lines]

    def problems(self) -> Section:
        found = self.cases.filter(end=End.NONE).exclude(health=Health.ON_TRACK).select_related("company")
        rows: list[tuple[Cell, ...]] = [
            (one.reference, self.company(one), say(f"term.health_{one.health}", self.lang), one.health_reason)
            for one in found.order_by("health", "pk")[:_MOST]
        ]
        late = Clock.objects.filter(
            days_over(self.on, "due", "case__unit"), case__in=self.cases.filter(end=End.NONE), stopped=None
        )
        over = late.values("case").distinct().count()
        lost = self.cases.filter(ended__range=self.inside).select_related("company")
        ends: list[tuple[Cell, ...]] = [
            (one.reference, self.company(one), say(f"term.end_{one.end}", self.lang), one.end_reason, one.lost_to)
            for one in lost.order_by("ended", "pk")[:_MOST]
        ]
        return Section(
            self.words("section_problems"),
            (self.words("bulletin_late", n=over),),
            (
                self.table("unwell", ("reference", "company", "health", "reason"), rows),
                self.table("ended", ("reference", "company", "end", "reason", "lost_to"), ends),
                self.table("obstacles", ("about", "raised", "open", "late", "oldest"), self._obstacles()),
                self.table("issues", ("question", "raisers", "answer_by", "state"), self._issues()),
                self.table("agreements", AGREEMENTS, self._agreements()),
                self.table("ratings", ("rating", "number"), self._ratings()),
            ),
        )

    def _obstacles(self) -> list[tuple[Cell, ...]]:
        """What companies report, by the thing it is about: those of the period, and those that wait for an answer."""
        waits = Q(state__in=OPEN)
        rows = (
            self.of_unit(Obstacle)
            .filter(waits | Q(at__date__range=self.inside))
            .order_by()
            .values_list("about_kind", "about")
            .annotate(
                raised=Count("pk", filter=Q(at__date__range=self.inside)),
                open=Count("pk", filter=waits),
                late=Count("pk", filter=waits & days_over(self.on, "due", "unit")),
                oldest=Min("at", filter=waits),
            )
            .order_by("-open", "-raised", "about_kind", "about")
        )
        return [
            (self._about(kind, name), raised, still, over, timezone.localdate(oldest) if oldest else None)
            for kind, name, raised, still, over, oldest in rows[:_MOST]
        ]

    def _agreements(self) -> list[tuple[Cell, ...]]:
        """Facts between two sides, by kind: what both agree to, what waits for an answer, and what is disputed."""
        rows = agreements.may_read(self.user, self.of_unit(Statement))
        return [
            (
                say(one.subject.words, self.lang),
                one.agreed,
                one.awaited,
                one.disputed,
                one.oldest,
                one.settled,
                one.conceded,
            )
            for one in agreements.figures(rows, self.period.first, self.period.last)
        ]

    def _ratings(self) -> list[tuple[Cell, ...]]:
        """How companies rate the handling, by grade; without their words."""
        rows, cases = visible(self.user, HandlingRating.objects.filter(case__in=self.cases)), self.cases
        found = ratings.figures(rows, cases, self.period.first, self.period.last)
        if not found.n:
            return []
        named = [(say(f"obstacles.rating_{one}", self.lang), n) for one, n in zip(GRADES, found.grades, strict=True)]
        return [*named, (rating_words(found, self.lang), found.n)]

    def _about(self, kind: str, name: str) -> str:
        found = shelf().get(kind, name) if name else None
        return wording.pick(found.title, self.lang) if found else name or say("obstacles.about_nothing", self.lang)

    def _issues(self) -> list[tuple[Cell, ...]]:
        """Policy questions that wait for an answer."""
        found = self.of_unit(PolicyIssue).filter(state__in=[one for one in IssueState if one.is_open])
        found = found.annotate(raisers=Count("obstacles__company", distinct=True)).order_by("due", "pk")[:_MOST]
        return [(one.title, one.raisers, one.due, say(f"obstacles.issue_{one.state}", self.lang)) for one in found]

    def next(self) -> Section:
        ahead = self.on + timedelta(days=_AHEAD)
        found = self.cases.filter(end=End.NONE, estimated__range=(self.on, ahead)).exclude(
            stage__in=[Stage.VERIFIED, Stage.AFTERCARE]
        )
        rows: list[tuple[Cell, ...]] = [
            (one.reference, self.company(one), say(f"term.stage_{one.stage}", self.lang), one.estimated)
            for one in found.select_related("company").order_by("estimated", "pk")[:_MOST]
        ]
        text = self.words("bulletin_ahead_text", day=day_shown(ahead, self.lang))
        table = self.table("ahead", ("reference", "company", "stage", "estimated"), rows)
        heads = ("reference", "company", "promise", "owner", "due", "state")
        promised = self.table("promised", heads, self._promised(ahead))
        return Section(self.words("section_next"), (text,), (table, promised))

    def _promised(self, until: date) -> list[tuple[Cell, ...]]:
        """What companies were promised and is still to be kept, or is kept and they have not agreed yet."""
        states = (PromiseState.OPEN, PromiseState.KEPT)
        found = visible(self.user, Promise.objects.filter(case__in=self.cases, state__in=states))
        found = found.filter(shown__isnull=False, due__lte=until).select_related("case__company", "owner")
        agreed = Statement.objects.filter(about=PROMISE, number=OuterRef("pk"), says=Says.AGREE)
        rows = list(found.exclude(Q(state=PromiseState.KEPT) & Exists(agreed)).order_by("due", "pk")[:_MOST])
        stands = agreements_of_promises(rows)
        return [
            (one.case.reference, self.company(one.case), one.what, str(one.owner), one.due, self._stands(one, stands))
            for one in rows
        ]

    def _stands(self, one: Promise, stands: Mapping[int, Standing]) -> str:
        state = say(f"dealings.state_{one.state}", self.lang)
        return f"{state} · {say(f'cases.standing_{stands[one.pk]}', self.lang)}" if one.pk in stands else state
