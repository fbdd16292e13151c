"""The schedule of a plan as a file of its own: SVG that needs no page, CSV with what its columns mean.

Both say the day from which they count, the editions of the books that they come from, and who may use them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from luodi.advice.landing_plan import LandingPlan
from luodi.advice.landing_plan.common import Cite
from luodi.advice.landing_plan.steps import Step
from luodi.documents import labels as w
from luodi.documents.charts import framed
from luodi.documents.gantt import chart_svg, height
from luodi.documents.report_csv import as_csv
from luodi.documents.say import Say
from luodi.documents.time_chart import whole_chart
from luodi.documents.view import Chart
from luodi.terms import find

Books = Sequence[Mapping[str, Any]]
_FIELDS: Final = (
    "step_id",
    "step",
    "office",
    "lane",
    "time",
    "time_kind",
    "start_earliest",
    "start_latest",
    "finish_earliest",
    "finish_latest",
    "critical",
    "needs",
    "clause",
)
_SAME: Final = ("means", "counted_from", "editions", "terms_of_use")  # on every line, so that it says what it means


def as_svg(plan: LandingPlan, lang: str, *, terms: str = "") -> str:
    """The needed steps. `terms` in place of those of the books: who may use the file."""
    say = Say(plan, lang)
    chart = whole_chart(say, [step for step in plan.steps if not step.is_optional]) or Chart("", "", (), "", 1)
    duration = plan.page_one.duration
    finding = say.duration(duration) if duration is not None else ""
    told = notes_of(plan.books, plan.on, lang, terms)
    return svg_file(chart, date.fromisoformat(plan.on), finding, told, lang)


def svg_file(chart: Chart, on: date, finding: str, told: Sequence[str], lang: str) -> str:
    """A chart in the frame of a file that stands alone: its title, what it finds, and notes under it."""
    return framed(chart_svg(chart, on, lang, fixed=True), height(chart), chart.title, finding, told, lang)


def as_table(plan: LandingPlan, lang: str, *, terms: str = "") -> str:
    heads = [w.label(f"csv_{name}", lang) for name in (*_FIELDS, *_SAME)]
    same = [w.label("csv_meaning", lang), plan.on, editions(plan.books), terms or w.label("csv_terms", lang)]
    say = Say(plan, lang)
    return "".join(as_csv(heads, ([*_row(step, say), *same] for step in plan.steps)))


def notes_of(books: Books, on: str, lang: str, terms: str = "") -> list[str]:
    """What the figures mean, from which day they count and by which editions, and who may use them."""
    colon = "：" if lang == "zh" else ": "
    joint = "；" if lang == "zh" else "; "
    told = [
        f"{w.label('csv_counted_from', lang)}{colon}{w.day(on, lang)}",
        f"{w.label('csv_editions', lang)}{colon}{editions(books)}",
    ]
    return [w.label("csv_meaning", lang), joint.join(told), terms or w.label("csv_terms", lang)]


def editions(books: Books) -> str:
    """The books with version and the beginning of the hash, such as "market-access 2026.11 (9207df3427d5)"."""
    return ", ".join(f"{book['name']} {book['version']} ({book['hash'][:12]})" for book in books)


def _row(step: Step, say: Say) -> list[Any]:
    kind = find("time_kind", step.time.kind)
    return [
        step.id,
        say.of(step.title),
        say.both(step.authority.zh, step.authority.en),
        say.word("lane", step.lane),
        say.time(step),
        kind.word(say.lang) if kind else step.time.kind,
        step.start.min,
        step.start.max,
        step.finish.min,
        step.finish.max,
        w.label("csv_yes", say.lang) if step.critical else "",
        "; ".join(step.needs),
        "; ".join(_cited(step.basis)),
    ]


def _cited(basis: Sequence[Cite]) -> Iterator[str]:
    for one in basis:
        yield f"{one.instrument} {one.article}" if one.article else one.instrument
