"""Reading for the desk: somebody's day, the queue of open cases by their nearest day, the board by stages."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate

from luodi.casework.stages import ORDER, End, Health, Stage
from luodi.web.accounts.company_index import few_found_by, found_by
from luodi.web.cases.models import Clock, LandingCase
from luodi.web.cases.queries.calendars import late
from luodi.web.cases.queries.cases import row_of
from luodi.web.core.agenda import DayRow
from luodi.web.core.permissions import in_scope, scope_of, visible
from luodi.web.core.prepared import Prepared
from luodi.web.core.types import AnyUser
from luodi.web.leads.lists import INBOX
from luodi.web.workbench.models import About
from luodi.web.workbench.queries.day import day_rows

BANDS: Final = ("overdue", "due", "waiting", "new")
PAGE: Final = 50
CARDS: Final = 20
_OF_A_DAY: Final = 50  # more than anybody does in one; the queue has the rest
UNWELL: Final = "unwell"  # anything but on track
#: What the queue can be narrowed to, by the name of its field.
ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "who": ("mine", "nobody"),
    "state": ("open", "ended", *(stage.value for stage in Stage)),
    "health": (*(health.value for health in Health), UNWELL),
    "clock": ("late", "week", "paused", "none"),
}
DAYS: Final = ("from", "until")  # on which a case was opened
#: Fields that a link fills and the form only keeps.
KEPT: Final = ("unit", "officer", "reached", "step", "outcome", "decided_after", "decided_until", *DAYS)
#: What became of cases: verified landings, those that ended elsewhere, and both.
OUTCOMES: Final = ("landed", "lost", "decided")
_FEW: Final = 5_000  # companies that words find, to be named one by one
_REFERENCE: Final = re.compile(r"LD-\d{4}-\d{4,9}", re.IGNORECASE)
_STEP: Final = re.compile(r"[a-z][a-z0-9-]{0,79}")


# ---- somebody's day


@dataclass(frozen=True)
class Day:
    """Rows by band, the nearest day first. `is_cut` where there were more than a day can hold."""

    on: date
    week_ends: date
    rows: tuple[DayRow, ...]
    is_cut: bool

    def of(self, band: str) -> list[DayRow]:
        return [row for row in self.rows if row.band == band]


def day_of(user: AnyUser, on: date) -> Day:
    """What one has to do: what is over its day, due until Sunday, waiting on others, and new."""
    ends = on + timedelta(days=6 - on.weekday())
    rows = day_rows(user, on, _OF_A_DAY)
    banded = [_banded(row, ends) for row in rows]
    banded.sort(key=lambda row: (BANDS.index(row.band), row.due or date.max))
    return Day(on, ends, tuple(banded), len(rows) == _OF_A_DAY)


def _banded(row: DayRow, week_ends: date) -> DayRow:
    """What is due after this week waits."""
    later = row.band == "due" and (row.due is None or row.due > week_ends)
    return replace(row, band="waiting") if later else row


# ---- all open cases


def cleaned(given: Mapping[str, str]) -> dict[str, str]:
    """What was asked of the queue, without what it does not know."""
    found = {name: given.get(name, "") for name, known in ASKED.items() if given.get(name, "") in known}
    days = (*DAYS, "decided_after", "decided_until")
    found |= {name: given[name] for name in days if day_asked(given.get(name, ""))}
    found |= {"outcome": given["outcome"]} if given.get("outcome", "") in OUTCOMES else {}
    found |= {"reached": given["reached"]} if given.get("reached", "") in set(Stage) else {}
    found |= {"step": given["step"]} if _STEP.fullmatch(given.get("step", "")) else {}
    words = given.get("words", "").replace("\0", "").strip()[:200]
    number = given.get("unit", "")
    unit = {"unit": number} if number.isdecimal() and len(number) < 10 else {}
    officer = given.get("officer", "")
    person = {"officer": officer} if officer.isdecimal() and len(officer) < 10 else {}
    return {**found, **unit, **person, **({"words": words} if words else {})}


def day_asked(text: str) -> date | None:
    """None for what is no day."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def cases_asked(user: AnyUser, asked: Mapping[str, str], on: date, act: str = "see") -> QuerySet[LandingCase]:
    """The cases that somebody may see and asked for; open ones if neither a state, nor a stage reached, nor what became
    of them was asked for."""
    return _asked(visible(user, LandingCase.objects.all(), act, on=on), (user and user.pk) or 0, asked, on)


def _asked(found: QuerySet[LandingCase], user: int, asked: Mapping[str, str], on: date) -> QuerySet[LandingCase]:
    whole = "state" not in asked and ("reached" in asked or "outcome" in asked)
    found = found if whole else _by_state(found, asked)
    found = _by_outcome(_by_way(found, asked), asked)
    who = asked.get("who")
    if who:
        found = found.filter(officer=user) if who == "mine" else found.filter(officer=None)
    if asked.get("health"):
        well = asked["health"] == UNWELL
        found = found.exclude(health=Health.ON_TRACK) if well else found.filter(health=asked["health"])
    if asked.get("unit"):
        found = found.filter(unit__path__contains=f"/{asked['unit']}/")
    if asked.get("officer"):
        found = found.filter(officer=int(asked["officer"]))
    clock = asked.get("clock", "")
    if asked.get("step"):
        clocks = _of_step(asked["step"])
        found = found.filter(
            pk__in=(clocks.filter(late(on, "due", "case__unit")) if clock == "late" else clocks).values("case_id")
        )
    found = _by_clock(found, clock, on)
    return _by_words(found, asked.get("words", ""))


