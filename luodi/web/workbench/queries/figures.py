"""The figures of leaders: each is a count of records that somebody may see, and has the address of its rows."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from luodi.casework.clocks import Clock as Running
from luodi.casework.clocks import ran
from luodi.casework.leads import Lead as LeadState
from luodi.casework.odds import Odds, agree
from luodi.casework.stages import ORDER, End, Stage
from luodi.web.accounts.models import Unit, User
from luodi.web.cases.models import CaseStep, Clock, LandingCase
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.calendars import late as days_over
from luodi.web.cases.queries.steps import pauses_of
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.leads.models import Lead, Signal
from luodi.web.workbench.lists import landed, lost

_LANES: Final = 8
_DRAWN: Final = 2_000  # clocks of the strip plot
YEAR: Final = timedelta(days=365)
_WHAT: Final = Coalesce("step__step", "kind")  # that a clock is of


@dataclass(frozen=True)
class Figure:
    """`of` is the figure before it, of which this one is a part; `address` opens the rows, "" where none lists them."""

    key: str
    value: int
    of: int | None
    address: str

    @property
    def rate(self) -> float | None:
        """Percent of the one before; None where that is nothing, or where there is none."""
        return 100 * self.value / self.of if self.of else None


@dataclass(frozen=True)
class FigureScope:
    """Whose rows: those that somebody may see, of one unit and those below it or of all."""

    user: AnyUser
    unit: Unit | None = None
    act: str = "see"  # of cases: `export` for what leaves as a file

    def cases(self) -> QuerySet[LandingCase]:
        found = visible(self.user, LandingCase.objects.all(), self.act)
        return found.filter(unit__path__startswith=self.unit.path) if self.unit else found

    def leads(self) -> QuerySet[Lead]:
        found = visible(self.user, Lead.objects.all())
        return found.filter(unit__path__startswith=self.unit.path) if self.unit else found

    def asks(self, **more: object) -> str:
        """The address of the queue with these filters."""
        return f"{url('workbench:queue')}?{urlencode({**self._unit, **more})}"

    def asks_leads(self, **more: object) -> str:
        """The address of the inbox of leads with these filters."""
        return f"{url('leads:inbox')}?{urlencode({**self._unit, **more})}"

    @property
    def _unit(self) -> dict[str, str]:
        return {"unit": str(self.unit.pk)} if self.unit else {}


# ---- the funnel: what came in a period, and how far that has come


def funnel(scope: FigureScope, first: date, last: date) -> list[Figure]:
    """Signals and leads that came in the period; then cases opened in it, by the stage that they have reached."""
    leads = scope.leads().filter(received__date__range=(first, last))
    signals = Signal.objects.filter(lead__in=leads.values("pk")).count()
    n, converted = leads.count(), leads.filter(state=LeadState.CONVERTED).count()
    span = {"from": first.isoformat(), "until": last.isoformat()}
    return [
        Figure("signals", signals, None, scope.asks_leads(state="", **span)),
        Figure("leads", n, None, scope.asks_leads(state="", **span)),
        Figure("converted", converted, n, scope.asks_leads(state="converted", **span)),
        *_stages(scope, first, last),
    ]


def _stages(scope: FigureScope, first: date, last: date) -> list[Figure]:
    inside = scope.cases().filter(opened__date__range=(first, last))
    now = dict(inside.order_by().values_list("stage").annotate(Count("pk")))
    reached = [sum(now.get(s.value, 0) for s in ORDER[place:]) for place in range(len(ORDER))]
    span = {"from": first.isoformat(), "until": last.isoformat()}
    return [
        Figure(
            stage.value, reached[place], reached[place - 1] if place else None, scope.asks(reached=stage.value, **span)
        )
        for place, stage in enumerate(ORDER[:-1])  # aftercare follows every verified landing
    ]


# ---- clocks


@dataclass(frozen=True)
class ClockLane:
    """Clocks of one step, or of questions or verifications: what each used of its limit, in percent. `cases` have such
    a clock, of `late_cases` one is over; both open to their rows."""

    key: str
    titles: Mapping[str, str]
    used: tuple[int, ...]
    cases: int
    late_cases: int
    address: str


def clocks(scope: FigureScope, on: date) -> list[ClockLane]:
    """The kinds with most clocks that run against a limit, the most first; the nearest 2,000 of them are drawn."""
    rows = Clock.objects.filter(
        stopped=None, due__isnull=False, case__in=scope.cases().filter(end=End.NONE).values("pk")
    ).annotate(what=_WHAT)
    counts = (
        rows.order_by()
        .values("what")
        .annotate(
            n=Count("pk"),
            cases=Count("case", distinct=True),
            one_step=Min("step"),
            late=Count("case", distinct=True, filter=days_over(on, "due", "case__unit")),
        )
        .order_by("-n", "what")[:_LANES]
    )
    lanes = {row["what"]: row for row in counts}
    used: dict[str, list[int]] = {key: [] for key in lanes}
    # Where all kinds are lanes, nothing is left out, and an index on days gives the nearest.
    for what, days, limit in _drawn(rows.filter(what__in=lanes) if len(lanes) == _LANES else rows, on):
        used[what].append(100 * days // limit if limit else 101)
    steps = CaseStep.objects.filter(pk__in=[row["one_step"] for row in lanes.values() if row["one_step"]])
    titles = dict(steps.order_by().values_list("pk", "title"))
    return [
        ClockLane(
            key, titles.get(row["one_step"], {}), tuple(used[key]), row["cases"], row["late"], scope.asks(step=key)
        )
        for key, row in lanes.items()
    ]


def _drawn(rows: QuerySet[Clock], on: date) -> Iterator[tuple[str, int, int]]:
    """Of the clocks with the nearest last days: what each is of, the working days that it ran, and its limit."""
    read = rows.order_by("due", "pk").values_list("pk", _WHAT, "started", "limit", "stopped", "case__unit")[:_DRAWN]
    pauses = pauses_of([row[0] for row in read])
    calendars = {unit.pk: calendar_of(unit) for unit in Unit.objects.only("path")}
    for pk, what, started, limit, stopped, unit in read:
        yield what, ran(Running(started, limit, stopped, pauses.get(pk, ())), on, calendars[unit]), limit


# ---- odds against outcomes


@dataclass(frozen=True)
class StageOdds:
    """Of cases that reached a stage and are decided: those decided until a year ago, and those of the last year. The
    addresses open the rows of each, by `landed` and `decided`."""

    stage: Stage
    before: Odds
    after: Odds
    before_rows: Mapping[str, str]
    after_rows: Mapping[str, str]

    @property
    def held(self) -> bool | None:
        return agree(self.before, self.after)


def odds(scope: FigureScope, on: date) -> list[StageOdds]:
    """What cases decided before `on` less a year would have foretold, beside what came of those decided since."""
    split = on - YEAR
    then, since = _decided(scope.cases(), None, split), _decided(scope.cases(), split, on)
    spans = {"decided_until": split.isoformat()}, {"decided_after": split.isoformat(), "decided_until": on.isoformat()}
    return [
        StageOdds(stage, _reached(then, stage), _reached(since, stage), *(_rows(scope, stage, span) for span in spans))
        for stage in ORDER[: ORDER.index(Stage.CLAIMED)]
    ]


def _rows(scope: FigureScope, stage: Stage, span: Mapping[str, str]) -> Mapping[str, str]:
    return {name: scope.asks(reached=stage.value, outcome=name, **span) for name in ("landed", "decided")}


def _decided(cases: QuerySet[LandingCase], after: date | None, until: date) -> Counter[tuple[str, bool]]:
    """Cases by stage and whether they landed: a landing is decided when it was verified, the others when they ended."""
    found: Counter[tuple[str, bool]] = Counter()
    for stage in landed(cases, after, until).values_list("stage", flat=True):
        found[stage, True] += 1
    for stage, n in lost(cases, after, until).order_by().values_list("stage").annotate(Count("pk")):
        found[stage, False] += n
    return found


def _reached(counts: Counter[tuple[str, bool]], stage: Stage) -> Odds:
    """A landing has been at every stage; one that ended elsewhere at those up to where it ended."""
    landed = sum(n for (_, won), n in counts.items() if won)
    there = {s.value for s in ORDER[ORDER.index(stage) :]}
    lost = sum(n for (at, won), n in counts.items() if not won and at in there)
    return Odds(landed, landed + lost)


# ---- who has how much


@dataclass(frozen=True)
class Load:
    officer: User | None
    open: int
    late: int
    unwell: int
    address: str


def workload(scope: FigureScope, on: date) -> list[Load]:
    """Open cases by officer, the most first, with those whose clock is over and those that are not on track."""
    cases = scope.cases().filter(end=End.NONE)
    counts = (
        cases.order_by()
        .values("officer")
        .annotate(
            n=Count("pk"),
            unwell=Count("pk", filter=~Q(health="on_track")),
            late=Count(
                "pk", filter=days_over(on, "next_due", "unit")
            ),  # the nearest day of its clocks, as the queue asks
        )
    )
    people = User.objects.in_bulk([row["officer"] for row in counts if row["officer"]])
    found = [
        Load(
            people.get(row["officer"]),
            row["n"],
            row["late"],
            row["unwell"],
            scope.asks(**({"officer": row["officer"]} if row["officer"] else {"who": "nobody"})),
        )
        for row in counts
    ]
    return sorted(found, key=lambda load: (-load.open, str(load.officer)))
