"""In which group of somebody's day a case stands, as columns for the database: each open case in exactly one."""

from datetime import date, timedelta
from typing import Final

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least, TruncDate

from luodi.casework.book import limits
from luodi.casework.promises import PromiseState
from luodi.casework.tasks import TaskState
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.cases.queries.calendars import late, silent
from luodi.web.core.agenda import Band
from luodi.web.dealings.models import Promise, Referral, Task
from luodi.web.dealings.queries import OPEN as OPEN_REFERRAL
from luodi.web.obstacles.models import OPEN as OPEN_OBSTACLE
from luodi.web.obstacles.models import Obstacle

#: The most urgent first.
CASE_BANDS: Final[tuple[Band, ...]] = ("overdue", "due", "no_step", "quiet", "waiting")
#: Stands for "no day" where days are compared: behind every other.
NEVER: Final = date(9999, 12, 31)


def week_ends(on: date) -> date:
    """Sunday."""
    return on + timedelta(days=6 - on.weekday())


def banded(cases: QuerySet[LandingCase], on: date) -> QuerySet[LandingCase]:
    """The cases with `band`, its `rank`, and `near`: the nearest day of anything that runs or is owed, else `NEVER`.

    Without a next step nothing runs, and nothing is asked, promised or to be done. A case is quiet where nobody has
    talked with the company for more working days than the limit `contact` of the book of cases.
    """
    nearest = [_nearest(rows) for rows in _open()]
    with_days = cases.annotate(
        near=Least(Coalesce("next_due", Value(NEVER)), *nearest, output_field=DateField()),
        last_contact=Coalesce("contacted", TruncDate("opened")),
    )
    has_step = Q(Exists(Clock.objects.filter(case=OuterRef("pk"), stopped=None)))
    for rows in _open():
        has_step |= Q(Exists(rows))
    conditions: dict[Band, Q] = {
        "overdue": late(on, "near", "unit"),
        "due": Q(near__lte=week_ends(on)),
        "no_step": ~has_step,
        "quiet": silent(on, "last_contact", "unit", limits()["contact"]),
    }
    names = [When(condition, then=Value(band)) for band, condition in conditions.items()]
    return with_days.annotate(
        band=Case(*names, default=Value("waiting"), output_field=CharField()),
        rank=Case(
            *(When(band=band, then=Value(place)) for place, band in enumerate(CASE_BANDS)),
            output_field=IntegerField(),
        ),
    )


def _open() -> tuple[QuerySet[Model], ...]:
    """What is open on a case beside its clocks; each has a `due`."""
    return (
        Task.objects.filter(case=OuterRef("pk"), state=TaskState.OPEN),
        Promise.objects.filter(case=OuterRef("pk"), state=PromiseState.OPEN),
        Referral.objects.filter(hand_off__case=OuterRef("pk"), state__in=OPEN_REFERRAL),
        Obstacle.objects.filter(case=OuterRef("pk"), state__in=OPEN_OBSTACLE),
    )


def _nearest(rows: QuerySet[Model]) -> Coalesce:
    first = rows.filter(due__isnull=False).order_by("due").values("due")[:1]
    return Coalesce(Subquery(first, output_field=DateField()), Value(NEVER))


def in_order(cases: QuerySet[LandingCase]) -> QuerySet[LandingCase]:
    """Of `banded`: the most urgent group first, in it the nearest day, then who was talked with longest ago."""
    return cases.order_by(F("rank"), F("near"), F("last_contact"), "pk")
