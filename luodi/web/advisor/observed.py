"""Observed times as plans show them: those of the latest count up to a day."""

from datetime import date
from typing import Final

from django.db.models import QuerySet, Subquery

from luodi.advice.landing_plan.times import Observed, Span
from luodi.advice.observed import Observations
from luodi.web.advisor.models import ObservedTime
from luodi.web.core.context import kept
from luodi.web.core.prepared import Prepared


def latest(on: date) -> QuerySet[ObservedTime]:
    """What was counted last, up to a day."""
    last = ObservedTime.objects.filter(last__lte=on).order_by("-last").values("last")[:1]
    return ObservedTime.objects.filter(last=Subquery(last))


_SHOWN: Final[Prepared[ObservedTime]] = Prepared(
    lambda on: latest(on).exclude(least=None).order_by("step", "office"), date
)


def observed_on(on: date) -> Observations:
    """What a plan of a day shows; read once for a request."""
    name = f"observed times of {on.isoformat()}"
    found: Observations | None = kept().get(name)
    if found is None:
        rows = (((row.step, row.office), as_observed(row)) for row in _SHOWN(on))
        found = kept()[name] = Observations(tuple(rows))
    return found


def as_observed(row: ObservedTime) -> Observed:
    """Of ten procedures or more."""
    assert row.least is not None and row.most is not None and row.whole_least is not None
    return Observed(
        min=row.least,
        max=row.most,
        n=row.n,
        first=row.first.isoformat(),
        last=row.last.isoformat(),
        whole=Span(min=row.whole_least, max=row.whole_most),
    )
