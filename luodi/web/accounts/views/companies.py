"""The administrator's pages of companies, and of who acts for them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from luodi.web.accounts.actions.companies import add_company, change_company
from luodi.web.accounts.actions.roles import end_role, give_role
from luodi.web.accounts.forms.roles import Representative
from luodi.web.accounts.forms.units import CompanyForm
from luodi.web.accounts.models import Company, Membership
from luodi.web.accounts.queries import history
from luodi.web.accounts.validation import Grant
from luodi.web.accounts.views.people import REFUSED, membership_sent, only_administrators, unknown_action
from luodi.web.core.forms import ActionForm, Data
from luodi.web.core.pages import page
from luodi.web.core.permissions import visible
from luodi.web.core.roles import Role
from luodi.web.core.views import Attempt, attempt, submit
from luodi.web.core.words import say


@require_http_methods(["GET", "HEAD", "POST"])
@only_administrators
def companies(request: HttpRequest) -> HttpResponse:
    """Every company that somebody may act for, and a form for one more."""
    form = CompanyForm(request.POST if request.method == "POST" else None)
    tried = submit(request, add_company, form, own=REFUSED) if request.method == "POST" else Attempt()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:company", company=tried.done.pk)
    asked = request.GET.get("words", "").replace("\0", "").strip()[:200]
    found = visible(request.user, Company.objects.order_by("pk"))
    if asked:
        found = found.filter(name_zh__icontains=asked) | found.filter(name_en__icontains=asked)
    shown = Paginator(found, 50).get_page(request.GET.get("page"))
    more = {"form": form, "companies": shown, "words": asked, "problem": tried.problem}
    return page(request, "accounts/companies", tried.status, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@only_administrators
def company(request: HttpRequest, company: int) -> HttpResponse:
    """One company: its names and codes, who acts for it, how far and until when."""
    found = get_object_or_404(visible(request.user, Company.objects.all()), pk=company)
    act, today = request.POST.get("act", ""), timezone.localdate()

    def given(name: str) -> Data:
        return request.POST if act == name else None

    own = {name: getattr(found, name) or "" for name in ("name_zh", "name_en", "credit_code", "country")}
    forms: dict[str, ActionForm] = {
        "change": CompanyForm(given("change"), row=found, initial=own, auto_id="change_%s"),
        "name": Representative(given("name"), initial={"starts": today}, auto_id="name_%s"),
        "end": ActionForm(given("end"), auto_id="end_%s"),
    }
    tried = _try(request, act, found, forms) if request.method == "POST" else Attempt()
    if tried.done is not None:
        messages.success(request, say("accounts.said_changed"))
        return redirect("accounts:company", company=found.pk)
    return page(
        request,
        "accounts/company",
        tried.status,
        company=found,
        forms=forms,
        held=visible(request.user, Membership.objects.filter(company=found)).select_related("user"),
        problem=tried.problem,
        bound=forms.get(act),
        entries=history(request.user, found),
        today=today,
    )


def _try(request: HttpRequest, act: str, found: Company, forms: dict[str, ActionForm]) -> Attempt:
    if act == "change":
        return submit(request, change_company, forms[act], found, own=REFUSED)
    if act == "end":
        return submit(request, end_role, forms[act], membership_sent(request, company=found), own=REFUSED)
    if act != "name":
        return unknown_action()

    def name(given: dict[str, object]) -> object:
        grant = Grant(Role.REPRESENTATIVE, company=found, scope=forms[act].cleaned_data["scope"])
        return give_role.submit(forms[act], given["email"], grant, by=request.user, at=timezone.now())

    return attempt(forms[act], name, REFUSED)
