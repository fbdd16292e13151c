"""Opening a case by hand, of a company or with the answers of an enquiry."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luodi.web.accounts.access import memberships, visible
from luodi.web.accounts.doors import only
from luodi.web.accounts.models import Company, Unit, User
from luodi.web.accounts.roles import Role
from luodi.web.advisor.models import Enquiry
from luodi.web.cases.acting_forms import ActForm, Tried, attempt
from luodi.web.cases.actions import open_case
from luodi.web.cases.actions_plan import ask_plan
from luodi.web.cases.models import LandingCase
from luodi.web.pages import page
from luodi.web.words import language, say


class OpenForm(ActForm):
    """`address` is that of a plan of the advisor, or what stands behind it; the case rests on it from the start."""

    company = forms.IntegerField(widget=forms.HiddenInput)
    unit = forms.ChoiceField()
    technology = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea)
    address = forms.CharField(max_length=8_000, required=False)

    def __init__(self, *given: Any, units: dict[str, Unit], **more: Any) -> None:
        super().__init__(*given, **more)
        self.units, lang = units, language()
        self.fields["unit"].choices = [
            (key, one.name_zh if lang == "zh" else one.name_en) for key, one in units.items()
        ]  # fmt: skip


def units_of(user: Any) -> dict[str, Unit]:
    """The open units that somebody is an officer of, and those below them, by their keys."""
    today = timezone.localdate()
    found: dict[str, Unit] = {}
    for held in memberships(user, today):
        if held.role == Role.OFFICER and held.unit:
            rows = Unit.objects.filter(path__startswith=held.unit.path)
            found |= {str(one.pk): one for one in rows.order_by("path") if not one.closes or one.closes > today}
    return found


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
        request, "cases/open", tried.status, form=form, company=company, enquiry=enquiry, tried=tried,
        others=_others(request, company),
    )  # fmt: skip


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


@transaction.atomic
def _open(company: Company, form: OpenForm, user: Any) -> LandingCase:
    """Both acts or none: a case whose plan is refused is not opened. Each has a key, so that twice is once."""
    assert isinstance(user, User)
    given, at = form.cleaned_data, timezone.now()
    unit, address = form.units[given["unit"]], given["address"].strip()
    case = open_case(company, unit, by=user, at=at, key=given["key"], technology=given["technology"].strip())
    if not address or case.determination_id:
        return case
    return ask_plan(case, urlsplit(address).query or address, by=user, at=at)


def _others(request: HttpRequest, company: Company | None) -> list[LandingCase]:
    """Open cases of the same company that the reader may see."""
    if company is None:
        return []
    rows = visible(request.user, LandingCase.objects.filter(company=company, end="none"))
    return list(rows.select_related("unit")[:10])
