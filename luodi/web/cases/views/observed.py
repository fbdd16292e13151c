"""Pages of observed times: what offices took, beside law and usual, and the cases that a figure was counted from."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.casework.observed import ENOUGH
from luodi.web.advisor.models import ObservedTime
from luodi.web.advisor.observed import latest
from luodi.web.cases.queries import observed as queries
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import list_context
from luodi.web.core.words import language

_readers = only(Role.OFFICER, Role.LEADER, Role.POLICY_OFFICER)


@require_safe
@_readers
def observed(request: HttpRequest) -> HttpResponse:
    """Every step and office of which ten procedures or more were decided within a year; the others without times."""
    shown = list_context(request, queries.OBSERVED)
    last = latest(timezone.localdate()).values_list("first", "last").first()
    lines = [queries.line_of(row, language()) for row in shown["rows"]]
    return page(request, "cases/observed", lines=lines, window=last, enough=ENOUGH, **shown)


@require_safe
@_readers
def observed_time(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with the cases that the reader may open."""
    row = get_object_or_404(visible(request.user, ObservedTime.objects.all()), pk=pk)
    rows = queries.behind(request.user, row)
    shown = list_context(request, queries.BEHIND, rows)
    return page(
        request,
        "cases/observed_time",
        line=queries.line_of(row, language()),
        yours=queries.procedures_in(rows),
        enough=ENOUGH,
        behind=queries.with_times(list(shown["rows"])),
        **shown,
    )
