"""The page of ratings: how companies rate the handling of their cases, and what was answered to poor ones."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.casework.ratings import GRADES
from luodi.web.cases.models import HandlingRating, LandingCase
from luodi.web.cases.queries import ratings as queries
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import list_context

_YEAR: Final = timedelta(days=365)


@require_safe
@only(Role.OFFICER, Role.LEADER)
def ratings(request: HttpRequest) -> HttpResponse:
    """Those of one's units, the newest first, and the figures of a year that open to them."""
    on = timezone.localdate()
    seen = [visible(request.user, model.objects.all()) for model in (HandlingRating, LandingCase)]
    return page(
        request,
        "cases/ratings",
        first=on - _YEAR,
        figures=queries.figures(seen[0], seen[1], on - _YEAR, on),
        grades=GRADES,
        states=queries.STATES,
        **list_context(request, queries.RATINGS),
    )