@dataclass(frozen=True)
class Listed:
    """A list that a view may narrow: `name` of its page, what was asked of it, and the rows that somebody may see."""

    name: str
    cleaned: Callable[[Mapping[str, str]], dict[str, str]]
    rows: Callable[[Any, Mapping[str, str], date], QuerySet[Any]]

    def query(self, asked: Mapping[str, str]) -> str:
        """The filters as they stand behind the address of the list."""
        return urlencode(self.cleaned(asked))


LISTS: Final[Mapping[str, Listed]] = {
    About.CASES: Listed("workbench:queue", cleaned, lambda user, asked, on: cases_asked(user, asked, on)),
    About.LEADS: Listed("leads:inbox", INBOX.read, lambda user, asked, on: INBOX.found(user, asked, on=on)),
}


def _of_step(step: str) -> QuerySet[Clock]:
    """Clocks that run against a limit, of a step, or of questions or verifications."""
    return Clock.objects.filter(Q(step__step=step) | Q(step=None, kind=step), stopped=None, due__isnull=False)


def _by_way(found: QuerySet[LandingCase], asked: Mapping[str, str]) -> QuerySet[LandingCase]:
    """How far they came, and when they were opened."""
    if asked.get("reached"):
        found = found.filter(stage__in=ORDER[ORDER.index(Stage(asked["reached"])) :])
    if asked.get("from"):
        found = found.filter(opened__date__gte=asked["from"])
    return found.filter(opened__date__lte=asked["until"]) if asked.get("until") else found


def _by_outcome(found: QuerySet[LandingCase], asked: Mapping[str, str]) -> QuerySet[LandingCase]:
    outcome = asked.get("outcome")
    if not outcome:
        return found
    after, until = day_asked(asked.get("decided_after", "")), day_asked(asked.get("decided_until", ""))
    if outcome == "landed":
        return landed(found, after, until)
    if outcome == "lost":
        return lost(found, after, until)
    of = [rows(found, after, until).values("pk") for rows in (landed, lost)]
    return found.filter(Q(pk__in=of[0]) | Q(pk__in=of[1]))


def landed(cases: QuerySet[LandingCase], after: date | None, until: date | None) -> QuerySet[LandingCase]:
    """Verified landings, by the day of the last verification; `after` does not belong to the days, `until` does."""
    found = cases.filter(claims__state="verified").annotate(when=Max("claims__decided"))
    return _span(found, "when__date", after, until)


def lost(cases: QuerySet[LandingCase], after: date | None, until: date | None) -> QuerySet[LandingCase]:
    """Those that ended without a verified landing, by the day they ended."""
    found = cases.exclude(end=End.NONE).exclude(stage__in=[Stage.VERIFIED, Stage.AFTERCARE])
    return _span(found, "ended", after, until)


def _span(rows: QuerySet[Any], name: str, after: date | None, until: date | None) -> QuerySet[Any]:
    rows = rows.filter(**{f"{name}__lte": until}) if until else rows
    return rows.filter(**{f"{name}__gt": after}) if after else rows


def _by_state(found: QuerySet[LandingCase], asked: Mapping[str, str]) -> QuerySet[LandingCase]:
    state = asked.get("state", "open")
    if state == "ended":
        return found.exclude(end=End.NONE)
    found = found.filter(end=End.NONE)
    return found if state == "open" else found.filter(stage=state)


def _by_clock(found: QuerySet[LandingCase], clock: str, on: date) -> QuerySet[LandingCase]:
    running = Clock.objects.filter(stopped=None)
    ends = on + timedelta(days=6 - on.weekday())
    wanted = {
        "week": running.filter(due__gte=on, due__lte=ends),
        "paused": running.filter(pauses__last=None, pauses__isnull=False),
    }
    if clock == "late":
        return found.filter(late(on, "next_due", "unit"))
    found = found.filter(next_due__lte=ends) if clock == "week" else found  # whose nearest day is not later than any
    if clock in wanted:
        return found.filter(pk__in=wanted[clock].values("case_id"))
    idle = ~Exists(running.filter(case=OuterRef("pk")))
    return found.filter(idle, next_due=None) if clock == "none" else found


def _by_words(found: QuerySet[LandingCase], words: str) -> QuerySet[LandingCase]:
    if not words:
        return found
    if _REFERENCE.fullmatch(words):  # apart from names: an "or" of both would read every case
        return found.filter(reference=words.upper())
    few = few_found_by(words, _FEW)
    # A few companies are named, so that the database begins with their cases; with many it finds a page soon whichever
    # way it goes.
    if few and connection.vendor == "postgresql":  # as one value: reading thousands costs more than finding
        return found.filter(company__in=RawSQL("SELECT unnest(%s::bigint[])", [few]))
    if few is not None:
        return found.filter(company__in=few)
    return found_by(found, words, "company")


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
    """The cases that `cases_asked` finds and that are open, by stage, those that moved last first; a column holds so
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


def _cards(*keys: int) -> QuerySet[Any, Any]:
    names, officer = ("company__name_zh", "company__name_en"), ("officer__name", "officer__email")
    since = TruncDate("since")  # the day of the site's zone, which the database finds sooner
    rows = LandingCase.objects.filter(pk__in=keys).order_by()
    return rows.values_list("pk", "reference", "health", since, *names, *officer)


_CARDS: Final[Prepared[Any]] = Prepared(_cards, *[int] * (len(ORDER) * CARDS))  # there is no case with the key 0


def _card(row: tuple[Any, ...]) -> Card:
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
) -> QuerySet[Any, Any]:
    cases = _asked(in_scope(LandingCase.objects.all(), scope), user, dict(asked), on)
    parts = [
        cases.filter(end=End.NONE, stage=stage).order_by("-since", "-pk").values_list("stage", "pk")[: CARDS + 1]
        for stage in stages
    ]
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


_COLUMNS: Final[Prepared[Any]] = Prepared(_columns)
