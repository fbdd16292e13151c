"""Reading for the desk: the queue of open cases by their nearest day, the board by stages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final, TypeAlias

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.functions import TruncDate

from luodi.casework.stages import ORDER, End, Stage
from luodi.web.accounts.models import User
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.cases.queries.cases import row_of
from luodi.web.core.lists import Asked, day_asked
from luodi.web.core.permissions import in_scope, scope_of
from luodi.web.core.prepared import Prepared
from luodi.web.core.types import AnyUser
from luodi.web.workbench.lists import QUEUE

PAGE: Final = 50
CARDS: Final = 20

# ---- all open cases


@dataclass(frozen=True)
class Item:
    """A case in the queue with the clock that decides its place; None where none has a last day."""

    case: LandingCase
    clock: Clock | None


@dataclass(frozen=True)
class Place:
    """Where a page of the queue begins: behind a case and its nearest day, None where it has none."""

    due: date | None
    pk: int

    def __str__(self) -> str:
        return f"{self.due.isoformat() if self.due else 'none'}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for what is no place."""
        day, _, number = text.partition(".")
        if not (number.isdecimal() and len(number) < 19):
            return None
        due = day_asked(day)
        return cls(due, int(number)) if due or day == "none" else None


def queue(cases: QuerySet[LandingCase], after: Place | None = None) -> tuple[list[Item], Place | None]:
    """A page of cases, the nearest last day first and those without one behind; and where the next page begins.

    Nothing is counted, and the clocks are read of the page alone.
    """
    found = _first(cases) if after is None else _behind(cases, after)
    items, last = _with_clocks(found[:PAGE]), found[PAGE - 1] if len(found) > PAGE else None
    return items, Place(last.next_due, last.pk) if last else None


#: By what the list is put in order, other than the nearest day: what is not known comes last, no contact at all first.
_ORDERS: Final = {
    "opened": F("opened").desc(),
    "since": F("since").asc(),
    "estimated": F("estimated").asc(nulls_last=True),
    "contacted": F("contacted").asc(nulls_first=True),
}


def in_order(cases: QuerySet[LandingCase], sort: str, number: int) -> tuple[list[Item], bool]:
    """A page of cases in another order than `queue` has, and whether another follows; keys alone are sorted."""
    start = PAGE * (number - 1)
    keys = list(cases.order_by(_ORDERS[sort], "pk").values_list("pk", flat=True)[start : start + PAGE + 1])
    by_pk = {one.pk: one for one in row_of(LandingCase.objects.filter(pk__in=keys[:PAGE]))}
    return _with_clocks([by_pk[key] for key in keys[:PAGE] if key in by_pk]), len(keys) > PAGE


def _first(cases: QuerySet[LandingCase]) -> list[LandingCase]:
    """In one question where the database sorts what is null behind by itself, and so by an index."""
    if connection.features.nulls_order_largest:
        return _some(cases, None, PAGE + 1)
    return _and_untimed(cases, _some(cases.filter(next_due__isnull=False), None, PAGE + 1))


def _behind(cases: QuerySet[LandingCase], after: Place) -> list[LandingCase]:
    if after.due is None:
        return _some(cases.filter(next_due=None), after, PAGE + 1)
    return _and_untimed(cases, _some(cases.filter(next_due__isnull=False), after, PAGE + 1))


def _and_untimed(cases: QuerySet[LandingCase], timed: list[LandingCase]) -> list[LandingCase]:
    left = PAGE + 1 - len(timed)
    return timed + _some(cases.filter(next_due=None), None, left) if left > 0 else timed


def _some(cases: QuerySet[LandingCase], after: Place | None, most: int) -> list[LandingCase]:
    if after is not None and after.due is not None:
        cases = cases.filter(Q(next_due__gt=after.due) | Q(next_due=after.due, pk__gt=after.pk))
    elif after is not None:
        cases = cases.filter(pk__gt=after.pk)
    return list(row_of(cases).order_by("next_due", "pk")[:most])


_CLOCK: Final = (
    "case",
    "kind",
    "started",
    "limit",
    "stopped",
    "due",
    "request",
    "step__title",
    "step__authority",
    "step__state",
)


