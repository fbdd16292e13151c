"""The clocks of a case as they are kept: started, paused, going on, stopped; `due` is worked out with each act."""

from datetime import date

from django.db.models import Max, Min, Prefetch

from luodi.casework import clocks
from luodi.errors import OutOfRange
from luodi.web.accounts.models import User
from luodi.web.cases.models import CaseStep, Clock, InfoRequest, LandingCase, Pause
from luodi.web.cases.queries.calendars import calendar_of


def start(
    case: LandingCase,
    kind: str,
    on: date,
    limit: int | None,
    *,
    step: CaseStep | None = None,
    request: InfoRequest | None = None,
) -> Clock:
    clock = Clock.objects.create(case=case, kind=kind, started=on, limit=limit, step=step, request=request)
    return _timed(clock, on)


def pause(clock: Clock, cause: str, on: date, *, by: User | None) -> None:
    """Raises `NotNow` where it is paused or has stopped, `MissingKey` without a cause."""
    kept = clock.as_clock()
    clocks.paused(kept, kept.pauses, clocks.Pause(on, None, cause))
    Pause.objects.create(clock=clock, first=on, cause=cause.strip(), by=by)
    _timed(clock, on)


def go_on(clock: Clock, on: date) -> None:
    """End its pause, if there is one."""
    for one in clock.pauses.filter(last=None):
        if on < one.first:
            raise OutOfRange("cases.pause-ends-day-began-or", at="on")
        one.last = on
        one.save(update_fields=["last"])
    _timed(clock, on)


def stop(clock: Clock, on: date) -> None:
    go_on(clock, on)
    last = clock.pauses.aggregate(Max("last"))["last__max"]
    if on < max(clock.started, last or clock.started):
        raise OutOfRange("cases.clock-stops-day-started-or", at="on")
    clock.stopped, clock.due = on, None
    clock.save(update_fields=["stopped", "due"])
    keep_next(clock.case_id)


def running(**which: object) -> list[Clock]:
    """Those that have not stopped, with their pauses; `step=..`, `request=..` or `case=..`."""
    return list(Clock.objects.filter(stopped=None, **which).prefetch_related(_PAUSES))


_PAUSES = Prefetch("pauses", Pause.objects.order_by("first", "id"))


def _timed(clock: Clock, on: date) -> Clock:
    """Keep the last day of a clock that runs."""
    fresh = Clock.objects.prefetch_related(_PAUSES).get(pk=clock.pk)
    reading = fresh.reading(on, calendar_of(clock.case.unit))
    clock.due = None if reading.is_paused else reading.due
    clock.save(update_fields=["due"])
    keep_next(clock.case_id)
    return clock


def keep_next(case: int) -> None:
    """Keep the nearest last day on the case itself, so that lists by day need no clocks. Within a transaction: the case
    is locked first, so that of two acts at once the second sees the clocks of the first."""
    LandingCase.objects.select_for_update().only("pk").get(pk=case)
    nearest = Clock.objects.filter(case=case, stopped=None).aggregate(Min("due"))["due__min"]
    LandingCase.objects.filter(pk=case).update(next_due=nearest)
