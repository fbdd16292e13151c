"""How companies rate the handling of their cases: the list, what waits for a leader, and figures."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from luodi.casework.ratings import GRADES, POOR, Occasion, Satisfaction, occasion_of
from luodi.casework.stages import End, Stage
from luodi.web.cases.models import HandlingRating, LandingCase
from luodi.web.cases.queries.calendars import late, late_before_at
from luodi.web.core.agenda import DayRow, names_of
from luodi.web.core.lists import Asked, RecordList, choice
from luodi.web.core.pages import url
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import both

STATES: Final = ("waiting", "late", "poor")


def rated_after(case: LandingCase) -> Occasion | None:
    return occasion_of(Stage(case.stage), End(case.end))


def to_be_rated(case: LandingCase) -> bool:
    """Whether the company can rate it as it stands, and has not yet."""
    occasion = rated_after(case)
    return occasion is not None and not any(one.occasion == occasion for one in case.ratings.all())


def ratings_of(case: LandingCase) -> list[HandlingRating]:
    """Without asking where there can be none: it may be read by whoever may see the case."""
    if rated_after(case) is None and not Stage(case.stage).has_landed and case.end == End.NONE:
        return []
    return list(case.ratings.select_related("by", "replied_by"))


def _by_state(rows: QuerySet[HandlingRating], state: str, asked: Asked) -> QuerySet[HandlingRating]:
    if state == "poor":
        return rows.filter(rating__lte=POOR)
    waiting = rows.filter(due__isnull=False, replied=None)
    return waiting.filter(late(asked.on, "due", "case__unit")) if state == "late" else waiting


RATINGS: Final = RecordList(
    HandlingRating,
    "cases",
    "cases:ratings",
    filters=(choice("state", STATES, _by_state),),
    order=("-at", "-pk"),
    related=("case__company", "case__unit", "replied_by"),
)


@dataclass(frozen=True)
class RatingFigures:
    """Of the handling of cases within a period: ratings of each grade from 5 to 1, of how many cases that could be
    rated (`rated`, `could`), and poor ones without an answer."""

    grades: tuple[int, ...]
    could: int
    waiting: int

    @property
    def n(self) -> int:
        return sum(self.grades)

    @property
    def satisfaction(self) -> Satisfaction:
        return Satisfaction(self.n, sum(n for grade, n in zip(GRADES, self.grades, strict=True) if grade > POOR))


def figures(rows: QuerySet[HandlingRating], cases: QuerySet[LandingCase], first: date, last: date) -> RatingFigures:
    """Of ratings and cases that somebody may see. A case could be rated for its landing and for its end: both count."""
    inside = rows.filter(at__date__range=(first, last)).order_by()
    counted = dict(inside.values_list("rating").annotate(n=Count("pk")))
    landed = Q(claims__state="verified", claims__decided__date__range=(first, last))
    could = cases.filter(landed).distinct().count() + cases.filter(ended__range=(first, last)).count()
    waiting = rows.filter(due__isnull=False, replied=None).count()
    return RatingFigures(tuple(counted.get(grade, 0) for grade in GRADES), could, waiting)


def day_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """Poor ratings that wait for an answer, of the units that somebody leads; not of cases that they handle."""
    units = [one.unit for one in memberships(user, on) if one.role == Role.LEADER and one.unit]
    if user is None or not units:
        return []
    mine = Q()
    for unit in units:
        mine |= Q(case__unit__path__startswith=unit.path)
    found = visible(user, HandlingRating.objects.filter(mine, due__isnull=False, replied=None), on=on)
    rows = found.exclude(case__officer=user.pk).select_related("case__company", "case__unit").order_by("due", "pk")
    return [_day_row(one, on) for one in rows[:limit]]


def _day_row(one: HandlingRating, on: date) -> DayRow:
    assert one.due is not None
    case, names = one.case, names_of(one.case.company)
    return DayRow(
        "overdue" if one.due < late_before_at(case.unit.path, on) else "due",
        names["zh"] or names["en"],
        case.reference,
        both("cases.day_rated_poor"),
        both("cases.day_leader"),
        both("cases.act_reply_rating"),
        url("cases:case", case.reference),
        one.due,
        names=names,
    )
