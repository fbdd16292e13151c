"""The time line of a company, for officers and leaders."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from luodi.web.accounts.models import Company
from luodi.web.companies.queries import where_to
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.timeline import views

_staff = only(Role.OFFICER, Role.LEADER)


@require_safe
@_staff
def timeline(request: HttpRequest, company: int) -> HttpResponse:
    """All that was done, the newest first; of a merged company that of the one it became."""
    found = _found(request, company)
    if found.merged_into_id:
        return redirect("companies:timeline", company=where_to(found).pk)
    return page(request, "companies/timeline", company=found, lines=views.context(request, found))


@require_POST
@_staff
def exported(request: HttpRequest, company: int) -> StreamingHttpResponse:
    found = _found(request, company)
    return views.exported(request, found, f"company-{found.pk}")


def _found(request: HttpRequest, company: int) -> Company:
    return get_object_or_404(visible(request.user, Company.objects.select_related("merged_into")), pk=company)
