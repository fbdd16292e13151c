"""The officers of somebody's units, each with their open cases by group."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet

from luodi.casework.stages import End
from luodi.web.accounts.models import User
from luodi.web.accounts.queries import colleagues_of
from luodi.web.cases.models import LandingCase
from luodi.web.core.permissions import visible
from luodi.web.workbench.queries.bands import banded


@dataclass(frozen=True)
class TeamRow:
    """`officer` is None for the cases that nobody has."""

    officer: User | None
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def people_of(user: User, on: date) -> list[User]:
    """Officers of one's units, and whoever else still has an open case that one may see."""
    with_cases = _open_cases(user).exclude(officer=None).order_by().values("officer")
    others = User.objects.filter(pk__in=with_cases)
    found = {one.pk: one for one in (*colleagues_of(user, on=on), *others)}
    return sorted(found.values(), key=lambda one: (one.name or one.email, one.pk))


def team_of(user: User, on: date) -> list[TeamRow]:
    """Everybody of the team, those without a case too; cases without an officer last."""
    counts: dict[int | None, dict[str, int]] = defaultdict(dict)
    grouped = banded(_open_cases(user), on).order_by().values_list("officer", F("band"))
    for officer, band, n in grouped.annotate(n=Count("pk")):
        counts[officer][band] = n
    rows = [TeamRow(one, counts[one.pk]) for one in people_of(user, on)]
    return [*rows, TeamRow(None, counts[None])] if counts[None] else rows


def _open_cases(user: User) -> QuerySet[LandingCase]:
    return visible(user, LandingCase.objects.filter(end=End.NONE))
