"""Opening a case by hand, of a company or with the answers of an enquiry."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luodi.web.accounts.access import visible
from luodi.web.accounts.doors import only
from luodi.web.accounts.models import Company, User
from luodi.web.accounts.roles import Role
from luodi.web.advisor.models import Enquiry
from luodi.web.cases.acting_forms import Tried, attempt
from luodi.web.cases.models import LandingCase
from luodi.web.cases.opening import OpenForm, open_with_plan, units_of
from luodi.web.pages import page
from luodi.web.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OFFICER)
def new(request: HttpRequest) -> HttpResponse:
    """`?company=` or `?enquiry=` says of what; without a company the page says where one is found."""
    enquiry = _enquiry(request)
    units = units_of(request.user)
    first = {"company": request.GET.get("company", ""), "address": enquiry.determination.query if enquiry else ""}
    if enquiry is not None:
        first["unit"] = str(enquiry.unit_id)
    form = OpenForm(request.POST or None, units=units, initial=first)
    company = _company(request, request.POST.get("company", "") or first["company"])
    tried = Tried()
    if request.method == "POST":
        if company is None:
            raise Http404
        tried = attempt(form, lambda given: _open(company, form, request.user))
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


def _open(company: Company, form: OpenForm, user: Any) -> LandingCase:
    assert isinstance(user, User)
    given = form.cleaned_data
    return open_with_plan(
        company,
        form.units[given["unit"]],
        given["address"],
        technology=given["technology"],
        by=user,
        at=timezone.now(),
        key=given["key"],
    )


def _others(request: HttpRequest, company: Company | None) -> list[LandingCase]:
    """Open cases of the same company that the reader may see."""
    if company is None:
        return []
    rows = visible(request.user, LandingCase.objects.filter(company=company, end="none"))
    return list(rows.select_related("unit")[:10])
