"""The day of landing that was promised, and how what is left stands to it. Early and late are said against it alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.steps import Ends, Work


class Stands(StrEnum):
    AHEAD = "ahead"  # even the last end comes before the day
    WITHIN = "within"  # the day lies between the first and the last end
    LATE = "late"  # even the first end comes after the day


@dataclass(frozen=True)
class Promise:
    """`days` are the working days that lie at least between the end and the day; 0 within."""

    day: date
    stands: Stands
    days: int
    ends: Ends


def promise_of(case: LandingCase, work: Work) -> Promise | None:
    """None where no day was promised. A landing that was claimed stands to it by its own day."""
    day = case.estimated
    if day is None:
        return None
    ends = work.ends if case.actual is None else Ends(case.actual, case.actual)
    if (late := work.calendar.working_days_between(day, ends.earliest)) > 0:
        return Promise(day, Stands.LATE, late, ends)
    early = 0 if ends.latest is None else work.calendar.working_days_between(ends.latest, day)
    return Promise(day, Stands.AHEAD if early > 0 else Stands.WITHIN, max(early, 0), ends)
