"""What is left of a case on a time line from today: as a picture of a page, and as files that stand alone."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from luodi.casework.step_states import StepState
from luodi.documents.gantt import chart_svg
from luodi.documents.labels import label, working_days
from luodi.documents.report_csv import as_csv
from luodi.documents.schedule_file import notes_of, svg_file
from luodi.documents.view import Bar, Chart
from luodi.terms.figures import day_shown, length_range, short_day_shown
from luodi.web.advisor.determinations import document_of
from luodi.web.cases.models import LandingCase
from luodi.web.cases.models.steps import CaseStep
from luodi.web.cases.queries.steps import StepShown, Work
from luodi.web.cases.views.wording import clock_words
from luodi.web.core.words import say

_FIELDS = (
    "step_id",
    "step",
    "office",
    "time",
    "start_earliest",
    "start_latest",
    "finish_earliest",
    "finish_latest",
    "critical",
    "needs",
    "clause",
)
#: Steps that may be needed, by name in a sentence; the others are counted.
_NAMED = 3
_SAME = ("means", "counted_from", "editions", "terms_of_use")


def left(case: LandingCase, work: Work) -> list[CaseStep]:
    """The steps that are still ahead; none where nothing is left but duties that recur."""
    if case.determination is None:
        return []
    return [shown.row for shown in work.rows if shown.row.step in work.left.slots and not shown.row.recurs]


def chart_of(case: LandingCase, work: Work, on: date, lang: str) -> Chart | None:
    """The picture of the needed steps that are left and take a time; None where none does."""
    ahead = {row.step for row in left(case, work) if not row.optional}
    bars = [_bar(one, work, lang) for one in work.rows if one.row.step in ahead and _takes_time(one, work)]
    if not bars:
        return None
    return Chart(
        title=say("cases.schedule_title", lang, day=day_shown(on, lang)),
        says="；".join(f"{b.label}，{b.words}" for b in bars)
        if lang == "zh"
        else "; ".join(f"{b.label}, {b.words}" for b in bars),
        bars=bars,
        first=short_day_shown(on, lang),
        last=max([work.left.days, *(b.low for b in bars)]) + (5 if any(b.high is None for b in bars) else 0),
    )


def _takes_time(one: StepShown, work: Work) -> bool:
    """What is handed in with another step, goes at the company's own pace or is done the same day has no bar."""
    slot, row = work.left.slots[one.row.step], one.row
    return (
        row.state != StepState.OPEN
        or slot.finish > slot.start
        or (row.days is None and not row.runs_with and not row.goes_own_pace)
    )


def _bar(one: StepShown, work: Work, lang: str) -> Bar:
    row = one.row
    slot, soonest = work.left.slots[row.step], work.left.soonest[row.step]
    is_open = row.step in work.left.open_ends
    words = clock_words(one.reading, lang) if one.reading else time_in_words(row, lang)
    start = slot.start if is_open and row.step not in work.left.open_starts else soonest.start
    return Bar(
        label=row.title[lang],
        words=words,
        start=start,
        low=max(soonest.finish, start),
        high=None if is_open else slot.finish,
        law=False,
        critical=slot.critical,
        lane="",
    )


def time_in_words(row: CaseStep, lang: str) -> str:
    """What a step takes, by the plan."""
    if row.runs_with:
        return say("cases.time_with", lang)
    if row.goes_own_pace:
        return say("cases.time_own", lang)
    if row.days is None:
        return say("cases.time_open", lang)
    return length_range(row.basis_of_days.get("least"), row.days, "working_days", lang)


def left_in_words(work: Work, lang: str) -> str:
    """How long what is left takes: from when to when, or from when on where nobody can tell a last day; which steps are
    open in time, and which may be needed."""
    between = "" if lang == "zh" else " "
    return between.join(filter(None, (_length_left(work, lang), _untimed(work, lang), unsettled_words(work, lang))))


def _length_left(work: Work, lang: str) -> str:
    left, ends = work.left, work.ends
    first, least, most = day_shown(ends.earliest, lang), working_days(left.least, lang), working_days(left.days, lang)
    if ends.latest is None:
        return say("cases.path_open", lang, days=least, day=first, most=most)
    if left.least == left.days:
        return say("cases.path_text", lang, days=most, day=first)
    length = length_range(left.least, left.days, "working_days", lang)
    return say("cases.path_range", lang, days=length, first=first, last=day_shown(ends.latest, lang))


def _untimed(work: Work, lang: str) -> str:
    titles = [one.row.title[lang] for one in work.rows if one.row.step in work.left.untimed]
    return say("cases.path_untimed", lang, n=len(titles), steps=_listed(titles, lang)) if titles else ""


def unsettled_words(work: Work, lang: str) -> str:
    """Which steps may be needed, those that hold others up by name, and what nobody has told; nothing where the plan
    settles all."""
    may_be = work.unsettled
    if not may_be.steps:
        return ""
    first = may_be.holding or may_be.steps
    titles = _listed([row.title[lang] for row in first[:_NAMED]], lang)
    more = say("cases.path_more", lang, n=len(may_be.steps) - _NAMED) if len(may_be.steps) > _NAMED else ""
    facts = _listed([one.label[lang] for one in may_be.questions], lang)
    return say("cases.path_unsettled", lang, n=len(may_be.steps), steps=titles + more, facts=facts)


def _listed(titles: Iterable[str], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(titles)


def picture(case: LandingCase, work: Work, on: date, lang: str) -> str:
    """The chart as part of a page; nothing where nothing is left."""
    chart = chart_of(case, work, on, lang)
    return chart_svg(chart, on, lang, prefix="time") if chart else ""


def as_svg(case: LandingCase, work: Work, on: date, lang: str) -> str | None:
    chart = chart_of(case, work, on, lang)
    if chart is None:
        return None
    return svg_file(
        chart, on, left_in_words(work, lang), notes_of(_books(case), on.isoformat(), lang, _terms(lang)), lang
    )


def as_table(case: LandingCase, work: Work, on: date, lang: str) -> str | None:
    rows = left(case, work)
    if not rows:
        return None
    heads = [label(f"csv_{name}", lang) for name in (*_FIELDS, *_SAME)]
    same = [label("csv_meaning", lang), on.isoformat(), notes_of(_books(case), on.isoformat(), lang)[1], _terms(lang)]
    return "".join(as_csv(heads, ([*_row(row, work, lang), *same] for row in rows)))


def _row(row: CaseStep, work: Work, lang: str) -> Iterator[object]:
    slot, soonest, left = work.left.slots[row.step], work.left.soonest[row.step], work.left
    yield from (row.step, row.title[lang], row.authority[lang], time_in_words(row, lang))
    yield from (soonest.start, "" if row.step in left.open_starts else slot.start)
    yield from (soonest.finish, "" if row.step in left.open_ends else slot.finish)
    yield label("csv_yes", lang) if slot.critical else ""
    yield "; ".join(row.needs)
    yield "; ".join(" ".join(filter(None, (one["instrument"], one.get("article")))) for one in row.basis)


def _books(case: LandingCase) -> Any:
    assert case.determination is not None
    return document_of(case.determination)["books"]


def _terms(lang: str) -> str:
    return say("cases.schedule_terms", lang)
