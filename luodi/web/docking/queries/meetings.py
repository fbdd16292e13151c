"""Reading meetings and projects: programmes with the names that a reader may see, and what came of pairings."""

from datetime import date
from typing import Protocol, TypedDict

from django.db.models import Prefetch, QuerySet, Sum

from luodi.casework.meetings import Conversion, MeetingState, Step, reached
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.docking.lists import MATCHES
from luodi.web.docking.models import DemonstrationProject, Match, Meeting, Pairing, Pilot


def meetings(user: AnyUser) -> QuerySet[Meeting]:
    """Those somebody may see, the next and latest first."""
    return visible(user, Meeting.objects.all()).select_related("unit").order_by("-day", "-pk")


def meeting_of(user: AnyUser, reference: str) -> Meeting | None:
    return meetings(user).filter(reference=reference).first()


def ahead(user: AnyUser, first: date, last: date) -> QuerySet[Meeting]:
    """Those of somebody's own units that are announced for some days, the next first."""
    own = visible(user, Meeting.objects.filter(state=MeetingState.ANNOUNCED, day__range=(first, last)), "count")
    return own.order_by("day", "pk")


class SessionShown(Protocol):
    """A session of a programme with the pairings that somebody may see."""

    pk: int
    visible_pairings: list[Pairing]


def programme(user: AnyUser, meeting: Meeting) -> list[SessionShown]:
    """The sessions, each with those of its pairings that somebody may see."""
    rows = visible(user, Pairing.objects.all()).select_related("session__meeting").order_by("table")
    rows = rows.prefetch_related(Prefetch("match", MATCHES.complete(Match.objects.all())))
    return list(meeting.sessions.prefetch_related(Prefetch("pairings", rows, to_attr="visible_pairings")))


def funnel(meeting: Meeting) -> tuple[Conversion, ...]:
    """Pairings, talks, intents, contracts, each with its share of the step before."""
    rows = Pairing.objects.filter(session__meeting=meeting).values_list("step", flat=True)
    return reached(Step(row) for row in rows)


class Total(TypedDict):
    amount_kind: str
    currency: str
    amount: int


def sums(meeting: Meeting) -> list[Total]:
    """Amounts of intents and of contracts by currency; no sum goes across currencies (invariant 17)."""
    rows = Pairing.objects.filter(session__meeting=meeting, amount__isnull=False)
    totals = rows.values("amount_kind", "currency").annotate(amount=Sum("amount"))
    return [Total(**row) for row in totals.order_by("amount_kind", "currency")]


# ---- projects


def projects(user: AnyUser) -> QuerySet[DemonstrationProject]:
    rows = visible(user, DemonstrationProject.objects.all()).select_related("pilot__match__unit")
    return rows.prefetch_related("replications").order_by("-since", "-pk")


def pilots(user: AnyUser) -> QuerySet[Pilot]:
    return visible(user, Pilot.objects.all()).select_related("match").prefetch_related("tests")
