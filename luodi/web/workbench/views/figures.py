"""The page of leaders: how many came and how far, which clocks run, whether odds held, who has how much."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from luodi.web.accounts.models import Unit
from luodi.web.core.guards import only
from luodi.web.core.lists import day_asked
from luodi.web.core.pages import page
from luodi.web.core.roles import Role
from luodi.web.core.words import language
from luodi.web.workbench.exports import charts
from luodi.web.workbench.queries import figures
from luodi.web.workbench.queries.figures import FigureScope
from luodi.web.workbench.views.desk import user_of
from luodi.web.workbench.views.exports import own_units

_staff = only(Role.LEADER, Role.OFFICER)


@dataclass(frozen=True)
class Asked:
    """A unit of one's own or none, and days; the last year where none were asked for."""

    units: list[Unit]
    unit: Unit | None
    first: date
    last: date

    @classmethod
    def read(cls, request: HttpRequest, given: QueryDict, today: date) -> "Asked":
        units = own_units(request.user, today)
        unit = next((one for one in units if str(one.pk) == given.get("unit", "")), None)
        first = day_asked(given.get("from", "")) or today - figures.YEAR
        return cls(units, unit, first, day_asked(given.get("until", "")) or today)


@require_safe
@_staff
def board(request: HttpRequest) -> HttpResponse:
    """Of all units that one may see, or of one; of the last year, or of the days that were asked for."""
    today, lang = timezone.localdate(), language()
    asked = Asked.read(request, request.GET, today)
    scope = FigureScope(request.user, asked.unit)
    steps, lanes = figures.funnel(scope, asked.first, asked.last), figures.clocks(scope, today)
    odds = figures.odds(scope, today)
    return page(
        request,
        "workbench/figures",
        units=asked.units,
        unit=asked.unit,
        first=asked.first,
        last=asked.last,
        today=today,
        steps=steps,
        funnel=Markup(charts.funnel_picture(steps, lang).inline("funnel")),
        lanes=lanes,
        strips=Markup(charts.clocks_picture(lanes, lang).inline("strips")),
        odds=odds,
        spans=Markup(charts.odds_picture(odds, lang).inline("odds")),
        odds_finding=charts.odds_finding(odds, lang),
        load=figures.workload(scope, today),
        finding=charts.funnel_finding(steps, lang),
        clock_finding=charts.clocks_finding(lanes, lang),
        ratio=charts.ratio,
        name_of=charts.figure_name,
        lane_name=charts.lane_name,
        files=charts.FILES,
    )


@require_POST
@_staff
def chart(request: HttpRequest, chart: str, form: str) -> HttpResponse:
    """One chart as a file, of the unit and the days that the page shows."""
    if form not in charts.FILES.get(chart, ()):
        raise Http404
    now, user = timezone.now(), user_of(request)
    asked = Asked.read(request, request.POST, timezone.localdate(now))
    scope = FigureScope(user, asked.unit, act="export")
    made = charts.export_chart(user, scope, chart, form, asked.first, asked.last, language(), at=now)
    answer = HttpResponse(made, content_type=charts.TYPES[form])
    name = f"{chart}-{timezone.localdate(now).isoformat()}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
