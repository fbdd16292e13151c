"""The procedures behind observed times: steps that an office decided, with the clocks they were counted by."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from luodi.advice.landing_plan.times import Time
from luodi.advice.plan_steps import time_of_book
from luodi.advice.steps import steps_book
from luodi.casework.clocks import Clock, Pause
from luodi.casework.observed import DECIDED, ENOUGH, Decided, Took, took, window
from luodi.casework.steps import OWN_PACE
from luodi.documents.step_times import law_words, range_words, usual_words
from luodi.web.advisor.models import ObservedTime
from luodi.web.advisor.observed import latest
from luodi.web.cases.models import CaseStep
from luodi.web.cases.models import Pause as PauseRow
from luodi.web.cases.queries.calendars import calendar_at
from luodi.web.core.lists import Asked, Column, Filter, RecordList, choice, clean_text
from luodi.web.core.permissions import visible
from luodi.web.core.types import AnyUser

#: What waits for an office: not what the company does at its own pace, and not what was handed in with another step.
_OF_OFFICES: Final = Q(runs_with="") & (
    Q(basis_of_days__rests__isnull=True) | ~Q(basis_of_days__rests__in=sorted(OWN_PACE))
)


def decided_steps(on: date) -> QuerySet[CaseStep]:
    """Those that an office decided in the year until a day, whatever became of the case since."""
    rows = CaseStep.objects.filter(state__in=DECIDED, submitted__isnull=False, decided__range=window(on))
    return rows.filter(_OF_OFFICES)


def procedures(on: date) -> Iterator[Decided]:
    """All of them, for counting; two questions."""
    pauses = _pauses(decided_steps(on))
    names = ("pk", "step", "authority", "case__company", "case__unit__path", "submitted", "decided")
    for pk, step, office, company, path, filed, day in decided_steps(on).order_by().values_list(*names).iterator():
        clock = Clock(filed, None, day, _since(filed, pauses.get(pk, ())))
        yield Decided(step, office["zh"], company, clock, calendar_at(path))


def _pauses(rows: QuerySet[CaseStep]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = defaultdict(list)
    stopped = PauseRow.objects.filter(clock__step__in=rows.order_by().values("pk")).order_by("first", "id")
    for step, first, last, cause in stopped.values_list("clock__step", "first", "last", "cause"):
        found[step].append(Pause(first, last, cause))
    return found


def _since(filed: date, pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """A step that was filed again has pauses of before."""
    return tuple(one for one in pauses if one.first >= filed)


# ---- the list of observed times


def _of_the_latest(rows: QuerySet[ObservedTime], text: str, asked: Asked) -> QuerySet[ObservedTime]:
    return rows.filter(pk__in=latest(asked.on).order_by().values("pk"))


def _by_number(rows: QuerySet[ObservedTime], text: str, asked: Asked) -> QuerySet[ObservedTime]:
    return rows.filter(least=None) if text == "few" else rows.exclude(least=None)


def _in_words(rows: QuerySet[ObservedTime], text: str, asked: Asked) -> QuerySet[ObservedTime]:
    """The book has the titles of steps, so they are looked through here."""
    wanted = text.casefold().split()
    for word in wanted:
        steps = [
            name for name, step in steps_book().steps.items() if word in " ".join(step.rule.title.values()).casefold()
        ]
        rows = rows.filter(Q(step__in=steps) | Q(office__icontains=word) | Q(office_en__icontains=word))
    return rows


def title_of_step(step: str) -> dict[str, str]:
    """As the book has it; of a step that it has no more, its id."""
    found = steps_book().steps.get(step)
    return dict(found.rule.title) if found else {"zh": step, "en": step}


def book_time(step: str, on: date) -> Time | None:
    """What the book says of a step; None for one that it has no more."""
    found = steps_book().steps.get(step)
    return time_of_book(found, on) if found else None


def _in_book(row: ObservedTime, lang: str) -> tuple[str, str]:
    time = book_time(row.step, row.last)
    return ("", "") if time is None else (law_words(time, lang), usual_words(time, lang))


def office_of(row: ObservedTime, lang: str) -> str:
    return row.office if lang == "zh" else row.office_en


def observed_range(row: ObservedTime, lang: str) -> str:
    """Blank for fewer than ten procedures."""
    return "" if row.least is None or row.most is None else range_words(row.least, row.most, lang)


def whole_range(row: ObservedTime, lang: str) -> str:
    if row.whole_least is None or row.whole_most is None:
        return ""
    return range_words(row.whole_least, row.whole_most, lang)


#: One row for each step and office, as they were counted last; only in those of ten procedures or more are times.
OBSERVED: Final = RecordList(
    ObservedTime,
    "cases",
    "cases:observed",
    filters=(
        Filter("latest", lambda text: "", _of_the_latest, always=True),
        choice("enough", ("enough", "few"), _by_number, default="enough"),
        Filter("words", clean_text, _in_words),
    ),
    order=("-n", "step", "office"),
    columns=(
        Column("observed_step", lambda row, lang: title_of_step(row.step)[lang]),
        Column("observed_office", office_of),
        Column("observed_law", lambda row, lang: _in_book(row, lang)[0]),
        Column("observed_usual", lambda row, lang: _in_book(row, lang)[1]),
        Column("observed_range", observed_range),
        Column("observed_whole", whole_range),
        Column("observed_n", lambda row, lang: row.n if row.n >= ENOUGH else None),
    ),
)


@dataclass(frozen=True)
class Line:
    """A row of that list in words; `number` is 0 for fewer than ten procedures, whatever their number."""

    row: ObservedTime
    title: str
    office: str
    law: str
    usual: str
    observed: str
    whole: str
    number: int


def line_of(row: ObservedTime, lang: str) -> Line:
    """Whoever shows a row shows this: it names no number below ten."""
    number = row.n if row.n >= ENOUGH else 0
    title, office = title_of_step(row.step)[lang], office_of(row, lang)
    return Line(row, title, office, *_in_book(row, lang), observed_range(row, lang), whole_range(row, lang), number)


# ---- the cases behind a row


@dataclass(frozen=True)
class Behind:
    """A procedure that somebody may see, with the working days that it took."""

    step: CaseStep
    took: Took


BEHIND: Final = RecordList(
    CaseStep, "cases", "cases:observed_time", order=("-decided", "-pk"), related=("case__company", "case__unit")
)


def behind(user: AnyUser, row: ObservedTime) -> QuerySet[CaseStep]:
    """The steps that were counted, as far as somebody may see their cases, and as they stand now."""
    there = decided_steps(row.last).filter(step=row.step, authority__zh=row.office)
    return BEHIND.complete(visible(user, there))


def procedures_in(rows: QuerySet[CaseStep]) -> int:
    """Counted as the figure counts them: the same procedure in two cases of a company once."""
    return rows.order_by().values("case__company", "submitted", "decided").distinct().count()


def with_times(rows: Sequence[CaseStep]) -> list[Behind]:
    """Of one page of them, in one question."""
    pauses = _pauses(CaseStep.objects.filter(pk__in=[row.pk for row in rows]))
    return [Behind(row, _took(row, pauses.get(row.pk, ()))) for row in rows]


def _took(row: CaseStep, pauses: Sequence[Pause]) -> Took:
    assert row.submitted is not None
    clock = Clock(row.submitted, None, row.decided, _since(row.submitted, pauses))
    return took(clock, calendar_at(row.case.unit.path))
