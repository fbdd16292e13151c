"""The time line of a case, for officers and leaders."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import case_of
from luodi.web.cases.views.case_page import frame
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import require
from luodi.web.core.roles import Role
from luodi.web.timeline import views

_staff = only(Role.OFFICER, Role.LEADER)


@require_safe
@_staff
def timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """All that was done, the newest first."""
    case = _found(request, reference)
    shown = frame(request.user, case, timezone.localdate(), "timeline")
    return page(request, "cases/case_timeline", 200, **shown, lines=views.context(request, case))


@require_POST
@_staff
def exported(request: HttpRequest, reference: str) -> StreamingHttpResponse:
    case = _found(request, reference)
    require(request.user, "export", case)
    return views.exported(request, case, case.reference)


def _found(request: HttpRequest, reference: str) -> LandingCase:
    found = case_of(request.user, reference)
    if found is None:
        raise Http404
    return found
