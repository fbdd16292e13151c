"""The page of disagreements: a figure that opens to its rows."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from luodi.web.cases.queries import agreements
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.roles import Role
from luodi.web.core.views import list_context

_YEAR: Final = timedelta(days=365)


@require_safe
@only(Role.OFFICER, Role.LEADER)
def disagreements(request: HttpRequest) -> HttpResponse:
    """What companies do not agree to, of one's units, the newest first."""
    on = timezone.localdate()
    asked = agreements.DISAGREEMENTS.read(request.GET.dict())
    rows = agreements.disagreements(request.user, asked, on=on)
    shown = list_context(request, agreements.DISAGREEMENTS, rows)
    return page(
        request,
        "cases/disagreements",
        first=on - _YEAR,
        figures=agreements.figures(agreements.readable(request.user), on - _YEAR, on),
        number=agreements.open_disagreements(request.user),
        states=agreements.STATES,
        subject_of=agreements.subject_of,
        address_of=agreements.address_of,
        **shown,
    )