def _with_clocks(cases: list[LandingCase]) -> list[Item]:
    """Each with the first of its clocks that have a last day."""
    by_pk = {one.pk: one for one in cases}
    rows = Clock.objects.filter(case__in=by_pk, stopped=None, due__isnull=False).order_by("-due", "-pk")
    rows = rows.select_related("step").only(*_CLOCK).prefetch_related("pauses")
    first = {row.case_id: row for row in rows}
    for row in first.values():
        row.case = by_pk[row.case_id]
    return [Item(one, first.get(one.pk)) for one in cases]


# ---- the board


@dataclass(frozen=True, slots=True)
class Card:
    """What the board shows of a case; `officer` is "" where nobody has it."""

    pk: int
    reference: str
    health: str
    since: date
    names: Mapping[str, str]
    officer: str


@dataclass(frozen=True)
class Column:
    stage: Stage
    cards: tuple[Card, ...]
    has_more: bool


def board(user: AnyUser, asked: Mapping[str, str], on: date) -> list[Column]:
    """The cases that `QUEUE` finds and that are open, by stage, those that moved last first; a column holds so
    many and says if there are more.

    The keys of all columns are read first, then their cards in one query.
    """
    keys: dict[Stage, list[int]] = {stage: [] for stage in ORDER}
    for stage, key in _newest(user, asked, on):
        keys[Stage(stage)].append(key)
    shown = [key for column in keys.values() for key in column[:CARDS]]
    by_pk = {one.pk: one for one in map(_card, _CARDS(*shown, *[0] * (len(ORDER) * CARDS - len(shown))))}
    return [
        Column(stage, tuple(by_pk[key] for key in keys[stage][:CARDS] if key in by_pk), len(keys[stage]) > CARDS)
        for stage in ORDER
    ]


#: Key, reference, health, day, names of the company, name and address of the officer.
_CardRow: TypeAlias = tuple[int, str, str, date, str, str, str | None, str | None]


def _cards(*keys: int) -> QuerySet[LandingCase, _CardRow]:
    names, officer = ("company__name_zh", "company__name_en"), ("officer__name", "officer__email")
    since = TruncDate("since")  # the day of the site's zone, which the database finds sooner
    rows = LandingCase.objects.filter(pk__in=keys).order_by()
    return rows.values_list("pk", "reference", "health", since, *names, *officer)


_CARDS: Final[Prepared[_CardRow]] = Prepared(_cards, *[int] * (len(ORDER) * CARDS))  # there is no case with the key 0


def _card(row: _CardRow) -> Card:
    pk, reference, health, since, zh, en, name, email = row
    return Card(pk, reference, health, since, {"zh": zh or en, "en": en or zh}, name or email or "")


#: Filters of which there are few, or which nearly everybody sets the same way.
_OFTEN_ASKED: Final = frozenset({"who", "state", "health", "unit", "officer"})


def _newest(user: AnyUser, asked: Mapping[str, str], on: date) -> Iterable[tuple[str, int]]:
    """Stages and keys of one more than a column holds. PostgreSQL answers for all stages at once; SQLite sorts no parts
    of a union."""
    whole = connection.features.supports_slicing_ordering_in_compound
    stages = [ORDER] if whole else [(stage,) for stage in ORDER]
    scope, who = scope_of(user, LandingCase, on=on), (user and user.pk) or 0 if "who" in asked else 0
    given = tuple(sorted(asked.items()))
    ask = _COLUMNS if asked.keys() <= _OFTEN_ASKED else _columns
    return chain.from_iterable(ask(stages=some, scope=scope, user=who, asked=given, on=on) for some in stages)


def _columns(
    *, stages: tuple[Stage, ...], scope: Q | None, user: int, asked: tuple[tuple[str, str], ...], on: date
) -> QuerySet[LandingCase, tuple[str, int]]:
    cases = QUEUE.narrowed(in_scope(LandingCase.objects.all(), scope), Asked(User(pk=user), on, dict(asked)))
    parts = [
        cases.filter(end=End.NONE, stage=stage).order_by("-since", "-pk").values_list("stage", "pk")[: CARDS + 1]
        for stage in stages
    ]
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


_COLUMNS: Final[Prepared[tuple[str, int]]] = Prepared(_columns)
