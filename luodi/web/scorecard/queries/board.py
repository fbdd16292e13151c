"""Reading the plan: the board, what is to be claimed and checked, indicators, contributions, editions.

Page, chart, export and API ask these functions, so that a figure is the same at each.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from luodi.casework.pilots import PilotState
from luodi.casework.stages import ORDER
from luodi.scorecard.attainment import Attainment, Band, Rate, assigned, quantified, roll_up
from luodi.scorecard.contributions import Distinct, State, Thing, fits
from luodi.scorecard.plan import Goal, Measure, Plan, Promised, Task, plan, thresholds
from luodi.scorecard.statuses import Declared, Schedule, schedule
from luodi.web.accounts.models import Unit
from luodi.web.cases.models import LandingCase
from luodi.web.core.lists import Asked, Column, RecordList, choice, text
from luodi.web.core.permissions import in_scope, memberships, scope_of, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import say
from luodi.web.docking.models import DemonstrationProject
from luodi.web.scorecard.models import Contribution, Countable, Definition, FrozenEdition, Indicator, PlanTask
from luodi.web.scorecard.queries.countable import known, preparers_of
from luodi.web.scorecard.queries.definitions import filter_of, in_force
from luodi.web.scorecard.queries.editions import attained
from luodi.web.scorecard.queries.same import counted_before

#: Stages of a case that has landed.
LANDED: Final = [stage.value for stage in ORDER if stage.has_landed]


@dataclass(frozen=True)
class Standing:
    """An indicator as somebody may see it. `counted`, `open` and `rejected` are of the contributions that they may see;
    `whole` is whether these are all there are: only then there is an attainment and a gap. `counted` is the value: of
    `contributions` that count, those of one company or group are one where the definition says so."""

    indicator: Indicator
    line: Definition | None
    first: Definition | None
    counted: int
    open: int
    rejected: int
    whole: bool
    found: Attainment
    contributions: int = 0
    asked: int = 0  # of them, those whose reversal is asked for

    @property
    def gap(self) -> int | None:
        """How many are still missing to the target; None without one, or where not all are seen."""
        if not self.whole or self.line is None or self.line.target is None:
            return None
        return max(self.line.target - self.counted, 0)

    @property
    def was_revised(self) -> bool:
        return self.first is not None and self.line is not None and self.first.pk != self.line.pk


@dataclass(frozen=True)
class TaskRow:
    task: Task
    given: PlanTask | None
    timing: Schedule
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class GoalRow:
    goal: Goal
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Board:
    """`bands` counts the indicators whose figures the reader sees whole; `rates` are of the tasks of the plan."""

    plan: Plan
    goals: tuple[GoalRow, ...]
    measures: tuple[tuple[Measure, tuple[TaskRow, ...]], ...]
    bands: Mapping[Band, int]
    rates: tuple[Rate, Rate]

    @property
    def standings(self) -> list[Standing]:
        of_goals = [one for row in self.goals for one in row.standings]
        return of_goals + [one for _, rows in self.measures for row in rows for one in row.standings]


def board(user: AnyUser, on: date) -> Board:
    found = plan()
    by_place: dict[str, list[Standing]] = defaultdict(list)
    for one in standings(user, visible(user, Indicator.objects.all()), on):
        by_place[one.indicator.of].append(one)
    given = {row.task: row for row in visible(user, PlanTask.objects.select_related("unit"))}
    rows = {name: _task_row(task, given.get(name), by_place[name], on) for name, task in found.tasks.items()}
    every = [one for ones in by_place.values() for one in ones]
    return Board(
        found,
        tuple(GoalRow(goal, tuple(by_place[goal.id])) for goal in found.goals),
        tuple((measure, tuple(rows[task.id] for task in measure.tasks)) for measure in found.measures),
        roll_up(one.found.band for one in every if one.whole),
        (
            quantified([_has_figure(row.task.indicator, row.standings) for row in rows.values()]),
            assigned([row.given is not None for row in rows.values()]),
        ),
    )


def _task_row(task: Task, given: PlanTask | None, found: Iterable[Standing], on: date) -> TaskRow:
    declared = Declared(given.declared) if given and given.declared else None
    timing = schedule(given.due if given else None, declared, given.declared_day if given else None, on=on)
    return TaskRow(task, given, timing, tuple(found))


def _has_figure(promised: Promised, found: Iterable[Standing]) -> bool:
    """A target of the article, or one that was approved; an assumption of the book is none."""
    given = not promised.assumed and promised.target is not None
    return given or any(one.line is not None and one.line.target is not None for one in found)


def standings(user: AnyUser, indicators: QuerySet[Indicator], on: date) -> list[Standing]:
    """In the order of the indicators, with three queries whatever their number."""
    rows = list(indicators.select_related("unit").prefetch_related("definitions"))
    whole = set(visible(user, indicators, "figures").values_list("pk", flat=True))
    seen = visible(user, Contribution.objects.filter(indicator__in=[row.pk for row in rows]))
    counts: dict[int, dict[str, _Numbers]] = defaultdict(dict)
    for pk, state, *numbers in seen.order_by().values_list("indicator", "state").annotate(**_NUMBERS):
        counts[pk][state] = _Numbers(*numbers)
    return [_standing(row, counts[row.pk], row.pk in whole, on) for row in rows]


@dataclass(frozen=True)
class _Numbers:
    """Of the contributions of an indicator in one state: how many there are, of how many companies and groups beside
    those of none, and of how many a reversal is asked for."""

    things: int = 0
    companies: int = 0
    groups: int = 0
    of_none: int = 0
    asked: int = 0

    def by(self, distinct: str) -> int:
        if distinct == Distinct.THING:
            return self.things
        return self.of_none + (self.companies if distinct == Distinct.COMPANY else self.groups)


_NUMBERS: Final = {
    "things": Count("pk"),
    "companies": Count("company", distinct=True),
    "groups": Count(Coalesce(F("group"), F("company")), distinct=True),
    "of_none": Count("pk", filter=Q(company=None)),
    "asks": Count("pk", filter=~Q(asked="")),
}


def _standing(row: Indicator, states: Mapping[str, _Numbers], whole: bool, on: date) -> Standing:
    lines = list(row.definitions.all())
    line, of_counted = in_force(lines, on), states.get(State.COUNTED, _Numbers())
    counted = of_counted.by(line.distinct if line else Distinct.THING)
    counts = {state: one.things for state, one in states.items()}
    first = min((one for one in lines if one.state == "approved"), key=lambda one: one.number, default=None)
    return Standing(
        row,
        line,
        first,
        counted,
        sum(counts.get(state, 0) for state in State if state.is_open),
        counts.get(State.REJECTED, 0) + counts.get(State.REVERSED, 0),
        whole,
        attained(line, counted if whole else None, thresholds(), on),
        of_counted.things,
        of_counted.asked,
    )


# ---- contributions


def _by_state(rows: QuerySet[Contribution], state: str, asked: Asked) -> QuerySet[Contribution]:
    return rows.filter(state__in=[one.value for one in State if one.is_open] if state == "open" else [state])


#: What contributions can be narrowed to.
STATES: Final = ("open", *(state.value for state in State))
#: The newest first.
CONTRIBUTIONS: Final = RecordList(
    Contribution,
    "scorecard",
    "scorecard:claims",
    filters=(choice("state", STATES, _by_state, default="open"), text("indicator", "indicator__code")),
    related=(
        "indicator",
        "unit",
        "claimed_by",
        "checker",
        "platform",
        "case__company",
        "case__unit",
        "project__pilot__match__unit",
    ),
    columns=(
        Column("reference", lambda one, lang: one.reference),
        Column("indicator", lambda one, lang: one.indicator.titles[lang]),
        Column("thing", lambda one, lang: one.case.reference if one.case else str(one.thing)),
        Column("unit", lambda one, lang: one.unit.name_zh if lang == "zh" else one.unit.name_en),
        Column("state", lambda one, lang: say(f"scorecard.state_{one.state}", lang)),
        Column("claimed", lambda one, lang: one.claimed),
        Column("claimed_by", lambda one, lang: str(one.claimed_by) if one.claimed_by else None),
        Column("checker", lambda one, lang: str(one.checker) if one.checker else None),
        Column("decided", lambda one, lang: one.decided),
        Column("reason", lambda one, lang: one.reason),
    ),
)


def to_reverse(user: AnyUser, most: int) -> list[Contribution]:
    """What counts and is asked back, as far as somebody may see it; the oldest first."""
    rows = visible(user, Contribution.objects.exclude(asked="")).order_by("asked_at", "pk")
    return list(CONTRIBUTIONS.complete(rows)[:most])


def contribution_of(user: AnyUser, reference: str) -> Contribution | None:
    return CONTRIBUTIONS.complete(visible(user, Contribution.objects.all())).filter(reference=reference).first()


def to_check(user: AnyUser, most: int) -> list[Contribution]:
    """Open claims that somebody may decide on, the nearest day first: none of what they prepared."""
    keys = _TO_CHECK(scope=scope_of(user, Contribution, "check"), most=most * 3)
    if not keys:  # most days; what a row shows lies in ten tables
        return []
    rows = list(CONTRIBUTIONS.complete(Contribution.objects.filter(pk__in=keys)).order_by("check_by", "pk"))
    prepared, key = preparers_of(rows), (user and user.pk) or 0
    return [row for row in rows if key not in prepared[row.pk]][:most]


def _to_check(*, scope: Q | None, most: int) -> QuerySet[Contribution, int]:
    found = in_scope(Contribution.objects.filter(state__in=[s.value for s in State if s.is_open]), scope)
    return found.order_by("check_by", "pk").values_list("pk", flat=True)[:most]


_TO_CHECK: Final[Prepared[int]] = Prepared(_to_check)


# ---- what may be claimed


@dataclass(frozen=True)
class Proposal:
    """A verified thing that an indicator takes, as far as is known, and that nobody has claimed for it. `same` is the
    contribution that it would be counted as one with."""

    indicator: Indicator
    thing: Countable
    titles: Mapping[str, str]
    label: str
    day: date | None
    same: Contribution | None = None


def proposals(
    user: AnyUser, on: date, most: int, *, indicator: Indicator | None = None, case: LandingCase | None = None
) -> list[Proposal]:
    """Nothing is claimed by itself: what an officer may claim, by an act. Of one indicator, or of one case."""
    rows = Indicator.objects.filter(pk=indicator.pk) if indicator else Indicator.objects.exclude(thing=Thing.PLATFORM)
    found: list[Proposal] = []
    for row in visible(user, rows).select_related("unit").prefetch_related("definitions"):
        line = in_force(row.definitions.all(), on)
        if line is not None and len(found) < most:
            left = most - len(found)
            found += _fitting(row, line, _unclaimed(user, row, case)[: left * 4], on, left)
    return found


def _unclaimed(
    user: AnyUser, row: Indicator, case: LandingCase | None
) -> QuerySet[LandingCase] | QuerySet[DemonstrationProject]:
    taken = Contribution.objects.filter(indicator=row)
    if row.thing == Thing.LANDING:
        cases = LandingCase.objects.filter(stage__in=LANDED, unit__path__startswith=row.unit.path)
        cases = cases.filter(pk=case.pk) if case is not None else cases
        cases = cases.exclude(pk__in=taken.values("case")).select_related("company", "unit")
        return visible(user, cases, "work").order_by("-since", "-pk")
    if row.thing == Thing.PROJECT and case is None:
        shown = DemonstrationProject.objects.filter(
            pilot__state=PilotState.ACCEPTED, pilot__match__unit__path__startswith=row.unit.path
        )
        shown = shown.exclude(pk__in=taken.values("project")).select_related("pilot__match__unit")
        return visible(user, shown, "work").order_by("-since", "-pk")
    return LandingCase.objects.none()


def _fitting(row: Indicator, line: Definition, things: Iterable[Countable], on: date, most: int) -> list[Proposal]:
    found: list[Proposal] = []
    for thing in things:
        about = known(thing, on)
        if len(found) < most and about.verified and fits(filter_of(line), about.facts)[0] is not False:
            same = counted_before(row, line, about, on)
            found.append(Proposal(row, thing, about.titles, about.label, about.facts.day, same))
    return found


# ---- editions


def editions(user: AnyUser) -> QuerySet[FrozenEdition]:
    return visible(user, FrozenEdition.objects.select_related("unit", "by").defer("content"))


def edition_of(user: AnyUser, pk: int) -> FrozenEdition | None:
    return visible(user, FrozenEdition.objects.select_related("unit", "by")).filter(pk=pk).first()


def edition_before(edition: FrozenEdition) -> FrozenEdition | None:
    """The one that was frozen before it, of the same unit."""
    return FrozenEdition.objects.filter(unit=edition.unit, number=edition.number - 1).first()


def units_led(user: AnyUser, on: date, roles: Iterable[Role]) -> list[Unit]:
    """Units in which somebody holds one of the roles, with those below, by their place in the tree."""
    wanted, scope = set(roles), Q(pk=None)
    for one in memberships(user, on):
        if one.role in wanted and one.unit is not None:
            scope |= Q(path__startswith=one.unit.path)
    return list(Unit.objects.filter(scope).order_by("path")[:300])


def own_units(user: AnyUser, on: date) -> list[Unit]:
    """The units in which somebody holds a role themselves."""
    return [one.unit for one in memberships(user, on) if one.unit is not None]
