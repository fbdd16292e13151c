"""Somebody's day: every open case of theirs once, in its most urgent group, and what else each app has for them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import Count, F, QuerySet

from luodi.casework.stages import End
from luodi.documents import wording
from luodi.web.accounts.models import User
from luodi.web.cases import agenda as cases
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries import agreements, ratings
from luodi.web.core.agenda import Band, DayRow
from luodi.web.core.pages import url
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser
from luodi.web.core.words import both, say
from luodi.web.dealings import agenda as dealings
from luodi.web.docking import agenda as docking
from luodi.web.events import agenda as events
from luodi.web.leads import agenda as leads
from luodi.web.mail import agenda as mail
from luodi.web.obstacles import agenda as obstacles
from luodi.web.scorecard import agenda as scorecard
from luodi.web.workbench.queries.bands import CASE_BANDS, NEVER, banded, in_order, week_ends

#: Groups of what is no case of one's own.
BESIDE_BANDS: Final[tuple[Band, ...]] = ("overdue", "due", "waiting", "new")
PAGE: Final = 100  # cases of a page
_MOST: Final = 500  # rows that an app may have
_MOST_NEW: Final = 20  # of what nobody has taken yet
_BESIDE_CASES: Final = (agreements, ratings, dealings, obstacles, mail, leads, docking, events, scorecard)
_WITH_NEW: Final = (mail, leads, docking, scorecard)


@dataclass(frozen=True)
class Day:
    """`lines` are a page of the open cases, `counts` those of each group over all pages. `rows` belong to no case of
    one's own, and `is_cut` says that an app has more of them."""

    on: date
    week_ends: date
    counts: Mapping[str, int]
    lines: tuple[DayRow, ...]
    page: int
    rows: tuple[DayRow, ...]
    is_cut: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    def of(self, band: str) -> list[DayRow]:
        return [row for row in self.lines if row.band == band]

    def beside(self, band: str) -> list[DayRow]:
        return [row for row in self.rows if row.band == band]

    def page_of(self, band: str) -> int:
        """Where a group begins."""
        before = CASE_BANDS[: CASE_BANDS.index(band)]
        return 1 + sum(self.counts.get(one, 0) for one in before) // PAGE


def day_of(user: User, on: date, *, of: User | None = None, page: int = 1) -> Day:
    """One's own day, or that of somebody else: then only the cases that one may see, and what these have."""
    officer = of or user
    found = banded(cases_of(user, officer), on)
    counts = dict(found.order_by().values_list(F("band")).annotate(n=Count("pk")))
    pages = max(1, -(-sum(counts.values()) // PAGE))
    page = min(max(1, page), pages)
    shown = list(_with_names(in_order(found))[(page - 1) * PAGE : page * PAGE])
    beside, is_cut = _first([app.day_rows for app in _BESIDE_CASES], officer, on, _MOST)
    by_case = _by_case([*cases.day_rows([one.pk for one in shown], on), *beside])
    lines = tuple(_line(one, by_case.get(one.reference, ()), on) for one in shown)
    rows: list[DayRow] = []
    if officer == user:
        new, more_new = _first([app.new_rows for app in _WITH_NEW], user, on, _MOST_NEW)
        rows, is_cut = _apart(user, beside, new, on), is_cut or more_new
    return Day(on, week_ends(on), counts, lines, page, tuple(rows), is_cut)


def cases_of(user: AnyUser, officer: User) -> QuerySet[LandingCase]:
    """The open cases of an officer that somebody may see."""
    return visible(user, LandingCase.objects.filter(officer=officer, end=End.NONE))


def rows_beside_cases(user: AnyUser, on: date, limit: int) -> Iterator[DayRow]:
    """Promises, tasks, hand-offs, claims to check, obstacles, leads, matches, events; at most `limit` of each app."""
    for app in _BESIDE_CASES:
        yield from app.day_rows(user, on, limit)


def _first(
    sources: Iterable[Callable[[User, date, int], Sequence[DayRow]]], user: User, on: date, most: int
) -> tuple[list[DayRow], bool]:
    """The first rows of each source, and whether one has more of them."""
    found = [source(user, on, most + 1) for source in sources]
    return [row for rows in found for row in rows[:most]], any(len(rows) > most for rows in found)


def _apart(user: User, beside: Iterable[DayRow], new: Iterable[DayRow], on: date) -> list[DayRow]:
    """What belongs to no open case of one's own, sorted; what is new and has no day comes last."""
    references = {row.case for row in beside if row.case}
    own = set(cases_of(user, user).filter(reference__in=references).values_list("reference", flat=True))
    rows = [_banded(row, week_ends(on)) for row in beside if row.case not in own]
    return sorted([*rows, *new], key=lambda row: (BESIDE_BANDS.index(row.band), row.due or date.max))


def _banded(row: DayRow, ends: date) -> DayRow:
    """What is due after this week waits."""
    later = row.band == "due" and (row.due is None or row.due > ends)
    return replace(row, band="waiting") if later else row


# ---- the line of a case


def _with_names(found: QuerySet[LandingCase]) -> QuerySet[LandingCase]:
    shown = ("reference", "stage", "company__name_zh", "company__name_en")
    return found.select_related("company").only(*shown)


def _by_case(rows: Iterable[DayRow]) -> dict[str, list[DayRow]]:
    found: dict[str, list[DayRow]] = {}
    for row in sorted(rows, key=lambda row: row.due or date.max):
        found.setdefault(row.case, []).append(row)
    return found


def _line(case: LandingCase, rows: Sequence[DayRow], on: date) -> DayRow:
    """What is nearest of a case leads, the rest stands below it; where nothing is one's own to show, what is wrong or
    whom it waits for."""
    band, near, last = _bands_of(case)
    if band not in ("no_step", "quiet") and rows and (near is None or rows[0].due == near):
        return replace(rows[0], band=band, also=tuple(rows[1:]))
    names = {"zh": case.company.name_zh, "en": case.company.name_en}
    kind = band if band in ("no_step", "quiet") else "arranged"
    what = {
        lang: say(
            f"workbench.day_{kind}",
            lang,
            stage=say(f"term.stage_{case.stage}", lang),
            day=wording.day(last.isoformat(), lang),
        )
        for lang in ("zh", "en")
    }
    address = url("cases:case", case.reference)
    if kind != "arranged":
        address = url("dealings:new", case.reference, "talk" if kind == "quiet" else "task")
    return DayRow(
        band=band,
        company=names["zh"] or names["en"],
        case=case.reference,
        what=what,
        waiting_on=both(f"workbench.day_{kind}_on"),
        act=both(f"workbench.day_{kind}_act"),
        address=address,
        due=near,
        names=names,
        also=tuple(rows),
    )


def _bands_of(case: LandingCase) -> tuple[Band, date | None, date]:
    """What `banded` found for it: its group, its nearest day if there is one, and the last contact."""
    found = vars(case)
    near: date = found["near"]
    return found["band"], None if near == NEVER else near, found["last_contact"]
