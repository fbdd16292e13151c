"""Asking for the reversal of what counts: when a case ends or goes on again, when a company turns out to be one that
counts already, when a day of landing is corrected. A person decides, see `contributions.reverse` and `keep`."""

from datetime import datetime

from django.db.models import Q
from django.utils.timezone import localdate

from luodi.scorecard.contributions import Asked, Distinct, State, fits
from luodi.web.accounts.models import Company
from luodi.web.cases.models import LandingCase
from luodi.web.core.actions import Changed, Unchanged, action
from luodi.web.core.types import AnyUser
from luodi.web.scorecard.actions.moments import in_turn
from luodi.web.scorecard.models import Contribution, ContributionStep, Indicator
from luodi.web.scorecard.notices import tell_leaders
from luodi.web.scorecard.queries.countable import known
from luodi.web.scorecard.queries.definitions import filter_of, in_force
from luodi.web.scorecard.queries.same import doubles


@action("ask_reversal", model=Contribution)
def ask_reversal(row: Contribution, why: Asked, *, at: datetime) -> Changed | Unchanged:
    """What counts is to be looked at again; the leaders who can reverse it are told."""
    if row.state != State.COUNTED or row.asked == why:
        return Unchanged()
    return Changed({"asked": why, "asked_at": at}, notify=lambda done: tell_leaders(done, at=at))


@action("withdraw_reversal", model=Contribution)
def withdraw_reversal(row: Contribution) -> Changed | Unchanged:
    """The reason is gone, such as a merge that was undone."""
    return Changed({"asked": "", "asked_at": None}) if row.asked else Unchanged()


def of_case(case: LandingCase, why: Asked, *, at: datetime) -> None:
    """For every indicator that a case counts for."""
    for row in _counted(Q(case=case)):
        ask_reversal(row, why, by=None, at=at)


def of_day(case: LandingCase, *, at: datetime) -> None:
    """Where the indicator does not take the corrected day of a landing."""
    on = localdate(at)
    for row in _counted(Q(case=case)):
        line = in_force(row.indicator.definitions.all(), on)
        if line is not None and fits(filter_of(line), known(case, on).facts) == (False, "day"):
            ask_reversal(row, Asked.DAY, by=None, at=at)


def of_merge(kept: Company, gone: Company, act: str, *, by: AnyUser, at: datetime) -> None:
    """Write down whose the contributions of both companies are now, and ask for those that add nothing any more."""
    rows = _counted(Q(company__in=(kept, gone)) | Q(group__in=(kept, gone)))
    for row in rows:
        follow_company(row, act, by, by=None, at=at)
    for indicator in {row.indicator for row in rows}:
        _compare(indicator, at)


@action("follow_company", model=Contribution)
def follow_company(row: Contribution, act: str, merger: AnyUser, *, at: datetime) -> Changed | Unchanged:
    """A merge, or undoing one, changed whose landing it is: a step says so, since editions are made of steps."""
    last = row.steps.last()
    assert last is not None  # it was claimed
    now = {"company": row.company_id, "group": row.group_id}
    if {name: last.rests_on.get(name) for name in now} == now:
        return Unchanged()
    rests_on = {**last.rests_on, **now}
    values = {"state": row.state, "reason": last.reason, "rests_on": rests_on, "by": merger}
    ContributionStep.objects.create(contribution=row, act=act, at=in_turn(row.unit, at), **values)
    return Changed(details=now)


def _compare(indicator: Indicator, at: datetime) -> None:
    line = in_force(indicator.definitions.all(), localdate(at))
    rows = _counted(Q(indicator=indicator))
    double = doubles(rows, Distinct(line.distinct) if line else Distinct.THING)
    for row in rows:
        if row.pk in double and not row.asked:
            ask_reversal(row, Asked.MERGED, by=None, at=at)
        elif row.pk not in double and row.asked == Asked.MERGED:
            withdraw_reversal(row, by=None, at=at)


def _counted(condition: Q) -> list[Contribution]:
    rows = Contribution.objects.filter(condition, state=State.COUNTED).order_by("pk")
    return list(rows.select_related("indicator__unit", "unit").prefetch_related("indicator__definitions"))
