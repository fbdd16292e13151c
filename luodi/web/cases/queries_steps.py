"""Reading the work of a case: its steps with their clocks, its tracks, what is left of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from luodi.casework import clocks, steps
from luodi.casework.step_states import StepAct, StepState, acts_on
from luodi.casework.steps import Remaining, Step, TrackState
from luodi.web.advisor.models import Determination
from luodi.web.cases.calendars import calendar_of
from luodi.web.cases.models import CaseStep, Claim, Clock, InfoRequest, LandingCase, Pause, Proof

_PAUSES = Prefetch("pauses", Pause.objects.order_by("first", "id"))
#: What a page shows of a case beside its own row, and what its gates ask; without what no page shows of a step.
_ROWS = (
    Prefetch("steps", CaseStep.objects.defer("documents", "basis", "basis_of_days")),
    Prefetch("clocks", Clock.objects.filter(stopped=None).prefetch_related(_PAUSES), to_attr="running"),
    Prefetch("proofs", Proof.objects.select_related("file", "by")),
    Prefetch("requests", InfoRequest.objects.select_related("by", "answered_by")),
    Prefetch("claims", Claim.objects.select_related("by", "verifier")),
    "checks", "obligations",
    Prefetch("determination__replaced_by", Determination.objects.only("replaces")),
)  # fmt: skip
_RUNNING = Prefetch("clocks", Clock.objects.filter(stopped=None).prefetch_related(_PAUSES), to_attr="running")


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
class Work:
    """Everything of the work of a case on a day; three questions to the database, whatever the case, and none where a
    page has read its rows."""

    rows: tuple[StepShown, ...]
    tracks: dict[str, TrackState]
    left: Remaining
    finish: date

    def of(self, track: str) -> list[StepShown]:
        return [one for one in self.rows if one.row.track == track]


def work_of(case: LandingCase, on: date) -> Work:
    rows = _rows(case)
    calendar = calendar_of(case.unit)
    readings = {row.step: _reading(row, on, calendar) for row in rows}
    held = {row.step: _step(row, readings[row.step]) for row in rows}
    titles = {row.step: row.title for row in rows}
    left = steps.remaining(list(held.values()))
    shown = (
        StepShown(
            row, readings[row.step], tuple(titles[name] for name in steps.blocked_by(held[row.step], held)),
            acts_on(StepState(row.state)),
        )
        for row in rows
    )  # fmt: skip
    return Work(tuple(shown), steps.track_states(list(held.values())), left, calendar.add_working_days(on, left.days))


def read_for_page(case: LandingCase) -> None:
    """Read the rows that belong to a case, once for all parts of a page; each finds them with the case itself."""
    prefetch_related_objects([case], *_ROWS)
    by_pk = {row.pk: row for row in case.steps.all()}
    for row in by_pk.values():
        row.case, row.running = case, []
    for clock in case.running:
        clock.case = case
        if clock.step_id is not None:
            clock.step = by_pk[clock.step_id]
            clock.step.running.append(clock)
    for one in case.requests.all():
        one.step = by_pk.get(one.step_id)


def as_steps(case: LandingCase, on: date) -> list[Step]:
    """The steps for `casework.steps`."""
    calendar = calendar_of(case.unit)
    return [_step(row, _reading(row, on, calendar)) for row in _rows(case)]


def _rows(case: LandingCase) -> list[Any]:
    if "steps" in getattr(case, "_prefetched_objects_cache", ()):
        return list(case.steps.all())
    return list(case.steps.prefetch_related(_RUNNING).order_by("place", "id"))


def _reading(row: Any, on: date, calendar: Any) -> clocks.Reading | None:
    return row.running[0].reading(on, calendar) if row.running else None


def _step(row: CaseStep, reading: clocks.Reading | None) -> Step:
    return Step(
        id=row.step, track=row.track, state=StepState(row.state), needs=frozenset(row.needs),
        runs_with=row.runs_with or None, days=row.days, left=reading.left if reading else None,
        optional=row.optional or row.recurs,
    )  # fmt: skip
