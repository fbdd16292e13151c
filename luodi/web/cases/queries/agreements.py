"""Reading what two sides say of the facts between them, and where these stand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from luodi.casework.agreement import Says, Standing
from luodi.web.accounts.models import User
from luodi.web.cases.models import Statement
from luodi.web.cases.queries.calendars import late_before_at
from luodi.web.cases.signals import agreement_subjects
from luodi.web.core.agenda import DayRow, names_of
from luodi.web.core.lists import Asked, RecordList, choice
from luodi.web.core.pages import place, url
from luodi.web.core.permissions import memberships, visible
from luodi.web.core.roles import Role
from luodi.web.core.types import AnyUser
from luodi.web.core.words import both

STATES: Final = ("open", "late", "over")


@dataclass(frozen=True)
class Subject:
    """A kind of fact between two sides: what it is called (`words`, a key), and its page. `key(number)` is what the
    page is found by, `asked(statement, at)` who is asked to answer a statement; without them the number itself, and
    the representatives of the company. `seen(user)` are the statements on records that somebody may see, where not all
    who see those of a unit may."""

    about: str
    words: str
    endpoint: str
    args: tuple[str, ...] = ()
    key: Callable[[int], object] = int
    asked: Callable[[Statement, datetime], Iterable[User]] | None = None
    seen: Callable[[AnyUser], Q] | None = None


def subject_of(one: Statement) -> Subject:
    """Raises `KeyError` for a kind that no app has."""
    return {each.about: each for each in agreement_subjects.ask()}[one.about]


def address_of(one: Statement) -> str:
    subject = subject_of(one)
    return url(subject.endpoint, *subject.args, subject.key(one.number))


def to_subject(one: Statement, lang: str) -> dict[str, str]:
    """Where the letters lead."""
    subject = subject_of(one)
    return {"place": place(subject.endpoint, lang, *subject.args, subject.key(one.number))}


def statements(about: str, number: int) -> QuerySet[Statement]:
    """What was said of a fact, the first one first."""
    return Statement.objects.filter(about=about, number=number).select_related("by").order_by("pk")


def last_statement(about: str, number: int) -> Statement | None:
    return statements(about, number).last()


def standing_of(about: str, number: int) -> Standing | None:
    """Where a fact stands; None where nobody has said anything, as in releases before 2026.12."""
    last = last_statement(about, number)
    return last.standing if last is not None else None


def standings(about: str, numbers: Iterable[int]) -> dict[int, Standing]:
    """Those of many, in one query."""
    rows = Statement.objects.filter(about=about, number__in=list(numbers)).order_by("pk")
    return {one.number: one.standing for one in rows.only("number", "says")}


def is_last(one: Statement) -> bool:
    """Whether nobody has answered it."""
    return not _later().filter(about=one.about, number=one.number, pk__gt=one.pk).exists()


def _later() -> QuerySet[Statement]:
    return Statement.objects.order_by()


def last_ones(rows: QuerySet[Statement]) -> QuerySet[Statement]:
    """Those that nobody has answered."""
    same = _later().filter(about=OuterRef("about"), number=OuterRef("number"), pk__gt=OuterRef("pk"))
    return rows.filter(~Exists(same))


# ---- disagreements


def disputes(rows: QuerySet[Statement]) -> QuerySet[Statement]:
    return rows.filter(says=Says.DISPUTE)


def may_read(user: AnyUser, rows: QuerySet[Statement]) -> QuerySet[Statement]:
    """Without those of records that somebody may not see, such as a complaint about them."""
    for subject in agreement_subjects.ask():
        if subject.seen is not None:
            rows = rows.exclude(Q(about=subject.about) & ~subject.seen(user))
    return rows


def _by_state(rows: QuerySet[Statement], state: str, asked: Asked) -> QuerySet[Statement]:
    open_ones = last_ones(rows)
    if state == "over":
        return rows.exclude(pk__in=open_ones.values("pk"))
    return open_ones.filter(due__lt=asked.on) if state == "late" else open_ones


#: Every disagreement, also those that are over: a figure that opens to its rows.
DISAGREEMENTS: Final = RecordList(
    Statement,
    "cases",
    "cases:disagreements",
    filters=(choice("state", STATES, _by_state, default="open"),),
    order=("-at", "-pk"),
    related=("company", "unit", "by"),
)


def readable(user: AnyUser) -> QuerySet[Statement]:
    return may_read(user, visible(user, Statement.objects.all()))


def disagreements(user: AnyUser, asked: dict[str, str], *, on: date) -> QuerySet[Statement]:
    return may_read(user, disputes(DISAGREEMENTS.found(user, asked, on=on)))


def open_disagreements(user: AnyUser) -> int:
    return last_ones(may_read(user, disputes(visible(user, Statement.objects.all())))).count()


@dataclass(frozen=True)
class AgreementFigure:
    """Facts of one kind by where they stand: `agreed` within the period, `awaited` and `disputed` now, `oldest` of
    those in dispute; how the disagreements of the period ended: both agreed (`settled`), or one side gave in."""

    subject: Subject
    agreed: int
    awaited: int
    disputed: int
    oldest: date | None
    settled: int
    conceded: int


def figures(rows: QuerySet[Statement], first: date, last: date) -> list[AgreementFigure]:
    """By kind, of statements that somebody may read; kinds of which nothing was said are left out."""
    inside = Q(at__date__range=(first, last))
    disputed = Statement.objects.order_by().filter(inside, says=Says.DISPUTE)
    same = disputed.filter(about=OuterRef("about"), number=OuterRef("number"))
    found = last_ones(rows).annotate(was_disputed=Exists(same)).order_by().values_list("about")
    counts = found.annotate(
        agreed=Count("pk", filter=Q(inside, says=Says.AGREE)),
        awaited=Count("pk", filter=Q(says=Says.PROPOSE)),
        disputed=Count("pk", filter=Q(says=Says.DISPUTE)),
        oldest=Min("at", filter=Q(says=Says.DISPUTE)),
        settled=Count("pk", filter=Q(says=Says.AGREE, was_disputed=True)),
        conceded=Count("pk", filter=Q(says=Says.CONCEDE, was_disputed=True)),
    )
    by_kind = {about: row for about, *row in counts}
    return [
        _figure(subject, *by_kind[subject.about]) for subject in agreement_subjects.ask() if subject.about in by_kind
    ]


def _figure(
    subject: Subject, agreed: int, awaited: int, disputed: int, oldest: datetime | None, settled: int, conceded: int
) -> AgreementFigure:
    day = None if oldest is None else localdate(oldest)
    return AgreementFigure(subject, agreed, awaited, disputed, day, settled, conceded)


def day_rows(user: AnyUser, on: date, limit: int) -> list[DayRow]:
    """Disagreements that wait for a leader, of the units that somebody leads."""
    units = [one.unit for one in memberships(user, on) if one.role == Role.LEADER and one.unit]
    if not units:
        return []
    found = last_ones(may_read(user, disputes(visible(user, Statement.objects.all(), on=on))))
    rows = found.select_related("company", "unit").order_by("due", "pk")
    inside = [one for one in rows[: limit * 4] if any(one.unit.path.startswith(unit.path) for unit in units)]
    return [_day_row(one, on) for one in inside[:limit]]


def _day_row(one: Statement, on: date) -> DayRow:
    assert one.due is not None
    names = names_of(one.company)
    return DayRow(
        "overdue" if one.due < late_before_at(one.unit.path, on) else "due",
        names["zh"] or names["en"],
        "",
        both("cases.day_disagreement"),
        both("cases.day_leader"),
        both("cases.act_settle_disagreement"),
        address_of(one),
        one.due,
        names=names,
    )
