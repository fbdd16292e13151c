"""The page of leaders: how many came and how far, which clocks run, whether odds held, who has how much."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from markupsafe import Markup

from luodi.documents.charts import Bar, Lane, funnel_svg, strips_svg
from luodi.documents.labels import percent
from luodi.web.accounts.doors import only
from luodi.web.accounts.roles import Role
from luodi.web.pages import page
from luodi.web.words import language, say
from luodi.web.workbench import figures
from luodi.web.workbench.figures import ClockLane, Figure, Scope
from luodi.web.workbench.queries import day_asked
from luodi.web.workbench.views_export import own_units

_staff = only(Role.LEADER, Role.OFFICER)


@require_safe
@_staff
def board(request: HttpRequest) -> HttpResponse:
    """Of all units that one may see, or of one; of the last year, or of the days that were asked for."""
    today = timezone.localdate()
    units = own_units(request.user, today)
    unit = next((one for one in units if str(one.pk) == request.GET.get("unit", "")), None)
    first = day_asked(request.GET.get("from", "")) or today - figures.YEAR
    last = day_asked(request.GET.get("until", "")) or today
    scope, lang = Scope(request.user, unit), language()
    steps, lanes = figures.funnel(scope, first, last), figures.clocks(scope, today)
    return page(
        request, "workbench/figures", units=units, unit=unit, first=first, last=last, today=today, steps=steps,
        funnel=_funnel(steps, lang), lanes=lanes, strips=_strips(lanes, lang), odds=figures.odds(scope, today),
        load=figures.workload(scope, today), finding=_finding(steps, lang), clock_finding=_late(lanes, lang),
        ratio=ratio, name_of=figure_name, lane_name=lane_name,
    )  # fmt: skip


def ratio(value: float | None, lang: str) -> str:
    """Percent with one decimal, "" where there is none."""
    return percent(round(value, 1), lang) if value is not None else ""


def figure_name(figure: Figure, lang: str) -> str:
    own = figure.key in ("signals", "leads", "converted")
    return say(f"workbench.figure_{figure.key}" if own else f"cases.stage_{figure.key}", lang)


def lane_name(lane: ClockLane, lang: str) -> str:
    return lane.titles[lang] if lane.titles else say(f"workbench.what_{lane.key}", lang)


def _funnel(steps: list[Figure], lang: str) -> Markup:
    bars = [
        Bar(figure_name(s, lang), s.value, say("workbench.rate", lang, rate=ratio(s.rate, lang)) if s.rate else "")
        for s in steps
    ]
    return Markup(funnel_svg(bars, say("workbench.funnel", lang), _finding(steps, lang), name="funnel"))


def _finding(steps: list[Figure], lang: str) -> str:
    """What the funnel says, as a sentence."""
    by_key = {step.key: step.value for step in steps}
    return say(
        "workbench.funnel_finding", lang, leads=by_key["leads"], converted=by_key["converted"],
        opened=by_key["opened"], landed=by_key["landing_verified"],
    )  # fmt: skip


def _strips(lanes: list[ClockLane], lang: str) -> Markup:
    drawn = [Lane(lane_name(lane, lang), lane.used) for lane in lanes]
    marks = (say("workbench.strip_half", lang), say("workbench.strip_limit", lang))
    return Markup(strips_svg(drawn, say("workbench.strips", lang), _late(lanes, lang), marks, name="strips"))


def _late(lanes: list[ClockLane], lang: str) -> str:
    late, n = sum(lane.late for lane in lanes), sum(len(lane.used) for lane in lanes)
    return say("workbench.strips_finding", lang, late=late, n=n)
