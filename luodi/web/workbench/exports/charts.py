"""The charts of the figures page, in the page and as files: SVG that stands alone, CSV with what each figure means."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

from django.db import transaction
from django.utils import timezone

from luodi.casework.odds import Odds
from luodi.documents.charts import Bar, Held, Lane, Picture, Span, funnel, spans, standing, strips
from luodi.documents.labels import percent
from luodi.documents.report_csv import as_csv
from luodi.web.accounts.models import User
from luodi.web.core.exports import made_by
from luodi.web.core.words import say
from luodi.web.journal.actions import record_export
from luodi.web.workbench.exports.cases import unit_name
from luodi.web.workbench.queries import figures
from luodi.web.workbench.queries.figures import ClockLane, Figure, FigureScope, StageOdds

#: Which charts there are, and as what each leaves.
FILES: Final[Mapping[str, tuple[str, ...]]] = {name: ("svg", "csv") for name in ("funnel", "clocks", "odds")}
TYPES: Final = {"svg": "image/svg+xml", "csv": "text/csv; charset=utf-8"}


def ratio(value: float | None, lang: str) -> str:
    """Percent with one decimal, "" where there is none."""
    return percent(round(value, 1), lang) if value is not None else ""


def figure_name(figure: Figure, lang: str) -> str:
    own = figure.key in ("signals", "leads", "converted")
    return say(f"workbench.figure_{figure.key}" if own else f"term.stage_{figure.key}", lang)


def lane_name(lane: ClockLane, lang: str) -> str:
    return lane.titles[lang] if lane.titles else say(f"workbench.what_{lane.key}", lang)


def funnel_picture(steps: Sequence[Figure], lang: str) -> Picture:
    bars = [
        Bar(figure_name(s, lang), s.value, say("workbench.rate", lang, rate=ratio(s.rate, lang)) if s.rate else "")
        for s in steps
    ]
    return funnel(bars, say("workbench.funnel", lang), funnel_finding(steps, lang))


def funnel_finding(steps: Sequence[Figure], lang: str) -> str:
    """What the funnel says, as a sentence."""
    by_key = {step.key: step.value for step in steps}
    return say(
        "workbench.funnel_finding",
        lang,
        leads=by_key["leads"],
        converted=by_key["converted"],
        opened=by_key["opened"],
        landed=by_key["landing_verified"],
    )


def clocks_picture(lanes: Sequence[ClockLane], lang: str) -> Picture:
    drawn = [Lane(lane_name(lane, lang), lane.used) for lane in lanes]
    marks = (say("workbench.strip_half", lang), say("workbench.strip_limit", lang))
    return strips(drawn, say("workbench.strips", lang), clocks_finding(lanes, lang), marks)


def clocks_finding(lanes: Sequence[ClockLane], lang: str) -> str:
    used = [each for lane in lanes for each in lane.used]
    return say("workbench.strips_finding", lang, late=sum(each > 100 for each in used), n=len(used))


def odds_picture(found: Sequence[StageOdds], lang: str) -> Picture:
    rows = [
        Held(say(f"term.stage_{one.stage}", lang), _span(one.before), _span(one.after), _odds_said(one, lang))
        for one in found
    ]
    marks = (say("workbench.head_odds_before", lang), say("workbench.head_odds_after", lang))
    return spans(rows, say("workbench.odds", lang), odds_finding(found, lang), marks)


def _span(odds: Odds) -> Span | None:
    return Span(odds.share, *odds.interval) if odds.share is not None and odds.interval is not None else None


def _odds_said(one: StageOdds, lang: str) -> str:
    """Landed of decided then and since, and whether the odds held."""
    counts = f"{one.before.landed} / {one.before.n} → {one.after.landed} / {one.after.n}"
    return f"{counts}　{comparison_in_words(one, lang)}"


def comparison_in_words(one: StageOdds, lang: str) -> str:
    return say(f"workbench.odds_{'few' if one.held is None else 'yes' if one.held else 'no'}", lang)


def odds_finding(found: Sequence[StageOdds], lang: str) -> str:
    """At how many stages the odds held, of those with enough cases to tell."""
    known = [one.held for one in found if one.held is not None]
    if not known:
        return say("workbench.odds_finding_none", lang)
    return say("workbench.odds_finding", lang, right=sum(known), known=len(known), few=len(found) - len(known))


# ---- as files


@transaction.atomic
def export_chart(
    user: User, scope: FigureScope, chart: str, form: str, first: date, last: date, lang: str, *, at: datetime
) -> str:
    """One chart of `FILES` as a file; that it left is written down. `scope` holds what may be exported."""
    on = timezone.localdate(at)
    asked = {"from": first.isoformat(), "until": last.isoformat()} if chart == "funnel" else {"on": on.isoformat()}
    asked |= {"unit": str(scope.unit.pk)} if scope.unit else {}
    if form == "svg":
        text = standing(_SVG[chart](scope, first, last, on, lang), notes(user, scope, asked, chart, lang, at), lang)
    else:
        text = "".join(as_csv(*_table(chart, scope, first, last, on, lang, at)))
    record_export(scope.cases(), form, by=user, asked={"chart": chart, **asked})
    return text


_SVG: Final = {
    "funnel": lambda scope, first, last, on, lang: funnel_picture(figures.funnel(scope, first, last), lang),
    "clocks": lambda scope, first, last, on, lang: clocks_picture(figures.clocks(scope, on), lang),
    "odds": lambda scope, first, last, on, lang: odds_picture(figures.odds(scope, on), lang),
}


def notes(user: User, scope: FigureScope, asked: Mapping[str, str], chart: str, lang: str, at: datetime) -> list[str]:
    """What a file says of itself: what its figures mean, whose they are and of when, and who may use it."""
    colon, joint = ("：", "；") if lang == "zh" else (": ", "; ")
    unit = unit_name(scope.unit, lang) if scope.unit else say("workbench.chart_all_units", lang)
    about = [(say("workbench.bulletin_unit", lang), unit), *made_by(user, lang, at)]
    if "from" in asked:
        about.insert(1, (say("workbench.bulletin_period", lang), f"{asked['from']} – {asked['until']}"))
    return [
        say(_ABOUT[chart], lang),
        joint.join(f"{name}{colon}{text}" for name, text in about),
        say("workbench.chart_licence", lang),
    ]


_ABOUT: Final = {
    "funnel": "workbench.funnel_about",
    "clocks": "workbench.strips_about",
    "odds": "workbench.odds_about",
}
_SAME: Final = ("definition", "day", "unit", "licence")  # columns of every table, so that a line says what it means


def _table(
    chart: str, scope: FigureScope, first: date, last: date, on: date, lang: str, at: datetime
) -> tuple[list[str], Iterator[list[object]]]:
    heads, rows = _TABLES[chart](scope, first, last, on, lang)
    unit = unit_name(scope.unit, lang) if scope.unit else say("workbench.chart_all_units", lang)
    same = [say(_ABOUT[chart], lang), on.isoformat(), unit, say("workbench.chart_licence", lang)]
    names = [say(f"workbench.csv_{name}", lang) for name in (*heads, *_SAME)]
    return names, ([*row, *same] for row in rows)


#: Names of columns, and their rows.
_Rows: TypeAlias = tuple[list[str], Sequence[Sequence[object]]]


def _funnel_rows(scope: FigureScope, first: date, last: date, on: date, lang: str) -> _Rows:
    rows = [
        [
            step.key,
            figure_name(step, lang),
            step.value,
            step.of,
            None if step.rate is None else round(step.rate, 1),
            first,
            last,
        ]
        for step in figures.funnel(scope, first, last)
    ]
    return ["key", "name", "count", "of", "percent", "first", "last"], rows


def _clock_rows(scope: FigureScope, first: date, last: date, on: date, lang: str) -> _Rows:
    rows = [
        [lane.key, lane_name(lane, lang), lane.cases, lane.late_cases, used]
        for lane in figures.clocks(scope, on)
        for used in sorted(lane.used)
    ]
    return ["key", "name", "cases", "late_cases", "used"], rows


def _odds_rows(scope: FigureScope, first: date, last: date, on: date, lang: str) -> _Rows:
    rows = [
        [
            one.stage.value,
            say(f"term.stage_{one.stage}", lang),
            *_counted(one.before),
            *_counted(one.after),
            comparison_in_words(one, lang),
        ]
        for one in figures.odds(scope, on)
    ]
    halves = [f"{name}_{when}" for when in ("before", "after") for name in ("landed", "decided", "low", "high")]
    return ["key", "name", *halves, "held"], rows


def _counted(odds: Odds) -> list[object]:
    """Landed, decided, and the 95 % interval in percent where there are enough."""
    low, high = odds.interval or (None, None)
    return [odds.landed, odds.n, *(None if end is None else round(100 * end, 1) for end in (low, high))]


_TABLES: Final = {"funnel": _funnel_rows, "clocks": _clock_rows, "odds": _odds_rows}
