"""Reading the work of a case: its steps with their clocks, its tracks, what is left of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import Prefetch, QuerySet

from luodi.advice.landing_plan.steps import OpenStep
from luodi.calendar import WorkingCalendar
from luodi.casework import clocks, steps
from luodi.casework.step_states import StepAct, StepState, acts_on
from luodi.casework.steps import Remaining, Step, TrackState
from luodi.web.advisor.determinations import advice_in
from luodi.web.advisor.models import Determination
from luodi.web.cases.models import CaseStep, Claim, Clock, InfoRequest, LandingCase, Pause, Proof
from luodi.web.cases.models.proofs import Authorisation, Check, Obligation
from luodi.web.cases.queries.calendars import calendar_of
from luodi.web.cases.queries.unsettled import NOTHING, Unsettled, unsettled_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.words import say

_PAUSES = Prefetch("pauses", Pause.objects.order_by("first", "id"))
#: What a page shows of a case beside its own row, and what its gates ask; without what no page shows of a step.
_ROWS: Final[Mapping[str, Prepared[Any]]] = {
    "steps": Prepared(lambda case: CaseStep.objects.filter(case=case).defer("documents", "basis"), int),
    "clocks": Prepared(lambda case: Clock.objects.filter(case=case, stopped=None), int),
    "proofs": Prepared(lambda case: Proof.objects.filter(case=case).select_related("file", "by"), int),
    "requests": Prepared(lambda case: InfoRequest.objects.filter(case=case).select_related("by", "answered_by"), int),
    "claims": Prepared(lambda case: Claim.objects.filter(case=case).select_related("by", "verifier"), int),
    "checks": Prepared(lambda case: Check.objects.filter(case=case), int),
    "obligations": Prepared(lambda case: Obligation.objects.filter(case=case), int),
    "authorisations": Prepared(
        lambda case: Authorisation.objects.filter(case=case).select_related("proof__file", "checked_by"), int
    ),
}
_PAUSES_OF_CASE: Final[Prepared[Pause]] = Prepared(
    lambda case: Pause.objects.filter(clock__case=case, clock__stopped=None).order_by("first", "id"), int
)
#: What gates and flags ask; of duties only whether there are any.
FOR_GATES: Final = tuple(name for name in _ROWS if name != "obligations")
_RUNNING = Prefetch("clocks", Clock.objects.filter(stopped=None).prefetch_related(_PAUSES))


@dataclass(frozen=True)
class StepShown:
    """A step as a page shows it: what it waits for and what may be done, by their titles and names."""

    row: CaseStep
    reading: clocks.Reading | None
    waits_for: tuple[dict[str, str], ...]
    acts: tuple[StepAct, ...]

    @property
    def state(self) -> str:
        """With blocked and ready in place of open."""
        if self.row.state != StepState.OPEN:
            return str(self.row.state)
        return "blocked" if self.waits_for else "ready"


@dataclass(frozen=True)
class Ends:
    """When something can be done: between these days, both included; `latest` is None where nobody can tell one."""

    earliest: date
    latest: date | None


@dataclass(frozen=True)
class Work:
    """Everything of the work of a case on a day; three questions to the database, whatever the case, and none where a
    page has read its rows. Whoever shows a time to come asks `ends` and `ends_of`."""

    rows: tuple[StepShown, ...]
    tracks: dict[str, TrackState]
    left: Remaining
    unplanned: frozenset[str]  # steps that the plan gives no day: open in time, or behind one that is
    unsettled: Unsettled
    calendar: WorkingCalendar
    on: date

    @property
    def ends(self) -> Ends:
        """Of all that a landing waits for."""
        left = self.left
        return self._ends(left.least, None if left.is_open else left.days)

    def starts_of(self, step: str) -> Ends | None:
        """The days between which a step can begin; None for one that is over."""
        left = self.left
        if step not in left.soonest:
            return None
        return self._ends(left.soonest[step].start, None if step in left.open_starts else left.slots[step].start)

    def ends_of(self, step: str) -> Ends | None:
        """The days between which a step can be done; None for one that is over."""
        left = self.left
        if step not in left.soonest:
            return None
        return self._ends(left.soonest[step].finish, None if step in left.open_ends else left.slots[step].finish)

    def _ends(self, least: int, most: int | None) -> Ends:
        last = None if most is None else self.calendar.add_working_days(self.on, most)
        return Ends(self.calendar.add_working_days(self.on, least), last)

    def of(self, track: str) -> list[StepShown]:
        return [one for one in self.rows if one.row.track == track]


def work_of(case: LandingCase, on: date) -> Work:
    rows, calendar = _rows(case), calendar_of(case.unit)
    may_be = unsettled_of(case, rows)
    readings = {row.step: _reading(row, on, calendar) for row in rows}
    held = {row.step: _step(row, readings[row.step], may_be) for row in rows}
    of_case = list(held.values())
    held |= {row.id: steps.unsettled(row) for row in may_be.steps}
    titles = {row.step: row.title for row in rows} | {row.id: title_of(row) for row in may_be.steps}
    left = steps.remaining(list(held.values()))
    shown = (
        StepShown(
            row,
            readings[row.step],
            tuple(titles[name] for name in steps.blocked_by(held[row.step], held)),
            acts_on(StepState(row.state)),
        )
        for row in rows
    )
    states, unplanned = steps.track_states(of_case), steps.open_by_plan(held.values())
    return Work(tuple(shown), states, left, unplanned, may_be, calendar, on)


def title_of(row: OpenStep) -> dict[str, str]:
    """The title of a step that may be needed, which says so wherever it stands."""
    names = {"zh": row.title.zh, "en": row.title.en}
    return {lang: say("cases.may_be_needed", lang, step=name) for lang, name in names.items()}


def read_for_page(case: LandingCase, wanted: Collection[str] = _ROWS) -> None:
    """Read the rows that belong to a case, once for all parts of a page; each finds them with the case itself. `wanted`
    are the relations that the page shows, all if left out; clocks and questions come with steps alone."""
    there = case.__dict__["there"] = _kinds_there(case)
    for name, rows in _ROWS.items():
        if name not in there:
            _put(case, name, [])
        elif name in wanted:
            _put(case, name, rows(case.pk))
    if "clocks" in wanted:
        _join_pauses(case, list(case.clocks.all()))
    if case.determination is not None and "replaced_by" not in there:
        _put(case.determination, "replaced_by", [])
    if "steps" in wanted:
        _join_steps(case, wanted)


def _join_steps(case: LandingCase, wanted: Collection[str]) -> None:
    """Steps with their case and clocks, clocks and questions with their step, as far as they were read."""
    by_pk = {row.pk: row for row in case.steps.all()}
    running: dict[int | None, list[Clock]] = defaultdict(list)
    for clock in case.clocks.all() if "clocks" in wanted else ():
        running[clock.step_id].append(clock)
    for row in by_pk.values():
        _put(row, "clocks", running[row.pk])
    for one in case.requests.all() if "requests" in wanted else ():
        one.step = by_pk.get(one.step_id or 0)


def _pauses_of(*clock_keys: int) -> QuerySet[Any, Any]:
    rows = Pause.objects.filter(clock__in=clock_keys).order_by("first", "id")
    return rows.values_list("clock", "first", "last", "cause")


def pauses_of(clock_keys: Collection[int]) -> dict[int, tuple[clocks.Pause, ...]]:
    """The pauses of many clocks, by key, in order; for readings of which no rows are needed."""
    found: dict[int, list[clocks.Pause]] = defaultdict(list)
    keys = sorted(clock_keys)
    for part in (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE)):
        for key, *pause in _PAUSES_OF(*part, *[0] * (_AT_ONCE - len(part))):
            found[key].append(clocks.Pause(*pause))
    return {key: tuple(pauses) for key, pauses in found.items()}


_AT_ONCE: Final = 50  # clocks; there is none with the key 0
_PAUSES_OF: Final[Prepared[Any]] = Prepared(_pauses_of, *[int] * _AT_ONCE)


def may_have(case: LandingCase, name: str) -> bool:
    """Whether a case may have rows of a relation, such as `promises`: False only where a page found that it has none.
    So the apps above ask nothing of what is empty."""
    there = case.__dict__.get("there")
    return there is None or name in there


def is_read(case: LandingCase) -> bool:
    """Whether `read_for_page` has read this row, which therefore changes nothing before it is shown."""
    return "there" in case.__dict__


def _kinds_there(case: LandingCase) -> frozenset[str]:
    """The relations of which a case has a row, by name, whether one of its clocks was ever paused, and whether its plan
    was replaced: one question, by indexes."""
    names, question = _question()
    with connection.cursor() as cursor:
        cursor.execute(question, [*[case.pk] * (len(names) - 1), case.determination_id])
        return frozenset(name for name, found in zip(names, cursor.fetchone(), strict=True) if found)


@cache
def _question() -> tuple[tuple[str, ...], str]:
    quote = connection.ops.quote_name
    found = {name: one.field for one in LandingCase._meta.related_objects if (name := one.get_accessor_name())}
    parts = [_there(quote(field.model._meta.db_table), quote(str(field.column))) for field in found.values()]
    pauses, clocks_ = (quote(model._meta.db_table) for model in (Pause, Clock))
    parts.append(_there(f"{pauses} JOIN {clocks_} ON {pauses}.clock_id = {clocks_}.id", f"{clocks_}.case_id"))
    plan = Determination._meta.get_field("replaced_by")  # of the plan that the case rests on
    parts.append(_there(quote(plan.related_model._meta.db_table), quote(plan.field.column)))
    return (*found, "pauses", "replaced_by"), f"SELECT {', '.join(parts)}"


def _there(table: str, column: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} WHERE {column} = %s)"


def _put(row: object, name: str, found: list[Any]) -> None:
    """Put the rows of a relation with the one that they belong to, as if it had been asked for them."""
    for one in found:
        setattr(one, getattr(type(row), name).field.name, row)
    held = row.__dict__.setdefault("_prefetched_objects_cache", {})
    rows = getattr(row, name)
    held[name] = rows.all() if found else rows.none()
    held[name]._result_cache = found


def _join_pauses(case: LandingCase, running: list[Clock]) -> None:
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for pause in _PAUSES_OF_CASE(case.pk) if running and may_have(case, "pauses") else ():
        pauses[pause.clock_id].append(pause)
    for clock in running:
        _put(clock, "pauses", pauses[clock.pk])


def as_steps(case: LandingCase, on: date) -> list[Step]:
    """The steps for `casework.steps`, with those that may be needed."""
    rows, calendar = _rows(case), calendar_of(case.unit)
    may_be = unsettled_of(case, rows)
    there = [_step(row, _reading(row, on, calendar), may_be) for row in rows]
    return [*there, *map(steps.unsettled, may_be.steps)]


def _rows(case: LandingCase) -> list[CaseStep]:
    """With the clocks that run."""
    if "steps" in getattr(case, "_prefetched_objects_cache", ()):
        return list(case.steps.all())
    return list(case.steps.prefetch_related(_RUNNING).order_by("place", "id"))


def _reading(row: CaseStep, on: date, calendar: WorkingCalendar) -> clocks.Reading | None:
    running = list(row.clocks.all())
    return running[0].reading(on, calendar) if running else None


def _step(row: CaseStep, reading: clocks.Reading | None, may_be: Unsettled = NOTHING) -> Step:
    waits, rests = may_be.before(row.step), row.basis_of_days.get("rests", "")
    return Step(
        id=row.step,
        track=row.track,
        state=StepState(row.state),
        needs=frozenset(row.needs) | waits,
        runs_with=row.runs_with or None,
        days=0 if steps.is_guest(rests, row.runs_with, waits) else row.days,
        least=row.basis_of_days.get("least"),
        left=reading.left if reading else None,
        optional=row.optional or row.recurs,
        own_pace=row.goes_own_pace,
    )


# ---- the plan beside the steps

#: Handed in, and not decided yet.
UNDER_WAY: Final = (StepState.SUBMITTED, StepState.QUESTION)


def undecided(case: LandingCase) -> list[OpenStep]:
    """Steps of the plan that depend on facts nobody has given, and that the case has not taken in: each as the plan
    has it, with `missing`. None of a plan that was stored in an older shape: it is asked again first."""
    plan = advice_in(case.determination) if case.determination is not None else None
    if plan is None:
        return []
    there = {row.step for row in case.steps.all()}
    return [row for row in (*plan.open_steps, *plan.offered_steps) if row.id not in there]


def left_out(rows: Iterable[CaseStep], plan: Mapping[str, Any]) -> list[CaseStep]:
    """The steps under way that a plan does not name: their state stays, and the officer decides on them."""
    named = (*plan["steps"], *plan["open_steps"], *plan.get("offered_steps", ()), *plan["obligations"])
    return not_named(rows, {row["id"] for row in named})


def not_named(rows: Iterable[CaseStep], named: Collection[str]) -> list[CaseStep]:
    return [row for row in rows if row.state in UNDER_WAY and row.step not in named]
