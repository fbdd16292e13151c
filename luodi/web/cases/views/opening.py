"""Opening a case by hand, of a company or with the answers of an enquiry."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from luodi.web.accounts.models import Company
from luodi.web.advisor.models import Enquiry
from luodi.web.cases.actions.cases import open_case
from luodi.web.cases.forms import OpenForm
from luodi.web.cases.models import LandingCase
from luodi.web.cases.queries.cases import units_to_open
from luodi.web.cases.signals import case_opening
from luodi.web.core.guards import only
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, submit
from luodi.web.core.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def new(request: HttpRequest) -> HttpResponse:
    """`?company=` or `?enquiry=` says of what; without a company the page says where one is found."""
    enquiry = _enquiry(request)
    units = units_to_open(request.user)
    first = {"company": request.GET.get("company", ""), "address": enquiry.determination.query if enquiry else ""}
    if enquiry is not None:
        first["unit"] = str(enquiry.unit_id)
    form = OpenForm(request.POST or None, units=units, initial=first)
    company = _company(request, request.POST.get("company", "") or first["company"])
    tried = Attempt()
    if request.method == "POST":
        if company is None:
            raise Http404
        tried = submit(request, open_case, form, company)
        if tried.done is not None:
            messages.success(request, say("cases.said_opened"))
            return redirect("cases:case", tried.done.reference)
    return page(
        request,
        "cases/open",
        tried.status,
        form=form,
        company=company,
        enquiry=enquiry,
        tried=tried,
        others=_others(request, company),
        told=list(case_opening.ask(user=request.user, company=company, on=localdate())) if company else [],
    )


def _enquiry(request: HttpRequest) -> Enquiry | None:
    number = request.GET.get("enquiry", "")
    if not number:
        return None
    rows = visible(request.user, Enquiry.objects.select_related("determination", "unit"))
    found = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise Http404
    return found


def _company(request: HttpRequest, number: str) -> Company | None:
    if not number:
        return None
    rows = visible(request.user, Company.objects.filter(merged_into=None))
    found = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise Http404
    return found


def _others(request: HttpRequest, company: Company | None) -> list[LandingCase]:
    """Open cases of the same company that the reader may see."""
    if company is None:
        return []
    rows = visible(request.user, LandingCase.objects.filter(company=company, end="none"))
    return list(rows.select_related("unit")[:10])
